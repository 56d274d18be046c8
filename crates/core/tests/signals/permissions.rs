//! What vendors may do: the vectors, the rules that these leave out, and what may be written at all.

use crate::describe::compact;
use crate::vectors::{file, rows, text};
use assent_core::json::{self, Value};
use assent_core::signal::fault::{Fault, SignalError};
use assent_core::signal::gvl::{Gvl, Vendor};
use assent_core::signal::ids::FlagSet;
use assent_core::signal::tcf::permission::{Denial, LegalBasis};
use assent_core::signal::tcf::{Restriction, RestrictionType, TcString};

/// 2026-06-01T00:00:00Z
const TODAY: u64 = 17_802_720_000;

fn flags(value: &Value, key: &str) -> FlagSet {
    value
        .get(key)
        .map_or(&[][..], Value::list)
        .iter()
        .map(|id| u8::try_from(id.int().unwrap()).unwrap())
        .collect()
}

fn id(row: &Value, key: &str) -> Option<i64> {
    row.get(key).and_then(Value::int)
}

#[test]
fn permissions_are_those_of_the_vectors() {
    let mut granted = 0;
    for row in rows("tc_permissions.json") {
        let declared = row.get("gvlVendor").unwrap();
        let vendor = Vendor {
            id: u16::try_from(id(&row, "vendorId").unwrap()).unwrap(),
            purposes: flags(declared, "purposes"),
            leg_int_purposes: flags(declared, "legIntPurposes"),
            flexible_purposes: flags(declared, "flexiblePurposes"),
            special_purposes: flags(declared, "specialPurposes"),
            ..Vendor::default()
        };
        let tc_string = TcString::decode(text(&row, "tc")).unwrap();
        let purpose = |key| id(&row, key).map(|id| u8::try_from(id).unwrap());
        let (permitted, reason) = match (purpose("purposeId"), purpose("specialPurposeId")) {
            (Some(purpose), None) => match tc_string.permits(&vendor, purpose) {
                Ok(LegalBasis::Consent) => (true, "consent"),
                Ok(LegalBasis::LegitimateInterest) => (true, "li"),
                Err(_) => (false, ""),
            },
            (None, Some(purpose)) => {
                (tc_string.permits_special_purpose(&vendor, purpose).is_ok(), "disclosed")
            }
            _ => panic!("{row:?}"),
        };
        assert_eq!(Some(permitted), row.get("permitted").unwrap().bool(), "{row:?}");
        if permitted {
            granted += 1;
            assert_eq!(reason, text(&row, "reason"), "{row:?}");
        }
    }
    assert!(granted > 100, "{granted} permissions");
}

/// A vendor that declares a bit of everything.
fn vendor() -> Vendor {
    let set = |ids: &[u8]| ids.iter().copied().collect();
    Vendor {
        id: 8,
        purposes: set(&[1, 3, 9]),
        leg_int_purposes: set(&[2, 4, 7]),
        flexible_purposes: set(&[7, 9]),
        special_purposes: set(&[1]),
        special_features: set(&[1]),
        ..Vendor::default()
    }
}

/// A string in which everything is granted to vendors 8 and 9.
fn accepted() -> TcString {
    let vendors = || [8, 9].into_iter().collect();
    TcString {
        purposes_consent: (1..=11).collect(),
        purposes_li_transparency: (1..=11).collect(),
        special_feature_opt_ins: [1].into_iter().collect(),
        vendor_consent: vendors(),
        vendor_legitimate_interest: vendors(),
        disclosed_vendors: Some(vendors()),
        ..TcString::new(TODAY)
    }
}

fn restricted(demands: &[RestrictionType]) -> TcString {
    let restriction = |purpose| {
        move |restriction_type: &RestrictionType| Restriction {
            purpose,
            restriction_type: *restriction_type,
            vendors: [7, 8].into_iter().collect(),
        }
    };
    let mut tc_string = accepted();
    for purpose in [2, 3, 7, 9] {
        tc_string.publisher_restrictions.extend(demands.iter().map(restriction(purpose)));
    }
    tc_string
}

