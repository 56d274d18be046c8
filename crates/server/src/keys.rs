//! The keys of an archive, in a directory of their own.
//!
//! What this is: signing keys, keys that wrap the subjects' keys, the pepper of the pseudonyms, and the last checkpoint
//! that was signed. Whoever has this directory and the database reads everything, so the two do not belong in one backup.
//!
//! `signing-N.key` sign checkpoints, all of them, and the newest signs receipts. `wrapping-N.key` unwrap, and the newest
//! wraps. `pepper.key` cannot be changed: pseudonyms follow from it. `last-checkpoint` is what was promised last.
//!
//! What it is not: a place for keys of others. One archive, one directory; replicas share it.

mod files;
mod signing;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use zeroize::Zeroizing;

use crate::store::{Entropy, Error, Result};

pub use signing::SigningKey;

/// A secret of 32 bytes, wiped when it is dropped.
pub type Secret = Zeroizing<[u8; 32]>;

/// The keys of an archive, read once.
pub struct Keys {
    directory: PathBuf,
    signing: BTreeMap<i64, SigningKey>,
    wrapping: BTreeMap<i64, LessSafeKey>,
    pepper: hmac::Key,
}

impl Keys {
    /// Reads the keys of a directory. With `create`, what is missing is made, readable by its owner alone; without it,
    /// a missing key is an error, since a new one would not open what the old one closed.
    pub fn open(directory: &Path, create: Option<&dyn Entropy>) -> Result<Keys> {
        if create.is_some() {
            files::make_directory(directory)?;
        }
        files::check_directory(directory)?;
        if let Some(entropy) = create {
            for (kind, number) in [("signing", 1), ("wrapping", 1)] {
                if files::numbers(directory, kind)?.is_empty() {
                    files::make(directory, &files::name(kind, number), kind, entropy)?;
                }
            }
            made_or_read(directory, PEPPER, "pepper", entropy)?;
        }
        let mut keys = Keys {
            directory: directory.into(),
            signing: BTreeMap::new(),
            wrapping: BTreeMap::new(),
            pepper: hmac::Key::new(hmac::HMAC_SHA256, &*files::read(directory, PEPPER, "pepper")?),
        };
        keys.read()?;
        Ok(keys)
    }

    fn read(&mut self) -> Result<()> {
        for number in files::numbers(&self.directory, "signing")? {
            let secret = files::read(&self.directory, &files::name("signing", number), "signing")?;
            self.signing.insert(number, SigningKey::new(&secret)?);
        }
        for number in files::numbers(&self.directory, "wrapping")? {
            let secret = files::read(&self.directory, &files::name("wrapping", number), "wrapping")?;
            self.wrapping.insert(number, aead(&secret)?);
        }
        if self.signing.is_empty() || self.wrapping.is_empty() {
            return Err(Error::Refused(
                "the keys directory lacks signing-N.key or wrapping-N.key: restore it from its backup",
            ));
        }
        Ok(())
    }

    /// The same directory with one more signing key, which is the newest from now on.
    pub fn with_new_signing_key(&self, entropy: &dyn Entropy) -> Result<Keys> {
        self.with_new("signing", self.signing.keys(), entropy)
    }

    /// The same directory with one more wrapping key, which is the newest from now on.
    pub fn with_new_wrapping_key(&self, entropy: &dyn Entropy) -> Result<Keys> {
        self.with_new("wrapping", self.wrapping.keys(), entropy)
    }

