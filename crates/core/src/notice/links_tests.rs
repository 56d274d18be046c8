use super::tests::{LOCALE, POLICY, with};
use super::*;
use crate::json;
use alloc::string::String;
use alloc::vec::Vec;

/// The keys of what is said about the signal, and of the links, in a state of the policy above with sensitive data.
fn said(state: &str) -> (&'static str, [&'static str; 3]) {
    let doc = POLICY.replace(r#""id": "safety","#, r#""id": "safety", "sensitive": true,"#);
    let doc = json::parse(&doc).unwrap();
    let (locale, state) = (Value::Null, State::from_json(state));
    let words = Words::new(&doc, &locale, "en");
    let notice = Notice::new(&Asked::new(&doc, &Value::Null), &state, &words, Layer::Button);
    (notice.links().signal, [notice.links().sale, notice.links().sensitive, notice.links().honored])
}

#[test]
fn links_are_named_in_california_and_a_request_is_confirmed_while_it_holds() {
    let links = ["link.sale", "link.sensitive", ""];
    let honored = ["link.sale", "link.sensitive", "honored"];
    for (state, expected) in [
        // Nobody asked for anything.
        (
            r#"{"region":"US-CA","regime":"opt_out","status":"unknown","purposes":{"marketing":true}}"#,
            ("", links),
        ),
        (r#"{"region":"US-CA","regime":"opt_out","status":"unknown","purposes":{}}"#, ("", links)),
        // By the signal, and by an answer.
        (
            r#"{"region":"US-CA","status":"unknown","gpc":true,"purposes":{"analytics":true}}"#,
            ("gpc", honored),
        ),
        (
            r#"{"region":"US-CA","status":"unknown","dnt":true,"purposes":{"analytics":true}}"#,
            ("dnt", honored),
        ),
        (r#"{"region":"US","status":"refused","purposes":{}}"#, ("", honored)),
        (r#"{"region":"US-CA","status":"partial","purposes":{"marketing":true}}"#, ("", links)),
        // Somebody who sends the signal and has chosen otherwise since is not told that it was applied.
        (
            r#"{"region":"US-CA","status":"given","gpc":true,"purposes":{"marketing":true}}"#,
            ("signal.chosen", links),
        ),
        // Elsewhere no law names the links.
        (r#"{"region":"US-CO","status":"unknown","gpc":true,"purposes":{}}"#, ("gpc", ["", "", ""])),
        (r#"{"region":"","status":"refused","purposes":{}}"#, ("", ["", "", ""])),
        ("", ("", ["", "", ""])),
    ] {
        assert_eq!(said(state), expected, "{state}");
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
