//! Signals in (Global Privacy Control) and out (Consent Mode).

use assent_stage::{
    browser::{Case, Outcome, Page, json},
    cases,
};

pub const CASES: &[Case] = cases![
    in_california_a_privacy_signal_keeps_advertising_held,
    in_california_without_a_signal_advertising_runs_until_refused,
    in_california_the_way_back_has_the_laws_name_and_tells_of_an_opt_out,
    in_california_a_signal_is_seen_to_be_applied_without_a_click,
    consent_mode_hears_a_denial_before_anything_else,
    consent_mode_hears_a_stored_choice_at_once,
    a_google_tag_before_its_default_is_told_of,
    a_google_tag_in_time_is_not,
    googles_tags_hear_further_settings_right_after_the_default,
    other_services_hear_a_denial_and_run_only_once_they_were_told_of_the_grant,
    where_things_run_until_refused_the_default_is_there_before_the_service,
    a_withdrawal_is_told_without_loading_the_page_anew,
    a_stored_choice_is_told_on_the_next_page_before_the_service_runs,
    without_the_adapters_no_service_of_theirs_runs_and_the_page_goes_on,
    do_not_track_counts_where_the_policy_says_so,
    a_choice_in_sight_of_the_signal_holds_against_it_and_an_older_one_does_not,
    where_no_law_lets_a_choice_count_against_the_signal_the_switch_is_barred_and_says_so,
    one_link_with_the_icon_stands_for_all_where_the_law_lets_it,
    services_with_snippets_of_their_own_hear_a_denial_a_grant_and_a_withdrawal,
];

const CALIFORNIA: &str = "cases/a-privacy-signal-counts-where-the-law-says-so";
const CONSENT_MODE: &str = "cases/consent-mode-hears-the-choice-first";

async fn in_california_a_privacy_signal_keeps_advertising_held(page: &Page) -> Outcome {
    page.open(&format!("{CALIFORNIA}?signal")).await?;
    page.hit("js.stripe.com", "/probe/beacon").await?;
    page.until("assent.choice.gpc === true && assent.choice.regime === 'opt_out'").await?;
    assert_eq!(page.eval("assent.allows('marketing')").await?, json!(false));
    assert!(page.hits("ads.example").is_empty());
    Ok(())
}

async fn in_california_without_a_signal_advertising_runs_until_refused(page: &Page) -> Outcome {
    page.open(CALIFORNIA).await?;
    page.until("(window.__ran ?? []).includes('ads.example/probe/script-append.js')").await?;
    page.eval("assent.rejectAll()").await?;
    page.until("!assent.allows('marketing')").await
}

const HONORED: &str = "[part=ways] [part=signal]";

async fn in_california_the_way_back_has_the_laws_name_and_tells_of_an_opt_out(page: &Page) -> Outcome {
    page.open(CALIFORNIA).await?;
    page.until_notice_shows("[part=ways]").await?;
    let name = page.notice_text("[part=ways] [data-action=open]").await?;
    assert_eq!(name, "Do Not Sell or Share My Personal Information");
    assert!(!page.notice_shows(HONORED).await?);
    page.click_in_notice("[data-action=open]").await?;
    page.click_in_notice("[data-action=refuse]").await?;
    page.until_notice_shows(HONORED).await?;
    assert_eq!(page.notice_text(HONORED).await?, "Opt-Out Request Honored");
    Ok(())
}

async fn in_california_a_signal_is_seen_to_be_applied_without_a_click(page: &Page) -> Outcome {
    page.open(&format!("{CALIFORNIA}?signal")).await?;
    page.until_notice_shows(HONORED).await?;
    page.click_in_notice("[data-action=open]").await?;
    page.until_notice_shows("dialog [part=signal]").await?;
    let told = page.notice_text("dialog [part=signal]").await?;
    assert_eq!(told, "We saw your Global Privacy Control signal and applied it.");
    // Who grants it all the same is not told that the signal was applied.
    page.click_in_notice("[data-action=accept]").await?;
    page.until_notice_shows("[part=ways]").await?;
    assert!(!page.notice_shows(HONORED).await?);
    Ok(())
}

/// The state of `type` in the newest Consent Mode command of `kind`.
fn newest(kind: &str, storage: &str) -> String {
    format!("__commands().filter(it => it[0] === 'consent' && it[1] === '{kind}').at(-1)[2].{storage}")
}