    fn with_new<'k>(
        &self,
        kind: &str,
        numbers: impl Iterator<Item = &'k i64>,
        entropy: &dyn Entropy,
    ) -> Result<Keys> {
        let next = numbers.max().map_or(1, |number| number + 1);
        files::make(&self.directory, &files::name(kind, next), kind, entropy)?;
        Keys::open(&self.directory, None)
    }

    /// The same directory without the wrapping key of this number. What it wrapped is lost for ever.
    pub fn without_wrapping_key(&self, number: i64) -> Result<Keys> {
        files::remove(&self.directory, &files::name("wrapping", number))?;
        Keys::open(&self.directory, None)
    }

    /// The same directory without the signing keys but the newest: it alone signs checkpoints from now on.
    pub fn with_newest_signing_key_alone(&self) -> Result<Keys> {
        let newest = self.signing.keys().next_back();
        for number in self.signing.keys().filter(|number| Some(*number) != newest) {
            files::remove(&self.directory, &files::name("signing", *number))?;
        }
        Keys::open(&self.directory, None)
    }

    /// Where they are.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Signing keys, the newest first.
    pub fn signing(&self) -> impl Iterator<Item = &SigningKey> {
        self.signing.values().rev()
    }

    /// The number of the newest wrapping key.
    pub fn newest_wrapping(&self) -> i64 {
        self.wrapping.keys().next_back().copied().unwrap_or_default()
    }

    /// The numbers of all wrapping keys.
    pub fn wrapping(&self) -> impl Iterator<Item = i64> {
        self.wrapping.keys().copied()
    }

    /// Wraps a key with the newest wrapping key; `about` must be the same when it is unwrapped.
    pub fn wrap(&self, secret: &Secret, about: &[u8], nonce: [u8; NONCE_LEN]) -> Result<(i64, Vec<u8>)> {
        let (number, key) =
            self.wrapping.iter().next_back().ok_or_else(|| Error::Damaged("no wrapping key".into()))?;
        let mut out = Vec::with_capacity(NONCE_LEN + 32 + 16);
        out.extend_from_slice(&nonce);
        let mut body = Zeroizing::new(secret.to_vec());
        let tag = key
            .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), Aad::from(about), &mut body)
            .map_err(|_| Error::Engine("a key could not be wrapped".into()))?;
        out.extend_from_slice(&body);
        out.extend_from_slice(tag.as_ref());
        Ok((*number, out))
    }

    /// Unwraps a key that the wrapping key of this number wrapped.
    pub fn unwrap(&self, number: i64, wrapped: &[u8], about: &[u8]) -> Result<Secret> {
        let key = self.wrapping.get(&number).ok_or_else(|| {
            Error::Damaged(format!("wrapping-{number}.key is missing in the keys directory"))
        })?;
        let wrong = || Error::Damaged(format!("a subject's key does not open with wrapping-{number}.key"));
        let (nonce, body) = wrapped.split_at_checked(NONCE_LEN).ok_or_else(wrong)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| wrong())?;
        let mut body = Zeroizing::new(body.to_vec());
        let plain = key.open_in_place(nonce, Aad::from(about), &mut body).map_err(|_| wrong())?;
        Ok(Secret::new(<[u8; 32]>::try_from(&*plain).map_err(|_| wrong())?))
    }

    /// The pseudonym of a visitor's id at a site: it says nothing about the id, and is another one at each site.
    pub fn pseudonym(&self, site: i64, id: &[u8; 16]) -> [u8; 32] {
        let of_site = self.mac(&[b"assent site pepper\0", &site.to_be_bytes()]);
        assent_core::record::pseudonym(&of_site, id)
    }

    /// What is left of a pseudonym or a record's id when it was erased: whoever has it and the keys can ask whether it
    /// was, and nobody can get it back from this.
    pub fn mark(&self, site: i64, erased: &[u8]) -> [u8; 32] {
        self.mac(&[b"assent erased\0", &site.to_be_bytes(), erased])
    }

    /// What tells whether another directory has the same pepper, without telling the pepper.
    pub fn pepper_check(&self) -> [u8; 32] {
        self.mac(&[b"assent pepper check\0"])
    }

    fn mac(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut context = hmac::Context::with_key(&self.pepper);
        parts.iter().for_each(|part| context.update(part));
        context.sign().as_ref().try_into().unwrap_or_default()
    }

    /// The last checkpoint of an origin that was kept here.
    pub fn last_checkpoint(&self, log: i64) -> Result<Option<String>> {
        files::read_text(&self.directory, &last_checkpoint(log))
    }

    /// The logs of which a checkpoint is kept here.
    pub fn kept(&self) -> Result<Vec<i64>> {
        files::numbered(&self.directory, "last-checkpoint-", "")
    }

    /// Keeps a checkpoint, durably.
    pub fn keep_checkpoint(&self, log: i64, note: &str) -> Result<()> {
        files::replace(&self.directory, &last_checkpoint(log), note)
    }
}

/// A key of which there is one, made if it is missing: for what may begin anew.
pub(crate) fn made_or_read(
    directory: &Path,
    name: &str,
    kind: &str,
    entropy: &dyn Entropy,
) -> Result<Secret> {
    if !directory.join(name).exists() {
        files::make(directory, name, kind, entropy)?;
    }
    files::read(directory, name, kind)
}

const PEPPER: &str = "pepper.key";

fn last_checkpoint(log: i64) -> String {
    format!("last-checkpoint-{log}")
}

/// The wrapping cipher. SIV, as nonces are drawn and a wrapping key lives long: a nonce drawn twice would tell no more
/// than that two keys are the same, and they never are (RFC 8452).
fn aead(secret: &Secret) -> Result<LessSafeKey> {
    let key = UnboundKey::new(&AES_256_GCM_SIV, &**secret);
    key.map(LessSafeKey::new).map_err(|_| Error::Damaged("a wrapping key that is none".into()))
}
