//! The law behind a jurisdiction's row, for the command line, the server and the record.

use super::country;

/// One row per law: `<codes>|<law>|<confidence>|<effective>`.
const TABLE: &str = include_str!("../../data/generated/laws.txt");

/// Why a region has the regime it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Law {
    /// The acts, with articles where known.
    pub law: &'static str,
    /// How well the row was checked: `high`, `medium` or `low` (general knowledge only).
    pub confidence: &'static str,
    /// The day it came, or comes, into force (`2023-07-01`); empty where long in force.
    pub effective: &'static str,
}

/// The law of a region; a subdivision without its own is under its country's, an unknown region has none.
pub fn law(region: &str) -> Option<Law> {
    exact(region).or_else(|| exact(country(region)?))
}

fn exact(region: &str) -> Option<Law> {
    TABLE.split('\n').find_map(|row| {
        let mut fields = row.split('|');
        let codes = fields.next()?;
        codes.split(' ').any(|code| code.eq_ignore_ascii_case(region)).then_some(())?;
        Some(Law { law: fields.next()?, confidence: fields.next()?, effective: fields.next()? })
    })
}
