//! Checking proofs, as RFC 9162 does it.

use super::node_hash;
use crate::record::digest::Hash;

/// The root of the tree of that size in which an inclusion proof puts a leaf (RFC 9162, 2.1.3.2); `None` for what is no
/// proof for that place. It proves something if it is the root that a checkpoint tells.
pub fn root_of(leaf: &Hash, index: u64, size: u64, path: &[Hash]) -> Option<Hash> {
    let mut walk = Walk { at: index, last: size.checked_sub(1).filter(|last| index <= *last)? };
    let mut root = *leaf;
    for sibling in path {
        root = match walk.up()? {
            Side::Left => node_hash(sibling, &root),
            Side::Right => node_hash(&root, sibling),
        };
    }
    (walk.last == 0).then_some(root)
}

/// Whether a proof shows that a tree (size and root) grew out of an older one (RFC 9162, 2.1.4.2).
pub fn is_consistent(old: (u64, &Hash), new: (u64, &Hash), proof: &[Hash]) -> bool {
    let (old_size, old_root) = old;
    let (new_size, new_root) = new;
    if old_size == 0 {
        return proof.is_empty() && *old_root == super::empty_root();
    }
    if old_size == new_size {
        return proof.is_empty() && old_root == new_root;
    }
    grown(old, new, proof) == Some((*old_root, *new_root))
}

/// The roots that a proof makes of itself, for trees that are neither empty nor of one size.
fn grown(old: (u64, &Hash), new: (u64, &Hash), proof: &[Hash]) -> Option<(Hash, Hash)> {
    let (old_size, new_size) = (old.0, new.0);
    if old_size > new_size || proof.is_empty() {
        return None;
    }
    // A perfect old tree is a part of the new one as it is, and so not in the proof.
    let (seed, rest) = if old_size.is_power_of_two() { (old.1, proof) } else { proof.split_first()? };
    let shift = (old_size - 1).trailing_ones();
    let mut walk = Walk { at: shifted(old_size - 1, shift), last: shifted(new_size - 1, shift) };
    let (mut old_root, mut new_root) = (*seed, *seed);
    for hash in rest {
        match walk.up()? {
            Side::Left => {
                old_root = node_hash(hash, &old_root);
                new_root = node_hash(hash, &new_root);
            }
            Side::Right => new_root = node_hash(&new_root, hash),
        }
    }
    (walk.last == 0).then_some((old_root, new_root))
}

fn shifted(number: u64, by: u32) -> u64 {
    number.checked_shr(by).unwrap_or(0)
}

/// The way from a node up to the root of a tree that need not be perfect.
struct Walk {
    at: u64,
    /// The place of the last node of this level.
    last: u64,
}

/// On which side the sibling stands.
enum Side {
    Left,
    Right,
}

impl Walk {
    /// One step up, past levels in which the node has no sibling; `None` above the root.
    fn up(&mut self) -> Option<Side> {
        if self.last == 0 {
            return None;
        }
        let mut side = Side::Right;
        if self.at & 1 == 1 || self.at == self.last {
            side = Side::Left;
            // The last node of a level goes up alone until it is a right one.
            let alone = if self.at == 0 { 0 } else { self.at.trailing_zeros() };
            self.at >>= alone;
            self.last >>= alone;
        }
        self.at >>= 1;
        self.last >>= 1;
        Some(side)
    }
}
