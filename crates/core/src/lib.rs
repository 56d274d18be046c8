//! The deciding half of Assent.
//!
//! What this is: every rule of the consent layer, as pure functions and one state machine: policy, catalogue,
//! jurisdiction, choice, matching, signals and the notice's view-model.
//! The page, the server and the command line call the same code.
//!
//! What it is not: it does no I/O, reads no clock, draws no random numbers and knows no browser.
//! Time, region and stored strings are handed in as facts; what should happen comes out as effects.
//!
//! Suggested reading order: [`policy`], [`rules`], [`catalogue`], [`url`], [`decide`], [`csp`], [`choice`], [`machine`], [`notice`].
#![no_std]
#![warn(missing_docs)]

extern crate alloc;

pub mod aliases;
pub mod bake;
pub mod catalogue;
pub mod choice;
pub mod csp;
pub mod decide;
pub mod diagnostic;
#[cfg(feature = "import")]
pub mod imported;
pub mod json;
pub mod jurisdiction;
pub mod machine;
pub mod notice;
pub mod policy;
#[cfg(feature = "record")]
pub mod record;
pub mod rules;
pub mod scan;
pub mod signal;
pub mod text;
pub mod url;
