//! Leaves that are added together, and their proofs.

use alloc::vec::Vec;

use super::{Frontier, empty_root, node_hash};
use crate::record::digest::Hash;

/// Leaves on top of a tree of which only the frontier is known. It proves each of its own leaves, in the tree that it
/// makes, and needs about two hashes of memory for each.
#[derive(Clone, Debug)]
pub struct Batch {
    first: u64,
    size: u64,
    layers: Vec<Layer>,
}

/// The known hashes of one level of the tree, which reach up to its right edge. A last one without a sibling goes up as
/// it is: in RFC 6962 it stands for the same leaves there.
#[derive(Clone, Debug)]
struct Layer {
    /// The place of the first of them in its level; even.
    start: u64,
    hashes: Vec<Hash>,
}

impl Layer {
    fn get(&self, place: u64) -> Option<&Hash> {
        self.hashes.get(usize::try_from(place.checked_sub(self.start)?).ok()?)
    }
}

impl Batch {
    /// The leaves, by their hashes, on top of the tree with that frontier.
    pub fn new(frontier: &Frontier, leaves: &[Hash]) -> Batch {
        let first = frontier.size;
        let size = first + leaves.len() as u64;
        let mut peaks = frontier.peaks.iter().rev();
        let (mut layers, mut fresh) = (Vec::new(), leaves.to_vec());
        for level in 0..64 {
            let place = first >> level;
            if place & 1 == 1
                && let Some(peak) = peaks.next()
            {
                fresh.insert(0, *peak);
            }
            let above = fresh.chunks(2).filter_map(|pair| match pair {
                [left, right] => Some(node_hash(left, right)),
                [alone] => Some(*alone),
                _ => None,
            });
            let above = above.collect();
            layers.push(Layer { start: place & !1, hashes: core::mem::replace(&mut fresh, above) });
            if width(size, level) <= 1 {
                break;
            }
        }
        Batch { first, size, layers }
    }

    /// How many leaves the tree has with them.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree with them.
    pub fn root(&self) -> Hash {
        let top = self.layers.last().and_then(|layer| layer.hashes.first());
        top.copied().unwrap_or_else(empty_root)
    }

    /// The inclusion proof of one of them, by its index in the tree; `None` if it is none of them.
    pub fn prove(&self, index: u64) -> Option<Vec<Hash>> {
        if !(self.first..self.size).contains(&index) {
            return None;
        }
        let mut path = Vec::new();
        for (level, layer) in (0..).zip(&self.layers) {
            let sibling = index >> level ^ 1;
            if sibling < width(self.size, level) {
                path.push(*layer.get(sibling)?);
            }
        }
        Some(path)
    }

    /// The frontier of the tree with them.
    pub fn frontier(&self) -> Frontier {
        let peaks = (0..).zip(&self.layers).filter(|(level, _)| self.size >> level & 1 == 1);
        let mut peaks: Vec<Hash> =
            peaks.filter_map(|(level, layer)| layer.get((self.size >> level) - 1).copied()).collect();
        peaks.reverse();
        Frontier { size: self.size, peaks }
    }
}

/// How many hashes a level of a tree has.
fn width(size: u64, level: u32) -> u64 {
    size.checked_sub(1).map_or(0, |last| (last >> level) + 1)
}
