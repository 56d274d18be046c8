//! No failure opens the gate, and none is thrown into the page.

use assent_stage::{
    browser::{Case, Failure, Outcome, Page, eventually, json},
    cases,
};

pub const CASES: &[Case] = cases![
    without_webassembly_the_gate_stays_closed_and_the_page_works,
    blocked_storage_harms_nobody,
    stores_that_throw_harm_nobody,
    a_full_store_still_keeps_the_choice,
    a_corrupt_choice_is_no_choice,
    a_missing_policy_keeps_everything_closed,
    a_faulty_policy_keeps_everything_closed_and_says_why,
    a_second_copy_of_the_script_changes_nothing,
    a_policy_from_an_address_holds_until_it_has_arrived,
    a_strict_content_security_policy_with_trusted_types_is_kept,
];

/// A page that went wrong nowhere.
async fn no_errors(page: &Page) -> Outcome {
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}

async fn without_webassembly_the_gate_stays_closed_and_the_page_works(page: &Page) -> Outcome {
    page.open("cases/without-webassembly-the-gate-stays-closed").await?;
    page.hit("js.stripe.com", "/probe/beacon").await?;
    page.hit("js.stripe.com", "/probe/script-append.js").await?;
    assert_eq!(page.eval("__page").await?, json!("works"));
    assert!(page.hits("metrics.example").is_empty());
    assert_eq!(page.eval("__ran.filter(it => it.includes('metrics'))").await?, json!([]));
    assert_eq!(page.eval("assent.allows('analytics')").await?, json!(false));
    assert_eq!(page.eval("__errors.filter(it => !it.startsWith('CSP'))").await?, json!([]));
    Ok(())
}

async fn blocked_storage_harms_nobody(page: &Page) -> Outcome {
    page.open("cases/blocked-storage-harms-nobody").await?;
    page.enter_frame("#room").await?;
    page.hit("js.stripe.com", "/probe/beacon").await?;
    assert!(page.hits("metrics.example").is_empty());
    // The choice holds for as long as the page does.
    page.click_in_notice("[data-action=accept]").await?;
    page.until("assent.allows('analytics')").await?;
    page.hit("metrics.example", "/probe/script-append.js").await?;
    no_errors(page).await
}

async fn stores_that_throw_harm_nobody(page: &Page) -> Outcome {
    page.open("cases/stores-that-throw-harm-nobody").await?;
    page.hit("js.stripe.com", "/probe/beacon").await?;
    assert!(page.hits("metrics.example").is_empty());
    page.click_in_notice("[data-action=refuse]").await?;
    page.until("assent.choice.status === 'refused'").await?;
    // Who comes back to the tab finds the answer as it was, although no store remembers it.
    page.eval("document.dispatchEvent(new Event('visibilitychange'))").await?;
    assert_eq!(page.eval("assent.choice.status").await?, json!("refused"));
    assert!(!page.notice_shows("[data-action=refuse]").await?);
    no_errors(page).await
}

async fn a_full_store_still_keeps_the_choice(page: &Page) -> Outcome {
    page.open("cases/a-full-store-still-keeps-the-choice").await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("assent.choice.status === 'given'").await?;
    page.reload().await?;
    assert_eq!(page.eval("assent.choice.status").await?, json!("given"));
    no_errors(page).await
}

async fn a_corrupt_choice_is_no_choice(page: &Page) -> Outcome {
    page.open("cases/a-corrupt-choice-is-no-choice").await?;
    page.hit("js.stripe.com", "/probe/beacon").await?;
    assert!(page.hits("metrics.example").is_empty() && page.hits("ads.example").is_empty());
    page.click_in_notice("[data-action=accept]").await?;
    page.until("assent.choice.status === 'given'").await?;
    no_errors(page).await
}

async fn a_missing_policy_keeps_everything_closed(page: &Page) -> Outcome {
    page.open("cases/a-missing-policy-keeps-everything-closed").await?;
    let host = page.host().to_owned();
    for way in ["text", "url", "request", "no-cors"] {
        page.hit(&host, &format!("/own/fetch-{way}")).await?;
    }
    assert_eq!(page.eval("__page").await?, json!("works"));
    assert!(page.hits("metrics.example").is_empty());
    assert_eq!(page.eval("typeof __ran").await?, json!("undefined"));
    no_errors(page).await
}

async fn a_faulty_policy_keeps_everything_closed_and_says_why(page: &Page) -> Outcome {
    page.open("cases/a-faulty-policy-keeps-everything-closed-and-says-why").await?;
    page.hit("js.stripe.com", "/probe/beacon").await?;
    page.until("__said.some(it => it.includes('A8') && it.includes('vendors[0].purposes') && it.includes('statistics'))").await?;
    // An empty entry in a list covers nobody.
    for host in ["metrics.example", "metrics.example."] {
        assert!(page.hits(host).is_empty(), "{host}");
    }
    assert_eq!(page.eval("assent.acceptAll()").await?, json!(false));
    no_errors(page).await
}

async fn a_second_copy_of_the_script_changes_nothing(page: &Page) -> Outcome {
    page.open("cases/a-second-copy-of-the-script-changes-nothing").await?;
    page.hit("js.stripe.com", "/probe/beacon").await?;
    assert!(page.hits("metrics.example").is_empty());
    page.click_in_notice("[data-action=accept]").await?;
    page.hit("metrics.example", "/probe/beacon").await?;
    assert_eq!(page.hits("metrics.example").len(), 1, "what two copies held would arrive twice");
    assert_eq!(page.eval("assent === __first").await?, json!(true));
    assert_eq!(page.eval("dataLayer.filter(it => it[1] === 'default').length").await?, json!(1));
    no_errors(page).await
}

async fn a_policy_from_an_address_holds_until_it_has_arrived(page: &Page) -> Outcome {
    page.open("cases/a-policy-may-come-from-an-address").await?;
    // Essential by the policy: held at first, released when the policy says so.
    page.hit("js.stripe.com", "/probe/beacon").await?;
    assert!(page.hits("metrics.example").is_empty());
    page.click_in_notice("[data-action=accept]").await?;
    page.hit("metrics.example", "/probe/script-append.js").await?;
    no_errors(page).await
}

async fn a_strict_content_security_policy_with_trusted_types_is_kept(page: &Page) -> Outcome {
    page.open("cases/a-strict-content-security-policy-is-kept").await?;
    page.until_notice_shows("[data-action=accept]").await?;
    no_errors(page).await?;
    assert_eq!(page.eval("[typeof __ran, typeof __inline]").await?, json!(["undefined", "undefined"]));
    page.click_in_notice("[data-action=accept]").await?;
    let both = ["metrics.example/tagged.js", "metrics.example/loaded.js"];
    eventually("both scripts run", async || {
        let ran = page.eval("window.__ran ?? []").await?;
        Ok::<_, Failure>(
            both.iter().all(|name| ran.as_array().is_some_and(|list| list.contains(&json!(name)))),
        )
    })
    .await?;
    page.until("__inline === 'ran'").await?;
    no_errors(page).await
}
