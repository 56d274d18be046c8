//! Released work runs as it would have run.

use assent_stage::{
    browser::{Case, Failure, Outcome, Page, Value, json},
    cases,
};

pub const CASES: &[Case] = cases![
    released_scripts_run_in_their_original_order,
    with_a_stored_grant_each_script_runs_once_and_in_order,
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
