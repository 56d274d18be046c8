//! What was kept back in a browser and arrives late.

use crate::stage::{ORIGIN, Stage, Visitor, post};

/// The policy of the stage after a change.
async fn publish_another(stage: &Stage) {
    let other = include_str!("policy.json").replace("Counter\"", "Counting\"");
    let site = stage.archive.site("shop").await.unwrap();
    stage.archive.publish("test", &site, &other).await.unwrap();
}

#[tokio::test]
async fn a_choice_under_a_replaced_policy_is_recorded_under_that_policy() {
    let stage = Stage::start().await;
    let (shown, _) = stage.region().await;
    publish_another(&stage).await;
    let (present, token_of_present) = stage.region().await;
    assert_ne!(shown, present);
    let visitor = Visitor::new(1);
    let refused = stage.ask(&post(&visitor.choice(&shown, &token_of_present, true))).await;
    assert_eq!(refused.problem(), "policy-token", "a token is for one policy");

    let ask = async |policy: &str| {
        stage.ask(&format!("GET /v1/sites/shop/region?policy={policy}\norigin: {ORIGIN}\n\n")).await
    };
    let region = ask(&shown).await.json();
    assert_eq!((&region["policy"], &region["policy_version"]), (&shown.as_str().into(), &1.into()));
    let token = region["policy_token"].as_str().unwrap();
    let recorded = stage.ask(&post(&visitor.choice(&shown, token, true))).await;
    assert_eq!(recorded.status, 201);
    assert!(recorded.json()["record"].as_str().unwrap().contains(&shown));

    // Nobody gets a token for what was never asked, nor for what another site asked.
    assert_eq!(ask(&shown.replace("sha256-", "sha256-A")).await.problem(), "bad-parameter");
    let never = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert_eq!(ask(never).await.problem(), "not-found");
    let elsewhere = stage.ask(&format!("GET /v1/sites/blog/region?policy={present}\n\n")).await;
    assert_eq!(elsewhere.problem(), "not-found");
    stage.stop().await;
}

#[tokio::test]
async fn a_choice_that_arrives_after_the_erasure_is_told_that_it_is_over() {
    let stage = Stage::start().await;
    let visitor = Visitor::new(2);
    let (policy, token) = stage.region().await;
    let body = visitor.choice(&policy, &token, true);
    assert_eq!(stage.ask(&post(&body)).await.status, 201);
    let erased = stage.ask(&format!("DELETE /v1/me\n{}\n\n", visitor.shows())).await;
    assert_eq!(erased.status, 202);
    for late in [body, visitor.choice(&policy, &token, false)] {
        let answer = stage.ask(&post(&late)).await;
        assert_eq!((answer.status, answer.problem().as_str()), (410, "erased"));
        assert!(!answer.text().contains(&visitor.id()), "nothing that was sent is repeated");
    }
    assert_eq!(stage.ask(&format!("GET /v1/me/consents\n{}\n\n", visitor.shows())).await.status, 404);
    stage.stop().await;
}
