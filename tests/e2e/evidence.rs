//! What a person holds about their choices, and what they can do with it.

use assent_core::record::{Bundle, base64, is_good, note::VerifierKey};
use assent_stage::{
    browser::{Case, Failure, Outcome, Page, json},
    cases,
};
use serde_json::Value;

pub const CASES: &[Case] = cases![
    a_log_that_was_replaced_is_told_at_the_next_visit,
    a_browser_without_ed25519_verifies_all_the_same,
    a_browser_with_ed25519_loads_no_other,
    what_is_downloaded_holds_without_the_archive,
    what_is_withdrawn_in_my_choices_is_recorded,
    a_choice_under_a_policy_that_was_replaced_names_the_one_that_was_shown,
];

const PAGE: &str = "cases/a-choice-is-recorded-in-the-archive";
const WITHOUT: &str = "cases/a-browser-without-ed25519-verifies-all-the-same";
const POLICY: &str = include_str!("../../www/cases/record-policy.json");
const RECORDED: &str = "__records.some(it => it.kind === 'recorded')";
const NOTHING_WAITS: &str = "localStorage.getItem('assent-outbox') === null";
/// The page fetches its policy; before it has come, it knows of no archive.
const POLICY_IS_THERE: &str = "!!assent.choice";
const VERIFY: &str = "await (await assent.records()).verify()";
const LOADED: &str =
    "performance.getEntriesByType('resource').some(it => it.name.includes('assent-ed25519'))";

/// Accepts everything and waits until that is recorded.
async fn accept(page: &Page, path: &str) -> Outcome {
    page.open(path).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until(RECORDED).await?;
    page.until(NOTHING_WAITS).await
}

async fn open_my_choices(page: &Page) -> Outcome {
    page.click("#opener").await?;
    page.click_in_notice("[data-action=mine]").await?;
    page.until_notice_shows("[part=record]").await
}

/// That the log is told not to be the one that was seen before.
async fn is_told_as_forked(page: &Page) -> Outcome {
    let found = page.eval(VERIFY).await?;
    assert_eq!(found.get("verified"), Some(&json!(false)), "{found}");
    let fault = found.pointer("/faults/0/fault").and_then(Value::as_str).unwrap_or_default();
    assert!(fault.starts_with("forked "), "{found}");
    page.until("__records.some(it => it.kind === 'forked')").await
}

async fn a_log_that_was_replaced_is_told_at_the_next_visit(page: &Page) -> Outcome {
    let page = &page.at_home().await?;
    let mut archive = page.start_archive(POLICY).await?;
    accept(page, PAGE).await?;
    let found = page.eval(VERIFY).await?;
    assert_eq!(found, json!({ "verified": true, "records": 1, "faults": [] }));
    archive.begin_anew().await?;
    // It is shorter now.
    page.reload().await?;
    page.until(POLICY_IS_THERE).await?;
    is_told_as_forked(page).await?;
    open_my_choices(page).await?;
    assert!(page.notice_text("[part=error]").await?.contains("not the one"));
    // Other people's choices make it longer than the one that was seen.
    page.eval("(sessionStorage.setItem('kept', localStorage.getItem('assent-records')), localStorage.removeItem('assent-records'))")
        .await?;
    page.reload().await?;
    page.until(POLICY_IS_THERE).await?;
    page.eval("(assent.rejectAll(), assent.setLanguage('de'), assent.set({ analytics: false }), assent.setLanguage('ar'), assent.rejectAll())")
        .await?;
    page.until("__records.filter(it => it.kind === 'recorded').length === 3").await?;
    page.until(NOTHING_WAITS).await?;
    page.eval("localStorage.setItem('assent-records', sessionStorage.getItem('kept'))").await?;
    page.reload().await?;
    page.until(POLICY_IS_THERE).await?;
    is_told_as_forked(page).await
}

async fn a_browser_without_ed25519_verifies_all_the_same(page: &Page) -> Outcome {
    let page = &page.at_home().await?;
    let archive = page.start_archive(POLICY).await?;
    accept(page, WITHOUT).await?;
    assert!(page.eval("__asked > 0").await? == json!(true), "the browser was asked first");
    assert_eq!(page.eval(LOADED).await?, json!(true));
    let found = page.eval(VERIFY).await?;
    assert_eq!(found, json!({ "verified": true, "records": 1, "faults": [] }));
    // Another signature below the same receipt.
    archive.alter(|path, text| {
        let Some((head, rest)) =
            text.split_once("\"receipt\":\"").filter(|_| path.starts_with("/v1/me/consents"))
        else {
            return text;
        };
        let Some((receipt, rest)) = rest.split_once('"') else { return text.clone() };
        let Some((signed, signature)) = receipt.rsplit_once('.') else { return text.clone() };
        let other = if signature.starts_with('A') { "B" } else { "A" };
        let tail: String = signature.chars().skip(1).collect();
        [head, "\"receipt\":\"", signed, ".", other, &tail, "\"", rest].concat()
    });
    let found = page.eval(VERIFY).await?;
    assert_eq!(found.get("verified"), Some(&json!(false)), "{found}");
    assert_eq!(found.pointer("/faults/0/fault"), Some(&json!("signature")), "{found}");
    Ok(())
}

