//! Version 1, as it was first written. What is here was given out; it must be readable for ever.
//!
//! Never change these files. They were made with the Ed25519 key whose secret is 32 times the byte 42.

use crate::shop::{archive, consent, erasure, verifier};
use assent_core::record::note::VerifierKey;
use assent_core::record::{Bundle, Kind, is_good};

const CONSENT: &str = include_str!("golden/consent.json");
const ERASURE: &str = include_str!("golden/erasure.json");
const KEY: &str = "consent.example.com/2026h2+81e346a8+ARl/ayPhbIUyxqvIOPrNXqeJvgx2spIDNAOb+os9No1h";

#[test]
fn version_1_stays_readable() {
    let keys = [VerifierKey::parse(KEY).unwrap()];
    for (text, kind, index) in [(CONSENT, Kind::Consent, 5), (ERASURE, Kind::Erasure, 6)] {
        let verified = Bundle::parse(text).unwrap().verify(&keys, None, is_good).unwrap();
        assert_eq!((verified.record.kind(), verified.receipt.index), (kind, index));
    }
}

#[test]
fn version_1_is_still_what_is_written() {
    assert_eq!(verifier().text(), KEY);
    assert_eq!(archive(&consent(), 5, 2).text(), CONSENT.trim_end());
    assert_eq!(archive(&erasure(), 6, 2).text(), ERASURE.trim_end());
}
