//! People who sign in to the admin pages.
//!
//! What this is: names with a password and a scope, and sessions. A password is kept as its argon2id hash, a session as the
//! hash of its cookie, so that whoever reads the database can do nothing with either.
//!
//! What it is not: the cookie and the forms; those are the matter of [`http`](crate::http).

use assent_core::record::{Kind, sha256};
use base64ct::{Base64UrlUnpadded, Encoding};

use super::archive::{Actor, Archive};
use super::house::millis;
use super::password::Password;
use super::reading::moment;
use super::sql::Row;
use super::turn::Turn;
use super::types::{Admin, Scope, Site};
use super::{Error, Result};

/// A session ends when nobody has used it for half an hour,
const IDLE: i64 = 30 * 60_000;
/// and in any case after twelve hours: a working day.
const LONGEST: i64 = 12 * 3_600_000;
/// How exactly it is known when a session was used. More often would be a write for each page.
const EXACT: i64 = 60_000;

const ALL: &str = "SELECT name, scope, site, created_at FROM admin ORDER BY name";
const BY_SESSION: &str =
    "SELECT admin.name, admin.scope, admin.site, admin.created_at, session.created_at, session.seen_at
    FROM session JOIN admin ON admin.name = session.name WHERE session.hash = $1";

fn read(row: &Row) -> Result<Admin> {
    Ok(Admin {
        name: row.text(0)?.into(),
        scope: Scope::from_name(row.text(1)?).ok_or_else(|| Error::damaged("the scope of an admin"))?,
        site: row.maybe_int(2)?,
        created_at: moment(row, 3)?,
    })
}

/// Whether somebody, or a token, has a name: the audit trail must not mean two.
pub(super) async fn is_taken(turn: &mut Turn, name: &str) -> Result<bool> {
    let sql = "SELECT name FROM admin WHERE name = $1 UNION ALL SELECT name FROM token WHERE name = $1";
    Ok(turn.tx.row(sql, &[name.into()]).await?.is_some())
}

impl Archive {
    /// Lets somebody sign in to the admin pages, for one site or (without) all: a leaf.
    pub async fn add_admin(
        &self,
        actor: Actor<'_>,
        name: &str,
        scope: Scope,
        site: Option<&Site>,
        password: Password,
    ) -> Result<()> {
        if !assent_core::rules::check::is(assent_core::rules::check::Kind::Id, name) {
            return Err(Error::Refused("a name is 1 to 32 of a-z, 0-9, - and _"));
        }
        if scope == Scope::Backend {
            return Err(Error::Refused(
                "the scope backend is for servers, which sign in nowhere: make a token",
            ));
        }
        let hash = password.hash(self.house.draw()?).await?;
        let (actor, name, number) = (actor.to_string(), name.to_string(), site.map(|site| site.number));
        let object = format!("{name}, {}, {}", scope.name(), site.map_or("all sites", |site| &site.name));
        let turn = self.queue.turn(move |turn| {
            let (actor, name, object, hash) = (actor.clone(), name.clone(), object.clone(), hash.clone());
            Box::pin(async move {
                if is_taken(turn, &name).await? {
                    return Err(Error::Refused("somebody, or a token, has this name: take another one"));
                }
                turn.note(Kind::Admin, &actor, "add admin", &object)?;
                let args = [
                    name.as_str().into(),
                    hash.as_str().into(),
                    scope.name().into(),
                    number.into(),
                    millis(turn.now).into(),
                ];
                let sql =
                    "INSERT INTO admin (name, password, scope, site, created_at) VALUES ($1, $2, $3, $4, $5)";
                turn.tx.run(sql, &args).await.map(|_| ())
            })
        });
        turn.await.map(|_| ())
    }

    /// Gives somebody another password, and signs them out everywhere: a leaf.
    pub async fn set_password(&self, actor: Actor<'_>, name: &str, password: Password) -> Result<()> {
        let hash = password.hash(self.house.draw()?).await?;
        self.change_admin(actor, name, "set password", Some(hash)).await
    }

    /// Lets somebody sign in no more, and signs them out: a leaf.
    pub async fn remove_admin(&self, actor: Actor<'_>, name: &str) -> Result<()> {
        self.change_admin(actor, name, "remove admin", None).await
    }

