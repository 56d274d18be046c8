//! What an ad stack hears through `__tcfapi`, `__gpp` and `__uspapi`.

use assent_stage::{
    browser::{Case, Failure, Outcome, Page, Value, json},
    cases,
};

pub const CASES: &[Case] = cases![
    who_asked_the_stub_is_answered_in_the_standards_order,
    a_stored_choice_is_told_without_a_question,
    the_strings_say_what_was_chosen,
    what_is_withdrawn_is_denied_in_the_same_task,
    a_preference_centre_that_is_left_unchanged_ends_the_waiting,
    in_california_the_section_of_the_state_says_it,
    a_privacy_signal_is_in_the_section_of_the_state,
    where_no_standard_applies_they_say_so,
    in_quebec_consent_is_express_in_both_frameworks,
    a_frame_of_another_origin_is_answered_by_messages,
    the_queue_of_another_stub_is_drained,
    without_a_vendor_list_nobody_is_granted_anything,
    without_a_registered_cmp_nobody_is_granted_anything,
    without_the_room_nobody_is_granted_anything,
    a_page_that_does_not_ask_for_it_has_none_of_it,
    wrong_calls_are_answered_and_harm_nobody,
    what_one_listener_does_to_its_answer_is_not_told_to_the_next,
    a_privacy_signal_is_shown_to_the_person,
    another_tab_is_told,
];

pub const PAGE: &str = "cases/iab-an-ad-stack-hears-the-choice";
const EVENTS: &str = "__tcf.map(it => it.eventStatus)";
const GPP_EVENTS: &str =
    "__gppEvents.map(it => it.eventName + (typeof it.data === 'string' ? ' ' + it.data : ''))";

pub async fn no_errors(page: &Page) -> Outcome {
    assert_eq!(page.eval("__errors").await?, json!([]));
    Ok(())
}

pub async fn until_events(page: &Page, events: Value) -> Outcome {
    page.until(&format!("JSON.stringify({EVENTS}) === '{events}'")).await
}

/// The ids that a map of a newly asked `TCData` says yes to.
pub async fn yes(page: &Page, map: &str) -> Result<Value, Failure> {
    page.eval(&format!("Object.entries(__data().{map}).filter(it => it[1]).map(it => +it[0])")).await
}

async fn who_asked_the_stub_is_answered_in_the_standards_order(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    assert_eq!(page.eval("[__ping.cmpLoaded, __ping.cmpStatus]").await?, json!([false, "stub"]));
    until_events(page, json!(["cmpuishown"])).await?;
    assert_eq!(page.eval("__tcf[0].listenerId").await?, json!(0));
    assert_eq!(page.eval("__list").await?, json!({ "version": 178, "success": true }));
    let display = "(() => { let it; __tcfapi('ping', 2, data => it = data); return [it.displayStatus, it.cmpStatus, it.cmpLoaded]; })()";
    assert_eq!(page.eval(display).await?, json!(["visible", "loaded", true]));
    page.click_in_notice("[data-action=accept]").await?;
    until_events(page, json!(["cmpuishown", "useractioncomplete"])).await?;
    assert_eq!(page.eval(display).await?, json!(["hidden", "loaded", true]));
    assert_eq!(
        page.eval(GPP_EVENTS).await?,
        json!([
            "listenerRegistered",
            "cmpStatus loaded",
            "cmpDisplayStatus visible",
            "cmpDisplayStatus hidden",
            "sectionChange tcfeuv2",
            "signalStatus ready"
        ])
    );
    no_errors(page).await
}

async fn a_stored_choice_is_told_without_a_question(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.click_in_notice("[data-action=accept]").await?;
    until_events(page, json!(["cmpuishown", "useractioncomplete"])).await?;
    page.reload().await?;
    until_events(page, json!(["tcloaded"])).await?;
    assert_eq!(page.eval("__tcf[0].purpose.consents[1]").await?, json!(true));
    page.until(&format!("{GPP_EVENTS}.at(-1) === 'signalStatus ready'")).await?;
    // Opened again, it is all of them.
    page.click("#opener").await?;
    until_events(page, json!(["tcloaded", "cmpuishown"])).await?;
    assert_eq!(page.eval("__gppPing().signalStatus").await?, json!("not ready"));
    page.click_in_notice("[data-action=refuse]").await?;
    until_events(page, json!(["tcloaded", "cmpuishown", "useractioncomplete"])).await?;
    assert_eq!(page.eval("__gppPing().signalStatus").await?, json!("ready"));
    assert_eq!(yes(page, "purpose.consents").await?, json!([]));
    no_errors(page).await
}

