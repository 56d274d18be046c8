//! The end.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::client;
use crate::stage::{Stage, Visitor, post};

#[tokio::test]
async fn what_has_begun_comes_to_its_end_and_nothing_new_begins() {
    let mut stage = Stage::start().await;
    let (policy, token) = stage.region().await;
    let wire = client::wire(&post(&Visitor::new(1).choice(&policy, &token, true)), false);
    let (first, rest) = wire.split_at(wire.len() - 10);
    let mut begun = TcpStream::connect(stage.address).await.unwrap();
    begun.write_all(first.as_bytes()).await.unwrap();
    // A second connection that has been answered: it is at rest, and has nothing to come to an end.
    let mut resting = TcpStream::connect(stage.address).await.unwrap();
    resting.write_all(client::wire("GET /healthz", false).as_bytes()).await.unwrap();
    assert_eq!(client::answer(&mut resting).await.status, 200);
    stage.say_stop();
    let mut read = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(10), resting.read_to_end(&mut read)).await;
    let _ = closed.expect("a connection at rest is closed");
    begun.write_all(rest.as_bytes()).await.unwrap();
    assert_eq!(client::answer(&mut begun).await.status, 201, "what had begun is recorded");
    stage.ended().await;
    assert!(TcpStream::connect(stage.address).await.is_err(), "nobody listens any more");
}

#[tokio::test]
async fn what_was_recorded_is_there_after_the_next_start() {
    let stage = Stage::start().await;
    let visitor = Visitor::new(1);
    let recorded = stage.choose(&visitor, true).await;
    assert_eq!(recorded.status, 201);
    let stage = Stage::in_folder(stage.stop().await, "").await;
    let history = stage.ask(&format!("GET /v1/me/consents\n{}\n\n", visitor.shows())).await.json();
    assert_eq!(history["records"][0]["receipt"], recorded.json()["receipt"]);
    stage.stop().await;
}

#[tokio::test]
async fn somebody_who_never_ends_does_not_keep_it() {
    let mut stage = Stage::with("[limits]\ndrain_seconds = 0.2\nheader_seconds = 60\n").await;
    let mut half = TcpStream::connect(stage.address).await.unwrap();
    half.write_all(b"GET /hea").await.unwrap();
    stage.say_stop();
    let ended = tokio::time::timeout(Duration::from_secs(10), stage.ended()).await;
    ended.expect("the end comes");
}
