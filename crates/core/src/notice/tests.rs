extern crate std;

use super::*;
use crate::json;
use crate::policy::Policy;
use crate::rules::LegalBasis;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

pub(super) const POLICY: &str = r#"{
  "version": 1,
  "controller": {"name": "Harbour & Pine", "contact": "privacy@harbour.example", "privacyNotice": "/privacy"},
  "purposes": [
    "functional",
    {"id": "analytics", "name": {"en": "Statistics", "de": "Statistik"}, "description": "Counts.", "benefit": "Better pages.",
     "data": ["pages viewed", "screen size"], "retentionDays": 400},
    {"id": "orders", "name": "Orders", "description": "Ships.", "legalBasis": "contract"},
    {"id": "safety", "name": "Safety", "description": "Guards.", "benefit": "b", "legalBasis": "legitimate_interest"},
    "marketing"],
  "vendors": [
    {"id": "acme", "name": "Acme", "hosts": ["acme.example"], "cookies": ["_acme*"], "purposes": ["analytics"],
     "country": "DE", "privacyNotice": "https://acme.example/privacy", "retentionDays": 90},
    {"id": "both", "name": "Both", "hosts": ["both.example"], "purposes": ["analytics", "marketing"], "privacyNotice": "javascript:alert(1)"},
    {"id": "carrier", "name": "Carrier", "hosts": ["carrier.example"], "purposes": ["orders"]}],
  "languages": ["en", "de", "pt-BR"],
  "texts": {"en": {"accept": "Yes, all"}}
}"#;

pub(super) const LOCALE: &str = r#"{"direction": "ltr", "strings": {"accept": "Accept all", "refuse": "Reject all", "lead.opt_in": "in",
  "lead.opt_out": "out", "purpose.functional.name": "Convenience", "basis.contract": "Contract"}}"#;

pub(super) fn with<T>(state: &str, locale: &str, layer: Layer, check: impl FnOnce(&Notice) -> T) -> T {
    let doc = json::parse(POLICY).unwrap();
    let locale = json::parse(locale).unwrap_or(Value::Null);
    let words = Words::new(&doc, &locale, "en");
    check(&Notice::new(&Asked::new(&doc, &Value::Null), &State::from_json(state), &words, layer))
}

fn switches(state: &str) -> Vec<(String, Switch)> {
    with(state, LOCALE, Layer::Preferences, |view| {
        let vendors = |row: &Row| row.vendors.iter().map(|v| (v.id.into(), v.switch)).collect::<Vec<_>>();
        view.rows()
            .iter()
            .flat_map(|row| [vec![(row.id.into(), row.switch)], vendors(row)].concat())
            .collect()
    })
}

#[test]
fn refusing_costs_what_accepting_costs_on_every_layer() {
    for layer in [Layer::Nothing, Layer::Button, Layer::Banner, Layer::Preferences] {
        with("", LOCALE, layer, |view| {
            let (accept, refuse) = (view.offer().accept().unwrap(), view.offer().refuse());
            assert_eq!((accept.answer(), refuse.answer()), (Answer::Accept, Answer::Refuse));
            assert_eq!((accept.layer(), refuse.layer()), (layer, layer));
            assert_eq!((accept.weight(), accept.clicks()), (refuse.weight(), refuse.clicks()));
        });
    }
}

#[test]
fn without_words_a_person_can_refuse_and_not_accept() {
    for locale in ["", "null", "[]", r#"{"strings": "#] {
        with("", locale, Layer::Preferences, |view| {
            assert!(view.rows().is_empty());
            assert_eq!(view.offer().accept(), None);
            assert_eq!(view.offer().refuse().answer(), Answer::Refuse);
        });
    }
    let policy = json::parse(POLICY).unwrap();
    let words = Words::new(&policy, &Value::Null, "de");
    for key in ["refuse", "open", "close"] {
        assert!(!words.get(key).is_empty(), "{key}");
    }
}

#[test]
fn nothing_that_needs_consent_is_ticked_before_it_was_granted() {
    let all = r#""purposes": {"functional": true, "analytics": true, "safety": true, "marketing": true},
                 "vendors": {"acme": true, "both": true, "carrier": true}"#;
    for status in ["", "unknown", "refused", "withdrawn", "expired", "invalidated", "GIVEN"] {
        for regime in ["", "opt_in", "something new"] {
            let state = ["{\"status\": \"", status, "\", \"regime\": \"", regime, "\", ", all, "}"].concat();
            for (id, switch) in switches(&state) {
                let expected = match id.as_str() {
                    "" | "orders" | "carrier" => Switch::AlwaysOn,
                    "safety" => Switch::On,
                    _ => Switch::Off,
                };
                assert_eq!(switch, expected, "{id} in {state}");
            }
        }
    }
    assert!(switches("not json").iter().all(|(_, switch)| *switch != Switch::On));
}