async fn the_strings_say_what_was_chosen(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    until_events(page, json!(["cmpuishown"])).await?;
    assert_eq!(yes(page, "purpose.consents").await?, json!([]));
    assert_eq!(yes(page, "vendor.consents").await?, json!([]));
    assert_eq!(yes(page, "vendor.disclosedVendors").await?, json!([10, 20]));
    page.eval("document.querySelector('#opener').click()").await?;
    page.click_in_notice("input[value=marketing]").await?;
    page.click_in_notice("[data-action=save]").await?;
    page.until("assent.choice.status === 'partial'").await?;
    assert_eq!(yes(page, "purpose.consents").await?, json!([1, 2, 3, 4, 7]));
    assert_eq!(yes(page, "vendor.consents").await?, json!([20]));
    page.eval("(window.addEventListener('click', (event) => assent.acceptAll(event), { once: true }), 1)")
        .await?;
    page.click("p").await?;
    page.until("assent.choice.status === 'given'").await?;
    assert_eq!(yes(page, "purpose.consents").await?, json!([1, 2, 3, 4, 7, 8, 9]));
    assert_eq!(yes(page, "purpose.legitimateInterests").await?, json!([]));
    assert_eq!(yes(page, "vendor.consents").await?, json!([10, 20]));
    assert_eq!(yes(page, "vendor.disclosedVendors").await?, json!([10, 20]));
    assert_eq!(yes(page, "specialFeatureOptins").await?, json!([1]));
    // Vendor 10 is not listed for advertising; vendor 20 must ask for 7, and nobody is asked about 10.
    assert_eq!(
        page.eval("__data().publisher.restrictions").await?,
        json!({ "1": { "10": 0 }, "7": { "20": 1 }, "10": { "20": 0 } })
    );
    let said = page.eval("(({ gdprApplies, cmpId, cmpVersion, publisherCC, isServiceSpecific, tcfPolicyVersion }) => ({ gdprApplies, cmpId, cmpVersion, publisherCC, isServiceSpecific, tcfPolicyVersion }))(__data())").await?;
    assert_eq!(
        said,
        json!({ "gdprApplies": true, "cmpId": 300, "cmpVersion": 7, "publisherCC": "DE", "isServiceSpecific": true, "tcfPolicyVersion": 5 })
    );
    assert_eq!(page.eval("__gppPing().gppString === 'DBABMA~' + __data().tcString").await?, json!(true));
    assert_eq!(
        page.eval("[__gppPing().applicableSections, __gppPing().sectionList]").await?,
        json!([[2], [2]])
    );
    let in_app =
        "(() => { let it; __tcfapi('getInAppTCData', 2, data => it = data); return it.purpose.consents; })()";
    assert_eq!(page.eval(in_app).await?, json!("111100111"));
    assert_eq!(page.eval("__usp()").await?, json!("1---"));
    no_errors(page).await
}

async fn what_is_withdrawn_is_denied_in_the_same_task(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.click_in_notice("[data-action=accept]").await?;
    until_events(page, json!(["cmpuishown", "useractioncomplete"])).await?;
    // No turn of the event loop in between: listeners and questions.
    let after = "(() => { const before = __data().tcString; assent.withdraw(); const last = __tcf.at(-1);
        return [last.eventStatus, last.tcString !== before, last.tcString === __data().tcString,
            Object.values(last.purpose.consents).some(Boolean), Object.values(last.vendor.consents).some(Boolean),
            __gppPing().gppString.endsWith(last.tcString)]; })()";
    assert_eq!(page.eval(after).await?, json!(["useractioncomplete", true, true, false, false, true]));
    no_errors(page).await
}

async fn a_preference_centre_that_is_left_unchanged_ends_the_waiting(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.click_in_notice("[data-action=accept]").await?;
    until_events(page, json!(["cmpuishown", "useractioncomplete"])).await?;
    page.click("#opener").await?;
    until_events(page, json!(["cmpuishown", "useractioncomplete", "cmpuishown"])).await?;
    page.click_in_notice("[data-action=close]").await?;
    until_events(page, json!(["cmpuishown", "useractioncomplete", "cmpuishown", "tcloaded"])).await?;
    assert_eq!(yes(page, "vendor.consents").await?, json!([10, 20]));
    assert_eq!(page.eval("__gppPing().signalStatus").await?, json!("ready"));
    no_errors(page).await
}