async fn consent_mode_hears_a_denial_before_anything_else(page: &Page) -> Outcome {
    page.open(CONSENT_MODE).await?;
    assert_eq!(page.eval("__commands()[0].slice(0, 2)").await?, json!(["consent", "default"]));
    for storage in ["analytics_storage", "ad_storage", "ad_user_data", "ad_personalization"] {
        assert_eq!(page.eval(&newest("default", storage)).await?, json!("denied"), "{storage}");
    }
    page.click_in_notice("[data-action=accept]").await?;
    page.until("__commands().some(it => it[0] === 'consent' && it[1] === 'update')").await?;
    for storage in ["analytics_storage", "ad_storage", "ad_user_data", "ad_personalization"] {
        assert_eq!(page.eval(&newest("update", storage)).await?, json!("granted"), "{storage}");
    }
    Ok(())
}

async fn consent_mode_hears_a_stored_choice_at_once(page: &Page) -> Outcome {
    page.open(CONSENT_MODE).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("assent.allows('analytics')").await?;
    page.reload().await?;
    assert_eq!(page.eval("__commands()[0].slice(0, 2)").await?, json!(["consent", "default"]));
    assert_eq!(page.eval(&newest("default", "analytics_storage")).await?, json!("granted"));
    Ok(())
}

const LATE: &str = "cases/a-google-tag-before-its-default-is-told-of";
const OTHERS: &str = "cases/other-services-hear-the-choice-in-their-own-words";
const PROBLEMS: &str = "__problems.filter((it) => it.includes('Consent Mode default')).length";

async fn a_google_tag_before_its_default_is_told_of(page: &Page) -> Outcome {
    page.open(LATE).await?;
    page.until(&format!("{PROBLEMS} === 1 && window.__heard")).await
}

async fn a_google_tag_in_time_is_not(page: &Page) -> Outcome {
    page.open(&format!("{LATE}?in-time")).await?;
    page.until("!!assent.choice && document.readyState === 'complete'").await?;
    assert_eq!(page.eval(PROBLEMS).await?, json!(0));
    Ok(())
}

async fn googles_tags_hear_further_settings_right_after_the_default(page: &Page) -> Outcome {
    page.open(OTHERS).await?;
    let commands = page.eval("__commands().slice(0, 2).map((it) => it.slice(0, 2))").await?;
    assert_eq!(commands, json!([["consent", "default"], ["set", "ads_data_redaction"]]));
    Ok(())
}

async fn other_services_hear_a_denial_and_run_only_once_they_were_told_of_the_grant(page: &Page) -> Outcome {
    page.open(OTHERS).await?;
    page.until("wordpress.marketing === 'deny' && wordpress.type === 'optin'").await?;
    assert_eq!(
        page.eval("[uetq, fbq.queue]").await?,
        json!([["consent", "default", { "ad_storage": "denied" }], [["consent", "revoke"]]])
    );
    assert_eq!(
        page.eval("[typeof shopify, document.cookie.includes('amzn')]").await?,
        json!(["undefined", false])
    );
    page.click_in_notice("[data-action=accept]").await?;
    page.until("!!read.uet && !!read.clarity && !!read.matomo").await?;
    // At the moment that they run the grant is what was said last.
    assert_eq!(
        page.eval("read.uet.slice(-3)").await?,
        json!(["consent", "update", { "ad_storage": "granted" }])
    );
    assert_eq!(
        page.eval("read.clarity.at(-1)").await?,
        json!(["consentv2", { "ad_Storage": "granted", "analytics_Storage": "granted" }])
    );
    assert_eq!(page.eval("read.matomo").await?, json!([["requireConsent"], ["setConsentGiven"]]));
    assert_eq!(
        page.eval("[fbq.queue.at(-1), wordpress.marketing]").await?,
        json!([["consent", "grant"], "allow"])
    );
    page.until("document.cookie.includes('amzn_consent=') && decodeURIComponent(document.cookie).includes('GRANTED')").await?;
    let shopify = json!({ "analytics": true, "marketing": true, "preferences": true, "sale_of_data": true });
    assert_eq!(page.eval("shopify").await?, shopify);
    Ok(())
}

