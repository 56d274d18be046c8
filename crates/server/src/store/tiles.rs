//! Tiles: how the tree is stored and served.
//!
//! What this is: writing tiles as a batch completes them, and finding any perfect subtree, tile or entry bundle again.
//! Of leaves only full tiles are stored, the edge is computed from the rows; above, a tile grows by one hash per full
//! tile below, which is once per 256 leaves and seldomer.

use assent_core::record::{Hash, Kind, leaf};

use super::house::at;
use super::sql::{Row, Tx, Value};
use super::tree::{Growth, fold, node, path, perfect};
use super::{Error, Result, sign};

/// How many hashes a tile has, and how many levels of the tree.
const WIDTH: u64 = 256;
const HEIGHT: u32 = 8;

const GROW: &str = "INSERT INTO tile (log, level, n, hashes) VALUES ($1, $2, $3, $4)
    ON CONFLICT (log, level, n) DO UPDATE SET hashes = excluded.hashes";
const FIND: &str = "SELECT hashes FROM tile WHERE log = $1 AND level = $2 AND n = $3";
const LEAVES: &str = "SELECT kind, commitment FROM record WHERE at >= $1 AND at < $2 ORDER BY at";

/// Stores what a batch completes. To be called when the batch's rows are in.
pub(super) async fn grow(tx: &mut Tx, log: i64, growth: &Growth) -> Result<()> {
    for n in growth.first / WIDTH..growth.after.size() / WIDTH {
        let hashes = leaves(tx, log, n * WIDTH, WIDTH).await?.concat();
        tx.run(GROW, &key(log, 0, n, Some(hashes))).await?;
    }
    for level in 1..HEIGHT {
        let (first, roots) = growth.new_at(level * HEIGHT);
        let mut rest = roots;
        let mut next = first;
        while !rest.is_empty() {
            let (n, filled) = (next / WIDTH, next % WIDTH);
            let mut hashes = find(tx, log, level, n).await?.unwrap_or_default();
            if hashes.len() as u64 != filled * 32 {
                return Err(Error::damaged(format!("tile {level}/{n} of log {log}")));
            }
            let taken = rest.len().min(usize::try_from(WIDTH - filled).unwrap_or_default());
            let (fit, left) = rest.split_at(taken);
            hashes.extend(fit.iter().flatten());
            tx.run(GROW, &key(log, level, n, Some(hashes))).await?;
            next += taken as u64;
            rest = left;
        }
    }
    Ok(())
}

fn key(log: i64, level: u32, n: u64, hashes: Option<Vec<u8>>) -> Vec<Value> {
    let n = i64::try_from(n).unwrap_or(i64::MAX);
    let mut key: Vec<Value> = vec![log.into(), i64::from(level).into(), n.into()];
    key.extend(hashes.map(Value::from));
    key
}

async fn find(tx: &mut Tx, log: i64, level: u32, n: u64) -> Result<Option<Vec<u8>>> {
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
pub(super) async fn tile(tx: &mut Tx, log: i64, level: u32, n: u64, width: u64) -> Result<Vec<u8>> {
    if level == 0 && width < WIDTH {
        return Ok(leaves(tx, log, n * WIDTH, width).await?.concat());
    }
    let hashes = find(tx, log, level, n).await?;
    let bytes = usize::try_from(width * 32).unwrap_or(usize::MAX);
    let hashes = hashes.as_deref().and_then(|hashes| hashes.get(..bytes));
    hashes.map(<[u8]>::to_vec).ok_or_else(|| Error::damaged(format!("tile {level}/{n} of log {log}")))
}

/// An entry bundle (C2SP tlog-tiles): each entry with its length before it.
pub(super) async fn entries(tx: &mut Tx, log: i64, n: u64, width: u64) -> Result<Vec<u8>> {
    let first = n * WIDTH;
    let rows = tx.rows(LEAVES, &[at(log, first).into(), at(log, first + width).into()]).await?;
    if rows.len() as u64 != width {
        return Err(Error::damaged(format!("entries from {first} on of log {log} are missing")));
    }
    let mut bundle = Vec::with_capacity(rows.len() * 35);
    for row in rows {
        let entry = leaf(kind(&row)?, &row.array(1)?);
        bundle.extend_from_slice(&u16::try_from(entry.len()).unwrap_or_default().to_be_bytes());
        bundle.extend_from_slice(&entry);
    }
    Ok(bundle)
}

/// The proof that a leaf is in the first `size` leaves of a log.
pub(super) async fn proof(tx: &mut Tx, log: i64, index: u64, size: u64) -> Result<Vec<Hash>> {
    let mut proof = Vec::new();
    let mut last = None;
    for subtrees in path(index, size) {
        let mut roots = Vec::with_capacity(subtrees.len());
        for (level, index) in subtrees {
            roots.push(subtree(tx, log, (level, index), size, &mut last).await?);
        }
        proof.push(fold(&roots).ok_or_else(|| Error::damaged("an empty subtree"))?);
    }
    Ok(proof)
}

/// The root of the first `size` leaves of a log.
pub(super) async fn root(tx: &mut Tx, log: i64, size: u64) -> Result<Hash> {
    let mut roots = Vec::new();
    let mut last = None;
    for subtree_of in perfect(0, size) {
        roots.push(subtree(tx, log, subtree_of, size, &mut last).await?);
    }
    Ok(fold(&roots).unwrap_or_else(|| super::tree::sha256(&[])))
}

/// The tile that was read last: the steps of a path often share one.
type Last = Option<((u32, u64), Vec<u8>)>;

async fn subtree(
    tx: &mut Tx,
    log: i64,
    (level, index): (u32, u64),
    size: u64,
    last: &mut Last,
) -> Result<Hash> {
    let (row, within) = (level / HEIGHT, level % HEIGHT);
    let count = 1u64 << within;
    let first = index << within;
    let n = first / WIDTH;
    if last.as_ref().is_none_or(|(key, _)| *key != (row, n)) {
        let hashes_in_row = size >> (row * HEIGHT);
        let width = (hashes_in_row - n * WIDTH).min(WIDTH);
        *last = Some(((row, n), tile(tx, log, row, n, width).await?));
    }
    let start = usize::try_from(first % WIDTH * 32).unwrap_or(usize::MAX);
    let length = usize::try_from(count * 32).unwrap_or(usize::MAX);
    let hashes = last.as_ref().and_then(|(_, hashes)| hashes.get(start..start.saturating_add(length)));
    let (hashes, _) =
        hashes.ok_or_else(|| Error::damaged(format!("tile {row}/{n} of log {log}")))?.as_chunks();
    perfect_root(hashes).ok_or_else(|| Error::damaged("an empty subtree"))
}

/// The root of a perfect subtree.
pub(super) fn perfect_root(hashes: &[Hash]) -> Option<Hash> {
    let mut row = hashes.to_vec();
    while row.len() > 1 {
        row = row.as_chunks::<2>().0.iter().map(|[left, right]| node(left, right)).collect();
    }
    row.pop()
}
