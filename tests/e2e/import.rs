//! A choice that was made in another consent tool.

use assent_stage::{
    browser::{Case, Outcome, Page, json},
    cases,
};

use crate::evidence::verified_records;

pub const CASES: &[Case] = cases![
    another_tools_choice_is_taken_over_where_the_policy_says_so,
    another_tools_refusal_spares_the_banner,
    what_cannot_be_taken_over_asks,
    what_was_taken_over_can_be_changed_and_stays_changed,
    a_choice_of_our_own_is_never_replaced,
    a_refusal_elsewhere_counts_where_things_run_until_refused,
    the_record_of_an_imported_choice_says_from_where_it_comes_and_verifies,
];

const PAGE: &str = "cases/another-tools-choice-is-taken-over";

/// OneTrust's cookies, closed so many days ago.
fn onetrust(groups: &str, days: u32) -> String {
    format!(
        "(document.cookie = 'OptanonConsent=isGpcEnabled=0&datestamp=Sun+Nov+01+2026&version=202512.1.0&groups=' + encodeURIComponent('{groups}') + '&AwaitingReconsent=false; path=/',
          document.cookie = 'OptanonAlertBoxClosed=' + new Date(Date.now() - {days} * 864e5).toISOString() + '; path=/', 1)"
    )
}

/// Leaves something on the site before the gate comes, and opens the page.
async fn open(page: &Page, left: &str, query: &str) -> Outcome {
    page.open("cases/no-gate").await?;
    page.eval(left).await?;
    page.open(&format!("{PAGE}?{query}")).await
}

async fn another_tools_choice_is_taken_over_where_the_policy_says_so(page: &Page) -> Outcome {
    open(page, &onetrust("C0001:1,C0002:1,C0003:0,C0004:0", 9), "import=onetrust").await?;
    page.until("assent.choice?.how === 'import'").await?;
    let choice = page
        .eval("(({ status, purposes, time }) => [status, purposes, Math.round((Date.now() / 1000 - time) / 86400)])(assent.choice)")
        .await?;
    assert_eq!(choice, json!(["partial", { "functional": false, "analytics": true, "marketing": false }, 9]));
    page.hit("metrics.example", "/pixel.gif").await?;
    assert!(page.hits("ads.example").is_empty());
    // The next page view has it from the start, and asks nobody.
    page.open(&format!("{PAGE}?import=onetrust")).await?;
    page.until("assent.choice?.how === 'import' && document.readyState === 'complete'").await?;
    page.eval("(assent.show('preferences'), 1)").await?;
    page.until_notice_shows("[data-action=save]").await?;
    assert!(page.hits("ads.example").is_empty());
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}

async fn another_tools_refusal_spares_the_banner(page: &Page) -> Outcome {
    open(page, &onetrust("C0001:1,C0002:0,C0003:0,C0004:0", 1), "import=onetrust").await?;
    page.until("assent.choice?.status === 'refused'").await?;
    assert_eq!(page.eval("assent.choice.how").await?, json!("import"));
    page.eval("(new Image().src = 'http://js.stripe.com/passes.gif', 1)").await?;
    page.hit("js.stripe.com", "/passes.gif").await?;
    assert!(!page.notice_shows("[data-action=accept]").await?);
    for host in ["metrics.example", "ads.example"] {
        assert!(page.hits(host).is_empty());
    }
    Ok(())
}

async fn what_cannot_be_taken_over_asks(page: &Page) -> Outcome {
    let all = "C0001:1,C0002:1,C0003:1,C0004:1";
    let mut visitor = page.clone();
    for (left, query, why) in [
        (onetrust(all, 9), "", "the policy does not say so"),
        (onetrust(all, 9), "import=cookiebot", "it names another tool"),
        (onetrust(all, 200), "import=onetrust", "it is too old"),
        (onetrust("C0001:1,C0002:1", 9), "import=onetrust", "it leaves something open"),
        ("(document.cookie = 'OptanonConsent=broken; path=/', 1)".to_owned(), "import=onetrust", "it cannot be read"),
        ("(document.cookie = 'klaro=' + encodeURIComponent('{\"functional\":true,\"analytics\":true,\"marketing\":true}') + '; path=/', 1)".to_owned(), "import=klaro", "it has no date"),
    ] {
        visitor = visitor.on_another_host();
        let page = &visitor;
        open(page, &left, query).await?;
        page.until_notice_shows("[data-action=accept]").await.map_err(|error| format!("{why}: {error}"))?;
        assert_eq!(page.eval("assent.choice.status").await?, json!("unknown"), "{why}");
    }
    for host in ["metrics.example", "ads.example"] {
        assert!(page.hits(host).is_empty());
    }
    Ok(())
}

