//! What was handed out along with a policy.

use std::path::Path;

use assent_core::record::{Digest, Time};
use assent_core::rules::check::{Kind, is};
use aws_lc_rs::hmac;
use base64ct::{Base64UrlUnpadded, Encoding};

use crate::keys;
use crate::store::{Entropy, Result};

/// The name of the key in the keys directory.
const FILE: &str = "policy-tokens.key";

/// Makes and checks policy tokens. Replicas share it, in the keys directory.
pub struct TokenKey(hmac::Key);

/// What a valid token says: it was given out for this site and policy, to somebody in this region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyToken {
    /// `DE`, `US-CA`, or empty where nobody knew.
    pub region: String,
    /// Until when it is good.
    pub expires_at: Time,
}

impl TokenKey {
    /// Reads the key, or makes it at the first start.
    ///
    /// # Errors
    /// The directory cannot be written, or the file is not a key.
    pub fn open(directory: &Path, entropy: &dyn Entropy) -> Result<TokenKey> {
        Ok(TokenKey::new(&*keys::made_or_read(directory, FILE, "policy-token", entropy)?))
    }

    /// A key of 32 random bytes.
    pub fn new(secret: &[u8]) -> TokenKey {
        TokenKey(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// Makes a token.
    pub fn make(&self, site: &str, policy: &Digest, token: &PolicyToken) -> String {
        let head = format!("1.{}.{}", token.expires_at.seconds(), token.region);
        let tag = hmac::sign(&self.0, message(site, policy, &head).as_bytes());
        format!("{head}.{}", Base64UrlUnpadded::encode_string(tag.as_ref()))
    }

    /// What a token says, if it is ours, for this site and policy, and still good.
    pub fn check(&self, site: &str, policy: &Digest, token: &str, now: Time) -> Option<PolicyToken> {
        let (head, tag) = token.rsplit_once('.')?;
        let tag = Base64UrlUnpadded::decode_vec(tag).ok()?;
        hmac::verify(&self.0, message(site, policy, head).as_bytes(), &tag).ok()?;
        let (expires, region) = head.strip_prefix("1.")?.split_once('.')?;
        let expires_at = Time::from_millis(expires.parse::<u64>().ok()?.checked_mul(1000)?)?;
        let is_good = now < expires_at && (region.is_empty() || is(Kind::Region, region));
        is_good.then(|| PolicyToken { region: region.into(), expires_at })
    }
}

fn message(site: &str, policy: &Digest, head: &str) -> String {
    format!("assent policy token\n{site}\n{}\n{head}", policy.text())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::SystemEntropy;

    fn at(seconds: u64) -> Time {
        Time::from_millis(seconds * 1000).unwrap()
    }

    #[test]
    fn a_token_is_good_for_its_site_its_policy_and_its_time() {
        let (key, policy, other) = (TokenKey::new(&[7; 32]), Digest([1; 32]), Digest([2; 32]));
        let said = PolicyToken { region: "US-CA".into(), expires_at: at(100) };
        let token = key.make("shop", &policy, &said);
        assert_eq!(key.check("shop", &policy, &token, at(99)), Some(said));
        assert_eq!(key.check("shop", &policy, &token, at(100)), None, "it is over");
        assert_eq!(key.check("blog", &policy, &token, at(99)), None);
        assert_eq!(key.check("shop", &other, &token, at(99)), None);
        assert_eq!(TokenKey::new(&[8; 32]).check("shop", &policy, &token, at(99)), None);
    }

    #[test]
    fn no_changed_token_is_good() {
        let (key, policy) = (TokenKey::new(&[7; 32]), Digest([1; 32]));
        let token = key.make("shop", &policy, &PolicyToken { region: "DE".into(), expires_at: at(100) });
        for place in 0..token.len() {
            let mut bytes = token.clone().into_bytes();
            bytes[place] ^= 1;
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(key.check("shop", &policy, &changed, at(1)), None, "{changed}");
        }
        for strange in ["", ".", "1", "1..", "1.9.DE.", "2.9.DE.AAAA", &"1.".repeat(5000)] {
            assert_eq!(key.check("shop", &policy, strange, at(1)), None);
        }
    }

    #[test]
    fn the_key_is_made_once_and_readable_by_its_owner_alone() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let policy = Digest([1; 32]);
        let said = PolicyToken { region: String::new(), expires_at: at(9) };
        let token = TokenKey::open(folder.path(), &SystemEntropy).unwrap().make("a", &policy, &said);
        let again = TokenKey::open(folder.path(), &SystemEntropy).unwrap();
        assert_eq!(again.check("a", &policy, &token, at(1)), Some(said));
        let mode = std::fs::metadata(folder.path().join(FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
