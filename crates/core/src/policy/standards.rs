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
/// The stacks as of version 17 of the vendor list, a line each.
const STACKS: &str = include_str!("../../data/tcf_stacks.txt");
/// In a set of purposes and special features, the bit of the special feature with id 0, which nobody has.
const FEATURE_BIT: u32 = 16;

/// The members at the top, and those of purposes and vendors that they give a meaning to.
pub(super) fn standards(r: &mut Reader, doc: &Value) {
    let top = Place::TOP;
    if let Some(tcf) = doc.get("tcf") {
        framework(r, tcf, top.key("tcf"), doc.get("server").is_some());
        let purposes = doc.get("purposes").map_or(&[][..], Value::list);
        stacks(r, tcf, top.key("tcf"), mapped(purposes));
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

/// An archive serves the vendor list, so where there is one, the list needs no path.
fn framework(r: &mut Reader, tcf: &Value, at: Place, has_archive: bool) {
    r.keys(tcf, at, "cmpId cmpVersion vendorList publisherCountry stacks");
    r.number(tcf, at, "cmpId", MOST_CMP_ID);
    if matches!(tcf.get("cmpId").map(Value::int), None | Some(Some(1))) {
        r.error(Code::UnregisteredCmp, at.key("cmpId"), "");
    }
    r.number(tcf, at, "cmpVersion", MOST_CMP_ID);
    let list = r.string(tcf, at, "vendorList");
    if tcf.get("vendorList").is_none() {
        if !has_archive {
            r.error(Code::NoVendorList, at.key("vendorList"), "");
        }
    } else if !is_path(list) {
        r.error(Code::BadVendorList, at.key("vendorList"), list);
    }
    let country = r.string(tcf, at, "publisherCountry");
    let is_code = country.len() == 2 && country.bytes().all(|byte| byte.is_ascii_uppercase());
    if !country.is_empty() && !is_code {
        r.error(Code::BadRegion, at.key("publisherCountry"), country);
    }
}

/// Each stack is told once and tells what the policy is there for; what it stands for is in no other one.
fn stacks(r: &mut Reader, tcf: &Value, at: Place, mapped: u32) {
    let mut told = 0;
    for (i, item) in r.list(tcf, at, "stacks").iter().enumerate() {
        let at = at.key("stacks");
        let at = at.item(i);
        match item.int().map(stack) {
            None => r.error(Code::WrongType, at, ""),
            // The list on the page may be newer.
            Some(None) => r.warn(Code::UnknownStack, at, ""),
            Some(Some(stack)) => {
                if stack & told != 0 {
                    r.error(Code::OverlappingStacks, at, "");
                } else if stack & !mapped != 0 {
                    r.warn(Code::WiderStack, at, "");
                }
                told |= stack;
            }
        }
    }
}

/// What a stack stands for; `None` if there is none of this id.
fn stack(id: i64) -> Option<u32> {
    let of_line = |line: &str| {
        let mut words = line.split(' ');
        let is_it = words.next()?.parse() == Ok(id);
        let ids = |list: &str| {
            list.split(',').filter_map(|id| id.parse().ok()).fold(0, |set, id: u32| set | 1 << id)
        };
        is_it.then_some(ids(words.next()?) | ids(words.next()?) << FEATURE_BIT)
    };
    STACKS.lines().find_map(of_line)
}

/// What the purposes of the policy are in the framework.
fn mapped(purposes: &[Value]) -> u32 {
    let ids = |purpose: &Value, key, most| {
        let ids = purpose.get(key).map_or(&[][..], Value::list).iter().filter_map(Value::int);
        ids.filter(|id| (1..=most).contains(id)).fold(0u32, |set, id| set | 1 << id)
    };
    purposes.iter().fold(0, |set, purpose| {
        set | ids(purpose, "tcf", PURPOSES) | ids(purpose, "specialFeatures", SPECIAL_FEATURES) << FEATURE_BIT
    })
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

#[cfg(all(test, feature = "signals"))]
mod tests {
    use super::*;
    use crate::signal::gvl::Gvl;

    #[test]
    fn the_stacks_are_those_of_the_vendor_list() {
        let text = include_str!("../../../../tests/vectors/gvl-synthetic-policy5.json");
        let gvl = Gvl::read(text).unwrap();
        let lines = STACKS.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!((gvl.stacks.len(), lines), (43, 43));
        for known in gvl.stacks {
            let purposes = known.purposes.iter().fold(0, |set, id| set | 1 << id);
            let features = known.special_features.iter().fold(0, |set, id| set | 1 << id);
            assert_eq!(stack(known.id.into()), Some(purposes | features << FEATURE_BIT), "{}", known.id);
        }
        assert_eq!((stack(0), stack(44), stack(-1)), (None, None, None));
    }
}
