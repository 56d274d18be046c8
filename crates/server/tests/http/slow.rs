//! Clients that send half of something and wait.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client;
use crate::stage::{ORIGIN, Stage};

/// The settings' times, shortened.
const SHORT: &str = "[limits]\nheader_seconds = 0.3\nbody_seconds = 0.4\nrequest_seconds = 5\nidle_seconds = 0.6\n\
                     answer_seconds = 0.5\nrequests_burst = 1000\n";
/// What a busy machine may add.
const SLACK: Duration = Duration::from_secs(5);

/// Sends a text and reads until the connection ends. What came, and how long it took.
async fn until_closed(stage: &Stage, text: &str) -> (String, Duration) {
    let mut stream = TcpStream::connect(stage.address).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    let (started, mut read) = (Instant::now(), Vec::new());
    let ended = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut read)).await;
    // A reset is an end, too.
    let _ = ended.expect("the connection was never closed");
    (String::from_utf8_lossy(&read).into_owned(), started.elapsed())
}

#[tokio::test]
async fn half_a_header_is_closed_at_its_deadline() {
    let stage = Stage::with(SHORT).await;
    for half in ["", "G", "GET /healthz HTTP/1.1\r\nhost: a", "GET /healthz HTTP/1.1\r\nhost: a\r\n"] {
        let (read, took) = until_closed(&stage, half).await;
        assert_eq!(read, "", "{half:?}");
        let least = Duration::from_millis(250);
        assert!(took >= least && took < least + SLACK, "{half:?} took {took:?}");
    }
    stage.stop().await;
}

#[tokio::test]
async fn a_header_that_drips_is_closed_at_the_same_deadline() {
    let stage = Stage::with(SHORT).await;
    let stream = TcpStream::connect(stage.address).await.unwrap();
    let (mut reader, mut writer) = stream.into_split();
    let started = Instant::now();
    let drip = tokio::spawn(async move {
        let mut every = tokio::time::interval(Duration::from_millis(50));
        let mut sent = writer.write_all(b"GET /healthz HTTP/1.1\r\n").await;
        while sent.is_ok() {
            every.tick().await;
            sent = writer.write_all(b"x-drip: 1\r\n").await;
        }
    });
    let mut read = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(30), reader.read_to_end(&mut read))
        .await
        .expect("never closed");
    assert!(started.elapsed() < Duration::from_millis(300) + SLACK && read.is_empty());
    drip.await.unwrap();
    stage.stop().await;
}

#[tokio::test]
async fn half_a_body_is_answered_and_closed_at_its_deadline() {
    let stage = Stage::with(SHORT).await;
    let head = format!(
        "POST /v1/sites/shop/consents HTTP/1.1\r\nhost: a\r\norigin: {ORIGIN}\r\ncontent-type: text/plain\r\n\
         content-length: 100\r\n\r\n"
    );
    for half in [head.clone(), format!("{head}{{\"id\":")] {
        let (read, took) = until_closed(&stage, &half).await;
        assert!(read.starts_with("HTTP/1.1 408 ") && read.contains("urn:assent:problem:timeout"), "{read}");
        let least = Duration::from_millis(350);
        assert!(took >= least && took < least + SLACK, "{took:?}");
    }
    stage.stop().await;
}

#[tokio::test]
async fn a_connection_may_rest_as_long_as_the_settings_say() {
    let stage = Stage::with(SHORT).await;
    let mut stream = TcpStream::connect(stage.address).await.unwrap();
    stream.write_all(client::wire("GET /healthz", false).as_bytes()).await.unwrap();
    assert_eq!(client::answer(&mut stream).await.status, 200);
    let (started, mut read) = (Instant::now(), Vec::new());
    let ended = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut read)).await;
    let _ = ended.expect("the connection was never closed");
    let least = Duration::from_millis(550);
    assert!(started.elapsed() >= least && started.elapsed() < least + SLACK, "{:?}", started.elapsed());
    stage.stop().await;
}

#[tokio::test]
async fn others_are_answered_while_somebody_is_slow() {
    let stage = Stage::with("[limits]\nrequests_burst = 1000\nconnections_per_network = 600\n").await;
    let mut slow = Vec::new();
    for _ in 0..300 {
        let mut stream = TcpStream::connect(stage.address).await.unwrap();
        stream.write_all(b"GET /healthz HTTP/1.1\r\nhost").await.unwrap();
        slow.push(stream);
    }
    let started = Instant::now();
    for _ in 0..50 {
        assert_eq!(stage.ask("GET /healthz").await.status, 200);
    }
    assert!(started.elapsed() < SLACK, "{:?}", started.elapsed());
    drop(slow);
    stage.stop().await;
}

#[tokio::test]
async fn a_header_above_its_size_is_refused() {
    let stage = Stage::with(SHORT).await;
    let (read, _) =
        until_closed(&stage, &format!("GET /healthz HTTP/1.1\r\nx: {}\r\n", "a".repeat(9000))).await;
    assert!(read.starts_with("HTTP/1.1 431 "), "{read}");
    stage.stop().await;
}