async fn where_things_run_until_refused_the_default_is_there_before_the_service(page: &Page) -> Outcome {
    page.open(&format!("{OTHERS}?region=US-UT")).await?;
    page.until("!!read.uet && !!read.clarity && !!read.matomo").await?;
    assert_eq!(page.eval("read.uet").await?, json!(["consent", "default", { "ad_storage": "granted" }]));
    assert_eq!(page.eval("[wordpress.type, typeof shopify]").await?, json!(["optout", "undefined"]));
    // Signalled, it is held and hears a denial.
    let other = page.on_another_host();
    other.open(&format!("{OTHERS}?region=US-CA&signal=1")).await?;
    other.until("!!read.clarity && !!window.uetq").await?;
    assert_eq!(
        other.eval("[uetq, read.uet === undefined]").await?,
        json!([["consent", "default", { "ad_storage": "denied" }], true])
    );
    assert_eq!(
        other.eval("read.clarity").await?,
        json!([["consentv2", { "ad_Storage": "denied", "analytics_Storage": "granted" }]])
    );
    Ok(())
}

async fn a_withdrawal_is_told_without_loading_the_page_anew(page: &Page) -> Outcome {
    page.open(OTHERS).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("!!read.uet").await?;
    page.eval("void assent.withdraw()").await?;
    page.until("uetq.at(-1).ad_storage === 'denied' && _paq.at(-1)[0] === 'forgetConsentGiven'").await?;
    assert_eq!(
        page.eval("[fbq.queue.at(-1), wordpress.statistics]").await?,
        json!([["consent", "revoke"], "deny"])
    );
    page.until("shopify.marketing === false && !decodeURIComponent(document.cookie).includes('GRANTED')")
        .await
}

async fn a_stored_choice_is_told_on_the_next_page_before_the_service_runs(page: &Page) -> Outcome {
    page.open(OTHERS).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("assent.allows('marketing')").await?;
    page.reload().await?;
    page.until("!!read.uet && !!read.clarity").await?;
    assert_eq!(page.eval("read.uet").await?, json!(["consent", "default", { "ad_storage": "granted" }]));
    Ok(())
}

async fn without_the_adapters_no_service_of_theirs_runs_and_the_page_goes_on(page: &Page) -> Outcome {
    page.open(&format!("{OTHERS}?region=US-UT&broken=1")).await?;
    page.until("!!assent.choice && document.readyState === 'complete' && window.__lost").await?;
    assert_eq!(page.eval("[assent.allows('marketing'), read.uet === undefined]").await?, json!([true, true]));
    Ok(())
}

async fn do_not_track_counts_where_the_policy_says_so(page: &Page) -> Outcome {
    page.open(&format!("{OTHERS}?region=US-CA&track=1&dnt=1")).await?;
    page.until("!!assent.choice").await?;
    let seen = "[assent.choice.dnt, assent.choice.gpc, assent.allows('marketing')]";
    assert_eq!(page.eval(seen).await?, json!([true, false, false]));
    let other = page.on_another_host();
    other.open(&format!("{OTHERS}?region=US-CA&track=1")).await?;
    other.until("!!assent.choice").await?;
    assert_eq!(other.eval(seen).await?, json!([false, false, true]));
    Ok(())
}

async fn a_choice_in_sight_of_the_signal_holds_against_it_and_an_older_one_does_not(page: &Page) -> Outcome {
    page.open(&format!("{OTHERS}?region=US-CA")).await?;
    page.until("!!assent.choice").await?;
    page.eval("void assent.show()").await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("assent.choice.status === 'given'").await?;
    page.open(&format!("{OTHERS}?region=US-CA&signal=1")).await?;
    page.until("assent.choice.status === 'partial' && !assent.allows('marketing')").await?;
    page.eval("void assent.show()").await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("assent.choice.status === 'given' && assent.choice.gpc").await?;
    assert_eq!(page.eval("assent.choice.prevails").await?, json!("choice"));
    page.reload().await?;
    page.until("assent.choice.status === 'given' && assent.allows('marketing')").await
}

async fn where_no_law_lets_a_choice_count_against_the_signal_the_switch_is_barred_and_says_so(
    page: &Page,
) -> Outcome {
    page.open(&format!("{OTHERS}?region=US-TX&signal=1")).await?;
    page.until("assent.choice?.prevails === 'law'").await?;
    page.eval("void assent.show()").await?;
    page.until_notice_shows("dialog [part=signal]").await?;
    let told = page.notice_text("dialog [part=signal]").await?;
    assert!(told.ends_with("no choice here counts against it."), "{told}");
    let is_barred = |purpose: &str| {
        format!(
            "document.querySelector('assent-notice').shadowRoot.querySelector('[value={purpose}]').disabled"
        )
    };
    assert_eq!(page.eval(&is_barred("marketing")).await?, json!(true));
    assert_eq!(page.eval(&is_barred("analytics")).await?, json!(false));
    page.click_in_notice("[data-action=accept]").await?;
    page.until("assent.choice.status === 'partial'").await?;
    page.reload().await?;
    page.until("!!read.clarity").await?;
    let state = "[assent.choice.status, assent.choice.prevails, assent.allows('analytics'), assent.allows('marketing')]";
    assert_eq!(page.eval(state).await?, json!(["partial", "law", true, false]));
    assert_eq!(page.eval("read.uet === undefined").await?, json!(true));
    Ok(())
}

