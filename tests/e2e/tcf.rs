//! What the framework adds to both layers of the notice, and what its switches do to the strings.

use crate::iab::{PAGE, no_errors, until_events, yes};
use assent_stage::{
    browser::{Case, Outcome, Page, json},
    cases,
};

pub const CASES: &[Case] = cases![
    the_first_layer_discloses_what_the_framework_asks_for,
    a_stack_is_told_instead_of_what_it_stands_for,
    who_is_behind_a_purpose_is_told_there_by_keyboard,
    the_archive_serves_the_list_and_its_translation,
    what_is_turned_off_in_the_frameworks_words_is_off_in_the_string,
    a_purpose_of_the_framework_can_be_turned_on_alone,
    a_lost_or_damaged_detail_grants_nothing,
    a_script_turns_no_switch_of_the_framework_on,
    legitimate_interest_is_on_until_it_is_turned_off,
    what_is_left_on_is_shared_between_hosts_as_the_choice_is,
    without_the_layers_nobody_is_granted_anything,
    in_ontario_consent_is_implied_until_it_is_turned_off,
];

const ENTER: char = '\u{e007}';

/// A script over what is drawn in the notice.
fn drawn(script: &str) -> String {
    format!(
        "(() => {{ const root = document.querySelector('assent-notice')?.shadowRoot; const all = (it) => [...(root?.querySelectorAll(it) ?? [])];
        const names = (it) => [...it.children].map((each) => each.querySelector('summary')?.textContent ?? each.textContent);
        const on = () => all('[data-tcf]:checked').map((it) => it.dataset.tcf).sort(); return {script}; }})()"
    )
}

async fn until_asked(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    until_events(page, json!(["cmpuishown"])).await
}

/// Whether a text has all these words.
fn tells(text: &str, words: &[&str]) {
    for told in words {
        assert!(text.contains(told), "{told}: {text}");
    }
}

async fn the_first_layer_discloses_what_the_framework_asks_for(page: &Page) -> Outcome {
    until_asked(page).await?;
    let text = page.eval(&drawn("root.querySelector('[part=banner] [part=framework]').textContent")).await?;
    let text = text.as_str().unwrap_or_default();
    tells(
        text,
        &[
            "We and 2 partners",
            "store and read information on your device",
            "Store and/or access information on a device",
            "Measure advertising performance",
            "Use precise geolocation data",
            "change or withdraw",
            "See all 2 partners",
        ],
    );
    // The way to the list leads to the list, unfolded.
    page.click_in_notice("[data-action=vendors][data-tcf]").await?;
    page.until(&drawn("all('dialog [part=framework] > details[open] h4').map((it) => it.textContent).join() === 'Acme Metrics,Acme Ads'"))
        .await?;
    // Nothing is ticked before an answer.
    assert_eq!(page.eval(&drawn("on()")).await?, json!([]));
    no_errors(page).await
}

async fn a_stack_is_told_instead_of_what_it_stands_for(page: &Page) -> Outcome {
    page.open(&format!("{PAGE}?stacks")).await?;
    until_events(page, json!(["cmpuishown"])).await?;
    // The second stack of the policy stands for what the first one stands for, so it is not told.
    let told = [
        "Personalised advertising and advertising measurement",
        "Store and/or access information on a device",
        "Measure content performance",
        "Understand audiences through statistics or combinations of data from different sources",
    ];
    assert_eq!(
        page.eval(&drawn("names(root.querySelector('[part=banner] [part=list]'))")).await?,
        json!(told)
    );
    page.click_in_notice("[part=banner] summary").await?;
    let unfolded = "names(root.querySelector('[part=banner] details[open] [part=list]'))";
    let stands_for = [
        "Use limited data to select advertising",
        "Create profiles for personalised advertising",
        "Use profiles to select personalised advertising",
        "Measure advertising performance",
    ];
    assert_eq!(page.eval(&drawn(unfolded)).await?, json!(stands_for));
    // The second layer tells each of them.
    page.eval("document.querySelector('#opener').click()").await?;
    page.until(&drawn("all('[data-tcf=c2], [data-tcf=c3], [data-tcf=c4], [data-tcf=c7]').length === 4"))
        .await?;
    no_errors(page).await
}

