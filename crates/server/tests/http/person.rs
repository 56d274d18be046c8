//! Who is not the person learns nothing.

use crate::client::Answer;
use crate::stage::{Stage, Visitor};

/// An answer without what differs from moment to moment.
fn bare(answer: &Answer) -> (u16, String, Vec<u8>) {
    let head = answer.head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("date:"));
    (answer.status, head.collect::<Vec<_>>().join("\n"), answer.body.clone())
}

#[tokio::test]
async fn unknown_wrong_and_malformed_are_one_answer() {
    let stage = Stage::start().await;
    let (present, absent) = (Visitor::new(1), Visitor::new(2));
    assert_eq!(stage.choose(&present, true).await.status, 201);
    let (id, token, other) = (present.id(), present.token(), absent.token());
    let strangers = [
        String::new(),
        format!("authorization: Subject shop.{id}.{other}"),
        format!("authorization: Subject shop.{}.{other}", absent.id()),
        format!("authorization: Subject blog.{id}.{token}"),
        format!("authorization: Subject nobody.{id}.{token}"),
        format!("authorization: Subject shop.{id}"),
        format!("authorization: Subject shop.{id}.{token}.x"),
        format!("authorization: Subject shop.{id}.{token}="),
        format!("authorization: Bearer shop.{id}.{token}"),
        "authorization: Subject".into(),
        "authorization: Subject ..".into(),
    ];
    for (method, path) in [
        ("GET", "/v1/me/consents"),
        ("GET", "/v1/me/export"),
        ("GET", "/v1/me/notices"),
        ("POST", "/v1/me/withdraw"),
        ("DELETE", "/v1/me"),
        ("GET", "/v1/me/consents/01234567-89ab-7def-8123-456789abcdef/receipt"),
    ] {
        let ask = async |header: &str| stage.ask(&format!("{method} {path}\n{header}\n\n")).await;
        let expected = bare(&ask(&strangers[1]).await);
        assert_eq!(expected.0, 404);
        for stranger in &strangers {
            assert_eq!(bare(&ask(stranger).await), expected, "{method} {path} {stranger}");
        }
    }
    let known = stage.ask(&format!("GET /v1/me/consents\n{}\n\n", present.shows())).await;
    assert_eq!(known.status, 200, "the person is still there");
    stage.stop().await;
}

#[tokio::test]
async fn a_history_is_read_part_by_part_and_exported_as_a_whole() {
    let stage = Stage::start().await;
    let visitor = Visitor::new(3);
    for number in 0..60 {
        assert_eq!(stage.choose(&visitor, number % 2 == 0).await.status, 201);
    }
    let part = stage.ask(&format!("GET /v1/me/consents\n{}\n\n", visitor.shows())).await.json();
    assert_eq!(part["records"].as_array().unwrap().len(), 50);
    let next = part["next"].as_str().unwrap();
    let rest = stage.ask(&format!("GET /v1/me/consents?cursor={next}\n{}\n\n", visitor.shows())).await.json();
    assert_eq!(rest["records"].as_array().unwrap().len(), 10);
    assert!(rest.get("next").is_none());
    let export = stage.ask(&format!("GET /v1/me/export\n{}\n\n", visitor.shows())).await.text();
    let receipts = export.lines().filter(|line| line.contains("\"type\":\"receipt\"")).count();
    assert_eq!(receipts, 60);
    stage.stop().await;
}

#[tokio::test]
async fn a_history_is_taken_along_in_the_vocabulary_of_others() {
    let stage = Stage::start().await;
    let visitor = Visitor::new(4);
    let first = stage.choose(&visitor, true).await.json();
    for number in 0..59 {
        assert_eq!(stage.choose(&visitor, number % 2 == 0).await.status, 201);
    }
    let shows = visitor.shows();
    let id = first["id"].as_str().unwrap();
    let by_name = stage.ask(&format!("GET /v1/me/consents/{id}/receipt?format=jsonld\n{shows}\n\n")).await;
    assert_eq!(by_name.header("content-type"), Some("application/ld+json"));
    let receipt = by_name.json();
    assert_eq!(receipt["@type"], "dpv:ConsentReceipt");
    assert_eq!(receipt["@id"], format!("urn:uuid:{id}"));
    for name in ["record", "salt", "receipt"] {
        assert_eq!(receipt["assent:bundle"][name], first[name], "it carries its own proof");
    }
    let accept = "accept: text/html, application/ld+json;q=0.9";
    let by_accept = stage.ask(&format!("GET /v1/me/consents/{id}/receipt\n{shows}\n{accept}\n\n")).await;
    assert_eq!(by_accept.json(), receipt);

    // The context is where its relative name leads, and the same everywhere.
    let name = receipt["@context"].as_str().unwrap();
    let mut contexts = Vec::new();
    for base in ["/v1/me/consents/x", "/v1/me", ""] {
        let context = stage.ask(&format!("GET {base}/{name}\n\n")).await;
        assert_eq!(context.status, 200, "{base}");
        contexts.push(context.json());
    }
    assert!(contexts.iter().all(|context| context["@context"]["dpv"].is_string()), "{contexts:?}");

    let part = stage.ask(&format!("GET /v1/me/consents?format=jsonld\n{shows}\n\n")).await;
    assert_eq!(part.json()["@graph"].as_array().unwrap().len(), 50);
    let (next, _) = part.header("link").unwrap().trim_start_matches('<').split_once('>').unwrap();
    let rest = stage.ask(&format!("GET {next}\n{shows}\n\n")).await;
    let rest_of = rest.json()["@graph"].as_array().unwrap().clone();
    assert_eq!((rest_of.len(), rest.header("link")), (10, None));
    assert_eq!(rest_of[9], receipt, "the oldest one is the last");

    let export = stage.ask(&format!("GET /v1/me/export?format=jsonld\n{shows}\n\n")).await;
    assert_eq!(export.json()["@graph"].as_array().unwrap().len(), 60);
    assert!(export.json()["@context"] == receipt["@context"]);
    for path in ["/v1/me/export", "/v1/me/consents"] {
        let strange = stage.ask(&format!("GET {path}?format=canary\n{shows}\n\n")).await;
        assert_eq!(strange.problem(), "bad-parameter");
    }
    stage.stop().await;
}
