//! Which rule applies where.
//!
//! What this is: from a region code to the regime (ask first, let people opt out, or tell) and to the duty to honour
//! Global Privacy Control, out of `data/jurisdictions.json`. The laws behind a row are in [`law`], for the tools;
//! the gate never links them.
//!
//! What it is not: legal advice, or a lookup of where a visitor is. An unknown place gets the strictest regime.

mod law;
mod links;
#[cfg(test)]
mod tests;

pub use law::{Law, law};
pub use links::named_links;

/// One line per region: `<code>:<regime letter><first day of the duty to honour GPC>`, with `O` for `o` where no choice
/// counts against that signal, and `p` where sensitive data too may be used until the person says no.
///
/// Left out is every row that says what the fallback says: all opt-in countries, and states that are as their country.
use crate::scan;
const TABLE: &str = include_str!("../data/generated/regimes.txt");

/// What must happen before anything that is not essential may run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Regime {
    /// Nothing runs until the person has agreed.
    OptIn,
    /// It may run until the person says no; a signal such as GPC may say it for them.
    OptOut,
    /// It may run; people are told, and may object.
    Notice,
}

impl Regime {
    /// All regimes, the strictest first.
    pub const ALL: [Regime; 3] = [Regime::OptIn, Regime::OptOut, Regime::Notice];
}

/// The regime of a region: ISO 3166-1 (`DE`) or 3166-2 (`US-CA`), in any case.
///
/// A subdivision without a row of its own is as its country; an unknown or empty region is [`Regime::OptIn`].
pub fn regime(region: &str) -> Regime {
    let entry = entry(region).or_else(|| entry(country(region)?));
    match letter(entry.unwrap_or_default()) {
        b'o' | b'O' | b'p' => Regime::OptOut,
        b'n' => Regime::Notice,
        _ => Regime::OptIn,
    }
}

/// Whether sensitive data waits for consent in a region even where other data does not. Only a law that is known to let
/// people opt out, and asks for no more, says no.
pub fn sensitive_waits(region: &str) -> bool {
    letter(entry(region).unwrap_or_default()) != b'p'
}

/// Whether the law of a region, on a day, makes Global Privacy Control a refusal by itself.
pub fn honours_gpc(region: &str, today: u32) -> bool {
    gpc_duty(region, today) != GpcDuty::None
}

/// What the law of a region, on a day, makes of Global Privacy Control.
///
/// The day is counted from 1970-01-01 (UTC). A country named without its state honours the signal as soon as one of
/// its states does, and is as strict as the strictest of them, since the visitor may be there. Where people are asked
/// first, the signal adds nothing.
pub fn gpc_duty(region: &str, today: u32) -> GpcDuty {
    let entry = entry(region).unwrap_or_default();
    let mut since = 0;
    for digit in entry.bytes().skip(1) {
        since = since * 10 + u32::from(digit.wrapping_sub(b'0'));
    }
    if since == 0 || since > today {
        GpcDuty::None
    } else if letter(entry) == b'O' {
        GpcDuty::Final
    } else {
        GpcDuty::Refusal
    }
}

/// What a law makes of Global Privacy Control. The numbers are masks over [`crate::machine`]'s bits of signals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GpcDuty {
    /// Nothing.
    None = 0,
    /// A refusal of sale, sharing and targeted advertising, until the person chooses otherwise.
    Refusal = 3,
    /// The same, whatever the person chooses: no provision is known that lets a later, explicit choice count against it.
    Final = 7,
}

fn letter(entry: &str) -> u8 {
    entry.bytes().next().unwrap_or_default()
}

/// What the table says of exactly this code.
#[inline(never)]
fn entry(code: &str) -> Option<&'static str> {
    scan::fields(TABLE, b'\n').find_map(|line| {
        let (known, says) = scan::cut(line, b':');
        says.filter(|_| known.eq_ignore_ascii_case(code))
    })
}

/// The country of a subdivision's code.
fn country(region: &str) -> Option<&str> {
    let (country, part) = scan::cut(region, b'-');
    part.map(|_| country)
}
