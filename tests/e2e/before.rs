//! Before a choice.

use std::collections::BTreeSet;

use assent_stage::{
    browser::{Case, Outcome, Page, Value, eventually, json},
    cases,
};

pub const CASES: &[Case] = cases![
    no_way_of_asking_reaches_a_tracker_before_a_choice,
    scripts_the_parser_meets_do_not_run_before_a_choice,
    essential_and_look_alike_hosts_are_not_held,
    nothing_connects_and_nothing_is_written_without_a_grant,
    the_banner_asks_with_both_answers_on_its_first_layer,
];

const PAGE: &str = "cases/nothing-tracked-runs-before-a-choice";

/// Waits until every way of asking has reached `host`.
async fn all_arrived(page: &Page, host: &str) -> Outcome {
    let names = page.eval("probe.names").await?;
    let wanted: BTreeSet<String> =
        names.as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    assert!(wanted.len() > 25, "the page lists its probes: {names}");
    let mut missing = wanted.clone();
    eventually(&format!("every probe arrives at {host}"), async || {
        let arrived: BTreeSet<String> = page
            .hits(host)
            .iter()
            .filter_map(|hit| Some(hit.path.strip_prefix("/probe/")?.split('.').next()?.to_owned()))
            .collect();
        missing = &wanted - &arrived;
        if missing.is_empty() { Ok(true) } else { Err(format!("still missing: {missing:?}").into()) }
    })
    .await
}

/// What `host` has received, as a list of paths.
fn paths(page: &Page, host: &str) -> Vec<String> {
    page.hits(host).into_iter().map(|hit| format!("{} {}", hit.method, hit.path)).collect()
}

async fn no_way_of_asking_reaches_a_tracker_before_a_choice(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    // These were asked for after the trackers, by the same ways.
    all_arrived(page, "js.stripe.com").await?;
    all_arrived(page, "notmetrics.example").await?;
    assert_eq!(paths(page, "metrics.example"), [""; 0]);
    assert_eq!(paths(page, "www.ads.example"), [""; 0]);
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}

async fn scripts_the_parser_meets_do_not_run_before_a_choice(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.until("__ran.includes('js.stripe.com/parser.js')").await?;
    all_arrived(page, "js.stripe.com").await?;
    let ran = page.eval("__ran.filter(it => /(^|[.])(metrics|ads)[.]example[/]/.test(it))").await?;
    assert_eq!(ran, json!([]));
    Ok(())
}

async fn essential_and_look_alike_hosts_are_not_held(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    all_arrived(page, "notmetrics.example").await?;
    all_arrived(page, "metrics.example.lookalike.test").await
}

async fn nothing_connects_and_nothing_is_written_without_a_grant(page: &Page) -> Outcome {
    page.open("cases/nothing-connects-and-nothing-is-written-without-a-grant").await?;
    page.hit("js.stripe.com", "/probe/beacon").await?;
    assert!(page.hits("metrics.example").is_empty() && page.hits("ads.example").is_empty());
    assert_eq!(page.eval("__answers").await?, json!([0, 0, null]), "both stay as if they were connecting");
    assert_eq!(page.eval("__written").await?, json!(["basket=2", ["basket"]]));
    page.until("__databases.length === 3").await?;
    let events = page.eval("[...__databases].sort()").await?;
    assert_eq!(events, json!(["basket success", "basket upgradeneeded", "metrics.db error"]));
    const KEPT: &str = "(await indexedDB.databases()).map(it => it.name)";
    assert_eq!(page.eval(KEPT).await?, json!(["basket"]));
    assert_eq!(page.eval("__requests").await?, json!([true, true]));
    // What is written as a property comes past, and goes as soon as the page has loaded.
    page.until("Object.keys(sessionStorage).length === 0").await?;
    assert_eq!(page.eval("__errors").await?, json!([]));
    page.click_in_notice("[data-action=accept]").await?;
    page.until("assent.allows('analytics')").await?;
    page.eval("(document.cookie = '_metrics_id=3; path=/', localStorage.setItem('metrics.id', '3'))").await?;
    assert_eq!(page.eval("document.cookie.includes('_metrics_id=3')").await?, json!(true));
    assert_eq!(page.eval("localStorage.getItem('metrics.id')").await?, json!("3"));
    page.eval("openDatabase('metrics.db')").await?;
    page.until("__databases.includes('metrics.db success')").await?;
    // A refusal deletes it.
    page.eval("void assent.rejectAll()").await?;
    page.until(&format!("assent.choice?.status === 'withdrawn' && !{KEPT}.includes('metrics.db')")).await?;
    Ok(())
}

async fn the_banner_asks_with_both_answers_on_its_first_layer(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    for action in ["accept", "refuse", "choose"] {
        page.until_notice_shows(&format!("[data-action={action}]")).await?;
    }
    assert_eq!(page.eval("assent.choice.status").await?, json!("unknown"));
    assert_eq!(page.eval("assent.allows('analytics')").await?, json!(false));
    Ok(())
}
