//! Why something was held: by whom, when, and what would release it.

use assent_stage::{
    browser::{Case, Outcome, Page, json},
    cases,
};

pub const CASES: &[Case] = cases![
    an_event_says_by_which_interceptor_when_and_what_would_release_it,
    an_element_is_explained_by_what_it_waits_for,
    a_report_puts_together_what_was_held,
];

const PAGE: &str = "cases/what-was-held-is-explained";

/// A way out each: what is done, and the built-in that is named.
const WAYS: &[(&str, &str, &str)] = &[
    ("fetch", "fetch", "fetch('http://both.example/fetch').catch(() => {})"),
    (
        "xhr",
        "send",
        "(it => { it.open('GET', 'http://both.example/xhr'); it.send(); })(new XMLHttpRequest())",
    ),
    ("beacon", "sendBeacon", "navigator.sendBeacon('http://both.example/beacon')"),
    ("img", "src", "new Image().src = 'http://both.example/img'"),
    (
        "script",
        "setAttribute",
        "document.createElement('script').setAttribute('src', 'http://both.example/script')",
    ),
    ("iframe", "innerHTML", "stage.innerHTML = '<iframe src=\"http://both.example/iframe\"></iframe>'"),
    (
        "link",
        "insertAdjacentHTML",
        "stage.insertAdjacentHTML('beforeend', '<link rel=stylesheet href=http://both.example/link>')",
    ),
    (
        "style",
        "insertRule",
        "document.head.appendChild(document.createElement('style')).sheet.insertRule('p { background: url(http://both.example/style) }')",
    ),
    ("WebSocket", "WebSocket", "new WebSocket('ws://both.example/WebSocket')"),
    ("EventSource", "EventSource", "new EventSource('http://both.example/EventSource')"),
    ("Worker", "Worker", "new Worker('http://both.example/Worker')"),
];

async fn an_event_says_by_which_interceptor_when_and_what_would_release_it(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.until("!!assent.choice").await?;
    for (kind, through, way) in WAYS {
        page.eval(&format!(
            "((stage) => {{ window.__since = performance.now(); {way}; }})(document.querySelector('#stage'))"
        ))
        .await?;
        let found = format!("__held.find(it => it.url.endsWith('both.example/{kind}'))");
        page.until(&format!("!!{found}")).await?;
        let facts = page
            .eval(&format!("(it => [it.kind, it.through, it.allowed, it.rule, it.purpose, it.vendor, it.needs, it.time >= __since && it.time <= performance.now(), Math.abs(performance.timeOrigin + it.time - it.at) < 5000])({found})"))
            .await?;
        let rule = "purpose_not_granted";
        assert_eq!(
            facts,
            json!([kind, through, false, rule, "analytics", "both", ["analytics", "marketing"], true, true]),
            "{kind}"
        );
        let again = page.eval(&format!("assent.explain({found}.url).held.through")).await?;
        assert_eq!(again, json!(through), "{kind}");
    }
    assert_eq!(
        page.eval("assent.explain('http://both.example/never-asked').held ?? 'never'").await?,
        json!("never")
    );
    let nobodys = page
        .eval("(({ rule, needs }) => [rule, needs])(assent.explain('https://connect.facebook.net/x.js'))")
        .await?;
    assert_eq!(nobodys, json!(["undeclared_tracker", []]), "no grant releases it");
    // What is needed is what is missing, a refused vendor included.
    page.click_in_notice("[data-action=vendors]").await?;
    page.until_notice_shows("[data-action=save]").await?;
    for purpose in ["analytics", "marketing"] {
        page.click_in_notice(&format!("input[name=purpose][value={purpose}]")).await?;
    }
    page.click_in_notice("input[name=vendor][value=both]").await?;
    page.click_in_notice("[data-action=save]").await?;
    page.until("assent.allows('marketing')").await?;
    let refused =
        page.eval("(({ rule, needs }) => [rule, needs])(assent.explain('http://both.example/'))").await?;
    assert_eq!(refused, json!(["vendor_refused", ["both"]]));
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}

async fn an_element_is_explained_by_what_it_waits_for(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.until("!!assent.choice").await?;
    let explained = "(({ allowed, rule, purpose, vendor, needs, held }) => [allowed, rule, purpose, vendor, needs, held?.through ?? ''])";
    for (element, expected) in [
        (
            "document.querySelector('#written')",
            json!([false, "purpose_not_granted", "marketing", "acme-ads", ["marketing"], "parser"]),
        ),
        (
            "document.querySelector('#tagged')",
            json!([false, "purpose_not_granted", "functional", "acme-video", ["functional"], ""]),
        ),
        (
            "document.querySelector('script[data-assent]')",
            json!([false, "tagged", "analytics acme-ads", "", ["analytics", "acme-ads"], ""]),
        ),
        (
            "Object.assign(new Image(), { srcset: '/own.gif 1x, http://metrics.example/two.gif 2x' })",
            json!([false, "purpose_not_granted", "analytics", "acme-metrics", ["analytics"], "srcset"]),
        ),
        ("Object.assign(new Image(), { src: '/own.gif' })", json!([true, "first_party", "", "", [], ""])),
    ] {
        assert_eq!(
            page.eval(&format!("{explained}(assent.explain({element}))")).await?,
            expected,
            "{element}"
        );
    }
    Ok(())
}

async fn a_report_puts_together_what_was_held(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.until("!!assent.choice").await?;
    page.eval("(['a', 'b', 'a'].forEach(it => navigator.sendBeacon('http://metrics.example/' + it)), new WebSocket('ws://metrics.example/socket'), 1)").await?;
    page.eval("void (window.__report = await assent.report())").await?;
    let row = page
        .eval("(({ count, kinds, through, needs, urls, vendor, why, release }) => [count, kinds, through, needs, urls.length, vendor, why, release])(__report.held.find(it => it.host === 'metrics.example'))")
        .await?;
    assert_eq!(
        row,
        json!([
            4,
            { "beacon": 3, "WebSocket": 1 },
            { "sendBeacon": 3, "WebSocket": 1 },
            ["analytics"],
            3,
            "acme-metrics",
            "\"acme-metrics\" works for \"analytics\", and the person has not granted that",
            "the person grants \"analytics\"; what was held of WebSocket is not made later, the next page view makes it anew"
        ])
    );
    let hosts = page.eval("__report.held.map(it => it.host).sort()").await?;
    let host = page.host().to_owned();
    assert_eq!(hosts, json!(["ads.example", "metrics.example", "this page", "video.example"]), "{host}");
    assert_eq!(
        page.eval("__report.total === __report.held.reduce((sum, it) => sum + it.count, 0)").await?,
        json!(true)
    );
    let text = page.eval("__report.text").await?;
    assert!(
        text.as_str().unwrap_or_default().contains("metrics.example: held 4 times. Why: \"acme-metrics\""),
        "{text}"
    );
    page.click_in_notice("[data-action=accept]").await?;
    page.until("(await assent.report()).held.every(it => it.allowed)").await
}
