//! What the archive signs, and how its proofs are spelled.
//!
//! What this is: checkpoints as C2SP signed notes (`c2sp.org/tlog-checkpoint`), inclusion proofs as
//! `c2sp.org/tlog-proof@v1`, receipts as compact JWS (RFC 7515) with the algorithm `Ed25519` (RFC 9864).

use assent_core::json;
use assent_core::record::tree::leaf_hash;
use assent_core::record::{Hash, Kind, Record, commitment, leaf as entry, sha256};
use base64ct::{Base64, Base64UrlUnpadded, Encoding};

use crate::keys::{Keys, SigningKey};

/// Ed25519 in the list of signature types of signed notes.
const ED25519: u8 = 1;

/// The hash of a leaf in the tree.
pub(super) fn leaf(kind: Kind, commitment: &Hash) -> Hash {
    leaf_hash(&entry(kind, commitment))
}

/// A record's commitment.
pub(super) fn commit(salt: &[u8; 32], document: &str) -> Hash {
    commitment(salt, document)
}

/// What a key is called in the signatures of an origin: the start of a hash of both.
fn key_id(origin: &str, public: &[u8; 32]) -> [u8; 4] {
    let [a, b, c, d, ..] = sha256(&[origin.as_bytes(), b"\n", &[ED25519], public]);
    [a, b, c, d]
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A key as those who verify want it: `name+hash+key`.
pub(super) fn verifier(origin: &str, key: &SigningKey) -> String {
    let public = key.public();
    let typed = [&[ED25519][..], &public].concat();
    format!("{origin}+{}+{}", hex(&key_id(origin, &public)), Base64::encode_string(&typed))
}

/// A checkpoint that every present key has signed, the newest first.
pub(super) fn checkpoint(keys: &Keys, origin: &str, size: u64, root: &Hash) -> String {
    let text = format!("{origin}\n{size}\n{}\n", Base64::encode_string(root));
    let mut note = format!("{text}\n");
    for key in keys.signing() {
        let signature = [&key_id(origin, &key.public())[..], &key.sign(text.as_bytes())].concat();
        note.push_str(&format!("\u{2014} {origin} {}\n", Base64::encode_string(&signature)));
    }
    note
}

/// A checkpoint without a look at its signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Checkpoint {
    pub(super) origin: String,
    pub(super) size: u64,
    pub(super) root: Hash,
}

/// Reads a checkpoint, whoever signed it.
pub(super) fn read_checkpoint(note: &str) -> Option<Checkpoint> {
    let (text, _) = note.split_once("\n\n")?;
    let mut lines = text.split('\n');
    let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
    let number: u64 = size.parse().ok()?;
    let root = Base64::decode_vec(root).ok()?.try_into().ok()?;
    (lines.next().is_none() && number.to_string() == size).then(|| Checkpoint {
        origin: origin.into(),
        size: number,
        root,
    })
}

/// Whether one of the verifier keys has signed a note. Other signatures are passed over, as the standard wants it.
pub(super) fn is_signed(note: &str, verifiers: &[String]) -> bool {
    let Some((text, signatures)) = note.split_once("\n\n") else { return false };
    let text = format!("{text}\n");
    signatures.lines().any(|line| {
        let Some((name, signature)) = line.strip_prefix("\u{2014} ").and_then(|line| line.split_once(' '))
        else {
            return false;
        };
        let Ok(signature) = Base64::decode_vec(signature) else { return false };
        let Some((id, signature)) = signature.split_first_chunk::<4>() else { return false };
        verifiers.iter().filter_map(|verifier| read_verifier(verifier)).any(|(origin, public)| {
            origin == name && key_id(origin, &public) == *id && verifies(&public, text.as_bytes(), signature)
        })
    })
}

/// The name and the key of a verifier key, if it is one and its hash is right.
fn read_verifier(verifier: &str) -> Option<(&str, [u8; 32])> {
    let (origin, rest) = verifier.split_once('+')?;
    let (id, key) = rest.split_once('+')?;
    let typed = Base64::decode_vec(key).ok()?;
    let public: [u8; 32] = typed.strip_prefix(&[ED25519])?.try_into().ok()?;
    (hex(&key_id(origin, &public)) == id).then_some((origin, public))
}

fn verifies(public: &[u8; 32], text: &[u8], signature: &[u8]) -> bool {
    use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
    UnparsedPublicKey::new(&ED25519, public).verify(text, signature).is_ok()
}

/// A proof with the checkpoint it leads to.
pub(super) fn proof(index: u64, path: &[Hash], note: &str) -> String {
    let mut text = format!("c2sp.org/tlog-proof@v1\nindex {index}\n");
    for hash in path {
        text.push_str(&Base64::encode_string(hash));
        text.push('\n');
    }
    text.push('\n');
    text.push_str(note);
    text
}

/// The receipt of a leaf: a promise that it is in the log at this index. Made of what is stored and nothing else, so that
/// it can be made again, to the byte.
pub(super) fn receipt(
    key: &SigningKey,
    (origin, index): (&str, u64),
    record: &Record,
    commitment: &Hash,
) -> String {
    let quoted = |text: &str| {
        let mut out = String::new();
        json::write_str(&mut out, text);
        out
    };
    let kid = format!("{origin}+{}", hex(&key_id(origin, &key.public())));
    let header = format!(r#"{{"alg":"Ed25519","kid":{},"typ":"consent-receipt+jwt"}}"#, quoted(&kid));
    let policy = match &record.event {
        assent_core::record::Event::Decision(decision) => Some(decision.answer.policy),
        assent_core::record::Event::Publication(publication) => Some(publication.policy),
        _ => None,
    };
    let policy = policy.map_or_else(String::new, |policy| format!(r#","pol":{}"#, quoted(&policy.text())));
    let claims = format!(
        r#"{{"cmt":"{}","iat":{},"idx":{index},"iss":{},"jti":"{}","log":{}{policy}}}"#,
        Base64UrlUnpadded::encode_string(commitment),
        record.received_at.seconds(),
        quoted(origin.split('/').next().unwrap_or(origin)),
        record.id.text(),
        quoted(origin),
    );
    let part = |text: &str| Base64UrlUnpadded::encode_string(text.as_bytes());
    let input = format!("{}.{}", part(&header), part(&claims));
    let signature = Base64UrlUnpadded::encode_string(&key.sign(input.as_bytes()));
    format!("{input}.{signature}")
}
