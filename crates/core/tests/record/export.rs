//! Records as others read them.

use crate::shop::{archive, consent, erasure};
use assent_core::json::{self, Value};
use assent_core::policy::Policy;
use assent_core::record::{Event, export};

const POLICY: &str = r#"{ "version": 1,
  "controller": { "name": "Harbour & Pine", "contact": "privacy@harbour.example", "privacyNotice": "/privacy" },
  "purposes": [{ "id": "analytics", "retentionDays": 90 }, "marketing"],
  "vendors": [
    { "id": "acme-metrics", "name": "Acme Metrics", "hosts": ["metrics.example"], "purposes": ["analytics"] },
    { "id": "acme-ads", "name": "Acme Ads", "hosts": ["ads.example"], "purposes": ["marketing"] } ] }"#;

#[expect(clippy::unwrap_used, reason = "a test is meant to stop when its ground is wrong")]
fn policy() -> Policy {
    Policy::from_json(POLICY).unwrap()
}

/// The value at a path of members and places.
fn at<'v>(value: &'v Value, path: &str) -> &'v Value {
    path.split('/').fold(value, |value, step| match step.parse::<usize>() {
        Ok(place) => value.list().get(place).unwrap_or(&Value::Null),
        Err(_) => value.get(step).unwrap_or(&Value::Null),
    })
}

#[test]
fn a_decision_is_a_27560_record() {
    let text = export::record(&consent(), &policy()).unwrap();
    let document = json::parse(&text).unwrap();
    for (path, expected) in [
        ("@context", export::CONTEXT_NAME),
        ("@type", "dpv:ConsentRecord"),
        ("dct:identifier", "019aeb5c-7c00-7abc-8def-0123456789ab"),
        ("dct:conformsTo", "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr"),
        ("dpv:hasJurisdiction", "loc:AT"),
        ("dpv:hasDataController/dpv:hasName", "Harbour & Pine"),
        ("dpv:hasNotice/dct:language", "de-AT"),
        ("dpv:hasProcess/0/dpv:hasPurpose", "dpv:ServiceUsageAnalytics"),
        ("dpv:hasProcess/0/dpv:hasLegalBasis", "eu-gdpr:A6-1-a"),
        ("dpv:hasProcess/0/dpv:hasConsentStatus/0/@type", "dpv:ConsentGiven"),
        ("dpv:hasProcess/0/dpv:hasRecipient/0/dpv:hasName", "Acme Metrics"),
        ("dpv:hasProcess/0/dpv:hasStorageCondition/0/dpv:hasDuration", "P90D"),
        ("dpv:hasProcess/1/dpv:hasConsentStatus/0/@type", "dpv:ConsentRefused"),
    ] {
        assert_eq!(at(&document, path).str(), Some(expected), "{path}");
    }
    // A vendor that was refused receives nothing.
    assert_eq!(at(&document, "dpv:hasProcess/1/dpv:hasRecipient"), &Value::List(Vec::new()));
    assert_eq!(document.get("assent:bundle"), None);
}

#[test]
fn the_receipt_carries_its_proof() {
    let bundle = archive(&consent(), 5, 2);
    let document = json::parse(&export::receipt(&consent(), &policy(), &bundle).unwrap()).unwrap();
    assert_eq!(at(&document, "@type").str(), Some("dpv:ConsentReceipt"));
    assert_eq!(at(&document, "assent:bundle/proof").str(), Some(bundle.proof.as_str()));
    assert_eq!(at(&document, "assent:bundle/record").str(), Some(bundle.record.as_str()));
    let other = archive(&erasure(), 5, 2);
    assert_eq!(export::receipt(&consent(), &policy(), &other), None);
    assert_eq!(export::record(&erasure(), &policy()), None);
}

#[test]
fn where_the_gdpr_does_not_apply_it_is_not_claimed() {
    let mut record = consent();
    if let Event::Decision(decision) = &mut record.event {
        decision.answer.region = Some("US-CA".into());
    }
    let document = json::parse(&export::record(&record, &policy()).unwrap()).unwrap();
    assert_eq!(at(&document, "dct:conformsTo").str(), Some("https://w3id.org/dpv/schema/dpv-27560#record"));
    assert_eq!(at(&document, "dpv:hasProcess/0/dpv:hasLegalBasis").str(), Some("dpv:Consent"));
    assert_eq!(document.get("dpv:hasApplicableLaw"), None);
}

#[test]
fn every_prefix_is_in_the_vendored_context() {
    let context = json::parse(export::CONTEXT).unwrap();
    let context = context.get("@context").unwrap();
    let document = export::record(&consent(), &policy()).unwrap();
    for prefix in ["dct", "dpv", "eu-gdpr", "loc", "assent"] {
        assert!(context.get(prefix).is_some(), "{prefix}");
    }
    assert!(document.contains("\"dpv:hasProcess\":["));
}
