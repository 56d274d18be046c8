//! Saying no, yes, or something in between.

use assent_stage::{
    browser::{Case, Failure, Outcome, Page, eventually, json},
    cases,
};

pub const CASES: &[Case] = cases![
    refusing_keeps_the_trackers_silent_and_deletes_what_they_left,
    accepting_statistics_alone_releases_statistics_alone,
    one_refused_vendor_stays_held_while_its_purpose_is_granted,
    tagged_markup_waits_for_its_purpose_and_then_works,
    held_calls_arrive_once_with_their_body,
];

const PAST: &str = "cases/what-trackers-left-is-deleted-on-refusal";
const TAGGED: &str = "cases/tagged-markup-waits-for-its-purpose";

/// The page asks two trackers by every way, then an essential host: when that has heard, the trackers would have.
async fn ask_again(page: &Page) -> Outcome {
    page.eval(
        "(probe.all('metrics.example'), probe.all('ads.example'), probe.one('fetch-text', 'js.stripe.com'))",
    )
    .await?;
    page.hit("js.stripe.com", "/probe/fetch-text").await?;
    Ok(())
}

async fn refusing_keeps_the_trackers_silent_and_deletes_what_they_left(page: &Page) -> Outcome {
    page.open(PAST).await?;
    page.click_in_notice("[data-action=refuse]").await?;
    page.until_notice_hides("[data-action=refuse]").await?;
    page.until("!document.cookie.includes('_metrics_id') && !document.cookie.includes('_ads_click')").await?;
    page.until(
        "localStorage.getItem('metrics.visitor') === null && sessionStorage.getItem('ads.session') === null",
    )
    .await?;
    // What belongs to the shop is not the gate's business.
    page.until("document.cookie.includes('basket=2') && localStorage.getItem('basket') === '2'").await?;
    ask_again(page).await?;
    assert!(page.hits("metrics.example").is_empty() && page.hits("ads.example").is_empty());
    assert_eq!(page.eval("assent.choice.status").await?, json!("refused"));
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}

async fn accepting_statistics_alone_releases_statistics_alone(page: &Page) -> Outcome {
    page.open(PAST).await?;
    page.click_in_notice("[data-action=choose]").await?;
    page.click_in_notice("input[name=purpose][value=analytics]").await?;
    page.click_in_notice("[data-action=save]").await?;
    page.until("assent.allows('analytics') && !assent.allows('marketing') && !assent.allows('functional')")
        .await?;
    ask_again(page).await?;
    page.hit("metrics.example", "/probe/script-append.js").await?;
    page.hit("metrics.example", "/probe/beacon").await?;
    assert!(page.hits("ads.example").is_empty());
    assert_eq!(page.eval("document.cookie.includes('_ads_click')").await?, json!(false));
    assert_eq!(page.eval("assent.choice.status").await?, json!("partial"));
    Ok(())
}

async fn one_refused_vendor_stays_held_while_its_purpose_is_granted(page: &Page) -> Outcome {
    page.open(PAST).await?;
    // This way in unfolds the lists of vendors.
    page.click_in_notice("[data-action=vendors]").await?;
    page.until_notice_shows("[data-action=save]").await?;
    for purpose in ["analytics", "marketing"] {
        page.click_in_notice(&format!("input[name=purpose][value={purpose}]")).await?;
    }
    page.click_in_notice("input[name=vendor][value=acme-ads]").await?;
    page.click_in_notice("[data-action=save]").await?;
    page.until("assent.allows('acme-metrics') && !assent.allows('acme-ads')").await?;
    ask_again(page).await?;
    page.hit("metrics.example", "/probe/fetch-text").await?;
    assert!(page.hits("ads.example").is_empty());
    Ok(())
}

async fn tagged_markup_waits_for_its_purpose_and_then_works(page: &Page) -> Outcome {
    page.open(TAGGED).await?;
    page.until_notice_shows("[data-action=accept]").await?;
    for host in ["metrics.example", "ads.example", "video.example"] {
        let hits = page.hits(host);
        assert!(hits.is_empty(), "{host} was asked before a choice: {hits:?}");
    }
    assert_eq!(
        page.eval("[typeof __inline, typeof __template, typeof __ran]").await?,
        json!(["undefined", "undefined", "undefined"])
    );
    page.click_in_notice("[data-action=accept]").await?;
    page.hit("metrics.example", "/tagged.js").await?;
    for picture in ["/tagged.gif", "/tagged-set.gif", "/tagged-source.gif"] {
        page.hit("ads.example", picture).await?;
    }
    page.hit("video.example", "/tagged-poster.gif").await?;
    page.hit("video.example", "/tagged.html").await?;
    page.until("__inline === 'ran' && __template === 'ran' && !!document.querySelector('#from-template')")
        .await?;
    page.until("document.querySelector('#image').naturalWidth === 1").await?;
    page.until("__ran.includes('metrics.example/tagged.js')").await?;
    // On the next page view the grant is there before the parser is.
    page.open(TAGGED).await?;
    eventually("the film is asked for again", async || {
        Ok::<_, Failure>(
            page.hits("video.example").iter().filter(|hit| hit.path.starts_with("/tagged.html")).count() == 2,
        )
    })
    .await?;
    Ok(())
}

async fn held_calls_arrive_once_with_their_body(page: &Page) -> Outcome {
    page.open("cases/held-calls-arrive-once-with-their-body").await?;
    page.until_notice_shows("[data-action=accept]").await?;
    assert!(page.hits("metrics.example").is_empty());
    assert_eq!(page.eval("__answers").await?, json!([["beacon", true]]));
    assert_eq!(page.eval("[__used, __refused]").await?, json!([true, "TypeError"]));
    page.click_in_notice("[data-action=accept]").await?;
    for (way, body) in
        [("fetch", "from fetch"), ("xhr", "from xhr"), ("beacon", "from beacon"), ("request", "from request")]
    {
        let hit = page.hit("metrics.example", &format!("/by-{way}")).await?;
        assert_eq!((hit.method.as_str(), hit.text().as_str()), ("POST", body));
    }
    let form = page.hit("metrics.example", "/by-form").await?.text();
    assert!(form.contains("as it was") && !form.contains("as it became"), "{form}");
    // The page's own promises and handlers learn of it as if nothing had happened.
    page.until("__answers.some(it => it[0] === 'fetch' && it[1] === 'object')").await?;
    page.until("__answers.some(it => it[0] === 'xhr' && it[1] === 200)").await?;
    let posts = page.hits("metrics.example").into_iter().filter(|hit| hit.method == "POST").count();
    assert_eq!(posts, 5, "each call arrives once");
    Ok(())
}
