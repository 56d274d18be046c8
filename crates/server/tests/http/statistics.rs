//! Statistics are for those who may see them.

use assent_server::store::{Clock, Release, Scope};

use crate::stage::{Stage, Visitor, post};

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

/// Lets people of each regime choose, and releases the day: so many of them that no noise brings a group below twenty.
async fn a_day(stage: &Stage, release: Release) {
    let (policy, token) = stage.region().await;
    for (regime, people) in [("opt_in", 1..71), ("notice", 100..160), ("opt_out", 200..205)] {
        for number in people {
            let choice = Visitor::new(number).choice(&policy, &token, true);
            let choice = choice.replacen('{', &format!("{{\"regime\":\"{regime}\","), 1);
            assert_eq!(stage.ask(&post(&choice)).await.status, 201);
        }
    }
    stage.clock.forward(2 * 86_400_000);
    assert_eq!(stage.archive.release(release).await.unwrap(), 2);
}

#[tokio::test]
async fn numbers_are_about_many_are_drawn_once_and_a_months_budget_is_not_exceeded() {
    let stage = Stage::with("[statistics]\nnoise = 4\nbudget = 1.0\n").await;
    let release = Release { smallest: 20, noise: 4, budget: 1000 };
    let token = stage.archive.make_token("test", "max", Scope::Marketer, None, 900).await.unwrap().1;
    let today = || stage.clock.now().text().split('T').next().unwrap().to_string();
    let ask = async |first: &str, last: &str| {
        let query = format!("from={first}&to={last}&by=day,regime");
        let head = format!("GET /v1/admin/sites/shop/statistics?{query}\nauthorization: Bearer {token}\n\n");
        stage.ask(&head).await
    };
    let mut days = Vec::new();
    for _ in 0..3 {
        let first = today();
        a_day(&stage, release).await;
        days.push((first, today()));
        stage.clock.forward(31 * 86_400_000);
    }
    let [a, b, c] = days.as_slice() else { panic!() };
    let answer = ask(&a.0, &a.1).await;
    let cells = answer.json()["statistics"].as_array().unwrap().clone();
    // Five people are left out, and the smaller of the two groups besides.
    assert_eq!(cells.len(), 2, "{cells:?}");
    assert!(cells.iter().all(|cell| cell["regime"] == "opt_in"), "{cells:?}");
    assert!(cells.iter().any(|cell| cell["purpose"] == "analytics" && cell["granted"].as_u64() > Some(0)));
    for _ in 0..5 {
        assert_eq!(ask(&a.0, &a.1).await.body, answer.body, "it was drawn once");
    }
    // Two purposes with an epsilon of 1/4 each: a month costs a half, and two months are all that this month allows.
    assert_eq!(ask(&a.0, &c.1).await.problem(), "budget");
    assert_eq!(ask(&b.0, &b.1).await.status, 200, "what was refused has cost nothing");
    let refused = ask(&c.0, &c.1).await;
    assert_eq!((refused.status, refused.problem().as_str()), (429, "budget"));
    let seconds: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=31 * 86_400).contains(&seconds), "{seconds}");
    assert!(refused.json()["detail"].as_str().unwrap().contains("-01T00:00:00.000Z"));
    assert_eq!(ask(&a.0, &b.1).await.status, 200, "what was looked at stays open");
    stage.clock.forward(1000 * (seconds + 1));
    assert_eq!(ask(&c.0, &c.1).await.status, 200);
    stage.stop().await;
}
