//! The tiles that still grow.

use alloc::vec::Vec;

use super::{Frontier, TILE_WIDTH, Tile, perfect};
use crate::record::digest::Hash;

/// The partial tile of each level of a growing tree: at most 255 hashes a level. Full tiles come out once and are done
/// with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    levels: Vec<Vec<Hash>>,
}

impl Edge {
    /// That of a tree without leaves.
    pub fn new() -> Edge {
        Edge::default()
    }

    /// That of a tree whose tiles are kept elsewhere; asked for are the partial tiles of that size, one for each level.
    ///
    /// # Errors
    /// The tile that is not there, or has not its length.
    pub fn load(size: u64, mut tile: impl FnMut(&Tile) -> Option<Vec<u8>>) -> Result<Edge, Tile> {
        let mut levels = Vec::new();
        for level in 0..8 {
            let hashes = size >> (8 * u32::from(level));
            if hashes == 0 {
                break;
            }
            levels.push(match Tile::of(level, hashes / u64::from(TILE_WIDTH), size) {
                None => Vec::new(),
                Some(partial) => {
                    let bytes = tile(&partial).ok_or(partial)?;
                    partial.hashes(&bytes).ok_or(partial)?.to_vec()
                }
            });
        }
        Ok(Edge { size, levels })
    }

    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf by its hash. Tiles that are full with it are told.
    pub fn append(&mut self, leaf: Hash, mut full: impl FnMut(Tile, &[Hash])) {
        self.size += 1;
        let mut hash = leaf;
        for level in 0..8u8 {
            if self.levels.len() <= usize::from(level) {
                self.levels.push(Vec::new());
            }
            let Some(hashes) = self.levels.get_mut(usize::from(level)) else { return };
            hashes.push(hash);
            if hashes.len() < usize::from(TILE_WIDTH) {
                return;
            }
            let n = (self.size >> (8 * u32::from(level) + 8)) - 1;
            full(Tile { level, n, width: TILE_WIDTH }, hashes);
            let Some(root) = perfect(hashes) else { return };
            hash = root;
            hashes.clear();
        }
    }

    /// The partial tile of a level, if there is one. Its first hashes are those of each smaller partial tile there.
    pub fn partial(&self, level: u8) -> Option<(Tile, &[Hash])> {
        let hashes = self.levels.get(usize::from(level)).filter(|hashes| !hashes.is_empty())?;
        let n = self.size.checked_shr(u32::from(level) * 8)? / u64::from(TILE_WIDTH);
        Some((Tile { level, n, width: u16::try_from(hashes.len()).ok()? }, hashes))
    }

    /// The frontier of the tree.
    pub fn frontier(&self) -> Frontier {
        let mut peaks = Vec::new();
        for hashes in self.levels.iter().rev() {
            let mut rest = hashes.as_slice();
            for bit in (0..8).rev() {
                if hashes.len() >> bit & 1 == 1
                    && let Some((peak, after)) = rest.split_at_checked(1 << bit)
                {
                    peaks.extend(perfect(peak));
                    rest = after;
                }
            }
        }
        Frontier { size: self.size, peaks }
    }
}
