//! Released work runs as it would have run.

use assent_stage::{
    browser::{Case, Failure, Outcome, Page, Value, json},
    cases,
};

pub const CASES: &[Case] = cases![
    released_scripts_run_in_their_original_order,
    with_a_stored_grant_each_script_runs_once_and_in_order,
    what_is_deferred_comes_last_and_what_no_browser_runs_delays_nobody,
    the_very_element_that_was_held_is_released_in_its_place,
    a_withdrawal_stops_the_scripts_that_were_given_back_and_have_not_run,
    three_hundred_scripts_are_released_without_a_long_task,
    released_scripts_hear_of_the_pages_loading_and_nobody_else_does,
    without_replay_nobody_hears_of_it_again,
];

const PAGE: &str = "cases/scripts-run-in-their-original-order-once-released";

/// Where a script stands among those that ran; it must have run exactly once.
fn position(ran: &Value, name: &str) -> Result<usize, Failure> {
    let list = ran.as_array().ok_or("no list")?;
    let found: Vec<usize> = (0..)
        .zip(list)
        .filter(|(_, it)| it.as_str().is_some_and(|it| it.contains(name)))
        .map(|(at, _)| at)
        .collect();
    match found.as_slice() {
        [at] => Ok(*at),
        _ => Err(format!("{name} ran {} times in {ran}", found.len()).into()),
    }
}

async fn released_scripts_run_in_their_original_order(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.until_notice_shows("[data-action=accept]").await?;
    assert_eq!(page.eval("__ran.length").await?, 0);
    page.click_in_notice("[data-action=accept]").await?;
    page.until("__ran.length >= 10").await?;
    let ran = page.eval("__ran").await?;
    let order = ["/one.js", "two: inline", "/three.js", "/four.js"];
    for pair in order.windows(2) {
        if let [first, second] = pair {
            assert!(position(&ran, first)? < position(&ran, second)?, "{first} before {second} in {ran}");
        }
    }
    assert!(
        position(&ran, "/five.js")? < position(&ran, "/six.js")?,
        "inserted scripts keep their order in {ran}"
    );
    assert!(
        position(&ran, "/four.js")? < position(&ran, "/deferred.js")?,
        "deferred scripts come after in {ran}"
    );
    assert!(
        position(&ran, "inline module, object")? > position(&ran, "two: inline")?,
        "modules are deferred in {ran}"
    );
    position(&ran, "/module.js")?;
    position(&ran, "/async.js")?;
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}

async fn with_a_stored_grant_each_script_runs_once_and_in_order(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("__ran.length >= 10").await?;
    page.reload().await?;
    page.until("__ran.length >= 10").await?;
    let ran = page.eval("__ran").await?;
    assert!(position(&ran, "/one.js")? < position(&ran, "/three.js")?, "{ran}");
    assert!(position(&ran, "/three.js")? < position(&ran, "/deferred.js")?, "{ran}");
    assert!(position(&ran, "/five.js")? < position(&ran, "/six.js")?, "{ran}");
    for name in ["two: inline", "/four.js", "/async.js", "/module.js", "inline module, object"] {
        position(&ran, name)?;
    }
    Ok(())
}

async fn what_is_deferred_comes_last_and_what_no_browser_runs_delays_nobody(page: &Page) -> Outcome {
    page.open("cases/what-is-deferred-comes-last").await?;
    page.until_notice_shows("[data-action=accept]").await?;
    assert_eq!(page.eval("__ran").await?, json!([]), "also not the text of a script that is held");
    page.click_in_notice("[data-action=accept]").await?;
    page.until("__ran.includes('call') && __ran.includes('a module')").await?;
    let ran = page.eval("__ran.filter(it => it !== 'call')").await?;
    let expected = ["first", "metrics.example/with-a-text.js", "second", "third", "deferred", "a module"];
    assert_eq!(ran, json!(expected));
    for path in ["/for-old-browsers.js", "/template.html"] {
        assert!(page.hits("metrics.example").iter().all(|hit| hit.path != path), "{path}");
    }
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}

async fn the_very_element_that_was_held_is_released_in_its_place(page: &Page) -> Outcome {
    page.open("cases/the-element-that-was-held-is-released").await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("__told.length >= 3 && __ran.length >= 3").await?;
    page.hit("metrics.example", "/by-host.js").await?;
    let told = page.eval("[...__told].sort()").await?;
    assert_eq!(told, json!(["altered error", "by-host load", "external load"]));
    let ran = page.eval("[...__ran].sort()").await?;
    assert_eq!(ran, json!(["external", "inline", "metrics.example/by-host.js"]));
    // The one without a nonce, and the gate's own page script that has none.
    page.until("__violations.length > 0").await?;
    let same =
        "Object.entries(__held).every(([id, it]) => it === document.getElementById(id) && it.isConnected)";
    assert_eq!(page.eval(same).await?, json!(true));
    assert_eq!(page.eval("JSON.stringify(__place()) === JSON.stringify(__before)").await?, json!(true));
    let kept = page
        .eval(
            "[__held['inline'].nonce, __held['inline'].dataset.mark, __held['external'].crossOrigin, __held['external'].referrerPolicy,
              __held['external'].type, __held['by-host'].async, __held['by-host'].crossOrigin, __held['altered'].integrity.length]",
        )
        .await?;
    assert_eq!(kept, json!(["aGFyYm91cg", "kept", "anonymous", "no-referrer", "", true, "anonymous", 51]));
    Ok(())
}

