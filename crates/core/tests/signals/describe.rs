//! Models as the vectors describe them.

use assent_core::json::Value;
use assent_core::signal::gpp::layout::SecondPiece;
use assent_core::signal::gpp::{FieldValue, GppString, Section, UsSection};
use assent_core::signal::ids::{FlagSet, IdSet};
use assent_core::signal::tcf::segments::{self, Segment};
use assent_core::signal::tcf::{Restriction, TcString};
use assent_core::signal::usp::UsPrivacy;

pub fn map<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Map(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

pub fn text(text: impl Into<String>) -> Value {
    Value::Str(text.into())
}

pub fn number(number: impl TryInto<i64>) -> Value {
    Value::Int(number.try_into().ok().unwrap())
}

pub fn flags(flags: FlagSet) -> Value {
    Value::List(flags.iter().map(number).collect())
}

fn numbers(numbers: &[u8]) -> Value {
    Value::List(numbers.iter().copied().map(number).collect())
}

/// `1-3,7`
pub fn compact(ids: &IdSet) -> String {
    let run = |(first, last): &(u16, u16)| {
        if first == last { first.to_string() } else { format!("{first}-{last}") }
    };
    ids.runs().iter().map(run).collect::<Vec<_>>().join(",")
}

pub fn ids(compact: &str) -> IdSet {
    let mut ids = IdSet::default();
    for run in compact.split(',').filter(|run| !run.is_empty()) {
        let (first, last) = run.split_once('-').unwrap_or((run, run));
        ids.append(first.parse().unwrap(), last.parse().unwrap()).unwrap();
    }
    ids
}

fn set(ids: &IdSet) -> Value {
    text(compact(ids))
}

fn optional(ids: Option<&IdSet>) -> Value {
    ids.map_or(Value::Null, set)
}

pub fn restrictions(restrictions: &[Restriction]) -> Value {
    let restriction = |restriction: &Restriction| {
        map([
            ("purposeId", number(restriction.purpose)),
            ("restrictionType", number(restriction.restriction_type as u8)),
            ("vendors", set(&restriction.vendors)),
        ])
    };
    Value::List(restrictions.iter().map(restriction).collect())
}

/// A TC string as `tc_*.json` has it; the order of its segments is only in its text.
pub fn tc_string(tc_string: &TcString, encoded: &str) -> Value {
    let segment = |segment| {
        text(match segment {
            Segment::Core => "core",
            Segment::DisclosedVendors => "disclosedVendors",
            Segment::AllowedVendors => "allowedVendors",
            Segment::PublisherTc => "publisherTC",
        })
    };
    let publisher_tc = tc_string.publisher_tc.as_ref().map_or(Value::Null, |publisher_tc| {
        map([
            ("consents", flags(publisher_tc.purposes_consent)),
            ("legitimateInterests", flags(publisher_tc.purposes_li_transparency)),
            ("numCustomPurposes", number(publisher_tc.num_custom_purposes)),
            ("customConsents", flags(publisher_tc.custom_purposes_consent)),
            ("customLegitimateInterests", flags(publisher_tc.custom_purposes_li_transparency)),
        ])
    });
    map([
        ("version", number(2)),
        ("created", number(tc_string.created)),
        ("lastUpdated", number(tc_string.last_updated)),
        ("cmpId", number(tc_string.cmp_id)),
        ("cmpVersion", number(tc_string.cmp_version)),
        ("consentScreen", number(tc_string.consent_screen)),
        ("consentLanguage", text(tc_string.consent_language.text())),
        ("vendorListVersion", number(tc_string.vendor_list_version)),
        ("policyVersion", number(tc_string.policy_version)),
        ("isServiceSpecific", Value::Bool(tc_string.is_service_specific)),
        ("useNonStandardTexts", Value::Bool(tc_string.use_non_standard_texts)),
        ("specialFeatureOptins", flags(tc_string.special_feature_opt_ins)),
        ("purposeConsents", flags(tc_string.purposes_consent)),
        ("purposeLegitimateInterests", flags(tc_string.purposes_li_transparency)),
        ("purposeOneTreatment", Value::Bool(tc_string.purpose_one_treatment)),
        ("publisherCC", text(tc_string.publisher_cc.text())),
        ("vendorConsents", set(&tc_string.vendor_consent)),
        ("vendorLegitimateInterests", set(&tc_string.vendor_legitimate_interest)),
        ("publisherRestrictions", restrictions(&tc_string.publisher_restrictions)),
        ("segments", Value::List(segments::kinds(encoded).map(segment).collect())),
        ("disclosedVendors", optional(tc_string.disclosed_vendors.as_ref())),
        ("allowedVendors", optional(tc_string.allowed_vendors.as_ref())),
        ("publisherTC", publisher_tc),
    ])
}

/// A GPP string as `gpp_*.json` has it.
pub fn gpp_string(gpp_string: &GppString) -> Value {
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for id in gpp_string.section_ids() {
        match gpp_string.section(id).unwrap() {
            Some(section) => {
                let prefix = assent_core::signal::gpp::section::prefix(id).unwrap();
                known.push((prefix.to_owned(), self::section(&section, gpp_string.text(id).unwrap())));
            }
            None => unknown.push(number(id)),
        }
    }
    map([
        ("sectionIds", Value::List(gpp_string.section_ids().map(number).collect())),
        ("unknownSectionIds", Value::List(unknown)),
        ("sections", Value::Map(known)),
    ])
}

/// A section as the vectors have it.
pub fn section(section: &Section, encoded: &str) -> Value {
    match section {
        Section::TcfEu(model) => tc_string(model, encoded),
        Section::TcfCanada(model) => tcf_canada(model, encoded),
        Section::Usp(model) => usp(*model),
        Section::Us(model) => us(model),
    }
}

fn usp(model: UsPrivacy) -> Value {
    map([
        ("Version", number(1)),
        ("Notice", text(model.notice.letter())),
        ("OptOutSale", text(model.opt_out_sale.letter())),
        ("LspaCovered", text(model.lspa_covered.letter())),
    ])
}

fn tcf_canada(model: &TcString, encoded: &str) -> Value {
    let piece = |piece: &str| {
        text(match piece.as_bytes()[0] {
            b'I'..=b'P' => "disclosedVendors",
            _ => "publisherPurposes",
        })
    };
    let mut subsections = vec![text("core")];
    subsections.extend(encoded.split('.').skip(1).map(piece));
    let publisher = model.publisher_tc.as_ref().map_or(Value::Null, |publisher| {
        map([
            ("express", flags(publisher.purposes_consent)),
            ("implied", flags(publisher.purposes_li_transparency)),
            ("numCustomPurposes", number(publisher.num_custom_purposes)),
            ("customExpress", flags(publisher.custom_purposes_consent)),
            ("customImplied", flags(publisher.custom_purposes_li_transparency)),
        ])
    });
    map([
        ("subsections", Value::List(subsections)),
        ("Version", number(1)),
        ("Created", number(model.created)),
        ("LastUpdated", number(model.last_updated)),
        ("CmpId", number(model.cmp_id)),
        ("CmpVersion", number(model.cmp_version)),
        ("ConsentScreen", number(model.consent_screen)),
        ("ConsentLanguage", text(model.consent_language.text())),
        ("VendorListVersion", number(model.vendor_list_version)),
        ("TcfPolicyVersion", number(model.policy_version)),
        ("UseNonStandardStacks", Value::Bool(model.use_non_standard_texts)),
        ("SpecialFeatureExpressConsent", flags(model.special_feature_opt_ins)),
        ("PurposesExpressConsent", flags(model.purposes_consent)),
        ("PurposesImpliedConsent", flags(model.purposes_li_transparency)),
        ("VendorExpressConsent", set(&model.vendor_consent)),
        ("VendorImpliedConsent", set(&model.vendor_legitimate_interest)),
        ("PubRestrictions", restrictions(&model.publisher_restrictions)),
        ("DisclosedVendors", optional(model.disclosed_vendors.as_ref())),
        ("PublisherPurposes", publisher),
    ])
}

fn us(model: &UsSection) -> Value {
    let layout = model.layout();
    let mut members = Vec::new();
    let mut subsections = vec![text("core")];
    for (name, value) in model.fields() {
        let value = match value {
            FieldValue::Number(number) => self::number(number),
            FieldValue::Numbers(list) => numbers(&list),
            FieldValue::Flag(flag) => Value::Bool(flag),
            other => panic!("{name} is {other:?}"),
        };
        if name != "GpcSegmentType" {
            members.push((name.to_owned(), value));
        }
    }
    let is_absent = |name| !members.iter().any(|(known, _)| known == name);
    let second = match layout.second {
        SecondPiece::None => None,
        SecondPiece::Gpc => Some(("Gpc", "gpc")),
        SecondPiece::SensitiveData => Some(("SensitiveDataProcessing", "sensitiveDataConsents")),
    };
    match second {
        Some((name, _)) if is_absent(name) => members.push((name.to_owned(), Value::Null)),
        Some((_, piece)) => subsections.push(text(piece)),
        None => {}
    }
    if layout.prefix == "usnat" {
        // The vectors fill the lists of the older layout up.
        let is_old = pad(&mut members, "SensitiveDataProcessing", 16);
        pad(&mut members, "KnownChildSensitiveDataConsents", 3);
        members.push(("_layout".to_owned(), text(if is_old { "12/2" } else { "16/3" })));
    }
    members.push(("subsections".to_owned(), Value::List(subsections)));
    Value::Map(members)
}

fn pad(members: &mut [(String, Value)], name: &str, length: usize) -> bool {
    let Some((_, Value::List(list))) = members.iter_mut().find(|(known, _)| known == name) else {
        panic!("no {name}");
    };
    let is_short = list.len() < length;
    list.resize(length, Value::Int(0));
    is_short
}

/// The value with the members of its maps in order.
pub fn sorted(value: &Value) -> Value {
    match value {
        Value::List(items) => Value::List(items.iter().map(sorted).collect()),
        Value::Map(members) => {
            let mut members: Vec<_> =
                members.iter().map(|(key, value)| (key.clone(), sorted(value))).collect();
            members.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Map(members)
        }
        other => other.clone(),
    }
}
