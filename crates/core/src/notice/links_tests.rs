use super::tests::{LOCALE, POLICY, with};
use super::*;
use crate::json;
use alloc::string::String;
use alloc::vec::Vec;

/// What is said about the signal, the links, and whether a request was carried out, in a state of the policy above with
/// sensitive data. The link that stands for all has an icon.
fn said(state: &str) -> (&'static str, Vec<&'static str>, &'static str) {
    told(&POLICY.replace(r#""id": "safety","#, r#""id": "safety", "sensitive": true,"#), state)
}

fn told(policy: &str, state: &str) -> (&'static str, Vec<&'static str>, &'static str) {
    let doc = json::parse(policy).unwrap();
    let (locale, state) = (Value::Null, State::from_json(state));
    let words = Words::new(&doc, &locale, "en");
    let notice = Notice::new(&Asked::new(&doc, &Value::Null), &state, &words, Layer::Button);
    let links = notice.links();
    let ways: Vec<_> = links.ways.into_iter().filter(|way| !way.is_empty()).collect();
    assert_eq!(links.icon, ways == ["link.choices"]);
    (links.signal, ways, links.honored)
}

#[test]
fn a_request_is_confirmed_in_california_while_it_holds() {
    let one = || Vec::from(["link.choices"]);
    for (state, signal, honored) in [
        // Nobody asked for anything.
        (r#"{"region":"US-CA","status":"unknown","purposes":{"marketing":true}}"#, "", ""),
        (r#"{"region":"US-CA","status":"unknown","purposes":{}}"#, "", ""),
        // By the signal, and by an answer.
        (r#"{"region":"US-CA","status":"unknown","gpc":true,"purposes":{}}"#, "gpc", "honored"),
        (r#"{"region":"US-CA","status":"unknown","dnt":true,"purposes":{}}"#, "dnt", "honored"),
        (r#"{"region":"US","status":"refused","purposes":{}}"#, "", "honored"),
        (r#"{"region":"US-CA","status":"partial","purposes":{"marketing":true}}"#, "", ""),
        // Somebody who sends the signal and has chosen otherwise since is not told that it was applied.
        (
            r#"{"region":"US-CA","status":"given","gpc":true,"prevails":"choice","purposes":{"marketing":true}}"#,
            "signal.chosen",
            "",
        ),
        // Whoever may be in another state is told that it stands.
        (
            r#"{"region":"US","status":"partial","gpc":true,"prevails":"law","purposes":{}}"#,
            "signal.law",
            "honored",
        ),
    ] {
        assert_eq!(said(state), (signal, one(), honored), "{state}");
    }
}

#[test]
fn one_link_stands_for_two_and_one_right_has_its_own_name() {
    let plain = POLICY;
    let sensitive = POLICY.replace(r#""id": "safety","#, r#""id": "safety", "sensitive": true,"#);
    let unsold = sensitive.replace(
        r#""marketing"],
  "vendors""#,
        r#"{"id":"marketing","sale":false}],
  "vendors""#,
    );
    assert_ne!(unsold, sensitive);
    let nothing = unsold.replace(r#""sensitive": true,"#, "");
    for (policy, region, ways) in [
        (plain, "US-CA", Vec::from(["link.sale"])),
        (&unsold, "US-CA", Vec::from(["link.sensitive"])),
        (&sensitive, "US-CA", Vec::from(["link.choices"])),
        (&sensitive, "US", Vec::from(["link.choices"])),
        (&nothing, "US-CA", Vec::new()),
        // Laws that want a link and do not name it; they ask for consent to sensitive data, and for no link.
        (plain, "US-CT", Vec::from(["link.choices"])),
        (&sensitive, "us-or", Vec::from(["link.choices"])),
        (&unsold, "US-CO", Vec::new()),
        (&nothing, "US-MT", Vec::new()),
        // Laws that want no link.
        (&sensitive, "US-TX", Vec::new()),
        (&sensitive, "US-UT", Vec::new()),
        (&sensitive, "DE", Vec::new()),
        (&sensitive, "", Vec::new()),
    ] {
        let state = alloc::format!(r#"{{"region":"{region}","status":"refused"}}"#);
        let (_, found, honored) = told(policy, &state);
        assert_eq!(found, ways, "{region} {policy}");
        assert!(honored.is_empty() || matches!(region, "US" | "US-CA"), "{region}: no law asks for that");
    }
    assert_eq!(said(""), ("", Vec::new(), ""));
}

#[test]
fn where_the_signal_stands_nothing_that_it_refuses_can_be_turned_on() {
    let barred = |state: &str| {
        with(state, LOCALE, Layer::Preferences, |view| {
            let mut ids: Vec<String> = Vec::new();
            for row in view.rows() {
                let vendors = row.vendors.iter().filter(|vendor| vendor.switch == Switch::Barred);
                ids.extend(vendors.map(|vendor| alloc::format!("{}/{}", row.id, vendor.id)));
                if row.switch == Switch::Barred {
                    ids.push(row.id.into());
                }
            }
            ids
        })
    };
    let state = r#"{"region":"US-TX","regime":"opt_out","status":"partial","gpc":true,"prevails":"law","purposes":{"analytics":true}}"#;
    // A vendor that also works for advertising cannot be turned on below another purpose either.
    assert_eq!(barred(state), ["analytics/both", "marketing/both", "marketing"]);
    for other in ["choice", ""] {
        assert!(barred(&state.replace("law", other)).is_empty(), "{other}");
    }
}

#[test]
fn a_switch_says_which_right_it_is() {
    let state = r#"{"region":"US-CA","regime":"opt_out","purposes":{"marketing":true}}"#;
    let rights = |state| {
        with(state, LOCALE, Layer::Preferences, |view| {
            view.rows()
                .iter()
                .filter(|row| !row.right.is_empty())
                .map(|row| (row.id.into(), row.right))
                .collect::<Vec<(String, _)>>()
        })
    };
    assert_eq!(rights(state), [("marketing".into(), "link.sale")]);
    assert_eq!(rights(r#"{"region":"DE"}"#), []);
}

#[test]
fn what_is_not_sold_and_not_sensitive_needs_no_link() {
    let doc =
        json::parse(r#"{"purposes":["analytics",{"id":"ads","consentMode":["ad_storage"],"sale":false}]}"#)
            .unwrap();
    let state = State::from_json(r#"{"region":"US-CA","status":"refused"}"#);
    let (asked, locale) = (Asked::new(&doc, &Value::Null), Value::Null);
    let notice = Notice::new(&asked, &state, &Words::new(&doc, &locale, "en"), Layer::Button);
    assert_eq!(*notice.links(), Links::default());
}
