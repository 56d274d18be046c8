//! A receipt with everything that proves it, as it comes from a file.
#![no_main]

use assent_core::record::Bundle;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(bundle) = Bundle::parse(text) {
        let _ = bundle.open(&[], None);
        assert_eq!(Bundle::parse(&bundle.text()).as_ref(), Ok(&bundle));
    }
});
