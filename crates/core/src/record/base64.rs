//! Bytes as text, in the two alphabets that the formats use.
//!
//! What this is: the strict ends of `base64ct`: no white space, no stray bits, so that each text has one spelling. It
//! writes and reads the one alphabet; the other differs in two characters and its padding, and would bring the code twice.

use alloc::string::String;
use alloc::vec::Vec;

use base64ct::{Base64UrlUnpadded, Encoding};

/// Base64url without padding (RFC 4648, section 5), as JOSE has it.
pub fn url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Reads [`url`].
pub fn from_url(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}

/// Reads [`url`] of a known length.
pub fn array_from_url<const N: usize>(text: &str) -> Option<[u8; N]> {
    from_url(text)?.try_into().ok()
}

/// Base64 with padding (RFC 4648, section 4), as signed notes have it.
pub fn standard(bytes: &[u8]) -> String {
    let mut text = exchange(&url(bytes), *b"-_", *b"+/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

/// Reads [`standard`].
pub fn from_standard(text: &str) -> Option<Vec<u8>> {
    let bare = text.strip_suffix("==").or_else(|| text.strip_suffix('=')).unwrap_or(text);
    if !text.len().is_multiple_of(4) || bare.contains(['-', '_']) {
        return None;
    }
    from_url(&exchange(bare, *b"+/", *b"-_"))
}

/// Two characters for two others, wherever they stand.
fn exchange(text: &str, from: [u8; 2], to: [u8; 2]) -> String {
    let other = |byte| match byte {
        byte if byte == from[0] => to[0],
        byte if byte == from[1] => to[1],
        byte => byte,
    };
    // What was UTF-8 still is: only ASCII is exchanged for ASCII.
    String::from_utf8(text.bytes().map(other).collect()).unwrap_or_default()
}

/// Reads [`standard`] of a known length.
pub fn array_from_standard<const N: usize>(text: &str) -> Option<[u8; N]> {
    from_standard(text)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_has_one_spelling() {
        assert_eq!(from_standard("Zm8=").as_deref(), Some(&b"fo"[..]));
        assert_eq!(from_url("Zm8").as_deref(), Some(&b"fo"[..]));
        assert_eq!(standard(&[0xfb, 0xff, 0xfe, 0xff]), "+//+/w==");
        assert_eq!(from_standard("+//+/w==").as_deref(), Some(&[0xfb, 0xff, 0xfe, 0xff][..]));
        for bad in
            ["Zm8", "Zm9=", "Zm8=\n", " Zm8=", "Zm8==", "Z-8=", "Z_8=", "Z", "Z===", "====", "=", "Zg==Zg=="]
        {
            assert_eq!(from_standard(bad), None, "{bad:?}");
        }
        for bad in ["Zm8=", "Zm9", "Zm8 ", "Z+8", "Z"] {
            assert_eq!(from_url(bad), None, "{bad:?}");
        }
        assert_eq!(array_from_url::<3>("Zm8"), None);
    }
}
