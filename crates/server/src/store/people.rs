//! What people chose, on its way into the log.
//!
//! What this is: the hot path. A [`Pending`] record is prepared by whoever received it (pseudonym, salt, commitment), so
//! that the writer only looks up, seals and places. A [`Group`] of them shares one turn.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use assent_core::record::{Hash, Kind, Time};
use tokio::sync::oneshot;

use super::engine::Boxed;
use super::house::same;
use super::postgres::Kind as Column;
use super::sequencer::Task;
use super::sql::{Many, Row, Value};
use super::turn::{Batch, Draft, Turn};
use super::{Error, Result};
use crate::keys::{Keys, Secret};

/// A record that waits for its place.
pub(super) struct Pending {
    pub(super) kind: Kind,
    pub(super) site: i64,
    pub(super) id: [u8; 16],
    pub(super) subject: [u8; 32],
    /// The hash of the token; a backend has none.
    pub(super) auth: Option<Hash>,
    /// Whether a new subject has to bring one.
    pub(super) needs_auth: bool,
    /// What would be left of it if it had been erased: [`mark`].
    pub(super) mark: Hash,
    pub(super) received_at: Time,
    pub(super) salt: [u8; 32],
    pub(super) commitment: Hash,
    pub(super) document: String,
    pub(super) reply: Option<oneshot::Sender<Result<Placed>>>,
}

/// Where a record is.
pub(super) enum Placed {
    /// It was placed now.
    Now(u64, Arc<Batch>),
    /// There is one with this id already. Whether it says the same is for the asker to find out.
    Before(i64),
}

/// Records that share a turn.
pub(super) struct Group {
    pending: Vec<Pending>,
    places: Vec<Result<Where>>,
}

#[derive(Clone, Copy)]
enum Where {
    Now(i64),
    Before(i64),
}

/// Those who take part in a turn.
type Subjects = HashMap<(i64, [u8; 32]), Result<Subject>>;

/// A subject as a turn sees it.
struct Subject {
    key: Secret,
    auth: Option<Hash>,
    kek: i64,
    dek: Vec<u8>,
    last: Option<i64>,
    changed: bool,
}

const SAME_IDS: Many = Many {
    sqlite: "SELECT at FROM record WHERE site = $1 AND id = $2",
    postgres: "SELECT asked.number, record.at FROM unnest($1::int8[], $2::bytea[]) WITH ORDINALITY
        AS asked (site, id, number) JOIN record ON record.site = asked.site AND record.id = asked.id",
};

const SUBJECTS: Many = Many {
    sqlite: "SELECT auth, kek, dek, last FROM subject WHERE site = $1 AND subject = $2",
    postgres: "SELECT asked.number, subject.auth, subject.kek, subject.dek, subject.last
        FROM unnest($1::int8[], $2::bytea[]) WITH ORDINALITY AS asked (site, subject, number)
        JOIN subject ON subject.site = asked.site AND subject.subject = asked.subject",
};

const PUT_SUBJECTS: Many = Many {
    sqlite: "INSERT INTO subject (site, subject, auth, kek, dek, last) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (site, subject) DO UPDATE SET last = excluded.last",
    postgres: "INSERT INTO subject (site, subject, auth, kek, dek, last)
        SELECT * FROM unnest($1::int8[], $2::bytea[], $3::bytea[], $4::int8[], $5::bytea[], $6::int8[])
        ON CONFLICT (site, subject) DO UPDATE SET last = excluded.last",
};

const MARKS: Many = Many {
    sqlite: "SELECT since FROM erased WHERE site = $1 AND mark = $2",
    postgres: "SELECT asked.number, erased.since FROM unnest($1::int8[], $2::bytea[]) WITH ORDINALITY
        AS asked (site, mark, number) JOIN erased ON erased.site = asked.site AND erased.mark = asked.mark",
};