    async fn change_admin(
        &self,
        actor: Actor<'_>,
        name: &str,
        action: &'static str,
        hash: Option<String>,
    ) -> Result<()> {
        let (actor, name) = (actor.to_string(), name.to_string());
        let turn = self.queue.turn(move |turn| {
            let (actor, name, hash) = (actor.clone(), name.clone(), hash.clone());
            Box::pin(async move {
                turn.tx.run("DELETE FROM session WHERE name = $1", &[name.as_str().into()]).await?;
                let changed = match hash {
                    Some(hash) => {
                        let args = [hash.into(), name.as_str().into()];
                        turn.tx.run("UPDATE admin SET password = $1 WHERE name = $2", &args).await?
                    }
                    None => turn.tx.run("DELETE FROM admin WHERE name = $1", &[name.as_str().into()]).await?,
                };
                if changed == 0 {
                    return Err(Error::NotFound);
                }
                turn.note(Kind::Admin, &actor, action, &name).map(|_| ())
            })
        });
        turn.await.map(|_| ())
    }

    /// Everybody who may sign in.
    pub async fn admins(&self) -> Result<Vec<Admin>> {
        self.readers
            .read(|tx| Box::pin(async move { tx.rows(ALL, &[]).await?.iter().map(read).collect() }))
            .await
    }

    /// Signs somebody in: a leaf. Returns the text of the session, which is kept nowhere. Whether nobody has the name or the
    /// password is another one is one answer, [`Error::NotFound`], and takes one time.
    pub async fn sign_in(&self, name: &str, password: Password) -> Result<String> {
        let asked = name.to_string();
        let read = self.readers.read(move |tx| {
            Box::pin(async move {
                let row = tx.row("SELECT password FROM admin WHERE name = $1", &[asked.into()]).await?;
                row.map(|row| Ok(row.text(0)?.to_string())).transpose()
            })
        });
        let hash = read.await?;
        if !password.is(hash.clone()).await? {
            return Err(Error::NotFound);
        }
        let text = Base64UrlUnpadded::encode_string(&self.house.draw::<32>()?);
        let (session, name) = (sha256(&[text.as_bytes()]), name.to_string());
        let turn = self.queue.turn(move |turn| {
            let (name, hash) = (name.clone(), hash.clone());
            Box::pin(async move {
                // Since it was looked at, it may have been changed.
                let row = turn
                    .tx
                    .row("SELECT password FROM admin WHERE name = $1", &[name.as_str().into()])
                    .await?;
                if row.map(|row| row.text(0).map(str::to_string)).transpose()? != hash {
                    return Err(Error::NotFound);
                }
                let now = millis(turn.now);
                let over = [(now - LONGEST).into(), (now - IDLE).into()];
                turn.tx.run("DELETE FROM session WHERE created_at <= $1 OR seen_at <= $2", &over).await?;
                turn.note(Kind::Admin, &name, "sign in", "")?;
                let args = [session.into(), name.as_str().into(), now.into(), now.into()];
                let sql = "INSERT INTO session (hash, name, created_at, seen_at) VALUES ($1, $2, $3, $4)";
                turn.tx.run(sql, &args).await.map(|_| ())
            })
        });
        turn.await?;
        Ok(text)
    }

    /// Who is signed in with the text of a session, if it has not ended; else [`Error::NotFound`]. It goes on from now.
    pub async fn session(&self, text: &str) -> Result<Admin> {
        let (hash, now) = (sha256(&[text.as_bytes()]), millis(self.house.clock.now()));
        let read = self.readers.read(move |tx| {
            Box::pin(async move {
                let row = tx.row(BY_SESSION, &[hash.into()]).await?.ok_or(Error::NotFound)?;
                Ok((self::read(&row)?, row.int(4)?, row.int(5)?))
            })
        });
        let (admin, created_at, seen_at) = read.await?;
        if now - created_at >= LONGEST || now - seen_at >= IDLE {
            return Err(Error::NotFound);
        }
        if now - seen_at >= EXACT {
            let turn = self.queue.turn(move |turn| {
                Box::pin(async move {
                    let args = [millis(turn.now).into(), hash.into()];
                    turn.tx.run("UPDATE session SET seen_at = $1 WHERE hash = $2", &args).await.map(|_| ())
                })
            });
            turn.await?;
        }
        Ok(admin)
    }

    /// Ends a session. One that is over stays so.
    pub async fn sign_out(&self, text: &str) -> Result<()> {
        let hash = sha256(&[text.as_bytes()]);
        let turn = self.queue.turn(move |turn| {
            Box::pin(async move {
                turn.tx.run("DELETE FROM session WHERE hash = $1", &[hash.into()]).await.map(|_| ())
            })
        });
        turn.await.map(|_| ())
    }
}
