//! What makes a person's history theirs, without a name.
//!
//! What this is: one secret of 256 bits that never leaves the device, an id and a token that are derived from it, and the
//! pseudonym under which the archive knows the id. Who knows the id, from a receipt or a log file, has no token; who
//! reads the database has neither.

use core::fmt;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use alloc::string::String;

use super::base64;
use super::digest::{Hash, sha256};

/// A visitor's secret: 32 random bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(pub [u8; 32]);

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

impl Secret {
    /// Reads [`Secret::text`].
    pub fn parse(text: &str) -> Option<Secret> {
        base64::array_from_url(text).map(Secret)
    }

    /// The secret as a text, for the storage of the device: base64url.
    pub fn text(&self) -> String {
        base64::url(&self.0)
    }

    /// The person's id: 16 bytes of HKDF-SHA-256 (RFC 5869) without salt, with `assent/v1/id` as its info.
    pub fn subject(&self) -> [u8; 16] {
        self.derive(b"assent/v1/id")
    }

    /// The token that opens their history: 32 bytes of the same with `assent/v1/auth`.
    pub fn token(&self) -> [u8; 32] {
        self.derive(b"assent/v1/auth")
    }

    fn derive<const N: usize>(&self, info: &[u8]) -> [u8; N] {
        let mut out = [0; N];
        let derived = Hkdf::<Sha256>::new(None, &self.0).expand(info, &mut out);
        // Only lengths above 8160 bytes are refused.
        debug_assert!(derived.is_ok());
        out
    }
}

/// Under what the archive knows an id: HMAC-SHA-256 (RFC 2104) with a site's pepper as the key. The pepper is kept
/// outside of the database.
pub fn pseudonym(pepper: &[u8; 32], subject: &[u8; 16]) -> Hash {
    // HMAC takes keys of any length; the other branch cannot be had.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(pepper) else { return sha256(&[pepper, subject]) };
    mac.update(subject);
    mac.finalize().into_bytes().into()
}

/// What the archive keeps of a token.
pub fn token_hash(token: &[u8; 32]) -> Hash {
    sha256(&[token])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_keeps_its_id_and_token() {
        let secret = Secret([7; 32]);
        assert_eq!(Secret::parse(&secret.text()), Some(secret.clone()));
        assert_eq!(base64::url(&secret.subject()), "ww2roWHnwvJs_oGwyYa7rg");
        assert_eq!(base64::url(&secret.token()), "anPxrklRNA8VW7ER90upEijS9JbvsgOy-kPogYOOlyM");
        assert_eq!(alloc::format!("{secret:?}"), "Secret(..)");
    }

    #[test]
    fn the_pseudonym_is_hmac_with_the_pepper_as_its_key() {
        let (pepper, subject) = ([1; 32], [2; 16]);
        assert_eq!(base64::url(&pseudonym(&pepper, &subject)), "aNpbgN5PpE9RzM4eJFMU7QEN-fd889DFnm8Cj17N-F8");
        assert_ne!(pseudonym(&[3; 32], &subject), pseudonym(&pepper, &subject));
    }
}