/// What an erasure leaves to know a record by. A browser's person is known by the pseudonym, since the device that was
/// told to forget draws another secret. A site's own server names its visitors itself, and they may choose anew: there it
/// is the record.
pub(super) fn mark(keys: &Keys, site: i64, has_token: bool, subject: &[u8; 32], id: &[u8; 16]) -> Hash {
    if has_token { keys.mark(site, subject) } else { keys.mark(site, id) }
}

impl Group {
    /// A group of one.
    pub(super) fn new(pending: Pending) -> Group {
        Group { pending: vec![pending], places: Vec::new() }
    }

    /// One more.
    pub(super) fn push(&mut self, pending: Pending) {
        self.pending.push(pending);
    }

    /// How many they are.
    pub(super) fn len(&self) -> usize {
        self.pending.len()
    }

    async fn place(&mut self, turn: &mut Turn) -> Result<()> {
        self.places.clear();
        let mut known = self.known(turn).await?;
        let mut subjects = self.subjects(turn).await?;
        let erased = self.erased(turn).await?;
        for (position, pending) in self.pending.iter().enumerate() {
            let name = (pending.site, pending.id);
            if let Some(at) = known.get(&name) {
                self.places.push(Ok(Where::Before(*at)));
                continue;
            }
            if erased.contains(&position) {
                self.places.push(Err(Error::Erased));
                continue;
            }
            let place = place(turn, pending, &mut subjects)?;
            if let Ok(at) = place {
                known.insert(name, at);
            }
            self.places.push(place.map(Where::Now));
        }
        let mut rows = Vec::new();
        // In the order of the table: neighbours share a page, which is then found and written once.
        let mut subjects: Vec<_> = subjects.into_iter().collect();
        subjects.sort_unstable_by_key(|(name, _)| *name);
        for ((site, subject), state) in subjects {
            let Ok(Subject { auth, kek, dek, last, changed: true, .. }) = state else { continue };
            rows.push(vec![site.into(), subject.into(), auth.into(), kek.into(), dek.into(), last.into()]);
        }
        let kinds = [Column::Int, Column::Bytes, Column::Bytes, Column::Int, Column::Bytes, Column::Int];
        turn.tx.run_many(PUT_SUBJECTS, &kinds, &rows).await
    }

    /// Which of the ids are there already.
    async fn known(&self, turn: &mut Turn) -> Result<HashMap<(i64, [u8; 16]), i64>> {
        let asked: Vec<_> = self.pending.iter().map(|p| vec![p.site.into(), p.id.into()]).collect();
        let found = turn.tx.rows_many(SAME_IDS, &[Column::Int, Column::Bytes], &asked).await?;
        let mut known = HashMap::new();
        for (position, row) in found {
            let pending = self.pending.get(position).ok_or_else(|| Error::damaged("an answer to nobody"))?;
            known.insert((pending.site, pending.id), row.int(0)?);
        }
        Ok(known)
    }

    /// Which of them were erased, by their positions.
    async fn erased(&self, turn: &mut Turn) -> Result<HashSet<usize>> {
        let asked: Vec<_> = self.pending.iter().map(|p| vec![p.site.into(), p.mark.into()]).collect();
        let found = turn.tx.rows_many(MARKS, &[Column::Int, Column::Bytes], &asked).await?;
        Ok(found.into_iter().map(|(position, _)| position).collect())
    }

    /// The subjects that are there already.
    async fn subjects(&self, turn: &mut Turn) -> Result<Subjects> {
        let asked: Vec<Vec<Value>> =
            self.pending.iter().map(|p| vec![p.site.into(), p.subject.into()]).collect();
        let found = turn.tx.rows_many(SUBJECTS, &[Column::Int, Column::Bytes], &asked).await?;
        let mut subjects = HashMap::new();
        for (position, row) in found {
            let pending = self.pending.get(position).ok_or_else(|| Error::damaged("an answer to nobody"))?;
            let name = (pending.site, pending.subject);
            if let Entry::Vacant(entry) = subjects.entry(name) {
                entry.insert(read(turn, name, &row));
            }
        }
        Ok(subjects)
    }
}

