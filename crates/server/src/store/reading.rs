//! From stored rows back to records and receipts.

use std::sync::Arc;

use assent_core::record::{Hash, Kind, Record};

use super::house::{HOUSE, House, place, time};
use super::people::about_key;
use super::seal::{self, About};
use super::sql::{Row, Tx};
use super::types::{Place, Receipt};
use super::{Error, Result, sign, tiles};
use crate::keys::{Keys, Secret, SigningKey};

/// The columns of [`Stored`].
pub(super) const COLUMNS: &str = "at, kind, site, id, subject, prev, received_at, commitment, sealed, gone";

const ONE: &str = "SELECT at, kind, site, id, subject, prev, received_at, commitment, sealed, gone
    FROM record WHERE at = $1";

/// A row of the table of records. After an erasure most of it is missing.
pub(super) struct Stored {
    pub(super) at: i64,
    pub(super) kind: Kind,
    pub(super) site: Option<i64>,
    pub(super) id: Option<[u8; 16]>,
    pub(super) subject: Option<[u8; 32]>,
    pub(super) prev: Option<i64>,
    pub(super) received_at: Option<i64>,
    pub(super) commitment: Hash,
    pub(super) sealed: Option<Vec<u8>>,
    pub(super) gone: Option<i64>,
}

impl Stored {
    /// Reads a row with [`COLUMNS`].
    pub(super) fn read(row: &Row) -> Result<Stored> {
        let kind = u8::try_from(row.int(1)?).ok().and_then(Kind::from_number);
        Ok(Stored {
            at: row.int(0)?,
            kind: kind.ok_or_else(|| Error::damaged("a leaf of no kind"))?,
            site: row.maybe_int(2)?,
            id: row.maybe_array(3)?,
            subject: row.maybe_array(4)?,
            prev: row.maybe_int(5)?,
            received_at: row.maybe_int(6)?,
            commitment: row.array(7)?,
            sealed: row.maybe_bytes(8)?.map(<[u8]>::to_vec),
            gone: row.maybe_int(9)?,
        })
    }

    /// The row at a place.
    pub(super) async fn at(tx: &mut Tx, at: i64) -> Result<Option<Stored>> {
        tx.row(ONE, &[at.into()]).await?.map(|row| Stored::read(&row)).transpose()
    }

    /// Opens it: its salt, the text of the record, the record. Fails if anything of the row was changed.
    pub(super) fn open(&self, key: &Secret) -> Result<Opened> {
        let (log, index) = place(self.at);
        let wrong = |what: &str| Error::damaged(format!("leaf {index} of log {log}: {what}"));
        let sealed = self.sealed.as_deref().ok_or_else(|| wrong("the payload is missing"))?;
        let about = About {
            at: self.at,
            kind: self.kind.number().into(),
            site: self.site,
            id: self.id,
            subject: self.subject,
            prev: self.prev,
            received_at: self.received_at.ok_or_else(|| wrong("the time is missing"))?,
            commitment: self.commitment,
        };
        let (salt, text) = seal::open(key, &about, sealed)
            .map_err(|_| wrong("the sealed payload, or what stands beside it, was changed"))?;
        if sign::commit(&salt, &text) != self.commitment {
            return Err(wrong("the record is not what is committed to"));
        }
        let record = Record::parse(&text).map_err(|_| wrong("the record cannot be read"))?;
        if record.kind() != self.kind
            || Some(record.id.bytes()) != self.id
            || i64::try_from(record.received_at.millis()).ok() != self.received_at
        {
            return Err(wrong("the record says something else than its row"));
        }
        Ok(Opened { salt, text, record })
    }
}

/// A record that was opened.
pub(super) struct Opened {
    pub(super) salt: [u8; 32],
    pub(super) text: String,
    pub(super) record: Record,
}

/// A log as it is now.
pub(super) struct Head {
    pub(super) origin: String,
    pub(super) size: u64,
    pub(super) note: String,
}

impl Head {
    /// The head of a log.
    pub(super) async fn of(tx: &mut Tx, log: i64) -> Result<Head> {
        let sql = "SELECT origin, size, note FROM log WHERE log = $1";
        let row = tx.row(sql, &[log.into()]).await?.ok_or(Error::NotFound)?;
        Ok(Head { origin: row.text(0)?.into(), size: row.count(1)?, note: row.text(2)?.into() })
    }
}

