//! Prebid as its makers publish it, with its modules for TCF and GPP: it obtains our strings, and obeys them.

use assent_stage::{
    browser::{Case, Failure, Outcome, Page, Value, json},
    cases,
};

pub const CASES: &[Case] = cases![
    prebid_asks_no_bidder_before_consent_and_then_with_the_string,
    prebid_asks_no_bidder_after_a_refusal,
    prebid_stops_after_a_withdrawal,
    prebid_carries_the_section_of_california,
    prebid_without_a_vendor_list_asks_nobody,
];

const PAGE: &str = "cases/iab-prebid-obeys-the-strings";

/// What has been sent to bidders so far; whatever was asked before this has come.
async fn asked(page: &Page) -> Result<Vec<String>, Failure> {
    page.eval("fetch('/own/after')").await?;
    page.hit(page.host(), "/own/after").await?;
    let hits = page.hits(page.host());
    Ok(hits.iter().filter(|hit| hit.path.starts_with("/own/bid")).map(|hit| hit.path.clone()).collect())
}

/// The words with which the bidder was asked last.
async fn words(page: &Page) -> Result<Value, Failure> {
    page.hit(page.host(), "/own/bid/acme").await?;
    let hits = page.hits(page.host());
    let last = hits.iter().rfind(|hit| hit.path == "/own/bid/acme").ok_or("nobody was asked")?;
    Ok(serde_json::from_str(&last.text())?)
}

async fn prebid_asks_no_bidder_before_consent_and_then_with_the_string(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.until("__tcf.at(-1)?.eventStatus === 'cmpuishown' && typeof __auction === 'function'").await?;
    assert_eq!(asked(page).await?, [""; 0]);
    page.click_in_notice("[data-action=accept]").await?;
    let words = words(page).await?;
    assert_eq!(words.get("tcString"), Some(&page.eval("__data().tcString").await?));
    assert_eq!(words.get("gdprApplies"), Some(&json!(true)));
    assert_eq!(words.get("gpp"), Some(&page.eval("__gppPing().gppString").await?));
    assert_eq!(words.get("sections"), Some(&json!([2])));
    page.until("window.__auctions === 1").await?;
    // Nobody was asked about the vendor that the policy does not list.
    assert_eq!(asked(page).await?, ["/own/bid/acme"]);
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}

async fn prebid_asks_no_bidder_after_a_refusal(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.click_in_notice("[data-action=refuse]").await?;
    page.until("window.__auctions === 1").await?;
    assert_eq!(asked(page).await?, [""; 0]);
    Ok(())
}

async fn prebid_stops_after_a_withdrawal(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("window.__auctions === 1").await?;
    page.eval("(assent.withdraw(), __auction(), 1)").await?;
    page.until("window.__auctions === 2").await?;
    assert_eq!(asked(page).await?, ["/own/bid/acme"]);
    Ok(())
}

async fn prebid_carries_the_section_of_california(page: &Page) -> Outcome {
    page.open(&format!("{PAGE}?region=US-CA")).await?;
    let before = words(page).await?;
    assert_eq!(before.get("sections"), Some(&json!([8])));
    assert_eq!(before.get("gpp"), Some(&page.eval("__gppPing().gppString").await?));
    assert_eq!(before.get("gdprApplies"), Some(&json!(false)));
    page.until("window.__auctions === 1").await?;
    page.eval("(assent.rejectAll(), __auction(), 1)").await?;
    page.until("window.__auctions === 2").await?;
    let after = words(page).await?;
    assert_eq!(after.get("gpp"), Some(&page.eval("__gppPing().gppString").await?));
    assert_ne!(after.get("gpp"), before.get("gpp"));
    Ok(())
}

async fn prebid_without_a_vendor_list_asks_nobody(page: &Page) -> Outcome {
    page.open(&format!("{PAGE}?gvl=missing")).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("assent.choice.status === 'given'").await?;
    let ping = "(() => { let it; __tcfapi('ping', 2, data => it = data); return it.cmpStatus; })()";
    page.until(&format!("{ping} === 'error'")).await?;
    assert_eq!(asked(page).await?, [""; 0]);
    Ok(())
}
