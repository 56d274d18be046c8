//! What the page's side hands over: cookies and keys as lines.

use alloc::string::String;
use alloc::vec::Vec;

use crate::json::{self, Value};
use crate::record::Time;
use crate::scan;

/// Lines of `name=value`.
#[derive(Clone, Copy)]
pub(super) struct Stored<'a>(pub(super) &'a str);

impl<'a> Stored<'a> {
    /// All entries.
    pub(super) fn all(self) -> impl Iterator<Item = (&'a str, &'a str)> {
        scan::fields(self.0, b'\n')
            .map(|line| scan::cut(line, b'='))
            .map(|(name, value)| (name, value.unwrap_or_default()))
    }

    /// A value as it stands. Two of one name that differ are none: nobody can tell which counts.
    pub(super) fn raw(self, name: &str) -> Option<&'a str> {
        let mut values = self.all().filter(|(found, _)| *found == name).map(|(_, value)| value);
        let value = values.next()?;
        values.all(|other| other == value).then_some(value)
    }

    /// A value with its percent signs taken out.
    pub(super) fn text(self, name: &str) -> Option<String> {
        percent(self.raw(name)?)
    }

    /// A value that is JSON.
    pub(super) fn json(self, name: &str) -> Option<Value> {
        json::parse(&self.text(name)?).ok()
    }
}

/// Takes percent-encoding out; what is not well formed is nothing.
pub(super) fn percent(text: &str) -> Option<String> {
    let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
    let (mut out, mut bytes) = (Vec::new(), text.bytes());
    while let Some(byte) = bytes.next() {
        out.push(match byte {
            b'%' => u8::try_from(digit(bytes.next())? * 16 + digit(bytes.next())?).ok()?,
            byte => byte,
        });
    }
    String::from_utf8(out).ok()
}

/// A date as a browser writes it in JSON, in seconds since 1970.
pub(super) fn date(text: &str) -> Option<u64> {
    Time::parse(text).map(Time::seconds)
}

/// Milliseconds as a number, in seconds.
pub(super) fn millis(value: &Value) -> Option<u64> {
    u64::try_from(value.int()?).ok().map(|millis| millis / 1000)
}
