//! A shop's archive, small enough for a test: what somebody sends, and the log that it is put into.
#![expect(clippy::unwrap_used, reason = "a test is meant to stop when its ground is wrong")]

use std::sync::LazyLock;

use assent_core::record::note::{Checkpoint, Note, VerifierKey};
use assent_core::record::tree::{Batch, Frontier, leaf_hash};
use assent_core::record::{
    Bundle, Decision, Digest, Erasure, ErasureMode, Event, Hash, Inclusion, Kind, Receipt, ReceiptKind,
    Record, Secret, Submission, Time, Trust, commitment, leaf, pseudonym,
};
use ed25519_dalek::{Signer, SigningKey};

pub const LOG: &str = "consent.example.com/2026h2";

pub const SUBMISSION: &str = r#"{
  "id": "019aeb5c-7c00-7abc-8def-0123456789ab",
  "subject": "AAECAwQFBgcICQoLDA0ODw",
  "auth": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  "policy": "sha256-ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0",
  "asked": "3vk9xfy742ozi",
  "policy_token": "abc.def",
  "action": "custom", "source": "preferences",
  "purposes": { "marketing": false, "analytics": true },
  "vendors": { "acme-ads": false },
  "signals": { "gpc": true },
  "strings": { "tcf": "CQ.YA", "gpp": "DBAA", "ac": "2~1.2" },
  "language": "de-AT", "region": "AT", "regime": "opt_in", "notice_ms": 5210,
  "given_at": "2026-11-23T15:04:05.123Z"
}"#;

static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::from_bytes(&[42; 32]));

pub fn key() -> &'static SigningKey {
    &KEY
}

pub fn verifier() -> VerifierKey {
    VerifierKey::new(LOG, key().verifying_key().to_bytes()).unwrap()
}

pub fn submission() -> Submission {
    Submission::parse(SUBMISSION).unwrap()
}

pub fn consent() -> Record {
    let subject = pseudonym(&[1; 32], &Secret([2; 32]).subject());
    let received_at = Time::parse("2026-11-23T15:04:06.000Z").unwrap();
    Record::of(&submission(), "shop", subject, Trust::Browser, received_at)
}

pub fn erasure() -> Record {
    let requested_at = Time::parse("2026-11-24T08:00:00.000Z").unwrap();
    let erased = [(LOG.to_string(), [3, 17].to_vec()), ("consent.example.com/2026h1".into(), [0].to_vec())];
    let mut erased = erased.to_vec();
    erased.sort();
    let event = Event::Erasure(Erasure { mode: ErasureMode::Full, requested_at, erased });
    Record { event, received_at: requested_at, ..consent() }
}

pub fn policy_of(record: &Record) -> Option<Digest> {
    match &record.event {
        Event::Decision(Decision { answer, .. }) => Some(answer.policy),
        _ => None,
    }
}

/// The hash of some leaf.
pub fn leaf_number(i: u64) -> Hash {
    leaf_hash(&leaf(Kind::Consent, &[i as u8; 32]))
}

/// Signs a checkpoint.
pub fn signed(checkpoint: &Checkpoint) -> String {
    let text = checkpoint.text();
    let signature = key().sign(text.as_bytes()).to_bytes();
    Note::join(&text, &[verifier().signature_line(&signature)])
}

/// Puts a record behind `before` other leaves, and `after` more into the same batch.
pub fn archive(record: &Record, before: u64, after: u64) -> Bundle {
    let salt = [9; 32];
    let text = record.text();
    let commitment = commitment(&salt, &text);
    let mut frontier = Frontier::new();
    (0..before).for_each(|i| frontier.append(leaf_number(i)));
    let mut leaves = vec![leaf_hash(&leaf(record.kind(), &commitment))];
    leaves.extend((0..after).map(|i| leaf_number(before + 1 + i)));
    let batch = Batch::new(&frontier, &leaves);
    let checkpoint = Checkpoint { origin: LOG.into(), size: batch.size(), root: batch.root() };
    let receipt = Receipt {
        kind: ReceiptKind::of(record.kind()).unwrap(),
        issuer: "https://consent.example.com".into(),
        id: record.id,
        issued_at: record.received_at.seconds(),
        log: LOG.into(),
        index: before,
        commitment,
        policy: policy_of(record),
        not_before: policy_of(record).map(|_| record.received_at.seconds()),
        expires: policy_of(record).map(|_| record.received_at.seconds() + 182 * 86_400),
    };
    let signing_input = receipt.signing_input(&verifier().kid());
    let signature = key().sign(signing_input.as_bytes()).to_bytes();
    let path = batch.prove(before).unwrap();
    Bundle {
        record: text,
        salt,
        receipt: Receipt::jws(&signing_input, &signature),
        proof: Inclusion { extra: None, index: before, path, checkpoint: signed(&checkpoint) }.text(),
    }
}

/// Numbers that look random and are the same in every run (xorshift64*).
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % sides
    }
}