#[test]
fn what_was_granted_before_is_ticked_and_nothing_else() {
    let state = r#"{"status": "partial", "regime": "opt_in", "purposes": {"analytics": true, "marketing": false},
                    "vendors": {"acme": true, "both": false}}"#;
    let on: Vec<_> =
        switches(state).into_iter().filter(|(_, switch)| *switch == Switch::On).map(|(id, _)| id).collect();
    assert_eq!(on, ["analytics", "acme"]);
}

#[test]
fn where_the_law_asks_for_an_opt_out_the_switches_show_what_is_in_force() {
    let state = r#"{"status": "unknown", "regime": "opt_out", "purposes": {"analytics": true}, "vendors": {"acme": true}}"#;
    let on: Vec<_> =
        switches(state).into_iter().filter(|(_, switch)| *switch == Switch::On).map(|(id, _)| id).collect();
    assert_eq!(on, ["analytics", "acme"]);
    with(state, LOCALE, Layer::Banner, |view| assert_eq!(view.lead(), "out"));
}

#[test]
fn a_row_says_who_what_and_how_long() {
    with("", LOCALE, Layer::Preferences, |view| {
        assert_eq!(
            (view.controller(), view.privacy_notice(), view.third_parties()),
            ("Harbour & Pine", "/privacy", 3)
        );
        assert_eq!(view.rows()[1].name, "Convenience");
        let analytics = &view.rows()[2];
        assert_eq!(
            (analytics.name, analytics.benefit, analytics.kept_days),
            ("Statistics", "Better pages.", 400)
        );
        assert_eq!(analytics.data, "pages viewed, screen size");
        let acme = &analytics.vendors[0];
        assert_eq!(
            (acme.name, acme.country, acme.kept_days, acme.cookies.as_str()),
            ("Acme", "DE", 90, "_acme*")
        );
        assert_eq!(view.rows()[3].basis, "Contract");
    });
}

#[test]
fn a_link_never_runs_a_script() {
    with("", LOCALE, Layer::Preferences, |view| assert_eq!(view.rows()[2].vendors[1].privacy_notice, ""));
    for bad in
        ["javascript:1", "JavaScript:1", " javascript:1", "java\tscript:1", "data:text/html,x", "vbscript:1"]
    {
        assert_eq!(web_address(bad), "", "{bad}");
    }
    for good in [
        "/privacy",
        "privacy",
        "?a=b:c",
        "#a:b",
        "/a:b",
        "https://a.example",
        "mailto:a@b.example",
        "//a.example",
    ] {
        assert_eq!(web_address(good), good);
    }
}

#[test]
fn the_time_of_a_choice_is_shown_only_while_it_holds() {
    let state =
        |status| ["{\"status\": \"", status, "\", \"time\": 1795000000, \"expires\": 1810000000}"].concat();
    with(&state("refused"), LOCALE, Layer::Preferences, |view| {
        assert_eq!(view.decided(), Some((1_795_000_000, 1_810_000_000)));
    });
    with(&state("expired"), LOCALE, Layer::Preferences, |view| assert_eq!(view.decided(), None));
}

#[test]
fn the_policy_speaks_before_the_locale() {
    let policy = json::parse(POLICY).unwrap();
    let locale = json::parse(LOCALE).unwrap();
    assert_eq!(Words::new(&policy, &locale, "en").get("accept"), "Yes, all");
    assert_eq!(Words::new(&policy, &locale, "de").get("accept"), "Accept all");
    assert_eq!(Words::new(&policy, &locale, "de").get("no such key"), "");
}

#[test]
fn the_language_that_fits_comes_first_and_the_fallback_last() {
    let policy = json::parse(POLICY).unwrap();
    for (wish, expected) in [
        ("de", ["de", "en"]),
        ("de-AT", ["de", "en"]),
        ("DE", ["de", "en"]),
        ("pt-PT", ["pt-BR", "en"]),
        ("en-GB", ["en", "en"]),
        ("fr", ["en", "en"]),
        ("", ["en", "en"]),
    ] {
        assert_eq!(languages(&policy, wish), expected, "{wish}");
    }
}

