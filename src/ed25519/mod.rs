//! Signatures, for browsers that check none of this kind.
//!
//! What this is: Ed25519 by ed25519-dalek, as the archive's own tools check it. The records load it only where WebCrypto
//! has no Ed25519, or where there is no WebCrypto because the page is not `https`, so that it costs nothing elsewhere.

use assent_core::record::{Claim, is_good};
use wasm_bindgen::prelude::wasm_bindgen;

/// Whether a signature is good (RFC 8032). A key has 32 bytes and a signature 64; others are not good.
#[wasm_bindgen]
pub fn verify(key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    let (Ok(key), Ok(signature)) = (key.try_into(), signature.try_into()) else { return false };
    is_good(&Claim { key, message: message.into(), signature })
}