async fn a_browser_with_ed25519_loads_no_other(page: &Page) -> Outcome {
    let page = &page.at_home().await?;
    let _archive = page.start_archive(POLICY).await?;
    accept(page, PAGE).await?;
    assert_eq!(page.eval(VERIFY).await?.get("verified"), Some(&json!(true)));
    assert_eq!(page.eval(LOADED).await?, json!(false));
    Ok(())
}

async fn what_is_downloaded_holds_without_the_archive(page: &Page) -> Outcome {
    let _archive = page.start_archive(POLICY).await?;
    accept(page, PAGE).await?;
    page.eval("(assent.rejectAll(), 1)").await?;
    page.until("__records.filter(it => it.kind === 'recorded').length === 2").await?;
    open_my_choices(page).await?;
    // What a browser would put into a file.
    page.eval("(HTMLAnchorElement.prototype.click = function () { window.__saved = [this.download, this.href] }, 1)").await?;
    page.click_in_notice("[data-do=download]").await?;
    page.until("window.__saved !== undefined").await?;
    assert_eq!(page.eval("__saved[0]").await?, json!("my-choices.ndjson"));
    let text = page.eval("await (await fetch(__saved[1])).text()").await?;
    let records = verified_records(text.as_str().unwrap_or_default())?;
    let actions: Vec<&Value> = records.iter().filter_map(|record| record.get("action")).collect();
    assert_eq!(actions, ["withdraw", "accept"]);
    Ok(())
}

/// The records in what a person has downloaded, each checked without the archive and without the browser.
pub fn verified_records(text: &str) -> Result<Vec<Value>, Failure> {
    let parts: Vec<Value> = text.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    let keys = parts.first().and_then(|head| head.pointer("/logs/0/keys")).and_then(Value::as_array);
    let keys: Vec<VerifierKey> =
        keys.into_iter().flatten().filter_map(|key| VerifierKey::parse(key.as_str()?)).collect();
    assert_eq!(keys.len(), 1);
    let receipts = parts.iter().filter(|part| part.get("type") == Some(&json!("receipt")));
    let mut records = Vec::new();
    for part in receipts {
        let text = |name| part.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        let salt = base64::from_url(&text("salt")).and_then(|salt| salt.try_into().ok()).ok_or("a salt")?;
        let bundle = Bundle { record: text("record"), salt, receipt: text("receipt"), proof: text("proof") };
        bundle.verify(&keys, None, is_good)?;
        records.push(serde_json::from_str(&bundle.record)?);
    }
    Ok(records)
}

async fn what_is_withdrawn_in_my_choices_is_recorded(page: &Page) -> Outcome {
    let _archive = page.start_archive(POLICY).await?;
    accept(page, PAGE).await?;
    open_my_choices(page).await?;
    page.click_in_notice("[data-action=withdraw]").await?;
    page.until("assent.choice.status === 'withdrawn'").await?;
    page.until_notice_hides("[part=record]").await?;
    page.until("__records.filter(it => it.kind === 'recorded').length === 2").await?;
    let record = page.eval("(await (await assent.records()).history()).records[0]").await?;
    assert_eq!(record.get("action"), Some(&json!("withdraw")));
    assert_eq!(record.get("purposes"), Some(&json!({ "analytics": false, "marketing": false })));
    // What is gone cannot be withdrawn again.
    open_my_choices(page).await?;
    assert!(!page.notice_shows("[data-action=withdraw]").await?);
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}

async fn a_choice_under_a_policy_that_was_replaced_names_the_one_that_was_shown(page: &Page) -> Outcome {
    const IN_FORCE: &str = "(await (await fetch('/v1/sites/shop/region')).json()).policy";
    let mut archive = page.start_archive(POLICY).await?;
    page.open(PAGE).await?;
    page.until_notice_shows("[data-action=accept]").await?;
    let shown = page.eval(IN_FORCE).await?;
    archive.stop().await;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("JSON.parse(localStorage.getItem('assent-records') ?? '{}').tries >= 1").await?;
    archive.replace_policy(&POLICY.replace("Harbour & Pine", "Harbour & Oak")).await?;
    assert_ne!(page.eval(IN_FORCE).await?, shown);
    page.eval(crate::record::NOW).await?;
    page.reload().await?;
    page.until(POLICY_IS_THERE).await?;
    page.until(RECORDED).await?;
    page.until(NOTHING_WAITS).await?;
    let record = page.eval("(await (await assent.records()).history()).records[0]").await?;
    assert_eq!(record.get("policy"), Some(&shown));
    assert_eq!(record.get("action"), Some(&json!("accept")));
    let found = page.eval(VERIFY).await?;
    assert_eq!(found, json!({ "verified": true, "records": 1, "faults": [] }));
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}
