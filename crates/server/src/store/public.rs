//! The log as everybody may read it.

use std::fs;
use std::path::Path;

use assent_core::record::tree::Tile;

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

/// A tile, if the log has so many hashes there.
fn within(size: u64, level: u8, n: u64, width: u16) -> Result<Tile> {
    let widest = Tile::of(level, n, size).ok_or(Error::NotFound)?;
    let fits = 0 < width && width <= widest.width;
    if fits { Ok(Tile { level, n, width }) } else { Err(Error::NotFound) }
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
                tiles::tile(tx, log, &within(size, level, n, width)?).await
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
                within(size, 0, n, width)?;
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
                Ok(sign::proof(index, tiles::proof(tx, log, index, size).await?, &head.note))
            })
        });
        read.await
    }
}

/// Writes a log as files.
pub(super) async fn write(archive: &Archive, origin: &str, folder: &Path) -> Result<()> {
    let head = archive.log(origin).await?;
    if head.state == LogState::Dropped {
        return Err(Error::NotFound);
    }
    put(folder, "checkpoint", head.checkpoint.as_bytes())?;
    put(folder, "keys", head.verifiers.iter().map(|key| format!("{key}\n")).collect::<String>().as_bytes())?;
    for tile in all_tiles(head.size) {
        let Tile { level, n, width } = tile;
        put(folder, &tile.path(), &archive.tile(origin, level, n, width).await?)?;
        if level == 0 {
            put(folder, &tile.entries_path(), &archive.entries(origin, n, width).await?)?;
        }
    }
    Ok(())
}

/// All tiles of a tree of that size.
pub(super) fn all_tiles(size: u64) -> impl Iterator<Item = Tile> {
    (0..8).flat_map(move |level| (0..).map_while(move |n| Tile::of(level, n, size)))
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
