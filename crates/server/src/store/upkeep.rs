//! What is to be done by and by: keys, erasures that are due, logs whose time is over.

use assent_core::record::{Kind, Uuid};

use super::archive::{Actor, Archive};
use super::erase::rewrap;
use super::house::{at, millis};
use super::turn::{Turn, sign_from};
use super::types::Work;
use super::{Error, Result};

/// How many erasures, and how many keys, one step takes.
const ERASURES: i64 = 16;
const KEYS: i64 = 256;
const DAY: i64 = 86_400_000;

/// What becomes of the keys' directory.
#[derive(Clone, Copy)]
enum Change {
    Signing,
    SigningAlone,
    Wrapping,
}

async fn change(turn: &mut Turn, actor: &str, change: Change) -> Result<()> {
    let (entropy, action) = (
        turn.house.entropy.clone(),
        match change {
            Change::Signing => "make signing key",
            Change::SigningAlone => "retire signing keys",
            Change::Wrapping => "make wrapping key",
        },
    );
    let keys = match change {
        Change::Signing => turn.keys.with_new_signing_key(&*entropy)?,
        Change::SigningAlone => turn.keys.with_newest_signing_key_alone()?,
        Change::Wrapping => turn.keys.with_new_wrapping_key(&*entropy)?,
    };
    // From here on every writer reads the directory again before it writes.
    let row = turn.tx.row("UPDATE sequencer SET keys = keys + 1 WHERE one = 1 RETURNING keys", &[]).await?;
    row.ok_or_else(|| Error::damaged("the sequencer row is missing"))?;
    let (log, origin) = (turn.log(), turn.origin().to_string());
    let newest = keys.signing().next().map(|key| super::sign::verifier(&origin, key)).unwrap_or_default();
    turn.keys = std::sync::Arc::new(keys);
    // The next leaf is the first that is signed so, and it is the one that says it.
    let since = super::house::place(turn.next()).1;
    let keys = turn.keys.clone();
    sign_from(&mut turn.tx, &keys, (log, &origin), i64::try_from(since).unwrap_or(i64::MAX)).await?;
    let object = match change {
        Change::Wrapping => format!("wrapping-{}.key", turn.keys.newest_wrapping()),
        _ => newest,
    };
    turn.note(Kind::Key, actor, action, &object).map(|_| ())
}

/// Erasures whose sealed rest is to go.
async fn let_go(turn: &mut Turn) -> Result<u64> {
    let sql = "SELECT id, at, last FROM erasure WHERE escrow IS NOT NULL AND keep_until <= $1 LIMIT $2";
    let rows = turn.tx.rows(sql, &[millis(turn.now).into(), ERASURES.into()]).await?;
    for row in &rows {
        let args = [row.int(1)?.into(), row.int(2)?.into()];
        turn.tx.run("UPDATE record SET sealed = NULL WHERE gone >= $1 AND gone <= $2", &args).await?;
        let id: [u8; 16] = row.array(0)?;
        let sql = "UPDATE erasure SET escrow = NULL, scrubbed = 0 WHERE id = $1";
        turn.tx.run(sql, &[id.into()]).await?;
    }
    Ok(rows.len() as u64)
}

/// Drops a log whose records nobody needs any more. The last checkpoint is kept.
async fn drop_log(turn: &mut Turn) -> Result<u64> {
    let longest = turn.tx.row("SELECT COALESCE(MAX(retention), 0), COUNT(*) FROM site", &[]).await?;
    let longest = longest.ok_or_else(|| Error::damaged("no answer"))?;
    if longest.int(1)? == 0 {
        return Ok(0);
    }
    let before = millis(turn.now).saturating_sub(longest.int(0)?.saturating_mul(DAY));
    turn.tx.run("DELETE FROM erased WHERE since <= $1", &[before.into()]).await?;
    // A log is over when the next one was opened.
    let sql = "SELECT log.log, log.origin, log.size FROM log JOIN log AS next ON next.log = log.log + 1
        WHERE log.state = 1 AND next.opened_at <= $1 ORDER BY log.log LIMIT 1";
    let Some(row) = turn.tx.row(sql, &[before.into()]).await? else { return Ok(0) };
    let (log, origin, size) = (row.int(0)?, row.text(1)?.to_string(), row.int(2)?);
    turn.note(Kind::Admin, "job", "drop log", &format!("{origin}, {size} leaves"))?;
    let range = [at(log, 0).into(), at(log + 1, 0).into()];
    turn.tx.run("DELETE FROM record WHERE at >= $1 AND at < $2", &range).await?;
    // Who has nothing newer is known no longer. The house itself has no newest record.
    turn.tx.run("DELETE FROM subject WHERE last >= $1 AND last < $2", &range).await?;
    turn.tx.run("DELETE FROM tile WHERE log = $1", &[log.into()]).await?;
    turn.tx.run("UPDATE log SET state = 2 WHERE log = $1", &[log.into()]).await?;
    Ok(1)
}

