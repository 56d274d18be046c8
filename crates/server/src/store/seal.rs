//! Payloads at rest.
//!
//! What this is: AES-256-GCM under the subject's own key, over salt and document together, bound to everything that
//! stands in clear beside it. Salt and document go with the key: without it, a commitment can neither be opened nor
//! guessed, whatever a backup still holds.

use assent_core::record::Hash;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use super::{Error, Result};
use crate::keys::Secret;

const SALT: usize = 32;

/// What stands in clear beside a sealed payload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct About {
    pub(super) at: i64,
    pub(super) kind: i64,
    pub(super) site: Option<i64>,
    pub(super) id: Option<[u8; 16]>,
    pub(super) subject: Option<[u8; 32]>,
    pub(super) prev: Option<i64>,
    pub(super) received_at: i64,
    pub(super) commitment: Hash,
}

impl About {
    /// One spelling for each. What is missing has a length of its own.
    fn text(&self) -> Vec<u8> {
        let mut text = Vec::with_capacity(192);
        text.extend_from_slice(b"assent sealed v1\0");
        for number in [Some(self.at), Some(self.kind), self.site, self.prev, Some(self.received_at)] {
            let number = number.map(i64::to_be_bytes);
            part(&mut text, number.as_ref().map_or(&[], |number| number));
        }
        part(&mut text, self.id.as_ref().map_or(&[], |id| id));
        part(&mut text, self.subject.as_ref().map_or(&[], |subject| subject));
        part(&mut text, &self.commitment);
        text
    }
}

fn part(text: &mut Vec<u8>, part: &[u8]) {
    text.push(u8::try_from(part.len()).unwrap_or(u8::MAX));
    text.extend_from_slice(part);
}

fn cipher(key: &Secret) -> Result<LessSafeKey> {
    let key = UnboundKey::new(&AES_256_GCM, &**key);
    key.map(LessSafeKey::new).map_err(|_| Error::Engine("a key that is none".into()))
}

/// Seals a payload. A subject has few of them, so that drawn nonces stay apart (NIST SP 800-38D, 8.3).
pub(super) fn seal(
    key: &Secret,
    about: &About,
    salt: &[u8; SALT],
    document: &str,
    nonce: [u8; NONCE_LEN],
) -> Result<Vec<u8>> {
    let mut out = Vec::with_capacity(NONCE_LEN + SALT + document.len() + 16);
    out.extend_from_slice(&nonce);
    out.extend_from_slice(salt);
    out.extend_from_slice(document.as_bytes());
    let Some(body) = out.get_mut(NONCE_LEN..) else { return Err(Error::Engine("nothing to seal".into())) };
    let tag = cipher(key)?
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(about.text()), body)
        .map_err(|_| Error::Engine("a payload could not be sealed".into()))?;
    out.extend_from_slice(tag.as_ref());
    Ok(out)
}

/// Opens a payload: its salt and document. Fails if a bit of it or of what stands beside it was changed.
pub(super) fn open(key: &Secret, about: &About, sealed: &[u8]) -> Result<([u8; SALT], String)> {
    let wrong = || Error::damaged("a sealed payload, or what stands beside it, was changed");
    let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or_else(wrong)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| wrong())?;
    let mut body = body.to_vec();
    let plain = cipher(key)?.open_in_place(nonce, Aad::from(about.text()), &mut body).map_err(|_| wrong())?;
    let (salt, length) = (*plain.first_chunk::<SALT>().ok_or_else(wrong)?, plain.len());
    body.truncate(length);
    body.drain(..SALT);
    Ok((salt, String::from_utf8(body).map_err(|_| wrong())?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about() -> About {
        About {
            at: 7,
            kind: 1,
            site: Some(1),
            id: Some([1; 16]),
            subject: Some([2; 32]),
            prev: None,
            received_at: 5,
            commitment: [3; 32],
        }
    }

    #[test]
    fn a_payload_opens_only_as_it_was_sealed() {
        let key = Secret::new([9; 32]);
        let sealed = seal(&key, &about(), &[4; 32], "{}", [5; 12]).unwrap();
        assert_eq!(open(&key, &about(), &sealed).unwrap(), ([4; 32], "{}".into()));
        assert!(open(&Secret::new([8; 32]), &about(), &sealed).is_err());
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(open(&key, &about(), &changed).is_err(), "byte {position}");
        }
    }

    #[test]
    fn what_stands_beside_a_payload_is_bound_to_it() {
        let key = Secret::new([9; 32]);
        let sealed = seal(&key, &about(), &[4; 32], "{}", [5; 12]).unwrap();
        let changed: [fn(&mut About); 8] = [
            |about| about.at = 8,
            |about| about.kind = 2,
            |about| about.site = None,
            |about| about.id = None,
            |about| about.subject = Some([0; 32]),
            |about| about.prev = Some(1),
            |about| about.received_at = 6,
            |about| about.commitment = [0; 32],
        ];
        for (number, change) in changed.into_iter().enumerate() {
            let mut about = about();
            change(&mut about);
            assert!(open(&key, &about, &sealed).is_err(), "change {number}");
        }
    }
}
