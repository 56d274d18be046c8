//! What is written and read again is what it was.

use crate::model::{Random, gpp_string};
use crate::vectors::file;
use assent_core::json::Value;
use assent_core::signal::additional_consent::AdditionalConsent;
use assent_core::signal::fault::{Fault, SignalError};
use assent_core::signal::gpp::layout::{Kind, Layout, SecondPiece};
use assent_core::signal::gpp::{FieldValue, GppString, Section};
use assent_core::signal::tcf::{PublisherTc, TcString, VendorEncoding};
use assent_core::signal::usp::UsPrivacy;

#[test]
fn tc_strings_come_back() {
    let mut random = Random(1);
    for _ in 0..1000 {
        let tc_string = random.tc_string();
        for encoding in [VendorEncoding::Minimal, VendorEncoding::Reference] {
            // Sets that the reference library would write as more ranges than can be counted, it cannot write at all.
            let Ok(text) = tc_string.encode(encoding) else {
                assert_eq!(encoding, VendorEncoding::Reference);
                continue;
            };
            assert_eq!(TcString::decode(&text).as_ref(), Ok(&tc_string), "{text}");
        }
    }
}

#[test]
fn gpp_strings_come_back() {
    let mut random = Random(2);
    for _ in 0..600 {
        let sections = random.sections();
        let text = gpp_string(&sections).encode().unwrap();
        let again = GppString::decode(&text).unwrap();
        let ids: Vec<u16> = again.section_ids().collect();
        assert_eq!(ids, sections.iter().map(Section::id).collect::<Vec<_>>());
        for section in &sections {
            assert_eq!(again.section(section.id()).as_ref(), Ok(&Some(section.clone())), "{text}");
        }
    }
}

#[test]
fn short_strings_come_back() {
    let mut random = Random(3);
    for _ in 0..500 {
        let us_privacy = random.us_privacy();
        assert_eq!(UsPrivacy::decode(&us_privacy.encode()), Ok(us_privacy));
        let ids =
            |random: &mut Random| (0..random.below(9)).map(|_| 1 + u32::from(random.short(12))).collect();
        let consented = ids(&mut random);
        let disclosed = random.one_in(2).then(|| ids(&mut random));
        let consent = AdditionalConsent { consented, disclosed };
        assert_eq!(AdditionalConsent::decode(&consent.encode()), Ok(consent));
    }
}

#[test]
fn what_does_not_fit_is_not_written() {
    let refused = |tc_string: TcString| tc_string.encode(VendorEncoding::Minimal).unwrap_err();
    let too_large = |field| SignalError { section: "tcfeuv2", field, fault: Fault::TooLarge };
    let new = || TcString::new(0);
    assert_eq!(refused(TcString { created: 1 << 36, ..new() }), too_large("Created"));
    assert_eq!(refused(TcString { cmp_id: 4096, ..new() }), too_large("CmpId"));
    assert_eq!(refused(TcString { consent_screen: 64, ..new() }), too_large("ConsentScreen"));
    assert_eq!(
        refused(TcString { purposes_consent: [25].into_iter().collect(), ..new() }),
        too_large("PurposesConsent")
    );
    let custom = [3].into_iter().collect();
    let publisher_tc =
        PublisherTc { num_custom_purposes: 2, custom_purposes_consent: custom, ..PublisherTc::default() };
    assert_eq!(
        refused(TcString { publisher_tc: Some(publisher_tc), ..new() }),
        too_large("CustomPurposesConsent")
    );
}

