//! The service worker: what no script of the page can stand in front of.

use assent_stage::{
    browser::{Case, Outcome, Page, json},
    cases,
};

pub const CASES: &[Case] = cases![
    a_service_worker_holds_what_the_parser_fetches,
    a_service_worker_without_a_policy_is_not_installed,
    a_worker_of_the_sites_own_goes_on_with_ours_in_it_and_without,
    of_two_workers_at_one_place_the_later_stays,
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

async fn a_worker_of_the_sites_own_goes_on_with_ours_in_it_and_without(page: &Page) -> Outcome {
    const OWN: &str = "await (await fetch('/own/by-the-worker')).text()";
    // From a page without a gate, so that the worker alone decides.
    const ASKED: &str =
        "await fetch('http://ads.example/asked.gif', { mode: 'no-cors' }).then(() => true, () => false)";
    let page = &page.at_home().await?;
    page.open("cases/own-worker-room").await?;
    page.until("!!(await navigator.serviceWorker.getRegistration())?.active").await?;
    open(page).await?;
    let script = "new URL(navigator.serviceWorker.controller.scriptURL).pathname";
    assert_eq!(page.eval(script).await?, json!("/cases/own-sw.js"));
    assert_eq!(reached(page), Vec::<String>::new(), "before a choice");
    assert_eq!(page.eval(OWN).await?, json!("from the worker of the site"));
    page.open("cases/no-gate").await?;
    assert_eq!(page.eval(ASKED).await?, json!(false));
    assert_eq!(reached(page), Vec::<String>::new());

    // One call takes ours out, with a mark for when the browser starts the worker again; the site's stays.
    page.eval("(navigator.serviceWorker.controller.postMessage('assent:remove'), 1)").await?;
    page.until("!!await (await caches.open('assent-worker')).match('/assent-worker-removed')").await?;
    page.open("cases/no-gate").await?;
    assert_eq!(page.eval(ASKED).await?, json!(true));
    assert_eq!(page.eval(OWN).await?, json!("from the worker of the site"));
    assert_eq!(page.eval(script).await?, json!("/cases/own-sw.js"));
    page.eval("await (await navigator.serviceWorker.getRegistration()).unregister()").await?;
    page.eval("await caches.delete('assent-worker')").await?;
    page.until(NONE_LEFT).await
}

async fn of_two_workers_at_one_place_the_later_stays(page: &Page) -> Outcome {
    let page = &page.at_home().await?;
    page.open("privacy").await?;
    page.eval(
        "(async () => {
            await navigator.serviceWorker.register('/assent-sw.js?policy=/cases/policy.json', { scope: '/cases/' });
            await navigator.serviceWorker.register('/cases/own-sw.js?policy=/cases/policy.json', { scope: '/cases/' });
        })()",
    )
    .await?;
    let active = "(await navigator.serviceWorker.getRegistrations()).map(it => new URL((it.installing ?? it.waiting ?? it.active).scriptURL).pathname)";
    assert_eq!(page.eval(active).await?, json!(["/cases/own-sw.js"]));
    page.eval(
        "await Promise.all((await navigator.serviceWorker.getRegistrations()).map(it => it.unregister()))",
    )
    .await?;
    page.until(NONE_LEFT).await
}