async fn who_is_behind_a_purpose_is_told_there_by_keyboard(page: &Page) -> Outcome {
    until_asked(page).await?;
    page.eval("document.querySelector('#opener').click()").await?;
    let at = |code: &str| format!("root.querySelector('[data-tcf={code}]').closest('section')");
    page.until(&drawn("all('[data-tcf=c1]').length === 1")).await?;
    for (code, who) in [("c1", json!(["Acme Ads"])), ("c8", json!(["Acme Metrics"]))] {
        let list = format!("{}.querySelector('details:last-child')", at(code));
        assert_eq!(page.eval(&drawn(&format!("{list}.open"))).await?, json!(false), "{code}");
        page.eval(&drawn(&format!("({list}.querySelector('summary').focus(), 1)"))).await?;
        page.press(ENTER).await?;
        page.until(&drawn(&format!("{list}.open"))).await?;
        assert_eq!(page.eval(&drawn(&format!("names({list}.querySelector('ul'))"))).await?, who, "{code}");
    }
    no_errors(page).await
}

const ARCHIVE: &str = "cases/iab-the-archive-serves-the-list";
const ARCHIVE_POLICY: &str = include_str!("../../www/cases/iab-archive-policy.json");
const LIST: (&str, &str) = ("vendor-list.json", include_str!("../../www/cases/iab-gvl.json"));
const GERMAN: (&str, &str) = ("purposes-de.json", include_str!("../../www/cases/iab-purposes-de.json"));

async fn the_archive_serves_the_list_and_its_translation(page: &Page) -> Outcome {
    let mut archive = page.start_archive(ARCHIVE_POLICY).await?;
    archive.serve_vendor_list(&[LIST, GERMAN]).await?;
    page.open(ARCHIVE).await?;
    page.until("!!assent.choice").await?;
    page.until_notice_shows("[part=framework]").await?;
    let host = page.host().split(':').next().unwrap_or_default().to_owned();
    let asked: Vec<String> =
        page.hits(&host).into_iter().map(|hit| hit.path).filter(|path| path.contains("/gvl/")).collect();
    assert_eq!(asked, ["/sites/shop/gvl/vendor-list.json", "/sites/shop/gvl/purposes-de.json"]);
    let text = page.notice_text("[part=banner] [part=framework]").await?;
    tells(
        &text,
        &[
            "Wir und 2 Partner",
            "Bündel 8",
            "Zweck 1",
            "Zweck 8",
            "Alle 2 Partner ansehen",
            "Sie können widersprechen",
        ],
    );
    page.click("#opener").await?;
    let second = "root.querySelector('dialog [part=framework]').textContent";
    page.until(&drawn("all('[data-tcf=w50]').length === 1")).await?;
    let text = page.eval(&drawn(second)).await?;
    let text = text.as_str().unwrap_or_default();
    tells(
        text,
        &[
            "Text zu Zweck 1.",
            "Beispiel zu Zweck 1.",
            "Berechtigtes Interesse; zum Widerspruch ausschalten",
            "Partner, die darum bitten: 1",
            "Text zu Besonderer Zweck 1.",
            "Datenart 1, Datenart 2",
            "Zweck 8 (30 Tage)",
            "Cookies, höchstens 30 Tage. Ihre Zeit beginnt bei jedem Besuch neu.",
        ],
    );
    no_errors(page).await
}

async fn what_is_turned_off_in_the_frameworks_words_is_off_in_the_string(page: &Page) -> Outcome {
    until_asked(page).await?;
    page.eval("document.querySelector('#opener').click()").await?;
    page.click_in_notice("input[value=marketing]").await?;
    // Special features wait for a hand of their own.
    page.until(&drawn("on().join() === 'c1,c2,c3,c4,c7,v20'")).await?;
    page.click_in_notice("[data-tcf=c3]").await?;
    page.click_in_notice("[data-action=save]").await?;
    page.until("assent.choice.status === 'partial'").await?;
    assert_eq!(yes(page, "purpose.consents").await?, json!([1, 2, 4, 7]));
    assert_eq!(yes(page, "vendor.consents").await?, json!([20]));
    assert_eq!(yes(page, "specialFeatureOptins").await?, json!([]));
    assert_eq!(yes(page, "vendor.disclosedVendors").await?, json!([10, 20]));
    page.reload().await?;
    until_events(page, json!(["tcloaded"])).await?;
    assert_eq!(yes(page, "purpose.consents").await?, json!([1, 2, 4, 7]));
    // What was kept is shown again, and everything can be refused from there at once.
    page.click("#opener").await?;
    page.until(&drawn("on().join() === 'c1,c2,c4,c7,v20'")).await?;
    page.click_in_notice("[data-action=refuse]").await?;
    page.until("assent.choice.status === 'refused' || assent.choice.status === 'withdrawn'").await?;
    for map in
        ["purpose.consents", "purpose.legitimateInterests", "vendor.consents", "vendor.legitimateInterests"]
    {
        assert_eq!(yes(page, map).await?, json!([]), "{map}");
    }
    no_errors(page).await
}

