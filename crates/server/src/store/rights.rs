//! What a person may ask for.

use assent_core::choice::How;
use assent_core::record::{Action, Event, Kind, Record, Strings, Trust, Uuid, token_hash};

use super::archive::Archive;
use super::house::{House, millis, same};
use super::reading::{self, Stored, Subject, maybe_moment, moment, own_receipt};
use super::sequencer::Order;
use super::sql::{Row, Tx};
use super::types::{Bearer, Cursor, Erasure, ErasureMode, History, Receipt, Site};
use super::{Error, Result, erase};

/// How many records are read at once at most.
const MOST: usize = 100;

/// A person who was let in.
struct Person {
    name: (i64, [u8; 32]),
    subject: Subject,
}

/// Lets a person in, or says nothing about why not.
async fn let_in(tx: &mut Tx, house: &House, bearer: &Bearer) -> Result<Person> {
    let keys = reading::keys(tx, house).await?;
    let name = (bearer.site, keys.pseudonym(bearer.site, &bearer.subject));
    let shown = token_hash(&bearer.token);
    let subject = reading::subject(tx, &keys, (name.0, &name.1)).await?;
    // Nobody is compared as well, so that it takes as long.
    let known = subject.as_ref().and_then(|subject| subject.auth).unwrap_or_default();
    let let_in = same(&known, &shown);
    subject
        .filter(|subject| let_in && subject.auth.is_some())
        .map_or(Err(Error::NotFound), |subject| Ok(Person { name, subject }))
}

impl Archive {
    /// A person's history, the newest first; `most` is at most 100. Each with a proof up to the present checkpoint.
    /// The export is all of it.
    pub async fn history(&self, bearer: &Bearer, cursor: Option<Cursor>, most: usize) -> Result<History> {
        let (bearer, house) = (bearer.clone(), self.house.clone());
        let read = self.readers.read(move |tx| {
            Box::pin(async move {
                let person = let_in(tx, &house, &bearer).await?;
                let mut next = cursor.map_or(person.subject.last, |cursor| Some(cursor.0));
                let mut receipts = Vec::new();
                while let Some(at) = next
                    && receipts.len() < most.clamp(1, MOST)
                {
                    // The chain ends where a log was dropped.
                    let Some(stored) = Stored::at(tx, at).await? else {
                        next = None;
                        break;
                    };
                    if (stored.site, stored.subject) != (Some(person.name.0), Some(person.name.1)) {
                        return Err(Error::NotFound);
                    }
                    next = stored.prev;
                    let opened = stored.open(&person.subject.key)?;
                    receipts.push(reading::receipt(tx, &house.keys(), &stored, opened).await?);
                }
                Ok(History { receipts, next: next.map(Cursor) })
            })
        });
        read.await
    }

    /// One of a person's records.
    pub async fn receipt(&self, bearer: &Bearer, id: Uuid) -> Result<Receipt> {
        let (bearer, house) = (bearer.clone(), self.house.clone());
        let read = self.readers.read(move |tx| {
            Box::pin(async move {
                let person = let_in(tx, &house, &bearer).await?;
                let sql = "SELECT at FROM record WHERE site = $1 AND id = $2";
                let row = tx.row(sql, &[person.name.0.into(), id.bytes().into()]).await?;
                let at = row.ok_or(Error::NotFound)?.int(0)?;
                let stored = Stored::at(tx, at).await?.filter(|stored| stored.subject == Some(person.name.1));
                let stored = stored.ok_or(Error::NotFound)?;
                let opened = stored.open(&person.subject.key)?;
                reading::receipt(tx, &house.keys(), &stored, opened).await
            })
        });
        read.await
    }

    /// Withdraws everything: a new record, named `id`, that says no to each purpose and vendor of the newest one.
    /// The same `id` again gives the same receipt.
    pub async fn withdraw(&self, bearer: &Bearer, id: Uuid) -> Result<Receipt> {
        let (asked, house) = (bearer.clone(), self.house.clone());
        let read = self.readers.read(move |tx| {
            Box::pin(async move {
                let person = let_in(tx, &house, &asked).await?;
                let at = person.subject.last.ok_or(Error::NotFound)?;
                let newest = Stored::at(tx, at).await?.ok_or(Error::NotFound)?;
                Ok((person.name.1, newest.open(&person.subject.key)?.record))
            })
        });
        let (subject, mut record) = read.await?;
        let now = self.house.clock.now();
        (record.id, record.received_at) = (id, now);
        let Event::Decision(decision) = &mut record.event else { return Err(Error::NotFound) };
        decision.trust = Trust::Browser;
        let answer = &mut decision.answer;
        (answer.action, answer.source, answer.given_at) = (Action::Withdraw, How::Withdrawal, now);
        answer.origin = None;
        (answer.gpc, answer.dnt, answer.prevails) = (None, None, None);
        (answer.strings, answer.notice_ms) = (Strings::default(), None);
        for (_, granted) in answer.purposes.iter_mut().chain(&mut answer.vendors) {
            *granted = false;
        }
        let auth = Some(token_hash(&bearer.token));
        let withdrawal = |_: &Record, theirs: &Record| theirs.kind() == Kind::Withdrawal;
        self.place(bearer.site, (subject, auth, true), record, withdrawal).await
    }

