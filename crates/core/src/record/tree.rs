//! The Merkle tree of RFC 6962.
//!
//! What this is: the hashes, the part of a tree that it takes to go on growing ([`Frontier`], [`Batch`], [`Edge`]), the
//! tiles it is served as ([`Tile`], [`tiles`]), and the checking of proofs. Memory does not grow with the log.

mod batch;
mod edge;
mod frontier;
mod tile;
pub mod tiles;
mod verify;

pub use batch::Batch;
pub use edge::Edge;
pub use frontier::Frontier;
pub use tile::{TILE_WIDTH, Tile, join_entries, split_entries};
pub use verify::{is_consistent, root_of};

use super::digest::{Hash, sha256};

/// What stands for a leaf in the tree.
pub fn leaf_hash(leaf: &[u8]) -> Hash {
    sha256(&[&[0], leaf])
}

/// What stands for two subtrees that stand side by side.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[1], left, right])
}

/// The root of a tree without leaves.
pub fn empty_root() -> Hash {
    sha256(&[])
}

/// The root above perfect subtrees that follow one another, each smaller than the one before.
fn bag(peaks: impl DoubleEndedIterator<Item = Hash>) -> Hash {
    peaks.rev().reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(empty_root)
}

/// The root of a perfect subtree, by the hashes that it rests on; their number is a power of two.
fn perfect(hashes: &[Hash]) -> Option<Hash> {
    match hashes {
        [] => None,
        [hash] => Some(*hash),
        _ => {
            let (left, right) = hashes.split_at_checked(hashes.len() / 2)?;
            Some(node_hash(&perfect(left)?, &perfect(right)?))
        }
    }
}

#[cfg(test)]
mod tests;