async fn a_purpose_of_the_framework_can_be_turned_on_alone(page: &Page) -> Outcome {
    until_asked(page).await?;
    page.eval("document.querySelector('#opener').click()").await?;
    page.click_in_notice("[data-tcf=c8]").await?;
    // The policy's purpose and its vendor come along, the purpose next to it does not.
    page.until(&drawn("on().join() === 'c8,v10'")).await?;
    assert_eq!(page.eval(&drawn("root.querySelector('input[value=analytics]').checked")).await?, json!(true));
    page.click_in_notice("[data-action=save]").await?;
    page.until("assent.choice.status === 'partial'").await?;
    assert_eq!(yes(page, "purpose.consents").await?, json!([8]));
    assert_eq!(yes(page, "vendor.consents").await?, json!([10]));
    no_errors(page).await
}

async fn a_lost_or_damaged_detail_grants_nothing(page: &Page) -> Outcome {
    until_asked(page).await?;
    page.click_in_notice("[data-action=accept]").await?;
    until_events(page, json!(["cmpuishown", "useractioncomplete"])).await?;
    assert_eq!(yes(page, "specialFeatureOptins").await?, json!([1]));
    let time = page.eval("assent.choice.time").await?;
    for kept in ["".to_owned(), format!("{time}:c1 v2"), format!("{time}:"), "1:*".to_owned()] {
        page.eval(&format!("(localStorage['assent-tcf'] = '{kept}', 1)")).await?;
        page.reload().await?;
        until_events(page, json!(["tcloaded"])).await?;
        assert_eq!(page.eval("assent.choice.status").await?, json!("given"));
        for map in ["purpose.consents", "vendor.consents", "specialFeatureOptins"] {
            assert_eq!(yes(page, map).await?, json!([]), "{kept} {map}");
        }
    }
    no_errors(page).await
}

async fn a_script_turns_no_switch_of_the_framework_on(page: &Page) -> Outcome {
    until_asked(page).await?;
    page.eval("document.querySelector('#opener').click()").await?;
    page.until(&drawn("all('[data-tcf=c1]').length === 1")).await?;
    page.eval(&drawn("root.querySelector('[data-tcf=c1]').click()")).await?;
    assert_eq!(page.eval(&drawn("on()")).await?, json!([]));
    no_errors(page).await
}

async fn legitimate_interest_is_on_until_it_is_turned_off(page: &Page) -> Outcome {
    let mut archive = page.start_archive(ARCHIVE_POLICY).await?;
    archive.serve_vendor_list(&[LIST, GERMAN]).await?;
    page.open(ARCHIVE).await?;
    page.until("!!assent.choice").await?;
    page.until_notice_shows("[part=framework]").await?;
    let (interests, vendors) = ("purpose.legitimateInterests", "vendor.legitimateInterests");
    assert_eq!(yes(page, interests).await?, json!([8, 9]));
    assert_eq!(yes(page, vendors).await?, json!([50]));
    page.click("#opener").await?;
    page.until(&drawn("on().join() === 'l8,l9,w50'")).await?;
    page.click_in_notice("[data-tcf=l8]").await?;
    page.click_in_notice("[data-action=save]").await?;
    page.until("!!assent.choice.time").await?;
    assert_eq!(yes(page, interests).await?, json!([9]));
    assert_eq!(yes(page, vendors).await?, json!([50]));
    assert_eq!(yes(page, "purpose.consents").await?, json!([]));
    // Objecting to one partner leaves the purpose to others.
    page.click("#opener").await?;
    page.until(&drawn("on().join() === 'l9,w50'")).await?;
    page.click_in_notice("dialog [part=framework] > details > summary").await?;
    page.click_in_notice("[data-tcf=w50]").await?;
    page.click_in_notice("[data-action=save]").await?;
    page.until_notice_hides("[data-action=save]").await?;
    assert_eq!(yes(page, interests).await?, json!([9]));
    assert_eq!(yes(page, vendors).await?, json!([]));
    no_errors(page).await
}

