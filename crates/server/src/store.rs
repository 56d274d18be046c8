//! Where records, subjects, keys and the log are kept: SQLite or PostgreSQL behind one door.
//!
//! What this is: [`Archive`]. Writes are gathered, sequenced, signed and made durable together, and only then answered;
//! every answer carries its proof. Nothing that was acknowledged is ever lost or changed; erasing is the one exception,
//! and leaves a tombstone.
//!
//! What it is not: a judge of what is sent. Who may send for a site, policy tokens, limits and rates are the matter of
//! [`http`](crate::http). It takes no time and no chance of its own: [`Clock`] and [`Entropy`] are handed in.
//!
//! Suggested reading order: `types`, `archive`, `people`, `turn`, `sequencer`, `tiles`, `erase`, `verify`; below them
//! `sql`, `sqlite`, `postgres`.

mod admins;
mod archive;
mod breach;
mod engine;
mod erase;
mod error;
mod house;
mod looks;
mod migrate;
mod noise;
mod open;
mod outside;
mod password;
mod people;
mod postgres;
mod public;
mod reading;
mod rights;
mod rooms;
mod seal;
mod sequencer;
mod sign;
mod sites;
mod sql;
mod sqlite;
mod statistics;
mod tiles;
mod tls;
mod tokens;
mod turn;
mod types;
mod upkeep;
mod verify;

pub use archive::{Actor, Archive, Seen};
pub use assent_core::record::{Digest, Submission, Time, Trust, Uuid};
pub use erase::open_escrow;
pub use error::{Error, Result};
pub use outside::{Clock, Entropy, SystemClock, SystemEntropy};
pub use password::Password;
pub use types::{
    Admin, AuditEntry, Bearer, Breach, Cell, Cursor, Database, Erasure, ErasureMode, History, LogHead,
    LogState, NewBreach, Place, PolicyVersion, Receipt, Release, Scope, Settings, Shards, Signer, Site,
    SiteSettings, Token, Work,
};
pub use verify::{Findings, verify_database, verify_folder};