#[test]
fn what_is_granted_rests_on_what_the_vendor_declares() {
    let (tc_string, vendor) = (accepted(), vendor());
    assert_eq!(tc_string.permits(&vendor, 1), Ok(LegalBasis::Consent));
    assert_eq!(tc_string.permits(&vendor, 2), Ok(LegalBasis::LegitimateInterest));
    assert_eq!(tc_string.permits(&vendor, 4), Err(Denial::LegitimateInterestUnlawful));
    assert_eq!(tc_string.permits(&vendor, 5), Err(Denial::NotDeclared));
    assert_eq!(tc_string.permits(&vendor, 0), Err(Denial::NotDeclared));
    assert_eq!(tc_string.permits(&vendor, 200), Err(Denial::NotDeclared));
    assert!(tc_string.permits_on(&vendor, 1, LegalBasis::Consent));
    assert!(!tc_string.permits_on(&vendor, 1, LegalBasis::LegitimateInterest));
    assert_eq!(tc_string.permits_special_purpose(&vendor, 1), Ok(()));
    assert_eq!(tc_string.permits_special_purpose(&vendor, 2), Err(Denial::NotDeclared));
    assert_eq!(tc_string.permits_special_feature(&vendor, 1), Ok(()));
    assert_eq!(tc_string.permits_special_feature(&vendor, 2), Err(Denial::NotDeclared));
}

#[test]
fn one_missing_bit_denies() {
    let vendor = vendor();
    let no_purpose = TcString { purposes_consent: FlagSet::default(), ..accepted() };
    let no_vendor = TcString { vendor_consent: [7, 9].into_iter().collect(), ..accepted() };
    let objected = TcString { purposes_li_transparency: FlagSet::default(), ..accepted() };
    let vendor_objected = TcString { vendor_legitimate_interest: [9].into_iter().collect(), ..accepted() };
    let not_opted_in = TcString { special_feature_opt_ins: FlagSet::default(), ..accepted() };
    assert_eq!(no_purpose.permits(&vendor, 1), Err(Denial::NoConsent));
    assert_eq!(no_vendor.permits(&vendor, 1), Err(Denial::NoConsent));
    assert_eq!(objected.permits(&vendor, 2), Err(Denial::NoLegitimateInterest));
    assert_eq!(vendor_objected.permits(&vendor, 2), Err(Denial::NoLegitimateInterest));
    assert_eq!(not_opted_in.permits_special_feature(&vendor, 1), Err(Denial::NotOptedIn));
}

#[test]
fn a_string_that_is_not_valid_permits_nothing() {
    let undated = TcString { disclosed_vendors: None, ..accepted() };
    let global = TcString { is_service_specific: false, ..accepted() };
    let outdated = TcString { policy_version: 3, ..accepted() };
    for tc_string in [undated, global, outdated] {
        assert_eq!(tc_string.permits(&vendor(), 1), Err(Denial::InvalidString));
        assert_eq!(tc_string.permits_special_purpose(&vendor(), 1), Err(Denial::InvalidString));
        assert_eq!(tc_string.permits_special_feature(&vendor(), 1), Err(Denial::InvalidString));
    }
}

#[test]
fn a_vendor_that_was_not_shown_or_has_left_may_do_nothing() {
    let hidden = TcString { disclosed_vendors: Some([9].into_iter().collect()), ..accepted() };
    assert_eq!(hidden.permits(&vendor(), 1), Err(Denial::NotDisclosed));
    assert_eq!(hidden.permits_special_purpose(&vendor(), 1), Err(Denial::NotDisclosed));
    let left = Vendor { deleted_date: Some("2026-03-05T00:00:00Z".to_owned()), ..vendor() };
    assert_eq!(accepted().permits(&left, 1), Err(Denial::VendorDeleted));
    // Before the segment was mandatory, purposes could be granted without it; that a vendor was shown, it did not prove.
    let old = TcString { disclosed_vendors: None, created: 16_000_000_000, ..accepted() };
    assert_eq!(old.permits(&vendor(), 1), Ok(LegalBasis::Consent));
    assert_eq!(old.permits_special_purpose(&vendor(), 1), Err(Denial::NotDisclosed));
}

