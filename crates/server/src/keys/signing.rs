//! Ed25519 as the archive signs with it.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

use super::Secret;
use crate::store::{Error, Result};

/// A key that signs checkpoints and receipts (Ed25519, RFC 8032).
pub struct SigningKey(Ed25519KeyPair);

impl SigningKey {
    /// The key of a seed.
    pub fn new(seed: &Secret) -> Result<SigningKey> {
        let pair = Ed25519KeyPair::from_seed_unchecked(&**seed);
        pair.map(SigningKey).map_err(|_| Error::Damaged("a signing key that is none".into()))
    }

    /// Its public half.
    pub fn public(&self) -> [u8; 32] {
        self.0.public_key().as_ref().try_into().unwrap_or_default()
    }

    /// A signature. The same text always gets the same one.
    pub fn sign(&self, text: &[u8]) -> [u8; 64] {
        self.0.sign(text).as_ref().try_into().unwrap_or([0; 64])
    }
}
