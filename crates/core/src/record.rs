//! Records as evidence: what is sent, what is committed to, and how everybody can check it.
//!
//! What this is: the forms of a consent record and of the public log that it stands in, without I/O, clock, randomness
//! and keys: the server signs, a browser lets its own cryptography verify, and both hand the outcome in. The wire forms
//! are described in `docs/record-format.md`; version 1 stays readable.
//!
//! What it is not: the deciding of anything. The gate does not contain it.
//!
//! Suggested reading order: [`Submission`], [`Record`], [`commitment()`], [`Secret`], [`tree`], [`note`], [`Receipt`],
//! [`Bundle`], [`export`].

mod answer;
pub mod base64;
mod bundle;
mod canonical;
mod commitment;
mod digest;
#[cfg(feature = "verify")]
mod ed25519;
mod entry;
pub mod export;
mod fault;
mod forms;
mod inclusion;
pub mod note;
mod reader;
mod receipt;
mod refusal;
mod secret;
mod strict;
mod submission;
mod time;
pub mod tree;
mod uuid;
mod words;
mod writer;

pub use answer::{Answer, MOST_PURPOSES, MOST_VENDORS, Strings};
pub use bundle::{Bundle, Claim, Earlier, Opened, Verified};
pub use canonical::canonical;
pub use commitment::{LEAF_BYTES, Salt, commitment, leaf};
pub use digest::{Digest, Hash, sha256};
#[cfg(feature = "verify")]
pub use ed25519::is_good;
pub use entry::{Act, Decision, Erasure, Event, MOST_ERASED, Publication, Record};
pub use fault::{Fault, What};
pub use forms::is_language;
pub use inclusion::Inclusion;
pub use receipt::{Receipt, ReceiptKind, SignedReceipt};
pub use refusal::Refusal;
pub use secret::{Secret, pseudonym, token_hash};
pub use submission::Submission;
pub use time::Time;
pub use uuid::Uuid;
pub use words::{Action, ErasureMode, Kind, Prevails, Trust};
