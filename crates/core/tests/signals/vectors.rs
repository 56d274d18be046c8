//! Every vector of `tests/vectors`, whose README says where they are from.

use crate::describe::{self, compact, ids, sorted};
use assent_core::json::{self, Value};
use assent_core::signal::additional_consent::AdditionalConsent;
use assent_core::signal::bits::{BitReader, BitWriter};
use assent_core::signal::fault::Fault;
use assent_core::signal::gpp::{GppString, Section, header, section};
use assent_core::signal::tcf::{TcString, VendorEncoding};
use assent_core::signal::usp::UsPrivacy;
use std::path::Path;

pub fn file(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors").join(name);
    json::parse(&std::fs::read_to_string(path).unwrap()).unwrap()
}

pub fn rows(name: &str) -> Vec<Value> {
    let rows = file(name).get("vectors").unwrap().list().to_vec();
    assert!(rows.len() > 50, "{name} has {} rows", rows.len());
    rows
}

pub fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row.get(key).and_then(Value::str).unwrap()
}

fn assert_same(got: &Value, expected: &Value, of: &str) {
    for (key, value) in expected.map() {
        // How ranges were encoded is no part of the model.
        if key != "_vendorEncoding" {
            let got = got.get(key).unwrap_or_else(|| panic!("no {key} in {of}"));
            match (got, value) {
                (Value::Map(_), Value::Map(_)) => assert_same(got, value, of),
                _ => assert_eq!(sorted(got), sorted(value), "{key} of {of}"),
            }
        }
    }
    let extra = got.map().iter().find(|(key, _)| expected.get(key).is_none());
    assert_eq!(extra, None, "{of}");
}

#[test]
fn tc_strings_are_taken_apart() {
    for name in ["tc_collected.json", "tc_generated.json"] {
        for row in rows(name) {
            let tc = text(&row, "tc");
            match (TcString::decode(tc), row.get("expect").and_then(Value::str)) {
                (Ok(tc_string), None | Some("ok")) => {
                    assert_same(&describe::tc_string(&tc_string, tc), row.get("decoded").unwrap(), tc);
                    assert_flags(&tc_string, row.get("flags").unwrap(), tc);
                }
                (Err(_), Some("error")) | (_, Some("lenient")) => {}
                (got, expected) => panic!("{tc}: {got:?}, but {expected:?}"),
            }
        }
    }
}

fn assert_flags(tc_string: &TcString, flags: &Value, of: &str) {
    for (flag, got) in [
        ("hasDisclosedVendors", tc_string.disclosed_vendors.is_some()),
        ("serviceSpecific", tc_string.is_service_specific),
        ("policyVersionOk", tc_string.has_valid_policy()),
        ("liBitsClear", tc_string.has_lawful_li_bits()),
        ("dayAligned", tc_string.is_day_aligned()),
        ("validUnder23", tc_string.is_valid()),
    ] {
        assert_eq!(Some(got), flags.get(flag).unwrap().bool(), "{flag} of {of}");
    }
}

#[test]
fn tc_strings_of_the_reference_library_are_written_alike() {
    let mut minimal = 0;
    for row in rows("tc_generated.json") {
        let tc = text(&row, "tc");
        let tc_string = TcString::decode(tc).unwrap();
        assert_eq!(tc_string.encode(VendorEncoding::Reference).unwrap(), written(tc), "{tc}");
        let shortest = row.get("minimalEncoding").and_then(Value::str);
        minimal += usize::from(shortest.is_some());
        assert_eq!(
            tc_string.encode(VendorEncoding::Minimal).unwrap(),
            written(shortest.unwrap_or(tc)),
            "{tc}"
        );
    }
    assert!(minimal > 10, "{minimal} strings that have a shorter form");
}

#[test]
fn collected_tc_strings_that_the_reference_library_repeats_are_repeated() {
    for row in rows("tc_collected.json") {
        if row.get("reencodeIdenticalEs").and_then(Value::bool) == Some(true) {
            let tc = text(&row, "tc");
            let again = TcString::decode(tc).unwrap().encode(VendorEncoding::Reference).unwrap();
            assert_eq!(again, written(tc));
        }
    }
}