#[test]
fn publishers_forbid_and_flexible_vendors_follow() {
    use RestrictionType::{NotAllowed, RequireConsent, RequireLegitimateInterest, Undefined};
    let vendor = vendor();
    for purpose in [2, 3, 7, 9] {
        assert_eq!(restricted(&[NotAllowed]).permits(&vendor, purpose), Err(Denial::NotAllowed));
        assert_eq!(
            restricted(&[RequireConsent, NotAllowed]).permits(&vendor, purpose),
            Err(Denial::NotAllowed)
        );
        let torn = restricted(&[RequireConsent, RequireLegitimateInterest]);
        assert_eq!(torn.permits(&vendor, purpose), Err(Denial::ConflictingRestrictions));
        assert_eq!(restricted(&[Undefined]).permits(&vendor, purpose), accepted().permits(&vendor, purpose));
    }
    let consent = restricted(&[RequireConsent]);
    assert_eq!(consent.permits(&vendor, 2), Err(Denial::ConsentNotOffered));
    assert_eq!(consent.permits(&vendor, 3), Ok(LegalBasis::Consent));
    assert_eq!(consent.permits(&vendor, 7), Ok(LegalBasis::Consent));
    let interest = restricted(&[RequireLegitimateInterest]);
    assert_eq!(interest.permits(&vendor, 2), Ok(LegalBasis::LegitimateInterest));
    assert_eq!(interest.permits(&vendor, 3), Err(Denial::LegitimateInterestNotOffered));
    assert_eq!(interest.permits(&vendor, 9), Ok(LegalBasis::LegitimateInterest));
    let other = Vendor { id: 9, ..vendor.clone() };
    assert_eq!(interest.permits(&other, 9), Ok(LegalBasis::Consent));
}

#[test]
fn purpose_one_that_was_not_disclosed_is_not_granted() {
    let tc_string = TcString { purpose_one_treatment: true, ..accepted() };
    assert_eq!(tc_string.permits(&vendor(), 1), Err(Denial::PurposeOneNotDisclosed));
    assert_eq!(tc_string.permits(&vendor(), 3), Ok(LegalBasis::Consent));
}

pub fn gvl() -> Gvl {
    let mut text = String::new();
    json::write_value(&mut text, &file("gvl-synthetic-policy5.json"));
    Gvl::read(&text).unwrap()
}

#[test]
fn a_vendor_list_is_read() {
    let gvl = gvl();
    assert_eq!((gvl.vendor_list_version, gvl.tcf_policy_version, gvl.vendors().len()), (178, 5, 76));
    assert_eq!((gvl.purposes.len(), gvl.special_purposes.len(), gvl.stacks.len()), (11, 3, 43));
    assert_eq!((gvl.features.len(), gvl.special_features.len(), gvl.data_categories.len()), (3, 2, 11));
    let vendor = gvl.vendor(4).unwrap();
    assert_eq!(vendor.name, "Adler Test Ads 4");
    assert_eq!(vendor.purposes.iter().collect::<Vec<_>>(), [1, 3, 5, 6, 9]);
    assert_eq!((vendor.retention(9), vendor.retention(1)), (Some(1), Some(395)));
    assert_eq!(vendor.disclosure.urls[0].privacy, "https://vendor4.example/privacy");
    assert!(vendor.deleted_date.is_none() && gvl.vendor(60).unwrap().deleted_date.is_some());
    assert_eq!(gvl.vendor(511).unwrap().disclosure.cookie_max_age_seconds, None);
    assert_eq!(gvl.vendor(3), None);
}

#[test]
fn texts_of_another_language_replace_all_texts_or_none() {
    let mut gvl = gvl();
    let before = gvl.clone();
    assert_eq!(gvl.read_texts(r#"{"purposes":{}}"#).unwrap_err().field, "specialPurposes");
    assert_eq!(gvl, before);
    let spanish = r#"{"purposes":{"1":{"id":1,"name":"uno","description":"d","illustrations":["i"]}},"specialPurposes":{},
        "features":{},"specialFeatures":{},"dataCategories":{},"stacks":{}}"#;
    gvl.read_texts(spanish).unwrap();
    assert_eq!((gvl.purposes[0].name.as_str(), gvl.purposes.len(), gvl.stacks.len()), ("uno", 1, 0));
    assert_eq!(gvl.vendors(), before.vendors());
}

#[test]
fn a_vendor_list_with_a_fault_is_refused_by_field() {
    let sound = r#"{"gvlSpecificationVersion":3,"vendorListVersion":1,"tcfPolicyVersion":5,"lastUpdated":"x","standardTexts":{},
        "purposes":{},"specialPurposes":{},"features":{},"specialFeatures":{},"dataCategories":{},"stacks":{},
        "vendors":{"1":{"id":1,"name":"a","purposes":[1],"dataDeclaration":null,"new":[]}}}"#;
    assert_eq!(Gvl::read(sound).unwrap().vendors().len(), 1);
    let odd = sound.replacen("[1]", "[1,2008,-3,65]", 1);
    assert_eq!(Gvl::read(&odd), Gvl::read(sound));
    for (from, to, field, fault) in [
        ("Version\":3", "Version\":2", "gvlSpecificationVersion", Fault::UnsupportedVersion),
        ("\"vendorListVersion\":1", "\"vendorListVersion\":70000", "vendorListVersion", Fault::TooLarge),
        ("\"lastUpdated\":\"x\",", "", "lastUpdated", Fault::Malformed),
        ("\"id\":1", "\"id\":0", "id", Fault::BadRange),
        ("\"id\":1", "\"id\":65536", "id", Fault::TooLarge),
        ("\"name\":\"a\"", "\"name\":7", "name", Fault::Malformed),
        ("[1]", "[\"1\"]", "purposes", Fault::Malformed),
        ("[1]", "{}", "purposes", Fault::Malformed),
        ("\"stacks\":{},", "", "stacks", Fault::Malformed),
        ("\"new\":[]", "\"deletedDate\":7", "deletedDate", Fault::Malformed),
        ("\"new\":[]}", "\"new\":[]},\"2\":{\"id\":1,\"name\":\"b\"}", "vendors", Fault::BadRange),
    ] {
        let text = sound.replacen(from, to, 1);
        assert_ne!(text, sound);
        assert_eq!(Gvl::read(&text), Err(SignalError { section: "gvl", field, fault }), "{text}");
    }
    assert_eq!(Gvl::read("{").unwrap_err().fault, Fault::Malformed);
}

