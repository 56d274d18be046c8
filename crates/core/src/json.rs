//! A JSON reader and string writer for the gate.
//!
//! What this is: RFC 8259 without fractions and exponents (no number in a policy or a state needs them), with a depth
//! limit and errors that carry a byte offset. It exists because of size: the usual library costs 37 KB of the gate's
//! 13.8 KB budget, this costs about one.
//!
//! What it is not: a general JSON library. Code off the page-view path uses serde.

#[cfg(test)]
mod tests;

use alloc::string::String;
use alloc::vec::Vec;

use crate::text::push_decimal;

/// How deep lists and maps may nest; deeper input is refused, so that the reader's stack is bounded.
const MAX_DEPTH: u32 = 24;

/// A JSON value. Maps keep the order of the file; of a repeated key the last counts, as in a browser.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A string, escapes resolved.
    Str(String),
    /// An array.
    List(Vec<Value>),
    /// An object.
    Map(Vec<(String, Value)>),
}

/// The members of a map that is being put together.
#[derive(Debug, Default)]
pub struct Members(Vec<(String, Value)>);

impl Members {
    /// Adds a member.
    #[inline(never)]
    pub fn say(&mut self, key: &str, value: Value) {
        self.0.push((key.into(), value));
    }

    /// The map.
    pub fn map(self) -> Value {
        Value::Map(self.0)
    }
}

/// Why a text is not JSON as this reader takes it, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Error {
    /// Offset in bytes from the start of the text.
    pub at: usize,
}

impl Value {
    /// The member of a map, or `None` for a missing key and for every other kind of value.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.map().iter().find(|(k, _)| k == key).map(|(_, v)| v)
    }

    /// The string, if this is one.
    pub fn str(&self) -> Option<&str> {
        match self {
            Value::Str(s) => Some(s),
            _ => None,
        }
    }

    /// The whole number, if this is one.
    pub fn int(&self) -> Option<i64> {
        match self {
            Value::Int(n) => Some(*n),
            _ => None,
        }
    }

    /// The truth value, if this is one.
    pub fn bool(&self) -> Option<bool> {
        match self {
            Value::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The items of a list; none for every other kind of value.
    pub fn list(&self) -> &[Value] {
        match self {
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The members of a map; none for every other kind of value.
    pub fn map(&self) -> &[(String, Value)] {
        match self {
            Value::Map(members) => members,
            _ => &[],
        }
    }
}

/// Reads one JSON value; anything but white space after it is an error.
pub fn parse(text: &str) -> Result<Value, Error> {
    let mut reader = Reader { text, at: 0 };
    let Some(value) = reader.value(0) else { return Err(Error { at: reader.at }) };
    reader.space();
    if reader.at == text.len() { Ok(value) } else { Err(Error { at: reader.at }) }
}

/// Appends a value as JSON without blanks, as a browser's `JSON.stringify` writes it.
pub fn write_value(out: &mut String, value: &Value) {
    let between = |out: &mut String, i: usize| {
        if i > 0 {
            out.push(',');
        }
    };
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(yes) => out.push_str(if *yes { "true" } else { "false" }),
        Value::Int(n) => {
            if *n < 0 {
                out.push('-');
            }
            push_decimal(out, n.unsigned_abs());
        }
        Value::Str(text) => write_str(out, text),
        Value::List(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                between(out, i);
                write_value(out, item);
            }
            out.push(']');
        }
        Value::Map(members) => {
            out.push('{');
            for (i, (key, item)) in members.iter().enumerate() {
                between(out, i);
                write_str(out, key);
                out.push(':');
                write_value(out, item);
            }
            out.push('}');
        }
    }
}

/// Appends `text` as a quoted JSON string, as a browser's `JSON.stringify` writes it.
pub fn write_str(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        let short = match c {
            '"' | '\\' => c,
            '\u{8}' => 'b',
            '\u{c}' => 'f',
            '\n' => 'n',
            '\r' => 'r',
            '\t' => 't',
            '\0'..='\u{1f}' => {
                out.push_str("\\u00");
                out.push(hex(c as u32 >> 4));
                out.push(hex(c as u32 & 15));
                continue;
            }
            c => {
                out.push(c);
                continue;
            }
        };
        out.push('\\');
        out.push(short);
    }
    out.push('"');
}

