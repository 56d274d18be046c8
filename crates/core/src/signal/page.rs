//! What `__tcfapi` and `__gpp` hand out, as the values that a page is given.
//!
//! What this is: a TC string as `TCData` and as `InAppTCData`, and a section of a GPP string as `parsedSections` has it, in
//! the shape of the official libraries. What belongs to a call, as the event or the listener, is the page's side's.
//!
//! Standards: IAB Tech Lab, "Consent Management Platform API v2", and "GPP CMP API", version 1.1.

use super::gpp::section::tcf_canada_fields;
use super::gpp::{FieldValue, UsSection};
use super::ids::{FlagSet, IdSet};
use super::tcf::{Restriction, RestrictionType, TcString};
use super::usp::{Answer, UsPrivacy};
use crate::json::Value;
use crate::text::push_decimal;
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

type Members = Vec<(String, Value)>;

fn map<const N: usize>(members: [(&str, Value); N]) -> Value {
    Value::Map(members.into_iter().map(|(key, value)| (key.to_owned(), value)).collect())
}

fn number(number: impl Into<i64>) -> Value {
    Value::Int(number.into())
}

fn key(id: u16) -> String {
    let mut key = String::new();
    push_decimal(&mut key, id.into());
    key
}

/// Every id from 1 to the largest, with whether it is in the set.
fn answers(last: u16, contains: impl Fn(u16) -> bool) -> Value {
    Value::Map((1..=last).map(|id| (key(id), Value::Bool(contains(id)))).collect())
}

/// The same as a text of `0` and `1`.
fn digits(last: u16, contains: impl Fn(u16) -> bool) -> Value {
    Value::Str((1..=last).map(|id| if contains(id) { '1' } else { '0' }).collect())
}

fn of_flags(flags: FlagSet, write: fn(u16, &dyn Fn(u16) -> bool) -> Value) -> Value {
    write(flags.last().into(), &|id| u8::try_from(id).is_ok_and(|id| flags.contains(id)))
}

fn of_ids(ids: &IdSet, write: fn(u16, &dyn Fn(u16) -> bool) -> Value) -> Value {
    write(ids.last(), &|id| ids.contains(id))
}

/// The members of `TCData` that the string itself says.
pub fn tc_data(tc: &TcString, text: &str) -> Value {
    let mut purposes: Members = Vec::new();
    for restriction in &tc.publisher_restrictions {
        if restriction.restriction_type == RestrictionType::Undefined {
            continue;
        }
        let purpose = key(restriction.purpose.into());
        let kind = number(restriction.restriction_type as u8);
        let vendors = restriction.vendors.iter().map(|id| (key(id), kind.clone()));
        match purposes.iter_mut().find(|(known, _)| *known == purpose) {
            Some((_, Value::Map(known))) => known.extend(vendors),
            _ => purposes.push((purpose, Value::Map(vendors.collect()))),
        }
    }
    described(tc, text, |last, contains| answers(last, contains), Value::Map(purposes))
}

/// The members of `InAppTCData` that the string itself says.
pub fn in_app_tc_data(tc: &TcString, text: &str) -> Value {
    let mut purposes: Members = Vec::new();
    for purpose in 1..=24 {
        let of_purpose = || tc.publisher_restrictions.iter().filter(|each| each.purpose == purpose);
        let last = of_purpose().map(|each| each.vendors.last()).max().unwrap_or_default();
        let letter = |id| {
            let demand = of_purpose().find(|each| each.vendors.contains(id));
            match demand.map(|each| each.restriction_type) {
                Some(RestrictionType::NotAllowed) => '0',
                Some(RestrictionType::RequireConsent) => '1',
                Some(RestrictionType::RequireLegitimateInterest) => '2',
                _ => '_',
            }
        };
        if last > 0 {
            purposes.push((key(purpose.into()), Value::Str((1..=last).map(letter).collect())));
        }
    }
    described(tc, text, |last, contains| digits(last, contains), Value::Map(purposes))
}