const ONE_LINK: &str = "cases/one-link-stands-for-all-where-the-law-lets-it";
const WAY: &str = "[part=ways] [data-action=open]";

async fn one_link_with_the_icon_stands_for_all_where_the_law_lets_it(page: &Page) -> Outcome {
    let links = "[...document.querySelector('assent-notice').shadowRoot.querySelectorAll('[part=ways] [data-action=open]')]\
                 .map((it) => [it.textContent, it.querySelectorAll('svg').length])";
    page.open(&format!("{ONE_LINK}?region=US-CA")).await?;
    page.until_notice_shows(WAY).await?;
    assert_eq!(page.eval(links).await?, json!([["Your Privacy Choices", 1]]));
    page.click_in_notice(WAY).await?;
    page.until_notice_shows("dialog").await?;
    // The switches keep the names of the rights that the one link stands for.
    let named = page
        .eval("document.querySelector('assent-notice').shadowRoot.querySelector('dialog').textContent")
        .await?;
    let named = named.as_str().unwrap_or_default().to_string();
    assert!(named.contains("Do Not Sell or Share") && named.contains("Limit the Use of My Sensitive"));
    // A law that wants a link and names none, and one that wants none.
    page.open(&format!("{ONE_LINK}?region=US-CO&language=ar")).await?;
    page.until_notice_shows(WAY).await?;
    assert_eq!(page.eval(links).await?, json!([["خيارات الخصوصية الخاصة بك", 1]]));
    page.open(&format!("{ONE_LINK}?region=US-UT")).await?;
    page.until_notice_shows("[part=open]").await?;
    assert!(!page.notice_shows(WAY).await?);
    Ok(())
}

const SNIPPETS: &str = "cases/services-with-snippets-of-their-own-hear-the-choice";

async fn services_with_snippets_of_their_own_hear_a_denial_a_grant_and_a_withdrawal(page: &Page) -> Outcome {
    let adobe = |word: &str| {
        let consent = json!([{ "standard": "Adobe", "version": "1.0", "value": { "general": word } }]);
        json!(["setConsent", { "consent": consent }])
    };
    page.open(SNIPPETS).await?;
    page.until("told.tiktok.length > 0 && document.readyState === 'complete'").await?;
    let denied = json!({ "tiktok": ["revoke"], "pinterest": [["setconsent", false]], "adobe": [] });
    assert_eq!(page.eval("told").await?, denied);
    assert_eq!(page.eval("Object.keys(read)").await?, json!([]), "and none of them runs");
    page.click_in_notice("[data-action=accept]").await?;
    page.until("Object.keys(read).length === 5").await?;
    let granted = json!({
        "tiktok": ["revoke", "grant"],
        "pinterest": [["setconsent", false], ["setconsent", true]],
        "adobe": [adobe("in")],
    });
    for host in ["analytics.tiktok.com", "s.pinimg.com", "edge.adobedc.net"] {
        assert_eq!(page.eval(&format!("read['{host}']")).await?, granted, "{host} was told before it ran");
    }
    page.eval("void assent.withdraw()").await?;
    page.until("told.adobe.length === 2").await?;
    assert_eq!(
        page.eval("[told.tiktok.at(-1), told.pinterest.at(-1), told.adobe.at(-1)]").await?,
        json!(["revoke", ["setconsent", false], adobe("out")])
    );
    // Granted before, they are told of it on the next page without a denial.
    page.eval("void assent.show()").await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("assent.allows('marketing')").await?;
    page.reload().await?;
    page.until("Object.keys(read).length === 5").await?;
    let at_once = json!({ "tiktok": ["grant"], "pinterest": [["setconsent", true]], "adobe": [adobe("in")] });
    assert_eq!(page.eval("told").await?, at_once);
    Ok(())
}
