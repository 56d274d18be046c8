//! Local storage, where there is any.
//!
//! What this is: the ledger and the lines in local storage, and a copy in memory that takes their place where storage is
//! denied, full or corrupt. Nothing here fails: a visitor without storage is a normal visitor.

use std::cell::RefCell;

use gloo_storage::{LocalStorage, Storage};
use js_sys::JSON;
use serde::Serialize;
use serde_wasm_bindgen::Serializer;

use super::ledger::Ledger;

/// What this page knows.
#[derive(Default)]
struct Memory {
    /// The name of the cookie, which the keys begin with.
    key: String,
    /// Whether storage answered when it was tried. Without that, it must not be touched: gloo-storage panics.
    works: bool,
    ledger: Ledger,
    /// Lines that this page was handed and that are not done.
    lines: Vec<String>,
}

thread_local! {
    static MEMORY: RefCell<Memory> = RefCell::default();
}

fn with<T: Default>(run: impl FnOnce(&mut Memory) -> T) -> T {
    MEMORY.with(|memory| memory.try_borrow_mut().map(|mut memory| run(&mut memory)).unwrap_or_default())
}

impl Memory {
    fn outbox(&self) -> String {
        format!("{}-outbox", self.key)
    }

    fn records(&self) -> String {
        format!("{}-records", self.key)
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
    let line = line.trim_end();
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
        let mut lines: Vec<String> = stored.lines().map(Into::into).collect();
        lines.extend(memory.lines.iter().filter(|line| !stored.lines().any(|it| it == *line)).cloned());
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
        let left: String =
            memory.stored().lines().filter(|kept| *kept != line).flat_map(|kept| [kept, "\n"]).collect();
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
            && let Some(ledger) = read(&memory.records())
        {
            memory.ledger = ledger;
        }
        memory.ledger.clone()
    })
}

/// Writes the ledger. Where it does not fit, the oldest receipts go, which the archive has as well.
pub fn keep(mut ledger: Ledger) {
    with(|memory| {
        if memory.works {
            while write(&memory.records(), &ledger).is_none() && !ledger.receipts.is_empty() {
                ledger.receipts.remove(0);
            }
        }
        memory.ledger = ledger;
    });
}

/// The core reads and the browser writes the JSON: gloo-storage's own way would bring another reader along, 20 KB of it.
fn read(key: &str) -> Option<Ledger> {
    let text = LocalStorage::raw().get_item(key).ok().flatten()?;
    Some(Ledger::read(&text))
}

fn write(key: &str, ledger: &Ledger) -> Option<()> {
    let value = ledger.serialize(&Serializer::json_compatible()).ok()?;
    let text = String::from(JSON::stringify(&value).ok()?);
    LocalStorage::raw().set_item(key, &text).ok()
}

/// Forgets everything that is known of the person.
pub fn forget() {
    with(|memory| {
        if memory.works {
            LocalStorage::delete(memory.records());
            LocalStorage::delete(memory.outbox());
        }
        memory.ledger = Ledger::default();
        memory.lines.clear();
    });
}
