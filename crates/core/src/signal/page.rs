//! What `__tcfapi` and `__gpp` hand out, as the values that a page is given.
//!
//! What this is: a TC string as `TCData` and as `InAppTCData`, and a section of a GPP string as `parsedSections` has it, in
//! the shape of the official libraries. What belongs to a call, as the event or the listener, is the page's side's.
//!
//! Standards: IAB Tech Lab, "Consent Management Platform API v2", and "GPP CMP API", version 1.1.

use super::gpp::section::tcf_canada_fields;
use super::gpp::{FieldValue, UsSection};
use super::ids::{FlagSet, IdSet};
use super::tcf::{RestrictionType, TcString};
use super::usp::{Answer, UsPrivacy};
use crate::json::{Members, Value};
use crate::text::push_decimal;
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

fn number(number: impl Into<i64>) -> Value {
    Value::Int(number.into())
}

fn key(id: u16) -> String {
    let mut key = String::new();
    push_decimal(&mut key, id.into());
    key
}

/// Writes every id from 1 to the largest, with whether it is in the set.
type Write = fn(u16, &dyn Fn(u16) -> bool) -> Value;

fn answers(last: u16, contains: &dyn Fn(u16) -> bool) -> Value {
    let mut answers = Members::default();
    for id in 1..=last {
        answers.say(&key(id), Value::Bool(contains(id)));
    }
    answers.map()
}

/// The same as a text of `0` and `1`.
fn digits(last: u16, contains: &dyn Fn(u16) -> bool) -> Value {
    let mut digits = String::new();
    for id in 1..=last {
        digits.push(if contains(id) { '1' } else { '0' });
    }
    Value::Str(digits)
}

fn of_flags(flags: FlagSet, write: Write) -> Value {
    write(flags.last().into(), &|id| u8::try_from(id).is_ok_and(|id| flags.contains(id)))
}

fn of_ids(ids: &IdSet, write: Write) -> Value {
    write(ids.last(), &|id| ids.contains(id))
}

/// The members of `TCData` that the string itself says.
pub fn tc_data(tc: &TcString, text: &str) -> Value {
    let mut purposes = Members::default();
    for purpose in 1..=24 {
        let mut vendors = Members::default();
        let mut is_restricted = false;
        for restriction in &tc.publisher_restrictions {
            if restriction.purpose == purpose && restriction.restriction_type != RestrictionType::Undefined {
                is_restricted = true;
                for id in restriction.vendors.iter() {
                    vendors.say(&key(id), number(restriction.restriction_type as u8));
                }
            }
        }
        if is_restricted {
            purposes.say(&key(purpose.into()), vendors.map());
        }
    }
    described(tc, text, answers, purposes.map())
}

/// The members of `InAppTCData` that the string itself says.
pub fn in_app_tc_data(tc: &TcString, text: &str) -> Value {
    let mut purposes = Members::default();
    for purpose in 1..=24 {
        let of_purpose = || tc.publisher_restrictions.iter().filter(|each| each.purpose == purpose);
        let last = of_purpose().map(|each| each.vendors.last()).max().unwrap_or_default();
        let mut letters = String::new();
        for id in 1..=last {
            let demand = of_purpose().find(|each| each.vendors.contains(id));
            letters.push(match demand.map(|each| each.restriction_type) {
                Some(RestrictionType::NotAllowed) => '0',
                Some(RestrictionType::RequireConsent) => '1',
                Some(RestrictionType::RequireLegitimateInterest) => '2',
                _ => '_',
            });
        }
        if last > 0 {
            purposes.say(&key(purpose.into()), Value::Str(letters));
        }
    }
    described(tc, text, digits, purposes.map())
}

/// Consents and legitimate interests.
fn both(consents: Value, interests: Value) -> Members {
    let mut both = Members::default();
    both.say("consents", consents);
    both.say("legitimateInterests", interests);
    both
}

