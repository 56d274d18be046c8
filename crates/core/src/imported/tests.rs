//! Forms as the tools write them, with made-up values.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::*;
use crate::json;

const NOW: u64 = 1_795_000_000;

fn policy(import: &str, more: &str) -> Value {
    json::parse(&format!(
        r#"{{ "version": 1, "import": {import},
          "controller": {{ "name": "A", "contact": "a@a.example", "privacyNotice": "/p" }},
          "purposes": ["functional", "analytics", "marketing"],
          "vendors": [{{ "id": "acme", "name": "Acme", "hosts": ["acme.example"], "purposes": ["analytics"] }},
                      {{ "id": "ads", "name": "Ads", "hosts": ["ads.example"], "purposes": ["marketing"] }}]
          {more} }}"#
    ))
    .unwrap()
}

/// What is taken over: functional, analytics, marketing as digits, then refused vendors; `-` for nothing.
fn taken(doc: &Value, stored: &str) -> String {
    let Some(found) = find(doc, stored, NOW) else { return "-".into() };
    let words = found.lines.lines().map(|line| match line.strip_prefix("vendor:") {
        Some(vendor) => format!(" {}", vendor.trim_end_matches("=0")),
        None => line.rsplit('=').next().unwrap().to_string(),
    });
    words.collect()
}

