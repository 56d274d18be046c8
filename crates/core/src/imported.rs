//! A choice that was made in another consent tool, read where that tool keeps it and put in our words.
//!
//! What this is: [`find`], from a policy and what the page has stored to lines for
//! [`Event::Imported`](crate::machine::Event::Imported). The first tool of the policy's list that has stored anything
//! decides alone. Whatever cannot be read, contradicts itself, has no date where it grants, or leaves a purpose open, is
//! no choice: people are asked.
//!
//! What it is not: consent under this policy's words. Whether a site may go on with an old answer is for its owner to know
//! and to show (GDPR article 7(1)); the record says that it is an import.

mod stored;
#[cfg(test)]
mod tests;
mod tools;
mod words;

use alloc::string::String;
use alloc::vec::Vec;

use crate::aliases::tool;
use crate::json::Value;
use crate::rules::{Rules, flat};
use stored::Stored;

const DAY: u64 = 86_400;

/// Another tool's choice in our words.
#[derive(Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// Which tool, one of [`TOOLS`](crate::aliases::TOOLS).
    pub tool: &'a str,
    /// When it was made, in seconds since 1970.
    pub time: u64,
    /// As in [`Answer::Choose`](crate::machine::Answer::Choose).
    pub lines: String,
}

/// What a tool has stored, before it is in our words.
#[derive(Debug, Default)]
struct Said {
    /// Seconds since 1970, if the tool keeps that.
    time: Option<u64>,
    /// Its own words and what was said to each.
    words: Vec<(String, bool)>,
    /// Whether whatever it does not name was refused.
    rest_refused: bool,
}

/// Looks for a choice. `stored` has a line `name=value` for each cookie and key, values as they stand in a cookie or
/// percent-encoded; `now` is in seconds since 1970.
pub fn find<'a>(doc: &'a Value, stored: &str, now: u64) -> Option<Found<'a>> {
    let rules = Rules::from_flat(&flat(doc))?;
    let stored = Stored(stored);
    let list = doc.get("import").map_or(&[][..], Value::list).iter().filter_map(Value::str);
    let (tool, days) = list.filter_map(tool).find(|(tool, _)| tools::has_stored(tool, stored))?;
    let (time, answers) = match tool {
        "tcf" => tools::tcf(stored, doc, &rules)?,
        _ => {
            let said = tools::read(tool, stored)?;
            (said.time, words::answers(&said, doc, &rules))
        }
    };
    let (lines, grants) = words::lines(&answers, &rules)?;
    // A refusal without a date is as good as one of today. A grant might be older than the law lets it get.
    let time = match time {
        None if !grants => now,
        None => now.checked_sub(days? * DAY)?,
        Some(time) => time,
    };
    let is_alive = now.checked_sub(time)? < rules.lifetime;
    is_alive.then_some(Found { tool, time, lines })
}
