//! What the archive signs: checkpoints and receipts. How they are spelled is the core's matter.

use assent_core::record::note::{Checkpoint, Note, VerifierKey};
use assent_core::record::tree::leaf_hash;
use assent_core::record::{
    Event, Hash, Inclusion, Kind, Receipt, ReceiptKind, Record, commitment, leaf as entry,
};

use super::{Error, Result};
use crate::keys::{Keys, SigningKey};

/// The hash of a leaf in the tree.
pub(super) fn leaf(kind: Kind, commitment: &Hash) -> Hash {
    leaf_hash(&entry(kind, commitment))
}

/// A record's commitment.
pub(super) fn commit(salt: &[u8; 32], document: &str) -> Hash {
    commitment(salt, document)
}

fn verifier_key(origin: &str, key: &SigningKey) -> Result<VerifierKey> {
    VerifierKey::new(origin, key.public()).ok_or_else(|| Error::damaged("an origin that is none"))
}

/// A key as those who verify want it: `name+hash+key`.
pub(super) fn verifier(origin: &str, key: &SigningKey) -> String {
    verifier_key(origin, key).map(|key| key.text()).unwrap_or_default()
}

/// A checkpoint that every present key has signed, the newest first.
pub(super) fn checkpoint(keys: &Keys, origin: &str, size: u64, root: &Hash) -> Result<String> {
    let text = Checkpoint { origin: origin.into(), size, root: *root }.text();
    let sign = |key: &SigningKey| Ok(verifier_key(origin, key)?.signature_line(&key.sign(text.as_bytes())));
    let lines = keys.signing().map(sign).collect::<Result<Vec<_>>>()?;
    Ok(Note::join(&text, &lines))
}

/// Reads a checkpoint, whoever signed it.
pub(super) fn read_checkpoint(note: &str) -> Option<Checkpoint> {
    Checkpoint::parse(Note::parse(note)?.text)
}

/// Whether one of the verifier keys has signed a note. Other signatures are passed over, as the standard wants it.
pub(super) fn is_signed(note: &str, verifiers: &[String]) -> bool {
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
    let keys: Vec<VerifierKey> = verifiers.iter().filter_map(|key| VerifierKey::parse(key)).collect();
    let Some(note) = Note::parse(note) else { return false };
    note.signatures.iter().any(|signature| {
        let key = signature.of(&keys).map(|key| UnparsedPublicKey::new(&ED25519, key.key()));
        key.is_some_and(|key| key.verify(note.text.as_bytes(), &signature.bytes).is_ok())
    })
}

/// A proof with the checkpoint it leads to.
pub(super) fn proof(index: u64, path: Vec<Hash>, note: &str) -> String {
    Inclusion { extra: None, index, path, checkpoint: note.into() }.text()
}

/// The receipt of a leaf: a promise that it is in the log at this index. Made of what is stored and nothing else, so that
/// it can be made again, to the byte. Only what is a person's has one.
pub(super) fn receipt(
    key: &SigningKey,
    (origin, index): (&str, u64),
    record: &Record,
    commitment: &Hash,
) -> Result<String> {
    let kind = ReceiptKind::of(record.kind()).ok_or(Error::NotFound)?;
    let policy = match &record.event {
        Event::Decision(decision) => Some(decision.answer.policy),
        _ => None,
    };
    let receipt = Receipt {
        kind,
        issuer: origin.split('/').next().unwrap_or(origin).into(),
        id: record.id,
        issued_at: record.received_at.seconds(),
        log: origin.into(),
        index,
        commitment: *commitment,
        policy,
        not_before: None,
        expires: None,
    };
    let input = receipt.signing_input(&verifier_key(origin, key)?.kid());
    Ok(Receipt::jws(&input, &key.sign(input.as_bytes())))
}
