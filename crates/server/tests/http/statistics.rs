//! Statistics are for those who may see them.

use assent_server::store::Scope;

use crate::stage::{Stage, Visitor};

#[tokio::test]
async fn statistics_open_to_a_token_for_them_and_tell_nothing_of_today() {
    let stage = Stage::start().await;
    let blog = stage.archive.site("blog").await.unwrap();
    let token = async |name: &str, scope, site| {
        stage.archive.make_token("test", name, scope, site, 1).await.unwrap().1
    };
    let ask = async |token: &str, query: &str| {
        let request =
            format!("GET /v1/admin/sites/shop/statistics{query}\nauthorization: Bearer {token}\n\n");
        stage.ask(&request).await
    };
    for number in 1..30 {
        assert_eq!(stage.choose(&Visitor::new(number), true).await.status, 201);
    }
    let marketer = token("marketer", Scope::Marketer, None).await;
    let answer = ask(&marketer, "?from=2020-01-01&to=2020-12-31&by=day,regime").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.json(), serde_json::json!({"smallest": 20, "noise": 10, "statistics": []}));
    assert_eq!(ask(&marketer, "").await.json()["statistics"], serde_json::json!([]), "the day is not over");
    for query in [
        "?by=hour",
        "?by=day,day",
        "?by=day,regime,policy",
        "?from=canary",
        "?to=2026-13-01",
        "?from=2020-01-01&to=2026-01-01",
        "?from=2026-01-02&to=2026-01-01",
    ] {
        let answer = ask(&marketer, query).await;
        assert_eq!(answer.problem(), "bad-parameter", "{query}");
        assert!(!answer.text().contains("canary"));
    }
    assert_eq!(ask(&marketer, "?subject=x").await.problem(), "bad-request");
    assert_eq!(ask(&token("reader", Scope::Auditor, None).await, "").await.status, 200);
    let strangers =
        [token("server", Scope::Backend, None).await, token("blogger", Scope::Marketer, Some(&blog)).await];
    for stranger in strangers {
        assert_eq!(ask(&stranger, "").await.problem(), "forbidden");
    }
    assert_eq!(ask("assent_nobody", "").await.problem(), "unauthorized");
    // A marketer opens nothing else.
    for path in ["/v1/admin/sites", "/v1/admin/audit", "/v1/admin/tokens"] {
        let answer = stage.ask(&format!("GET {path}\nauthorization: Bearer {marketer}\n\n")).await;
        assert_eq!(answer.problem(), "forbidden", "{path}");
    }
    stage.stop().await;
}