#[test]
fn what_is_written_is_what_the_list_gives_a_meaning() {
    let gvl = gvl();
    let all = || (1..=2000).collect();
    let mut tc_string = TcString {
        vendor_consent: all(),
        vendor_legitimate_interest: all(),
        disclosed_vendors: Some(all()),
        ..accepted()
    };
    tc_string.conform(&gvl);
    assert!(tc_string.has_lawful_li_bits());
    assert_eq!((tc_string.vendor_list_version, tc_string.policy_version), (178, 5));
    let mut kept = 0;
    for id in 1..=2000 {
        let vendor = gvl.vendor(id).filter(|vendor| vendor.deleted_date.is_none());
        let has = |flags: fn(&Vendor) -> FlagSet| vendor.is_some_and(|vendor| !flags(vendor).is_empty());
        assert_eq!(tc_string.vendor_consent.contains(id), has(|vendor| vendor.purposes), "{id}");
        assert_eq!(
            tc_string.vendor_legitimate_interest.contains(id),
            has(|vendor| vendor.leg_int_purposes),
            "{id}"
        );
        assert_eq!(tc_string.disclosed_vendors.as_ref().unwrap().contains(id), vendor.is_some(), "{id}");
        kept += usize::from(vendor.is_some());
    }
    assert_eq!(kept, 72);
    let again = tc_string.clone();
    tc_string.conform(&gvl);
    assert_eq!(tc_string, again);
}

/// A restriction moves a flexible vendor from one legal basis to the other, and its bit with it.
#[test]
fn bits_follow_the_restrictions() {
    let gvl = gvl();
    let flexible = |vendor: &&Vendor| {
        vendor.leg_int_purposes.iter().count() == 1
            && vendor.flexible_purposes == vendor.leg_int_purposes
            && vendor.purposes.is_empty()
    };
    let (vendor, purpose) = match gvl.vendors().iter().find(flexible) {
        Some(vendor) => (vendor.clone(), vendor.leg_int_purposes.last()),
        None => {
            let made = r#"{"gvlSpecificationVersion":3,"vendorListVersion":1,"tcfPolicyVersion":5,"lastUpdated":"x",
                "purposes":{},"specialPurposes":{},"features":{},"specialFeatures":{},"dataCategories":{},"stacks":{},
                "vendors":{"8":{"id":8,"name":"a","legIntPurposes":[7],"flexiblePurposes":[7]}}}"#;
            return assert_moved(&Gvl::read(made).unwrap(), 8, 7);
        }
    };
    assert_moved(&gvl, vendor.id, purpose);
}

fn assert_moved(gvl: &Gvl, id: u16, purpose: u8) {
    let one = || [id].into_iter().collect();
    let mut tc_string = TcString {
        vendor_consent: one(),
        vendor_legitimate_interest: one(),
        disclosed_vendors: Some(one()),
        ..accepted()
    };
    let mut moved = tc_string.clone();
    tc_string.conform(gvl);
    assert_eq!(
        (compact(&tc_string.vendor_consent), compact(&tc_string.vendor_legitimate_interest)),
        (String::new(), id.to_string())
    );
    let restriction_type = RestrictionType::RequireConsent;
    moved.publisher_restrictions.push(Restriction { purpose, restriction_type, vendors: one() });
    moved.conform(gvl);
    assert_eq!(
        (compact(&moved.vendor_consent), compact(&moved.vendor_legitimate_interest)),
        (id.to_string(), String::new())
    );
}