fn from(tool: &str, stored: &str) -> String {
    taken(&policy(&format!(r#"["{tool}"]"#), ""), stored)
}

const CLOSED: &str = "\nOptanonAlertBoxClosed=2026-11-01T06:23:51.888Z";

fn onetrust(groups: &str) -> String {
    format!(
        "OptanonConsent=isGpcEnabled=0&datestamp=Sun+Nov+01+2026+07%3A23%3A51+GMT%2B0100+(CET)&version=202512.1.0\
         &browserGpcFlag=0&isIABGlobal=false&hosts=&consentId=c200efa0-cbd0-4187-a967-3a05b8f75517&interactionCount=1\
         &landingPath=NotLandingPage&groups={}&geolocation=SE%3BAB&AwaitingReconsent=false{CLOSED}",
        groups.replace(':', "%3A").replace(',', "%2C")
    )
}

#[test]
fn onetrust_is_read_group_by_group() {
    let read = |groups: &str| from("onetrust", &onetrust(groups));
    assert_eq!(read("C0001:1,C0002:1,C0003:0,C0004:0,C0005:0"), "010");
    assert_eq!(read("C0001:1,C0002:0,C0003:0,C0004:0"), "000");
    assert_eq!(
        read("C0001:1,C0002:1,C0003:1,C0004:1,BG5:1"),
        "111",
        "what nobody here asks about is left out"
    );
    assert_eq!(
        read("C0001:1,C0002:1,C0003:1,C0004:1,C0005:0"),
        "-",
        "two words for one purpose that disagree"
    );
    assert_eq!(read("C0001:1,C0002:1"), "-", "a yes that leaves something open");
    assert_eq!(read("C0001:1,C0002:0"), "000", "who refused all that was asked has refused");
    assert_eq!(read("C0001:1"), "-");
    assert_eq!(read("C0001:1,C0002"), "-");
    let found = onetrust("C0001:1,C0002:1,C0003:1,C0004:1");
    assert_eq!(from("onetrust", found.trim_end_matches(CLOSED)), "-", "nobody has closed the box");
    assert_eq!(from("onetrust", &found.replace("AwaitingReconsent=false", "AwaitingReconsent=true")), "-");
    assert_eq!(
        from("onetrust", &found.replace("2026-11-01", "2025-11-01")),
        "-",
        "older than the policy lets it get"
    );
    assert_eq!(from("onetrust", &found.replace("2026-11-01", "2027-11-01")), "-", "not made yet");
    assert_eq!(
        from("onetrust", &format!("{found}\nOptanonConsent=groups=C0002%3A0")),
        "-",
        "two cookies of one name"
    );
    assert_eq!(from("cookiebot", &found), "-", "only what the policy names");
    let time = find(&policy(r#"["onetrust"]"#, ""), &found, NOW).map(|found| found.time);
    assert_eq!(time, Some(1_793_514_231));
}

#[test]
fn cookiebot_is_read_where_a_person_has_answered() {
    let read = |text: &str| {
        let encoded = text.replace('{', "%7B").replace('}', "%7D").replace('\'', "%27").replace(',', "%2C");
        from("cookiebot", &format!("CookieConsent={encoded}"))
    };
    let some = "{stamp:'zq4X/vD3wA==',necessary:true,preferences:false,statistics:true,marketing:false,\
                method:'explicit',ver:3,utc:1794000000000,region:'de'}";
    assert_eq!(read(some), "010");
    assert_eq!(read(&some.replace("explicit", "implied")), "-");
    assert_eq!(read(&some.replace("1794000000000", "soon")), "-");
    assert_eq!(read(&some.replace("statistics:true", "statistics:maybe")), "-");
    assert_eq!(read("-1"), "-", "who was not asked");
    assert_eq!(read("0"), "-");
}

#[test]
fn usercentrics_is_read_by_what_the_site_calls_its_services() {
    let doc = policy(
        r#"["usercentrics"]"#,
        r#", "dialects": { "H1Vl5NidjWX": "functional", "BJ59EidsWQ": "analytics", "SkPc5EjOsWm": "marketing" }"#,
    );
    let service = |id: &str, kind: &str, status: bool| {
        format!(
            r#"{{"history":[{{"action":"onInitialPageLoad","language":"en","status":false,"timestamp":1793999999999,"type":"implicit"}},{{"action":"onUpdateServices","language":"en","status":{status},"timestamp":1794000000000,"type":"{kind}","versions":{{"application":"SDK-4.35.0"}}}}],"id":"{id}","processorId":"7145","status":{status}}}"#
        )
    };
    let read = |kind: &str, touched: &str| {
        let services =
            [("H1Vl5NidjWX", true), ("BJ59EidsWQ", false), ("SkPc5EjOsWm", false), ("unknown", true)];
        let services: Vec<String> = services.iter().map(|(id, status)| service(id, kind, *status)).collect();
        let settings = format!(
            r#"{{"controllerId":"be35","id":"-Ng5","language":"en","services":[{}],"version":"2.0"}}"#,
            services.join(",")
        );
        taken(&doc, &format!("uc_settings={}\nuc_user_interaction={touched}", settings.replace('"', "%22")))
    };
    assert_eq!(read("explicit", "true"), "100");
    assert_eq!(read("implicit", "true"), "-");
    assert_eq!(read("explicit", "false"), "-");
}

#[test]
fn didomi_is_read_by_purpose_and_vendor() {
    let doc =
        policy(r#"["didomi"]"#, r#", "dialects": { "M9NRHJe3G": "functional", "CL-T1Rgm7": "marketing" }"#);
    let read = |text: &str| taken(&doc, &format!("didomi_token={}", base64(text).replace('=', "%3D")));
    let some = r#"{"user_id":"1784114c-f8b3","created":"2026-10-17T16:46:32.344Z","updated":"2026-11-01T16:46:32.344Z","vendors":{"enabled":["google"],"disabled":["ads"]},"purposes":{"enabled":["M9NRHJe3G","analytics"],"disabled":["CL-T1Rgm7"]},"vendors_li":{"enabled":["google"]},"version":2}"#;
    assert_eq!(read(some), "110");
    let refused = some.replace(r#"["google"],"disabled":["ads"]"#, r#"["google"],"disabled":["acme"]"#);
    assert_eq!(read(&refused), "110 acme", "one vendor less than its purposes");
    assert_eq!(read(&some.replace("2026-11-01", "2024-11-01")), "-");
    assert_eq!(read(&some.replace(r#""updated""#, r#""other""#)), "-");
    assert_eq!(taken(&doc, "didomi_token=***"), "-");
}

#[test]
fn a_yes_without_a_date_needs_the_days_that_the_tool_keeps_it() {
    let klaro = "klaro=%7B%22functional%22%3Atrue%2C%22acme%22%3Atrue%2C%22ads%22%3Afalse%7D";
    assert_eq!(from("klaro", klaro), "-");
    assert_eq!(from("klaro:120", klaro), "110", "a purpose by its vendors");
    assert_eq!(from("klaro:200", klaro), "-", "it may be older than the policy lets it get");
    assert_eq!(from("klaro", &klaro.replace("true", "false")), "000", "a no is a no");
    assert_eq!(from("klaro:120", &klaro.replace("%22ads%22%3Afalse", "%22x%22%3A1")), "-");
    assert_eq!(from("klaro:0", klaro), "-");

    let cookieyes = "cookieyes-consent=consentid:bDNCTkhFNUxz,consent:yes,action:yes,necessary:yes,functional:no,analytics:yes,\
                     performance:yes,advertisement:no,other:no,lastRenewedDate:1734509533000";
    assert_eq!(from("cookieyes:180", cookieyes), "010");
    assert_eq!(from("cookieyes", cookieyes), "-");
    assert_eq!(from("cookieyes:180", &cookieyes.replace("action:yes", "action:")), "-");
    assert_eq!(
        from(
            "cookieyes",
            &cookieyes.replace("analytics:yes", "analytics:no").replace("performance:yes", "performance:no")
        ),
        "000"
    );

    let complianz = "cmplz_banner-status=dismissed\ncmplz_functional=allow\ncmplz_preferences=deny\ncmplz_statistics=allow\n\
                     cmplz_marketing=deny\ncmplz_policy_id=28\ncmplz_consented_services=";
    assert_eq!(from("complianz:90", complianz), "010", "its functional is what nobody is asked about");
    assert_eq!(from("complianz", complianz), "-");
    assert_eq!(from("complianz:90", &complianz.replace("dismissed", "show")), "-");
}

#[test]
fn vanilla_cookieconsent_names_what_was_accepted() {
    let read = |categories: &str| {
        from(
            "vanilla-cookieconsent",
            &format!(
                "cc_cookie=%7B%22categories%22%3A%5B{categories}%5D%2C%22revision%22%3A0%2C%22data%22%3Anull%2C%22consentTimestamp%22%3A%222026-10-01T10%3A00%3A00.000Z%22%2C%22lastConsentTimestamp%22%3A%222026-11-01T10%3A00%3A00.000Z%22%7D"
            ),
        )
    };
    assert_eq!(read("%22necessary%22%2C%22analytics%22"), "010");
    assert_eq!(read("%22necessary%22"), "000");
}

#[test]
fn a_tc_string_answers_the_purposes_that_say_what_they_are_in_it() {
    let doc = json::parse(
        r#"{ "version": 1, "import": ["tcf"], "controller": { "name": "A", "contact": "a", "privacyNotice": "/p" },
             "purposes": [{ "id": "analytics", "tcf": [1, 8] }, { "id": "marketing", "tcf": [2, 3, 4] }] }"#,
    )
    .unwrap();
    let read = |consent: &[u8], seconds: u64| {
        let mut tc = crate::signal::tcf::TcString::new(seconds * 10);
        (tc.cmp_id, tc.is_service_specific) = (10, true);
        for id in consent {
            tc.purposes_consent = tc.purposes_consent.with(*id).unwrap();
        }
        let text = tc.encode(crate::signal::tcf::VendorEncoding::Minimal).unwrap();
        taken(&doc, &format!("euconsent-v2={text}"))
    };
    let day = NOW / DAY * DAY - DAY;
    assert_eq!(read(&[1, 8], day), "10");
    assert_eq!(read(&[1, 2, 3, 4, 8], day), "11");
    assert_eq!(read(&[], day), "00");
    assert_eq!(read(&[1, 2, 8], day), "-", "half of what a purpose is");
    assert_eq!(read(&[1, 8], day - 300 * DAY), "-");
    assert_eq!(taken(&doc, "euconsent-v2=CQabc"), "-");
}

#[test]
fn the_first_tool_that_has_stored_anything_decides_alone() {
    let both =
        format!("{}\nklaro=%7B%22functional%22%3Afalse%7D", onetrust("C0001:1,C0002:1,C0003:1,C0004:1"));
    assert_eq!(taken(&policy(r#"["onetrust", "klaro"]"#, ""), &both), "111");
    assert_eq!(taken(&policy(r#"["klaro", "onetrust"]"#, ""), &both), "000");
    assert_eq!(
        taken(&policy(r#"["cookiebot", "klaro"]"#, ""), &format!("{both}\nCookieConsent=broken")),
        "-"
    );
    assert_eq!(taken(&policy("[]", ""), &both), "-");
}

#[test]
fn nothing_that_strangers_have_stored_harms() {
    let names = [
        "OptanonConsent",
        "CookieConsent",
        "uc_settings",
        "didomi_token",
        "klaro",
        "cookieyes-consent",
        "cmplz_banner-status",
        "cc_cookie",
        "euconsent-v2",
    ];
    let values = [
        "",
        "%",
        "%4",
        "%zz",
        "%ff",
        "{",
        "{}",
        "[]",
        "null",
        "groups=",
        "a:b:c,,",
        "\u{1f36a}",
        "%7B%22a%22%3A%7B%7D%7D",
    ];
    let all = policy(
        r#"["onetrust","cookiebot","usercentrics","didomi","klaro:9","cookieyes:9","complianz:9","vanilla-cookieconsent","tcf"]"#,
        "",
    );
    for name in names {
        for value in values {
            let stored = format!("{name}={value}{CLOSED}\nuc_user_interaction=true");
            assert_eq!(taken(&all, &stored), "-", "{stored}");
        }
    }
}

/// Base64 for the tests alone.
fn base64(text: &str) -> String {
    crate::record::base64::standard(text.as_bytes())
}
