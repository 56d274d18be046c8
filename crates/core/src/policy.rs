//! The policy: what a site does with people's data, and under which rules it asks.
//!
//! What this is: the trusted form of the one file a site writes: its text as a document, for what is shown, and its
//! [`Rules`], for what is decided. A [`Policy`] can only be had from [`Policy::from_json`], and only from a file without
//! errors; all faults are told at once as [`Diagnostic`]s.

mod build;
mod reader;
mod standards;

use alloc::vec::Vec;

use crate::diagnostic::Diagnostic;
use crate::json::Value;
use crate::rules::Rules;
use crate::scan;

/// A policy that passed every check.
#[derive(Debug)]
#[non_exhaustive]
pub struct Policy {
    /// The whole file, for the texts.
    pub doc: Value,
    /// What decisions rest on.
    pub rules: Rules,
    /// Faults that do not refuse the policy.
    pub warnings: Vec<Diagnostic>,
}

impl Policy {
    /// Reads a policy file.
    ///
    /// # Errors
    /// All faults found, warnings included, if at least one of them is an error.
    pub fn from_json(text: &str) -> Result<Policy, Vec<Diagnostic>> {
        build::policy(text)
    }
}

/// A text of the policy in a language: a plain string, or a map by language with its first entry as the fallback.
/// Empty if there is none.
pub fn text<'a>(value: Option<&'a Value>, language: &str) -> &'a str {
    let Some(value) = value else { return "" };
    let base = scan::cut(language, b'-').0;
    let by_language =
        value.get(language).or_else(|| value.get(base)).or_else(|| value.map().first().map(|m| &m.1));
    by_language.unwrap_or(value).str().unwrap_or_default()
}