impl Archive {
    /// Makes a new signing key, which signs from now on beside the present one: a leaf.
    pub async fn rotate_signing_key(&self, actor: Actor<'_>) -> Result<()> {
        self.change_keys(actor, Change::Signing).await
    }

    /// Ends the overlap: only the newest key signs from now on, the others are removed. A leaf.
    pub async fn retire_signing_keys(&self, actor: Actor<'_>) -> Result<()> {
        self.change_keys(actor, Change::SigningAlone).await
    }

    /// Makes a new wrapping key: a leaf. [`Archive::work`] wraps the subjects' keys anew, little by little, and removes
    /// the old key when nothing needs it any more.
    pub async fn rotate_wrapping_key(&self, actor: Actor<'_>) -> Result<()> {
        self.change_keys(actor, Change::Wrapping).await
    }

    async fn change_keys(&self, actor: Actor<'_>, what: Change) -> Result<()> {
        let actor = actor.to_string();
        let turn = self.queue.turn(move |turn| {
            let actor = actor.clone();
            Box::pin(async move { change(turn, &actor, what).await })
        });
        turn.await?;
        // The next turn reads the directory; this one makes sure that readers know the keys as well.
        self.queue.turn(|_| Box::pin(async { Ok(()) })).await.map(|_| ())
    }

    /// One step of what is to be done by and by: erasures that are due, traces that are to go, keys to be wrapped anew,
    /// logs to be dropped. To be called every minute or so, and again at once while it says there is more.
    pub async fn work(&self) -> Result<Work> {
        let mut work = Work::default();
        let now = millis(self.house.clock.now());
        let read = self.readers.read(move |tx| {
            Box::pin(async move {
                let due =
                    "SELECT id FROM erasure WHERE done_at IS NULL AND due_at <= $1 ORDER BY due_at LIMIT $2";
                let due = tx.rows(due, &[now.into(), ERASURES.into()]).await?;
                let due: Vec<[u8; 16]> = due.iter().map(|row| row.array(0)).collect::<Result<_>>()?;
                let traces = "SELECT COUNT(*) FROM erasure WHERE done_at IS NOT NULL AND scrubbed = 0";
                let traces = tx.row(traces, &[]).await?.ok_or_else(|| Error::damaged("no answer"))?.int(0)?;
                Ok((due, traces))
            })
        });
        let (due, mut traces) = read.await?;
        for id in due {
            let id = Uuid::from_bytes(id).ok_or_else(|| Error::damaged("the id of an erasure"))?;
            self.queue.turn(move |turn| Box::pin(super::erase::erase(turn, id))).await?;
            work.erased += 1;
            traces += 1;
        }
        let (gone, _) = self.queue.turn(|turn| Box::pin(let_go(turn))).await?;
        if gone > 0 || traces > 0 {
            self.scrub().await?;
        }
        let ((rewrapped, all), _) = self.queue.turn(|turn| Box::pin(rewrap(turn, KEYS))).await?;
        work.rewrapped = rewrapped;
        if all {
            self.remove_old_keys().await?;
        }
        let (dropped, _) = self.queue.turn(|turn| Box::pin(drop_log(turn))).await?;
        work.dropped = dropped;
        work.more = work.erased == ERASURES.unsigned_abs() || !all || dropped > 0;
        Ok(work)
    }

    /// Removes wrapping keys that wrap nothing any more.
    async fn remove_old_keys(&self) -> Result<()> {
        let keys = self.house.keys();
        let newest = keys.newest_wrapping();
        for number in keys.wrapping().filter(|number| *number < newest) {
            // All are looked at once more before a key goes for good; by a reader, so that nobody has to wait.
            let wraps = self.readers.read(move |tx| {
                Box::pin(async move {
                    let sql = "SELECT kek FROM subject WHERE kek <= $1 LIMIT 1";
                    tx.row(sql, &[number.into()]).await.map(|row| row.is_some())
                })
            });
            if wraps.await? {
                continue;
            }
            let turn = self.queue.turn(move |turn| {
                Box::pin(async move {
                    // Another replica may have been faster.
                    if !turn.keys.wrapping().any(|known| known == number) {
                        return Ok(());
                    }
                    turn.note(Kind::Key, "job", "remove wrapping key", &format!("wrapping-{number}.key"))?;
                    let sql = "UPDATE sequencer SET keys = keys + 1 WHERE one = 1";
                    turn.tx.run(sql, &[]).await?;
                    turn.keys = std::sync::Arc::new(turn.keys.without_wrapping_key(number)?);
                    Ok(())
                })
            });
            turn.await?;
        }
        self.queue.turn(|_| Box::pin(async { Ok(()) })).await.map(|_| ())
    }
}
