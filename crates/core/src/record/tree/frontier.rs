//! What it takes to let a tree grow.

use alloc::vec::Vec;

use super::{bag, node_hash};
use crate::record::digest::Hash;

/// The right edge of a tree: the roots of the perfect subtrees that it consists of, the largest (and leftmost) first, one
/// for each bit of its size. At most 64 hashes, however large the tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    pub(super) size: u64,
    pub(super) peaks: Vec<Hash>,
}

impl Frontier {
    /// That of a tree without leaves.
    pub fn new() -> Frontier {
        Frontier::default()
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf by its hash ([`super::leaf_hash`]).
    pub fn append(&mut self, leaf: Hash) {
        let (mut size, mut peak) = (self.size, leaf);
        while size & 1 == 1
            && let Some(left) = self.peaks.pop()
        {
            peak = node_hash(&left, &peak);
            size >>= 1;
        }
        self.peaks.push(peak);
        self.size += 1;
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        bag(self.peaks.iter().copied())
    }

    /// The frontier as bytes: the size, 8 bytes, big-endian, then the hashes, 32 bytes each.
    pub fn bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        bytes.extend(self.peaks.iter().flatten());
        bytes
    }

    /// Reads [`Frontier::bytes`].
    pub fn from_bytes(bytes: &[u8]) -> Option<Frontier> {
        let (size, rest) = bytes.split_first_chunk::<8>()?;
        let (peaks, rest) = rest.as_chunks::<32>();
        let size = u64::from_be_bytes(*size);
        // No log grows beyond the numbers that databases have.
        let whole = size <= i64::MAX as u64
            && rest.is_empty()
            && peaks.len() == usize::try_from(size.count_ones()).ok()?;
        whole.then(|| Frontier { size, peaks: peaks.to_vec() })
    }
}
