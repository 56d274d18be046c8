use super::*;
use crate::json;
use crate::rules::flat;

const NOW: u64 = 1_795_000_000;

/// A machine whose page says `testing`, for a site that grants as easily as a policy can.
fn machine(testing: &str, region: &str) -> Machine {
    let policy = alloc::format!(
        r#"{{"version":1,"apiGrants":"any","unlisted":"report","testing":{testing},"region":"{region}",
        "jurisdictions":{{"FR":"notice"}},"purposes":["analytics","marketing",
        {{"id":"fraud","legalBasis":"legitimate_interest"}},{{"id":"order","legalBasis":"contract"}}],
        "vendors":["google-analytics","meta"]}}"#
    );
    Machine::new(Rules::from_flat(&flat(&json::parse(&policy).unwrap())).unwrap(), "shop.example")
}

#[test]
fn no_query_turns_a_denial_into_a_grant_or_leaves_a_trace() {
    let answers = [Answer::Accept, Answer::Refuse, Answer::Choose("analytics=1\nvendor:meta=0")];
    let kept = Effects::STORE | Effects::FORGET | Effects::CHOICE;
    for home in ["", "DE", "US-CA", "US-UT", "JP", "FR"] {
        for wished in ["", "DE", "US-CA", "US-UT", "JP", "FR", "ZZ"] {
            for (gpc, stored) in [(false, None), (true, None), (false, Some(0)), (true, Some(1))] {
                let facts = Facts { now: NOW, region: "", gpc, dnt: false };
                // What holds for this person without the query.
                let mut real = machine("true", home);
                real.handle(Event::Opened { copies: "" }, &facts);
                let copies = match stored {
                    None => String::new(),
                    Some(answer) => {
                        let answer = if answer == 0 { Answer::Accept } else { Answer::Refuse };
                        real.handle(Event::Answered { answer, how: How::Banner, trusted: true }, &facts);
                        String::from(real.to_store())
                    }
                };
                let mut rehearsal = machine("\"now\"", wished);
                let mut events =
                    alloc::vec![Event::Opened { copies: &copies }, Event::Looked { copies: &copies }];
                for answer in answers {
                    events.push(Event::Answered { answer, how: How::Preferences, trusted: true });
                    events.push(Event::Answered { answer, how: How::Api, trusted: false });
                }
                events.push(Event::Reset { trusted: true });
                for event in events {
                    let Effects(bits) = rehearsal.handle(event, &facts);
                    assert_eq!(bits & kept, 0, "{event:?}");
                    assert!(rehearsal.grants().within(real.grants()), "{home} {wished} {event:?}");
                    assert_eq!(rehearsal.grants().purposes, rehearsal.rules().necessary);
                    assert!(!rehearsal.decide("https://www.google-analytics.com/g/collect").allows());
                }
            }
        }
    }
}

#[test]
fn a_rehearsal_shows_the_place_that_it_is_about() {
    let facts = Facts { now: NOW, region: "", gpc: true, dnt: false };
    for (region, layer, state) in [
        ("DE", Effects::BANNER, "unknown 0 0 opt_in DE - - -"),
        ("US-CA", Effects::BUTTON, "unknown 0 0 opt_out US-CA gpc - -"),
    ] {
        let mut rehearsal = machine("\"now\"", region);
        let Effects(bits) = rehearsal.handle(Event::Opened { copies: "" }, &facts);
        assert_eq!(bits & (Effects::BANNER | Effects::BUTTON), layer);
        assert_eq!(rehearsal.state(), state);
    }
}

#[test]
fn without_a_tester_the_policy_is_as_any_other() {
    let mut machine = machine("true", "US-UT");
    machine.handle(Event::Opened { copies: "" }, &Facts { now: NOW, region: "", gpc: false, dnt: false });
    assert!(machine.allows("marketing"));
}