async fn what_was_taken_over_can_be_changed_and_stays_changed(page: &Page) -> Outcome {
    let left = "(localStorage.setItem('klaro', JSON.stringify({ functional: true, analytics: true, marketing: true })), 1)";
    open(page, left, "import=klaro:90&onWithdraw=stay").await?;
    page.until("assent.choice?.status === 'given'").await?;
    page.eval("void assent.withdraw()").await?;
    page.until("assent.choice.status === 'withdrawn'").await?;
    page.open(&format!("{PAGE}?import=klaro:90")).await?;
    page.until("assent.choice?.status === 'withdrawn'").await?;
    // Who has it forgotten is asked, not answered for.
    page.eval("void assent.reset()").await?;
    page.open(&format!("{PAGE}?import=klaro:90")).await?;
    page.until_notice_shows("[data-action=accept]").await?;
    assert_eq!(page.eval("assent.choice.status").await?, json!("unknown"));
    Ok(())
}

async fn a_choice_of_our_own_is_never_replaced(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.click_in_notice("[data-action=refuse]").await?;
    page.until("assent.choice.status === 'refused'").await?;
    open(page, &onetrust("C0001:1,C0002:1,C0003:1,C0004:1", 0), "import=onetrust").await?;
    page.until("document.readyState === 'complete' && assent.choice?.how === 'banner'").await?;
    page.eval("(new Image().src = 'http://js.stripe.com/passes.gif', 1)").await?;
    page.hit("js.stripe.com", "/passes.gif").await?;
    assert_eq!(page.eval("[assent.choice.status, assent.choice.how]").await?, json!(["refused", "banner"]));
    Ok(())
}

async fn a_refusal_elsewhere_counts_where_things_run_until_refused(page: &Page) -> Outcome {
    open(page, &onetrust("C0001:1,C0002:0,C0003:0,C0004:0", 9), "import=onetrust&region=US-UT").await?;
    // What ran before the refusal came to light is ended by a reload, so this is asked as one question.
    page.until(
        "assent.choice?.how === 'import' && assent.choice.regime === 'opt_out' && !assent.allows('marketing') && !assent.allows('analytics')",
    )
    .await
}

async fn the_record_of_an_imported_choice_says_from_where_it_comes_and_verifies(page: &Page) -> Outcome {
    // Signatures are checked by the browser, which wants a secure context.
    let page = &page.at_home().await?;
    let _archive = page.start_archive(include_str!("../../www/cases/import-policy.json")).await?;
    page.open("cases/no-gate").await?;
    page.eval(&onetrust("C0001:1,C0002:1,C0003:0,C0004:0", 9)).await?;
    page.open("cases/an-imported-choice-is-recorded-as-one").await?;
    page.until("__records.some(it => it.kind === 'recorded' && it.verified === true)").await?;
    let verified = page.eval("await (await assent.records()).verify()").await?;
    assert_eq!(verified, json!({ "verified": true, "records": 1, "faults": [] }));
    // What the person downloads holds without this browser and without the archive.
    let text = page.eval("await (await assent.records()).export()").await?;
    let records = verified_records(text.as_str().unwrap_or_default())?;
    let [record] = records.as_slice() else { return Err(format!("one record, not {records:?}").into()) };
    for (name, expected) in [
        ("source", json!("import")),
        ("origin", json!("onetrust")),
        ("purposes", json!({ "analytics": true, "marketing": false })),
    ] {
        assert_eq!(record.get(name), Some(&expected), "{record}");
    }
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}
