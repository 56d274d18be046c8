//! What may be sent, and what is refused.

use crate::shop::{SUBMISSION, consent, erasure, submission};
use assent_core::json;
use assent_core::record::{Act, Event, Kind, Publication, Record, Submission, What, canonical};

#[test]
fn what_is_sent_reads_back_in_its_canonical_form() {
    let text = submission().text();
    assert_eq!(text, canonical(&json::parse(SUBMISSION).unwrap()));
    assert_eq!(Submission::parse(&text), Ok(submission()));
}

#[test]
fn a_record_reads_back_and_is_canonical() {
    let act = |kind| Record {
        site: None,
        event: Event::Act(Act { kind, actor: "cli".into(), action: "rotate".into(), object: "".into() }),
        ..consent()
    };
    let publication = Publication { policy: submission().answer.policy, version: 3, actor: "cli".into() };
    let publication = Record { event: Event::Publication(publication), ..consent() };
    let mut withdrawal = consent();
    if let Event::Decision(decision) = &mut withdrawal.event {
        decision.answer.action = assent_core::record::Action::Withdraw;
        decision.answer.purposes.iter_mut().for_each(|(_, yes)| *yes = false);
    }
    assert_eq!(withdrawal.kind(), Kind::Withdrawal);
    for record in
        [consent(), withdrawal, erasure(), publication, act(Kind::Admin), act(Kind::Key), act(Kind::Breach)]
    {
        let text = record.text();
        assert_eq!(text, canonical(&json::parse(&text).unwrap()));
        assert_eq!(Record::parse(&text), Ok(record));
        let spaced = text.replacen(':', ": ", 1);
        assert_eq!(Record::parse(&spaced).unwrap_err().what, What::NotCanonical);
    }
}

#[test]
fn a_record_says_its_kind_truly() {
    let text = consent().text().replace(r#""kind":"consent""#, r#""kind":"withdrawal""#);
    let fault = Record::parse(&text).unwrap_err();
    assert_eq!((fault.path.as_str(), fault.what), ("kind", What::Contradiction));
    let text = consent().text().replace(r#""site":"shop","#, "");
    assert_eq!(Record::parse(&text).unwrap_err().what, What::Missing);
    let text = consent().text().replace(r#""v":1"#, r#""v":2"#);
    assert_eq!(Record::parse(&text).unwrap_err().what, What::OutOfRange);
}

/// A sound submission in which one text stands for another.
fn with(from: &str, to: &str) -> String {
    assert!(SUBMISSION.contains(from), "{from}");
    SUBMISSION.replacen(from, to, 1)
}

#[test]
fn faults_name_the_member_and_never_its_value() {
    let purposes = |count: usize| {
        let all: Vec<String> = (0..count).map(|i| format!(r#""p{i}":true"#)).collect();
        with(r#""marketing": false, "analytics": true"#, &all.join(","))
    };
    assert!(Submission::parse(&purposes(64)).is_ok());
    for (text, path, what) in [
        (with(r#""language""#, r#""<script>": 1, "language""#), "?", What::Unknown),
        (with(r#""language""#, r#""langauge": "x", "language""#), "langauge", What::Unknown),
        (with(r#""language""#, r#""language": "de", "language""#), "language", What::Repeated),
        (with(r#""analytics": true"#, r#""analytics": 1"#), "purposes.analytics", What::WrongType),
        (with(r#""analytics": true"#, r#""Canary!": true"#), "purposes.?", What::BadForm),
        (with(r#""analytics": true"#, r#""marketing": true"#), "purposes.marketing", What::Repeated),
        (with(r#"{ "acme-ads": false }"#, "[]"), "vendors", What::WrongType),
        (with("019aeb5c-7c00-7abc", "019aeb5c-7c00-4abc"), "id", What::BadForm),
        (with("AAECAwQFBgcICQoLDA0ODw", "AAECAwQFBgcICQoLDA0OD"), "subject", What::BadForm),
        (with(r#""auth": "A"#, r#""auth": ""#), "auth", What::BadForm),
        (with("sha256-ung", "sha512-ung"), "policy", What::BadForm),
        (with("3vk9xfy742ozi", "03vk9xfy742ozi"), "asked", What::BadForm),
        (with(r#""custom""#, r#""canary""#), "action", What::BadForm),
        (with(r#""custom""#, r#""accept""#), "purposes", What::Contradiction),
        (with(r#""custom""#, r#""withdraw""#), "purposes", What::Contradiction),
        (with(r#""gpc": true"#, r#""gpc": "yes""#), "signals.gpc", What::WrongType),
        (with(r#""gpc": true"#, r#""tracking": true"#), "signals.tracking", What::Unknown),
        (with("CQ.YA", "CQ YA"), "strings.tcf", What::BadForm),
        (with("CQ.YA", &"C".repeat(4097)), "strings.tcf", What::BadForm),
        (with("de-AT", "de_AT"), "language", What::BadForm),
        (with(r#""AT""#, r#""Vienna""#), "region", What::BadForm),
        (with(r#""opt_in""#, r#""none""#), "regime", What::BadForm),
        (with("5210", "-1"), "notice_ms", What::OutOfRange),
        (with("5210", "4294967296"), "notice_ms", What::OutOfRange),
        (with("5210", "5.5"), "", What::NotJson),
        (with("15:04:05.123Z", "15:04:05Z"), "given_at", What::BadForm),
        (with(r#""notice_ms": 5210,"#, r#""notice_ms": 5210"#), "", What::NotJson),
        (with(r#""given_at": "2026-11-23T15:04:05.123Z""#, r#""notice_m": 1"#), "notice_m", What::Unknown),
        (with(r#""action": "custom","#, ""), "action", What::Missing),
        (with(r#""purposes": { "marketing": false, "analytics": true },"#, ""), "purposes", What::Missing),
        (purposes(65), "purposes", What::TooMany),
        (with(r#""gpc": true"#, r#""gpc": [[[[[[true]]]]]]"#), "", What::NotJson),
        (" ".repeat(Submission::MOST_BYTES + 1), "", What::TooLong),
        ("[]".into(), "", What::WrongType),
    ] {
        let fault = Submission::parse(&text).unwrap_err();
        assert_eq!((fault.path.as_str(), fault.what), (path, what), "{text:.300}");
        assert!(!fault.to_string().to_lowercase().contains("canary"), "{fault}");
    }
}
