//! A choice becomes a record in a real archive, and the person keeps the proof of it.

use std::collections::BTreeSet;

use assent_stage::{
    Hit,
    archive::Archive,
    browser::{Case, Failure, Outcome, Page, eventually, json},
    cases,
};
use serde_json::Value;

pub const CASES: &[Case] = cases![
    a_choice_is_recorded_once,
    a_choice_is_sent_when_the_archive_is_back,
    a_page_that_is_closed_at_once_does_not_lose_the_choice,
    a_page_that_is_left_sends_everything_that_waits,
    a_page_that_is_left_sends_no_more_than_a_browser_lets_it,
    two_tabs_record_a_choice_once,
    without_storage_a_choice_is_recorded_all_the_same,
    a_receipt_is_verified_and_an_altered_one_is_told,
    a_person_erases_what_is_recorded,
    what_can_never_be_recorded_is_told_and_not_tried_for_ever,
    my_choices_can_be_walked_by_keyboard,
    a_page_without_an_archive_asks_for_nothing,
];

const PAGE: &str = "cases/a-choice-is-recorded-in-the-archive";
const POLICY: &str = include_str!("../../www/cases/record-policy.json");
const CONSENTS: &str = "/v1/sites/shop/consents";
const RECORDED: &str = "__records.some(it => it.kind === 'recorded')";
/// Lets the wait before the next try pass, as if it was days later.
pub const NOW: &str = "localStorage.setItem('assent-records',
    localStorage.getItem('assent-records').replace(/\"not_before\":\\d+/, '\"not_before\":0'))";
const NOTHING_WAITS: &str = "localStorage.getItem('assent-outbox') === null";
/// The page fetches its policy; before it has come, it knows of no archive.
const POLICY_IS_THERE: &str = "!!assent.choice";

/// How often a choice was handed to the archive.
fn sent(page: &Page) -> usize {
    let host = page.host().split(':').next().unwrap_or_default();
    page.hits(host).iter().filter(|hit| hit.path == CONSENTS && hit.method == "POST").count()
}

async fn no_errors(page: &Page) -> Outcome {
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}

/// How many records the archive holds of this person.
async fn records(page: &Page) -> Result<usize, Failure> {
    page.until(POLICY_IS_THERE).await?;
    let count = page.eval("(await (await assent.records()).history()).records.length").await?;
    Ok(usize::try_from(count.as_u64().unwrap_or(99))?)
}

async fn a_choice_is_recorded_once(page: &Page) -> Outcome {
    let _archive = page.start_archive(POLICY).await?;
    page.open(PAGE).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until(RECORDED).await?;
    page.until(NOTHING_WAITS).await?;
    page.reload().await?;
    page.until(POLICY_IS_THERE).await?;
    assert_eq!(records(page).await?, 1);
    assert_eq!(sent(page), 1);
    let record = page.eval("(await (await assent.records()).history()).records[0]").await?;
    assert_eq!(record.get("action"), Some(&json!("accept")));
    assert_eq!(record.get("how"), Some(&json!("banner")));
    assert_eq!(record.get("purposes"), Some(&json!({ "analytics": true, "marketing": true })));
    assert_eq!(record.get("language"), Some(&json!("en")));
    no_errors(page).await
}

async fn a_choice_is_sent_when_the_archive_is_back(page: &Page) -> Outcome {
    let mut archive = page.start_archive(POLICY).await?;
    archive.stop().await;
    page.open(PAGE).await?;
    page.click_in_notice("[data-action=refuse]").await?;
    page.until("assent.choice.status === 'refused'").await?;
    // It was tried, in vain, and a wait was noted.
    page.until("JSON.parse(localStorage.getItem('assent-records') ?? '{}').tries >= 1").await?;
    assert_eq!(page.eval(NOTHING_WAITS).await?, json!(false));
    archive.go_on().await?;
    // Days later, so to speak.
    page.eval(NOW).await?;
    page.reload().await?;
    page.until(POLICY_IS_THERE).await?;
    page.until(RECORDED).await?;
    page.until(NOTHING_WAITS).await?;
    assert_eq!(records(page).await?, 1);
    no_errors(page).await
}

async fn a_page_that_is_closed_at_once_does_not_lose_the_choice(page: &Page) -> Outcome {
    let _archive = page.start_archive(POLICY).await?;
    page.open(PAGE).await?;
    page.until_notice_shows("[data-action=refuse]").await?;
    // In the same task: nothing that has to be loaded can have run in between.
    page.eval("(assent.rejectAll(), window.stop(), location.replace('/privacy'), 1)").await?;
    page.until("location.pathname === '/privacy'").await?;
    page.open(PAGE).await?;
    page.until(NOTHING_WAITS).await?;
    assert_eq!(records(page).await?, 1);
    Ok(())
}

/// The ids of the records that were handed to the archive, each once.
fn ids(page: &Page) -> BTreeSet<String> {
    let host = page.host().split(':').next().unwrap_or_default();
    let posted = page.hits(host).into_iter().filter(|hit| hit.path == CONSENTS && hit.method == "POST");
    let id = |hit: Hit| serde_json::from_str::<Value>(&hit.text()).ok()?.get("id")?.as_str().map(Into::into);
    posted.filter_map(id).collect()
}

async fn a_page_that_is_left_sends_everything_that_waits(page: &Page) -> Outcome {
    let _archive = page.start_archive(POLICY).await?;
    page.open(PAGE).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until(RECORDED).await?;
    page.until(NOTHING_WAITS).await?;
    assert_eq!(ids(page).len(), 1);
    // Two choices and the leaving in one task, after which the page itself reaches nobody.
    page.eval(
        "(assent.rejectAll(), assent.setLanguage('de'), assent.set({ analytics: false }),
        dispatchEvent(new Event('pagehide')), window.fetch = () => Promise.reject(), location.replace('/privacy'), 1)",
    )
    .await?;
    page.until("location.pathname === '/privacy'").await?;
    eventually("both have arrived", async || Ok(ids(page).len() == 3)).await?;
    // Their answers were lost with the page; asked again at once, nothing is recorded twice.
    page.eval(NOW).await?;
    page.open(PAGE).await?;
    page.until(NOTHING_WAITS).await?;
    assert_eq!(records(page).await?, 3);
    Ok(())
}

