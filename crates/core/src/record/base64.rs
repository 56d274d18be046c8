//! Bytes as text, in the two alphabets that the formats use.
//!
//! What this is: the strict ends of `base64ct`: no white space, no stray bits, so that each text has one spelling.

use alloc::string::String;
use alloc::vec::Vec;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};

/// Base64url without padding (RFC 4648, section 5), as JOSE has it.
pub(super) fn url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Reads [`url`].
pub(super) fn from_url(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}

/// Reads [`url`] of a known length.
pub(super) fn array_from_url<const N: usize>(text: &str) -> Option<[u8; N]> {
    from_url(text)?.try_into().ok()
}

/// Base64 with padding (RFC 4648, section 4), as signed notes have it.
pub(super) fn standard(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

/// Reads [`standard`].
pub(super) fn from_standard(text: &str) -> Option<Vec<u8>> {
    Base64::decode_vec(text).ok()
}

/// Reads [`standard`] of a known length.
pub(super) fn array_from_standard<const N: usize>(text: &str) -> Option<[u8; N]> {
    from_standard(text)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_has_one_spelling() {
        assert_eq!(from_standard("Zm8=").as_deref(), Some(&b"fo"[..]));
        assert_eq!(from_url("Zm8").as_deref(), Some(&b"fo"[..]));
        for bad in ["Zm8", "Zm9=", "Zm8=\n", " Zm8=", "Zm8==", "Z-8=", "Z"] {
            assert_eq!(from_standard(bad), None, "{bad:?}");
        }
        for bad in ["Zm8=", "Zm9", "Zm8 ", "Z+8", "Z"] {
            assert_eq!(from_url(bad), None, "{bad:?}");
        }
        assert_eq!(array_from_url::<3>("Zm8"), None);
    }
}
