//! Records in the vocabulary of others.
//!
//! What this is: a decision as a consent record of ISO/IEC TS 27560:2023 in the W3C Data Privacy Vocabulary (DPV 2), as
//! JSON-LD; with a bundle, as the receipt, which carries its own proof. Its context is [`CONTEXT`], which is handed out
//! under the name [`CONTEXT_NAME`] and never fetched from elsewhere.
//!
//! What it is not: what is committed to. The vocabulary is a report of a W3C community group, not a W3C standard, and
//! TS 27560 is being revised; this form may change, the record does not. It is no legal advice either.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::base64;
use super::bundle::Bundle;
use super::canonical::canonical;
use super::entry::{Event, Record};
use super::words::Action;
use crate::json::Value;
use crate::jurisdiction;
use crate::policy::{Policy, text};
use crate::scan;

/// The name of [`CONTEXT`], relative to the document that names it.
pub const CONTEXT_NAME: &str = "assent-27560-v1.context.jsonld";
/// The JSON-LD context of the exports.
pub const CONTEXT: &str = include_str!("context.jsonld");

/// The record as JSON-LD; `None` for what is no decision of a person. `policy` is the one that the record names by its
/// digest; that it is, is for the caller to see to.
pub fn record(record: &Record, policy: &Policy) -> Option<String> {
    document(record, policy, "record").map(|members| canonical(&Value::Map(members)))
}

/// The receipt as JSON-LD: the record with the bundle that proves it. `None` as with [`record()`], and for a bundle of
/// another record.
pub fn receipt(record: &Record, policy: &Policy, bundle: &Bundle) -> Option<String> {
    let mut members = document(record, policy, "receipt").filter(|_| bundle.record == record.text())?;
    let proof = object([
        ("record", string(&bundle.record)),
        ("salt", string(&base64::url(&bundle.salt))),
        ("receipt", string(&bundle.receipt)),
        ("proof", string(&bundle.proof)),
    ]);
    members.push(("assent:bundle".into(), proof));
    Some(canonical(&Value::Map(members)))
}

type Members = Vec<(String, Value)>;

fn document(record: &Record, policy: &Policy, form: &str) -> Option<Members> {
    let Event::Decision(decision) = &record.event else { return None };
    let answer = &decision.answer;
    let language = answer.language.as_deref().unwrap_or("en");
    let law = answer.region.as_deref().and_then(jurisdiction::law).map_or("", |law| law.law);
    let gdpr = law.starts_with("GDPR") || law.starts_with("EEA: GDPR");
    let scheme = if gdpr { "-eu-gdpr" } else { "" };
    let id = format!("urn:uuid:{}", record.id.text());
    let kind = if form == "receipt" { "dpv:ConsentReceipt" } else { "dpv:ConsentRecord" };
    let mut notice = Vec::from([
        ("@id".to_string(), string(&format!("urn:assent:policy:{}", answer.policy.text()))),
        ("@type".into(), string("dpv:ConsentNotice")),
    ]);
    if let Some(language) = &answer.language {
        notice.push(("dct:language".into(), string(language)));
    }
    let controller = policy.doc.get("controller");
    let of_controller = |name| string(text(controller.and_then(|controller| controller.get(name)), language));
    let processes = answer.purposes.iter().map(|(purpose, yes)| {
        let status = match (answer.action, yes) {
            (Action::Withdraw, _) => "dpv:ConsentWithdrawn",
            (_, true) => "dpv:ConsentGiven",
            (_, false) => "dpv:ConsentRefused",
        };
        let status = object([
            ("@type", string(status)),
            ("dpv:isIndicatedBy", string("dpv:DataSubject")),
            ("dpv:isIndicatedAtTime", string(&answer.given_at.text())),
            ("dpv:hasIndicationMethod", string(answer.source.name())),
        ]);
        process(policy, purpose, &answer.vendors, language, gdpr, status)
    });
    let mut members = Vec::from([
        ("@context".to_string(), string(CONTEXT_NAME)),
        ("@id".into(), string(&id)),
        ("@type".into(), string(kind)),
        ("dct:identifier".into(), string(&record.id.text())),
        ("dct:conformsTo".into(), string(&format!("https://w3id.org/dpv/schema/dpv-27560#{form}{scheme}"))),
        ("dct:created".into(), string(&record.received_at.text())),
        (
            "dpv:hasDataSubject".into(),
            object([
                ("@id", string(&format!("urn:assent:subject:{}", base64::url(&decision.subject)))),
                ("@type", string("dpv:DataSubject")),
            ]),
        ),
        (
            "dpv:hasDataController".into(),
            object([
                ("@type", Value::List([string("dpv:Organisation"), string("dpv:DataController")].into())),
                ("dpv:hasName", of_controller("name")),
                ("dpv:hasAddress", of_controller("address")),
                ("dpv:hasContact", of_controller("contact")),
                ("dpv:hasPrivacyNotice", of_controller("privacyNotice")),
            ]),
        ),
        ("dpv:hasNotice".into(), Value::Map(notice)),
        ("dpv:hasProcess".into(), Value::List(processes.collect())),
    ]);
    if let Some(region) = &answer.region {
        members.push(("dpv:hasJurisdiction".into(), string(&format!("loc:{region}"))));
    }
    if gdpr {
        members.push(("dpv:hasApplicableLaw".into(), string("eu-gdpr:GDPR")));
    }
    Some(members)
}