    /// Asks for an erasure; asking again gives the same answer. With no delay it is done before this returns.
    pub async fn erase(&self, bearer: &Bearer) -> Result<Erasure> {
        let (asked, house) = (bearer.clone(), self.house.clone());
        let read = self.readers.read(move |tx| {
            Box::pin(async move {
                let person = let_in(tx, &house, &asked).await?;
                Ok((person.name.1, site(tx, asked.site).await?))
            })
        });
        let (subject, site) = read.await?;
        let mode = match site.settings.erasure {
            ErasureMode::Full => "full",
            ErasureMode::Restrict { .. } => "restrict",
        };
        let delay = i64::try_from(site.settings.erasure_delay).unwrap_or(i64::MAX);
        let number = site.number;
        let turn = self.queue.turn(move |turn| {
            Box::pin(async move {
                let sql = "SELECT id FROM erasure WHERE site = $1 AND subject = $2";
                if let Some(row) = turn.tx.row(sql, &[number.into(), subject.into()]).await? {
                    return row.array::<16>(0);
                }
                let id = Uuid::new(turn.now, turn.house.draw()?).bytes();
                let now = millis(turn.now);
                let args = [
                    id.into(),
                    number.into(),
                    subject.into(),
                    mode.into(),
                    now.into(),
                    now.saturating_add(delay).into(),
                ];
                let sql = "INSERT INTO erasure (id, site, subject, mode, asked_at, due_at, scrubbed)
                    VALUES ($1, $2, $3, $4, $5, $6, 0)";
                turn.tx.run(sql, &args).await?;
                Ok(id)
            })
        });
        let (id, _) = turn.await?;
        let id = Uuid::from_bytes(id).ok_or_else(|| Error::damaged("the id of an erasure"))?;
        if delay == 0 {
            self.erase_now(id).await?;
        }
        self.erasure(id).await
    }

    /// Does an erasure that is due, and sees to the traces.
    pub(super) async fn erase_now(&self, id: Uuid) -> Result<()> {
        self.queue.turn(move |turn| Box::pin(erase::erase(turn, id))).await?;
        self.scrub().await.map(|_| ())
    }

    /// Sees to it that what was erased is nowhere in the files. `false` if it has to be tried again.
    pub(super) async fn scrub(&self) -> Result<bool> {
        let (reply, answer) = tokio::sync::oneshot::channel();
        self.queue.put_patiently(Order::Scrub(reply)).await?;
        let scrubbed = answer.await.map_err(|_| self.queue.lost())??;
        if scrubbed {
            let marked = self.queue.turn(|turn| {
                Box::pin(async {
                    let sql = "UPDATE erasure SET scrubbed = 1 WHERE done_at IS NOT NULL AND scrubbed = 0";
                    turn.tx.run(sql, &[]).await.map(|_| ())
                })
            });
            marked.await?;
        }
        Ok(scrubbed)
    }

    /// What became of an erasure.
    pub async fn erasure(&self, id: Uuid) -> Result<Erasure> {
        let house = self.house.clone();
        let read = self.readers.read(move |tx| {
            Box::pin(async move {
                let sql = "SELECT id, due_at, done_at, scrubbed, at FROM erasure WHERE id = $1";
                let row = tx.row(sql, &[id.bytes().into()]).await?.ok_or(Error::NotFound)?;
                let mut erasure = self::erasure(&row)?;
                if let Some(at) = row.maybe_int(4)? {
                    erasure.receipt = Some(own_receipt(tx, &house, at).await?);
                }
                Ok(erasure)
            })
        });
        read.await
    }

    /// Erasures that wait, the soonest first.
    pub async fn erasures(&self, most: usize) -> Result<Vec<Erasure>> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let read = self.readers.read(move |tx| {
            Box::pin(async move {
                let sql = "SELECT id, due_at, done_at, scrubbed, at FROM erasure WHERE done_at IS NULL
                    ORDER BY due_at LIMIT $1";
                tx.rows(sql, &[most.into()]).await?.iter().map(erasure).collect()
            })
        });
        read.await
    }
}

/// An erasure without its receipt.
fn erasure(row: &Row) -> Result<Erasure> {
    let id = Uuid::from_bytes(row.array(0)?).ok_or_else(|| Error::damaged("the id of an erasure"))?;
    Ok(Erasure {
        id,
        due_at: moment(row, 1)?,
        done_at: maybe_moment(row, 2)?,
        scrubbed: row.int(3)? == 1,
        receipt: None,
    })
}

/// A site by its number.
pub(super) async fn site(tx: &mut Tx, number: i64) -> Result<Site> {
    let sql = "SELECT site, name, origins, erasure, erasure_delay, restrict_key, restrict_for, retention
        FROM site WHERE site = $1";
    let row = tx.row(sql, &[number.into()]).await?.ok_or(Error::NotFound)?;
    super::sites::read(&row)
}
