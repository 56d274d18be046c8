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
    a_tester_sees_another_place_and_is_granted_nothing,
    a_rehearsal_leaves_the_choice_as_it_was,
    without_testing_the_address_says_nothing,
];

const TESTER: &str = "cases/a-tester-looks-elsewhere";
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

async fn a_tester_sees_another_place_and_is_granted_nothing(page: &Page) -> Outcome {
    page.open(&format!("{TESTER}?assent_region=US-UT&assent_lang=de&assent_show=preferences")).await?;
    page.until("assent.choice.region === 'US-UT' && assent.choice.regime === 'opt_out'").await?;
    // Before anything else has loaded.
    let first = page.eval("((it) => [it[0], it[1], it[2].ad_storage])(dataLayer[0])").await?;
    assert_eq!(first, json!(["consent", "default", "denied"]));
    page.until("document.querySelector('assent-notice')?.lang === 'de'").await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("assent.choice.status !== 'unknown'").await?;
    assert_eq!(
        page.eval("[assent.allows('analytics'), assent.allows('marketing')]").await?,
        json!([false, false])
    );
    assert_eq!(
        page.eval("[document.cookie.includes('assent='), 'assent' in localStorage]").await?,
        json!([false, false])
    );
    page.hit("js.stripe.com", "/probe/beacon").await?;
    assert!(page.hits("metrics.example").is_empty());
    // A language that the policy fixes is what visitors get, and yields to a tester.
    page.open(&format!("{TESTER}?language=en&assent_lang=de&assent_show=preferences")).await?;
    page.until("document.querySelector('assent-notice')?.lang === 'de'").await?;
    page.open(&format!("{TESTER}?language=de&assent_show=preferences")).await?;
    page.until("document.querySelector('assent-notice')?.lang === 'de'").await?;
    // What is no region is none, and none is where people are asked first.
    page.open(&format!("{TESTER}?assent_region=US-UT|x")).await?;
    page.until("assent.choice.region === '' && assent.choice.regime === 'opt_in'").await
}

async fn a_rehearsal_leaves_the_choice_as_it_was(page: &Page) -> Outcome {
    page.open(TESTER).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("assent.allows('analytics')").await?;
    page.open(&format!("{TESTER}?assent_show=banner")).await?;
    page.until("assent.choice.status === 'unknown' && !assent.allows('analytics')").await?;
    page.click_in_notice("[data-action=refuse]").await?;
    page.until("assent.choice.status === 'refused'").await?;
    page.open(TESTER).await?;
    page.until("assent.choice.status === 'given' && assent.allows('analytics')").await
}

async fn without_testing_the_address_says_nothing(page: &Page) -> Outcome {
    page.open(&format!("{PAGE}?assent_region=US-UT")).await?;
    page.until("assent.choice.region === '' && assent.choice.regime === 'opt_in'").await?;
    assert_eq!(page.eval("assent.allows('analytics')").await?, json!(false));
    Ok(())
}
