//! One file, in each form that clients take.

use std::io::Write;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// What a browser is to do with each kind of file. Others are not served.
const TYPES: &[(&str, &str)] = &[
    ("js", "text/javascript; charset=utf-8"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("wasm", "application/wasm"),
    ("json", "application/json"),
    ("css", "text/css; charset=utf-8"),
];

/// The best that brotli can do. Where nothing is optimised it would take minutes, and there nobody waits for bytes.
const BROTLI: i32 = if cfg!(debug_assertions) { 4 } else { 11 };

/// How long a client may keep a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// For ever: its address changes with its content.
    Immutable,
    /// It is to ask again before it uses it.
    AskAgain,
}

/// A file and its compressed forms.
pub struct File {
    media_type: &'static str,
    tag: String,
    plain: Bytes,
    gzip: Bytes,
    brotli: Bytes,
}

impl File {
    /// A file by its name and content; `None` if it is of a kind that is not served.
    pub fn new(name: &str, bytes: Vec<u8>) -> Option<File> {
        let (_, extension) = name.rsplit_once('.')?;
        let (_, media_type) = TYPES.iter().find(|(known, _)| *known == extension)?;
        let digest = Sha256::digest(&bytes);
        let tag = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
        gzip.write_all(&bytes).ok()?;
        let gzip = gzip.finish().ok()?.into();
        let mut compressed = Vec::new();
        let parameters = brotli::enc::BrotliEncoderParams { quality: BROTLI, ..Default::default() };
        brotli::BrotliCompress(&mut bytes.as_slice(), &mut compressed, &parameters).ok()?;
        Some(File { media_type, tag, plain: bytes.into(), gzip, brotli: compressed.into() })
    }

    /// The answer to a request with these headers.
    pub fn answer(&self, headers: &HeaderMap, freshness: Freshness) -> Response {
        let (encoding, bytes) = match accepted(headers) {
            Encoding::Brotli => ("br", &self.brotli),
            Encoding::Gzip => ("gzip", &self.gzip),
            Encoding::None => ("", &self.plain),
        };
        let tag = format!("\"{}{encoding}\"", self.tag);
        let known =
            headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
        // A cache in between may have weakened the tag.
        let is_known = known.split(',').any(|known| known.trim().trim_start_matches("W/") == tag);
        let mut response = if is_known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            let mut response = Body::from(bytes.clone()).into_response();
            response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(self.media_type));
            if !encoding.is_empty() {
                response.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
            response
        };
        let cache = match freshness {
            Freshness::Immutable => "public, max-age=31536000, immutable",
            Freshness::AskAgain => "public, no-cache",
        };
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
        if let Ok(tag) = HeaderValue::from_str(&tag) {
            headers.insert(header::ETAG, tag);
        }
        response
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Encoding {
    Brotli,
    Gzip,
    None,
}

/// The best encoding that a client takes. Quality zero is a refusal (RFC 9110, section 12.5.3).
fn accepted(headers: &HeaderMap) -> Encoding {
    let given = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let given: Vec<(&str, bool)> = given
        .flat_map(|value| value.split(','))
        .map(|item| {
            let mut parts = item.split(';').map(str::trim);
            let name = parts.next().unwrap_or_default();
            let quality = parts.find_map(|part| part.strip_prefix("q=")?.parse::<f32>().ok());
            (name, quality.unwrap_or(1.0) > 0.0)
        })
        .collect();
    let takes = |name: &str| {
        let exact = given.iter().find(|(given, _)| given.eq_ignore_ascii_case(name));
        exact.is_some_and(|(_, takes)| *takes)
    };
    match (takes("br"), takes("gzip")) {
        (true, _) => Encoding::Brotli,
        (false, true) => Encoding::Gzip,
        _ => Encoding::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_encoding_that_is_taken_is_chosen() {
        for (given, encoding) in [
            ("", Encoding::None),
            ("identity", Encoding::None),
            ("gzip", Encoding::Gzip),
            ("gzip, deflate, br", Encoding::Brotli),
            ("br;q=0, gzip;q=0.5", Encoding::Gzip),
            ("BR", Encoding::Brotli),
            ("brotli", Encoding::None),
        ] {
            let headers = [(header::ACCEPT_ENCODING, given.parse().unwrap())].into_iter().collect();
            assert_eq!(accepted(&headers), encoding, "{given}");
        }
    }

    #[test]
    fn a_file_of_an_unknown_kind_is_not_served() {
        assert!(File::new("assent.js", b"x".to_vec()).is_some());
        assert!(
            File::new("LICENSE", b"x".to_vec()).is_none() && File::new("a.html", b"x".to_vec()).is_none()
        );
    }
}
