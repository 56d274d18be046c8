//! What a page may do through `window.assent`, and what it may not.

use assent_stage::{
    browser::{Case, Outcome, Page, json},
    cases,
};

pub const CASES: &[Case] = cases![
    a_synthetic_click_may_refuse_but_never_accept,
    the_api_grants_nothing_without_a_trusted_event,
    the_api_grants_on_a_real_click_of_the_pages_own_button,
    a_callback_that_throws_harms_nobody,
    the_gate_explains_why_it_holds,
    the_notice_speaks_the_language_it_is_told,
    nothing_is_global_but_the_documented_names,
];

const PAGE: &str = "cases/nobody-consents-for-the-visitor";
const CALLBACKS: &str = "cases/a-callback-that-throws-harms-nobody";

/// Clicks a button of the notice by script, as an extension or a dishonest page would.
fn synthetic(action: &str) -> String {
    format!(
        "document.querySelector('assent-notice').shadowRoot.querySelector('[data-action={action}]').click()"
    )
}

async fn a_synthetic_click_may_refuse_but_never_accept(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.until_notice_shows("[data-action=accept]").await?;
    page.eval(&synthetic("accept")).await?;
    assert_eq!(page.eval("assent.choice.status").await?, json!("unknown"));
    assert!(page.notice_shows("[data-action=refuse]").await?, "the question stands");
    page.eval(&synthetic("refuse")).await?;
    page.until("assent.choice.status === 'refused'").await?;
    page.until_notice_hides("[data-action=refuse]").await?;
    assert!(page.hits("metrics.example").is_empty() && page.hits("ads.example").is_empty());
    Ok(())
}

async fn the_api_grants_nothing_without_a_trusted_event(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    for way in ["acceptAll", "set", "synthetic", "dispatched"] {
        // It may answer with a message or a rejected promise; it must not be a throw that stops the page.
        page.eval(&format!("void __try.{way}()")).await?;
        let state = page
            .eval("[assent.choice.status, assent.allows('analytics'), assent.allows('marketing')]")
            .await?;
        assert_eq!(state, json!(["unknown", false, false]), "{way}");
    }
    page.hit("js.stripe.com", "/probe/beacon").await?;
    assert!(page.hits("metrics.example").is_empty() && page.hits("ads.example").is_empty());
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}

async fn the_api_grants_on_a_real_click_of_the_pages_own_button(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.click("#own").await?;
    page.until("assent.choice.status === 'given' && assent.choice.how === 'event'").await?;
    page.until("(window.__ran ?? []).length >= 2").await
}

async fn a_callback_that_throws_harms_nobody(page: &Page) -> Outcome {
    page.open(CALLBACKS).await?;
    page.until("__heard.includes('ready')").await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("['change', 'DOM event', 'when'].every(it => __heard.includes(it))").await?;
    page.until("(window.__ran ?? []).length >= 2").await
}

async fn the_gate_explains_why_it_holds(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    let held = page.eval("JSON.stringify(assent.explain('http://metrics.example/x.js'))").await?;
    let held = held.as_str().unwrap_or_default();
    assert!(held.contains("acme-metrics") && held.contains("analytics"), "{held}");
    let passes = page.eval("JSON.stringify(assent.explain('http://js.stripe.com/x.js'))").await?;
    assert_ne!(passes.as_str().unwrap_or_default(), held);
    let element = "(({ held, ...why }) => JSON.stringify(why))\
        (assent.explain(Object.assign(new Image(), { src: 'http://metrics.example/x.js' })))";
    assert_eq!(
        page.eval(element).await?.as_str().unwrap_or_default(),
        held,
        "an element, by what it waits for"
    );
    let tagged = "(() => { const it = document.createElement('template'); it.dataset.assent = 'analytics'; \
                  const { allowed, rule, purpose } = assent.explain(it); return [allowed, rule, purpose] })()";
    assert_eq!(page.eval(tagged).await?, json!([false, "tagged", "analytics"]));
    Ok(())
}

async fn the_notice_speaks_the_language_it_is_told(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.until_notice_shows("[data-action=refuse]").await?;
    let english = page.notice_text("[data-action=refuse]").await?;
    page.eval("void assent.setLanguage('de')").await?;
    page.until("document.querySelector('assent-notice').lang === 'de'").await?;
    page.until_notice_shows("[data-action=refuse]").await?;
    assert_ne!(page.notice_text("[data-action=refuse]").await?, english);
    Ok(())
}

async fn nothing_is_global_but_the_documented_names(page: &Page) -> Outcome {
    page.open("cases/stores-that-throw-harm-nobody").await?;
    page.until_notice_shows("[data-action=accept]").await?;
    // A bare window of the same kind says what the engine itself defines.
    let strangers = page
        .eval(
            "(() => { const frame = document.body.appendChild(document.createElement('iframe'));
               const bare = new Set(Object.getOwnPropertyNames(frame.contentWindow)); frame.remove();
               const ours = ['assentPolicy', '__errors', 'probe', 'denied', 'ret_nodes']; // the last is ChromeDriver's
               return Object.getOwnPropertyNames(window).filter(name => !bare.has(name) && !ours.includes(name) && isNaN(name)); })()",
        )
        .await?;
    let strangers = strangers.as_array().cloned().unwrap_or_default();
    let documented = [json!("assent"), json!("dataLayer")];
    let unknown: Vec<_> = strangers.iter().filter(|name| !documented.contains(name)).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    Ok(())
}
