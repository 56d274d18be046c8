//! What people have to be told about a breach (GDPR, article 34).
//!
//! What this is: notices that the owner writes for a site, each about a time and about purposes; and which of them concern
//! somebody, found in their own history when they ask. Nobody has to be looked for, and nobody's address is needed.
//!
//! What it is not: the report to the authority (article 33), nor the judgement that people are to be told.

use assent_core::record::{Event, Kind, Record, Time, Uuid};

use super::archive::{Actor, Archive};
use super::house::millis;
use super::people::about_key;
use super::public::place_of;
use super::reading::{self, Stored, moment};
use super::sql::{Row, Tx};
use super::types::{Bearer, Breach, NewBreach, Site};
use super::{Error, Result};
use crate::keys::Keys;

/// How many notices a site has at most.
const MOST: i64 = 1000;
/// How many records of a history are read at once.
const STEP: usize = 100;
/// How many people are looked at at once (`LIMIT` of the statement).
const PEOPLE: usize = 500;

const OF_SITE: &str = "SELECT id, since, until, purposes, texts, created_at, at, concerned FROM breach
    WHERE site = $1 ORDER BY created_at DESC, id";

impl Archive {
    /// Writes a notice: a leaf. Whom it concerns is told when they ask.
    pub async fn tell_breach(&self, actor: Actor<'_>, site: &Site, new: NewBreach) -> Result<Breach> {
        if new.since > new.until || new.texts.is_empty() {
            return Err(Error::Refused("a notice needs a text, and a time that ends after it begins"));
        }
        let id = Uuid::new(self.house.clock.now(), self.house.draw()?);
        let purposes = serde_json::to_string(&new.purposes).unwrap_or_default();
        let texts = serde_json::to_string(&new.texts).unwrap_or_default();
        let (actor, number) = (actor.to_string(), site.number);
        let object = format!("{}, {}, {} to {}", site.name, id.text(), new.since.text(), new.until.text());
        let turn = self.queue.turn(move |turn| {
            let (actor, object, purposes, texts) =
                (actor.clone(), object.clone(), purposes.clone(), texts.clone());
            Box::pin(async move {
                let count =
                    turn.tx.row("SELECT COUNT(*) FROM breach WHERE site = $1", &[number.into()]).await?;
                if count.ok_or_else(|| Error::damaged("no answer"))?.int(0)? >= MOST {
                    return Err(Error::Refused("the site has 1000 notices"));
                }
                let at = turn.note(Kind::Breach, &actor, "tell breach", &object)?;
                let args = [
                    id.bytes().into(),
                    number.into(),
                    millis(new.since).into(),
                    millis(new.until).into(),
                    purposes.as_str().into(),
                    texts.as_str().into(),
                    millis(turn.now).into(),
                    at.into(),
                ];
                let sql = "INSERT INTO breach (id, site, since, until, purposes, texts, created_at, at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
                turn.tx.run(sql, &args).await.map(|_| ())
            })
        });
        turn.await?;
        self.breaches(site).await?.into_iter().find(|breach| breach.id == id).ok_or(Error::NotFound)
    }

    /// The notices of a site, the newest first.
    pub async fn breaches(&self, site: &Site) -> Result<Vec<Breach>> {
        let number = site.number;
        let read = self.readers.read(move |tx| {
            Box::pin(async move {
                let mut breaches = Vec::new();
                for row in tx.rows(OF_SITE, &[number.into()]).await? {
                    breaches.push(read(tx, &row).await?);
                }
                Ok(breaches)
            })
        });
        read.await
    }

    /// The notices that concern somebody, the newest first.
    pub async fn breaches_about(&self, bearer: &Bearer, site: &Site) -> Result<Vec<Breach>> {
        let mut open = self.breaches(site).await?;
        let mut concerning = Vec::new();
        // Until when a record was in force: until the next one came.
        let mut until = Time::LAST;
        let mut cursor = None;
        loop {
            // Also without notices, so that whoever is not known is told so.
            let most = if open.is_empty() { 1 } else { STEP };
            let part = self.history(bearer, cursor, most).await?;
            for receipt in &part.receipts {
                let record = Record::parse(&receipt.record).map_err(|_| Error::damaged("a record"))?;
                let (met, rest) =
                    open.into_iter().partition::<Vec<_>, _>(|breach| concerns(breach, &record, until));
                concerning.extend(met);
                open = rest;
                until = record.received_at;
            }
            cursor = part.next;
            if cursor.is_none() || open.is_empty() {
                break;
            }
        }
        concerning
            .sort_by(|a, b| b.created_at.cmp(&a.created_at).then_with(|| a.id.bytes().cmp(&b.id.bytes())));
        Ok(concerning)
    }
}

