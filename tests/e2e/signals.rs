//! Signals in (Global Privacy Control) and out (Consent Mode).

use assent_stage::{
    browser::{Case, Outcome, Page, json},
    cases,
};

pub const CASES: &[Case] = cases![
    in_california_a_privacy_signal_keeps_advertising_held,
    in_california_without_a_signal_advertising_runs_until_refused,
    consent_mode_hears_a_denial_before_anything_else,
    consent_mode_hears_a_stored_choice_at_once,
];

const CALIFORNIA: &str = "cases/a-privacy-signal-counts-where-the-law-says-so";
const CONSENT_MODE: &str = "cases/consent-mode-hears-the-choice-first";

async fn in_california_a_privacy_signal_keeps_advertising_held(page: &Page) -> Outcome {
    page.open(&format!("{CALIFORNIA}?signal")).await?;
    page.hit("js.stripe.com", "/probe/beacon").await?;
    page.until("assent.choice.gpc === true && assent.choice.regime === 'opt_out'").await?;
    assert_eq!(page.eval("assent.allows('marketing')").await?, json!(false));
    assert!(page.hits("ads.example").is_empty());
    Ok(())
}

async fn in_california_without_a_signal_advertising_runs_until_refused(page: &Page) -> Outcome {
    page.open(CALIFORNIA).await?;
    page.until("(window.__ran ?? []).includes('ads.example/probe/script-append.js')").await?;
    page.eval("assent.rejectAll()").await?;
    page.until("!assent.allows('marketing')").await
}

/// The state of `type` in the newest Consent Mode command of `kind`.
fn newest(kind: &str, storage: &str) -> String {
    format!("__commands().filter(it => it[0] === 'consent' && it[1] === '{kind}').at(-1)[2].{storage}")
}

async fn consent_mode_hears_a_denial_before_anything_else(page: &Page) -> Outcome {
    page.open(CONSENT_MODE).await?;
    assert_eq!(page.eval("__commands()[0].slice(0, 2)").await?, json!(["consent", "default"]));
    for storage in ["analytics_storage", "ad_storage", "ad_user_data", "ad_personalization"] {
        assert_eq!(page.eval(&newest("default", storage)).await?, json!("denied"), "{storage}");
    }
    page.click_in_notice("[data-action=accept]").await?;
    page.until("__commands().some(it => it[0] === 'consent' && it[1] === 'update')").await?;
    for storage in ["analytics_storage", "ad_storage", "ad_user_data", "ad_personalization"] {
        assert_eq!(page.eval(&newest("update", storage)).await?, json!("granted"), "{storage}");
    }
    Ok(())
}

async fn consent_mode_hears_a_stored_choice_at_once(page: &Page) -> Outcome {
    page.open(CONSENT_MODE).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("assent.allows('analytics')").await?;
    page.reload().await?;
    assert_eq!(page.eval("__commands()[0].slice(0, 2)").await?, json!(["consent", "default"]));
    assert_eq!(page.eval(&newest("default", "analytics_storage")).await?, json!("granted"));
    Ok(())
}