#[test]
fn editing_a_section_leaves_the_others_as_they_came() {
    // Section 1 is dead, 300 is nobody's, and the Canadian one is in the old encoding.
    let canada = "BPSG_8APSG_8AAyACAENGdCgf_gfgAfgfgBgABABAAABAB4AACACAAA.fHHHA4444ao";
    let header = assent_core::signal::gpp::header::encode(&[1, 5, 6, 300].into_iter().collect()).unwrap();
    let text = format!("{header}~anything.at+all~{canada}~1YNN~x");
    let mut gpp_string = GppString::decode(&text).unwrap();
    assert_eq!(gpp_string.encode().as_deref(), Ok(text.as_str()));
    assert_eq!(gpp_string.section(300), Ok(None));
    gpp_string.set(&Section::Usp(UsPrivacy::NOT_APPLICABLE)).unwrap();
    assert_eq!(gpp_string.encode(), Ok(text.replace("1YNN", "1---")));
    let mut national = Random(4).us_section(Layout::of_prefix("usnat").unwrap());
    national.opt_out(true);
    gpp_string.set(&Section::Us(national)).unwrap();
    assert_eq!(gpp_string.section_ids().collect::<Vec<_>>(), [1, 5, 6, 7, 300]);
    let again = GppString::decode(&gpp_string.encode().unwrap()).unwrap();
    assert_eq!(
        (again.text(1), again.text(5), again.text(300)),
        (Some("anything.at+all"), Some(canada), Some("x"))
    );
    assert_eq!(again.field("usnat.SaleOptOut"), Ok(Some(FieldValue::Number(1))));
    assert_eq!(again.field("usnat.Gpc"), Ok(Some(FieldValue::Flag(true))));
    assert_eq!(again.field("uspv1.OptOutSale"), Ok(Some(FieldValue::Text("-".to_owned()))));
    assert_eq!(again.field("tcfcav1.CmpId"), Ok(Some(FieldValue::Number(50))));
    for path in ["usnat.Nothing", "usca.SaleOptOut", "nothing.Version", "usnat", "", "."] {
        assert_eq!(again.field(path), Ok(None), "{path}");
    }
    gpp_string.remove(1);
    gpp_string.remove(2);
    assert_eq!(gpp_string.section_ids().collect::<Vec<_>>(), [5, 6, 7, 300]);
}

#[test]
fn the_table_of_layouts_is_the_one_that_came_with_the_facts() {
    let file = file("gpp_us_sections.json");
    let sections = file.get("sections").unwrap().map();
    for (prefix, section) in sections {
        let layout = Layout::of_prefix(prefix).unwrap();
        let number = |value: &Value, key: &str| value.get(key).and_then(Value::int);
        assert_eq!(
            (Some(i64::from(layout.id)), Some(layout.bits() as i64)),
            (number(section, "id"), number(section, "coreBits"))
        );
        let segments = section.get("segments").unwrap().list();
        let second = match segments.get(1).map(|segment| segment.get("kind").unwrap().str().unwrap()) {
            None => SecondPiece::None,
            Some("Gpc") => SecondPiece::Gpc,
            Some(_) => SecondPiece::SensitiveData,
        };
        assert_eq!(layout.second, second, "{prefix}");
        let fields = segments[0].get("fields").unwrap().list();
        assert_eq!(layout.fields().count(), fields.len(), "{prefix}");
        for (ours, theirs) in layout.fields().zip(fields) {
            assert_eq!(Some(ours.name), theirs.get("name").unwrap().str());
            assert_eq!(
                (Some(i64::from(ours.bits())), ours.count.map(i64::from)),
                (number(theirs, "bits"), number(theirs, "count"))
            );
            let kind = match theirs.get("values") {
                None => Kind::Version(u8::try_from(number(section, "libVersion").unwrap()).unwrap()),
                Some(Value::Map(_)) => Kind::Mode,
                Some(values) => match values.str().unwrap() {
                    "notice" => Kind::Notice,
                    "optout" => Kind::OptOut,
                    "consent" => Kind::Consent,
                    _ => Kind::YesNo,
                },
            };
            assert_eq!(ours.kind, kind, "{} of {prefix}", ours.name);
        }
    }
    // The older layout of `usnat` is one line more.
    assert_eq!(Layout::all().count(), sections.len() + 1);
}