async fn what_is_left_on_is_shared_between_hosts_as_the_choice_is(page: &Page) -> Outcome {
    let address = format!("{PAGE}?cookie");
    page.open(&address).await?;
    until_events(page, json!(["cmpuishown"])).await?;
    page.eval("document.querySelector('#opener').click()").await?;
    page.click_in_notice("input[value=marketing]").await?;
    page.click_in_notice("[data-tcf=c3]").await?;
    page.click_in_notice("[data-action=save]").await?;
    page.until("assent.choice.status === 'partial'").await?;
    assert_eq!(yes(page, "purpose.consents").await?, json!([1, 2, 4, 7]));
    // It is in the cookie, and nowhere else.
    assert_eq!(page.eval("localStorage['assent-tcf'] ?? null").await?, json!(null));
    page.reload().await?;
    until_events(page, json!(["tcloaded"])).await?;
    assert_eq!(yes(page, "purpose.consents").await?, json!([1, 2, 4, 7]));
    assert_eq!(yes(page, "vendor.consents").await?, json!([20]));
    page.eval("(document.cookie = `assent-tcf=;path=/;max-age=0;domain=${location.hostname}`)").await?;
    page.reload().await?;
    until_events(page, json!(["tcloaded"])).await?;
    assert_eq!(page.eval("assent.choice.status").await?, json!("partial"));
    for map in ["purpose.consents", "vendor.consents"] {
        assert_eq!(yes(page, map).await?, json!([]), "{map}");
    }
    no_errors(page).await
}

async fn without_the_layers_nobody_is_granted_anything(page: &Page) -> Outcome {
    page.open("cases/iab-without-the-layers-nobody-is-granted-anything").await?;
    until_events(page, json!(["cmpuishown"])).await?;
    assert_eq!(page.eval(&drawn("all('[part=framework]').length")).await?, json!(0));
    page.click_in_notice("[data-action=accept]").await?;
    // The choice counts for what the notice did ask, and the page goes on.
    page.until("assent.choice.status === 'given'").await?;
    for _ in 0..2 {
        for map in
            ["purpose.consents", "purpose.legitimateInterests", "vendor.consents", "specialFeatureOptins"]
        {
            assert_eq!(yes(page, map).await?, json!([]), "{map}");
        }
        page.reload().await?;
        until_events(page, json!(["tcloaded"])).await?;
    }
    no_errors(page).await
}

async fn in_ontario_consent_is_implied_until_it_is_turned_off(page: &Page) -> Outcome {
    page.open(&format!("{PAGE}?region=CA-ON")).await?;
    page.until("__gppPing().signalStatus === 'ready'").await?;
    let said = "['PurposesExpressConsent', 'PurposesImpliedConsent'].map(it =>
        __field('tcfcav1.' + it).flatMap((is, i) => is ? [i + 1] : [])).concat([__field('tcfcav1.VendorImpliedConsent')])";
    assert_eq!(page.eval("__gppPing().applicableSections").await?, json!([5]));
    assert_eq!(page.eval("__tcf[0].gdprApplies").await?, json!(false));
    assert_eq!(page.eval(said).await?, json!([[], [2, 3, 4, 7, 8, 9], [20]]));
    page.click("#opener").await?;
    page.until(&drawn("on().join() === 'l2,l3,l4,l7,l8,l9,w20'")).await?;
    let text = page.eval(&drawn("root.querySelector('dialog [part=framework]').textContent")).await?;
    let text = text.as_str().unwrap_or_default();
    assert!(
        text.contains("Implied consent; turn off to object") && !text.contains("egitimate interest;"),
        "{text}"
    );
    page.click_in_notice("[data-tcf=l3]").await?;
    page.click_in_notice("[data-action=save]").await?;
    page.until("!!assent.choice.time").await?;
    assert_eq!(page.eval(said).await?, json!([[], [2, 4, 7, 8, 9], [20]]));
    page.click("#opener").await?;
    page.until(&drawn("on().join() === 'l2,l4,l7,l8,l9,w20'")).await?;
    page.eval("assent.rejectAll()").await?;
    assert_eq!(page.eval(said).await?, json!([[], [], []]));
    no_errors(page).await
}
