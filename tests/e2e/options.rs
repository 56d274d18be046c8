//! What an owner may decide otherwise, in the policy.

use assent_stage::{
    browser::{Case, Outcome, Page, json},
    cases,
};

pub const CASES: &[Case] = cases![
    strangers_pass_unless_the_policy_holds_them,
    owners_may_grant_from_their_own_code_and_the_choice_says_so,
    a_withdrawal_may_leave_the_page_standing,
    a_privacy_signal_may_count_everywhere,
    a_held_fetch_is_answered_as_the_policy_says,
    in_strict_mode_the_browser_enforces_the_choice,
];

const PAGE: &str = "cases/the-policy-may-say-otherwise";

async fn strangers_pass_unless_the_policy_holds_them(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.hit("stranger.example", "/probe/script-append.js").await?;
    let other = page.on_another_host();
    other.open(&format!("{PAGE}?unlisted=hold")).await?;
    other.until("assent.choice.status === 'unknown'").await?;
    let before = other.hits("stranger.example").len();
    other.eval("(probe.all('stranger.example'), probe.one('fetch-text', 'js.stripe.com'))").await?;
    other.hit("js.stripe.com", "/probe/fetch-text").await?;
    assert_eq!(other.hits("stranger.example").len(), before);
    Ok(())
}

async fn owners_may_grant_from_their_own_code_and_the_choice_says_so(page: &Page) -> Outcome {
    page.open(&format!("{PAGE}?apiGrants=any")).await?;
    page.eval("void assent.set({ analytics: true })").await?;
    page.until("assent.allows('analytics') && !assent.allows('marketing') && assent.choice.how === 'api'")
        .await?;
    page.hit("metrics.example", "/probe/script-append.js").await?;
    Ok(())
}

async fn a_withdrawal_may_leave_the_page_standing(page: &Page) -> Outcome {
    page.open(&format!("{PAGE}?onWithdraw=stay")).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("document.cookie.includes('_metrics_id')").await?;
    page.eval("(window.__same = true, void assent.withdraw())").await?;
    page.until("__same && !assent.allows('analytics') && !document.cookie.includes('_metrics_id')").await
}

async fn a_privacy_signal_may_count_everywhere(page: &Page) -> Outcome {
    page.open(&format!("{PAGE}?gpc=refuse&signal=1")).await?;
    page.until("assent.choice.gpc === true").await?;
    assert_eq!(page.eval("assent.allows('marketing')").await?, json!(false));
    Ok(())
}

async fn a_held_fetch_is_answered_as_the_policy_says(page: &Page) -> Outcome {
    let ask = "fetch('http://metrics.example/asked').then((it) => [it.status, it.ok], (it) => it.name)";
    page.open(&format!("{PAGE}?heldFetch=error")).await?;
    page.eval(&format!("void {ask}.then((it) => (window.__answer = it))")).await?;
    page.until("window.__answer === 'TypeError'").await?;
    let other = page.on_another_host();
    other.open(&format!("{PAGE}?heldFetch=empty")).await?;
    other.eval(&format!("void {ask}.then((it) => (window.__answer = it))")).await?;
    other.until("String(window.__answer) === '204,true'").await?;
    other.click_in_notice("[data-action=accept]").await?;
    // Held with the page and asked for before it: it arrives, and the answered call does not come after it.
    other.hit("metrics.example", "/probe/script-append.js").await?;
    other.eval(&format!("void {ask}.then(() => (window.__again = 1))")).await?;
    other.until("window.__again === 1").await?;
    assert_eq!(other.hits("metrics.example").iter().filter(|hit| hit.path == "/asked").count(), 1);
    Ok(())
}

async fn in_strict_mode_the_browser_enforces_the_choice(page: &Page) -> Outcome {
    page.open("cases/in-strict-mode-the-browser-enforces-the-choice").await?;
    page.hit("js.stripe.com", "/probe/beacon").await?;
    assert!(page.hits("metrics.example").is_empty());
    // What was forbidden stays so until the page goes; the notice therefore loads it anew.
    page.click_in_notice("[data-action=accept]").await?;
    page.hit("metrics.example", "/background.gif").await?;
    page.hit("metrics.example", "/from-a-clean-frame").await?;
    page.until("assent.choice.status === 'given'").await?;
    page.eval("void assent.withdraw()").await?;
    page.until("assent.choice?.status === 'withdrawn'").await?;
    let before = page.hits("metrics.example").len();
    page.reload().await?;
    page.hit("js.stripe.com", "/probe/beacon").await?;
    page.until("document.readyState === 'complete'").await?;
    assert_eq!(page.hits("metrics.example").len(), before, "a refusal holds at once and on the next page");
    Ok(())
}
