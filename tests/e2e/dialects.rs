//! Tags that were parked for another consent tool.

use assent_stage::{
    browser::{Case, Outcome, Page, json},
    cases,
};

pub const CASES: &[Case] =
    cases![tags_of_another_consent_tool_are_understood, jobs_links_and_waiting_tags_are_understood];

const PAGE: &str = "cases/tags-of-another-consent-tool-are-understood";

fn paths(page: &Page, host: &str) -> Vec<String> {
    page.hits(host).into_iter().filter(|hit| hit.path != "/seen").map(|hit| hit.path).collect()
}

async fn tags_of_another_consent_tool_are_understood(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.until("__order.includes('needed inline') && __warnings.some(it => it.includes('!analytics'))")
        .await?;
    page.until_notice_shows("[data-action=choose]").await?;
    assert_eq!(
        page.eval("__order").await?,
        json!(["needed inline"]),
        "what is needed runs, and nothing else"
    );
    for host in ["metrics.example", "ads.example"] {
        assert_eq!(paths(page, host), Vec::<String>::new());
    }

    page.click_in_notice("[data-action=choose]").await?;
    page.click_in_notice("input[name=purpose][value=analytics]").await?;
    page.click_in_notice("[data-action=save]").await?;
    for tool in [
        "vanilla.js",
        "complianz.js",
        "klaro.js",
        "cookieyes.js",
        "iubenda.js",
        "cookieinformation.js",
        "orejime.gif",
        "vanilla-2.js",
        "klaro-old.js",
        "didomi-vendor.js",
        "probo.js",
        "termly.js",
        "realcookiebanner.js",
    ] {
        page.hit("metrics.example", &format!("/{tool}")).await?;
    }
    page.until("__order.includes('usercentrics inline')").await?;
    assert_eq!(
        page.eval("__order").await?,
        json!(["needed inline", "vanilla inline", "onetrust inline", "usercentrics inline"]),
        "in their order"
    );
    assert!(paths(page, "ads.example").is_empty(), "{:?}", paths(page, "ads.example"));

    page.eval("(assent.show('preferences'), 1)").await?;
    page.click_in_notice("input[name=purpose][value=marketing]").await?;
    page.click_in_notice("[data-action=save]").await?;
    for tool in [
        "onetrust-both.js",
        "cookiebot.js",
        "consentmanager.js",
        "says-it-is-needed.js",
        "cookiebot.html",
        "onetrust.gif",
        "cookiescript.js",
        "c15t.js",
    ] {
        page.hit("ads.example", &format!("/{tool}")).await?;
    }
    page.until("__order.includes('osano inline') && __order.includes('didomi inline')").await?;
    assert_eq!(
        page.eval("__order.some(it => it === 'unknown' || it.startsWith('for those'))").await?,
        json!(false)
    );
    page.until("__warnings.some(it => it.includes('somebody-elses-word'))").await?;
    // What is not understood is told of: to listeners, and once on the console.
    let foreign = page.eval("[...new Set(__foreign)].map(it => it.trim()).sort()").await?;
    assert_eq!(foreign, json!(["!analytics", "no-purposes", "nobodys", "somebody-elses-word"]));
    for words in ["_iub_cs_activate", "data-some-cookie-tool", "somebody-elses-word"] {
        let count = page.eval(&format!("__warnings.filter(it => it.includes('{words}')).length")).await?;
        assert_eq!(count, json!(1), "{words}");
    }
    assert!(!page.hits("metrics.example").iter().any(|hit| hit.path.contains("unnamed")));
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}

async fn jobs_links_and_waiting_tags_are_understood(page: &Page) -> Outcome {
    page.open("cases/jobs-links-and-waiting-tags-are-understood").await?;
    page.until_notice_shows("[data-action=choose]").await?;
    page.until("__order.includes('heat is not there') && __foreign.length >= 3").await?;
    let foreign = page.eval("[...new Set(__foreign)].sort()").await?;
    assert_eq!(foreign, json!(["a-place", "no element youtube", "waits-in-vain"]));
    assert_eq!(page.eval("__order").await?, json!(["heat is not there"]));
    assert!(paths(page, "metrics.example").is_empty());

    page.click_in_notice("[data-action=choose]").await?;
    page.click_in_notice("input[name=purpose][value=analytics]").await?;
    page.click_in_notice("[data-action=save]").await?;
    for path in ["/klaro.css", "/usercentrics.html", "/protector.html"] {
        page.hit("metrics.example", path).await?;
    }
    page.until("__order.includes('heat 7')").await?;
    // A job that comes later is done at once; a tag that waits for another waits for that one's purpose.
    page.eval("void tarteaucitron.job.push('heat')").await?;
    page.until("__order.length === 3").await?;
    assert_eq!(page.eval("__order").await?, json!(["heat is not there", "heat 7", "heat 7"]));
    assert!(paths(page, page.host()).iter().all(|path| !path.starts_with("/own/")));

    page.eval("(assent.show('preferences'), 1)").await?;
    page.click_in_notice("input[name=purpose][value=marketing]").await?;
    page.click_in_notice("[data-action=save]").await?;
    page.until("__order.includes('waits') && __ran.includes('own host/own/the-library.js')").await?;
    let library = "__ran.length === 1 && document.querySelector('#library').compareDocumentPosition(document.querySelector('#waits')) === Node.DOCUMENT_POSITION_PRECEDING";
    assert_eq!(page.eval(library).await?, json!(true), "neither has moved");
    page.until("!!document.querySelector('#probo-link')?.sheet || performance.getEntriesByName(new URL('/own/probo.css', location.href).href).length > 0").await?;
    assert_eq!(page.eval("__order.some(it => it === 'waits in vain')").await?, json!(false));
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}
