//! Tiles by their addresses (C2SP tlog-tiles).

use alloc::string::String;
use alloc::vec::Vec;

use crate::record::digest::Hash;
use crate::record::forms::{concat, decimal, push_padded};
use crate::text::push_decimal;

/// How many hashes a full tile has.
pub const TILE_WIDTH: u16 = 256;

/// Where a tile stands: hash i of tile n at level l covers the leaves from `(256 n + i) 256^l` on, `256^l` of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// 0 for the hashes of leaves.
    pub level: u8,
    /// Its place in the level.
    pub n: u64,
    /// How many hashes it has: 1 to [`TILE_WIDTH`].
    pub width: u16,
}

impl Tile {
    /// A tile as a tree of that size has it; `None` if it has none there.
    pub fn of(level: u8, n: u64, size: u64) -> Option<Tile> {
        let hashes = size.checked_shr(u32::from(level) * 8).unwrap_or(0);
        let left = hashes.checked_sub(n.checked_mul(u64::from(TILE_WIDTH))?)?.min(u64::from(TILE_WIDTH));
        let width = u16::try_from(left).ok()?;
        (width > 0).then_some(Tile { level, n, width })
    }

    /// Whether it will never change.
    pub fn is_full(&self) -> bool {
        self.width == TILE_WIDTH
    }

    /// Its address below the log's: `tile/0/x001/x234/067`, with `.p/112` if it is partial.
    pub fn path(&self) -> String {
        let mut path = String::from("tile/");
        push_decimal(&mut path, self.level.into());
        path.push('/');
        path + &place(self.n, self.width)
    }

    /// The address of the leaves that a tile of level 0 is made of: `tile/entries/x001/x234/067.p/112`.
    pub fn entries_path(&self) -> String {
        concat(&["tile/entries/", &place(self.n, self.width)])
    }

    /// Reads an address, without a slash before it.
    pub fn parse(path: &str) -> Option<Tile> {
        let (level, place) = path.strip_prefix("tile/")?.split_once('/')?;
        let level = u8::try_from(decimal(level)?).ok().filter(|level| *level < 64)?;
        let (n, width) = read_place(place)?;
        let tile = Tile { level, n, width };
        (tile.path() == path).then_some(tile)
    }

    /// Reads the address of leaves; the tile is the one of level 0 that they make.
    pub fn parse_entries(path: &str) -> Option<Tile> {
        let (n, width) = read_place(path.strip_prefix("tile/entries/")?)?;
        let tile = Tile { level: 0, n, width };
        (tile.entries_path() == path).then_some(tile)
    }

    /// The hashes out of its bytes; `None` unless there are as many as it has.
    pub fn hashes<'b>(&self, bytes: &'b [u8]) -> Option<&'b [Hash]> {
        let (hashes, rest) = bytes.as_chunks::<32>();
        (rest.is_empty() && hashes.len() == usize::from(self.width)).then_some(hashes)
    }
}

/// Three digits at a time, `x` before all but the last.
fn place(n: u64, width: u16) -> String {
    let mut text = String::new();
    for power in (1..7).map(|power| 1000u64.pow(power)).rev().filter(|power| *power <= n) {
        text.push('x');
        push_padded(&mut text, n / power % 1000, 3);
        text.push('/');
    }
    push_padded(&mut text, n % 1000, 3);
    if width < TILE_WIDTH {
        text.push_str(".p/");
        push_decimal(&mut text, width.into());
    }
    text
}

/// Reads [`place`]; what is spelled otherwise is noticed by writing it again.
fn read_place(text: &str) -> Option<(u64, u16)> {
    let (digits, width) = match text.split_once(".p/") {
        Some((digits, width)) => {
            (digits, u16::try_from(decimal(width)?).ok().filter(|w| (1..256).contains(w))?)
        }
        None => (text, TILE_WIDTH),
    };
    let mut n: u64 = 0;
    for part in digits.split('/') {
        let part = part.strip_prefix('x').unwrap_or(part);
        let three = part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit());
        n = n.checked_mul(1000)?.checked_add(if three { part.parse().ok()? } else { return None })?;
    }
    Some((n, width))
}

/// Leaves as they are served: each with its length before it, 2 bytes, big-endian.
///
/// Leaves longer than that can say are left out; those of this log have 33 bytes.
pub fn join_entries<'l>(leaves: impl IntoIterator<Item = &'l [u8]>) -> Vec<u8> {
    let mut out = Vec::new();
    for leaf in leaves {
        if let Ok(length) = u16::try_from(leaf.len()) {
            out.extend(length.to_be_bytes());
            out.extend(leaf);
        }
    }
    out
}

/// Reads [`join_entries`]; `None` if something is missing at the end.
pub fn split_entries(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut leaves = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<2>() {
        let (leaf, rest) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        leaves.push(leaf);
        bytes = rest;
    }
    bytes.is_empty().then_some(leaves)
}
