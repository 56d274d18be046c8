//! One turn at the log: the transaction in which leaves are added.
//!
//! What this is: the sequencer row is locked, the log read, leaves are taken in, and at the end rows, tiles, frontier and
//! signed checkpoint are written with a compare-and-swap on the log's size. Two writers on one database stand in line,
//! and if they ever did not, the slower one would find another size and write nothing.

use std::sync::Arc;

use assent_core::record::tree::{Batch as Tree, Frontier};
use assent_core::record::{Act, Event, Hash, Kind, Record, Time, Uuid};

use super::house::{House, at, millis, shard};
use super::postgres::Kind as Column;
use super::seal::{self, About};
use super::sql::{Many, Tx, Value};
use super::{Error, Result, Site, sign, tiles};
use crate::keys::Keys;

/// A turn at the log.
pub(super) struct Turn {
    pub(super) tx: Tx,
    /// What time it is, throughout.
    pub(super) now: Time,
    pub(super) keys: Arc<Keys>,
    pub(super) house: Arc<House>,
    log: i64,
    origin: String,
    before: Frontier,
    leaves: Vec<Hash>,
    rows: Vec<Vec<Value>>,
}

/// What a turn added, once it is durable.
pub(super) struct Batch {
    pub(super) log: i64,
    pub(super) origin: String,
    pub(super) tree: Tree,
    /// The signed checkpoint above it.
    pub(super) note: String,
    pub(super) keys: Arc<Keys>,
}

/// A leaf before it is sealed.
pub(super) struct Draft<'d> {
    pub(super) kind: Kind,
    pub(super) site: Option<i64>,
    pub(super) id: Option<[u8; 16]>,
    pub(super) subject: Option<[u8; 32]>,
    pub(super) prev: Option<i64>,
    pub(super) received_at: Time,
    pub(super) commitment: Hash,
    pub(super) salt: &'d [u8; 32],
    pub(super) document: &'d str,
}

const LAST_LOG: &str = "SELECT log, origin, period, size, frontier FROM log ORDER BY log DESC LIMIT 1";

const NEW_RECORDS: Many = Many {
    sqlite: "INSERT INTO record (at, kind, site, id, subject, prev, received_at, commitment, sealed)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    postgres: "INSERT INTO record (at, kind, site, id, subject, prev, received_at, commitment, sealed)
        SELECT * FROM unnest($1::int8[], $2::int8[], $3::int8[], $4::bytea[], $5::bytea[], $6::int8[], $7::int8[],
            $8::bytea[], $9::bytea[])",
};

const KINDS: [Column; 9] = [
    Column::Int,
    Column::Int,
    Column::Int,
    Column::Bytes,
    Column::Bytes,
    Column::Int,
    Column::Int,
    Column::Bytes,
    Column::Bytes,
];

impl Turn {
    /// The turn that was taken.
    pub(super) fn of(tx: Tx, house: &Arc<House>, start: TurnStart) -> Turn {
        let TurnStart { now, log, origin, before } = start;
        Turn {
            tx,
            now,
            keys: house.keys(),
            house: house.clone(),
            log,
            origin,
            before,
            leaves: Vec::new(),
            rows: Vec::new(),
        }
    }

    /// The place that the next leaf will have.
    pub(super) fn next(&self) -> i64 {
        at(self.log, self.before.size() + self.leaves.len() as u64)
    }

    /// The origin of the log that grows.
    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    /// The number of the log that grows.
    pub(super) fn log(&self) -> i64 {
        self.log
    }

    /// Adds a leaf and returns its place.
    pub(super) fn add(&mut self, key: &crate::keys::Secret, draft: &Draft<'_>) -> Result<i64> {
        let at = self.next();
        let about = About {
            at,
            kind: draft.kind.number().into(),
            site: draft.site,
            id: draft.id,
            subject: draft.subject,
            prev: draft.prev,
            received_at: millis(draft.received_at),
            commitment: draft.commitment,
        };
        let sealed = seal::seal(key, &about, draft.salt, draft.document, self.house.draw()?)?;
        self.leaves.push(sign::leaf(draft.kind, &draft.commitment));
        self.rows.push(vec![
            at.into(),
            i64::from(draft.kind.number()).into(),
            draft.site.into(),
            draft.id.into(),
            draft.subject.into(),
            draft.prev.into(),
            about.received_at.into(),
            draft.commitment.into(),
            sealed.into(),
        ]);
        Ok(at)
    }

    /// Adds a leaf of the house and returns its place.
    pub(super) fn add_own(&mut self, id: Option<Uuid>, site: Option<&Site>, event: Event) -> Result<i64> {
        let id = id.map_or_else(|| self.house.draw().map(|random| Uuid::new(self.now, random)), Ok)?;
        let record = Record { id, site: site.map(|site| site.name.clone()), received_at: self.now, event };
        let (document, salt) = (record.text(), self.house.draw()?);
        let own = self.house.own.clone();
        let draft = Draft {
            kind: record.kind(),
            site: site.map(|site| site.number),
            id: Some(id.bytes()),
            subject: None,
            prev: None,
            received_at: self.now,
            commitment: sign::commit(&salt, &document),
            salt: &salt,
            document: &document,
        };
        self.add(&own, &draft)
    }