async fn in_california_the_section_of_the_state_says_it(page: &Page) -> Outcome {
    page.open(&format!("{PAGE}?region=US-CA")).await?;
    page.until(&format!("{GPP_EVENTS}.at(-1) === 'signalStatus ready'")).await?;
    assert_eq!(
        page.eval("[__gppPing().applicableSections, __gppPing().sectionList]").await?,
        json!([[8], [6, 8]])
    );
    let fields = "['usca.SaleOptOut', 'usca.SharingOptOut', 'usca.SaleOptOutNotice', 'usca.Gpc', 'usnat.SaleOptOut'].map(__field)";
    assert_eq!(page.eval(fields).await?, json!([2, 2, 1, false, null]));
    assert_eq!(page.eval("__usp()").await?, json!("1YNN"));
    // TCF is not asked here, and the list of its vendors is not fetched for it.
    assert_eq!(
        page.eval("__tcf.map(it => [it.eventStatus, it.gdprApplies, it.tcString])").await?,
        json!([["tcloaded", false, null]])
    );
    let host = page.host().split(':').next().unwrap_or_default().to_owned();
    assert!(!page.hits(&host).iter().any(|hit| hit.path.contains("gvl")));
    let after = "(() => { assent.rejectAll(); return ['usca.SaleOptOut', 'usca.SharingOptOut'].map(__field).concat(__usp()); })()";
    assert_eq!(page.eval(after).await?, json!([1, 1, "1YYN"]));
    page.until(&format!("{GPP_EVENTS}.includes('sectionChange usca')")).await?;
    no_errors(page).await
}

async fn a_privacy_signal_is_in_the_section_of_the_state(page: &Page) -> Outcome {
    page.open(&format!("{PAGE}?region=US-CA&signal")).await?;
    page.until(&format!("{GPP_EVENTS}.at(-1) === 'signalStatus ready'")).await?;
    assert_eq!(
        page.eval("['usca.SaleOptOut', 'usca.SharingOptOut', 'usca.Gpc'].map(__field)").await?,
        json!([1, 1, true])
    );
    assert_eq!(page.eval("__usp()").await?, json!("1YYN"));
    no_errors(page).await
}

async fn where_no_standard_applies_they_say_so(page: &Page) -> Outcome {
    page.open(&format!("{PAGE}?region=NZ")).await?;
    until_events(page, json!(["tcloaded"])).await?;
    assert_eq!(page.eval("__tcf[0].gdprApplies").await?, json!(false));
    assert_eq!(
        page.eval("[__gppPing().applicableSections, __gppPing().gppString]").await?,
        json!([[-1], "DBAA"])
    );
    assert_eq!(page.eval("__usp()").await?, json!("1---"));
    no_errors(page).await
}

async fn in_quebec_consent_is_express_in_both_frameworks(page: &Page) -> Outcome {
    page.open(&format!("{PAGE}?region=CA-QC")).await?;
    until_events(page, json!(["cmpuishown"])).await?;
    let sections = "[__gppPing().applicableSections, __gppPing().sectionList]";
    assert_eq!(page.eval(sections).await?, json!([[5], [2, 5]]));
    let vendors = "['VendorExpressConsent', 'VendorImpliedConsent', 'DisclosedVendors'].map(it => __field('tcfcav1.' + it))";
    assert_eq!(page.eval(vendors).await?, json!([[], [], [10, 20]]));
    page.click_in_notice("[data-action=accept]").await?;
    until_events(page, json!(["cmpuishown", "useractioncomplete"])).await?;
    assert_eq!(page.eval(vendors).await?, json!([[10, 20], [], [10, 20]]));
    assert_eq!(yes(page, "vendor.consents").await?, json!([10, 20]));
    // Purpose 1, the first, is not used in Canada.
    let express = "__field('tcfcav1.PurposesExpressConsent').slice(0, 4)";
    assert_eq!(page.eval(express).await?, json!([false, true, true, true]));
    assert_eq!(page.eval("__field('tcfcav1.Created').getTime() > 0").await?, json!(true));
    page.until(&format!("{GPP_EVENTS}.includes('sectionChange tcfcav1')")).await?;
    no_errors(page).await
}

