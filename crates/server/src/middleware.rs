//! A site's pages, parked and fenced on their way out.
//!
//! What this is: [`Parking`], a tower layer for any HTTP service: it reads the consent cookie of each request, parks what
//! it does not grant in the HTML of the answer as that streams by, and sends the Content-Security-Policy that follows from
//! the same choice. [`proxy`] puts it before any site.
//!
//! What it is not: the gate. Who agrees on a page is heard by the gate there; from the next page on, this hears it, too.
//!
//! Suggested reading order: `consent`, `layer`, `headers`, `body`, [`proxy`].

mod body;
mod conditional;
mod consent;
mod headers;
mod layer;
pub mod proxy;

pub use consent::{Consent, Site};
pub use layer::{Csp, Options, Parking, Service};

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};

use crate::problem::{MEDIA_TYPE, URN};

/// An answer of our own (RFC 9457): a stable name, a status and what it means.
fn problem(status: StatusCode, name: &str, title: &str) -> Response<Body> {
    let text =
        serde_json::json!({ "type": format!("{URN}{name}"), "title": title, "status": status.as_u16() });
    let mut response = Response::new(Body::from(text.to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
