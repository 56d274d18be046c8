//! A US Privacy string.
#![no_main]

use assent_core::signal::usp::UsPrivacy;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(usp) = UsPrivacy::decode(text) {
        assert!(UsPrivacy::decode(&usp.encode()).is_ok());
    }
});
