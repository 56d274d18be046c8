//! From a line of the gate to what is sent.
//!
//! What this is: the gate writes an answer down as `[milliseconds, language, choice, policy]` and forgets it. Everything
//! that is sent is made from that line and the visitor's secret alone, the id included, so that one line is one record
//! however often and in however many tabs it is taken up.

use assent_core::choice::How;
use assent_core::json::{self, Value};
use assent_core::jurisdiction::Regime;
use assent_core::notice;
use assent_core::record::{
    Action, Answer, Digest, Prevails, Secret, Strings, Submission, Time, Uuid, is_language, sha256,
};
use assent_core::rules::check;
use assent_core::scan;

/// What is sent for a line; `None` for a line that is not one of the gate's.
///
/// `first` adds the token that opens the history, which the archive has to learn once. `gpc` is what the browser signals.
pub fn submission(line: &str, secret: &Secret, first: bool, gpc: bool) -> Option<Submission> {
    let line_value = json::parse(line).ok()?;
    let [millis, wish, choice, policy] = line_value.list() else { return None };
    let word = |name| choice.get(name).and_then(Value::str);
    let policy = json::parse(policy.str()?).ok()?;
    let asked = asked(&policy);
    let mut purposes = answers(choice, "purposes")?;
    purposes.retain(|(id, _)| asked.contains(&id.as_str()));
    let refused = purposes.iter().all(|(_, yes)| !yes);
    // What still works then rests on nothing that was asked.
    let mut vendors = answers(choice, "vendors")?;
    vendors.retain(|(_, yes)| !(refused && *yes));
    let source = How::from_name(word("how")?)?;
    let action = match () {
        () if refused && source == How::Withdrawal => Action::Withdraw,
        () if refused => Action::Refuse,
        () if purposes.iter().chain(&vendors).all(|(_, yes)| *yes) => Action::Accept,
        () => Action::Custom,
    };
    let mut document = String::new();
    json::write_value(&mut document, &policy);
    let [language, _] = notice::languages(&policy, wish.str()?);
    let imported = source == How::Import;
    // Another tool's choice was made when that tool says, not when it was found.
    let millis = if imported { choice.get("time")?.int()?.checked_mul(1000)? } else { millis.int()? };
    let given_at = Time::from_millis(millis.try_into().ok()?)?;
    Some(Submission {
        id: id(line, secret, given_at),
        subject: secret.subject(),
        auth: first.then(|| secret.token()),
        policy_token: None,
        answer: Answer {
            policy: Digest::of(document.as_bytes()),
            asked: None,
            action,
            source,
            origin: if imported { Some(word("origin")?.into()) } else { None },
            purposes,
            vendors,
            gpc: Some(gpc || choice.get("gpc") == Some(&Value::Bool(true))),
            dnt: choice.get("dnt").and_then(Value::bool).filter(|counts| *counts),
            prevails: word("prevails").and_then(Prevails::from_name),
            strings: Strings::default(),
            // A tag that the archive does not read would cost the whole record.
            language: Some(language).filter(|tag| is_language(tag)).map(Into::into),
            region: word("region").filter(|region| check::is(check::Kind::Region, region)).map(Into::into),
            regime: Regime::ALL.get(scan::place(check::REGIMES, word("regime")?)).copied(),
            notice_ms: None,
            given_at,
        },
    })
}

/// Yes and no by id.
fn answers(choice: &Value, name: &str) -> Option<Vec<(String, bool)>> {
    let mut answers = Vec::new();
    for (id, yes) in choice.get(name)?.map() {
        answers.push((id.clone(), yes.bool()?));
    }
    Some(answers)
}

/// The record's name: random to everybody who does not know the secret, and always the same for one line.
fn id(line: &str, secret: &Secret, given_at: Time) -> Uuid {
    let [a, b, c, d, e, f, g, h, i, j, ..] = sha256(&[b"assent/line/v1\0", &secret.0, line.as_bytes()]);
    Uuid::new(given_at, [a, b, c, d, e, f, g, h, i, j])
}

