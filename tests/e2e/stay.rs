//! A choice stays, spreads to other tabs, and can be taken back.

use assent_stage::{
    browser::{Case, Outcome, Page, json},
    cases,
};

pub const CASES: &[Case] = cases![
    a_choice_holds_after_a_reload_and_nobody_asks_again,
    a_refusal_holds_after_a_reload_and_nobody_asks_again,
    a_second_tab_follows_without_a_reload,
    withdrawing_reloads_the_page_with_what_trackers_stored_cleared,
    a_link_of_the_page_opens_the_preferences,
];

const PAGE: &str = "cases/a-choice-holds-on-the-next-page-and-in-the-next-tab";
const WITHDRAWAL: &str = "cases/withdrawing-stops-what-already-ran";

async fn a_choice_holds_after_a_reload_and_nobody_asks_again(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("(window.__ran ?? []).length >= 2").await?;
    page.reload().await?;
    page.until("(window.__ran ?? []).length >= 2").await?;
    assert_eq!(page.eval("assent.choice.status").await?, json!("given"));
    page.until_notice_shows("[data-action=open]").await?;
    assert!(!page.notice_shows("[data-action=accept]").await?);
    // With the cookie gone the mirror still knows.
    page.eval("document.cookie = 'assent=; path=/; max-age=0'").await?;
    page.reload().await?;
    assert_eq!(page.eval("assent.choice.status").await?, json!("given"));
    Ok(())
}

async fn a_refusal_holds_after_a_reload_and_nobody_asks_again(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.click_in_notice("[data-action=refuse]").await?;
    page.until("assent.choice.status === 'refused'").await?;
    page.reload().await?;
    page.until_notice_shows("[data-action=open]").await?;
    assert!(!page.notice_shows("[data-action=accept]").await?);
    assert!(page.hits("metrics.example").is_empty() && page.hits("ads.example").is_empty());
    Ok(())
}

async fn a_second_tab_follows_without_a_reload(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.until_notice_shows("[data-action=accept]").await?;
    let first = page.open_tab().await?;
    page.open(PAGE).await?;
    page.eval("window.__same = true").await?;
    page.until_notice_shows("[data-action=accept]").await?;
    let second = page.go_to_tab(first).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("assent.allows('marketing')").await?;
    page.go_to_tab(second).await?;
    page.until("assent.allows('marketing') && __same").await?;
    page.until_notice_hides("[data-action=accept]").await?;
    page.until("(window.__ran ?? []).length >= 2 && __same").await
}

async fn withdrawing_reloads_the_page_with_what_trackers_stored_cleared(page: &Page) -> Outcome {
    page.open(WITHDRAWAL).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("document.cookie.includes('_metrics_id') && localStorage.getItem('ads.visitor') === '1'")
        .await?;
    page.eval("window.__before = true").await?;
    page.click("a[href='#assent-preferences']").await?;
    page.click_in_notice("[data-action=withdraw]").await?;
    page.until("typeof __before === 'undefined' && document.readyState === 'complete'").await?;
    page.until("assent.choice.status === 'withdrawn'").await?;
    assert_eq!(page.eval("typeof __ran").await?, json!("undefined"), "nothing runs after the reload");
    assert_eq!(
        page.eval("document.cookie.includes('_metrics_id') || document.cookie.includes('_ads_id')").await?,
        json!(false)
    );
    assert_eq!(
        page.eval("[localStorage.getItem('metrics.visitor'), localStorage.getItem('ads.visitor')]").await?,
        json!([null, null])
    );
    Ok(())
}

async fn a_link_of_the_page_opens_the_preferences(page: &Page) -> Outcome {
    page.open(WITHDRAWAL).await?;
    page.click_in_notice("[data-action=refuse]").await?;
    page.click("a[href='#assent-preferences']").await?;
    page.until_notice_shows("[data-action=save]").await
}
