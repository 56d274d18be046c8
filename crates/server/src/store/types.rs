//! What goes in and out of the archive.

use std::collections::BTreeMap;
use std::path::PathBuf;

use assent_core::record::{Digest, Time, Uuid};

/// Where an archive is and how it works.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The database.
    pub database: Database,
    /// The directory of the keys; made at the first start, for its owner alone. Replicas share it.
    pub keys: PathBuf,
    /// The name of the log, as `consent.example.com`: a host (and path) without a scheme. Shards add to it.
    pub origin: String,
    /// How time is cut into logs.
    pub shards: Shards,
    /// How many records may wait; above, [`Error::Busy`](super::Error::Busy). 4096 is a good number.
    pub queue: usize,
    /// How many records one transaction takes at most. 512 is a good number.
    pub batch: usize,
    /// How many connections read.
    pub readers: usize,
}

/// A database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Database {
    /// SQLite, in this file.
    Sqlite(PathBuf),
    /// PostgreSQL, at this address: `postgres://user:password@host/name`.
    Postgres(String),
}

/// How time is cut into logs, so that an old one can go as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shards {
    /// `origin/2026h2`: January to June, July to December, in UTC.
    HalfYears,
    /// `origin/2026`.
    Years,
    /// One log for ever, whose name is the origin. Then nothing is ever dropped as a whole.
    One,
}

/// A site whose visitors choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Its number, never given twice.
    pub number: i64,
    /// Its name in addresses: lower-case letters, digits, hyphens; at most 64.
    pub name: String,
    /// What may be changed.
    pub settings: SiteSettings,
}

/// What may be changed about a site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteSettings {
    /// The web origins that may send, as `https://shop.example`.
    pub origins: Vec<String>,
    /// What an erasure does.
    pub erasure: ErasureMode,
    /// How long after it was asked for, in milliseconds. 0 is at once; at most 24 hours.
    pub erasure_delay: u64,
    /// How long after the end of a shard its records are kept, in days.
    pub retention_days: u32,
}

/// What an erasure does (GDPR, article 17).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErasureMode {
    /// Everything goes. What proves consent (article 7(1)) goes with it.
    Full,
    /// The records stay, unreadable for the archive: their key is sealed to a key that is kept elsewhere, for the
    /// establishment or defence of legal claims (article 17(3)(e)), and goes after so many days.
    Restrict {
        /// The public X25519 key that may open them.
        to: [u8; 32],
        /// For how long.
        days: u32,
    },
}

/// A published policy. What was published is never changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyVersion {
    /// 1, 2, 3 at each site.
    pub version: u32,
    /// Its name in records and addresses.
    pub digest: Digest,
    /// The document, byte for byte.
    pub document: String,
    /// Since when.
    pub published_at: Time,
    /// Which leaf says so.
    pub place: Place,
}

/// A leaf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The origin of its log.
    pub log: String,
    /// Its index, from 0 on.
    pub index: u64,
}

/// A leaf with everything that proves it: what is answered to a write, a look at the history, an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The record's name.
    pub id: Uuid,
    /// Where it stands.
    pub place: Place,
    /// When it arrived.
    pub received_at: Time,
    /// The document that is committed to, in its canonical form.
    pub record: String,
    /// What the commitment was salted with.
    pub salt: [u8; 32],
    /// The promise: a compact JWS.
    pub jws: String,
    /// The proof that the promise is kept: `c2sp.org/tlog-proof@v1`, with its checkpoint.
    pub proof: String,
    /// Whether this was there before: the same body was sent again. HTTP 200 instead of 201.
    pub again: bool,
}

/// What a person shows to be let in.
#[derive(Clone, PartialEq, Eq)]
pub struct Bearer {
    /// The site's number.
    pub site: i64,
    /// The id that the person's device made.
    pub subject: [u8; 16],
    /// The token that belongs to it.
    pub token: [u8; 32],
}

/// Part of a history, the newest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct History {
    /// The records.
    pub receipts: Vec<Receipt>,
    /// Where the next part begins, if there is more.
    pub next: Option<Cursor>,
}

/// A place in a history. Only worth something together with the [`Bearer`] it was given to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor(pub(super) i64);

impl Cursor {
    /// As text, for addresses.
    pub fn text(self) -> String {
        self.0.to_string()
    }

    /// Reads [`Cursor::text`].
    pub fn parse(text: &str) -> Option<Cursor> {
        let number: i64 = text.parse().ok()?;
        (number >= 0 && number.to_string() == text).then_some(Cursor(number))
    }
}

/// An erasure that was asked for. Its id is long and random: whoever has it may ask what became of it, since after the
/// erasure nobody can be recognised any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Its name.
    pub id: Uuid,
    /// When it will be, or was to be, done.
    pub due_at: Time,
    /// When it was done.
    pub done_at: Option<Time>,
    /// Whether no trace is left in the files either. Soon after `done_at`.
    pub scrubbed: bool,
    /// The leaf that says so.
    pub receipt: Option<Receipt>,
}

