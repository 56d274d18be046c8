//! What people are asked, read from a policy that the gate has accepted.
//!
//! What this is: the small half of [`crate::rules::Rules`], read again without the checks. The notice is handed its
//! policy by the gate, which shows nothing of one with faults; to find them a second time would cost a third of the
//! notice's bytes. A test holds the two readers together.

use alloc::vec::Vec;

use crate::json::Value;
use crate::rules::LegalBasis;
use crate::signal::consent_mode;

/// Purposes and vendors of a policy, with what is known of the vendors.
#[derive(Debug)]
pub struct Asked<'a> {
    pub(super) doc: &'a Value,
    pub(super) purposes: Vec<Purpose<'a>>,
    pub(super) vendors: Vec<Vendor<'a>>,
}

#[derive(Debug)]
pub(super) struct Purpose<'a> {
    pub(super) id: &'a str,
    pub(super) basis: LegalBasis,
    /// The key of the text that names the basis.
    pub(super) basis_key: &'static str,
    /// Whether it is sale, sharing or targeted advertising.
    pub(super) sale: bool,
    /// Whether it uses sensitive data.
    pub(super) sensitive: bool,
    pub(super) doc: &'a Value,
}

#[derive(Debug)]
pub(super) struct Vendor<'a> {
    pub(super) id: &'a str,
    /// Bit i is set if it works for `purposes[i]`; 0 as long as nobody told.
    pub(super) purposes: u32,
    pub(super) doc: &'a Value,
    /// Its row in `locales/vendors.json`, in the order of [`Known`].
    pub(super) known: &'a [Value],
}

/// The columns of a row in `locales/vendors.json`.
#[derive(Clone, Copy)]
pub(super) enum Known {
    Purpose,
    Name,
    Country,
    PrivacyNotice,
    Cookies,
    Storage,
}

impl<'a> Asked<'a> {
    /// Reads a policy. `known` describes the catalogue's services, or is null where that is not needed.
    pub fn new(doc: &'a Value, known: &'a Value) -> Asked<'a> {
        let mut asked = Asked { doc, purposes: Vec::new(), vendors: Vec::new() };
        for doc in list(doc, "purposes").iter().take(32) {
            let (basis, basis_key) = match word(doc, "legalBasis") {
                "legitimate_interest" => (LegalBasis::LegitimateInterest, "basis.legitimate_interest"),
                "contract" => (LegalBasis::Necessary, "basis.contract"),
                "legal_obligation" => (LegalBasis::Necessary, "basis.legal_obligation"),
                _ => (LegalBasis::Consent, "basis.consent"),
            };
            let switch = |key| doc.get(key).and_then(Value::bool);
            let types = || list(doc, "consentMode").iter().filter_map(Value::str);
            let sale = switch("sale").unwrap_or_else(|| consent_mode::is_sale(id(doc), types()));
            let sensitive = switch("sensitive").unwrap_or(false);
            asked.purposes.push(Purpose { id: id(doc), basis, basis_key, sale, sensitive, doc });
        }
        for doc in list(doc, "vendors") {
            let mut vendor = Vendor { id: id(doc), purposes: 0, doc, known: list(known, id(doc)) };
            match doc.get("purposes") {
                Some(own) => {
                    own.list().iter().for_each(|id| vendor.purposes |= asked.bit(id.str().unwrap_or("")))
                }
                None => vendor.purposes = asked.bit(vendor.known(Known::Purpose)),
            }
            asked.vendors.push(vendor);
        }
        asked
    }

    /// Whether it is known of every vendor what it is for.
    pub(super) fn complete(&self) -> bool {
        self.vendors.iter().all(|vendor| vendor.purposes != 0)
    }

    /// The bit of a purpose; 0 if there is no such purpose.
    pub(super) fn bit(&self, id: &str) -> u32 {
        self.purposes.iter().position(|purpose| purpose.id == id).map_or(0, |i| 1 << i)
    }

    /// The bits of the purposes without a switch.
    pub(super) fn necessary(&self) -> u32 {
        self.bits(|purpose| purpose.basis == LegalBasis::Necessary)
    }

    /// The bits of those that are sale, sharing or targeted advertising.
    pub(super) fn sale(&self) -> u32 {
        self.bits(|purpose| purpose.sale)
    }

    fn bits(&self, is: fn(&Purpose) -> bool) -> u32 {
        let mut bits = 0;
        for (i, purpose) in self.purposes.iter().enumerate() {
            bits |= u32::from(is(purpose)) << i;
        }
        bits
    }
}

impl<'a> Vendor<'a> {
    /// What the catalogue says; empty if it does not know.
    pub(super) fn known(&self, column: Known) -> &'a str {
        self.known.get(column as usize).and_then(Value::str).unwrap_or("")
    }
}

/// The id of an item that is an id itself, or has one.
fn id(item: &Value) -> &str {
    item.str().unwrap_or_else(|| word(item, "id"))
}

/// A string member; empty if there is none.
pub(super) fn word<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::str).unwrap_or("")
}

/// The items of a list member; none if there is no list.
pub(super) fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).map_or(&[], Value::list)
}
