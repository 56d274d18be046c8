//! SHA-256, bare and as the name of a document.

use alloc::string::String;

use sha2::{Digest as _, Sha256};

use super::base64;
use super::forms::concat;

/// What SHA-256 makes of something.
pub type Hash = [u8; 32];

/// The hash of some parts, one after the other.
pub fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

/// The name of a document by its content: `sha256-` and base64url, so that it can stand in an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digest(pub Hash);

impl Digest {
    /// The name of a document.
    pub fn of(document: &[u8]) -> Digest {
        Digest(sha256(&[document]))
    }

    /// Reads a name.
    pub fn parse(text: &str) -> Option<Digest> {
        base64::array_from_url(text.strip_prefix("sha256-")?).map(Digest)
    }

    /// The name as a text.
    pub fn text(&self) -> String {
        concat(&["sha256-", &base64::url(&self.0)])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_named_by_its_content() {
        let digest = Digest::of(b"abc");
        // FIPS 180-2, appendix B.1.
        assert_eq!(digest.0[..4], [0xba, 0x78, 0x16, 0xbf]);
        assert_eq!(digest.text(), "sha256-ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
        assert_eq!(Digest::parse(&digest.text()), Some(digest));
        assert_eq!(Digest::parse("sha256-ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0="), None);
        assert_eq!(sha256(&[b"a", b"", b"bc"]), digest.0);
    }
}
