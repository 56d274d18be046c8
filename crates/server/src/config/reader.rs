//! Reads one table and collects what is wrong with it.

use std::ops::RangeInclusive;
use std::time::Duration;

use toml::{Table, Value};

use super::Fault;
use super::layers::Merged;

/// One table of the settings, and what has been found wrong so far.
pub(super) struct Reader<'a> {
    merged: &'a Merged,
    table: Option<&'a Table>,
    path: String,
    faults: &'a mut Vec<Fault>,
}

impl<'a> Reader<'a> {
    /// The table as a whole.
    pub(super) fn top(merged: &'a Merged, faults: &'a mut Vec<Fault>) -> Reader<'a> {
        Reader { merged, table: Some(&merged.table), path: String::new(), faults }
    }

    /// The path of a setting in this table.
    pub(super) fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() { key.into() } else { format!("{}.{key}", self.path) }
    }

    /// Tells a fault of a setting in this table.
    pub(super) fn fault(&mut self, key: &str, message: &str, remedy: &str) {
        let path = self.path_of(key);
        let fault = Fault::new(path.clone(), self.merged.given(&path), message, remedy);
        self.faults.push(fault);
    }

    /// Tells every key that is none of `known`, which has single spaces between its words.
    pub(super) fn keys(&mut self, known: &str) {
        let table = self.table;
        for key in table.iter().flat_map(|table| table.keys()) {
            if !known.split(' ').any(|word| word == key) {
                self.fault(
                    key,
                    "no such setting",
                    "look for a slip of the pen; docs/archive.md has all settings",
                );
            }
        }
    }

    fn get(&self, key: &str) -> Option<&'a Value> {
        self.table?.get(key)
    }

    /// Whether a setting is given.
    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Whether a relative path in this setting is taken from the folder of the process.
    pub(super) fn is_overlaid(&self, key: &str) -> bool {
        self.merged.is_overlaid(&self.path_of(key))
    }

    /// Reads a table below this one.
    pub(super) fn table<T>(&mut self, key: &str, read: impl FnOnce(&mut Reader<'_>) -> T) -> T {
        let table = self.get(key).and_then(Value::as_table);
        if table.is_none() && self.get(key).is_some() {
            self.fault(key, "not a table", &format!("begin it with [{key}]"));
        }
        read(&mut Reader { merged: self.merged, table, path: self.path_of(key), faults: self.faults })
    }

    /// Reads each table of a list.
    pub(super) fn tables<T>(&mut self, key: &str, mut read: impl FnMut(&mut Reader<'_>) -> T) -> Vec<T> {
        let items = match self.get(key) {
            None => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.fault(key, "not a list of tables", &format!("begin each with [[{key}]]"));
                return Vec::new();
            }
        };
        let path = self.path_of(key);
        let mut out = Vec::new();
        for (i, item) in items.iter().enumerate() {
            let path = format!("{path}[{i}]");
            let table = item.as_table();
            if table.is_none() {
                self.faults.push(Fault::new(
                    &*path,
                    self.merged.given(key),
                    "not a table",
                    "begin it with [[…]]",
                ));
            }
            out.push(read(&mut Reader { merged: self.merged, table, path, faults: self.faults }));
        }
        out
    }

    /// A text, or `None` if it is missing.
    pub(super) fn text(&mut self, key: &str) -> Option<&'a str> {
        let value = self.get(key)?;
        if value.as_str().is_none() {
            self.fault(key, "not a text", "write it in quotes");
        }
        value.as_str()
    }

    /// A text that must be there; empty if it is not.
    pub(super) fn needed(&mut self, key: &str, remedy: &str) -> &'a str {
        if self.get(key).is_none() {
            self.fault(key, "missing", remedy);
        }
        self.text(key).unwrap_or_default()
    }

    /// A text that `parse` understands.
    pub(super) fn parsed<T>(
        &mut self,
        key: &str,
        parse: impl FnOnce(&str) -> Option<T>,
        message: &str,
        remedy: &str,
    ) -> Option<T> {
        let value = parse(self.text(key)?);
        if value.is_none() {
            self.fault(key, message, remedy);
        }
        value
    }

    /// A list of texts, each of which `parse` understands.
    pub(super) fn list<T>(
        &mut self,
        key: &str,
        parse: impl Fn(&str) -> Option<T>,
        message: &str,
        remedy: &str,
    ) -> Vec<T> {
        let items = match self.get(key) {
            None => return Vec::new(),
            Some(Value::Array(items)) => items,
            Some(_) => {
                self.fault(key, "not a list", "write it in brackets");
                return Vec::new();
            }
        };
        let mut out = Vec::new();
        for (i, item) in items.iter().enumerate() {
            match item.as_str().and_then(&parse) {
                Some(value) => out.push(value),
                None => self.fault(&format!("{key}[{i}]"), message, remedy),
            }
        }
        out
    }

    /// A whole number in a range, or what holds without one.
    pub(super) fn number(&mut self, key: &str, otherwise: u64, range: RangeInclusive<u64>) -> u64 {
        let Some(value) = self.get(key) else { return otherwise };
        let number = value.as_integer().and_then(|number| u64::try_from(number).ok());
        match number.filter(|number| range.contains(number)) {
            Some(number) => number,
            None => {
                let remedy = format!("give a whole number from {} to {}", range.start(), range.end());
                self.fault(key, "not a number in its range", &remedy);
                otherwise
            }
        }
    }

    /// A number of seconds, a fraction allowed.
    pub(super) fn seconds(&mut self, key: &str, otherwise: f64, most: f64) -> Duration {
        Duration::from_secs_f64(self.decimal(key, otherwise, most, "not a time in its range", "seconds"))
    }

    /// A number above 0, a fraction allowed; or what holds without one.
    pub(super) fn decimal(&mut self, key: &str, otherwise: f64, most: f64, message: &str, what: &str) -> f64 {
        let given = match self.get(key) {
            None => Some(otherwise),
            Some(value) => {
                let number = value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64));
                let text = || value.as_str()?.parse::<f64>().ok();
                number.or_else(text).filter(|number| *number > 0.0 && *number <= most)
            }
        };
        if given.is_none() {
            self.fault(key, message, &format!("give {what}, above 0 and at most {most}"));
        }
        given.unwrap_or(otherwise)
    }
}
