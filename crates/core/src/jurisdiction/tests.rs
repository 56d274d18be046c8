extern crate std;

use super::*;
use crate::catalogue::generated::{columns, compare, rows, text};
use crate::json::Value;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// 2026-11-23, in days from 1970-01-01.
const TODAY: u32 = 20_780;

#[test]
fn the_generated_texts_are_those_of_the_jurisdictions() {
    let rows = rows("jurisdictions.json", "jurisdictions");
    compare("regimes.txt", &regimes(&rows));
    compare("laws.txt", &laws(&rows));
    compare("links.txt", &links(&rows));
}

#[test]
fn every_row_of_the_source_is_answered_as_written() {
    for row in rows("jurisdictions.json", "jurisdictions") {
        let code = text(&row, "code");
        let wanted = match text(&row, "regime") {
            "opt_in" => Regime::OptIn,
            "opt_out" => Regime::OptOut,
            "notice" => Regime::Notice,
            other => panic!("{code} has no regime but {other:?}"),
        };
        assert_eq!(regime(code), wanted, "{code}");
        let law = law(code).unwrap();
        assert_eq!(law.law, text(&row, "law"), "{code}");
        assert_eq!(law.confidence, text(&row, "confidence"), "{code}");
        assert_eq!(law.effective, text(&row, "effective"), "{code}");
        if let Some(day) = gpc_day(&row) {
            assert!(!honours_gpc(code, day - 1) && honours_gpc(code, day), "{code}");
            let duty = if may_override(&&row) { GpcDuty::Refusal } else { GpcDuty::Final };
            assert_eq!(gpc_duty(code, day), duty, "{code}");
            assert!(
                row.get("gpcOverride").is_some(),
                "{code}: whether a choice may count against the signal"
            );
        } else if code.contains('-') {
            assert!(!honours_gpc(code, u32::MAX), "{code}");
        }
    }
}

#[test]
fn a_subdivision_is_as_its_country_unless_it_has_a_law_of_its_own() {
    assert_eq!(regime("US-NY"), Regime::OptOut);
    assert_eq!(regime("CA"), Regime::OptOut);
    assert_eq!(regime("CA-ON"), Regime::OptOut);
    assert_eq!(regime("CA-QC"), Regime::OptIn);
    assert_eq!(regime("AU-NSW"), Regime::Notice);
    assert_eq!(regime("DE-BY"), Regime::OptIn);
    assert_eq!(law("CA-ON"), law("CA"));
    assert_ne!(law("CA-QC"), law("CA"));
}

#[test]
fn an_unknown_place_gets_the_strictest_regime_and_no_law() {
    for region in ["", "-", "-CA", "XX", "XX-YY", "U", "USA", "US CA", "US_CA", "EU", "i", "US:o", "日本"] {
        assert_eq!(regime(region), Regime::OptIn, "{region}");
        assert!(!honours_gpc(region, u32::MAX), "{region}");
        assert_eq!(law(region), None, "{region}");
    }
}

#[test]
fn codes_are_understood_in_any_case() {
    assert_eq!(regime("us-ca"), Regime::OptOut);
    assert_eq!(regime("ca-qc"), Regime::OptIn);
    assert_eq!(regime("jp"), Regime::Notice);
    assert!(honours_gpc("us-Ca", TODAY));
    assert_eq!(law("de"), law("DE"));
}

#[test]
fn global_privacy_control_binds_from_its_day_and_only_where_a_law_says_so() {
    for (region, since) in [("US-CA", "2021-01-01"), ("US-CO", "2024-07-01"), ("US-OR", "2026-01-01")] {
        let day = days(since);
        assert!(!honours_gpc(region, day - 1) && honours_gpc(region, day), "{region}");
    }
    for region in ["US-VA", "US-UT", "US-NY", "CA", "JP", "DE", "GB"] {
        assert!(!honours_gpc(region, TODAY), "{region}");
    }
    assert!(honours_gpc("US", TODAY), "a visitor somewhere in the United States may be in California");
}

#[test]
fn a_choice_counts_against_the_signal_only_where_a_provision_lets_it() {
    for region in ["US-CA", "us-co", "US-CT", "US-DE"] {
        assert_eq!(gpc_duty(region, TODAY), GpcDuty::Refusal, "{region}");
    }
    // Silent laws, laws that nobody checked, and somebody who may be under one of them.
    for region in ["US-TX", "us-tx", "US-NJ", "US-NH", "US-LA", "US"] {
        assert_eq!(gpc_duty(region, u32::MAX), GpcDuty::Final, "{region}");
        assert_eq!(regime(region), Regime::OptOut, "{region}");
    }
    for region in ["US-UT", "US-NY", "JP", "DE", ""] {
        assert_eq!(gpc_duty(region, u32::MAX), GpcDuty::None, "{region}");
    }
}