/// What is done for one purpose, with whom, and what the person said to it.
fn process(
    policy: &Policy,
    purpose: &str,
    answers: &[(String, bool)],
    language: &str,
    gdpr: bool,
    status: Value,
) -> Value {
    let entry = |list: &str, id: &str| {
        let items = policy.doc.get(list).map_or(&[][..], Value::list);
        items.iter().find(|item| item.get("id").and_then(Value::str) == Some(id))
    };
    let about = entry("purposes", purpose);
    let basis = match (about.and_then(|about| about.get("legalBasis")).and_then(Value::str), gdpr) {
        (Some("legitimate_interest"), true) => "eu-gdpr:A6-1-f",
        (Some("legitimate_interest"), false) => "dpv:LegitimateInterest",
        (_, true) => "eu-gdpr:A6-1-a",
        (_, false) => "dpv:Consent",
    };
    let mut members = Vec::from([
        ("@id".to_string(), string(&format!("urn:assent:purpose:{purpose}"))),
        ("@type".into(), string("dpv:Process")),
        ("dpv:hasPurpose".into(), string(term(purpose))),
        ("dpv:hasLegalBasis".into(), string(basis)),
        ("dpv:hasConsentStatus".into(), Value::List([status].into())),
    ]);
    let name = text(about.and_then(|about| about.get("name")), language);
    if !name.is_empty() {
        members.push(("dct:title".into(), string(name)));
    }
    let data = about.and_then(|about| about.get("data")).map_or(&[][..], Value::list);
    if !data.is_empty() {
        let data = data.iter().map(|data| string(text(Some(data), language)));
        members.push(("dpv:hasPersonalData".into(), Value::List(data.collect())));
    }
    if let Some(days) = about.and_then(|about| about.get("retentionDays")).and_then(Value::int) {
        let duration =
            [("@type", string("dpv:StorageDuration")), ("dpv:hasDuration", string(&format!("P{days}D")))];
        members.push(("dpv:hasStorageCondition".into(), Value::List([object(duration)].into())));
    }
    let place = scan::place(&policy.rules.purposes, purpose);
    let works_for =
        |works: &u32| u32::try_from(place).is_ok_and(|place| works.checked_shr(place).unwrap_or(0) & 1 == 1);
    let refused = |id: &str| answers.iter().any(|(vendor, yes)| vendor == id && !yes);
    let vendors = scan::words(&policy.rules.vendors).zip(&policy.rules.vendor_purposes);
    let recipients = vendors.filter(|(id, works)| works_for(works) && !refused(id)).map(|(id, _)| {
        let name = text(entry("vendors", id).and_then(|vendor| vendor.get("name")), language);
        object([
            ("@id", string(&format!("urn:assent:vendor:{id}"))),
            ("@type", string("dpv:Recipient")),
            ("dpv:hasName", string(if name.is_empty() { id } else { name })),
        ])
    });
    members.push(("dpv:hasRecipient".into(), Value::List(recipients.collect())));
    Value::Map(members)
}

/// The vocabulary's word for a standard purpose.
fn term(purpose: &str) -> &'static str {
    match purpose {
        "analytics" => "dpv:ServiceUsageAnalytics",
        "functional" => "dpv:ServicePersonalisation",
        "marketing" => "dpv:PersonalisedAdvertising",
        _ => "dpv:Purpose",
    }
}

fn string(text: &str) -> Value {
    Value::Str(text.into())
}

/// An object; members without a text are left out.
fn object<const N: usize>(members: [(&str, Value); N]) -> Value {
    let there = members.into_iter().filter(|(_, value)| value.str() != Some(""));
    Value::Map(there.map(|(name, value)| (name.to_string(), value)).collect())
}
