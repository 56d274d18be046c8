//! From a policy, a choice and a place to the strings of the IAB's standards.
//!
//! What this is: [`Site`], what a policy says about TCF, GPP and US Privacy; [`Decided`], what the machine has decided; and
//! [`Site::signals`], which says the second in the words of the first. A purpose that is not granted, a vendor that is
//! refused, and whatever cannot be read or found, is denied in every string.
//!
//! What it is not: a registration. The CMP id is the site's own; without a valid one there is no TC string.

mod decided;
mod detail;
mod gpp;
mod layers;
mod tcf;

pub use decided::Decided;
pub use detail::Detail;

use super::fault::SignalError;
use super::gpp::{GppString, UsSection};
use super::gvl::Gvl;
use super::ids::FlagSet;
use super::tcf::{Letters, TcString};
use super::usp::UsPrivacy;
use crate::json::Value;
use crate::rules::{Rules, flat};
use alloc::string::String;
use alloc::vec::Vec;

/// CMP ids have 12 bits; 0 and 1 belong to nobody.
pub const CMP_IDS: core::ops::RangeInclusive<u16> = 2..=4095;
/// The purposes that the framework defines, as ids up to this one.
pub const TCF_PURPOSES: u8 = 11;
/// The special features that it defines.
pub const TCF_SPECIAL_FEATURES: u8 = 2;

/// What a policy says about the IAB's standards.
#[derive(Debug)]
pub struct Site {
    rules: Rules,
    /// `None` if the site does not take part, or what it says is not enough to.
    tcf: Option<Tcf>,
    gpp: Option<Gpp>,
    usp: bool,
    /// Per purpose of the policy, what it is in the framework.
    purposes: Vec<Mapped>,
    /// Per vendor of the policy, its id in the vendor list; 0 without one.
    vendors: Vec<u16>,
}

/// The site as a participant of the Transparency and Consent Framework.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tcf {
    /// The id that IAB Europe gave to the CMP.
    pub cmp_id: u16,
    /// The version of the CMP, 12 bits.
    pub cmp_version: u16,
    /// Where the publisher is seated.
    pub publisher_cc: Letters,
    /// Stacks that the first layer is to tell instead of what they stand for, in this order.
    pub stacks: Vec<u8>,
}

/// The site in the Global Privacy Platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Gpp {
    /// Whether `usnat` is written where a state has a section of its own.
    is_national: bool,
}

/// A purpose of the policy in the framework's numbers.
#[derive(Clone, Copy, Debug, Default)]
struct Mapped {
    purposes: FlagSet,
    special_features: FlagSet,
}

/// When and how the person was asked.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// The time of the choice, or now without one: seconds since 1970-01-01 UTC.
    pub time: u64,
    /// The language of the notice; `EN` is written if this is none.
    pub language: Option<Letters>,
}

/// One truth in several tongues.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signals {
    /// Whether the TC string counts here.
    pub gdpr_applies: bool,
    /// The TC string and its text. `None` where it does not count, or could not be made: then nothing is granted.
    pub tc: Option<(TcString, String)>,
    /// The section of Canada, a TC string in other words; `None` as above.
    pub canada: Option<TcString>,
    /// Whether one of these counts here, and could not be made.
    pub is_lost: bool,
    /// The GPP string; `None` where the policy does not ask for it.
    pub gpp: Option<GppString>,
    /// Its section of the United States, taken apart.
    pub us: Option<UsSection>,
    /// The section of the GPP string that counts here; `None` if none does.
    pub applicable: Option<u16>,
    /// The US Privacy string; `None` where the policy does not ask for it.
    pub usp: Option<UsPrivacy>,
}

impl Site {
    /// Reads a policy file. `None` if its rules are refused.
    pub fn new(doc: &Value) -> Option<Site> {
        let rules = Rules::of_choice(&flat(doc))?;
        let items = |key| doc.get(key).map_or(&[][..], Value::list);
        let purposes = items("purposes").iter().map(|purpose| Mapped {
            purposes: flags(purpose.get("tcf"), TCF_PURPOSES),
            special_features: flags(purpose.get("specialFeatures"), TCF_SPECIAL_FEATURES),
        });
        let id = |vendor: &Value| vendor.get("gvlId").and_then(Value::int).and_then(|id| id.try_into().ok());
        let vendors = items("vendors").iter().map(|vendor| id(vendor).unwrap_or_default()).collect();
        let purposes = purposes.collect();
        let gpp = match doc.get("gpp") {
            Some(Value::Bool(true)) => Some(Gpp { is_national: false }),
            Some(gpp @ Value::Map(_)) => {
                Some(Gpp { is_national: gpp.get("us").and_then(Value::str) == Some("national") })
            }
            _ => None,
        };
        let usp = doc.get("usp").and_then(Value::bool) == Some(true);
        Some(Site { rules, tcf: tcf(doc), gpp, usp, purposes, vendors })
    }