/// The segments that are written, in the order in which they are written.
fn written(tc: &str) -> String {
    let mut segments: Vec<&str> = tc.split('.').collect();
    segments[1..].sort_unstable();
    segments.retain(|segment| !matches!(segment.as_bytes()[0], b'Q'..=b'X'));
    segments.join(".")
}

#[test]
fn broken_strings_are_refused() {
    for row in rows("tc_invalid.json") {
        let tc = text(&row, "tc");
        assert!(TcString::decode(tc).is_err(), "{row:?}");
    }
    for row in rows("gpp_invalid.json") {
        let gpp = text(&row, "gpp");
        assert!(GppString::decode(gpp).is_err(), "{row:?}");
    }
}

#[test]
fn gpp_strings_are_taken_apart() {
    for name in ["gpp_collected.json", "gpp_generated.json"] {
        for row in rows(name) {
            let gpp = text(&row, "gpp");
            match (GppString::decode(gpp), row.get("expect").and_then(Value::str)) {
                (Ok(gpp_string), None | Some("ok")) => {
                    assert_same(&describe::gpp_string(&gpp_string), row.get("decoded").unwrap(), gpp);
                }
                (Err(_), Some("error")) | (_, Some("lenient")) => {}
                (got, expected) => panic!("{gpp}: {got:?}, but {expected:?}"),
            }
        }
    }
}

#[test]
fn gpp_strings_of_the_reference_library_are_written_alike() {
    for row in rows("gpp_generated.json") {
        let gpp = text(&row, "gpp");
        let gpp_string = GppString::decode(gpp).unwrap();
        assert_eq!(gpp_string.encode().unwrap(), gpp);
        let mut again = GppString::default();
        for id in gpp_string.section_ids() {
            // Of TC strings the two libraries of the IAB disagree which form is the shorter.
            let section = gpp_string.section(id).unwrap().unwrap();
            match section {
                Section::TcfEu(_) => {}
                _ => assert_eq!(Some(section.encode().unwrap().as_str()), gpp_string.text(id), "{gpp}"),
            }
            again.set(&section).unwrap();
            assert_eq!(again.section(id), Ok(Some(section)));
        }
    }
}

#[test]
fn sections_are_taken_apart() {
    for row in rows("gpp_sections.json") {
        let encoded = text(&row, "string");
        let id = u16::try_from(row.get("sectionId").unwrap().int().unwrap()).unwrap();
        assert_eq!(section::prefix(id), Some(text(&row, "section")));
        match (Section::decode(id, encoded), text(&row, "expect")) {
            (Ok(Some(section)), "ok") => {
                assert_same(&describe::section(&section, encoded), row.get("decoded").unwrap(), encoded);
            }
            (Err(_), "error") => {}
            (got, expected) => panic!("{encoded}: {got:?}, but {expected}"),
        }
    }
}

/// The words of the vectors' `error`, as faults; `None` where one of ours is as good.
fn fault(word: &str) -> Option<Fault> {
    Some(match word {
        "empty" => Fault::Empty,
        "empty_segment" | "blank_section" => Fault::EmptyPart,
        "truncated" => Fault::Truncated,
        "bad_letter" => Fault::BadLetter,
        "bad_range" => Fault::BadRange,
        "unknown_segment" => Fault::UnknownSegment,
        "section_count_mismatch" => Fault::SectionCount,
        "bad_usp_char" => Fault::BadCharacter,
        _ => return None,
    })
}

#[test]
fn refusals_name_the_fault_that_the_vectors_name() {
    let (mut same, mut other) = (0, Vec::new());
    let tc = rows("tc_invalid.json").into_iter().map(|row| (TcString::decode(text(&row, "tc")).err(), row));
    let gpp =
        rows("gpp_invalid.json").into_iter().map(|row| (GppString::decode(text(&row, "gpp")).err(), row));
    for (error, row) in tc.collect::<Vec<_>>().into_iter().chain(gpp) {
        let Some(expected) = fault(text(&row, "error")) else { continue };
        if error.unwrap().fault == expected { same += 1 } else { other.push((error, row)) }
    }
    // A string can be broken in two ways, of which each reader meets another first.
    assert!(other.len() * 10 < same, "{same} the same, others: {other:#?}");
}

