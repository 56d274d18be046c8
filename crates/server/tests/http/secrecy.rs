//! What is written down about people: nothing.

use crate::client;
use crate::stage::{Stage, Visitor, log, post};

#[tokio::test]
async fn no_id_no_token_and_no_address_is_logged_or_counted() {
    let counts = live().await;
    // All tests of this process write to one log, whatever they have sent.
    let log = log();
    assert!(log.contains("/v1/sites/{site}/consents"), "the log has the routes: {log}");
    let visitor = Visitor::new(9);
    for canary in [&visitor.id(), &visitor.token(), "canary", "198.51.100", "127.0.0.1"] {
        let line = log.lines().find(|line| line.contains(canary));
        assert_eq!(line, None, "{canary} is in the log");
        assert!(!counts.contains(canary), "{canary} is in the counts");
    }
}

/// A life with canaries in all places where somebody's words arrive.
async fn live() -> String {
    let proxied = "[region]\ntrusted_proxies = [\"127.0.0.0/8\"]\nclient_header = \"x-forwarded-for\"\n";
    let stage = Stage::with(proxied).await;
    let visitor = Visitor::new(9);
    let from = "x-forwarded-for: 198.51.100.7\nuser-agent: canary\nreferer: https://canary.example/";
    assert_eq!(stage.choose(&visitor, true).await.status, 201);
    for request in [
        format!("GET /v1/me/consents?canary=1\n{}\n{from}\n\n", visitor.shows()),
        format!("GET /v1/me/consents\n{}\n{from}\n\n", visitor.shows()),
        format!("GET /v1/me/consents\nauthorization: Subject shop.canary.{}\n{from}\n\n", visitor.token()),
        format!("GET /canary?{}\n{from}\n\n", visitor.token()),
        format!("GET /v1/sites/canary/region\n{from}\n\n"),
        format!("GET /v1/admin/sites\nauthorization: Bearer canary\n{from}\n\n"),
        post("{\"canary\":\"canary\"}"),
        format!("POST /v1/me/withdraw\n{}\n{from}\n\n", visitor.shows()),
        format!("DELETE /v1/me\n{}\n{from}\n\n", visitor.shows()),
    ] {
        stage.ask(&request).await;
    }
    let counts = client::ask(stage.metrics, "GET /metrics").await.text();
    stage.stop().await;
    counts
}
