//! Tiles: how the tree is stored and served.
//!
//! What this is: writing tiles as a batch completes them, and finding any perfect subtree, tile or entry bundle again.
//! Of leaves only full tiles are stored, the edge is computed from the rows; above, a tile grows by one hash per full
//! tile below, which is once per 256 leaves and seldomer.

use std::collections::BTreeMap;

use assent_core::record::tree::{Frontier, TILE_WIDTH, Tile, join_entries, tiles};
use assent_core::record::{Hash, Kind, leaf};

use super::house::at;
use super::sql::{Row, Tx, Value};
use super::{Error, Result, sign};

const WIDTH: u64 = TILE_WIDTH as u64;

/// No log grows beyond.
const LEVELS: u8 = 7;

const GROW: &str = "INSERT INTO tile (log, level, n, hashes) VALUES ($1, $2, $3, $4)
    ON CONFLICT (log, level, n) DO UPDATE SET hashes = excluded.hashes";
const FIND: &str = "SELECT hashes FROM tile WHERE log = $1 AND level = $2 AND n = $3";
const LEAVES: &str = "SELECT kind, commitment FROM record WHERE at >= $1 AND at < $2 ORDER BY at";

/// Stores what a log has completed in growing from one size to another. To be called when the rows are in.
pub(super) async fn grow(tx: &mut Tx, log: i64, from: u64, to: u64) -> Result<()> {
    for n in from / WIDTH..to / WIDTH {
        let hashes = leaves(tx, log, n * WIDTH, WIDTH).await?;
        tx.run(GROW, &key(log, 0, n, Some(hashes.concat()))).await?;
        let (mut root, mut place) = (root_of_tile(&hashes), n);
        for level in 1..LEVELS {
            let (n, filled) = (place / WIDTH, place % WIDTH);
            let mut bytes =
                if filled == 0 { Vec::new() } else { find(tx, log, level, n).await?.unwrap_or_default() };
            if bytes.len() as u64 != filled * 32 {
                return Err(Error::damaged(format!("tile {level}/{n} of log {log}")));
            }
            bytes.extend_from_slice(&root);
            tx.run(GROW, &key(log, level, n, Some(bytes.clone()))).await?;
            if filled + 1 < WIDTH {
                break;
            }
            (root, place) = (root_of_tile(bytes.as_chunks::<32>().0), n);
        }
    }
    Ok(())
}

/// The hash that stands for a full tile in the level above.
pub(super) fn root_of_tile(hashes: &[Hash]) -> Hash {
    let mut frontier = Frontier::new();
    hashes.iter().for_each(|hash| frontier.append(*hash));
    frontier.root()
}

fn key(log: i64, level: u8, n: u64, hashes: Option<Vec<u8>>) -> Vec<Value> {
    let n = i64::try_from(n).unwrap_or(i64::MAX);
    let mut key: Vec<Value> = vec![log.into(), i64::from(level).into(), n.into()];
    key.extend(hashes.map(Value::from));
    key
}

async fn find(tx: &mut Tx, log: i64, level: u8, n: u64) -> Result<Option<Vec<u8>>> {
    let row = tx.row(FIND, &key(log, level, n, None)).await?;
    row.map(|row| row.bytes(0).map(<[u8]>::to_vec)).transpose()
}

/// The hashes of so many leaves.
async fn leaves(tx: &mut Tx, log: i64, first: u64, count: u64) -> Result<Vec<Hash>> {
    let rows = tx.rows(LEAVES, &[at(log, first).into(), at(log, first + count).into()]).await?;
    if rows.len() as u64 != count {
        return Err(Error::damaged(format!("leaves from {first} on of log {log} are missing")));
    }
    rows.iter().map(|row| Ok(sign::leaf(kind(row)?, &row.array(1)?))).collect()
}

/// The kind in the first column.
fn kind(row: &Row) -> Result<Kind> {
    let number = u8::try_from(row.int(0)?).ok();
    number.and_then(Kind::from_number).ok_or_else(|| Error::damaged("a leaf of no kind"))
}

/// A tile, as wide as asked. The caller knows that the log is so large.
pub(super) async fn tile(tx: &mut Tx, log: i64, tile: &Tile) -> Result<Vec<u8>> {
    if tile.level == 0 && !tile.is_full() {
        return Ok(leaves(tx, log, tile.n * WIDTH, tile.width.into()).await?.concat());
    }
    let bytes = find(tx, log, tile.level, tile.n).await?;
    let bytes = bytes.as_deref().and_then(|bytes| bytes.get(..usize::from(tile.width) * 32));
    bytes.map(<[u8]>::to_vec).ok_or_else(|| damaged(tile, log))
}

fn damaged(tile: &Tile, log: i64) -> Error {
    Error::damaged(format!("{} of log {log}", tile.path()))
}

/// An entry bundle (C2SP tlog-tiles): each entry with its length before it.
pub(super) async fn entries(tx: &mut Tx, log: i64, n: u64, width: u64) -> Result<Vec<u8>> {
    let first = n * WIDTH;
    let rows = tx.rows(LEAVES, &[at(log, first).into(), at(log, first + width).into()]).await?;
    if rows.len() as u64 != width {
        return Err(Error::damaged(format!("entries from {first} on of log {log} are missing")));
    }
    let leaves = rows.iter().map(|row| Ok(leaf(kind(row)?, &row.array(1)?))).collect::<Result<Vec<_>>>()?;
    Ok(join_entries(leaves.iter().map(|leaf| &leaf[..])))
}

/// The proof that a leaf is in the first `size` leaves of a log.
pub(super) async fn proof(tx: &mut Tx, log: i64, index: u64, size: u64) -> Result<Vec<Hash>> {
    let found = fetch(tx, log, tiles::inclusion_tiles(index, size)).await?;
    tiles::inclusion(index, size, |tile| found.get(tile).cloned()).map_err(|tile| damaged(&tile, log))
}

/// The root of the first `size` leaves of a log.
pub(super) async fn root(tx: &mut Tx, log: i64, size: u64) -> Result<Hash> {
    let mut asked = Vec::new();
    // Which tiles are asked for does not depend on what is in them.
    let _ = tiles::root(size, |tile| {
        asked.push(*tile);
        Some(vec![0; usize::from(tile.width) * 32])
    });
    let found = fetch(tx, log, asked).await?;
    tiles::root(size, |tile| found.get(tile).cloned()).map_err(|tile| damaged(&tile, log))
}

async fn fetch(tx: &mut Tx, log: i64, asked: Vec<Tile>) -> Result<BTreeMap<Tile, Vec<u8>>> {
    let mut found = BTreeMap::new();
    for one in asked {
        let bytes = tile(tx, log, &one).await?;
        found.insert(one, bytes);
    }
    Ok(found)
}
