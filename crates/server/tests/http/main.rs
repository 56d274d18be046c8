//! The archive as strangers meet it: over sockets, through the real accept loop.
//!
//! `scripts/*.txt` are requests and what must come back, in the order in which they are sent; `script.rs` says how they
//! are written. What needs timing or a mean client is a function.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test is meant to stop when it is wrong"
)]

mod client;
mod cors;
mod crowd;
mod description;
mod gvl;
mod mmdb;
mod outbox;
mod pages;
mod person;
mod region;
mod script;
mod sdk;
mod secrecy;
mod shutdown;
mod slow;
mod stage;
mod statistics;
mod strangers;
