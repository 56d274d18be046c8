//! What becomes of pages.

use std::io::Write;

use assent_server::markup::HOLD_PRELOADS;
use assent_server::middleware::Csp;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Response, StatusCode, header};

use crate::site::{Answer, ask, cookie, serving};

const PAGE: &str = "<!doctype html><html><body><img src=https://www.google-analytics.com/x>\
                    <script src=https://connect.facebook.net/x></script><p>x</body></html>";

fn html(body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, "text/html; charset=utf-8".parse().unwrap());
    headers.insert(header::CACHE_CONTROL, "public, max-age=60".parse().unwrap());
    headers.insert(header::ETAG, "\"v1\"".parse().unwrap());
    headers.insert(header::LAST_MODIFIED, "Wed, 01 Jan 2025 00:00:00 GMT".parse().unwrap());
    response
}

async fn page() -> Response<Body> {
    html(PAGE)
}

async fn with_cookie(value: &str) -> Answer {
    let address = serving(page, |_| {}).await;
    let line = if value.is_empty() { String::new() } else { format!("Cookie: {value}\r\n") };
    ask(address, "GET /", &line).await
}

/// Which of the page's two trackers wait, and whether the header keeps them out, too.
fn waiting(answer: &Answer) -> [bool; 2] {
    let (text, csp) = (answer.text(), answer.header("content-security-policy").join(""));
    [("data-assent-src=https://www.google", "google-analytics.com"), ("data-assent=\"meta\"", "facebook.net")]
        .map(|(parked, host)| {
            let waits = text.contains(parked);
            assert_eq!(waits, !csp.contains(host), "{host}: {csp}");
            waits
        })
}

#[tokio::test]
async fn a_page_is_parked_fenced_and_for_one_person_alone() {
    let answer = with_cookie("").await;
    assert_eq!(answer.status, 200);
    assert_eq!(waiting(&answer), [true, true]);
    assert!(answer.text().ends_with(&format!("<p>x{HOLD_PRELOADS}</body></html>")), "{}", answer.text());
    assert_eq!(answer.header("cache-control"), ["private, no-cache, max-age=60"]);
    assert_eq!(answer.header("vary"), ["Cookie, Sec-GPC"]);
    for name in ["content-length", "last-modified", "content-encoding"] {
        assert!(answer.header(name).is_empty(), "{name}: {}", answer.head);
    }
}

#[tokio::test]
async fn a_stored_choice_releases_exactly_what_it_grants() {
    for (purposes, refused, waits) in [
        (0b00, 0, [true, true]),
        (0b01, 0, [false, true]),
        (0b10, 0, [true, false]),
        (0b11, 0, [false, false]),
        (0b11, 0b10, [false, true]),
    ] {
        assert_eq!(
            waiting(&with_cookie(&cookie(purposes, refused)).await),
            waits,
            "{purposes:b} {refused:b}"
        );
    }
    let all = with_cookie(&cookie(0b11, 0)).await;
    assert_eq!(all.text().replace(HOLD_PRELOADS, ""), PAGE, "with every grant it is the site's own page");
}

#[tokio::test]
async fn a_damaged_cookie_releases_nothing() {
    let good = cookie(0b11, 0);
    for damaged in
        [good.replace("assent=1", "assent=2"), format!("{good}0"), "assent=".into(), "assent=%00".into()]
    {
        assert_eq!(waiting(&with_cookie(&damaged).await), [true, true], "{damaged}");
    }
}

#[tokio::test]
async fn pieces_of_any_size_come_out_as_the_same_bytes() {
    async fn in_pieces() -> Response<Body> {
        let pieces: Vec<Bytes> = PAGE.as_bytes().chunks(3).map(Bytes::from_static).collect();
        html(Body::new(http_body_util::StreamBody::new(Pieces(pieces.into_iter()))))
    }
    let address = serving(in_pieces, |_| {}).await;
    assert_eq!(ask(address, "GET /", "").await.text(), with_cookie("").await.text());
}

struct Pieces(std::vec::IntoIter<Bytes>);

impl futures_core::Stream for Pieces {
    type Item = Result<http_body::Frame<Bytes>, std::convert::Infallible>;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Self::Item>> {
        std::task::Poll::Ready(self.0.next().map(|piece| Ok(http_body::Frame::data(piece))))
    }
}

/// The page in an encoding.
async fn encoded(encoding: &'static str, body: Vec<u8>, csp: Csp) -> Answer {
    let page = move || async move {
        let mut response = html(body);
        response.headers_mut().insert(header::CONTENT_ENCODING, encoding.parse().unwrap());
        response
    };
    ask(serving(page, |options| options.csp = csp).await, "GET /", "Accept-Encoding: gzip, br, zstd\r\n")
        .await
}