#[test]
fn a_value_takes_the_place_of_its_name() {
    assert_eq!(fill("under “{open}”, on", "Settings"), "under “Settings”, on");
    assert_eq!(fill("{n}", "{n}"), "{n}");
    assert_eq!(fill("no place", "x"), "no place");
}

/// The switches that a test turns: a purpose or a vendor below a purpose, in the order in which they are drawn.
fn places() -> Vec<(String, String)> {
    with("", LOCALE, Layer::Preferences, |view| {
        let mut out = Vec::new();
        for row in view.rows().iter().filter(|row| row.switch != Switch::AlwaysOn) {
            out.push((row.id.into(), String::new()));
            out.extend(row.vendors.iter().map(|vendor| (row.id.into(), vendor.id.into())));
        }
        out
    })
}

/// Turns switches one after the other, as a person would, and returns what is on in the end and the answer.
fn turned(turns: &[(&str, &str)]) -> (Vec<String>, String) {
    let doc = json::parse(POLICY).unwrap();
    let asked = Asked::new(&doc, &Value::Null);
    let places = places();
    let mut states = "0".repeat(places.len());
    for (purpose, vendor) in turns {
        let at = places.iter().position(|(p, v)| p == purpose && v == vendor).unwrap();
        let flipped = if states.as_bytes()[at] == b'1' { "0" } else { "1" };
        states.replace_range(at..=at, flipped);
        let mut draft = Draft::new(&asked, &states);
        draft.turn(at);
        states = draft.states();
    }
    let on = places.iter().zip(states.bytes()).filter(|(_, state)| *state == b'1');
    let names = on.map(
        |((purpose, vendor), _)| {
            if vendor.is_empty() { purpose.clone() } else { [purpose, "/", vendor].concat() }
        },
    );
    (names.collect(), Draft::new(&asked, &states).lines())
}

#[test]
fn a_purpose_takes_its_vendors_along_and_a_vendor_its_purposes_alone() {
    const ANALYTICS: (&str, &str) = ("analytics", "");
    const MARKETING: (&str, &str) = ("marketing", "");
    let on = |turns: &[(&str, &str)]| turned(turns).0;
    // "both" serves marketing too, which is still off.
    assert_eq!(on(&[ANALYTICS]), ["analytics", "analytics/acme"]);
    let all = ["analytics", "analytics/acme", "analytics/both", "marketing", "marketing/both"];
    assert_eq!(on(&[ANALYTICS, MARKETING]), all);
    assert_eq!(on(&[ANALYTICS, MARKETING, ANALYTICS]), ["marketing"]);
    assert_eq!(on(&[("marketing", "both")]), ["analytics", "analytics/both", "marketing", "marketing/both"]);
    assert_eq!(on(&[("marketing", "both"), ("analytics", "both")]), ["analytics", "marketing"]);
    assert_eq!(on(&[("analytics", "acme"), ANALYTICS, ANALYTICS]), ["analytics", "analytics/acme"]);
}

#[test]
fn an_answer_names_every_switch_that_a_person_could_turn() {
    let lines = |turns: &[(&str, &str)]| turned(turns).1;
    assert_eq!(lines(&[]), "functional=0\nanalytics=0\nsafety=0\nmarketing=0\n");
    assert_eq!(
        lines(&[("analytics", ""), ("analytics", "acme")]),
        "functional=0\nanalytics=1\nvendor:acme=0\nsafety=0\nmarketing=0\n"
    );
    // "both" has a switch below each of its purposes, and is named once.
    assert_eq!(
        lines(&[("marketing", "both")]),
        "functional=0\nanalytics=1\nvendor:acme=0\nvendor:both=1\nsafety=0\nmarketing=1\n"
    );
}

#[test]
fn switches_that_are_not_there_are_off() {
    let doc = json::parse(POLICY).unwrap();
    let asked = Asked::new(&doc, &Value::Null);
    for states in ["", "x", "22222222222222222222"] {
        let mut draft = Draft::new(&asked, states);
        draft.turn(99);
        assert!(!draft.states().contains('1'), "{states}");
        assert!(!draft.lines().contains("=1"), "{states}");
    }
}

/// The row of a service in `locales/vendors.json`.
fn known_row(row: &Value) -> String {
    let words =
        |key| row.get(key).unwrap().list().iter().filter_map(Value::str).collect::<Vec<_>>().join(", ");
    let text = |key| row.get(key).and_then(Value::str).unwrap().into();
    let columns: [String; 6] = [
        text("purpose"),
        text("name"),
        text("country"),
        text("privacyNotice"),
        words("cookies"),
        words("storage"),
    ];
    let mut out = String::from("\n  ");
    json::write_str(&mut out, row.get("id").and_then(Value::str).unwrap());
    for (i, column) in columns.iter().enumerate() {
        out.push_str(if i == 0 { ": [" } else { ", " });
        json::write_str(&mut out, column);
    }
    out + "]"
}