/// A receipt with a proof up to the present checkpoint.
pub(super) async fn receipt(tx: &mut Tx, keys: &Keys, stored: &Stored, opened: Opened) -> Result<Receipt> {
    let (log, index) = place(stored.at);
    let head = Head::of(tx, log).await?;
    let path = tiles::proof(tx, log, index, head.size).await?;
    let key = signer(tx, keys, (log, &head.origin), index).await?;
    let received_at = opened.record.received_at;
    Ok(Receipt {
        id: opened.record.id,
        jws: sign::receipt(key, (&head.origin, index), &opened.record, &stored.commitment)?,
        proof: sign::proof(index, path, &head.note),
        place: Place { log: head.origin, index },
        received_at,
        record: opened.text,
        salt: opened.salt,
        again: true,
    })
}

/// The key that signed a receipt when it was given out, if it is still here; else the newest.
async fn signer<'k>(
    tx: &mut Tx,
    keys: &'k Keys,
    (log, origin): (i64, &str),
    index: u64,
) -> Result<&'k SigningKey> {
    let newest = keys.signing().next().ok_or_else(|| Error::damaged("no signing key"))?;
    let sql = "SELECT verifier FROM signer WHERE log = $1 AND newest = 1 AND since <= $2 ORDER BY since DESC LIMIT 1";
    let index = i64::try_from(index).unwrap_or(i64::MAX);
    let Some(row) = tx.row(sql, &[log.into(), index.into()]).await? else { return Ok(newest) };
    let verifier = row.text(0)?;
    Ok(keys.signing().find(|key| sign::verifier(origin, key) == verifier).unwrap_or(newest))
}

/// The key of a subject, unwrapped. `None` if there is no such subject.
pub(super) async fn subject(
    tx: &mut Tx,
    keys: &Keys,
    (site, subject): (i64, &[u8; 32]),
) -> Result<Option<Subject>> {
    let sql = "SELECT auth, kek, dek, last FROM subject WHERE site = $1 AND subject = $2";
    let Some(row) = tx.row(sql, &[site.into(), (*subject).into()]).await? else { return Ok(None) };
    let auth = row.maybe_array(0)?;
    let key = keys.unwrap(row.int(1)?, row.bytes(2)?, &about_key(site, subject, auth.as_ref()))?;
    Ok(Some(Subject { key, auth, last: row.maybe_int(3)? }))
}

/// A subject as it is stored.
pub(super) struct Subject {
    pub(super) key: Secret,
    pub(super) auth: Option<Hash>,
    pub(super) last: Option<i64>,
}

/// A leaf of the house with its proof.
pub(super) async fn own_receipt(tx: &mut Tx, house: &House, at: i64) -> Result<Receipt> {
    let stored = Stored::at(tx, at).await?.ok_or(Error::NotFound)?;
    let opened = stored.open(&house.own)?;
    receipt(tx, &house.keys(), &stored, opened).await
}

/// The keys as the database's present state needs them: another replica may have changed the directory.
pub(super) async fn keys(tx: &mut Tx, house: &House) -> Result<Arc<Keys>> {
    let row = tx.row("SELECT keys FROM sequencer WHERE one = 1", &[]).await?;
    house.follow_keys(row.ok_or_else(|| Error::damaged("the sequencer row is missing"))?.int(0)?)?;
    Ok(house.keys())
}

/// The house's own key, with the check of the pepper.
pub(super) async fn own_key(tx: &mut Tx, keys: &Keys) -> Result<Option<Secret>> {
    let Some(own) = subject(tx, keys, (0, &HOUSE)).await? else { return Ok(None) };
    if own.auth != Some(keys.pepper_check()) {
        return Err(Error::Refused(
            "pepper.key is another archive's: restore the keys directory of this database",
        ));
    }
    Ok(Some(own.key))
}

/// A moment of a row.
pub(super) fn moment(row: &Row, column: usize) -> Result<assent_core::record::Time> {
    time(row.int(column)?)
}

/// A moment of a row, or none.
pub(super) fn maybe_moment(row: &Row, column: usize) -> Result<Option<assent_core::record::Time>> {
    row.maybe_int(column)?.map(time).transpose()
}
