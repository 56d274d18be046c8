//! What texts of a record may look like. Each check returns the text itself, or nothing.
//!
//! What is written here is written without the standard library's formatting, which would be a sixth of what a browser
//! loads to keep and check records.

use alloc::collections::BinaryHeap;
use alloc::string::String;
use alloc::vec::Vec;

use crate::text::push_decimal;

/// Visible ASCII, 1 to 4096 characters: tokens and consent strings.
pub(super) fn visible(text: &str) -> Option<&str> {
    ((1..=4096).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())).then_some(text)
}

/// Anything that stands on one line, 1 to 4096 bytes.
pub(super) fn line(text: &str) -> Option<&str> {
    ((1..=4096).contains(&text.len()) && !text.chars().any(char::is_control)).then_some(text)
}

/// A language tag (BCP 47): a language of 2 to 8 letters, then subtags of 1 to 8 letters and digits; 35 characters at
/// most, which RFC 5646, 4.4.1 takes to be enough.
pub(super) fn language(text: &str) -> Option<&str> {
    let mut subtags = text.split('-');
    let first = subtags.next()?;
    let language = (2..=8).contains(&first.len()) && first.bytes().all(|byte| byte.is_ascii_alphabetic());
    let rest = subtags
        .all(|tag| (1..=8).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    (language && rest && text.len() <= 35).then_some(text)
}

/// Whether a text is a language tag as a record carries it (BCP 47).
pub fn is_language(text: &str) -> bool {
    language(text).is_some()
}

/// The name of a site: 1 to 64 of `a-z`, `0-9`, `-` and `_`.
pub(super) fn site(text: &str) -> Option<&str> {
    let good = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_');
    ((1..=64).contains(&text.len()) && text.bytes().all(good)).then_some(text)
}

/// The origin of a log, which is also the name of its keys: 1 to 255 bytes of visible ASCII without a plus sign
/// (C2SP signed-note).
pub(super) fn origin(text: &str) -> Option<&str> {
    let good = |byte: u8| byte.is_ascii_graphic() && byte != b'+';
    ((1..=255).contains(&text.len()) && text.bytes().all(good)).then_some(text)
}

/// A whole number without leading zeros.
pub(super) fn decimal(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let leading_zero = text.len() > 1 && text.starts_with('0');
    (digits && !leading_zero).then(|| text.parse().ok())?
}

/// Some texts, one behind the other.
#[inline(never)]
pub(super) fn concat(parts: &[&str]) -> String {
    let mut out = String::new();
    parts.iter().for_each(|part| out.push_str(part));
    out
}

/// Appends a number in decimal, with zeros before it up to a width.
pub(super) fn push_padded(out: &mut String, number: u64, width: u32) {
    for digit in (1..width).rev() {
        if number < 10u64.saturating_pow(digit) {
            out.push('0');
        }
    }
    push_decimal(out, number);
}

/// Appends a byte as two hexadecimal digits.
pub(super) fn push_hex(out: &mut String, byte: u8) {
    for digit in [byte >> 4, byte & 15] {
        out.push(char::from(if digit < 10 { b'0' + digit } else { b'a' - 10 + digit }));
    }
}

/// Where the first empty line of a text begins: the place of the line feed before it.
pub(super) fn first_gap(text: &str) -> Option<usize> {
    text.as_bytes().array_windows().position(|two: &[u8; 2]| two == b"\n\n")
}

/// The same for the last one.
pub(super) fn last_gap(text: &str) -> Option<usize> {
    text.as_bytes().array_windows().rposition(|two: &[u8; 2]| two == b"\n\n")
}

/// Some names in their order, each with the place it had, in n log n steps. A heap is a third of the code of the standard
/// library's sorting.
#[inline(never)]
pub(super) fn in_order<'n>(names: &mut dyn Iterator<Item = &'n str>) -> Vec<(&'n str, usize)> {
    let mut places = Vec::new();
    for name in names {
        places.push((name, places.len()));
    }
    // What was spelled canonically, as nearly all is, is in its order already.
    if places.is_sorted() { places } else { BinaryHeap::from(places).into_sorted_vec() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn language_tags() {
        for good in ["de", "de-AT", "zh-Hant-TW", "sl-rozaj-biske", "en-a-bbb-x-a", "de-1996"] {
            assert_eq!(language(good), Some(good));
        }
        for bad in
            ["", "d", "de-", "-de", "de_AT", "d1", "de--at", "language-", "abcdefghi", "dé", "de-123456789"]
        {
            assert_eq!(language(bad), None, "{bad}");
        }
        assert_eq!(language(&"de-abcdefgh".repeat(4)), None);
    }

    #[test]
    fn numbers_have_one_spelling() {
        assert_eq!(decimal("0"), Some(0));
        assert_eq!(decimal("18446744073709551615"), Some(u64::MAX));
        for bad in ["", "00", "01", "+1", "-1", " 1", "1 ", "18446744073709551616", "1e3", "١"] {
            assert_eq!(decimal(bad), None, "{bad}");
        }
    }

    #[test]
    fn numbers_are_filled_up_with_zeros() {
        for (number, width, text) in
            [(0, 2, "00"), (7, 3, "007"), (10, 2, "10"), (99, 3, "099"), (100, 3, "100"), (1234, 3, "1234")]
        {
            let mut out = String::new();
            push_padded(&mut out, number, width);
            assert_eq!(out, text);
        }
    }

    #[test]
    fn an_empty_line_is_found_from_both_ends() {
        assert_eq!((first_gap("a\n\n\nb\n\n"), last_gap("a\n\n\nb\n\n")), (Some(1), Some(5)));
        assert_eq!((first_gap("a\n"), last_gap("")), (None, None));
    }

    #[test]
    fn names_are_put_in_order() {
        let names = in_order(&mut ["b", "a", "", "ab", "a"].into_iter());
        assert_eq!(names, [("", 2), ("a", 1), ("a", 4), ("ab", 3), ("b", 0)]);
    }

    #[test]
    fn an_origin_names_keys() {
        assert_eq!(origin("consent.example.com/2026h2"), Some("consent.example.com/2026h2"));
        for bad in ["", "a b", "a+b", "a\n", "ä", "a\u{a0}b"] {
            assert_eq!(origin(bad), None, "{bad:?}");
        }
        assert_eq!(origin(&"a".repeat(256)), None);
    }
}
