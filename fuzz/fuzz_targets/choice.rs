//! The stored choice: anybody on the page may have written it.
#![no_main]

use assent_core::choice::Choice;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(choice) = Choice::decode(text) {
        assert_eq!(Choice::decode(&choice.encode()).as_ref(), Some(&choice));
    }
});
