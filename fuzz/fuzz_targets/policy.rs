//! A policy file: it is read or it has faults, and what was read stays the same when it is written down.
#![no_main]

use assent_core::json;
use assent_core::policy::Policy;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match Policy::from_json(text) {
        Ok(policy) => {
            let mut written = String::new();
            json::write_value(&mut written, &policy.doc);
            assert!(Policy::from_json(&written).is_ok(), "what was read is written as something else");
        }
        Err(faults) => assert!(!faults.is_empty(), "refused without a reason"),
    }
});