    /// The rules of the policy.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The site in the framework, if it takes part and has said what that takes.
    pub fn tcf(&self) -> Option<&Tcf> {
        self.tcf.as_ref()
    }

    /// Whether the framework counts here, in Europe's words or in Canada's, so that the vendor list is needed.
    pub fn counts(&self, decided: &Decided) -> bool {
        decided.gdpr_applies() || self.gpp.is_some() && decided.is_in_canada()
    }

    /// Says what was decided in every string that the policy asks for. Without a vendor list, or with an empty one, there is
    /// no TC string.
    ///
    /// # Errors
    /// A string cannot be put together; then none of them counts.
    pub fn signals(
        &self,
        decided: &Decided,
        gvl: Option<&Gvl>,
        moment: Moment,
    ) -> Result<Signals, SignalError> {
        let gdpr_applies = decided.gdpr_applies();
        let counts = self.counts(decided);
        let said = match (&self.tcf, gvl) {
            (Some(tcf), Some(gvl)) if counts => Some(self.tc_string(tcf, decided, gvl, moment)),
            _ => None,
        };
        let is_lost = counts && said.is_none();
        let canada = said.as_ref().filter(|_| self.gpp.is_some() && decided.is_in_canada()).map(in_canada);
        let tc = match said {
            Some(tc_string) if gdpr_applies => {
                let text = tc_string.encode(Default::default())?;
                Some((tc_string, text))
            }
            _ => None,
        };
        let applicable = self.applicable(decided);
        let us = if self.gpp.is_some() { self.us_section(decided)? } else { None };
        let usp = self.usp.then(|| self.us_privacy(decided));
        let gpp = match self.gpp {
            Some(_) => {
                let mut gpp = GppString::default();
                if let Some((_, text)) = &tc {
                    gpp.set_tc_string(text);
                }
                if let Some(canada) = &canada {
                    gpp.set_tcf_canada(canada)?;
                }
                if let Some(us) = &us {
                    gpp.set_us(us)?;
                    usp.iter().for_each(|usp| gpp.set_usp(*usp));
                }
                Some(gpp)
            }
            None => None,
        };
        Ok(Signals { gdpr_applies, tc, canada, is_lost, gpp, us, applicable, usp })
    }
}

/// The same in Canada, whose framework does not use purpose 1 and has no place for the publisher's country.
fn in_canada(tc_string: &TcString) -> TcString {
    let mut canada = TcString { publisher_cc: Letters::UNKNOWN, ..tc_string.clone() };
    canada.purposes_consent = canada.purposes_consent.without(1);
    canada.purposes_li_transparency = canada.purposes_li_transparency.without(1);
    canada.publisher_restrictions.retain(|restriction| restriction.purpose != 1);
    canada
}

fn tcf(doc: &Value) -> Option<Tcf> {
    let tcf = doc.get("tcf")?;
    let number = |key| tcf.get(key).and_then(Value::int).and_then(|number| u16::try_from(number).ok());
    let cmp_id = number("cmpId").filter(|id| CMP_IDS.contains(id))?;
    let cmp_version = number("cmpVersion").filter(|version| *version < 4096).unwrap_or(1);
    let publisher_cc = tcf.get("publisherCountry").and_then(Value::str).and_then(Letters::new);
    let stacks = ids(tcf.get("stacks")).collect();
    Some(Tcf { cmp_id, cmp_version, publisher_cc: publisher_cc.unwrap_or(Letters::UNKNOWN), stacks })
}

/// A list of ids from 1 to `last`; others mean nothing and are left out.
fn flags(list: Option<&Value>, last: u8) -> FlagSet {
    ids(list).filter(|id| (1..=last).contains(id)).collect()
}

fn ids(list: Option<&Value>) -> impl Iterator<Item = u8> + '_ {
    let ids = list.map_or(&[][..], Value::list).iter().filter_map(Value::int);
    ids.filter_map(|id| u8::try_from(id).ok())
}
