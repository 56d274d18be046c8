//! What else passes a proxy.

use std::net::SocketAddr;

use axum::body::Body;
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri, header};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::site::{ask, before, serving};

async fn script() -> Response<Body> {
    let mut response = Response::new(Body::from("load('https://www.google-analytics.com/<img src=x>')"));
    response.headers_mut().insert(header::CONTENT_TYPE, "text/javascript".parse().unwrap());
    response.headers_mut().insert(header::ETAG, "\"s1\"".parse().unwrap());
    response.headers_mut().insert(header::CACHE_CONTROL, "public, max-age=60".parse().unwrap());
    response
}

#[tokio::test]
async fn what_is_no_page_passes_as_it_is() {
    let answer = ask(serving(script, |_| {}).await, "GET /a.js", "Sec-Fetch-Dest: script\r\n").await;
    assert_eq!(answer.text(), "load('https://www.google-analytics.com/<img src=x>')");
    assert_eq!(answer.header("cache-control"), ["public, max-age=60"]);
    assert_eq!(answer.header("etag"), ["\"s1\""]);
    assert_eq!(answer.header("content-length"), ["52"]);
    assert!(answer.header("content-security-policy").is_empty());
    assert_eq!(answer.header("vary"), ["Sec-Fetch-Dest"], "the browser's own copy is none of a worker");
}

#[tokio::test]
async fn a_worker_comes_with_a_fence_of_its_own() {
    let address = serving(script, |_| {}).await;
    for destination in ["Sec-Fetch-Dest: worker\r\n", "Sec-Fetch-Dest: serviceworker\r\n", ""] {
        let answer = ask(address, "GET /a.js", destination).await;
        assert_eq!(answer.text(), "load('https://www.google-analytics.com/<img src=x>')");
        let csp = answer.header("content-security-policy").join("");
        assert!(csp.contains("default-src") && !csp.contains("google-analytics.com"), "{destination}: {csp}");
        assert_eq!(answer.header("cache-control"), ["private, no-cache, max-age=60"]);
        assert!(answer.header("etag")[0].starts_with("W/\"s1.assent-"), "of this choice alone");
    }
}

#[tokio::test]
async fn a_request_arrives_as_it_was_but_for_what_is_meant_for_one_connection() {
    async fn told(method: Method, uri: Uri, headers: HeaderMap, body: String) -> String {
        let mut names: Vec<_> =
            headers.iter().map(|(name, value)| format!("{name}={}", value.to_str().unwrap())).collect();
        names.sort();
        format!("{method} {uri} {body}\n{}", names.join("\n"))
    }
    let address = serving(told, |_| {}).await;
    let headers = "Content-Length: 2\r\nX-Own: 1\r\nConnection: x-hop, close\r\nX-Hop: 1\r\nKeep-Alive: 5\r\nUpgrade: h2c\r\n\
                   TE: trailers\r\nAccept-Encoding: zstd, gzip;q=0.5\r\n";
    let mut connection = TcpStream::connect(address).await.unwrap();
    let request = format!("PUT /a/b?c=d&e HTTP/1.1\r\nHost: shop.example\r\n{headers}\r\nhi");
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).await.unwrap();
    let body = answer.split_once("\r\n\r\n").unwrap().1;
    assert!(body.starts_with("PUT /a/b?c=d&e hi\n"), "{body}");
    for kept in [
        "x-own=1",
        "x-forwarded-host=shop.example",
        "x-forwarded-proto=http",
        "x-forwarded-for=127.0.0.1",
        "accept-encoding=gzip;q=0.5",
    ] {
        assert!(body.contains(kept), "{kept}: {body}");
    }
    for gone in ["x-hop", "keep-alive", "upgrade", "\nte=", "zstd", "host=shop.example\nx-own"] {
        assert!(!body.contains(gone), "{gone}: {body}");
    }
}

#[tokio::test]
async fn the_head_of_a_page_comes_without_a_length() {
    async fn page() -> axum::response::Html<&'static str> {
        axum::response::Html("<p>x")
    }
    let answer = ask(serving(page, |_| {}).await, "HEAD /", "").await;
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    assert!(answer.header("content-length").is_empty(), "{}", answer.head);
    assert_eq!(answer.header("content-security-policy").len(), 1);
}

#[tokio::test]
async fn a_redirect_within_the_site_stays_within_the_proxy() {
    async fn elsewhere(headers: HeaderMap) -> Response<Body> {
        let host = headers[header::HOST].to_str().unwrap();
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::FOUND;
        response.headers_mut().insert(header::LOCATION, format!("http://{host}/next?a").parse().unwrap());
        response
    }
    assert_eq!(ask(serving(elsewhere, |_| {}).await, "GET /", "").await.header("location"), ["/next?a"]);
}

#[tokio::test]
async fn a_site_that_does_not_answer_is_a_problem_with_a_name() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let silent = listener.local_addr().unwrap();
    let answer = ask(before(silent, |_| {}).await, "GET /", "").await;
    assert_eq!(answer.status, 504);
    assert!(answer.text().contains("urn:assent:problem:upstream-timeout"), "{}", answer.text());
    drop(listener);
    let answer = ask(before(silent, |_| {}).await, "GET /", "").await;
    assert_eq!(answer.status, 502);
    assert_eq!(answer.header("content-type"), ["application/problem+json"]);
    assert!(answer.text().contains("urn:assent:problem:upstream-unreachable"), "{}", answer.text());
}

/// A site that takes one WebSocket and says everything back.
async fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let site = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut connection, _) = listener.accept().await.unwrap();
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            connection.read_buf(&mut head).await.unwrap();
        }
        let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
        assert!(head.contains("upgrade: websocket") && head.contains("connection: upgrade"), "{head}");
        let accepted =
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
        connection.write_all(accepted.as_bytes()).await.unwrap();
        let (mut reader, mut writer) = connection.split();
        tokio::io::copy(&mut reader, &mut writer).await.unwrap();
    });
    site
}

#[tokio::test]
async fn a_websocket_is_passed_through() {
    let mut connection = TcpStream::connect(before(echo().await, |_| {}).await).await.unwrap();
    let request = "GET /chat HTTP/1.1\r\nHost: shop.example\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
                   Sec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n";
    connection.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        assert!(connection.read_buf(&mut head).await.unwrap() > 0, "{}", String::from_utf8_lossy(&head));
    }
    assert!(head.starts_with(b"HTTP/1.1 101 "), "{}", String::from_utf8_lossy(&head));
    connection.write_all(b"hello").await.unwrap();
    let mut back = [0; 5];
    connection.read_exact(&mut back).await.unwrap();
    assert_eq!(&back, b"hello");
}

#[tokio::test]
async fn a_method_that_opens_tunnels_is_refused() {
    async fn never() -> &'static str {
        "reached"
    }
    let answer = ask(serving(never, |_| {}).await, "TRACE /", "").await;
    assert_eq!(answer.status, 501);
}
