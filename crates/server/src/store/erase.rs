//! Erasing somebody (GDPR, article 17).
//!
//! What this is: one turn in which the tombstone is added and everything that is known of the person goes, rows and keys.
//! Commitments stay, so that every other proof stays valid, and each of them points to its tombstone, which names it.
//! With the key gone, copies in older backups cannot be opened either, as far as they lack the key.

use assent_core::record::{Erasure as Tombstone, ErasureMode as Mode, Event, Uuid};
use aws_lc_rs::agreement::{PrivateKey, UnparsedPublicKey, X25519, agree};
use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};

use super::house::{millis, place, time};
use super::people::{self, about_key};
use super::postgres::Kind as Column;
use super::reading::{self, Stored};
use super::seal::{self, About};
use super::sql::{Many, Value};
use super::turn::Turn;
use super::types::{ErasureMode, Site};
use super::{Error, Result, rights};
use crate::keys::Secret;

/// How many leaves one tombstone names at most.
const MOST: usize = 4096;

const DAY: i64 = 86_400_000;

/// Does an erasure, if it was not done before.
pub(super) async fn erase(turn: &mut Turn, id: Uuid) -> Result<()> {
    let sql = "SELECT site, subject, asked_at FROM erasure WHERE id = $1 AND done_at IS NULL";
    let Some(row) = turn.tx.row(sql, &[id.bytes().into()]).await? else { return Ok(()) };
    let (number, subject, asked_at) = (row.int(0)?, row.array(1)?, time(row.int(2)?)?);
    let site = rights::site(&mut turn.tx, number).await?;
    let keys = turn.keys.clone();
    let known = reading::subject(&mut turn.tx, &keys, (number, &subject)).await?;
    let rows = match &known {
        Some(known) => chain(turn, known.last).await?,
        None => Vec::new(),
    };
    let mode = match site.settings.erasure {
        ErasureMode::Full => Mode::Full,
        ErasureMode::Restrict { .. } => Mode::Restrict,
    };
    let mut first = None;
    let mut rest = rows.as_slice();
    let last = loop {
        let (part, left) = rest.split_at(rest.len().min(MOST));
        let erased = places(turn, part).await?;
        let tombstone = Event::Erasure(Tombstone { mode, requested_at: asked_at, erased });
        let name = first.is_none().then_some(id);
        let at = turn.add_own(name, Some(&site), tombstone)?;
        first.get_or_insert(at);
        for row in part {
            forget(turn, row, at, mode).await?;
        }
        rest = left;
        if rest.is_empty() {
            break at;
        }
    };
    let escrow = match (&site.settings.erasure, &known) {
        (ErasureMode::Restrict { to, days }, Some(known)) => {
            let text = escrow_text(&site, &subject, &known.key, &rows);
            let until = millis(turn.now).saturating_add(i64::from(*days) * DAY);
            Some((close(turn.house.draw()?, to, turn.house.draw()?, &text)?, until))
        }
        _ => None,
    };
    leave_marks(turn, number, &subject, &rows).await?;
    let gone = "DELETE FROM subject WHERE site = $1 AND subject = $2";
    turn.tx.run(gone, &[number.into(), subject.into()]).await?;
    let (escrow, until) = escrow.map_or((None, None), |(escrow, until)| (Some(escrow), Some(until)));
    let args =
        [millis(turn.now).into(), first.into(), escrow.into(), until.into(), last.into(), id.bytes().into()];
    let sql = "UPDATE erasure SET subject = NULL, scrubbed = 0, done_at = $1, at = $2, escrow = $3, keep_until = $4, last = $5
        WHERE id = $6";
    turn.tx.run(sql, &args).await.map(|_| ())
}

const NEW_MARKS: Many = Many {
    sqlite: "INSERT INTO erased (site, mark, since) VALUES ($1, $2, $3) ON CONFLICT (site, mark) DO NOTHING",
    postgres:
        "INSERT INTO erased (site, mark, since) SELECT * FROM unnest($1::int8[], $2::bytea[], $3::int8[])
        ON CONFLICT (site, mark) DO NOTHING",
};