async fn a_page_that_is_left_sends_no_more_than_a_browser_lets_it(page: &Page) -> Outcome {
    let _archive = page.start_archive(POLICY).await?;
    page.open(PAGE).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until(RECORDED).await?;
    page.until(NOTHING_WAITS).await?;
    let sizes = page
        .eval(
            "(() => {
                const sizes = [];
                window.fetch = (url, { body, keepalive }) => (keepalive && sizes.push(body.length), new Promise(() => {}));
                assent.rejectAll();
                const [line] = localStorage['assent-outbox'].split('\\n');
                const later = (n) => line.replace(/\\d+/, (time) => +time + n) + '\\n';
                localStorage['assent-outbox'] = Array.from({ length: 300 }, (_, n) => later(n)).join('');
                dispatchEvent(new Event('pagehide'));
                return sizes;
            })()",
        )
        .await?;
    let sizes: Vec<u64> = sizes.as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    let (sum, largest) = (sizes.iter().sum::<u64>(), sizes.iter().max().copied().unwrap_or_default());
    assert!(sizes.len() < 300 && sum <= 65_536, "{} lines, {sum} bytes", sizes.len());
    assert!(sum + largest > 65_536, "one more would have fitted: {} lines, {sum} bytes", sizes.len());
    Ok(())
}

async fn two_tabs_record_a_choice_once(page: &Page) -> Outcome {
    let mut archive = page.start_archive(POLICY).await?;
    archive.stop().await;
    page.open(PAGE).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("JSON.parse(localStorage.getItem('assent-records') ?? '{}').tries >= 1").await?;
    let first = page.open_tab().await?;
    page.open(PAGE).await?;
    let second = page.go_to_tab(first).await?;
    archive.go_on().await?;
    page.eval(NOW).await?;
    // Both are asked to send at the same time.
    page.eval("(assent.records(), 1)").await?;
    page.go_to_tab(second).await?;
    page.eval("(assent.records(), 1)").await?;
    page.until(NOTHING_WAITS).await?;
    assert_eq!(records(page).await?, 1);
    Ok(())
}

async fn without_storage_a_choice_is_recorded_all_the_same(page: &Page) -> Outcome {
    let _archive = page.start_archive(POLICY).await?;
    page.open("cases/without-storage-a-choice-is-recorded-all-the-same").await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until(RECORDED).await?;
    assert_eq!(records(page).await?, 1);
    no_errors(page).await
}

async fn a_receipt_is_verified_and_an_altered_one_is_told(page: &Page) -> Outcome {
    // Signatures are checked by the browser, which wants a secure context.
    let page = &page.at_home().await?;
    let archive: Archive = page.start_archive(POLICY).await?;
    page.open(PAGE).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until(RECORDED).await?;
    let verified = page.eval("await (await assent.records()).verify()").await?;
    assert_eq!(verified, json!({ "verified": true, "records": 1, "faults": [] }));
    // Somebody turns the yes into a no, on the way or in the database.
    archive.alter(|path, text| {
        if path.starts_with("/v1/me/consents") {
            text.replace("\\\"analytics\\\":true", "\\\"analytics\\\":false")
        } else {
            text
        }
    });
    let altered = page.eval("await (await assent.records()).verify()").await?;
    assert_eq!(altered.get("verified"), Some(&json!(false)), "{altered}");
    page.until("__records.some(it => it.kind === 'unproved')").await?;
    archive.alter(|path, text| {
        if path.starts_with("/v1/me/consents") {
            text.replace("\"salt\":\"", "\"salt\":\"AAAA")
        } else {
            text
        }
    });
    let altered = page.eval("await (await assent.records()).verify()").await?;
    assert_eq!(altered.get("verified"), Some(&json!(false)), "{altered}");
    // A log whose key is another one is another log.
    archive.alter(|path, text| {
        if path.starts_with("/v1/log") { text.replace("\"keys\":[\"", "\"keys\":[\"x") } else { text }
    });
    page.reload().await?;
    page.until(POLICY_IS_THERE).await?;
    let altered = page.eval("await (await assent.records()).verify()").await?;
    assert_eq!(altered.get("verified"), Some(&json!(false)), "{altered}");
    no_errors(page).await
}

