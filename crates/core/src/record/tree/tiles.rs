//! Proofs out of tiles.
//!
//! What this is: root, inclusion and consistency (RFC 6962, 2.1) of a tree of which only the tiles are at hand, fetched
//! by whoever calls. [`inclusion_tiles`] and [`consistency_tiles`] tell beforehand which tiles that will be, for callers
//! that cannot fetch in between, as a browser.
//!
//! What it is not: a check. What comes out is as good as the tiles; [`super::root_of`] and [`super::is_consistent`] hold
//! it against signed roots.

use alloc::vec::Vec;

use super::{TILE_WIDTH, Tile, bag, empty_root, perfect};
use crate::record::digest::Hash;

/// The root of the tree of that size.
///
/// # Errors
/// The tile that is not there, or has not its length; so with the other functions here.
pub fn root(size: u64, mut tile: impl FnMut(&Tile) -> Option<Vec<u8>>) -> Result<Hash, Tile> {
    if size == 0 { Ok(empty_root()) } else { Source::new(size, &mut tile).range(0, size) }
}

/// The inclusion proof of a leaf in the tree of that size; empty for an index that it does not have.
pub fn inclusion(
    index: u64,
    size: u64,
    mut tile: impl FnMut(&Tile) -> Option<Vec<u8>>,
) -> Result<Vec<Hash>, Tile> {
    let mut source = Source::new(size, &mut tile);
    let siblings = (0..64u32).map_while(|level| {
        let start = (index >> level ^ 1) << level;
        (index < size && (1 << level) < size).then_some((level, start))
    });
    // A sibling that begins behind the last leaf is none: the node goes up alone.
    let siblings = siblings.filter(|(_, start)| *start < size);
    siblings.map(|(level, start)| source.range(start, start.saturating_add(1 << level).min(size))).collect()
}

/// The proof that the tree of the new size grew out of the one of the old size; empty if there is nothing to prove.
pub fn consistency(
    old: u64,
    new: u64,
    mut tile: impl FnMut(&Tile) -> Option<Vec<u8>>,
) -> Result<Vec<Hash>, Tile> {
    prove(old, new, &mut tile)
}

fn prove(old: u64, new: u64, tile: &mut Fetch) -> Result<Vec<Hash>, Tile> {
    let mut source = Source::new(new, tile);
    let (mut start, mut end, mut whole) = (0, new, true);
    let mut ranges = Vec::new();
    // SUBPROOF of RFC 6962, 2.1.2, from the root down; the proof is told from the bottom up.
    while 0 < old && old < end {
        let half = start + split(end - start);
        if old <= half {
            ranges.push((half, end));
            end = half;
        } else {
            ranges.push((start, half));
            start = half;
            whole = false;
        }
    }
    if !whole {
        ranges.push((start, end));
    }
    ranges.iter().rev().map(|(start, end)| source.range(*start, *end)).collect()
}

/// The tiles that [`inclusion`] asks for.
pub fn inclusion_tiles(index: u64, size: u64) -> Vec<Tile> {
    asked(|tile| inclusion(index, size, tile))
}

/// The tiles that [`consistency`] asks for.
pub fn consistency_tiles(old: u64, new: u64) -> Vec<Tile> {
    asked(|tile| consistency(old, new, tile))
}

fn asked<T>(run: impl FnOnce(&mut dyn FnMut(&Tile) -> Option<Vec<u8>>) -> Result<T, Tile>) -> Vec<Tile> {
    let mut tiles = Vec::new();
    // Which tiles are asked for does not depend on what is in them.
    let _ = run(&mut |tile| {
        tiles.push(*tile);
        Some(alloc::vec![0; usize::from(tile.width) * 32])
    });
    tiles
}

/// The largest power of two below a number above 1.
fn split(leaves: u64) -> u64 {
    1 << (u64::BITS - 1 - (leaves - 1).leading_zeros())
}

/// Fetches a tile.
type Fetch<'f> = dyn FnMut(&Tile) -> Option<Vec<u8>> + 'f;

/// Tiles, each fetched once. No proof needs more than a few dozen.
struct Source<'s, 'f> {
    size: u64,
    fetch: &'s mut Fetch<'f>,
    seen: Vec<(Tile, Vec<u8>)>,
}

impl<'s, 'f> Source<'s, 'f> {
    fn new(size: u64, fetch: &'s mut Fetch<'f>) -> Source<'s, 'f> {
        Source { size, fetch, seen: Vec::new() }
    }

    /// The root of the subtree over the leaves from `start` to `end`. It is one of the tree's: `start` is a multiple of
    /// the power of two that `end - start` needs.
    fn range(&mut self, start: u64, end: u64) -> Result<Hash, Tile> {
        let (mut at, mut peaks) = (start, Vec::new());
        while at < end {
            let level = (end - at).ilog2();
            peaks.push(self.node(level, at >> level)?);
            at += 1 << level;
        }
        Ok(bag(peaks.into_iter()))
    }

    /// The root of a perfect subtree, by its level and its place in the level.
    fn node(&mut self, level: u32, place: u64) -> Result<Hash, Tile> {
        let (tile_level, above) = ((level / 8) as u8, level % 8);
        let first = place << above;
        let n = first / u64::from(TILE_WIDTH);
        let missing = Tile { level: tile_level, n, width: TILE_WIDTH };
        let tile = Tile::of(tile_level, n, self.size).ok_or(missing)?;
        if !self.seen.iter().any(|(seen, _)| *seen == tile) {
            let bytes = (self.fetch)(&tile).ok_or(tile)?;
            self.seen.push((tile, bytes));
        }
        let bytes = self.seen.iter().find(|(seen, _)| *seen == tile).map(|(_, bytes)| bytes);
        let hashes = bytes.and_then(|bytes| tile.hashes(bytes)).ok_or(tile)?;
        let from = (first % u64::from(TILE_WIDTH)) as usize;
        hashes.get(from..from + (1 << above)).and_then(perfect).ok_or(tile)
    }
}
