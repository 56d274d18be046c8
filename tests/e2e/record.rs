//! A choice becomes a record in a real archive, and the person keeps the proof of it.

use assent_stage::{
    archive::Archive,
    browser::{Case, Failure, Outcome, Page, eventually, json},
    cases,
};

pub const CASES: &[Case] = cases![
    a_choice_is_recorded_once,
    a_choice_is_sent_when_the_archive_is_back,
    a_page_that_is_closed_at_once_does_not_lose_the_choice,
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
const NOTHING_WAITS: &str = "localStorage.getItem('assent-outbox') === null";

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
    page.eval("localStorage.setItem('assent-records', localStorage.getItem('assent-records').replace(/\"not_before\":\\d+/, '\"not_before\":0'))")
        .await?;
    page.reload().await?;
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
    page.eval("localStorage.setItem('assent-records', localStorage.getItem('assent-records').replace(/\"not_before\":\\d+/, '\"not_before\":0'))")
        .await?;
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
    page.click_in_notice("[data-do=ask]").await?;
    page.click_in_notice("[data-do=erase]").await?;
    page.until_notice_hides("[part=record]").await?;
    page.until("__records.some(it => it.kind === 'erased')").await?;
    assert_eq!(page.eval("localStorage.getItem('assent-records')").await?, json!(null));
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
        "localStorage.setItem('assent-outbox', 'nonsense\\n' + JSON.stringify([Date.now(), 'en', { purposes: { 'B A D': true },
            vendors: {}, regime: 'opt_in', region: '', gpc: false, how: 'api' }, '{\"purposes\":[\"B A D\"]}']) + '\\n')",
    )
    .await?;
    page.reload().await?;
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
