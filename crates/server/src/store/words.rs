//! The core's words.

pub use assent_core::record::{Digest, Submission, Time, Uuid};
