//! The door.

use std::path::Path;
use std::sync::Arc;

use assent_core::record::{Record, Submission, Trust, token_hash};
use tokio::sync::oneshot;

use super::engine::Readers;
use super::house::House;
use super::people::{Pending, Placed, mark};
use super::reading::{self, Stored};
use super::rooms::Rooms;
use super::sequencer::{Order, Queue};
use super::types::{Place, Receipt, Settings, Site};
use super::{Clock, Entropy, Error, Result, open, sign};

/// Who does something, as the audit trail names them: a token's name, or `cli`, or `job`.
pub type Actor<'a> = &'a str;

/// What the server adds to a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Who sent it: a visitor's browser, or a site's own server ([`Scope::Backend`](super::Scope::Backend)).
    pub trust: Trust,
    /// Where the person was taken to be: `DE`, `US-CA`; nothing finer. Only if the submission does not say it.
    pub region: Option<String>,
}

/// An open archive. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Archive {
    pub(super) house: Arc<House>,
    pub(super) queue: Queue,
    pub(super) readers: Readers,
    pub(super) rooms: Arc<Rooms>,
}

impl Archive {
    /// Opens an archive, makes it if it is not there, and brings it up to date.
    ///
    /// Refuses, with a remedy in the text ([`Error::Refused`], [`Error::Damaged`]): a database that is behind the last
    /// checkpoint in the keys directory (an old backup), keys that are not the database's, a newer or foreign database.
    /// Needs a tokio runtime with time; it starts one thread for writing.
    pub async fn open(
        settings: Settings,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Archive> {
        open::open(settings, clock, entropy).await
    }

    /// Answers what waits, keeps the last checkpoint, and closes. After that every write is [`Error::Busy`].
    pub async fn close(&self) {
        let (reply, answer) = oneshot::channel();
        if self.queue.put_patiently(Order::Close(reply)).await.is_ok() {
            // Without an answer the thread is gone, which is what was asked for.
            let _ = answer.await;
        }
        let newest = self.queue.notes.borrow().clone();
        if let Some((log, note)) = newest {
            open::keep(&self.house, log, note).await;
        }
    }

    /// Ends when storage has failed for good: then the process should end with an error, and be started again.
    pub async fn failed(&self) -> Error {
        self.queue.failed().await
    }

    /// Whether the database answers and takes writes, for `/readyz`.
    pub async fn ready(&self) -> Result<()> {
        self.queue.check()?;
        self.readers
            .read(|tx| Box::pin(async { tx.rows("SELECT one FROM sequencer", &[]).await.map(|_| ()) }))
            .await
    }

    /// How many writes wait, for the metrics.
    pub fn waiting(&self) -> usize {
        self.queue.waiting()
    }

    /// Records what a visitor chose. When this returns `Ok`, it is durable, in the log, and proved.
    ///
    /// The same id with the same body gives the same receipt with `again` set; with another body [`Error::Conflict`].
    /// The first record of a subject sets its token; afterwards another one is [`Error::NotFound`]. An unknown policy is
    /// [`Error::Refused`]; a full queue [`Error::Busy`]. What was erased is [`Error::Erased`], and stays so.
    pub async fn record(&self, site: &Site, submission: Submission, seen: Seen) -> Result<Receipt> {
        let policy = submission.answer.policy;
        // Whoever only asks whether it is there needs no copy of a document that may be long.
        if !self.rooms.has_policy(site.number, &policy.0) {
            match self.policy(site, policy).await {
                Err(Error::NotFound) => {
                    return Err(Error::Refused("the site has never published this policy"));
                }
                known => known.map(drop)?,
            }
        }
        let auth = submission.auth.as_ref().map(token_hash);
        let subject = self.house.keys().pseudonym(site.number, &submission.subject);
        let now = self.house.clock.now();
        let asked = submission.answer.region.is_none();
        let mut record = Record::of(&submission, &site.name, subject, seen.trust, now);
        if let (true, assent_core::record::Event::Decision(decision)) = (asked, &mut record.event) {
            decision.answer.region = seen.region;
        }
        let needs_auth = seen.trust == Trust::Browser;
        self.place(site.number, (subject, auth, needs_auth), record, move |ours, theirs| {
            same_choice(ours, theirs, asked)
        })
        .await
    }

    /// Places a record of a person. If its id is taken, `same` says whether the one that has it says the same.
    pub(super) async fn place(
        &self,
        site: i64,
        (subject, auth, needs_auth): ([u8; 32], Option<[u8; 32]>, bool),
        record: Record,
        same: impl FnOnce(&Record, &Record) -> bool + Send + 'static,
    ) -> Result<Receipt> {
        let (document, salt) = (record.text(), self.house.draw()?);
        let commitment = sign::commit(&salt, &document);
        let (reply, answer) = oneshot::channel();
        let pending = Pending {
            kind: record.kind(),
            site,
            id: record.id.bytes(),
            subject,
            auth,
            needs_auth,
            mark: mark(&self.house.keys(), site, needs_auth, &subject, &record.id.bytes()),
            received_at: record.received_at,
            salt,
            commitment,
            document: document.clone(),
            reply: Some(reply),
        };
        self.queue.put(Order::Person(Box::new(pending)))?;
        match answer.await.map_err(|_| self.queue.lost())?? {
            Placed::Now(index, batch) => {
                let lost = || Error::Engine("a batch without its leaf".into());
                let path = batch.tree.prove(index).ok_or_else(lost)?;
                let key = batch.keys.signing().next().ok_or_else(lost)?;
                Ok(Receipt {
                    id: record.id,
                    jws: sign::receipt(key, (&batch.origin, index), &record, &commitment)?,
                    proof: sign::proof(index, path, &batch.note),
                    place: Place { log: batch.origin.clone(), index },
                    received_at: record.received_at,
                    record: document,
                    salt,
                    again: false,
                })
            }
            Placed::Before(at) => self.again(at, (site, subject, auth), record, same).await,
        }
    }

    /// The receipt of a record that was there before, if it says the same.
    async fn again(
        &self,
        at: i64,
        (site, pseudonym, auth): (i64, [u8; 32], Option<[u8; 32]>),
        record: Record,
        same: impl FnOnce(&Record, &Record) -> bool + Send + 'static,
    ) -> Result<Receipt> {
        let house = self.house.clone();
        let read = self.readers.read(move |tx| {
            Box::pin(async move {
                let keys = reading::keys(tx, &house).await?;
                let stored = Stored::at(tx, at).await?.ok_or(Error::Conflict)?;
                if stored.subject != Some(pseudonym) {
                    return Err(Error::Conflict);
                }
                let subject =
                    reading::subject(tx, &keys, (site, &pseudonym)).await?.ok_or(Error::Conflict)?;
                if let Some(auth) = auth
                    && !subject.auth.is_some_and(|known| super::house::same(&known, &auth))
                {
                    return Err(Error::NotFound);
                }
                let opened = stored.open(&subject.key)?;
                if !same(&record, &opened.record) {
                    return Err(Error::Conflict);
                }
                reading::receipt(tx, &keys, &stored, opened).await
            })
        });
        read.await
    }

    /// Writes a log as the files that it is served as, below `folder`: `checkpoint`, `keys`, `tile/…`, `tile/entries/…`.
    pub async fn write_log(&self, origin: &str, folder: &Path) -> Result<()> {
        super::public::write(self, origin, folder).await
    }
}

/// Whether two records come from one submission. When it arrived and from where it seemed to come is the server's word.
fn same_choice(ours: &Record, theirs: &Record, region_is_ours: bool) -> bool {
    use assent_core::record::Event::Decision;
    let mut ours = ours.clone();
    ours.received_at = theirs.received_at;
    if let (Decision(ours), Decision(theirs)) = (&mut ours.event, &theirs.event)
        && region_is_ours
    {
        ours.answer.region.clone_from(&theirs.answer.region);
    }
    ours == *theirs
}
