//! Opening an archive.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::archive::Archive;
use super::engine::{Readers, Writer};
use super::house::{HOUSE, House, millis};
use super::outside::draw;
use super::people::about_key;
use super::rooms::Rooms;
use super::sequencer::Queue;
use super::sign::read_checkpoint;
use super::sql::Tx;
use super::{Clock, Database, Entropy, Error, Result, Settings, migrate, reading, tiles, tls};
use crate::keys::{Keys, Secret};

/// How often the last checkpoint is kept at most.
const PAUSE: Duration = Duration::from_secs(1);

pub(super) async fn open(
    settings: Settings,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
) -> Result<Archive> {
    let good = |byte: u8| byte.is_ascii_graphic() && byte != b'+';
    if settings.origin.is_empty() || settings.origin.len() > 200 || !settings.origin.bytes().all(good) {
        return Err(Error::Refused("the log's origin is a host name, as consent.example.com"));
    }
    if let Database::Postgres(address) = &settings.database {
        tls::try_out(address).await?;
    }
    let mut writer = Writer::open(&settings.database)?;
    let mut tx = writer.begin().await?;
    let ready = prepare(&mut tx, &settings, &*clock, &*entropy).await;
    let (change, keys, own) = match ready {
        Ok(ready) => {
            writer.commit(tx).await?;
            ready
        }
        Err(error) => {
            writer.roll_back(tx).await;
            return Err(error);
        }
    };
    let readers = Readers::open(&settings.database, settings.readers)?;
    let shards = (settings.origin, settings.shards);
    let house = Arc::new(House::new((change, Arc::new(keys)), own, clock, entropy, shards));
    let queue = Queue::start(writer, house.clone(), (settings.queue, settings.batch))?;
    // The first turn opens the log.
    queue.turn(|_| Box::pin(async { Ok(()) })).await?;
    tokio::spawn(keep_all(house.clone(), queue.notes.clone()));
    Ok(Archive { house, queue, readers, rooms: Arc::new(Rooms::default()) })
}

/// Brings the database up to date, and finds the keys that belong to it.
async fn prepare(
    tx: &mut Tx,
    settings: &Settings,
    clock: &dyn Clock,
    entropy: &dyn Entropy,
) -> Result<(i64, Keys, Secret)> {
    migrate::migrate(tx, millis(clock.now())).await?;
    let lock = tx.row("UPDATE sequencer SET one = 1 WHERE one = 1 RETURNING keys", &[]).await?;
    let change = lock.ok_or_else(|| Error::damaged("the sequencer row is missing"))?.int(0)?;
    let used = tx.row("SELECT subject FROM subject LIMIT 1", &[]).await?.is_some();
    // Keys are made along with a database and never for one: new keys would not open what is in it.
    let keys = Keys::open(&settings.keys, (!used).then_some(entropy))?;
    if !used {
        let (own, check) = (Secret::new(draw(entropy)?), keys.pepper_check());
        let (kek, dek) = keys.wrap(&own, &about_key(0, &HOUSE, Some(&check)), draw(entropy)?)?;
        let args = [HOUSE.into(), check.into(), kek.into(), dek.into()];
        tx.run("INSERT INTO subject (site, subject, auth, kek, dek) VALUES (0, $1, $2, $3, $4)", &args)
            .await?;
    }
    let own = reading::own_key(tx, &keys).await?;
    let own = own.ok_or_else(|| Error::damaged("the house's own key is missing in the database"))?;
    guard(tx, &keys).await?;
    Ok((change, keys, own))
}

/// Refuses a database that has forgotten something that was signed.
pub(super) async fn guard(tx: &mut Tx, keys: &Keys) -> Result<()> {
    for log in keys.kept()? {
        let kept = keys.last_checkpoint(log)?.and_then(|note| read_checkpoint(&note)).ok_or(Error::Refused(
            "a file last-checkpoint-N in the keys directory cannot be read: restore it, or remove it if the \
             database is known to be complete",
        ))?;
        let row = tx.row("SELECT origin, size, state FROM log WHERE log = $1", &[log.into()]).await?;
        let Some(row) = row else { return Err(BEHIND) };
        if row.text(0)? != kept.origin {
            return Err(Error::Refused("the keys directory belongs to another database: check both paths"));
        }
        if row.count(1)? < kept.size {
            return Err(BEHIND);
        }
        let dropped = row.int(2)? == 2;
        if !dropped && tiles::root(tx, log, kept.size).await? != kept.root {
            return Err(Error::Refused(
                "the database tells another history than the one that was signed (last-checkpoint-N in the keys \
                 directory): restore the right one, and look at both with `assent verify`",
            ));
        }
    }
    Ok(())
}

const BEHIND: Error = Error::Refused(
    "the database is older than the last checkpoint that was signed (last-checkpoint-N in the keys directory), so \
     records that people hold receipts for are missing: restore a newer backup. If there is none, move the keys \
     directory and the database away together and start with a new origin",
);

/// Keeps each last checkpoint, with pauses.
async fn keep_all(house: Arc<House>, mut notes: watch::Receiver<Option<(i64, String)>>) {
    while notes.changed().await.is_ok() {
        let note = notes.borrow_and_update().clone();
        if let Some((log, note)) = note {
            keep(&house, log, note).await;
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// Keeps a checkpoint. If that fails, the archive goes on; the guard then knows an older one.
pub(super) async fn keep(house: &Arc<House>, log: i64, note: String) {
    let keys = house.keys();
    let newer = move || {
        // Replicas share the directory: what another one kept may be newer.
        let size = |note: &str| read_checkpoint(note).map_or(0, |checkpoint| checkpoint.size);
        let known = keys.last_checkpoint(log)?;
        if known.is_some_and(|known| size(&known) >= size(&note)) {
            return Ok(());
        }
        keys.keep_checkpoint(log, &note)
    };
    let kept = tokio::task::spawn_blocking(newer).await;
    if let Ok(Err(error)) = kept {
        tracing::warn!(%error, "the last checkpoint could not be kept");
    }
}
