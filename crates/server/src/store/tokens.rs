//! Tokens for the archive's own doors, and the audit trail.

use assent_core::record::{Kind, sha256};
use base64ct::{Base64UrlUnpadded, Encoding};

use super::admins::is_taken;
use super::archive::{Actor, Archive};
use super::house::{millis, place};
use super::public::place_of;
use super::reading::{COLUMNS, Stored, maybe_moment, moment};
use super::sql::Row;
use super::types::{AuditEntry, Cursor, Place, Scope, Site, Token};
use super::{Error, Result};

/// What a token begins with, so that one that was lost can be found by those who search for such.
const MARK: &str = "assent_";
const DAY: i64 = 86_400_000;
const LONGEST_NAME: usize = 64;

const ALL: &str = "SELECT name, scope, site, created_at, expires_at, revoked_at FROM token ORDER BY name";

fn read(row: &Row) -> Result<Token> {
    Ok(Token {
        name: row.text(0)?.into(),
        scope: Scope::from_name(row.text(1)?).ok_or_else(|| Error::damaged("the scope of a token"))?,
        site: row.maybe_int(2)?,
        created_at: moment(row, 3)?,
        expires_at: moment(row, 4)?,
        revoked_at: maybe_moment(row, 5)?,
    })
}

impl Archive {
    /// Makes a token for the archive's own doors, for one site or (without) all: a leaf. The text is returned once and
    /// cannot be had again.
    pub async fn make_token(
        &self,
        actor: Actor<'_>,
        name: &str,
        scope: Scope,
        site: Option<&Site>,
        days: u32,
    ) -> Result<(Token, String)> {
        if name.is_empty() || name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
            return Err(Error::Refused("a token's name is one line of 1 to 64 bytes"));
        }
        let text = format!("{MARK}{}", Base64UrlUnpadded::encode_string(&self.house.draw::<32>()?));
        let hash = sha256(&[text.as_bytes()]);
        let (actor, name, site) = (actor.to_string(), name.to_string(), site.map(|site| site.number));
        let turn = self.queue.turn(move |turn| {
            let (actor, name) = (actor.clone(), name.clone());
            Box::pin(async move {
                if is_taken(turn, &name).await? {
                    return Err(Error::Refused(
                        "there is, or was, a token of this name, or somebody has it: take another one",
                    ));
                }
                turn.note(
                    Kind::Admin,
                    &actor,
                    "make token",
                    &format!("{name}, {}, {days} days", scope.name()),
                )?;
                let now = millis(turn.now);
                let until = now.saturating_add(i64::from(days) * DAY);
                let args = [
                    hash.into(),
                    name.as_str().into(),
                    scope.name().into(),
                    site.into(),
                    now.into(),
                    until.into(),
                ];
                let sql = "INSERT INTO token (hash, name, scope, site, created_at, expires_at)
                    VALUES ($1, $2, $3, $4, $5, $6)";
                turn.tx.run(sql, &args).await.map(|_| ())
            })
        });
        turn.await?;
        Ok((self.token(&text).await?, text))
    }

    /// Takes a token back: a leaf.
    pub async fn revoke_token(&self, actor: Actor<'_>, name: &str) -> Result<()> {
        let (actor, name) = (actor.to_string(), name.to_string());
        let turn = self.queue.turn(move |turn| {
            let (actor, name) = (actor.clone(), name.clone());
            Box::pin(async move {
                let args = [millis(turn.now).into(), name.as_str().into()];
                let sql = "UPDATE token SET revoked_at = $1 WHERE name = $2 AND revoked_at IS NULL";
                if turn.tx.run(sql, &args).await? == 0 {
                    return Err(Error::NotFound);
                }
                turn.note(Kind::Admin, &actor, "revoke token", &name).map(|_| ())
            })
        });
        turn.await.map(|_| ())
    }

    /// The token of a text, if it is valid now; else [`Error::NotFound`], whatever the reason.
    pub async fn token(&self, text: &str) -> Result<Token> {
        // Looked up by its hash: how long that takes tells nothing about tokens that are there.
        let hash = sha256(&[text.as_bytes()]);
        let read = self.readers.read(move |tx| {
            Box::pin(async move {
                let sql =
                    "SELECT name, scope, site, created_at, expires_at, revoked_at FROM token WHERE hash = $1";
                self::read(&tx.row(sql, &[hash.into()]).await?.ok_or(Error::NotFound)?)
            })
        });
        let (token, now) = (read.await?, self.house.clock.now());
        let valid = token.revoked_at.is_none() && now < token.expires_at;
        if valid { Ok(token) } else { Err(Error::NotFound) }
    }

    /// All tokens.
    pub async fn tokens(&self) -> Result<Vec<Token>> {
        self.readers
            .read(|tx| Box::pin(async move { tx.rows(ALL, &[]).await?.iter().map(read).collect() }))
            .await
    }

    /// Writes an entry of the audit trail for something that happened outside the archive, as a look at decrypted
    /// records. `object` names what it was done to.
    pub async fn note(&self, actor: Actor<'_>, action: &str, object: &str) -> Result<AuditEntry> {
        let (actor, action, object) = (actor.to_string(), action.to_string(), object.to_string());
        let turn = self.queue.turn(move |turn| {
            let (actor, action, object) = (actor.clone(), action.clone(), object.clone());
            Box::pin(async move { turn.note(Kind::Admin, &actor, &action, &object) })
        });
        let (at, batch) = turn.await?;
        let log = batch.ok_or_else(|| Error::Engine("an entry without a place".into()))?.origin.clone();
        let house = self.house.clone();
        let read = self.readers.read(move |tx| {
            Box::pin(async move {
                let stored = Stored::at(tx, at).await?.ok_or(Error::NotFound)?;
                Ok(stored.open(&house.own)?.text)
            })
        });
        Ok(AuditEntry { place: Place { log, index: place(at).1 }, entry: read.await? })
    }

    /// The audit trail, the newest first.
    pub async fn audit(
        &self,
        cursor: Option<Cursor>,
        most: usize,
    ) -> Result<(Vec<AuditEntry>, Option<Cursor>)> {
        debug_assert!(AUDIT.contains(COLUMNS));
        let before = cursor.map_or(i64::MAX, |cursor| cursor.0);
        let house = self.house.clone();
        let most = most.clamp(1, 1000);
        let read = self.readers.read(move |tx| {
            Box::pin(async move {
                let limit = i64::try_from(most).unwrap_or(i64::MAX);
                let rows = tx.rows(AUDIT, &[before.into(), limit.into()]).await?;
                let mut entries = Vec::new();
                let mut last = None;
                for row in &rows {
                    let stored = Stored::read(row)?;
                    last = Some(Cursor(stored.at));
                    let entry = stored.open(&house.own)?.text;
                    entries.push(AuditEntry { place: place_of(tx, stored.at).await?, entry });
                }
                Ok((entries, last.filter(|_| rows.len() == most)))
            })
        });
        read.await
    }
}

/// Everything that the house did: all kinds but a person's two.
const AUDIT: &str = "SELECT at, kind, site, id, subject, prev, received_at, commitment, sealed, gone
    FROM record WHERE kind > 2 AND at < $1 ORDER BY at DESC LIMIT $2";
