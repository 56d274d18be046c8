//! What is wrong with something that a stranger sent.

use alloc::string::String;
use core::fmt;

use crate::rules::check::{self, Kind};

/// Where a text is not what it should be, and in which way.
///
/// Only names that look like names of ours are repeated in the path; everything else of the text stays out of it, so
/// that a fault can be shown and logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The place, as `purposes.analytics`; empty for the text as a whole.
    pub path: String,
    /// What is wrong there.
    pub what: What,
}

/// The kind of fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum What {
    /// Not JSON with whole numbers, or nested too deep.
    NotJson,
    /// Longer than such a text may be.
    TooLong,
    /// A member that is there twice.
    Repeated,
    /// A member that this version does not know.
    Unknown,
    /// A member that must be there and is not.
    Missing,
    /// A member of the wrong type.
    WrongType,
    /// A text that has not the form that it must have.
    BadForm,
    /// A number outside its range.
    OutOfRange,
    /// More entries than a record carries.
    TooMany,
    /// A record that is not in its canonical form.
    NotCanonical,
    /// A member that says the opposite of another.
    Contradiction,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(self.what.message()),
            path => write!(f, "`{path}`: {}", self.what.message()),
        }
    }
}

impl core::error::Error for Fault {}

impl What {
    /// A stable word for machines.
    pub fn name(self) -> &'static str {
        self.words().0
    }

    /// A sentence for people: lower case, no full stop.
    pub fn message(self) -> &'static str {
        self.words().1
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            What::NotJson => ("not-json", "not JSON with whole numbers, or nested too deep"),
            What::TooLong => ("too-long", "longer than it may be"),
            What::Repeated => ("repeated", "a member that is there twice"),
            What::Unknown => ("unknown", "a member that this version does not know"),
            What::Missing => ("missing", "a member that must be there is missing"),
            What::WrongType => ("wrong-type", "a member of the wrong type"),
            What::BadForm => ("bad-form", "a text that has not the form it must have"),
            What::OutOfRange => ("out-of-range", "a number outside its range"),
            What::TooMany => ("too-many", "more entries than a record carries"),
            What::NotCanonical => ("not-canonical", "not in its canonical form"),
            What::Contradiction => ("contradiction", "a member that says the opposite of another"),
        }
    }
}

impl Fault {
    /// A fault of the whole text.
    pub(super) fn whole(what: What) -> Fault {
        Fault { path: String::new(), what }
    }
}

/// A name as a path may hold it: one that does not look like ours is not repeated.
pub(super) fn shown(name: &str) -> &str {
    if check::is(Kind::Id, name) { name } else { "?" }
}
