//! The log as everybody may read it.

use std::fs;
use std::path::Path;

use super::archive::Archive;
use super::house::{at, place};
use super::reading::Head;
use super::sql::Tx;
use super::types::{LogHead, LogState, Place};
use super::{Error, Result, sign, tiles};

const LOGS: &str = "SELECT log, origin, size, note, state FROM log ORDER BY log";
const SIGNERS: &str = "SELECT DISTINCT verifier FROM signer WHERE log = $1 ORDER BY verifier";

/// All logs with their numbers.
pub(super) async fn heads(tx: &mut Tx) -> Result<Vec<(i64, LogHead)>> {
    let mut heads = Vec::new();
    for row in tx.rows(LOGS, &[]).await? {
        let log = row.int(0)?;
        let signers = tx.rows(SIGNERS, &[log.into()]).await?;
        let verifiers = signers.iter().map(|row| Ok(row.text(0)?.to_string())).collect::<Result<_>>()?;
        let state = match row.int(4)? {
            0 => LogState::Open,
            1 => LogState::Closed,
            _ => LogState::Dropped,
        };
        let (origin, checkpoint) = (row.text(1)?.into(), row.text(3)?.into());
        heads.push((log, LogHead { origin, size: row.count(2)?, checkpoint, verifiers, state }));
    }
    Ok(heads)
}

/// The number and size of a log that still has its leaves.
async fn find(tx: &mut Tx, origin: &str) -> Result<(i64, u64)> {
    let sql = "SELECT log, size FROM log WHERE origin = $1 AND state < 2";
    let row = tx.row(sql, &[origin.into()]).await?.ok_or(Error::NotFound)?;
    Ok((row.int(0)?, row.count(1)?))
}

/// Whether `width` hashes of a level are there from tile `n` on.
fn reaches(size: u64, level: u32, n: u64, width: u16) -> Result<()> {
    let there = size.checked_shr(level.saturating_mul(8)).unwrap_or_default();
    let end = n.checked_mul(256).and_then(|first| first.checked_add(width.into()));
    let fits = (1..=256).contains(&width) && level < 8 && end.is_some_and(|end| end <= there);
    if fits { Ok(()) } else { Err(Error::NotFound) }
}

impl Archive {
    /// All logs, the oldest first. The last is the one that grows.
    pub async fn logs(&self) -> Result<Vec<LogHead>> {
        let heads = self.readers.read(|tx| Box::pin(heads(tx))).await?;
        Ok(heads.into_iter().map(|(_, head)| head).collect())
    }

    /// One log by its origin.
    pub async fn log(&self, origin: &str) -> Result<LogHead> {
        self.logs().await?.into_iter().find(|head| head.origin == origin).ok_or(Error::NotFound)
    }

    /// A tile: `width` hashes (1 to 256) of 32 bytes. Below 256 it is partial, and served as long as the log has it.
    pub async fn tile(&self, origin: &str, level: u8, n: u64, width: u16) -> Result<Vec<u8>> {
        let origin = origin.to_string();
        let read = self.readers.read(move |tx| {
            Box::pin(async move {
                let (log, size) = find(tx, &origin).await?;
                reaches(size, level.into(), n, width)?;
                tiles::tile(tx, log, level.into(), n, width.into()).await
            })
        });
        read.await
    }

    /// An entry bundle: `width` entries, each with its length (2 bytes, big-endian) before it.
    pub async fn entries(&self, origin: &str, n: u64, width: u16) -> Result<Vec<u8>> {
        let origin = origin.to_string();
        let read = self.readers.read(move |tx| {
            Box::pin(async move {
                let (log, size) = find(tx, &origin).await?;
                reaches(size, 0, n, width)?;
                tiles::entries(tx, log, n, width.into()).await
            })
        });
        read.await
    }

    /// The proof of one leaf in the present checkpoint, as `c2sp.org/tlog-proof@v1`.
    pub async fn proof(&self, of: &Place) -> Result<String> {
        let Place { log: origin, index } = of.clone();
        let read = self.readers.read(move |tx| {
            Box::pin(async move {
                let (log, size) = find(tx, &origin).await?;
                if index >= size {
                    return Err(Error::NotFound);
                }
                let head = Head::of(tx, log).await?;
                Ok(sign::proof(index, &tiles::proof(tx, log, index, size).await?, &head.note))
            })
        });
        read.await
    }
}

/// A number as tlog-tiles puts it into paths: three digits each, all but the last behind an `x`.
fn number_in_path(n: u64) -> String {
    let (rest, last) = (n / 1000, n % 1000);
    let mut path = format!("{last:03}");
    let mut rest = rest;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    path
}

/// Writes a log as files.
pub(super) async fn write(archive: &Archive, origin: &str, folder: &Path) -> Result<()> {
    let head = archive.log(origin).await?;
    if head.state == LogState::Dropped {
        return Err(Error::NotFound);
    }
    put(folder, "checkpoint", head.checkpoint.as_bytes())?;
    put(folder, "keys", head.verifiers.iter().map(|key| format!("{key}\n")).collect::<String>().as_bytes())?;
    for level in 0..8u8 {
        let hashes = head.size >> (8 * u32::from(level));
        for (n, width) in tiles_of(hashes) {
            let tile = archive.tile(origin, level, n, width).await?;
            put(folder, &tile_path(&level.to_string(), n, width), &tile)?;
            if level == 0 {
                let entries = archive.entries(origin, n, width).await?;
                put(folder, &tile_path("entries", n, width), &entries)?;
            }
        }
    }
    Ok(())
}

/// The tiles of a level with so many hashes: number and width.
pub(super) fn tiles_of(hashes: u64) -> impl Iterator<Item = (u64, u16)> {
    let width = move |n: u64| u16::try_from((hashes - n * 256).min(256)).unwrap_or(256);
    (0..hashes.div_ceil(256)).map(move |n| (n, width(n)))
}

/// The file of a tile, or of an entry bundle, below a folder.
pub(super) fn tile_path(kind: &str, n: u64, width: u16) -> String {
    let partial = if width < 256 { format!(".p/{width}") } else { String::new() };
    format!("tile/{kind}/{}{partial}", number_in_path(n))
}

fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<()> {
    let path = folder.join(name);
    let made = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, bytes));
    made.map_err(|error| Error::Engine(format!("cannot write {name}: {}", error.kind())))
}

/// The place of a leaf as the public knows it.
pub(super) async fn place_of(tx: &mut Tx, leaf: i64) -> Result<Place> {
    let (log, index) = place(leaf);
    debug_assert_eq!(at(log, index), leaf);
    let row = tx.row("SELECT origin FROM log WHERE log = $1", &[log.into()]).await?;
    let row = row.ok_or_else(|| Error::damaged("a leaf of no log"))?;
    Ok(Place { log: row.text(0)?.into(), index })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_in_paths_as_the_standard_has_them() {
        assert_eq!(number_in_path(0), "000");
        assert_eq!(number_in_path(67), "067");
        assert_eq!(number_in_path(1_234_067), "x001/x234/067");
    }
}