fn described(tc: &TcString, text: &str, write: Write, restrictions: Value) -> Value {
    let publisher = tc.publisher_tc.unwrap_or_default();
    let flags = |flags| of_flags(flags, write);
    let of_ids = |ids| of_ids(ids, write);
    let purpose = both(flags(tc.purposes_consent), flags(tc.purposes_li_transparency));
    let mut vendor = both(of_ids(&tc.vendor_consent), of_ids(&tc.vendor_legitimate_interest));
    vendor.say("disclosedVendors", of_ids(tc.disclosed_vendors.as_ref().unwrap_or(&IdSet::default())));
    let custom =
        both(flags(publisher.custom_purposes_consent), flags(publisher.custom_purposes_li_transparency));
    let mut own = both(flags(publisher.purposes_consent), flags(publisher.purposes_li_transparency));
    own.say("customPurpose", custom.map());
    own.say("restrictions", restrictions);
    let mut said = Members::default();
    said.say("tcString", Value::Str(text.to_owned()));
    said.say("tcfPolicyVersion", number(tc.policy_version));
    said.say("cmpId", number(tc.cmp_id));
    said.say("cmpVersion", number(tc.cmp_version));
    said.say("isServiceSpecific", Value::Bool(tc.is_service_specific));
    said.say("useNonStandardTexts", Value::Bool(tc.use_non_standard_texts));
    said.say("publisherCC", Value::Str(tc.publisher_cc.text()));
    said.say("purposeOneTreatment", Value::Bool(tc.purpose_one_treatment));
    said.say("purpose", purpose.map());
    said.say("vendor", vendor.map());
    said.say("specialFeatureOptins", flags(tc.special_feature_opt_ins));
    said.say("publisher", own.map());
    said.map()
}

/// A section of the United States as `parsedSections` and `getSection` have it.
pub fn parsed_us(us: &UsSection) -> Value {
    parsed(us.fields())
}

/// The section of Canada, likewise; dates are in milliseconds since 1970, sets of small ids have an answer for each.
pub fn parsed_canada(section: &TcString) -> Value {
    parsed(tcf_canada_fields(section))
}

fn parsed(fields: Vec<(&'static str, FieldValue)>) -> Value {
    let mut parsed = Members::default();
    for (name, value) in fields {
        parsed.say(name, field(value));
    }
    parsed.map()
}

/// The US Privacy string as a section, likewise.
pub fn parsed_usp(usp: UsPrivacy) -> Value {
    let letter = |answer: Answer| Value::Str(answer.letter().into());
    let mut said = Members::default();
    said.say("Version", number(1));
    said.say("Notice", letter(usp.notice));
    said.say("OptOutSale", letter(usp.opt_out_sale));
    said.say("LspaCovered", letter(usp.lspa_covered));
    said.map()
}

fn list(ids: &IdSet) -> Value {
    let mut items = Vec::new();
    for id in ids.iter() {
        items.push(number(id));
    }
    Value::List(items)
}

fn field(value: FieldValue) -> Value {
    match value {
        FieldValue::Number(number) => Value::Int(i64::try_from(number).unwrap_or_default()),
        FieldValue::Flag(flag) => Value::Bool(flag),
        FieldValue::Numbers(numbers) => {
            let mut items = Vec::new();
            for each in numbers {
                items.push(number(each));
            }
            Value::List(items)
        }
        FieldValue::Text(text) => Value::Str(text),
        FieldValue::Date(time) => Value::Int(i64::try_from(time).unwrap_or_default().saturating_mul(100)),
        FieldValue::Flags(flags, width) => {
            let mut items = Vec::new();
            for id in 1..=width {
                items.push(Value::Bool(flags.contains(id)));
            }
            Value::List(items)
        }
        FieldValue::Ids(ids) => list(&ids),
        FieldValue::Restrictions(restrictions) => {
            let mut items = Vec::new();
            for restriction in &restrictions {
                let mut said = Members::default();
                said.say("key", number(restriction.purpose));
                said.say("type", number(restriction.restriction_type as u8));
                said.say("ids", list(&restriction.vendors));
                items.push(said.map());
            }
            Value::List(items)
        }
    }
}
