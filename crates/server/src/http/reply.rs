//! The answers' members.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use base64ct::{Base64UrlUnpadded, Encoding};
use serde::Serialize;
use utoipa::ToSchema;

use crate::store::{Erasure, Place, Receipt};

/// A public answer that never changes: a year, which is the longest that caches take seriously.
pub(super) const IMMUTABLE: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// A public answer that may change: kept, and asked about before it is used again.
pub(super) const ASK_AGAIN: HeaderValue = HeaderValue::from_static("public, no-cache");

/// A record with everything that proves it. Whoever has it needs to trust nobody.
#[derive(Serialize, ToSchema)]
#[schema(as = Receipt)]
pub(super) struct ReceiptBody {
    /// The record's name.
    id: String,
    /// The log in which it stands.
    log: String,
    /// Its index there, from 0 on.
    index: u64,
    /// When it arrived.
    #[schema(format = DateTime)]
    received_at: String,
    /// The record itself, in its canonical form (RFC 8785).
    record: String,
    /// What its commitment was salted with: 32 bytes, base64url.
    salt: String,
    /// The promise: a compact JWS, signed with Ed25519.
    receipt: String,
    /// The proof that the promise is kept: a C2SP tlog-proof with its checkpoint.
    proof: String,
}

impl ReceiptBody {
    pub(super) fn of(receipt: &Receipt) -> ReceiptBody {
        ReceiptBody {
            id: receipt.id.text(),
            log: receipt.place.log.clone(),
            index: receipt.place.index,
            received_at: receipt.received_at.text(),
            record: receipt.record.clone(),
            salt: Base64UrlUnpadded::encode_string(&receipt.salt),
            receipt: receipt.jws.clone(),
            proof: receipt.proof.clone(),
        }
    }
}

/// A leaf of a log.
#[derive(Serialize, ToSchema)]
#[schema(as = Place)]
pub(super) struct PlaceBody {
    /// The origin of the log.
    log: String,
    /// The index, from 0 on.
    index: u64,
}

impl PlaceBody {
    pub(super) fn of(place: &Place) -> PlaceBody {
        PlaceBody { log: place.log.clone(), index: place.index }
    }
}

/// What becomes of an erasure.
#[derive(Serialize, ToSchema)]
#[schema(as = Erasure)]
pub(super) struct ErasureBody {
    /// Its name: ask for it at `/v1/erasures/{id}`, which needs no token, since nobody is recognised any more.
    id: String,
    /// When it will be, or was to be, done.
    #[schema(format = DateTime)]
    due_at: String,
    /// When it was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    done_at: Option<String>,
    /// Whether no trace is left in the archive's files either.
    scrubbed: bool,
    /// The tombstone, with its proof.
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<ReceiptBody>,
}

impl ErasureBody {
    pub(super) fn of(erasure: &Erasure) -> ErasureBody {
        ErasureBody {
            id: erasure.id.text(),
            due_at: erasure.due_at.text(),
            done_at: erasure.done_at.map(|at| at.text()),
            scrubbed: erasure.scrubbed,
            receipt: erasure.receipt.as_ref().map(ReceiptBody::of),
        }
    }
}

/// An answer of a media type, to be cached as said.
pub(super) fn typed(media_type: &'static str, cache: Option<HeaderValue>, body: impl Into<Body>) -> Response {
    let mut response = body.into().into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    if let Some(cache) = cache {
        response.headers_mut().insert(header::CACHE_CONTROL, cache);
    }
    response
}