impl Archive {
    /// Counts whom a notice concerns that was not counted yet, if its time is over. Whether there was one.
    ///
    /// Each person's history is walked back from its newest record, a few people at a time, so that neither memory nor a
    /// state of the database is held for long.
    pub async fn count_breach(&self) -> Result<bool> {
        let now = millis(self.house.clock.now());
        let read = self.readers.read(move |tx| {
            Box::pin(async move {
                let sql =
                    "SELECT id, since, until, purposes, texts, created_at, at, concerned, site FROM breach
                    WHERE concerned IS NULL AND until <= $1 ORDER BY created_at LIMIT 1";
                let Some(row) = tx.row(sql, &[now.into()]).await? else { return Ok(None) };
                Ok(Some((read(tx, &row).await?, row.int(8)?)))
            })
        });
        let Some((breach, site)) = read.await? else { return Ok(false) };
        let (id, breach) = (breach.id, std::sync::Arc::new(breach));
        let (mut after, mut people) = (Vec::new(), 0_i64);
        loop {
            let (house, breach, from) = (self.house.clone(), breach.clone(), after.clone());
            let step = self.readers.read(move |tx| {
                Box::pin(async move {
                    let keys = reading::keys(tx, &house).await?;
                    count(tx, &keys, &breach, (site, from)).await
                })
            });
            let (concerned, last) = step.await?;
            people += concerned;
            match last {
                Some(last) => after = last,
                None => break,
            }
        }
        let turn = self.queue.turn(move |turn| {
            Box::pin(async move {
                let args = [people.into(), id.bytes().into()];
                turn.tx.run("UPDATE breach SET concerned = $1 WHERE id = $2", &args).await.map(|_| ())
            })
        });
        turn.await?;
        Ok(true)
    }
}

/// Counts among the next people of a site. Returns after whom to go on, if there are more.
async fn count(
    tx: &mut Tx,
    keys: &Keys,
    breach: &Breach,
    (site, after): (i64, Vec<u8>),
) -> Result<(i64, Option<Vec<u8>>)> {
    let sql = "SELECT subject, auth, kek, dek, last FROM subject WHERE site = $1 AND subject > $2
        ORDER BY subject LIMIT 500";
    let rows = tx.rows(sql, &[site.into(), after.into()]).await?;
    let mut concerned = 0;
    for row in &rows {
        let subject = row.array(0)?;
        let key = keys.unwrap(
            row.int(2)?,
            row.bytes(3)?,
            &about_key(site, &subject, row.maybe_array(1)?.as_ref()),
        )?;
        let (mut at, mut until) = (row.maybe_int(4)?, Time::LAST);
        while let Some(place) = at {
            // What was before it went with its log.
            let Some(stored) = Stored::at(tx, place).await? else { break };
            let record = stored.open(&key)?.record;
            if concerns(breach, &record, until) {
                concerned += 1;
                break;
            }
            (at, until) = (stored.prev, record.received_at);
        }
    }
    let last = rows.last().filter(|_| rows.len() == PEOPLE).map(|row| row.bytes(0).map(<[u8]>::to_vec));
    Ok((concerned, last.transpose()?))
}

/// Whether a notice is about what a record allowed while it was in force, or about the record itself.
fn concerns(breach: &Breach, record: &Record, until: Time) -> bool {
    let Event::Decision(decision) = &record.event else { return false };
    if breach.purposes.is_empty() {
        return record.received_at <= breach.until;
    }
    // A clock that was set back must not hide anything.
    let until = until.max(record.received_at);
    let is_then = record.received_at <= breach.until && until >= breach.since;
    is_then && decision.answer.purposes.iter().any(|(purpose, yes)| *yes && breach.purposes.contains(purpose))
}

async fn read(tx: &mut Tx, row: &Row) -> Result<Breach> {
    let wrong = || Error::damaged("a notice of a breach");
    Ok(Breach {
        id: Uuid::from_bytes(row.array(0)?).ok_or_else(wrong)?,
        since: moment(row, 1)?,
        until: moment(row, 2)?,
        purposes: serde_json::from_str(row.text(3)?).map_err(|_| wrong())?,
        texts: serde_json::from_str(row.text(4)?).map_err(|_| wrong())?,
        created_at: moment(row, 5)?,
        place: place_of(tx, row.int(6)?).await?,
        concerned: row.maybe_int(7)?.and_then(|people| u64::try_from(people).ok()),
    })
}
