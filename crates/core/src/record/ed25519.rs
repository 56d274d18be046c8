//! Checking signatures without a platform that does it.

use ed25519_dalek::{Signature, VerifyingKey};

use super::bundle::Claim;

/// Whether a signature is good (RFC 8032), with weak keys and more than one spelling of a signature refused.
pub fn is_good(claim: &Claim) -> bool {
    VerifyingKey::from_bytes(&claim.key)
        .is_ok_and(|key| key.verify_strict(&claim.message, &Signature::from_bytes(&claim.signature)).is_ok())
}
