//! The door.

use std::path::Path;
use std::sync::Arc;

use super::types::{
    AuditEntry, Bearer, Cursor, Erasure, History, LogHead, Place, PolicyVersion, Receipt, Scope, Settings,
    Site, SiteSettings, Token, Work,
};
use super::words::{Digest, Submission, Uuid};
use super::{Clock, Entropy, Error, Result};

/// Who does something, as the audit trail names them: a token's name, or `cli`, or `job`.
pub type Actor<'a> = &'a str;

/// What the server adds to a submission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Who sent it: a visitor's browser, or a site's own server ([`Scope::Backend`]).
    pub trust: Trust,
    /// Where the person was taken to be: `DE`, `US-CA`; nothing finer.
    pub region: Option<String>,
}

/// Who wrote a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The visitor's browser.
    Browser,
    /// The site's own server, with a token.
    Backend,
}

/// An open archive. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Archive {}

impl Archive {
    /// Opens an archive, makes it if it is not there, and brings it up to date.
    ///
    /// Refuses, with a remedy in the text ([`Error::Refused`], [`Error::Damaged`]): a database that is behind the last
    /// checkpoint in the keys directory (an old backup), keys that are not the database's, a newer or foreign database.
    /// Needs a tokio runtime with time; it starts one thread for writing.
    pub async fn open(_: Settings, _: Arc<dyn Clock>, _: Arc<dyn Entropy>) -> Result<Archive> {
        Err(Error::Busy)
    }

    /// Answers what waits, keeps the last checkpoint, and closes. After that every write is [`Error::Busy`].
    pub async fn close(&self) {}

    /// Ends when storage has failed for good: then the process should end with an error, and be started again.
    pub async fn failed(&self) -> Error {
        Error::Busy
    }

    /// Whether the database answers, for `/readyz`.
    pub async fn ready(&self) -> Result<()> {
        Err(Error::Busy)
    }

    /// How many writes wait, for the metrics.
    pub fn waiting(&self) -> usize {
        0
    }

    // Records.

    /// Records what a visitor chose. When this returns `Ok`, it is durable, in the log, and proved.
    ///
    /// The same id with the same body gives the same receipt with `again` set; with another body [`Error::Conflict`].
    /// The first record of a subject sets its token; afterwards another one is [`Error::NotFound`]. An unknown policy is
    /// [`Error::Refused`]; a full queue [`Error::Busy`].
    pub async fn record(&self, _site: &Site, _: Submission, _: Seen) -> Result<Receipt> {
        Err(Error::Busy)
    }

    /// A person's history, the newest first; `most` is at most 100. Each with a proof up to the present checkpoint.
    /// The export is all of it.
    pub async fn history(&self, _: &Bearer, _: Option<Cursor>, _most: usize) -> Result<History> {
        Err(Error::Busy)
    }

    /// One of a person's records.
    pub async fn receipt(&self, _: &Bearer, _id: Uuid) -> Result<Receipt> {
        Err(Error::Busy)
    }

    /// Withdraws everything: a new record, named `id`, that says no to each purpose and vendor of the newest one.
    /// The same `id` again gives the same receipt.
    pub async fn withdraw(&self, _: &Bearer, _id: Uuid) -> Result<Receipt> {
        Err(Error::Busy)
    }

    /// Asks for an erasure; asking again gives the same answer. With no delay it is done before this returns.
    pub async fn erase(&self, _: &Bearer) -> Result<Erasure> {
        Err(Error::Busy)
    }

    /// What became of an erasure.
    pub async fn erasure(&self, _id: Uuid) -> Result<Erasure> {
        Err(Error::Busy)
    }

    // The log, which is public.

    /// All logs, the oldest first. The last is the one that grows.
    pub async fn logs(&self) -> Result<Vec<LogHead>> {
        Err(Error::Busy)
    }

    /// One log by its origin.
    pub async fn log(&self, _origin: &str) -> Result<LogHead> {
        Err(Error::Busy)
    }

    /// A tile: `width` hashes (1 to 256) of 32 bytes. Below 256 it is partial, and served as long as the log has it.
    pub async fn tile(&self, _origin: &str, _level: u8, _n: u64, _width: u16) -> Result<Vec<u8>> {
        Err(Error::Busy)
    }

    /// An entry bundle: `width` entries, each with its length (2 bytes, big-endian) before it.
    pub async fn entries(&self, _origin: &str, _n: u64, _width: u16) -> Result<Vec<u8>> {
        Err(Error::Busy)
    }

