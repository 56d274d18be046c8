//! Signed notes, the checkpoints in them, verifier keys, and proofs.
#![no_main]

use assent_core::record::Inclusion;
use assent_core::record::note::{Checkpoint, Note, VerifierKey};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = VerifierKey::parse(text);
    let _ = Checkpoint::parse(text);
    if let Some(note) = Note::parse(text) {
        let _ = Checkpoint::parse(note.text);
    }
    if let Some(inclusion) = Inclusion::parse(text) {
        assert_eq!(inclusion.text(), text, "a proof has one spelling");
    }
});
