//! What the archive promises, on SQLite and (with `ASSENT_TEST_POSTGRES`) on PostgreSQL.
//!
//! `writing`: what is answered is durable and proved · `rights`: what a person may ask for · `erasing`: what goes, and
//! what stays · `clock`: time jumps · `keys`: keys come and go · `opening`: what is refused at the door · `tamper`: what a look at everything
//! finds · `silence`: what is never told.

#![expect(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test is meant to stop when it is wrong, in its stand as well"
)]

mod admins;
mod breaches;
mod clock;
mod erasing;
mod keys;
mod opening;
mod proof;
mod rights;
mod silence;
mod stand;
mod statistics;
mod tamper;
mod writing;
