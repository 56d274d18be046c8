//! What a policy says about the IAB's standards: TCF, GPP and US Privacy. None of them is on unless the file says so.

use super::build::is_path;
use super::reader::{Place, Reader};
use crate::diagnostic::Code;
use crate::json::Value;

/// As in the TC string; 0 and 1 belong to nobody.
const MOST_CMP_ID: u64 = 4095;
/// Purposes of the framework that nobody may base on legitimate interest: 1 ever, 3 to 6 since TCF 2.2.
const CONSENT_ONLY: [i64; 5] = [1, 3, 4, 5, 6];
const PURPOSES: i64 = 11;
const SPECIAL_FEATURES: i64 = 2;

/// The members at the top, and those of purposes and vendors that they give a meaning to.
pub(super) fn standards(r: &mut Reader, doc: &Value) {
    let top = Place::TOP;
    if let Some(tcf) = doc.get("tcf") {
        framework(r, tcf, top.key("tcf"));
        let purposes = doc.get("purposes").map_or(&[][..], Value::list);
        if !purposes.iter().any(|purpose| purpose.get("tcf").is_some()) {
            r.warn(Code::NothingMapped, top.key("purposes"), "");
        }
    }
    if let Some(gpp) = doc.get("gpp")
        && gpp.bool().is_none()
    {
        r.keys(gpp, top.key("gpp"), "us");
        r.word(gpp, top.key("gpp"), "us", " state national");
    }
    r.switch(doc, top, "usp");
}

fn framework(r: &mut Reader, tcf: &Value, at: Place) {
    r.keys(tcf, at, "cmpId cmpVersion vendorList publisherCountry");
    r.number(tcf, at, "cmpId", MOST_CMP_ID);
    if matches!(tcf.get("cmpId").map(Value::int), None | Some(Some(1))) {
        r.error(Code::UnregisteredCmp, at.key("cmpId"), "");
    }
    r.number(tcf, at, "cmpVersion", MOST_CMP_ID);
    let list = r.string(tcf, at, "vendorList");
    if !is_path(list) {
        r.error(Code::BadVendorList, at.key("vendorList"), list);
    }
    let country = r.string(tcf, at, "publisherCountry");
    let is_code = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
    if !country.is_empty() && !is_code {
        r.error(Code::BadRegion, at.key("publisherCountry"), country);
    }
}

/// A purpose in the framework's numbers; it rests on what the framework knows.
pub(super) fn purpose(r: &mut Reader, purpose: &Value, at: Place, basis: &str) {
    for (key, most) in [("tcf", PURPOSES), ("specialFeatures", SPECIAL_FEATURES)] {
        for (i, item) in r.list(purpose, at, key).iter().enumerate() {
            match item.int() {
                None => r.error(Code::WrongType, at.key(key).item(i), ""),
                Some(id) if !(1..=most).contains(&id) => r.error(Code::OutOfRange, at.key(key).item(i), ""),
                Some(id) => {
                    let consent_only = key != "tcf" || CONSENT_ONLY.contains(&id);
                    let fits = match basis {
                        "" | "consent" => true,
                        "legitimate_interest" => !consent_only,
                        _ => false,
                    };
                    if !fits {
                        r.error(Code::BasisOfFramework, at.key(key).item(i), basis);
                    }
                }
            }
        }
    }
}

/// Vendors in the list's numbers: each at most once.
pub(super) fn vendor(r: &mut Reader, vendor: &Value, at: Place, before: &[Value]) {
    r.number(vendor, at, "gvlId", u16::MAX.into());
    let id = vendor.get("gvlId");
    if id.is_some() && before.iter().any(|other| other.get("gvlId") == id) {
        r.error(Code::DuplicateId, at.key("gvlId"), "");
    }
}
