//! More than there is room for.

use tokio::net::TcpStream;

use crate::client;
use crate::stage::Stage;

#[tokio::test]
async fn a_network_that_has_too_many_connections_is_turned_away_until_one_ends() {
    let stage = Stage::with("[limits]\nconnections_per_network = 2\nrequests_burst = 1000\n").await;
    let mut kept = Vec::new();
    for _ in 0..2 {
        let mut stream = TcpStream::connect(stage.address).await.unwrap();
        talk(&mut stream).await;
        kept.push(stream);
    }
    let mut third = TcpStream::connect(stage.address).await.unwrap();
    let answer = client::answer(&mut third).await;
    assert_eq!((answer.status, answer.problem().as_str()), (503, "busy"));
    assert!(answer.header("retry-after").is_some());
    let mut first = kept.remove(0);
    say(&mut first, &client::wire("GET /healthz", true)).await;
    assert_eq!(client::answer(&mut first).await.status, 200);
    drop(first);
    // The place is free as soon as the other end has noticed; each attempt is a connection of its own.
    loop {
        let mut next = TcpStream::connect(stage.address).await.unwrap();
        say(&mut next, &client::wire("GET /healthz", true)).await;
        if client::answer(&mut next).await.status == 200 {
            break;
        }
        tokio::task::yield_now().await;
    }
    let counts = client::ask(stage.metrics, "GET /metrics").await.text();
    assert!(!counts.contains("assent_connections_refused_total 0"), "{counts}");
    drop(kept);
    stage.stop().await;
}

#[tokio::test]
async fn a_network_that_asks_too_often_is_told_when_to_come_back() {
    let stage = Stage::with("[limits]\nrequests_burst = 3\nrequests_per_minute = 1\n").await;
    for _ in 0..3 {
        assert_eq!(stage.ask("GET /v1/log").await.status, 200);
    }
    let answer = stage.ask("GET /v1/log").await;
    assert_eq!((answer.status, answer.problem().as_str()), (429, "too-many"));
    let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=61).contains(&seconds), "{seconds}");
    assert_eq!(stage.ask("GET /healthz").await.status, 200, "who looks after the house is not counted");
    stage.stop().await;
}

#[tokio::test]
async fn behind_a_proxy_each_visitor_is_counted_alone() {
    let proxied = "[region]\ntrusted_proxies = [\"127.0.0.0/8\"]\nclient_header = \"x-forwarded-for\"\n";
    let stage =
        Stage::with(&format!("[limits]\nrequests_burst = 1\nrequests_per_minute = 1\n{proxied}")).await;
    let from =
        async |address: &str| stage.ask(&format!("GET /v1/log\nx-forwarded-for: {address}\n\n")).await.status;
    assert_eq!(from("192.0.2.1").await, 200);
    assert_eq!(from("192.0.2.99").await, 429, "the same network");
    assert_eq!(from("198.51.100.1").await, 200);
    stage.stop().await;
}

#[tokio::test]
async fn a_site_that_sends_too_much_is_held_back_and_another_is_not() {
    let limits = "[limits]\nrequests_burst = 1000\nsite_records_per_second = 1\nsite_records_burst = 1\n";
    let stage = Stage::with(limits).await;
    let visitor = crate::stage::Visitor::new(1);
    assert_eq!(stage.choose(&visitor, true).await.status, 201);
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(stage.choose(&visitor, false).await.status);
    }
    assert!(statuses.contains(&429), "{statuses:?}");
    stage.stop().await;
}

async fn say(stream: &mut TcpStream, text: &str) {
    use tokio::io::AsyncWriteExt;
    // Who was turned away may be gone already; the answer says so.
    let _ = stream.write_all(text.as_bytes()).await;
}

async fn talk(stream: &mut TcpStream) {
    say(stream, &client::wire("GET /healthz", false)).await;
    assert_eq!(client::answer(stream).await.status, 200);
}