/// The ids of the purposes that people are asked about; the others rest on a contract or on the law.
fn asked(policy: &Value) -> Vec<&str> {
    let purposes = policy.get("purposes").map(Value::list).unwrap_or_default();
    let is_asked = |purpose: &&Value| {
        let basis = purpose.get("legalBasis").and_then(Value::str);
        !matches!(basis, Some("contract" | "legal_obligation"))
    };
    let id = |purpose| Value::str(purpose).or_else(|| purpose.get("id")?.str());
    purposes.iter().filter(is_asked).filter_map(id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = r#"{\"version\":1, \"purposes\":[\"analytics\",{\"id\":\"shipping\",\"legalBasis\":\"contract\"}],\"languages\":[\"en\",\"de\"]}"#;

    fn line(how: &str, analytics: bool) -> String {
        format!(
            r#"[1795446245123,"de-AT",{{"status":"given","purposes":{{"analytics":{analytics},"shipping":true}},"vendors":{{"acme":{analytics},"parcels":true}},"time":1795446245,"expires":1811171045,"regime":"opt_in","region":"DE","gpc":false,"how":"{how}"}},"{POLICY}"]"#
        )
    }

    fn read(line: &str) -> Submission {
        submission(line, &Secret([7; 32]), false, false).unwrap()
    }

    #[test]
    fn a_line_tells_what_was_shown_and_what_was_answered() {
        let Submission { answer, auth, .. } = read(&line("banner", true));
        assert_eq!(answer.given_at.text(), "2026-11-23T15:04:05.123Z");
        assert_eq!((answer.action, answer.source), (Action::Accept, How::Banner));
        assert_eq!(answer.purposes, [("analytics".into(), true)], "a contract is not asked about");
        assert_eq!((answer.language.as_deref(), answer.region.as_deref()), (Some("de"), Some("DE")));
        let compact = r#"{"version":1,"purposes":["analytics",{"id":"shipping","legalBasis":"contract"}],"languages":["en","de"]}"#;
        assert_eq!(answer.policy, Digest::of(compact.as_bytes()), "white space does not count");
        assert_eq!(auth, None);
    }

    #[test]
    fn a_choice_that_counts_against_a_signal_and_one_that_may_not_are_told_apart() {
        for (said, prevails) in
            [("choice", Some(Prevails::Choice)), ("law", Some(Prevails::Law)), ("", None), ("me", None)]
        {
            let signal = format!(r#""gpc":true,"prevails":"{said}""#);
            let made = read(&line("preferences", true).replace(r#""gpc":false"#, &signal));
            assert_eq!((made.answer.gpc, made.answer.prevails), (Some(true), prevails), "{said}");
            assert_eq!(Submission::parse(&made.text()), Ok(made));
        }
    }

    #[test]
    fn refusals_and_withdrawals_say_no_to_everything_that_was_asked() {
        for (how, action) in [("preferences", Action::Refuse), ("withdrawal", Action::Withdraw)] {
            let answer = read(&line(how, false)).answer;
            assert_eq!(answer.action, action);
            assert_eq!(answer.vendors, [("acme".into(), false)]);
        }
        let some = line("preferences", true).replace(r#""acme":true"#, r#""acme":false"#);
        assert_eq!(read(&some).answer.action, Action::Custom);
    }

    #[test]
    fn everything_that_is_made_is_what_the_archive_reads() {
        for how in ["banner", "preferences", "event", "api", "withdrawal"] {
            for yes in [true, false] {
                let made = submission(&line(how, yes), &Secret([7; 32]), true, true).unwrap();
                assert_eq!(Submission::parse(&made.text()), Ok(made));
            }
        }
        let odd = line("banner", true)
            .replace("\\\"de\\\"", "\\\"de-abcdefghi\\\"")
            .replace("de-AT", "de-abcdefghi");
        assert_eq!(read(&odd).answer.language, None, "a strange tag does not cost the record");
    }

    #[test]
    fn an_import_says_from_where_and_when_it_was_made_there() {
        let line = line("import", true).replace(r#""gpc":false"#, r#""gpc":false,"origin":"onetrust""#);
        let line = line.replace(r#""time":1795446245"#, r#""time":1790000000"#);
        let made = read(&line);
        assert_eq!((made.answer.source, made.answer.origin.as_deref()), (How::Import, Some("onetrust")));
        assert_eq!(made.answer.given_at.text(), "2026-09-21T14:13:20.000Z");
        assert_eq!(Submission::parse(&made.text()), Ok(made));
        let nameless = line.replace(r#","origin":"onetrust""#, "");
        assert_eq!(submission(&nameless, &Secret([7; 32]), false, false), None);
    }

    #[test]
    fn one_line_is_one_record_and_another_line_or_person_another() {
        let one = line("banner", true);
        assert_eq!(read(&one).id, read(&one).id);
        assert_ne!(read(&one).id, read(&line("banner", false)).id);
        assert_ne!(
            Some(read(&one).id),
            submission(&one, &Secret([8; 32]), false, false).map(|other| other.id)
        );
    }

    #[test]
    fn what_is_not_a_line_is_nothing() {
        for text in [
            "",
            "[]",
            "null",
            "[1,2]",
            r#"[1,"en",{},"{}"]"#,
            &line("magic", true),
            line("banner", true).trim_start_matches('['),
        ] {
            assert_eq!(submission(text, &Secret([7; 32]), false, false), None, "{text}");
        }
    }
}