#[tokio::test]
async fn encoded_pages_are_read_and_parked() {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(PAGE.as_bytes()).unwrap();
    let mut br = Vec::new();
    brotli::CompressorWriter::new(&mut br, 4096, 5, 20).write_all(PAGE.as_bytes()).unwrap();
    for (encoding, body) in [("gzip", gzip.finish().unwrap()), ("br", br)] {
        let answer = encoded(encoding, body.clone(), Csp::Enforce).await;
        assert_eq!(waiting(&answer), [true, true], "{encoding}");
        assert!(answer.header("content-encoding").is_empty());
        let half = encoded(encoding, body[..body.len() / 2].to_vec(), Csp::Enforce).await;
        assert!(!half.text().contains("</html>"), "what is cut off breaks off: {encoding}");
    }
}

#[tokio::test]
async fn a_page_that_cannot_be_read_is_let_out_behind_the_fence_or_not_at_all() {
    let fenced = encoded("zstd", b"\x28\xb5\x2f\xfd".to_vec(), Csp::Enforce).await;
    assert_eq!((fenced.status, fenced.header("content-security-policy").len()), (200, 1));
    for csp in [Csp::Report, Csp::Off] {
        let refused = encoded("zstd", b"\x28\xb5\x2f\xfd".to_vec(), csp).await;
        assert_eq!(refused.status, 502);
        assert_eq!(refused.header("content-type"), ["application/problem+json"]);
        assert!(refused.text().contains("urn:assent:problem:unreadable-page"), "{}", refused.text());
    }
}

#[tokio::test]
async fn a_page_in_utf_16_breaks_off_before_its_first_tag() {
    async fn wide() -> Response<Body> {
        html(format!("\u{feff}{PAGE}").encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>())
    }
    assert!(ask(serving(wide, |_| {}).await, "GET /", "").await.body.is_empty());
}

#[tokio::test]
async fn the_fence_is_enforced_reported_or_left_out() {
    for (csp, enforced, reported) in [(Csp::Enforce, 1, 0), (Csp::Report, 0, 1), (Csp::Off, 0, 0)] {
        let answer = ask(serving(page, |options| options.csp = csp).await, "GET /", "").await;
        assert_eq!(answer.header("content-security-policy").len(), enforced, "{csp:?}");
        assert_eq!(answer.header("content-security-policy-report-only").len(), reported, "{csp:?}");
    }
}

#[tokio::test]
async fn headers_reach_nobody_and_set_no_cookie_without_a_grant() {
    async fn reaching() -> Response<Body> {
        let mut response = html(PAGE);
        let headers = response.headers_mut();
        headers.append(
            header::LINK,
            "<https://www.google-analytics.com/x>; rel=preload; as=script".parse().unwrap(),
        );
        headers.append(header::SET_COOKIE, "_ga=1; Path=/".parse().unwrap());
        headers.append(header::SET_COOKIE, "session=1; Path=/".parse().unwrap());
        headers.append(header::CONTENT_SECURITY_POLICY, "script-src 'nonce-abc'".parse().unwrap());
        response
    }
    let address = serving(reaching, |_| {}).await;
    let before = ask(address, "GET /", "").await;
    assert!(before.header("link").is_empty());
    assert_eq!(before.header("set-cookie"), ["session=1; Path=/"]);
    assert_eq!(before.header("content-security-policy").len(), 2, "the site's own stays beside ours");
    assert_eq!(before.header("content-security-policy")[0], "script-src 'nonce-abc'");
    let after = ask(address, "GET /", &format!("Cookie: {}\r\n", cookie(0b01, 0))).await;
    assert_eq!((after.header("link").len(), after.header("set-cookie").len()), (1, 2));
}

#[tokio::test]
async fn a_page_in_the_browsers_cache_counts_only_for_the_choice_that_it_was_made_for() {
    async fn conditional(headers: HeaderMap) -> Response<Body> {
        let mut response = page().await;
        if headers.get(header::IF_NONE_MATCH).is_some_and(|tags| tags.to_str().unwrap().contains("\"v1\"")) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            *response.body_mut() = Body::empty();
        }
        response
    }
    let address = serving(conditional, |_| {}).await;
    let tag = ask(address, "GET /", "").await.header("etag").remove(0);
    assert!(tag.starts_with("W/\"v1.assent-"), "{tag}");
    let condition = format!("If-None-Match: {tag}\r\n");
    let again = ask(address, "GET /", &condition).await;
    assert_eq!((again.status, again.header("etag")), (304, vec![tag.clone()]));
    let after = ask(address, "GET /", &format!("{condition}Cookie: {}\r\n", cookie(0b01, 0))).await;
    assert_eq!(after.status, 200);
    assert_ne!(after.header("etag"), [tag]);
}

#[tokio::test]
async fn a_vendor_behind_the_sites_own_host_is_not_reached() {
    let address = serving(page, |_| {}).await;
    let refused = ask(address, "POST /collect?v=2", "Content-Length: 0\r\n").await;
    assert_eq!(refused.status, 403);
    assert!(refused.text().contains("urn:assent:problem:not-agreed"), "{}", refused.text());
    let granted =
        ask(address, "POST /collect?v=2", &format!("Content-Length: 0\r\nCookie: {}\r\n", cookie(1, 0)))
            .await;
    assert_eq!(granted.status, 200);
    assert_eq!(
        ask(address, "GET //www.google-analytics.com/x", "").await.status,
        200,
        "a path is no address"
    );
}