    /// The proof of one leaf in the present checkpoint, as `c2sp.org/tlog-proof@v1`.
    pub async fn proof(&self, _: &Place) -> Result<String> {
        Err(Error::Busy)
    }

    /// Writes a log as the files that it is served as, below `folder`: `checkpoint`, `tile/…`, `tile/entries/…`.
    pub async fn write_log(&self, _origin: &str, _folder: &Path) -> Result<()> {
        Err(Error::Busy)
    }

    // Sites and policies.

    /// A site by its name. Answered from memory where it can be.
    pub async fn site(&self, _name: &str) -> Result<Site> {
        Err(Error::Busy)
    }

    /// All sites.
    pub async fn sites(&self) -> Result<Vec<Site>> {
        Err(Error::Busy)
    }

    /// Makes a site or changes its settings. A leaf, unless nothing changes.
    pub async fn put_site(&self, _: Actor<'_>, _name: &str, _: SiteSettings) -> Result<Site> {
        Err(Error::Busy)
    }

    /// Publishes a policy: a leaf. The present one again changes nothing.
    pub async fn publish(&self, _: Actor<'_>, _: &Site, _document: &str) -> Result<PolicyVersion> {
        Err(Error::Busy)
    }

    /// A published policy by its digest. Answered from memory where it can be.
    pub async fn policy(&self, _: &Site, _: Digest) -> Result<PolicyVersion> {
        Err(Error::Busy)
    }

    /// The policy in force: the newest one.
    pub async fn present_policy(&self, _: &Site) -> Result<PolicyVersion> {
        Err(Error::Busy)
    }

    /// All published policies of a site, the newest first.
    pub async fn policies(&self, _: &Site) -> Result<Vec<PolicyVersion>> {
        Err(Error::Busy)
    }

    // The house.

    /// Makes a token for the archive's own doors: a leaf. The text is returned once and cannot be had again.
    pub async fn make_token(
        &self,
        _: Actor<'_>,
        _name: &str,
        _: Scope,
        _days: u32,
    ) -> Result<(Token, String)> {
        Err(Error::Busy)
    }

    /// Takes a token back: a leaf.
    pub async fn revoke_token(&self, _: Actor<'_>, _name: &str) -> Result<()> {
        Err(Error::Busy)
    }

    /// The token of a text, if it is valid now; else [`Error::NotFound`], whatever the reason.
    pub async fn token(&self, _text: &str) -> Result<Token> {
        Err(Error::Busy)
    }

    /// All tokens.
    pub async fn tokens(&self) -> Result<Vec<Token>> {
        Err(Error::Busy)
    }

    /// Writes an entry of the audit trail for something that happened outside the archive, as a look at decrypted
    /// records. `object` names what it was done to.
    pub async fn note(&self, _: Actor<'_>, _action: &str, _object: &str) -> Result<AuditEntry> {
        Err(Error::Busy)
    }

    /// The audit trail, the newest first.
    pub async fn audit(&self, _: Option<Cursor>, _most: usize) -> Result<(Vec<AuditEntry>, Option<Cursor>)> {
        Err(Error::Busy)
    }

    /// Erasures that wait, the soonest first.
    pub async fn erasures(&self, _most: usize) -> Result<Vec<Erasure>> {
        Err(Error::Busy)
    }

    /// Makes a new signing key, which signs from now on beside the present one: a leaf.
    pub async fn rotate_signing_key(&self, _: Actor<'_>) -> Result<()> {
        Err(Error::Busy)
    }

    /// Ends the overlap: only the newest key signs from now on, the others are removed. A leaf.
    pub async fn retire_signing_keys(&self, _: Actor<'_>) -> Result<()> {
        Err(Error::Busy)
    }

    /// Makes a new wrapping key: a leaf. [`Archive::work`] wraps the subjects' keys anew, little by little, and removes
    /// the old key when nothing needs it any more.
    pub async fn rotate_wrapping_key(&self, _: Actor<'_>) -> Result<()> {
        Err(Error::Busy)
    }

    /// One step of what is to be done by and by: erasures that are due, traces that are to go, keys to be wrapped anew,
    /// logs to be dropped. To be called every minute or so, and again at once while it says there is more.
    pub async fn work(&self) -> Result<Work> {
        Err(Error::Busy)
    }
}
