//! A TC string, and the vendor list that it refers to.
#![no_main]

use assent_core::signal::gvl::Gvl;
use assent_core::signal::tcf::TcString;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(tc) = TcString::decode(text) {
        let _ = tc.encode(Default::default());
    }
    let _ = Gvl::read(text);
});