/// Leaves what is needed so that nothing of it comes back out of an outbox.
async fn leave_marks(turn: &mut Turn, site: i64, subject: &[u8; 32], rows: &[Stored]) -> Result<()> {
    let since = millis(turn.now);
    let ids =
        rows.iter().filter_map(|row| row.id).map(|id| people::mark(&turn.keys, site, false, subject, &id));
    let marks = ids.chain([people::mark(&turn.keys, site, true, subject, &[0; 16])]);
    let marks: Vec<_> = marks.map(|mark| vec![site.into(), mark.into(), since.into()]).collect();
    turn.tx.run_many(NEW_MARKS, &[Column::Int, Column::Bytes, Column::Int], &marks).await
}

/// All rows of a person, the newest first.
async fn chain(turn: &mut Turn, last: Option<i64>) -> Result<Vec<Stored>> {
    let mut rows: Vec<Stored> = Vec::new();
    let mut next = last;
    while let Some(at) = next {
        // The chain ends where a log was dropped.
        let Some(row) = Stored::at(&mut turn.tx, at).await? else { break };
        next = row.prev;
        if next.is_some_and(|next| next >= at) {
            return Err(Error::damaged("the chain of a person's records leads forward"));
        }
        rows.push(row);
    }
    Ok(rows)
}

/// The places of rows as a tombstone names them.
async fn places(turn: &mut Turn, rows: &[Stored]) -> Result<Vec<(String, Vec<u64>)>> {
    let mut places: Vec<(i64, Vec<u64>)> = Vec::new();
    for row in rows.iter().rev() {
        let (log, index) = place(row.at);
        match places.last_mut().filter(|(known, _)| *known == log) {
            Some((_, indices)) => indices.push(index),
            None => places.push((log, vec![index])),
        }
    }
    let mut named = Vec::new();
    for (log, indices) in places {
        let row = turn.tx.row("SELECT origin FROM log WHERE log = $1", &[log.into()]).await?;
        named.push((row.ok_or_else(|| Error::damaged("a leaf of no log"))?.text(0)?.to_string(), indices));
    }
    named.sort();
    Ok(named)
}

/// Leaves of a row what the tree needs. What is restricted stays sealed, with a key that is elsewhere.
async fn forget(turn: &mut Turn, row: &Stored, tombstone: i64, mode: Mode) -> Result<()> {
    let args = [tombstone.into(), row.at.into()];
    let sql = match mode {
        Mode::Full => {
            "UPDATE record SET id = NULL, subject = NULL, prev = NULL, received_at = NULL, sealed = NULL, gone = $1
                WHERE at = $2"
        }
        Mode::Restrict => {
            "UPDATE record SET id = NULL, subject = NULL, prev = NULL, received_at = NULL, gone = $1 WHERE at = $2"
        }
    };
    turn.tx.run(sql, &args).await.map(|_| ())
}

/// What it takes to open restricted rows: the key, and what the rows no longer say. Lines of words.
fn escrow_text(site: &Site, subject: &[u8; 32], key: &Secret, rows: &[Stored]) -> String {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let mut text =
        format!("assent escrow v1\nsite {}\nsubject {}\nkey {}\n", site.number, hex(subject), hex(&**key));
    for row in rows {
        let id = row.id.map_or_else(|| "-".into(), |id| hex(&id));
        let number = |number: Option<i64>| number.map_or_else(|| "-".into(), |number| number.to_string());
        text.push_str(&format!("row {} {id} {} {}\n", row.at, number(row.prev), number(row.received_at)));
    }
    text
}

/// Closes a text for the holder of an X25519 key: an ephemeral key, HKDF-SHA-256 over what is agreed, AES-256-GCM.
fn close(ephemeral: [u8; 32], to: &[u8; 32], nonce: [u8; 12], text: &str) -> Result<Vec<u8>> {
    let failed = || Error::Refused("the key to restrict to is no X25519 key");
    let private = PrivateKey::from_private_key(&X25519, &ephemeral).map_err(|_| failed())?;
    let public = private.compute_public_key().map_err(|_| failed())?;
    let key = agreed(&private, to, public.as_ref(), to).ok_or_else(failed)?;
    let mut out = public.as_ref().to_vec();
    out.extend(seal::seal(&key, &escrow_about(), &[0; 32], text, nonce)?);
    Ok(out)
}

