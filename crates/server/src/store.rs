//! Where records, subjects, keys and the log are kept: SQLite or PostgreSQL behind one door.
//!
//! What this is: [`Archive`]. Writes are gathered, sequenced, signed and made durable together, and only then answered;
//! every answer carries its proof. Nothing that was acknowledged is ever lost or changed; erasing is the one exception,
//! and leaves a tombstone.
//!
//! What it is not: a judge of what is sent. Who may send for a site, policy tokens, limits and rates are the matter of
//! [`http`](crate::http). It takes no time and no chance of its own: [`Clock`] and [`Entropy`] are handed in.

mod archive;
mod error;
mod outside;
mod types;
mod verify;
mod words;

pub use archive::{Actor, Archive, Seen, Trust};
pub use error::{Error, Result};
pub use outside::{Clock, Entropy, SystemClock, SystemEntropy};
pub use types::{
    AuditEntry, Bearer, Cursor, Database, Erasure, ErasureMode, History, LogHead, LogState, Place,
    PolicyVersion, Receipt, Scope, Settings, Shards, Site, SiteSettings, Token, Work,
};
pub use verify::{Findings, verify_database, verify_folder};
pub use words::{Digest, Submission, Time, Uuid};
