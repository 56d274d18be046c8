//! Addresses that a page writes, and names on its tags: without a grant, nothing may leave that a vendor has.
#![no_main]

use std::sync::LazyLock;

use assent_core::decide::{Context, decide, decide_tagged};
use assent_core::policy::Policy;
use assent_core::url;
use libfuzzer_sys::fuzz_target;

static POLICY: LazyLock<Policy> = LazyLock::new(|| {
    let text = r#"{"version":1,"controller":{"name":"S","contact":"a@s.example","privacyNotice":"https://s.example/p"},
        "purposes":["analytics","marketing"],
        "vendors":[{"id":"counter","name":"C","hosts":["counter.example"],"purposes":["analytics"]}]}"#;
    Policy::from_json(text).unwrap_or_else(|faults| panic!("{faults:?}"))
});

fuzz_target!(|text: &str| {
    let grants = Default::default();
    let context = Context { rules: &POLICY.rules, grants: &grants, page_host: "s.example" };
    let verdict = decide(text, context);
    assert!(!(verdict.vendor == "counter" && verdict.allows()));
    let _ = decide_tagged(text, context);
    let _ = url::ascii(text);
});