/// Opens what an erasure of the mode `restrict` has left, with the private key that is kept elsewhere: lines that name
/// the person's key and rows.
pub fn open_escrow(private: &[u8; 32], escrow: &[u8]) -> Result<String> {
    let failed = || Error::Refused("the escrow does not open with this key");
    let private = PrivateKey::from_private_key(&X25519, private).map_err(|_| failed())?;
    let own = private.compute_public_key().map_err(|_| failed())?;
    let (ephemeral, sealed) = escrow.split_first_chunk::<32>().ok_or_else(failed)?;
    let key = agreed(&private, ephemeral, ephemeral, own.as_ref()).ok_or_else(failed)?;
    let (_, text) = seal::open(&key, &escrow_about(), sealed).map_err(|_| failed())?;
    Ok(text)
}

fn agreed(private: &PrivateKey, theirs: &[u8; 32], ephemeral: &[u8], to: &[u8]) -> Option<Secret> {
    let salt = [ephemeral, to].concat();
    let theirs = UnparsedPublicKey::new(&X25519, theirs);
    agree(private, theirs, (), |shared| {
        let mut key = Secret::new([0; 32]);
        let prk = Salt::new(HKDF_SHA256, &salt).extract(shared);
        let okm = prk.expand(&[b"assent escrow v1"], HKDF_SHA256).map_err(|_| ())?;
        okm.fill(&mut *key).map_err(|_| ())?;
        Ok(key)
    })
    .ok()
}

fn escrow_about() -> About {
    About {
        at: 0,
        kind: 0,
        site: None,
        id: None,
        subject: None,
        prev: None,
        received_at: 0,
        commitment: [0; 32],
    }
}

/// Goes through some more of the people, and wraps anew what an older key wraps. Tells how many keys that were, and
/// whether it has come to the end. Who comes meanwhile is wrapped with the newest key.
pub(super) async fn rewrap(turn: &mut Turn, most: i64) -> Result<(u64, bool)> {
    let newest = turn.keys.newest_wrapping();
    let walk = turn.tx.row("SELECT kek, site, subject FROM rewrap WHERE one = 1", &[]).await?;
    let walk = walk.ok_or_else(|| Error::damaged("how far keys are wrapped anew is missing"))?;
    let from: [Value; 2] = match (walk.int(0)? == newest, walk.maybe_int(1)?) {
        (true, None) => return Ok((0, true)),
        (true, Some(site)) => [site.into(), walk.bytes(2)?.into()],
        (false, _) => [i64::MIN.into(), Vec::new().into()],
    };
    let [site, subject] = from;
    let sql = "SELECT site, subject, auth, kek, dek FROM subject WHERE (site, subject) > ($1, $2)
        ORDER BY site, subject LIMIT $3";
    let rows = turn.tx.rows(sql, &[site, subject, most.into()]).await?;
    let mut wrapped = 0;
    for row in &rows {
        let (site, subject, auth) = (row.int(0)?, row.array(1)?, row.maybe_array(2)?);
        if row.int(3)? >= newest {
            continue;
        }
        let about = about_key(site, &subject, auth.as_ref());
        let key = turn.keys.unwrap(row.int(3)?, row.bytes(4)?, &about)?;
        let (kek, dek) = turn.keys.wrap(&key, &about, turn.house.draw()?)?;
        let args = [kek.into(), dek.into(), site.into(), subject.into()];
        let sql = "UPDATE subject SET kek = $1, dek = $2 WHERE site = $3 AND subject = $4";
        turn.tx.run(sql, &args).await?;
        wrapped += 1;
    }
    let last = rows.last().filter(|_| rows.len() as i64 == most);
    let place = last.map(|row| Ok::<_, Error>((row.int(0)?, row.bytes(1)?.to_vec()))).transpose()?;
    let (site, subject) = place.unzip();
    let sql = "UPDATE rewrap SET kek = $1, site = $2, subject = $3 WHERE one = 1";
    turn.tx.run(sql, &[newest.into(), site.into(), subject.into()]).await?;
    Ok((wrapped, last.is_none()))
}