#[test]
fn sensitive_data_waits_unless_a_law_is_known_to_ask_for_less() {
    for region in ["US-CA", "us-ut", "US-IA"] {
        assert!(!sensitive_waits(region), "{region}");
    }
    // Laws that ask for consent, forbid it, or were not checked, and somebody who may be under one of them.
    for region in ["US-VA", "US-MD", "US-OK", "US", "CA", "JP", "DE", ""] {
        assert!(sensitive_waits(region), "{region}");
    }
}

#[test]
fn links_are_wanted_where_the_law_wants_them() {
    // A visitor somewhere in the United States may be in California.
    for region in ["US-CA", "us-ca", "US"] {
        assert_eq!(named_links(region), "sale sensitive choices", "{region}");
    }
    for region in ["US-CO", "US-CT", "US-DE", "US-MD", "US-MN", "US-MT", "US-NH", "US-OR"] {
        assert_eq!(named_links(region), "choices", "{region}");
    }
    for region in ["US-UT", "US-TX", "US-NY", "DE", "CA", "", "US-"] {
        assert_eq!(named_links(region), "", "{region}");
    }
}

#[test]
fn days_are_counted_from_the_epoch() {
    assert_eq!(days("1970-01-01"), 0);
    assert_eq!(days("2000-03-01"), 11_017);
    assert_eq!(days("2026-11-23"), TODAY);
}

fn regimes(rows: &[Value]) -> String {
    let letter = |code: &str| {
        let row = rows.iter().find(|row| text(row, "code") == code);
        row.map_or('i', |row| match text(row, "regime") {
            "opt_out" if OPT_OUT_OF_SENSITIVE.contains(&text(row, "sensitiveData")) => 'p',
            "opt_out" => 'o',
            "notice" => 'n',
            _ => 'i',
        })
    };
    let mut entries: Vec<String> = Vec::new();
    for row in rows {
        let code = text(row, "code");
        let fallback = country(code).map_or('i', letter);
        let duties = duties(rows, code);
        let first = duties.iter().filter_map(|row| gpc_day(row)).min();
        if letter(code) != fallback || first.is_some() {
            let days = first.map(|days| format!("{days}")).unwrap_or_default();
            let is_final = !duties.iter().all(may_override);
            let letter = if is_final { letter(code).to_ascii_uppercase() } else { letter(code) };
            entries.push(format!("{code}:{letter}{days}"));
        }
    }
    entries.sort();
    entries.join("\n") + "\n"
}

/// What the source says of sensitive data where a law lets people opt out of its use and asks for no consent.
const OPT_OUT_OF_SENSITIVE: [&str; 2] = ["limit-use opt-out", "opt-out notice"];

/// The rows with a duty to honour the signal: of this code, or where it has none of its own, of its states.
fn duties<'a>(rows: &'a [Value], code: &str) -> Vec<&'a Value> {
    let is_of = |row: &&Value| text(row, "code") == code || country(text(row, "code")) == Some(code);
    rows.iter().filter(is_of).filter(|row| gpc_day(row).is_some()).collect()
}

/// Whether a choice counts against the signal. Only what the source says in so many words is a yes.
fn may_override(row: &&Value) -> bool {
    row.get("gpcOverride").and_then(Value::bool) == Some(true) && !text(row, "gpcOverrideSource").is_empty()
}

/// The first day of the duty; where a law is known but its duty is not, the day of the law, to be on the safe side.
fn gpc_day(row: &Value) -> Option<u32> {
    match text(row, "honorGpcFrom") {
        "" => None,
        "unverified" => Some(days(text(row, "effective"))),
        date => Some(days(date)),
    }
}

/// Links by code.
fn links(rows: &[Value]) -> String {
    let named = rows.iter().filter(|row| !text(row, "links").is_empty());
    let mut lines: Vec<String> =
        named.map(|row| format!("{}:{}\n", text(row, "code"), text(row, "links"))).collect();
    lines.sort();
    lines.concat()
}

/// Laws with the codes they hold for, in the order of the source.
fn laws(rows: &[Value]) -> String {
    let mut laws: Vec<(String, String)> = Vec::new();
    for row in rows {
        let code = text(row, "code");
        let says = format!("{}|{}", columns(row, &["law", "confidence"]), text(row, "effective"));
        match laws.iter_mut().find(|(known, _)| *known == says) {
            Some((_, codes)) => *codes = format!("{codes} {code}"),
            None => laws.push((says, String::from(code))),
        }
    }
    let lines: Vec<String> = laws.into_iter().map(|(says, codes)| format!("{codes}|{says}")).collect();
    lines.join("\n") + "\n"
}

/// Days from 1970-01-01 to a date, leap years after Gregory.
fn days(date: &str) -> u32 {
    let part = |range| date.get(range).and_then(|digits: &str| digits.parse::<u32>().ok()).unwrap();
    let (year, month, day) = (part(0..4), part(5..7), part(8..10));
    let leap = |year: u32| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let before: u32 = (1970..year).map(|year| 365 + u32::from(leap(year))).sum();
    let months = [31, 28 + u32::from(leap(year)), 31, 30, 31, 30, 31, 31, 30, 31, 30];
    before + months.iter().take(month as usize - 1).sum::<u32>() + day - 1
}
