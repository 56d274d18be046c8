//! Which pages may ask.

use crate::stage::{ORIGIN, Stage};

const BLOG: &str = "https://blog.example";

/// Per line: the page, what it asks for, and the origin that is allowed; none if the question is refused.
const QUESTIONS: &[(&str, &str, Option<&str>)] = &[
    (ORIGIN, "/v1/sites/shop/consents", Some(ORIGIN)),
    (ORIGIN, "/v1/sites/shop/region", Some(ORIGIN)),
    (BLOG, "/v1/sites/shop/consents", None),
    (BLOG, "/v1/sites/blog/consents", Some(BLOG)),
    ("https://shop.example.evil.example", "/v1/sites/shop/consents", None),
    ("https://shop.example:8443", "/v1/sites/shop/consents", None),
    ("http://shop.example", "/v1/sites/shop/consents", None),
    ("HTTPS://SHOP.EXAMPLE", "/v1/sites/shop/consents", None),
    ("null", "/v1/sites/shop/consents", None),
    ("", "/v1/sites/shop/consents", None),
    (ORIGIN, "/v1/sites/nobody/consents", None),
    (ORIGIN, "/v1/me/consents", Some(ORIGIN)),
    (ORIGIN, "/v1/me", Some(ORIGIN)),
    (BLOG, "/v1/me/withdraw", Some(BLOG)),
    ("https://evil.example", "/v1/me/consents", None),
    (ORIGIN, "/v1/mean", None),
    (ORIGIN, "/v1/admin/sites", None),
    ("https://anybody.example", "/log/checkpoint", Some("*")),
    ("https://anybody.example", "/openapi.json", Some("*")),
];

#[tokio::test]
async fn a_page_is_answered_by_the_list_of_its_site() {
    let stage = Stage::start().await;
    for (origin, path, allowed) in QUESTIONS {
        let asked = format!("OPTIONS {path}\norigin: {origin}\naccess-control-request-method: POST\n\n");
        let answer = stage.ask(&asked).await;
        assert_eq!(answer.header("access-control-allow-origin"), *allowed, "{origin} {path}");
        assert_eq!(answer.header("access-control-allow-credentials"), None, "{origin} {path}");
        assert!(answer.header("vary").unwrap().contains("origin"), "{origin} {path}");
        if allowed.is_some() {
            assert_eq!((answer.status, answer.header("access-control-max-age")), (204, Some("86400")));
        } else {
            assert_eq!(
                (answer.status, answer.problem().as_str()),
                (403, "origin-not-allowed"),
                "{origin} {path}"
            );
        }
    }
    stage.stop().await;
}

#[tokio::test]
async fn a_page_can_read_what_went_wrong() {
    let stage = Stage::start().await;
    let asked = format!("GET /v1/me/consents\norigin: {ORIGIN}\n\n");
    let answer = stage.ask(&asked).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (404, Some(ORIGIN)));
    stage.stop().await;
}