async fn a_frame_of_another_origin_is_answered_by_messages(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.until("__frame.some(it => it.callId === 'listener' && it.status === 'cmpuishown')").await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("__frame.some(it => it.callId === 'listener' && it.status === 'useractioncomplete')").await?;
    let of = |id: &str, what: &str| format!("__frame.filter(it => it.callId === '{id}').at(-1).{what}");
    assert_eq!(
        page.eval(&format!("{} === __data().tcString", of("listener", "tcString"))).await?,
        json!(true)
    );
    // The answer comes in the form of the question.
    assert_eq!(page.eval(&of("listener", "form")).await?, json!("object"));
    assert_eq!(page.eval(&of("ping", "form")).await?, json!("text"));
    assert_eq!(page.eval(&of("usp", "usp")).await?, json!("1---"));
    assert_eq!(page.eval("__frame.every(it => it.home && it.success)").await?, json!(true));
    no_errors(page).await
}

async fn the_queue_of_another_stub_is_drained(page: &Page) -> Outcome {
    page.open("cases/iab-the-stub-of-another-was-first").await?;
    until_events(page, json!(["cmpuishown"])).await?;
    page.click_in_notice("[data-action=accept]").await?;
    until_events(page, json!(["cmpuishown", "useractioncomplete"])).await?;
    // Its listener of GPP was answered by the stub, and keeps its number.
    assert_eq!(page.eval(&format!("{GPP_EVENTS}.at(-1)")).await?, json!("signalStatus ready"));
    assert_eq!(page.eval("[...new Set(__gppEvents.map(it => it.listenerId))]").await?, json!([1]));
    let next = "(() => { let id; __gpp('addEventListener', it => id ??= it.listenerId); return id; })()";
    assert_eq!(page.eval(next).await?, json!(2));
    no_errors(page).await
}

/// Whatever is asked, the answer is no.
async fn failed(page: &Page) -> Outcome {
    let ping = "(() => { let it; __tcfapi('ping', 2, data => it = data); return it.cmpStatus; })()";
    page.until(&format!("{ping} === 'error'")).await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("assent.choice.status === 'given'").await?;
    assert_eq!(page.eval("__data()").await?, json!({ "success": false }));
    assert_eq!(page.eval("__tcf.filter(it => it.success).length").await?, json!(0));
    assert_eq!(
        page.eval("[__gppPing().cmpStatus, __gppPing().signalStatus, __gppPing().gppString]").await?,
        json!(["error", "not ready", "DBAA"])
    );
    no_errors(page).await
}

async fn without_a_vendor_list_nobody_is_granted_anything(page: &Page) -> Outcome {
    page.open(&format!("{PAGE}?gvl=missing&region=CA-ON")).await?;
    page.until("__gppPing().cmpStatus === 'error'").await?;
    assert_eq!(page.eval("__gppPing().sectionList").await?, json!([]));
    page.open(&format!("{PAGE}?gvl=missing")).await?;
    failed(page).await
}

async fn without_a_registered_cmp_nobody_is_granted_anything(page: &Page) -> Outcome {
    page.open(&format!("{PAGE}?unregistered")).await?;
    failed(page).await
}

async fn without_the_room_nobody_is_granted_anything(page: &Page) -> Outcome {
    page.open("cases/iab-without-the-room-nobody-is-granted-anything").await?;
    page.eval("(window.addEventListener('click', (event) => assent.acceptAll(event), { once: true }), 1)")
        .await?;
    page.click("p").await?;
    page.until("assent.choice.status === 'given'").await?;
    // It has been asked for in vain by now: what is asked for later has come.
    page.eval("fetch('/own/after')").await?;
    page.hit(page.host(), "/own/after").await?;
    assert_eq!(page.eval("[__tcf, __gppEvents, __data() ?? null]").await?, json!([[], [], null]));
    assert_eq!(page.eval("[__ping.cmpStatus, __gppPing().cmpStatus]").await?, json!(["stub", "stub"]));
    Ok(())
}

