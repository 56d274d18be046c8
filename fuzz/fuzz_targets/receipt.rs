//! A compact JWS, and a record in its canonical form.
#![no_main]

use assent_core::record::{Record, SignedReceipt};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = SignedReceipt::parse(text);
    if let Ok(record) = Record::parse(text) {
        assert_eq!(record.text(), text, "a record has one spelling");
    }
});