#[test]
fn the_known_vendors_are_those_of_the_generated_catalogue() {
    let mut rows = crate::catalogue::generated::rows("catalogue.json", "services");
    rows.retain(|row| row.get("purpose").and_then(Value::str) != Some("essential"));
    let mut lines: Vec<String> = rows.iter().map(known_row).collect();
    lines.sort();
    let fresh = ["{", &lines.join(","), "\n}\n"].concat();
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../locales/vendors.json");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &fresh).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == fresh,
        "locales/vendors.json is stale: run `BLESS=1 cargo test -p assent-core generated`"
    );
}

#[test]
fn the_notice_reads_a_policy_as_the_gate_does() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../locales/vendors.json");
    let known = json::parse(&std::fs::read_to_string(path).unwrap()).unwrap();
    let bare = POLICY.replace("\"vendors\": [", "\"vendors\": [\"google-analytics\", \"youtube\", \"meta\",");
    let more = POLICY
        .replace("\"languages\"", "\"cookie\": {\"name\": \"kept\"}, \"expiryDays\": 90, \"languages\"");
    let sold =
        POLICY.replace(r#""id": "analytics","#, r#""id": "analytics", "consentMode": ["ad_storage"],"#);
    let unsold = sold.replace(r#""consentMode""#, r#""sale": false, "consentMode""#);
    for text in [POLICY, &bare, &more, &sold, &unsold] {
        let rules = Policy::from_json(text).unwrap().rules;
        let doc = json::parse(text).unwrap();
        let asked = Asked::new(&doc, &known);
        assert!(asked.complete());
        let ids = |ids: Vec<&str>| ids.join(" ");
        assert_eq!(ids(asked.purposes.iter().map(|purpose| purpose.id).collect()), rules.purposes);
        assert_eq!(ids(asked.vendors.iter().map(|vendor| vendor.id).collect()), rules.vendors);
        assert_eq!(asked.necessary(), rules.necessary);
        let consent = asked.purposes.iter().enumerate().filter(|(_, p)| p.basis == LegalBasis::Consent);
        assert_eq!(consent.fold(0, |bits, (i, _)| bits | 1 << i), rules.consent);
        let sale = asked.purposes.iter().enumerate().filter(|(_, purpose)| purpose.sale);
        assert_eq!(sale.fold(0, |bits, (i, _)| bits | 1 << i), rules.sale);
        let served: Vec<u32> = asked.vendors.iter().map(|vendor| vendor.purposes).collect();
        assert_eq!(served, rules.vendor_purposes);
        let locale = json::parse(LOCALE).unwrap();
        let words = Words::new(&doc, &locale, "en");
        let view = Notice::new(&asked, &State::from_json(""), &words, Layer::Preferences);
        assert_eq!(u64::from(view.rows()[0].kept_days) * 86_400, rules.lifetime);
        for shown in view.rows().iter().flat_map(|row| &row.vendors) {
            let at = rules.vendors.split(' ').position(|id| id == shown.id).unwrap();
            let names = |lines: &str| lines.split('\n').nth(at).unwrap().replace(' ', ", ");
            assert_eq!((&shown.cookies, &shown.storage), (&names(&rules.cookies), &names(&rules.storage)));
            assert!(!shown.name.is_empty());
        }
    }
}

#[test]
fn every_ad_type_makes_a_sale_and_no_other() {
    use crate::signal::consent_mode::{ADS, TYPES, is_sale};
    for (i, name) in TYPES.split(' ').enumerate() {
        assert_eq!(is_sale("own", [name]), i < ADS, "{name}");
    }
}

#[test]
fn vendors_that_nobody_can_describe_are_not_accepted_below_their_purposes() {
    let doc = json::parse(&POLICY.replace("\"vendors\": [", "\"vendors\": [\"google-analytics\",")).unwrap();
    let locale = json::parse(LOCALE).unwrap();
    let words = Words::new(&doc, &locale, "en");
    let offer =
        |layer| *Notice::new(&Asked::new(&doc, &Value::Null), &State::from_json(""), &words, layer).offer();
    assert!(matches!(offer(Layer::Preferences), Offer::RefusalOnly(_)));
    // The first layer counts them and leads to the list.
    assert!(matches!(offer(Layer::Banner), Offer::Pair(_)));
}