fn hex(digit: u32) -> char {
    char::from_digit(digit, 16).unwrap_or('0')
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    /// The next byte; 0, which no JSON text contains, at the end.
    #[inline(never)]
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    fn space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        if self.peek() != byte {
            return None;
        }
        self.at += 1;
        Some(())
    }

    fn word(&mut self, word: &str, value: Value) -> Option<Value> {
        for byte in word.bytes() {
            self.take(byte)?;
        }
        Some(value)
    }

    fn value(&mut self, depth: u32) -> Option<Value> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.space();
        match self.peek() {
            b'n' => self.word("null", Value::Null),
            b't' => self.word("true", Value::Bool(true)),
            b'f' => self.word("false", Value::Bool(false)),
            b'"' => self.string().map(Value::Str),
            b'[' => {
                let mut items = Vec::new();
                self.items(b']', |reader| {
                    items.push(reader.value(depth + 1)?);
                    Some(())
                })?;
                Some(Value::List(items))
            }
            b'{' => {
                let mut members = Vec::new();
                self.items(b'}', |reader| {
                    reader.space();
                    let key = reader.string()?;
                    reader.space();
                    reader.take(b':')?;
                    let value = reader.value(depth + 1)?;
                    match members.iter_mut().find(|(known, _): &&mut (String, Value)| *known == key) {
                        Some(member) => member.1 = value,
                        None => members.push((key, value)),
                    }
                    Some(())
                })?;
                Some(Value::Map(members))
            }
            _ => self.number(),
        }
    }

    /// The inside of a list or map: its items, with commas between them, up to `close`.
    fn items(&mut self, close: u8, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        self.space();
        if self.take(close).is_some() {
            return Some(());
        }
        loop {
            item(self)?;
            self.space();
            if self.take(close).is_some() {
                return Some(());
            }
            self.take(b',')?;
        }
    }

    fn number(&mut self) -> Option<Value> {
        let negative = self.take(b'-').is_some();
        let start = self.at;
        let mut n: i64 = 0;
        while let digit @ b'0'..=b'9' = self.peek() {
            n = n * 10 + i64::from(digit - b'0');
            self.at += 1;
            // Fifteen digits fit an i64 and a JavaScript number alike.
            if self.at - start > 15 {
                return None;
            }
        }
        let digits = self.at - start;
        let leading_zero = digits > 1 && self.text.as_bytes().get(start) == Some(&b'0');
        if digits == 0 || leading_zero {
            return None;
        }
        Some(Value::Int(if negative { -n } else { n }))
    }

    fn string(&mut self) -> Option<String> {
        self.take(b'"')?;
        let mut out = String::new();
        let mut start = self.at;
        loop {
            let byte = self.peek();
            if byte < 0x20 {
                return None;
            }
            if matches!(byte, b'"' | b'\\') {
                out.push_str(self.text.get(start..self.at)?);
            }
            self.at += 1;
            match byte {
                b'"' => return Some(out),
                b'\\' => {
                    out.push(self.escape()?);
                    start = self.at;
                }
                _ => {}
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        let byte = self.peek();
        self.at += 1;
        Some(match byte {
            b'"' | b'\\' | b'/' => char::from(byte),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => {
                let unit = self.unit()?;
                if unit & 0xfc00 != 0xd800 {
                    return char::from_u32(unit);
                }
                self.take(b'\\')?;
                self.take(b'u')?;
                let low = self.unit()?;
                if low & 0xfc00 != 0xdc00 {
                    return None;
                }
                return char::from_u32(0x10000 + ((unit & 0x3ff) << 10) + (low & 0x3ff));
            }
            _ => return None,
        })
    }

    fn unit(&mut self) -> Option<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit << 4 | char::from(self.peek()).to_digit(16)?;
            self.at += 1;
        }
        Some(unit)
    }
}
