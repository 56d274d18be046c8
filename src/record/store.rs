//! Local storage, where there is any.
//!
//! What this is: the ledger and the lines in local storage, and a copy in memory that takes their place where storage is
//! denied, full or corrupt. Nothing here fails: a visitor without storage is a normal visitor. The core reads and writes the
//! JSON: gloo-storage's own way would bring another reader along, 20 KB of it.

use std::cell::RefCell;

use crate::lean::Single;
use gloo_storage::{LocalStorage, Storage};

use super::ledger::Ledger;

/// What this page knows.
#[derive(Default)]
struct Memory {
    /// The name of the cookie, which the keys begin with.
    key: String,
    /// Whether storage answered when it was tried. Without that, it must not be touched: gloo-storage panics.
    works: bool,
    /// The ledger as a text.
    ledger: String,
    /// Lines that this page was handed and that are not done.
    lines: Vec<String>,
}

static MEMORY: Single<Option<Memory>> = Single(RefCell::new(None));

fn with<T: Default>(run: impl FnOnce(&mut Memory) -> T) -> T {
    match MEMORY.0.try_borrow_mut() {
        Ok(mut memory) => run(memory.get_or_insert_default()),
        Err(_) => T::default(),
    }
}

impl Memory {
    fn outbox(&self) -> String {
        self.key.clone() + "-outbox"
    }

    fn records(&self) -> String {
        self.key.clone() + "-records"
    }

    /// The gate writes plain text, not JSON.
    fn stored(&self) -> String {
        let text = || LocalStorage::raw().get_item(&self.outbox()).ok().flatten();
        if self.works { text().unwrap_or_default() } else { String::new() }
    }
}

/// Says where to look, and whether storage answers there.
pub fn open(key: &str, works: bool) {
    with(|memory| {
        memory.key = key.into();
        memory.works = works;
    });
}

/// Takes a line of the gate along, in case that storage did not take it.
pub fn hold(line: &str) {
    // Stored, it ends with a line feed, which is no part of it.
    let line = line.strip_suffix('\n').unwrap_or(line);
    with(|memory| {
        if !memory.lines.iter().any(|held| held == line) {
            memory.lines.push(line.into());
        }
    });
}

/// The lines that wait, the oldest first: those in storage, and those that only this page has.
pub fn lines() -> Vec<String> {
    with(|memory| {
        let stored = memory.stored();
        let mut lines = split(&stored);
        for line in &memory.lines {
            if !lines.contains(line) {
                lines.push(line.clone());
            }
        }
        lines
    })
}

/// A line is done.
pub fn drop_line(line: &str) {
    with(|memory| {
        memory.lines.retain(|held| held != line);
        if !memory.works {
            return;
        }
        // Read again at the last moment: another tab may have added a line.
        let mut left = String::new();
        for kept in split(&memory.stored()).iter().filter(|kept| *kept != line) {
            left.push_str(kept);
            left.push('\n');
        }
        if left.is_empty() {
            LocalStorage::delete(memory.outbox());
        } else {
            let _ = LocalStorage::raw().set_item(&memory.outbox(), &left);
        }
    });
}

/// The ledger as it stands now; another tab may have written it.
pub fn ledger() -> Ledger {
    with(|memory| {
        if memory.works
            && let Some(text) = LocalStorage::raw().get_item(&memory.records()).ok().flatten()
        {
            memory.ledger = text;
        }
        Ledger::read(&memory.ledger)
    })
}

/// Writes the ledger. Where it does not fit, the oldest receipts go, which the archive has as well.
pub fn keep(ledger: &mut Ledger) {
    with(|memory| {
        memory.ledger = ledger.text();
        while memory.works
            && LocalStorage::raw().set_item(&memory.records(), &memory.ledger).is_err()
            && !ledger.receipts.is_empty()
        {
            ledger.receipts.remove(0);
            memory.ledger = ledger.text();
        }
    });
}

/// The lines of a text; what `str::lines` does besides is not needed.
pub fn split(text: &str) -> Vec<String> {
    text.split('\n').filter(|line| !line.is_empty()).map(Into::into).collect()
}

/// Forgets everything that is known of the person.
pub fn forget() {
    with(|memory| {
        if memory.works {
            LocalStorage::delete(memory.records());
            LocalStorage::delete(memory.outbox());
        }
        memory.ledger.clear();
        memory.lines.clear();
    });
}
