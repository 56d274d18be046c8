//! Whatever is sent, nothing stops: random and mutated texts for every reader.

use crate::shop::{Dice, SUBMISSION, archive, consent, erasure, verifier};
use assent_core::record::note::{Checkpoint, Note, VerifierKey};
use assent_core::record::tree::{Frontier, Tile, split_entries, tiles};
use assent_core::record::{Bundle, Digest, Inclusion, Record, Secret, SignedReceipt, Submission, Time, Uuid};

/// Gives a text to every reader. What is accepted must be written as it was read.
fn read(text: &str) {
    if let Ok(submission) = Submission::parse(text) {
        assert_eq!(Submission::parse(&submission.text()), Ok(submission));
    }
    if let Ok(record) = Record::parse(text) {
        assert_eq!(record.text(), text);
    }
    if let Some(inclusion) = Inclusion::parse(text) {
        assert_eq!(inclusion.text(), text);
    }
    if let Some(key) = VerifierKey::parse(text) {
        assert_eq!(key.text(), text);
    }
    if let Ok(bundle) = Bundle::parse(text) {
        let _ = bundle.open(&[verifier()], None);
        assert_eq!(Bundle::parse(&bundle.text()), Ok(bundle));
    }
    let _ = (SignedReceipt::parse(text), Checkpoint::parse(text), Checkpoint::open(text, &[verifier()]));
    let _ = (Note::parse(text), Tile::parse(text), Tile::parse_entries(text), Secret::parse(text));
    let _ = (Time::parse(text), Uuid::parse(text), Digest::parse(text));
}

#[test]
fn twenty_thousand_texts_stop_nothing() {
    let bundle = archive(&consent(), 5, 2);
    let checkpoint = Inclusion::parse(&bundle.proof).unwrap().checkpoint;
    let seeds = [
        SUBMISSION.to_string(),
        consent().text(),
        erasure().text(),
        bundle.text(),
        bundle.proof.clone(),
        bundle.receipt.clone(),
        checkpoint,
        verifier().text(),
        "tile/3/x001/x234/067.p/12".into(),
        "2026-11-23T15:04:05.123Z".into(),
    ];
    seeds.iter().for_each(|seed| read(seed));
    let mut dice = Dice(7);
    for round in 0..10_000 {
        let mut bytes = seeds[round % seeds.len()].clone().into_bytes();
        for _ in 0..=dice.roll(4) {
            let at = dice.roll(bytes.len() as u64) as usize;
            match dice.roll(5) {
                0 => bytes[at] = dice.roll(256) as u8,
                1 => bytes[at] ^= 1 << dice.roll(7),
                2 => bytes.insert(at, br#"{}[]",:\0-."#[dice.roll(11) as usize]),
                3 if bytes.len() > 1 => {
                    drop(bytes.drain(at..(at + 1 + dice.roll(9) as usize).min(bytes.len())))
                }
                _ => {
                    let copy = bytes[at..(at + 30).min(bytes.len())].to_vec();
                    bytes.splice(at..at, copy);
                }
            }
            if bytes.is_empty() {
                break;
            }
        }
        read(&String::from_utf8_lossy(&bytes));
        let random: Vec<u8> = (0..dice.roll(60)).map(|_| dice.roll(256) as u8).collect();
        read(&String::from_utf8_lossy(&random));
        let _ = (Frontier::from_bytes(&random), split_entries(&random));
    }
}

#[test]
fn trees_of_any_size_can_be_asked_for() {
    let mut dice = Dice(3);
    let none = |_: &Tile| None;
    for _ in 0..100 {
        let size = (dice.roll(u64::MAX)) >> dice.roll(64);
        let other = (dice.roll(u64::MAX)) >> dice.roll(64);
        let _ = (
            tiles::root(size, none),
            tiles::inclusion(other, size, none),
            tiles::consistency(other, size, none),
        );
        assert!(tiles::inclusion_tiles(other, size).len() < 100);
        assert!(tiles::consistency_tiles(other, size).len() < 100);
    }
    for size in [0, 1, u64::MAX - 1, u64::MAX] {
        for other in [0, 1, u64::MAX - 1, u64::MAX] {
            let _ = (tiles::inclusion_tiles(other, size), tiles::consistency_tiles(other, size));
        }
    }
}
