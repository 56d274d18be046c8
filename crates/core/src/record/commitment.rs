//! From a record to its leaf.
//!
//! What this is: the salted commitment. A record has little entropy and could be guessed from a bare hash; with 32 random
//! bytes before it, and those destroyed, nobody can tell any more what the leaf was about.

use super::digest::{Hash, sha256};
use super::words::Kind;

/// What a commitment is salted with. Random, for each record its own.
pub type Salt = [u8; 32];

/// How many bytes a leaf of the log has.
pub const LEAF_BYTES: usize = 33;

/// SHA-256 of `assent/record/v1`, a zero byte, the salt and the record's canonical form.
pub fn commitment(salt: &Salt, record: &str) -> Hash {
    sha256(&[b"assent/record/v1\0", salt, record.as_bytes()])
}

/// A leaf as it stands in the public log: its kind and the commitment. No time, no name, no person.
pub fn leaf(kind: Kind, commitment: &Hash) -> [u8; LEAF_BYTES] {
    let mut leaf = [kind.number(); LEAF_BYTES];
    let [_, rest @ ..] = &mut leaf;
    rest.copy_from_slice(commitment);
    leaf
}