fn described(
    tc: &TcString,
    text: &str,
    write: fn(u16, &dyn Fn(u16) -> bool) -> Value,
    restrictions: Value,
) -> Value {
    let publisher = tc.publisher_tc.unwrap_or_default();
    let disclosed = tc.disclosed_vendors.clone().unwrap_or_default();
    map([
        ("tcString", Value::Str(text.to_owned())),
        ("tcfPolicyVersion", number(tc.policy_version)),
        ("cmpId", number(tc.cmp_id)),
        ("cmpVersion", number(tc.cmp_version)),
        ("isServiceSpecific", Value::Bool(tc.is_service_specific)),
        ("useNonStandardTexts", Value::Bool(tc.use_non_standard_texts)),
        ("publisherCC", Value::Str(tc.publisher_cc.as_str().to_owned())),
        ("purposeOneTreatment", Value::Bool(tc.purpose_one_treatment)),
        (
            "purpose",
            map([
                ("consents", of_flags(tc.purposes_consent, write)),
                ("legitimateInterests", of_flags(tc.purposes_li_transparency, write)),
            ]),
        ),
        (
            "vendor",
            map([
                ("consents", of_ids(&tc.vendor_consent, write)),
                ("legitimateInterests", of_ids(&tc.vendor_legitimate_interest, write)),
                ("disclosedVendors", of_ids(&disclosed, write)),
            ]),
        ),
        ("specialFeatureOptins", of_flags(tc.special_feature_opt_ins, write)),
        (
            "publisher",
            map([
                ("consents", of_flags(publisher.purposes_consent, write)),
                ("legitimateInterests", of_flags(publisher.purposes_li_transparency, write)),
                (
                    "customPurpose",
                    map([
                        ("consents", of_flags(publisher.custom_purposes_consent, write)),
                        ("legitimateInterests", of_flags(publisher.custom_purposes_li_transparency, write)),
                    ]),
                ),
                ("restrictions", restrictions),
            ]),
        ),
    ])
}

/// A section of the United States as `parsedSections` and `getSection` have it.
pub fn parsed_us(us: &UsSection) -> Value {
    let fields = us.fields();
    Value::Map(fields.into_iter().map(|(name, value)| (name.to_owned(), field(value))).collect())
}

/// The section of Canada, likewise; dates are in milliseconds since 1970, sets of small ids have an answer for each.
pub fn parsed_canada(section: &TcString) -> Value {
    let fields = tcf_canada_fields(section).into_iter();
    Value::Map(fields.map(|(name, value)| (name.to_owned(), field(value))).collect())
}

/// The US Privacy string as a section, likewise.
pub fn parsed_usp(usp: UsPrivacy) -> Value {
    let letter = |answer: Answer| Value::Str(answer.letter().into());
    map([
        ("Version", number(1)),
        ("Notice", letter(usp.notice)),
        ("OptOutSale", letter(usp.opt_out_sale)),
        ("LspaCovered", letter(usp.lspa_covered)),
    ])
}

fn list(ids: &IdSet) -> Value {
    Value::List(ids.iter().map(number).collect())
}

fn field(value: FieldValue) -> Value {
    match value {
        FieldValue::Number(number) => Value::Int(i64::try_from(number).unwrap_or_default()),
        FieldValue::Flag(flag) => Value::Bool(flag),
        FieldValue::Numbers(numbers) => Value::List(numbers.into_iter().map(number).collect()),
        FieldValue::Text(text) => Value::Str(text),
        FieldValue::Date(time) => Value::Int(i64::try_from(time).unwrap_or_default().saturating_mul(100)),
        FieldValue::Flags(flags, width) => {
            Value::List((1..=width).map(|id| Value::Bool(flags.contains(id))).collect())
        }
        FieldValue::Ids(ids) => list(&ids),
        FieldValue::Restrictions(restrictions) => {
            let each = |restriction: Restriction| {
                map([
                    ("key", number(restriction.purpose)),
                    ("type", number(restriction.restriction_type as u8)),
                    ("ids", list(&restriction.vendors)),
                ])
            };
            Value::List(restrictions.into_iter().map(each).collect())
        }
    }
}
