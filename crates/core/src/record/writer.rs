//! JSON in its canonical form, written straight away.
//!
//! What this is: one object as RFC 8785 spells it, for the forms here, whose names are ASCII. A test of each form holds
//! it against [`super::canonical()`].

use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use crate::json;
use crate::text::push_decimal;

/// An object that is being written. Each member is put in its place as it comes: most come in order, and few do not.
#[derive(Default)]
pub(super) struct Object<'n> {
    /// All values, one after the other, as they came.
    values: String,
    /// Each member's name, in order, and where its value is.
    members: Vec<(&'n str, Range<usize>)>,
}

impl<'n> Object<'n> {
    /// A member whose value is written by `write`.
    fn member(&mut self, name: &'n str, write: impl FnOnce(&mut String)) {
        let start = self.values.len();
        write(&mut self.values);
        self.place(name, start..self.values.len());
    }

    #[inline(never)]
    fn place(&mut self, name: &'n str, value: Range<usize>) {
        let before = self.members.iter().rposition(|(known, _)| *known <= name);
        self.members.insert(before.map_or(0, |at| at + 1), (name, value));
    }

    /// A member whose value is JSON already.
    pub(super) fn json(&mut self, name: &'n str, value: String) {
        self.member(name, |out| out.push_str(&value));
    }

    pub(super) fn text(&mut self, name: &'n str, text: &str) {
        self.member(name, |out| string(out, text));
    }

    pub(super) fn maybe(&mut self, name: &'n str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    pub(super) fn number(&mut self, name: &'n str, number: u64) {
        self.member(name, |out| push_decimal(out, number));
    }

    pub(super) fn numbers(&mut self, name: &'n str, numbers: &[u64]) {
        let mut list = String::from("[");
        for (i, number) in numbers.iter().enumerate() {
            list.push_str(if i == 0 { "" } else { "," });
            push_decimal(&mut list, *number);
        }
        list.push(']');
        self.json(name, list);
    }

    pub(super) fn maybe_number(&mut self, name: &'n str, number: Option<u64>) {
        if let Some(number) = number {
            self.number(name, number);
        }
    }

    pub(super) fn bool(&mut self, name: &'n str, yes: bool) {
        self.member(name, |out| out.push_str(if yes { "true" } else { "false" }));
    }

    /// Yes and no by id.
    pub(super) fn answers(&mut self, name: &'n str, answers: &[(String, bool)]) {
        let mut object = Object::default();
        for (id, yes) in answers {
            object.bool(id, *yes);
        }
        self.json(name, object.close());
    }

    /// An object, unless it is empty.
    pub(super) fn unless_empty(&mut self, name: &'n str, object: Object) {
        if !object.members.is_empty() {
            self.json(name, object.close());
        }
    }

    /// The object as a text.
    pub(super) fn close(self) -> String {
        let names: usize = self.members.iter().map(|(name, _)| name.len() + 4).sum();
        let mut out = String::with_capacity(self.values.len() + names + 2);
        for (i, (name, place)) in self.members.iter().enumerate() {
            out.push(if i == 0 { '{' } else { ',' });
            string(&mut out, name);
            out.push(':');
            out.push_str(self.values.get(place.clone()).unwrap_or_default());
        }
        out.push_str(if self.members.is_empty() { "{}" } else { "}" });
        out
    }
}

/// A string in its quotes. What has nothing to escape, which is nearly all, is taken as a whole.
fn string(out: &mut String, text: &str) {
    if text.bytes().any(|byte| byte < 0x20 || matches!(byte, b'"' | b'\\')) {
        return json::write_str(out, text);
    }
    out.push('"');
    out.push_str(text);
    out.push('"');
}