#[test]
fn us_privacy_and_additional_consent_strings() {
    let file = file("usp_ac.json");
    for row in file.get("usp").unwrap().list() {
        let usp = text(row, "usp");
        match (UsPrivacy::decode(usp), text(row, "expect")) {
            (Ok(us_privacy), "ok") => assert_eq!(us_privacy.encode(), usp),
            (Err(_), "error") => {}
            (got, expected) => panic!("{usp}: {got:?}, but {expected}"),
        }
    }
    for row in file.get("ac").unwrap().list() {
        let ac = text(row, "ac");
        match (AdditionalConsent::decode(ac), text(row, "expect")) {
            (Ok(consent), "ok") => {
                let ids = |key| -> Option<Vec<u32>> {
                    let list = row.get(key).filter(|list| **list != Value::Null)?.list();
                    Some(list.iter().map(|id| u32::try_from(id.int().unwrap()).unwrap()).collect())
                };
                assert_eq!(
                    (Some(&consent.consented), &consent.disclosed),
                    (ids("consented").as_ref(), &ids("disclosed"))
                );
                assert_eq!(consent.encode(), ac);
            }
            (Err(_), "error") => {}
            (got, expected) => panic!("{ac}: {got:?}, but {expected}"),
        }
    }
}

/// A text of zeros and ones, written bit by bit.
fn base64url(bits: &str) -> String {
    let mut writer = BitWriter::default();
    bits.chars().for_each(|bit| writer.bit(bit == '1'));
    writer.finish(6)
}

#[test]
fn fibonacci_numbers_and_dates_are_read_and_written() {
    let file = file("primitives.json");
    for row in file.get("fibonacci").unwrap().list() {
        let (n, bits) = (u32::try_from(row.get("n").unwrap().int().unwrap()).unwrap(), text(row, "bits"));
        assert_eq!(BitReader::new(&base64url(bits)).unwrap().fibonacci(), Ok(n));
        let mut writer = BitWriter::default();
        writer.fibonacci(n).unwrap();
        assert_eq!((writer.len(), writer.finish(6)), (bits.len(), base64url(bits)));
    }
    for row in file.get("datetimeDeciseconds").unwrap().list() {
        let value = u64::try_from(row.get("value").unwrap().int().unwrap()).unwrap();
        assert_eq!(BitReader::new(&base64url(text(row, "bits"))).unwrap().number(36), Ok(value));
    }
}

#[test]
fn headers_are_read_in_both_paddings_and_written_as_the_library_does() {
    for row in file("primitives.json").get("gppHeader").unwrap().list() {
        let list = row.get("sectionIds").unwrap().list();
        let ids = list.iter().map(|id| u16::try_from(id.int().unwrap()).unwrap()).collect();
        assert_eq!(header::encode(&ids).as_deref(), Ok(text(row, "es")));
        assert_eq!(header::decode(text(row, "es")).as_ref(), Ok(&ids));
        assert_eq!(header::decode(text(row, "specPadding")).as_ref(), Ok(&ids));
    }
    assert_eq!(GppString::default().encode().as_deref(), Ok("DBAA"));
    assert_eq!(GppString::decode("DBAA"), Ok(GppString::default()));
}

/// Ranges have no reader of their own in public; a header and a core segment have one inside.
#[test]
fn ranges_are_read_inside_of_what_has_them() {
    let file = file("primitives.json");
    for row in file.get("fibonacciRange").unwrap().list() {
        let header = format!("{:06b}{:06b}{}", 3, 1, text(row, "bits"));
        assert_eq!(compact(&header::decode(&base64url(&header)).unwrap()), text(row, "ids"));
        assert_eq!(
            header::encode(&ids(text(row, "ids"))).unwrap().trim_end_matches('A'),
            base64url(&header).trim_end_matches('A')
        );
    }
    for row in file.get("intRange").unwrap().list() {
        let segment = format!("001{:016b}1{}", 65_535, text(row, "bits"));
        let tc = format!(
            "{}.{}",
            TcString { disclosed_vendors: None, ..TcString::new(0) }.encode(VendorEncoding::Minimal).unwrap(),
            base64url(&segment)
        );
        let disclosed = TcString::decode(&tc).unwrap().disclosed_vendors.unwrap();
        assert_eq!(compact(&disclosed), text(row, "ids"));
    }
}
