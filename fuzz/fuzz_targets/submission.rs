//! What a browser posts. Each record that is made of it can be read back.
#![no_main]

use assent_core::record::{Record, Submission, Time, Trust};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(submission) = Submission::parse(text) {
        let record = Record::of(&submission, "shop", [7; 32], Trust::Browser, Time::LAST);
        assert_eq!(Record::parse(&record.text()).as_ref(), Ok(&record));
    }
});
