//! Paths of tiles, what stands in them, and the frontier of a log.
#![no_main]

use assent_core::record::tree::{Frontier, Tile, join_entries, split_entries};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Some(entries) = split_entries(bytes) {
        assert_eq!(join_entries(entries), bytes);
    }
    if let Some(frontier) = Frontier::from_bytes(bytes) {
        assert_eq!(frontier.bytes(), bytes);
    }
    let Ok(path) = std::str::from_utf8(bytes) else { return };
    if let Some(tile) = Tile::parse(path) {
        assert_eq!(tile.path(), path);
        let _ = tile.hashes(bytes);
    }
    if let Some(tile) = Tile::parse_entries(path) {
        assert_eq!(tile.entries_path(), path);
    }
});