async fn a_person_erases_what_is_recorded(page: &Page) -> Outcome {
    let _archive = page.start_archive(POLICY).await?;
    page.open(PAGE).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until(RECORDED).await?;
    page.click("#opener").await?;
    page.click_in_notice("[data-action=mine]").await?;
    page.until_notice_shows("[part=record]").await?;
    let secret = page.eval("JSON.parse(localStorage.getItem('assent-records')).secret").await?;
    page.click_in_notice("[data-do=ask]").await?;
    page.click_in_notice("[data-do=erase]").await?;
    page.until_notice_hides("[part=record]").await?;
    page.until("__records.some(it => it.kind === 'erased')").await?;
    // Nothing of the records is left on the device, and nowhere the secret that opened them.
    let left = page.eval("Object.keys(localStorage).filter(key => key.startsWith('assent-'))").await?;
    assert_eq!(left, json!([]));
    let everything =
        page.eval("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])").await?;
    let secret = secret.as_str().filter(|secret| secret.len() == 43).ok_or("there was no secret")?;
    assert!(!everything.to_string().contains(secret));
    assert_eq!(records(page).await?, 0);
    // What was chosen holds on.
    assert_eq!(page.eval("assent.choice.status").await?, json!("given"));
    // No script does that in the person's name.
    assert_eq!(page.eval("await (await assent.records()).erase(new Event('click'))").await?, json!(null));
    no_errors(page).await
}

async fn what_can_never_be_recorded_is_told_and_not_tried_for_ever(page: &Page) -> Outcome {
    let _archive = page.start_archive(POLICY).await?;
    page.open(PAGE).await?;
    // A line that the archive does not read, and one that is none.
    page.eval(
        "localStorage.setItem('assent-outbox', 'nonsense\\n' + JSON.stringify([Date.now(), 'en', { purposes: {},
            vendors: { 'B A D': false }, regime: 'opt_in', region: '', gpc: false, how: 'api' }, await (await fetch('record-policy.json')).text()]) + '\\n')",
    )
    .await?;
    page.reload().await?;
    page.until(POLICY_IS_THERE).await?;
    page.until("__records.some(it => it.kind === 'parked' && it.reason.startsWith('400'))").await?;
    page.until(NOTHING_WAITS).await?;
    let parked = page.eval("(await (await assent.records()).pending()).parked.map(it => it.reason)").await?;
    assert_eq!(parked, json!(["400 bad-body"]));
    assert_eq!(sent(page), 1);
    no_errors(page).await
}

const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';
const ESCAPE: char = '\u{e00c}';
const FOCUSED: &str =
    "(() => { const it = document.querySelector('assent-notice')?.shadowRoot?.activeElement;
    return it?.dataset.action ?? it?.dataset.do ?? it?.id ?? ''; })()";

/// Tabs on until something has the focus.
async fn walk_to(page: &Page, wanted: &str) -> Outcome {
    for _ in 0..20 {
        if page.eval(FOCUSED).await? == json!(wanted) {
            return Ok(());
        }
        page.press(TAB).await?;
    }
    Err(format!("Tab does not reach {wanted}").into())
}

async fn my_choices_can_be_walked_by_keyboard(page: &Page) -> Outcome {
    let _archive = page.start_archive(POLICY).await?;
    page.open(PAGE).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until(RECORDED).await?;
    page.eval("document.querySelector('#opener').focus()").await?;
    page.press(ENTER).await?;
    page.until_notice_shows("[data-action=mine]").await?;
    walk_to(page, "mine").await?;
    page.press(ENTER).await?;
    page.until_notice_shows("[part=record]").await?;
    page.until(&format!("{FOCUSED} === 'title'")).await?;
    walk_to(page, "ask").await?;
    page.press(ENTER).await?;
    page.until(&format!("{FOCUSED} === 'keep'")).await?;
    page.press(ENTER).await?;
    page.until(&format!("{FOCUSED} === 'ask'")).await?;
    page.press(ESCAPE).await?;
    page.until_notice_hides("[part=record]").await?;
    page.until("document.activeElement?.id === 'opener'").await
}

async fn a_page_without_an_archive_asks_for_nothing(page: &Page) -> Outcome {
    page.open("cases/the-notice-works-by-keyboard").await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("assent.choice.status === 'given'").await?;
    page.click("#opener").await?;
    page.until_notice_shows("[data-action=save]").await?;
    assert!(!page.notice_shows("[data-action=mine]").await?);
    let host = page.host().to_owned();
    eventually("the notice has been fetched", async || {
        Ok(page.hits(&host).iter().any(|hit| hit.path == "/assent-notice.js"))
    })
    .await?;
    assert!(!page.hits(&host).iter().any(|hit| hit.path.contains("record")));
    assert_eq!(page.eval("localStorage.getItem('assent-outbox')").await?, json!(null));
    Ok(())
}
