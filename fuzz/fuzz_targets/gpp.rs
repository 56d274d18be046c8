//! A GPP string and its sections.
#![no_main]

use assent_core::signal::gpp::{GppString, Section};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(gpp) = GppString::decode(text) {
        let _ = gpp.encode();
    }
    for id in 0..=40 {
        if let Ok(Some(section)) = Section::decode(id, text) {
            let _ = section.encode();
        }
    }
});
