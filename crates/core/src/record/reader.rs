//! JSON from strangers.
//!
//! What this is: RFC 8259 without fractions and exponents, as the rest of the core reads it, with three more refusals: a
//! text that is longer than it may be, nesting deeper than any form here needs, and a member that is there twice, which
//! two readers could understand in two ways. It takes no more than n log n steps, whatever is sent.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::fault::{Fault, What, shown};
use super::forms::{concat, in_order};
use crate::json;
use crate::text::push_decimal;

/// How deep lists and maps may nest.
const MAX_DEPTH: u32 = 6;

/// A JSON value whose texts are parts of what was read, as far as they have no escapes: most are looked at and dropped.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Null,
    Bool(bool),
    Int(i64),
    Str(Cow<'a, str>),
    List(Vec<Value<'a>>),
    /// Members in the order of the text.
    Map(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl Value<'_> {
    /// The text, if this is one.
    pub(super) fn str(&self) -> Option<&str> {
        if let Value::Str(text) = self { Some(text) } else { None }
    }

    /// The whole number, if this is one.
    pub(super) fn int(&self) -> Option<i64> {
        if let Value::Int(number) = self { Some(*number) } else { None }
    }

    /// The truth value, if this is one.
    pub(super) fn bool(&self) -> Option<bool> {
        if let Value::Bool(yes) = self { Some(*yes) } else { None }
    }

    /// The same as the rest of the core has it.
    pub(super) fn owned(&self) -> json::Value {
        match self {
            Value::Null => json::Value::Null,
            Value::Bool(yes) => json::Value::Bool(*yes),
            Value::Int(number) => json::Value::Int(*number),
            Value::Str(text) => json::Value::Str(text.to_string()),
            Value::List(items) => json::Value::List(items.iter().map(Value::owned).collect()),
            Value::Map(members) => json::Value::Map(
                members.iter().map(|(name, value)| (name.to_string(), value.owned())).collect(),
            ),
        }
    }
}

/// Reads a text of at most `most` bytes.
pub(super) fn parse(text: &str, most: usize) -> Result<Value<'_>, Fault> {
    if text.len() > most {
        return Err(Fault::whole(What::TooLong));
    }
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    if reader.next() == 0 && reader.at == text.len() { Ok(value) } else { Err(NOT_JSON) }
}

const NOT_JSON: Fault = Fault { path: String::new(), what: What::NotJson };

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    /// The next byte that is not white space; 0 at the end.
    fn next(&mut self) -> u8 {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
        self.peek()
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.next() == byte;
        self.at += usize::from(there);
        there
    }

    /// The text from here on as far as bytes are of a kind.
    fn run(&mut self, of_kind: impl Fn(u8) -> bool) -> &'a str {
        let start = self.at;
        while of_kind(self.peek()) {
            self.at += 1;
        }
        self.text.get(start..self.at).unwrap_or_default()
    }

    fn value(&mut self, depth: u32) -> Result<Value<'a>, Fault> {
        match self.next() {
            b'{' | b'[' if depth == MAX_DEPTH => Err(NOT_JSON),
            b'{' => self.object(depth),
            b'[' => self.list(depth),
            b'"' => self.string().map(Value::Str),
            b'-' | b'0'..=b'9' => match self.run(|b| b == b'-' || b.is_ascii_digit()) {
                "-0" => Err(NOT_JSON),
                number => match json::parse(number) {
                    Ok(json::Value::Int(number)) => Ok(Value::Int(number)),
                    _ => Err(NOT_JSON),
                },
            },
            _ => match self.run(|b| b.is_ascii_lowercase()) {
                "null" => Ok(Value::Null),
                "true" => Ok(Value::Bool(true)),
                "false" => Ok(Value::Bool(false)),
                _ => Err(NOT_JSON),
            },
        }
    }

    fn list(&mut self, depth: u32) -> Result<Value<'a>, Fault> {
        let mut items = Vec::new();
        self.at += 1;
        while !self.take(b']') {
            if !items.is_empty() && !self.take(b',') {
                return Err(NOT_JSON);
            }
            let item = self.value(depth + 1).map_err(|fault| below(&numbered(items.len()), fault))?;
            items.push(item);
        }
        Ok(Value::List(items))
    }

    fn object(&mut self, depth: u32) -> Result<Value<'a>, Fault> {
        let mut members: Vec<(Cow<'a, str>, Value<'a>)> = Vec::new();
        self.at += 1;
        while !self.take(b'}') {
            if !members.is_empty() && !self.take(b',') {
                return Err(NOT_JSON);
            }
            if self.next() != b'"' {
                return Err(NOT_JSON);
            }
            let name = self.string()?;
            if !self.take(b':') {
                return Err(NOT_JSON);
            }
            let value = self.value(depth + 1).map_err(|fault| below(shown(&name), fault))?;
            members.push((name, value));
        }
        // In order, as in the canonical form, no name can be there twice.
        if members.array_windows().all(|[(a, _), (b, _)]| a < b) {
            return Ok(Value::Map(members));
        }
        let names = in_order(&mut members.iter().map(|(name, _)| name.as_ref()));
        match names.array_windows().find(|[(a, _), (b, _)]| a == b) {
            Some([(name, _), _]) => Err(Fault { path: shown(name).to_string(), what: What::Repeated }),
            None => Ok(Value::Map(members)),
        }
    }

    /// The string that begins here, with its escapes resolved: `a` and `\u0061` are one name.
    fn string(&mut self) -> Result<Cow<'a, str>, Fault> {
        let start = self.at;
        self.at += 1;
        let mut escaped = false;
        loop {
            let rest = self.text.as_bytes().get(self.at..).unwrap_or_default();
            let plain = rest.iter().position(|byte| *byte < 0x20 || matches!(byte, b'"' | b'\\'));
            let Some(plain) = plain else { return Err(NOT_JSON) };
            self.at += plain;
            match self.peek() {
                b'"' => break,
                b'\\' => {
                    escaped = true;
                    self.at += 2;
                }
                _ => return Err(NOT_JSON),
            }
        }
        self.at += 1;
        let quoted = self.text.get(start..self.at).ok_or(NOT_JSON)?;
        if !escaped {
            return quoted.get(1..quoted.len() - 1).map(Cow::Borrowed).ok_or(NOT_JSON);
        }
        match json::parse(quoted) {
            Ok(json::Value::Str(text)) => Ok(Cow::Owned(text)),
            _ => Err(NOT_JSON),
        }
    }
}

