//! What is asked: one row per purpose, its vendors below it.

use alloc::string::String;
use alloc::vec::Vec;

use super::asked::{Asked, Known, Purpose, Vendor, list, word};
use super::{Links, State, Words, web_address};
use crate::json::Value;
use crate::policy;
use crate::rules::{COOKIE_NAME, EXPIRY_DAYS, LegalBasis};

/// How a switch stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// There is none: this is needed for what the person asked for.
    AlwaysOn,
    /// It can be turned on.
    Off,
    /// It is off and cannot be turned on: a signal of the browser refuses it, and no choice counts against that.
    Barred,
    /// It can be turned off.
    On,
}

/// One purpose, or what is essential.
#[derive(Debug)]
#[non_exhaustive]
pub struct Row<'a> {
    /// The purpose's id; empty for what is essential.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// What it is for.
    pub description: &'a str,
    /// What the person gets from it.
    pub benefit: &'a str,
    /// What data it uses.
    pub data: String,
    /// The site's own cookie for it.
    pub cookies: &'a str,
    /// Hosts that are called for it and belong to no vendor.
    pub hosts: String,
    /// How long data is kept, in days; 0 if nobody says.
    pub kept_days: u32,
    /// The ground of law, in words.
    pub basis: &'a str,
    /// The key of the right that its switch is, where the law of the place names it; else empty.
    pub right: &'static str,
    /// How its switch stands.
    pub switch: Switch,
    /// Who receives data for it.
    pub vendors: Vec<VendorRow<'a>>,
}

/// Somebody who receives data.
#[derive(Debug)]
#[non_exhaustive]
pub struct VendorRow<'a> {
    /// The vendor's id.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// An ISO 3166-1 code, or empty.
    pub country: &'a str,
    /// The address of its privacy notice, or empty.
    pub privacy_notice: &'a str,
    /// Names of its cookies.
    pub cookies: String,
    /// Names of what it keeps in the browser's storage.
    pub storage: String,
    /// How long it keeps data, in days; 0 if nobody says.
    pub kept_days: u32,
    /// How its switch stands.
    pub switch: Switch,
}

pub(super) fn rows<'a>(asked: &Asked<'a>, state: &State, words: &Words<'a>, links: &Links) -> Vec<Row<'a>> {
    let mut out = Vec::new();
    let barred = if links.bar() { asked.sale() } else { 0 };
    out.push(essential(asked.doc, words));
    for (i, purpose) in asked.purposes.iter().enumerate() {
        let text = |key| text(purpose, words, key);
        let mut vendors = Vec::new();
        for vendor in asked.vendors.iter().filter(|vendor| vendor.purposes & 1 << i != 0) {
            let mut row = vendor_row(vendor, purpose, state, words);
            // It works only if all of its purposes may.
            if vendor.purposes & barred != 0 {
                row.switch = Switch::Barred;
            }
            vendors.push(row);
        }
        out.push(Row {
            id: purpose.id,
            name: text("name"),
            description: text("description"),
            benefit: text("benefit"),
            data: joined(list(purpose.doc, "data")),
            cookies: "",
            hosts: String::new(),
            kept_days: days(purpose.doc, "retentionDays"),
            basis: words.get(purpose.basis_key),
            right: links.of(purpose),
            switch: if barred & 1 << i != 0 {
                Switch::Barred
            } else {
                switch(state, purpose, "purposes", purpose.id)
            },
            vendors,
        });
    }
    out
}

/// What nobody is asked about: the choice's own cookie and the hosts that the policy calls essential.
fn essential<'a>(doc: &'a Value, words: &Words<'a>) -> Row<'a> {
    let cookie = doc.get("cookie").map_or("", |cookie| word(cookie, "name"));
    let expiry = days(doc, "expiryDays");
    Row {
        id: "",
        name: words.get("purpose.essential.name"),
        description: words.get("purpose.essential.description"),
        benefit: "",
        data: String::new(),
        cookies: or(cookie, COOKIE_NAME),
        hosts: joined(list(doc, "essential")),
        kept_days: if expiry == 0 { EXPIRY_DAYS as u32 } else { expiry },
        basis: "",
        right: "",
        switch: Switch::AlwaysOn,
        vendors: Vec::new(),
    }
}

fn vendor_row<'a>(vendor: &Vendor<'a>, purpose: &Purpose, state: &State, words: &Words<'a>) -> VendorRow<'a> {
    let own = |key, column| or(policy::text(vendor.doc.get(key), words.language()), vendor.known(column));
    let names = |key, column| match vendor.doc.get(key) {
        Some(own) => joined(own.list()),
        None => vendor.known(column).into(),
    };
    VendorRow {
        id: vendor.id,
        name: or(own("name", Known::Name), vendor.id),
        country: own("country", Known::Country),
        privacy_notice: web_address(own("privacyNotice", Known::PrivacyNotice)),
        cookies: names("cookies", Known::Cookies),
        storage: names("storage", Known::Storage),
        kept_days: days(vendor.doc, "retentionDays"),
        switch: switch(state, purpose, "vendors", vendor.id),
    }
}

/// Nothing that needs consent is ticked unless it was granted before (CJEU C-673/17, Planet49).
fn switch(state: &State, purpose: &Purpose, kind: &str, id: &str) -> Switch {
    let needs_consent = purpose.basis == LegalBasis::Consent && state.asks_first();
    let may_be_on = !needs_consent || state.granted();
    if purpose.basis == LegalBasis::Necessary {
        Switch::AlwaysOn
    } else if may_be_on && state.allows(kind, id) {
        Switch::On
    } else {
        Switch::Off
    }
}

/// A text of a purpose: the policy's, or the locale's for the purposes that every locale describes.
fn text<'a>(purpose: &Purpose<'a>, words: &Words<'a>, key: &str) -> &'a str {
    let mut path = String::from("purpose.");
    path.push_str(purpose.id);
    path.push('.');
    path.push_str(key);
    or(policy::text(purpose.doc.get(key), words.language()), words.get(&path))
}

fn or<'a>(text: &'a str, other: &'a str) -> &'a str {
    if text.is_empty() { other } else { text }
}

fn days(doc: &Value, key: &str) -> u32 {
    doc.get(key).and_then(Value::int).unwrap_or(0) as u32
}

/// The strings of a list, with commas between them.
fn joined(list: &[Value]) -> String {
    let mut out = String::new();
    for text in list.iter().filter_map(Value::str) {
        if !out.is_empty() {
            out.push_str(", ");
        }
        out.push_str(text);
    }
    out
}
