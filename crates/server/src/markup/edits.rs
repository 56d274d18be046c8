//! Changes to bytes, and bytes as text.
//!
//! What this is: [`Edits`], places in a document with what stands there instead. All that is not an edit is copied, which
//! is why everything else stays byte for byte.

use std::borrow::Cow;
use std::ops::Range;

/// Changes that wait to be written, by their place in the whole document.
#[derive(Debug, Default)]
pub(super) struct Edits {
    waiting: Vec<(Range<usize>, Vec<u8>)>,
}

impl Edits {
    /// Puts something in the place of a range.
    pub fn replace(&mut self, range: Range<usize>, with: impl Into<Vec<u8>>) {
        self.waiting.push((range, with.into()));
    }

    /// Puts something before a byte.
    pub fn insert(&mut self, at: usize, what: impl Into<Vec<u8>>) {
        self.replace(at..at, what);
    }

    /// Writes `source`, which begins at byte `start` of the document, up to byte `until`, with the edits in it.
    pub fn apply(&mut self, source: &[u8], start: usize, until: usize, out: &mut Vec<u8>) {
        let (mut due, later) =
            std::mem::take(&mut self.waiting).into_iter().partition::<Vec<_>, _>(|(range, _)| {
                range.start < until || range.end <= until && range.start == until
            });
        self.waiting = later;
        // Stable, so that of two insertions in one place the earlier made comes first.
        due.sort_by_key(|(range, _)| range.start);
        let mut at = start;
        for (range, with) in due {
            out.extend_from_slice(bytes(source, start, at..range.start.max(at)));
            out.extend_from_slice(&with);
            at = range.end.max(at);
        }
        out.extend_from_slice(bytes(source, start, at..until.max(at)));
    }
}

/// The bytes of a range of the document, of which `source` begins at `start`; none if it is not there.
pub(super) fn bytes(source: &[u8], start: usize, range: Range<usize>) -> &[u8] {
    let local = range.start.saturating_sub(start)..range.end.saturating_sub(start);
    source.get(local).unwrap_or_default()
}

/// Reading and writing bytes as text.
pub(super) struct Text;

impl Text {
    /// Bytes as a text of the same length. Where they are not UTF-8, a letter beyond ASCII becomes one that no host has,
    /// so that such an address counts as unreadable and waits.
    pub fn of(bytes: &[u8]) -> Cow<'_, str> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => {
                bytes.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '\u{7f}' }).collect()
            }
        }
    }

    /// An attribute's value with its character references resolved.
    pub fn resolved(bytes: &[u8]) -> Cow<'_, str> {
        match Text::of(bytes) {
            Cow::Borrowed(text) => htmlize::unescape_attribute(text),
            Cow::Owned(text) => Cow::Owned(htmlize::unescape_attribute(text).into_owned()),
        }
    }

    /// A text as it stands between any quotes.
    pub fn escaped(text: &str) -> String {
        text.replace('&', "&amp;").replace('"', "&quot;").replace('\'', "&#39;").replace('<', "&lt;")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_edit_is_copied_and_what_lies_ahead_waits() {
        let (mut edits, mut out) = (Edits::default(), Vec::new());
        edits.insert(4, "<");
        edits.replace(1..3, "--");
        edits.insert(6, "!");
        edits.insert(4, ">");
        edits.apply(b"abcdef", 0, 5, &mut out);
        assert_eq!(out, b"a--d<>e");
        edits.apply(b"f", 5, 6, &mut out);
        assert_eq!(out, b"a--d<>ef!");
    }

    #[test]
    fn bytes_that_are_no_text_keep_their_length() {
        assert_eq!(Text::of(b"a\xe4b").len(), 3);
        assert_eq!(Text::resolved(b"https&colon;&#47;/t&period;co/?a&amp;b"), "https://t.co/?a&b");
    }
}