/// A token for the archive's own doors, as it is listed; the token itself is shown once and never kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What its holder is called in the audit trail.
    pub name: String,
    /// What it opens.
    pub scope: Scope,
    /// The number of the one site it is for, if it is not for all.
    pub site: Option<i64>,
    /// Since when.
    pub created_at: Time,
    /// Until when.
    pub expires_at: Time,
    /// When it was taken back.
    pub revoked_at: Option<Time>,
}

/// Somebody who may sign in to the admin pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admin {
    /// The name, also in the audit trail.
    pub name: String,
    /// What is open to them.
    pub scope: Scope,
    /// The number of the one site that it is open for, if it is not all.
    pub site: Option<i64>,
    /// Since when.
    pub created_at: Time,
}

/// What a token opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Everything that is not a person's.
    Admin,
    /// Reading: log, policies, audit trail.
    Auditor,
    /// Statistics that were released.
    Marketer,
    /// A site's own server: records on behalf of visitors.
    Backend,
}

impl Scope {
    /// All scopes.
    pub const ALL: [Scope; 4] = [Scope::Admin, Scope::Auditor, Scope::Marketer, Scope::Backend];

    /// The stable name.
    pub fn name(self) -> &'static str {
        match self {
            Scope::Admin => "admin",
            Scope::Auditor => "auditor",
            Scope::Marketer => "marketer",
            Scope::Backend => "backend",
        }
    }

    /// The scope by its name.
    pub fn from_name(name: &str) -> Option<Scope> {
        Scope::ALL.into_iter().find(|scope| scope.name() == name)
    }
}

/// An entry of the audit trail, which is a leaf of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Where it stands.
    pub place: Place,
    /// The entry, in its canonical form: `{"action":…,"actor":…,"at":…,…}`.
    pub entry: String,
}

/// A log as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogHead {
    /// Its origin.
    pub origin: String,
    /// How many leaves it has.
    pub size: u64,
    /// Its last signed checkpoint.
    pub checkpoint: String,
    /// The keys that have signed it, as verifier keys (`name+hash+key`), the oldest first.
    pub verifiers: Vec<String>,
    /// Whether it still grows, is closed, or was dropped after its retention.
    pub state: LogState,
}

/// A key that signs a log from a leaf on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The origin of the log.
    pub log: String,
    /// The first leaf.
    pub since: u64,
    /// When that leaf was added.
    pub since_time: Time,
    /// The key, as a verifier key.
    pub verifier: String,
    /// Whether it also signs receipts: of those from one leaf on, the newest does.
    pub is_newest: bool,
}

/// What became of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogState {
    /// It grows.
    Open,
    /// Its time is over.
    Closed,
    /// Its records are gone; the last checkpoint is kept.
    Dropped,
}

/// What [`Archive::work`](super::Archive::work) did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Work {
    /// Erasures that were done.
    pub erased: u64,
    /// Subjects whose keys were wrapped anew.
    pub rewrapped: u64,
    /// Logs that were dropped.
    pub dropped: u64,
    /// Whether something is left that may be done at once.
    pub more: bool,
}

/// How statistics are released.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    /// How many people a number is about at least; smaller ones are left out.
    pub smallest: u32,
    /// How wide the noise is (the scale of a discrete Laplace distribution; epsilon is 1 in so many). 0 is none.
    pub noise: u32,
    /// What may be told of one person in a month, in thousandths of epsilon.
    pub budget: u32,
}

/// What was released of one day, purpose, regime and policy version: about so many people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell {
    /// Days since 1970, in UTC.
    pub day: u64,
    /// The purpose's id.
    pub purpose: String,
    /// `opt_in`, `opt_out`, `notice`, or `unknown`.
    pub regime: String,
    /// The number of the policy at the site.
    pub policy_version: u32,
    /// Yes, with noise.
    pub granted: u64,
    /// No, with noise of its own.
    pub refused: u64,
}

/// What people are to be told about a breach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewBreach {
    /// When it began.
    pub since: Time,
    /// When it ended.
    pub until: Time,
    /// The purposes whose data it is about; none: the records themselves.
    pub purposes: Vec<String>,
    /// The text by language (BCP 47); at least one.
    pub texts: BTreeMap<String, String>,
}

/// What people are told about a breach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Breach {
    /// Its name.
    pub id: Uuid,
    /// When it began.
    pub since: Time,
    /// When it ended.
    pub until: Time,
    /// The purposes whose data it is about; none: the records themselves.
    pub purposes: Vec<String>,
    /// The text by language (BCP 47).
    pub texts: BTreeMap<String, String>,
    /// Since when people are told.
    pub created_at: Time,
    /// Which leaf says so.
    pub place: Place,
    /// How many people it concerns, of those whose records are here; nothing until they were counted.
    pub concerned: Option<u64>,
}