async fn a_page_that_does_not_ask_for_it_has_none_of_it(page: &Page) -> Outcome {
    page.open("cases/the-notice-works-by-keyboard").await?;
    page.click_in_notice("[data-action=accept]").await?;
    page.until("assent.choice.status === 'given'").await?;
    assert_eq!(
        page.eval("['__tcfapi', '__gpp', '__uspapi'].filter(it => it in window || frames[it + 'Locator'])")
            .await?,
        json!([])
    );
    let host = page.host().split(':').next().unwrap_or_default().to_owned();
    assert!(!page.hits(&host).iter().any(|hit| hit.path.contains("iab")));
    Ok(())
}

async fn wrong_calls_are_answered_and_harm_nobody(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    page.click_in_notice("[data-action=accept]").await?;
    until_events(page, json!(["cmpuishown", "useractioncomplete"])).await?;
    let asked = |call: &str| format!("(() => {{ let it = 'silence'; {call}; return it; }})()");
    let both = "(data, success) => it = [data, success]";
    for call in [
        format!("__tcfapi('nonsense', 2, {both})"),
        format!("__tcfapi('toString', 2, {both})"),
        format!("__tcfapi('getTCData', 1, {both})"),
        format!("__tcfapi('getVendorList', 2, {both}, 3)"),
        format!("__gpp('nonsense', {both})"),
        format!("__gpp('constructor', {both})"),
        format!("__uspapi('getUSPData', 2, {both})"),
    ] {
        assert_eq!(page.eval(&asked(&call)).await?, json!([null, false]), "{call}");
    }
    for call in ["__tcfapi('getTCData', 2)", "__tcfapi()", "__gpp('ping')", "__uspapi()"] {
        assert_eq!(page.eval(&asked(call)).await?, json!("silence"), "{call}");
    }
    let removed = asked(&format!("__tcfapi('removeEventListener', 2, {both}, 99)"));
    assert_eq!(page.eval(&removed).await?, json!([false, true]));
    let removed = asked(&format!("__tcfapi('removeEventListener', 2, {both}, 0)"));
    assert_eq!(page.eval(&removed).await?, json!([true, true]));
    page.eval("assent.withdraw()").await?;
    assert_eq!(page.eval(EVENTS).await?, json!(["cmpuishown", "useractioncomplete"]));
    no_errors(page).await
}

async fn what_one_listener_does_to_its_answer_is_not_told_to_the_next(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    until_events(page, json!(["cmpuishown"])).await?;
    let forged = "(() => {
        __tcfapi('addEventListener', 2, (data) => { data.purpose.consents[1] = true; data.vendor.consents[20] = true; data.tcString = 'forged'; });
        __gpp('ping', (data) => { data.sectionList.push(7); data.parsedSections.usnat = { SaleOptOut: 2 }; data.applicableSections[0] = 7; });
        return [__data().purpose.consents, __data().vendor.consents, __data().tcString === 'forged', __field('usnat.SaleOptOut'),
            __gppPing().sectionList, __gppPing().applicableSections]; })()";
    assert_eq!(page.eval(forged).await?, json!([{}, {}, false, null, [2], [2]]));
    no_errors(page).await
}

async fn a_privacy_signal_is_shown_to_the_person(page: &Page) -> Outcome {
    page.open(&format!("{PAGE}?region=US-CA&signal")).await?;
    page.until("assent.choice.gpc === true").await?;
    page.click("#opener").await?;
    page.until_notice_shows("[data-action=save]").await?;
    let text = "document.querySelector('assent-notice').shadowRoot.textContent.includes('We saw your Global Privacy Control signal and applied it.')";
    assert_eq!(page.eval(text).await?, json!(true));
    page.open(&format!("{PAGE}?region=US-CA")).await?;
    page.click("#opener").await?;
    page.until_notice_shows("[data-action=save]").await?;
    assert_eq!(page.eval(text).await?, json!(false));
    Ok(())
}

async fn another_tab_is_told(page: &Page) -> Outcome {
    page.open(PAGE).await?;
    until_events(page, json!(["cmpuishown"])).await?;
    let first = page.open_tab().await?;
    page.open(PAGE).await?;
    page.click_in_notice("[data-action=accept]").await?;
    until_events(page, json!(["cmpuishown", "useractioncomplete"])).await?;
    page.go_to_tab(first).await?;
    until_events(page, json!(["cmpuishown", "useractioncomplete"])).await?;
    assert_eq!(yes(page, "vendor.consents").await?, json!([10, 20]));
    assert_eq!(page.eval("__gppPing().signalStatus").await?, json!("ready"));
    no_errors(page).await
}
