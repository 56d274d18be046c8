//! What texts of a record may look like. Each check returns the text itself, or nothing.

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
    fn an_origin_names_keys() {
        assert_eq!(origin("consent.example.com/2026h2"), Some("consent.example.com/2026h2"));
        for bad in ["", "a b", "a+b", "a\n", "ä", "a\u{a0}b"] {
            assert_eq!(origin(bad), None, "{bad:?}");
        }
        assert_eq!(origin(&"a".repeat(256)), None);
    }
}
