//! A string of Google's additional consent.
#![no_main]

use assent_core::signal::additional_consent::AdditionalConsent;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(ac) = AdditionalConsent::decode(text) {
        assert!(AdditionalConsent::decode(&ac.encode()).is_ok());
    }
});
