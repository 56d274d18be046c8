//! A verifier that shares nothing with the archive but the standards: RFC 9162, C2SP notes and proofs, JWS.

use std::collections::HashMap;

use assent_core::record::tree::{leaf_hash, root_of};
use assent_core::record::{Record, commitment, leaf};
use assent_server::store::{Archive, Receipt};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64ct::{Base64, Base64UrlUnpadded, Encoding};

/// A checkpoint that was believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    pub origin: String,
    pub size: u64,
    pub root: [u8; 32],
    /// Which keys signed it.
    pub signers: Vec<String>,
}

/// The keys of an archive, by their name (`origin+hash`).
pub async fn keys(archive: &Archive) -> HashMap<String, [u8; 32]> {
    let mut keys = HashMap::new();
    for log in archive.logs().await.unwrap() {
        for verifier in log.verifiers {
            let parts: Vec<&str> = verifier.splitn(3, '+').collect();
            let key = Base64::decode_vec(parts[2]).unwrap();
            assert_eq!(key[0], 1, "Ed25519");
            keys.insert(format!("{}+{}", parts[0], parts[1]), key[1..].try_into().unwrap());
        }
    }
    keys
}

/// Believes a signed checkpoint, or not.
pub fn checkpoint(note: &str, keys: &HashMap<String, [u8; 32]>) -> Checkpoint {
    let (text, signatures) = note.split_once("\n\n").unwrap();
    let text = format!("{text}\n");
    let lines: Vec<&str> = text.lines().collect();
    let mut signers = Vec::new();
    for line in signatures.lines() {
        let (name, signature) = line.strip_prefix("— ").unwrap().split_once(' ').unwrap();
        assert_eq!(name, lines[0]);
        let signature = Base64::decode_vec(signature).unwrap();
        let id: String = signature[..4].iter().map(|byte| format!("{byte:02x}")).collect();
        let key = &keys[&format!("{name}+{id}")];
        UnparsedPublicKey::new(&ED25519, key).verify(text.as_bytes(), &signature[4..]).unwrap();
        signers.push(id);
    }
    assert!(!signers.is_empty());
    Checkpoint {
        origin: lines[0].into(),
        size: lines[1].parse().unwrap(),
        root: Base64::decode_vec(lines[2]).unwrap().try_into().unwrap(),
        signers,
    }
}

/// Checks a receipt from end to end and returns its checkpoint.
pub fn check(receipt: &Receipt, keys: &HashMap<String, [u8; 32]>) -> Checkpoint {
    let record = Record::parse(&receipt.record).unwrap();
    let commitment = commitment(&receipt.salt, &receipt.record);
    // The proof leads from the record to a signed checkpoint.
    let (proof, note) = receipt.proof.split_once("\n\n").unwrap();
    let checkpoint = checkpoint(note, keys);
    let lines: Vec<&str> = proof.lines().collect();
    assert_eq!(lines[..2], ["c2sp.org/tlog-proof@v1", &format!("index {}", receipt.place.index)]);
    let path: Vec<[u8; 32]> =
        lines[2..].iter().map(|line| Base64::decode_vec(line).unwrap().try_into().unwrap()).collect();
    let leaf = leaf_hash(&leaf(record.kind(), &commitment));
    assert_eq!(root_of(&leaf, receipt.place.index, checkpoint.size, &path), Some(checkpoint.root));
    assert_eq!(receipt.place.log, checkpoint.origin);
    // The promise says the same and is signed as well.
    let parts: Vec<&str> = receipt.jws.split('.').collect();
    let json = |part: &str| {
        let text = String::from_utf8(Base64UrlUnpadded::decode_vec(part).unwrap()).unwrap();
        assent_core::json::parse(&text).unwrap()
    };
    let (header, claims) = (json(parts[0]), json(parts[1]));
    assert_eq!(header.get("alg").unwrap().str(), Some("Ed25519"));
    let key = &keys[&format!("{}+{}", receipt.place.log, header.get("kid").unwrap().str().unwrap())];
    let input = format!("{}.{}", parts[0], parts[1]);
    let signature = Base64UrlUnpadded::decode_vec(parts[2]).unwrap();
    UnparsedPublicKey::new(&ED25519, key).verify(input.as_bytes(), &signature).unwrap();
    let text = |name| claims.get(name).unwrap().str().unwrap().to_string();
    assert_eq!(text("cmt"), Base64UrlUnpadded::encode_string(&commitment));
    assert_eq!(text("log"), receipt.place.log);
    assert_eq!(text("jti"), record.id.text());
    assert_eq!(claims.get("idx").unwrap().int(), Some(receipt.place.index as i64));
    checkpoint
}