fn read(turn: &Turn, (site, subject): (i64, [u8; 32]), row: &Row) -> Result<Subject> {
    let (auth, kek, dek) = (row.maybe_array(0)?, row.int(1)?, row.bytes(2)?.to_vec());
    let key = turn.keys.unwrap(kek, &dek, &about_key(site, &subject, auth.as_ref()))?;
    Ok(Subject { key, auth, kek, dek, last: row.maybe_int(3)?, changed: false })
}

/// What a subject's wrapped key is bound to: exchanging tokens or subjects makes it useless.
pub(super) fn about_key(site: i64, subject: &[u8; 32], auth: Option<&Hash>) -> Vec<u8> {
    let mut about = Vec::with_capacity(96);
    about.extend_from_slice(b"assent wrapped v1\0");
    about.extend_from_slice(&site.to_be_bytes());
    about.extend_from_slice(subject);
    about.extend_from_slice(auth.map_or(&[][..], |auth| auth));
    about
}

/// Places one record. The outer error ends the turn, the inner one is this record's alone.
fn place(turn: &mut Turn, pending: &Pending, subjects: &mut Subjects) -> Result<Result<i64>> {
    let name = (pending.site, pending.subject);
    let subject = match subjects.entry(name) {
        Entry::Occupied(entry) => match entry.into_mut() {
            Ok(subject) => subject,
            // One person's damage must not keep the others waiting.
            Err(error) => return Ok(Err(error.clone())),
        },
        Entry::Vacant(entry) => {
            if pending.needs_auth && pending.auth.is_none() {
                return Ok(Err(Error::Refused("the first record of a person brings their token")));
            }
            let key = Secret::new(turn.house.draw()?);
            let about = about_key(pending.site, &pending.subject, pending.auth.as_ref());
            let (kek, dek) = turn.keys.wrap(&key, &about, turn.house.draw()?)?;
            let subject = Subject { key, auth: pending.auth, kek, dek, last: None, changed: false };
            let Ok(subject) = entry.insert(Ok(subject)) else {
                return Err(Error::Engine("no subject".into()));
            };
            subject
        }
    };
    // A backend answers for its visitors without their tokens; whoever shows one must show the right one.
    if let Some(auth) = &pending.auth
        && !subject.auth.as_ref().is_some_and(|known| same(known, auth))
    {
        return Ok(Err(Error::NotFound));
    }
    let draft = Draft {
        kind: pending.kind,
        site: Some(pending.site),
        id: Some(pending.id),
        subject: Some(pending.subject),
        prev: subject.last,
        received_at: pending.received_at,
        commitment: pending.commitment,
        salt: &pending.salt,
        document: &pending.document,
    };
    let at = turn.add(&subject.key, &draft)?;
    subject.last = Some(at);
    subject.changed = true;
    Ok(Ok(at))
}

impl Task for Group {
    fn run<'t>(&'t mut self, turn: &'t mut Turn) -> Boxed<'t, Result<()>> {
        Box::pin(self.place(turn))
    }

    fn done(&mut self, outcome: Result<Option<Arc<Batch>>>) {
        let places = std::mem::take(&mut self.places);
        let mut places = places.into_iter();
        for pending in &mut self.pending {
            let answer = match (&outcome, places.next()) {
                (Err(error), _) => Err(error.clone()),
                (Ok(Some(batch)), Some(Ok(Where::Now(at)))) => {
                    Ok(Placed::Now(super::house::place(at).1, batch.clone()))
                }
                (Ok(_), Some(Ok(Where::Before(at)))) => Ok(Placed::Before(at)),
                (Ok(_), Some(Err(error))) => Err(error),
                (Ok(_), _) => Err(Error::Engine("a record without a place".into())),
            };
            if let Some(reply) = pending.reply.take() {
                // Whoever asked may have gone; the record stays.
                let _ = reply.send(answer);
            }
        }
    }
}
