//! From another tool's words to answers for our purposes and vendors.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::Said;
use crate::aliases;
use crate::decide::Vendors;
use crate::json::Value;
use crate::rules::{Rules, check};
use crate::scan;

/// What a word is here: positions in the policy.
#[derive(Clone, Copy)]
pub(super) enum Word {
    Purpose(usize),
    Vendor(usize),
}

/// What was said to one purpose or vendor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heard {
    Nothing,
    Yes,
    No,
    Both,
}

impl Heard {
    fn and(self, yes: bool) -> Heard {
        match (self, yes) {
            (Heard::Nothing | Heard::Yes, true) => Heard::Yes,
            (Heard::Nothing | Heard::No, false) => Heard::No,
            _ => Heard::Both,
        }
    }
}

/// What was said, by position.
pub(super) struct Answers {
    purposes: Vec<Heard>,
    vendors: Vec<Heard>,
    rest_refused: bool,
}

impl Answers {
    pub(super) fn new(rules: &Rules) -> Answers {
        let nothing = |ids: &str| vec![Heard::Nothing; scan::count(ids)];
        Answers { purposes: nothing(&rules.purposes), vendors: nothing(&rules.vendors), rest_refused: false }
    }

    pub(super) fn hear(&mut self, word: Word, yes: bool) {
        let heard = match word {
            Word::Purpose(i) => self.purposes.get_mut(i),
            Word::Vendor(i) => self.vendors.get_mut(i),
        };
        if let Some(heard) = heard {
            *heard = heard.and(yes);
        }
    }

    /// What was said to a purpose: to itself or, if it was not named, to every vendor that works for it.
    fn purpose(&self, i: usize, rules: &Rules) -> Heard {
        let own = self.purposes.get(i).copied().unwrap_or(Heard::Nothing);
        if own != Heard::Nothing {
            return own;
        }
        let mut said = Heard::Nothing;
        for (purposes, vendor) in rules.vendor_purposes.iter().zip(&self.vendors) {
            if purposes >> i & 1 == 0 {
                continue;
            }
            said = match vendor {
                Heard::Nothing => return Heard::Nothing,
                Heard::Yes => said.and(true),
                Heard::No => said.and(false),
                Heard::Both => return Heard::Both,
            };
        }
        said
    }
}

/// Puts a tool's words in ours. Words that mean nothing here are left out: nobody here is asked about that.
pub(super) fn answers(said: &Said, doc: &Value, rules: &Rules) -> Answers {
    let mut answers = Answers { rest_refused: said.rest_refused, ..Answers::new(rules) };
    for (word, yes) in &said.words {
        if let Some(word) = ours(word, doc, rules) {
            answers.hear(word, *yes);
        }
    }
    answers
}

/// The site's own `dialects` first, then ids of the policy, then what the tools usually say.
fn ours(word: &str, doc: &Value, rules: &Rules) -> Option<Word> {
    let plain = word.to_ascii_lowercase();
    let named = doc.get("dialects").and_then(|table| table.get(word).or_else(|| table.get(&plain)));
    let purpose =
        |name: &str| Some(scan::place(&rules.purposes, name)).filter(|place| *place != scan::NOWHERE);
    if let Some(name) = named.and_then(Value::str) {
        return purpose(name).map(Word::Purpose);
    }
    let vendor = Some(scan::place(&rules.vendors, word)).filter(|place| *place != scan::NOWHERE);
    let usual = || aliases::purpose(&plain).filter(|name| *name != check::NECESSARY).and_then(purpose);
    purpose(word).map(Word::Purpose).or(vendor.map(Word::Vendor)).or_else(|| usual().map(Word::Purpose))
}

/// The lines of the answer, and whether they grant anything. `None` if the answers contradict themselves, or grant something
/// and leave something else open.
pub(super) fn lines(answers: &Answers, rules: &Rules) -> Option<(String, bool)> {
    let asked = rules.every & !rules.necessary;
    let said: Vec<Heard> = (0..scan::count(&rules.purposes))
        .map(|i| if asked >> i & 1 == 0 { Heard::Nothing } else { answers.purpose(i, rules) })
        .collect();
    let any = |what: Heard| said.contains(&what);
    let is_open = |(i, heard): (usize, &Heard)| asked >> i & 1 != 0 && *heard == Heard::Nothing;
    let grants = any(Heard::Yes);
    if any(Heard::Both) || !grants && !any(Heard::No) && !answers.rest_refused {
        return None;
    }
    if grants && !answers.rest_refused && said.iter().enumerate().any(is_open) {
        return None;
    }
    let mut out = String::new();
    for (i, heard) in said.iter().enumerate().filter(|(i, _)| asked >> i & 1 != 0) {
        out.push_str(scan::nth(&rules.purposes, i));
        out.push_str(if *heard == Heard::Yes { "=1\n" } else { "=0\n" });
    }
    let granted =
        |purposes: &u32| (0..32).all(|i| purposes >> i & 1 == 0 || said.get(i) == Some(&Heard::Yes));
    for (i, heard) in answers.vendors.iter().enumerate().take(Vendors::MOST) {
        // Of a vendor that two words speak of, the no counts. Where its purposes have no grant, it needs no refusal of its own.
        if matches!(heard, Heard::No | Heard::Both) && rules.vendor_purposes.get(i).is_some_and(granted) {
            out.push_str("vendor:");
            out.push_str(scan::nth(&rules.vendors, i));
            out.push_str("=0\n");
        }
    }
    Some((out, grants))
}
