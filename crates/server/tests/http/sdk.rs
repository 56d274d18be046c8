//! The browser's half, as pages get it.

use std::fs;

use crate::client;
use crate::stage::Stage;
use assent_core::bake;

/// A stage with a made-up SDK: what is in the files does not matter here.
async fn stage() -> Stage {
    let folder = tempfile::tempdir().unwrap();
    let sdk = folder.path().join("sdk");
    fs::create_dir_all(sdk.join("locales")).unwrap();
    for (name, text) in [
        ("assent.js", "gate()".to_string()),
        ("assent.template.js", format!("gate(\"{}\")", bake::PLACE)),
        ("assent-notice.js", "notice();".repeat(200)),
        ("locales/en.json", "{}".into()),
        (".assent.stamp", "hidden".into()),
        ("LICENSE", "no".into()),
    ] {
        fs::write(sdk.join(name), text).unwrap();
    }
    Stage::in_folder(folder, "").await
}

#[tokio::test]
async fn the_gate_has_the_sites_policy_in_it() {
    let stage = stage().await;
    let answer = stage.ask("GET /sites/shop/assent.js").await;
    assert_eq!((answer.status, answer.header("content-type")), (200, Some("text/javascript; charset=utf-8")));
    assert!(answer.text().starts_with("gate(\"{\\\"version\\\":1"), "{}", answer.text());
    assert_eq!(answer.header("cache-control"), Some("public, no-cache"));
    let tag = answer.header("etag").unwrap();
    let again = stage.ask(&format!("GET /sites/shop/assent.js\nif-none-match: {tag}\n\n")).await;
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(
        stage.ask("GET /assent.js").await.status,
        404,
        "there are two sites, and no way to tell which"
    );
    stage.stop().await;
}

#[tokio::test]
async fn files_are_compressed_and_kept_for_ever_under_their_version() {
    let stage = stage().await;
    let plain = stage.ask("GET /assent-notice.js").await;
    assert_eq!(plain.body.len(), 1800);
    let brotli = stage.ask("GET /assent-notice.js\naccept-encoding: gzip, br\n\n").await;
    assert_eq!((brotli.status, brotli.header("content-encoding")), (200, Some("br")));
    assert!(brotli.body.len() < 200, "{}", brotli.body.len());
    let gzip = stage.ask("GET /sites/shop/assent-notice.js\naccept-encoding: gzip\n\n").await;
    assert_eq!(gzip.header("content-encoding"), Some("gzip"));
    assert_ne!(brotli.header("etag"), gzip.header("etag"));
    assert_eq!(stage.ask("GET /locales/en.json").await.status, 200);
    for absent in [
        "/assent.template.js",
        "/.assent.stamp",
        "/LICENSE",
        "/sdk/0/assent-notice.js",
        "/sites/shop/../x.js",
    ] {
        assert_eq!(stage.ask(&format!("GET {absent}")).await.problem(), "not-found", "{absent}");
    }
    let counts = client::ask(stage.metrics, "GET /metrics").await.text();
    assert!(counts.contains("route=\"/assent-notice.js\",status=\"200\""), "{counts}");
    stage.stop().await;
}