async fn a_withdrawal_stops_the_scripts_that_were_given_back_and_have_not_run(page: &Page) -> Outcome {
    page.open("cases/three-hundred-scripts").await?;
    page.until_notice_shows("[data-action=accept]").await?;
    // The third script's `load`: those after it are on their way.
    page.eval("(document.querySelector('#s4').addEventListener('load', () => { assent.withdraw(); window.__at = 1; }), window.__at = 0, 1)")
        .await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("__at === 1 && assent.choice.status === 'withdrawn'").await?;
    // What would run has run by then: a script that passes is asked for after it, and runs behind it.
    let passes = "(async () => { const it = document.createElement('script'); it.async = false; it.id = 'passes'; it.src = 'mark.js?passes'; document.body.append(it); await new Promise(done => it.onload = done); })()";
    page.eval(passes).await?;
    assert_eq!(page.eval("__ran").await?, json!(["s0", "s1", "s2", "s3", "s4", "passes"]));
    page.eval("(assent.show('preferences'), 1)").await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("__ran.length >= 301").await?;
    let disorder = "__ran.filter(it => it !== 'passes').map((it, n) => it === `s${n}` ? '' : `${n}: ${it}`).filter(Boolean).slice(0, 20)";
    assert_eq!(page.eval(disorder).await?, json!([]), "each once, and in order");
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}

async fn three_hundred_scripts_are_released_without_a_long_task(page: &Page) -> Outcome {
    // A machine that does something else meanwhile makes tasks long; ours are long each time.
    let mut longest = json!(null);
    let mut page = page.clone();
    for _ in 0..3 {
        page = page.on_another_host();
        page.open("cases/three-hundred-scripts").await?;
        page.until_notice_shows("[data-action=accept]").await?;
        page.eval("(window.__from = performance.now(), 1)").await?;
        page.click_in_notice("[data-action=accept]").await?;
        page.until("__ran.length >= 300").await?;
        let expected =
            "JSON.stringify(__ran) === JSON.stringify(Array.from({ length: 300 }, (_, n) => `s${n}`))";
        assert_eq!(page.eval(expected).await?, json!(true), "each once, and in order");
        longest = page.eval("__long.filter(([at]) => at > __from)").await?;
        if longest == json!([]) {
            return Ok(());
        }
    }
    Err(format!("long tasks while 300 scripts are released: {longest}").into())
}

const LOADING: &str = "cases/released-scripts-hear-of-the-pages-loading";

async fn released_scripts_hear_of_the_pages_loading_and_nobody_else_does(page: &Page) -> Outcome {
    page.open(LOADING).await?;
    page.until_notice_shows("[data-action=accept]").await?;
    let own = json!(["page: DOMContentLoaded", "page: load", "page: handler"]);
    page.until("__heard.length === 3").await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("__heard.filter(it => it.startsWith('late: load')).length === 2").await?;
    let heard = page.eval("__heard.slice(3)").await?;
    assert_eq!(
        heard,
        json!([
            "written script",
            "late: ran",
            "late: the one behind it",
            "late: DOMContentLoaded true complete",
            "late: load by a listener",
            "late: load by a handler"
        ])
    );
    assert_eq!(page.eval("__heard.slice(0, 3)").await?, own);
    // What it wrote stands in its place, and the page around it.
    let place = page.eval("[...document.body.children].slice(0, 5).map(it => it.id)").await?;
    assert_eq!(place, json!(["first", "written", "", "late", ""]));
    assert_eq!(
        page.eval("document.querySelector('#written').textContent").await?,
        json!("Written by a script")
    );
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}

async fn without_replay_nobody_hears_of_it_again(page: &Page) -> Outcome {
    page.open(&format!("{LOADING}?replay=no")).await?;
    page.until("__heard.length === 3").await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("__heard.includes('late: the one behind it')").await?;
    page.eval("(new Image().src = 'http://metrics.example/after.gif', 1)").await?;
    page.hit("metrics.example", "/after.gif").await?;
    let host = page.host().to_owned();
    assert!(page.hits(&host).iter().all(|hit| !hit.path.contains("assent-replay")));
    assert_eq!(page.eval("__heard.slice(3)").await?, json!(["late: ran", "late: the one behind it"]));
    Ok(())
}