/// The step to an item of a list: `[7]`.
fn numbered(place: usize) -> String {
    let mut step = String::from("[");
    push_decimal(&mut step, place as u64);
    step.push(']');
    step
}

/// A fault with one more step before its path; that something is no JSON is a fault of the whole.
fn below(step: &str, fault: Fault) -> Fault {
    let Fault { path, what } = fault;
    let path = match path.chars().next() {
        _ if what == What::NotJson => path,
        None => step.into(),
        Some('[') => concat(&[step, &path]),
        Some(_) => concat(&[step, ".", &path]),
    };
    Fault { path, what }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn a_repeated_member_is_told_with_its_path() {
        for (text, path) in [
            (r#"{"a":1,"a":2}"#, "a"),
            (r#"{"a":1,"\u0061":2}"#, "a"),
            (r#"{"a":{"b":[0,{"c":"}","c":1}]}}"#, "a.b[1].c"),
            (r#"[ {"x" : "\"" , "y":0, "x":[]} ]"#, "[0].x"),
            (r#"{"<b>":1,"<b>":2}"#, "?"),
        ] {
            let fault = parse(text, 1000).unwrap_err();
            assert_eq!((fault.path.as_str(), fault.what), (path, What::Repeated), "{text}");
        }
    }

    #[test]
    fn reads_what_the_core_reads() {
        for text in [
            r#"{"a":{"a":1},"b":{"a":[{"a":1},{"a":2}]}}"#,
            r#" { "a" : "a" , "A" : "\\\"a\ud83d\ude00ä" } "#,
            "[]",
            "[ ]",
            "{}",
            "-1",
            "999999999999999",
            "\"\"",
            "\t[ null , true,false,\n0 ]\r",
        ] {
            assert_eq!(parse(text, 1000).unwrap().owned(), json::parse(text).unwrap(), "{text}");
        }
    }

    #[test]
    fn refuses_what_is_not_json() {
        for text in [
            "",
            " ",
            "{",
            "[",
            "[1,]",
            "[,1]",
            "[1 2]",
            "{\"a\" 1}",
            "{\"a\":1,}",
            "{a:1}",
            "{,}",
            "1.5",
            "1e3",
            "01",
            "-",
            "-0",
            "--1",
            "1-1",
            "+1",
            "9999999999999999",
            "nul",
            "nulll",
            "True",
            "\"",
            "\"\\",
            "\"\\\"",
            "\"\\ud800\"",
            "\"\\x\"",
            "\"a\nb\"",
            "1 2",
            "[]]",
            "\0",
            "1\0",
            "[\u{a0}1]",
        ] {
            assert_eq!(parse(text, 1000), Err(NOT_JSON), "{text:?}");
        }
    }

    #[test]
    fn what_is_too_long_is_not_even_read() {
        assert_eq!(parse("{}{", 2), Err(Fault::whole(What::TooLong)));
        assert_eq!(parse("{{", 2), Err(NOT_JSON));
    }

    #[test]
    fn nesting_ends_where_no_form_goes() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&nested(6), 100).is_ok());
        assert_eq!(parse(&nested(7), 100), Err(NOT_JSON));
        assert_eq!(parse(&"[".repeat(100_000), 1_000_000), Err(NOT_JSON));
    }
}