    /// Adds an entry of the audit trail.
    pub(super) fn note(&mut self, kind: Kind, actor: &str, action: &str, object: &str) -> Result<i64> {
        let act = Act { kind, actor: actor.into(), action: action.into(), object: object.into() };
        // What cannot be read back must not be written.
        let readable =
            [actor, action].iter().all(|text| is_line(text)) && (object.is_empty() || is_line(object));
        if !readable {
            return Err(Error::Refused("actor, action and object are one line each"));
        }
        self.add_own(None, None, Event::Act(act))
    }

    /// Writes everything down. What remains is to commit.
    pub(super) async fn finish(&mut self) -> Result<Option<Batch>> {
        if self.leaves.is_empty() {
            return Ok(None);
        }
        let tree = Tree::new(&self.before, &self.leaves);
        let after = tree.frontier();
        self.tx.run_many(NEW_RECORDS, &KINDS, &self.rows).await?;
        tiles::grow(&mut self.tx, self.log, self.before.size(), after.size()).await?;
        let note = sign::checkpoint(&self.keys, &self.origin, after.size(), &after.root())?;
        let args = [
            size(&after).into(),
            after.bytes().into(),
            note.as_str().into(),
            self.log.into(),
            size(&self.before).into(),
        ];
        let sql = "UPDATE log SET size = $1, frontier = $2, note = $3 WHERE log = $4 AND size = $5";
        if self.tx.run(sql, &args).await? != 1 {
            return Err(Error::retry("somebody else has added leaves"));
        }
        let (log, origin, keys) = (self.log, self.origin.clone(), self.keys.clone());
        Ok(Some(Batch { log, origin, tree, note, keys }))
    }
}

/// What is known when a turn begins.
pub(super) struct TurnStart {
    now: Time,
    log: i64,
    origin: String,
    before: Frontier,
}

impl TurnStart {
    /// Waits until nobody else has the turn, and reads the log that grows now.
    pub(super) async fn read(tx: &mut Tx, house: &House) -> Result<TurnStart> {
        // The lock comes first: whatever is read afterwards is what the one before left. On SQLite the transaction has it.
        let lock = "UPDATE sequencer SET one = 1 WHERE one = 1 RETURNING keys";
        let sequencer = tx.row(lock, &[]).await?;
        house
            .follow_keys(sequencer.ok_or_else(|| Error::damaged("the sequencer row is missing"))?.int(0)?)?;
        // Read after the lock, so that times do not go backwards within a log more than clocks do.
        let now = house.clock.now();
        let (period, name) = shard(house.shards, &house.origin, now);
        let last = tx.row(LAST_LOG, &[]).await?;
        if let Some(last) = &last {
            // A clock that went back does not reopen a log.
            if last.int(2)? >= period {
                let before = Frontier::from_bytes(last.bytes(4)?)
                    .filter(|frontier| last.count(3).is_ok_and(|size| size == frontier.size()));
                let before = before.ok_or_else(|| Error::damaged("the frontier of the log"))?;
                return Ok(TurnStart { now, log: last.int(0)?, origin: last.text(1)?.into(), before });
            }
        }
        let log = last.as_ref().map_or(Ok(1), |last| last.int(0).map(|log| log + 1))?;
        open_log(tx, &house.keys(), (log, &name, period), now).await?;
        Ok(TurnStart { now, log, origin: name, before: Frontier::default() })
    }
}

/// Opens a log and closes the one before.
async fn open_log(
    tx: &mut Tx,
    keys: &Keys,
    (log, origin, period): (i64, &str, i64),
    now: Time,
) -> Result<()> {
    let frontier = Frontier::default();
    let note = sign::checkpoint(keys, origin, 0, &frontier.root())?;
    tx.run("UPDATE log SET state = 1 WHERE state = 0", &[]).await?;
    let args =
        [log.into(), origin.into(), period.into(), frontier.bytes().into(), note.into(), millis(now).into()];
    let sql = "INSERT INTO log (log, origin, period, size, frontier, note, opened_at, state)
        VALUES ($1, $2, $3, 0, $4, $5, $6, 0)";
    tx.run(sql, &args).await?;
    sign_from(tx, keys, (log, origin), 0).await
}

/// Writes down which keys sign a log from a leaf on.
pub(super) async fn sign_from(
    tx: &mut Tx,
    keys: &Keys,
    (log, origin): (i64, &str),
    since: i64,
) -> Result<()> {
    for (position, key) in keys.signing().enumerate() {
        let newest = i64::from(position == 0);
        let args = [log.into(), since.into(), sign::verifier(origin, key).into(), newest.into()];
        let sql = "INSERT INTO signer (log, since, verifier, newest) VALUES ($1, $2, $3, $4)
            ON CONFLICT (log, since, verifier) DO UPDATE SET newest = excluded.newest";
        tx.run(sql, &args).await?;
    }
    Ok(())
}

fn size(frontier: &Frontier) -> i64 {
    i64::try_from(frontier.size()).unwrap_or(i64::MAX)
}

/// Whether a text is what the core takes for one line.
fn is_line(text: &str) -> bool {
    !text.is_empty() && text.len() <= 4096 && !text.chars().any(char::is_control)
}
