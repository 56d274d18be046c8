//! Tracker SDKs as their makers publish them: silent before, working after.

use assent_stage::{
    browser::{Case, Outcome, Page, json},
    cases,
};

pub const CASES: &[Case] = cases![
    mixpanel_is_silent_until_released_and_then_works,
    snowplow_is_silent_until_released_and_then_works,
    posthog_is_silent_until_released_and_then_works,
    a_refusal_keeps_every_sdk_silent,
];

const PAGE: &str = "cases/real-sdks-are-silent-until-released";
const HOSTS: [&str; 5] = [
    "cdn.mxpnl.com",
    "api-js.mixpanel.com",
    "collector.harbour-events.example",
    "us.i.posthog.com",
    "us-assets.i.posthog.com",
];

/// All SDKs have been set up, and have said what they had to say.
async fn opened(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.until("typeof snowplowBrowserTracking === 'object' && window.__posthog === 'loaded'").await?;
    page.until_notice_shows("[data-action=accept]").await?;
    for host in HOSTS {
        let hits = page.hits(host);
        assert!(hits.is_empty(), "{host} was asked before a choice: {hits:?}");
    }
    Ok(())
}

async fn mixpanel_is_silent_until_released_and_then_works(page: &Page) -> Outcome {
    opened(page).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.hit("cdn.mxpnl.com", "/libs/mixpanel-2-latest.min.js").await?;
    let event = page.hit("api-js.mixpanel.com", "/track/").await?;
    assert!(event.text().contains("Basket"), "{}", event.text());
    Ok(())
}

async fn snowplow_is_silent_until_released_and_then_works(page: &Page) -> Outcome {
    opened(page).await?;
    page.click_in_notice("[data-action=accept]").await?;
    let event = page.hit("collector.harbour-events.example", "/com.snowplowanalytics.snowplow/tp2").await?;
    assert!(event.text().contains("real-sdks-are-silent"), "{}", event.text());
    Ok(())
}

async fn posthog_is_silent_until_released_and_then_works(page: &Page) -> Outcome {
    opened(page).await?;
    page.click_in_notice("[data-action=accept]").await?;
    let event = page.hit("us.i.posthog.com", "/e/").await?;
    assert!(event.text().contains("Basket opened"), "{}", event.text());
    Ok(())
}

async fn a_refusal_keeps_every_sdk_silent(page: &Page) -> Outcome {
    opened(page).await?;
    page.click_in_notice("[data-action=refuse]").await?;
    page.until("assent.choice.status === 'refused'").await?;
    page.eval("snowplowBrowserTracking.trackPageView()").await?;
    page.eval("fetch('/own/after')").await?;
    page.hit(page.host(), "/own/after").await?;
    for host in HOSTS {
        let hits = page.hits(host);
        assert!(hits.is_empty(), "{host} was asked after a refusal: {hits:?}");
    }
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}
