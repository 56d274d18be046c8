//! JSON in its canonical form, written straight away.
//!
//! What this is: one object as RFC 8785 spells it, for the forms here, whose names are ASCII. A test of each form holds
//! it against [`super::canonical()`].

use alloc::string::String;
use alloc::vec::Vec;

use super::forms::in_order;
use crate::json;
use crate::text::push_decimal;

/// An object that is being written; its members are put in order at the end.
#[derive(Default)]
pub(super) struct Object<'n> {
    members: Vec<(&'n str, String)>,
}

impl<'n> Object<'n> {
    /// A member whose value is JSON already.
    pub(super) fn json(&mut self, name: &'n str, value: String) {
        self.members.push((name, value));
    }

    pub(super) fn text(&mut self, name: &'n str, text: &str) {
        let mut value = String::with_capacity(text.len() + 2);
        json::write_str(&mut value, text);
        self.json(name, value);
    }

    pub(super) fn maybe(&mut self, name: &'n str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    pub(super) fn number(&mut self, name: &'n str, number: u64) {
        let mut value = String::new();
        push_decimal(&mut value, number);
        self.json(name, value);
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
        self.json(name, if yes { "true" } else { "false" }.into());
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
        let order = in_order(&mut self.members.iter().map(|(name, _)| *name));
        let mut out =
            String::with_capacity(self.members.iter().map(|(n, v)| n.len() + v.len() + 4).sum::<usize>() + 2);
        let members = order.iter().filter_map(|(_, place)| self.members.get(*place));
        for (i, (name, value)) in members.enumerate() {
            out.push(if i == 0 { '{' } else { ',' });
            json::write_str(&mut out, name);
            out.push(':');
            out.push_str(value);
        }
        out.push_str(if self.members.is_empty() { "{}" } else { "}" });
        out
    }
}
