//! The tool as its owner meets it: the real binary, its words and its exit codes.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test is meant to stop when it is wrong"
)]

mod binary;
mod client;
mod disk;
mod fsync;
mod kill;
mod outage;
mod server;
mod settings;
mod tls;
mod words;
