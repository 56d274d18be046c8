//! The Global Vendor List, version 3 of its format.
//!
//! What this is: what a vendor declares, what must be told of it, and the stacks, read from the IAB's JSON. Members that
//! this code does not know are passed over, since the list gains some from time to time.
//!
//! What it is not: a list. The IAB does not let anyone ship it; the site's own server fetches it.
//!
//! Standard: IAB Tech Lab, "Consent string and vendor list formats v2", Global Vendor List v3.

mod reader;

use super::fault::{Fault, SignalError};
use super::ids::FlagSet;
use crate::json;
use alloc::string::String;
use alloc::vec::Vec;

const SECTION: &str = "gvl";

/// A vendor list. The empty one names nobody.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gvl {
    /// The version of the list, 12 bits in a TC string.
    pub vendor_list_version: u16,
    /// The version of the policies, 6 bits in a TC string. Another one than the string's: ask the person again.
    pub tcf_policy_version: u8,
    /// When the list was published, as the list writes it.
    pub last_updated: String,
    /// Standard texts, by kind; in another language after [`Gvl::read_texts`].
    pub purposes: Vec<Text>,
    /// As `purposes`: nobody is asked for these.
    pub special_purposes: Vec<Text>,
    /// As `purposes`: ways of processing.
    pub features: Vec<Text>,
    /// As `purposes`: ways of processing that one opts into.
    pub special_features: Vec<Text>,
    /// As `purposes`: kinds of personal data.
    pub data_categories: Vec<Text>,
    /// Purposes that may be told as one.
    pub stacks: Vec<Stack>,
    /// The vendors, by ascending id.
    vendors: Vec<Vendor>,
}

/// The standard text of a purpose, a feature or a category of data, which must be shown as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// Its number.
    pub id: u8,
    /// Its name.
    pub name: String,
    /// What it means.
    pub description: String,
    /// Examples.
    pub illustrations: Vec<String>,
}

/// Purposes and special features that the first layer may tell as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stack {
    /// Its number.
    pub id: u8,
    /// Its name.
    pub name: String,
    /// What it means.
    pub description: String,
    /// Its purposes.
    pub purposes: FlagSet,
    /// Its special features.
    pub special_features: FlagSet,
}

/// A vendor's entry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vendor {
    /// Its id, at least 1.
    pub id: u16,
    /// Its name.
    pub name: String,
    /// Purposes that it rests on consent.
    pub purposes: FlagSet,
    /// Purposes that it rests on legitimate interest.
    pub leg_int_purposes: FlagSet,
    /// Purposes, of either kind, for which it takes the other legal basis if the publisher demands it.
    pub flexible_purposes: FlagSet,
    /// Special purposes that it pursues.
    pub special_purposes: FlagSet,
    /// Features that it uses.
    pub features: FlagSet,
    /// Special features that it uses.
    pub special_features: FlagSet,
    /// Categories of data that it processes.
    pub data_declaration: FlagSet,
    /// When it left the list, as the list writes it. From then on it may do nothing.
    pub deleted_date: Option<String>,
    /// What must be told about its storage and its retention.
    pub disclosure: Disclosure,
}

/// What a notice tells about a vendor besides its purposes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disclosure {
    /// Whether it uses cookies.
    pub uses_cookies: bool,
    /// Whether it renews them.
    pub cookie_refresh: bool,
    /// The longest life of its cookies, in seconds; 0 or less is the session; `None` without cookies.
    pub cookie_max_age_seconds: Option<i64>,
    /// Whether it reads or writes other storage.
    pub uses_non_cookie_access: bool,
    /// The address of its list of storage, JSON.
    pub device_storage_disclosure_url: Option<String>,
    /// How long it keeps data, in days, unless another number is given for the purpose.
    pub std_retention: Option<u32>,
    /// Days by purpose.
    pub retention: Vec<(u8, u32)>,
    /// Days by special purpose.
    pub special_retention: Vec<(u8, u32)>,
    /// Addresses by language.
    pub urls: Vec<Urls>,
}

/// A vendor's addresses in one language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Urls {
    /// The language, ISO 639-1.
    pub lang_id: String,
    /// Its privacy notice.
    pub privacy: String,
    /// Where it explains its legitimate interest.
    pub leg_int_claim: Option<String>,
}

impl Gvl {
    /// Reads a list. A vendor that cannot be read makes the whole list unreadable: a list with holes would name the wrong
    /// number of vendors.
    pub fn read(text: &str) -> Result<Self, SignalError> {
        reader::gvl(&json::parse(text).map_err(|_| SignalError::of(SECTION, Fault::Malformed))?)
    }

    /// Reads what a string hangs on: what vendors ask for, by ascending id and maybe only some of them, and the stacks,
    /// which may be missing. What is only told to people stays empty.
    pub fn read_duties(text: &str) -> Result<Self, SignalError> {
        reader::duties(&json::parse(text).map_err(|_| SignalError::of(SECTION, Fault::Malformed))?)
    }

    /// Replaces the standard texts by those of a `purposes-{lang}.json`, which has the same members except the vendors.
    pub fn read_texts(&mut self, text: &str) -> Result<(), SignalError> {
        let value = json::parse(text).map_err(|_| SignalError::of(SECTION, Fault::Malformed))?;
        reader::texts(self, &value)
    }

    /// The vendor with this id, whether deleted or not.
    pub fn vendor(&self, id: u16) -> Option<&Vendor> {
        let at = self.vendors.binary_search_by_key(&id, |vendor| vendor.id).ok()?;
        self.vendors.get(at)
    }

    /// All vendors, by ascending id, the deleted ones included.
    pub fn vendors(&self) -> &[Vendor] {
        &self.vendors
    }
}

impl Vendor {
    /// Reads one entry.
    pub fn read(text: &str) -> Result<Self, SignalError> {
        reader::vendor(&json::parse(text).map_err(|_| SignalError::of(SECTION, Fault::Malformed))?)
    }

    /// How many days the vendor keeps what it collects for a purpose.
    pub fn retention(&self, purpose: u8) -> Option<u32> {
        let own = self.disclosure.retention.iter().find(|(id, _)| *id == purpose);
        own.map(|(_, days)| *days).or(self.disclosure.std_retention)
    }
}
