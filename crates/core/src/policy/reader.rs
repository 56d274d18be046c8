//! Reading a file member by member, collecting every fault with its path.

use alloc::string::String;
use alloc::vec::Vec;

use crate::diagnostic::{Code, Diagnostic, Severity};
use crate::json::Value;
use crate::scan;
use crate::text::push_decimal;

/// One place in the file: a key or a position below another place.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    above: Option<&'a Place<'a>>,
    key: &'a str,
    item: Option<usize>,
}

impl<'a> Place<'a> {
    pub(super) const TOP: Place<'static> = Place { above: None, key: "", item: None };

    pub(super) fn key(&'a self, key: &'a str) -> Place<'a> {
        Place { above: Some(self), key, item: None }
    }

    pub(super) fn item(&'a self, item: usize) -> Place<'a> {
        Place { above: Some(self), key: "", item: Some(item) }
    }

    fn write(&self, out: &mut String) {
        if let Some(above) = self.above {
            above.write(out);
        }
        if let Some(item) = self.item {
            out.push('[');
            push_decimal(out, item as u64);
            out.push(']');
        } else if !self.key.is_empty() {
            if !out.is_empty() {
                out.push('.');
            }
            out.push_str(self.key);
        }
    }
}

/// Collects faults and reads members in the shapes that a policy has.
#[derive(Default)]
pub(super) struct Reader {
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Reader {
    pub(super) fn error(&mut self, code: Code, place: Place, found: &str) {
        self.tell(code, Severity::Error, place, found);
    }

    pub(super) fn warn(&mut self, code: Code, place: Place, found: &str) {
        self.tell(code, Severity::Warning, place, found);
    }

    fn tell(&mut self, code: Code, severity: Severity, place: Place, found: &str) {
        let mut path = String::new();
        place.write(&mut path);
        self.diagnostics.push(Diagnostic { code, severity, path, found: found.into() });
    }

    pub(super) fn failed(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// Warns of every member that is not among `known` (names between spaces).
    pub(super) fn keys(&mut self, value: &Value, place: Place, known: &str) {
        if !matches!(value, Value::Map(_)) {
            self.error(Code::WrongType, place, "");
        }
        for (key, _) in value.map() {
            if !scan::has(known, key) {
                self.warn(Code::UnknownKey, place.key(key), key);
            }
        }
    }

    /// A string member; empty if it is missing.
    pub(super) fn string<'v>(&mut self, value: &'v Value, place: Place, key: &str) -> &'v str {
        match value.get(key) {
            None => "",
            Some(Value::Str(s)) => s,
            Some(_) => {
                self.error(Code::WrongType, place.key(key), "");
                ""
            }
        }
    }

    /// A text: a string, or a map of strings by language. Tells whether there is one.
    pub(super) fn text(&mut self, value: &Value, place: Place, key: &str) -> bool {
        let text = match value.get(key) {
            None => return false,
            Some(Value::Str(s)) => return !s.is_empty(),
            Some(text) => text,
        };
        if text.map().is_empty() || text.map().iter().any(|(_, v)| v.str().is_none()) {
            self.error(Code::WrongType, place.key(key), "");
        }
        true
    }

    /// A member that is one of `words`, or missing.
    pub(super) fn word<'v>(&mut self, value: &'v Value, place: Place, key: &str, words: &str) -> &'v str {
        let found = self.string(value, place, key);
        if !found.is_empty() && !scan::has(words, found) {
            self.error(Code::UnknownWord, place.key(key), found);
        }
        found
    }

    /// A switch, or missing.
    pub(super) fn switch(&mut self, value: &Value, place: Place, key: &str) -> Option<bool> {
        let switch = value.get(key)?;
        if switch.bool().is_none() {
            self.error(Code::WrongType, place.key(key), "");
        }
        switch.bool()
    }

    /// A whole number between 1 and `most`, or missing.
    pub(super) fn number(&mut self, value: &Value, place: Place, key: &str, most: u64) {
        match value.get(key).map(Value::int) {
            None => {}
            Some(None) => self.error(Code::WrongType, place.key(key), ""),
            Some(Some(n)) if n >= 1 && n.unsigned_abs() <= most => {}
            Some(Some(_)) => self.error(Code::OutOfRange, place.key(key), ""),
        }
    }

    /// The items of a list member; a missing one is an empty list.
    pub(super) fn list<'v>(&mut self, value: &'v Value, place: Place, key: &str) -> &'v [Value] {
        match value.get(key) {
            None => &[],
            Some(Value::List(items)) => items,
            Some(_) => {
                self.error(Code::WrongType, place.key(key), "");
                &[]
            }
        }
    }

    /// The strings of a list member, each of which passes `check` or is told of as `code`.
    pub(super) fn strings<'v>(
        &mut self,
        value: &'v Value,
        place: Place,
        key: &str,
        code: Code,
        check: &dyn Fn(&str) -> bool,
    ) -> Vec<&'v str> {
        let mut out = Vec::new();
        for (i, item) in self.list(value, place, key).iter().enumerate() {
            let found = item.str().unwrap_or_default();
            if item.str().is_none() {
                self.error(Code::WrongType, place.key(key).item(i), "");
            } else if !check(found) {
                self.error(code, place.key(key).item(i), found);
            }
            out.push(found);
        }
        out
    }
}
