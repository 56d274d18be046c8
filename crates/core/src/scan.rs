//! Cutting texts at single ASCII characters.
//!
//! What this is: the two or three shapes of cutting that the core needs, each compiled once. The standard library's
//! searchers are compiled anew for every caller and bring panics along; here they were a quarter of the gate.

use alloc::string::String;

/// The text before the first `byte`, and the text after it if there is one. `byte` is ASCII.
#[inline(never)]
pub fn cut(text: &str, byte: u8) -> (&str, Option<&str>) {
    let at = text.bytes().position(|b| b == byte);
    let parts = at.and_then(|at| Some((text.get(..at)?, text.get(at + 1..)?)));
    parts.map_or((text, None), |(before, after)| (before, Some(after)))
}

/// The parts of a text between `byte`s; one empty part for an empty text.
pub fn fields(text: &str, byte: u8) -> Fields<'_> {
    Fields { rest: Some(text), byte }
}

/// See [`fields`].
#[derive(Clone, Debug)]
pub struct Fields<'a> {
    rest: Option<&'a str>,
    byte: u8,
}

impl<'a> Iterator for Fields<'a> {
    type Item = &'a str;

    #[inline(never)]
    fn next(&mut self) -> Option<&'a str> {
        let (field, rest) = cut(self.rest?, self.byte);
        self.rest = rest;
        Some(field)
    }
}

/// The words of a text with single spaces between them; none for an empty text.
pub fn words(text: &str) -> Fields<'_> {
    Fields { rest: (!text.is_empty()).then_some(text), byte: b' ' }
}

/// The word at a place; empty if there is none.
#[inline(never)]
pub fn nth(list: &str, place: usize) -> &str {
    fields(list, b' ').nth(place).unwrap_or_default()
}

/// How many words a text has.
pub fn count(text: &str) -> usize {
    words(text).count()
}

/// Appends a field, with the separator before it unless it is the first.
#[inline(never)]
pub fn push(text: &mut String, separator: char, field: &str) {
    if !text.is_empty() {
        text.push(separator);
    }
    text.push_str(field);
}

/// What [`place`] says of a word that is not there.
pub const NOWHERE: usize = usize::MAX;

/// Where a word stands in a list of words with single spaces between them; [`NOWHERE`] if it does not. A number and not
/// an `Option`, which WASM returns through memory: the gate asks this in a dozen places.
#[inline(never)]
pub fn place(list: &str, word: &str) -> usize {
    fields(list, b' ').position(|listed| listed == word).unwrap_or(NOWHERE)
}

/// Whether a word stands in a list of words with single spaces between them.
pub fn has(list: &str, word: &str) -> bool {
    place(list, word) != NOWHERE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_at_the_first_byte() {
        assert_eq!(cut("a=b=c", b'='), ("a", Some("b=c")));
        assert_eq!(cut("ä=", b'='), ("ä", Some("")));
        assert_eq!(cut("a", b'='), ("a", None));
    }

    #[test]
    fn finds_words_by_place() {
        assert_eq!(place("opt_in opt_out notice", "notice"), 2);
        assert_eq!(place("opt_in", "opt"), NOWHERE);
        assert!(fields("", b' ').eq([""]));
    }
}
