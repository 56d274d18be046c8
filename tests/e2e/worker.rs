//! The service worker: what no script of the page can stand in front of.

use assent_stage::{
    browser::{Case, Outcome, Page, json},
    cases,
};

pub const CASES: &[Case] = cases![
    a_service_worker_holds_what_the_parser_fetches,
    a_service_worker_without_a_policy_is_not_installed,
];

const ROOM: &str = "cases/worker-room";
const PAGE: &str = "cases/a-service-worker-holds-what-the-parser-fetches";
const TRACKERS: [&str; 2] = ["ads.example", "metrics.example"];
const NONE_LEFT: &str = "(await navigator.serviceWorker.getRegistrations()).length === 0";

/// Opens the page and waits for what may pass, which is asked for after what must not.
async fn open(page: &Page) -> Outcome {
    let seen = page.hits("js.stripe.com").len();
    page.open(PAGE).await?;
    page.until("document.readyState === 'complete' && [...document.images].every(image => image.complete)")
        .await?;
    assert!(page.hits("js.stripe.com").len() > seen, "what is essential passes");
    Ok(())
}

fn reached(page: &Page) -> Vec<String> {
    TRACKERS.iter().flat_map(|host| page.hits(host)).map(|hit| hit.path).collect()
}

async fn remove(page: &Page) -> Outcome {
    page.eval("(navigator.serviceWorker.controller?.postMessage('assent:remove'), 1)").await?;
    page.until(NONE_LEFT).await
}

async fn a_service_worker_holds_what_the_parser_fetches(page: &Page) -> Outcome {
    // Workers want a secure context.
    let page = &page.at_home().await?;
    page.open(ROOM).await?;
    page.until("!!(await navigator.serviceWorker.getRegistration())?.active").await?;
    open(page).await?;
    assert_eq!(page.eval("!!navigator.serviceWorker.controller").await?, json!(true));
    assert_eq!(reached(page), Vec::<String>::new(), "before a choice");
    assert!(!page.hits("ads.example.com").is_empty(), "what only looks alike passes");

    page.click_in_notice("[data-action=accept]").await?;
    page.until("assent.allows('marketing')").await?;
    open(page).await?;
    for path in ["/written.gif", "/sheet.css"] {
        page.hit("ads.example", path).await?;
    }
    page.hit("metrics.example", "/written.gif").await?;

    page.eval("(assent.rejectAll(), 1)").await?;
    page.until("assent.choice?.status === 'withdrawn' || assent.choice?.status === 'refused'").await?;
    open(page).await?;
    let before = reached(page);
    open(page).await?;
    assert_eq!(reached(page), before, "after the withdrawal");
    remove(page).await
}

async fn a_service_worker_without_a_policy_is_not_installed(page: &Page) -> Outcome {
    let page = &page.at_home().await?;
    page.open("privacy").await?;
    let outcome = page
        .eval("await navigator.serviceWorker.register('/assent-sw.js?policy=/cases/no-such-policy.json').then(it => new Promise(done => (it.installing ?? it.waiting ?? it.active).addEventListener('statechange', event => done(event.target.state))), () => 'redundant')")
        .await?;
    assert_eq!(outcome, json!("redundant"));
    page.until(NONE_LEFT).await
}
