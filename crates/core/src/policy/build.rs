//! From an untrusted file to a [`Policy`]: every check that has words.

use alloc::string::String;
use alloc::vec::Vec;

use super::Policy;
use super::reader::{Place, Reader};
use super::standards;
use crate::aliases;
use crate::catalogue::{self, Kind};
use crate::decide::Vendors;
use crate::diagnostic::{Code, Diagnostic};
use crate::json::{self, Value};
use crate::rules::{MOST_EXPIRY_DAYS, MOST_PURPOSES, Rules, check, flat};
use crate::scan;
use crate::signal::consent_mode;
use crate::text::push_decimal;

const TOP_KEYS: &str = "version controller purposes vendors essential firstParty unlisted region jurisdictions \
                        expiryDays cookie onWithdraw apiGrants gpc consentMode enforce languages language appearance texts \
                        channels server dialects import heldFetch tcf gpp usp dnt gtag adapters replay testing $schema";
const CONTROLLER_KEYS: &str = "name contact privacyNotice address";
const PURPOSE_KEYS: &str = "id name description benefit data retentionDays legalBasis consentMode sale sensitive tcf \
                            specialFeatures";
const VENDOR_KEYS: &str =
    "id name hosts cookies storage purposes country privacyNotice retentionDays contract description gvlId";
/// Settings of Google's tags, in Google's own words.
const GTAG_KEYS: &str = "ads_data_redaction url_passthrough";
/// Ten years: longer is a slip of the pen.
const MOST_RETENTION_DAYS: u64 = 3653;

pub(super) fn policy(text: &str) -> Result<Policy, Vec<Diagnostic>> {
    let (mut r, top) = (Reader::default(), Place::TOP);
    let doc = match json::parse(text.strip_prefix('\u{feff}').unwrap_or(text)) {
        Ok(doc) => doc,
        Err(error) => {
            let mut at = String::new();
            push_decimal(&mut at, error.at as u64);
            r.error(Code::NotJson, top, &at);
            return Err(r.diagnostics);
        }
    };
    r.keys(&doc, top, TOP_KEYS);
    if doc.get("version").and_then(Value::int) != Some(1) {
        r.error(Code::UnsupportedVersion, top.key("version"), "");
    }
    controller(&mut r, &doc);
    let ids = purposes(&mut r, &doc);
    vendors(&mut r, &doc, &ids);
    storage(&mut r, &doc);
    server(&mut r, &doc);
    dialects(&mut r, &doc, &ids);
    r.strings(&doc, top, "import", Code::UnknownWord, &|word| aliases::tool(word).is_some());
    regions(&mut r, &doc);
    essential(&mut r, &doc);
    r.strings(&doc, top, "firstParty", Code::BadHost, &|word| check::is(check::Kind::Host, word));
    r.strings(&doc, top, "languages", Code::UnknownWord, &language);
    r.strings(&doc, top, "channels", Code::BadId, &|word| check::is(check::Kind::Id, word));
    for (key, words) in [
        ("unlisted", check::UNLISTED),
        ("onWithdraw", check::ON_WITHDRAW),
        ("apiGrants", check::API_GRANTS),
        ("gpc", check::GPC),
        ("enforce", check::ENFORCE),
        ("heldFetch", " pending error empty"),
    ] {
        r.word(&doc, top, key, words);
    }
    r.switch(&doc, top, "consentMode");
    r.switch(&doc, top, "dnt");
    tags(&mut r, &doc);
    r.switch(&doc, top, "replay");
    r.switch(&doc, top, "testing");
    standards::standards(&mut r, &doc);
    let rules = Rules::from_flat(&flat(&doc));
    match rules {
        Some(rules) if !r.failed() => Ok(Policy { doc, rules, warnings: r.diagnostics }),
        // The rules refuse nothing that was not told of above; should they ever, the file is refused all the same.
        _ => {
            if !r.failed() {
                r.error(Code::Refused, top, "");
            }
            Err(r.diagnostics)
        }
    }
}

fn controller(r: &mut Reader, doc: &Value) {
    let at = Place::TOP.key("controller");
    let Some(controller) = doc.get("controller") else { return r.error(Code::Missing, at, "") };
    r.keys(controller, at, CONTROLLER_KEYS);
    for key in ["name", "contact", "privacyNotice"] {
        if !r.text(controller, at, key) {
            r.error(Code::Missing, at.key(key), "");
        }
    }
}

/// Checks the purposes and returns their ids.
fn purposes<'v>(r: &mut Reader, doc: &'v Value) -> Vec<&'v str> {
    let at = Place::TOP.key("purposes");
    let mut ids = Vec::new();
    let items = r.list(doc, Place::TOP, "purposes");
    if items.is_empty() {
        r.error(Code::Missing, at, "");
    }
    if items.len() > MOST_PURPOSES {
        r.error(Code::TooMany, at, "");
    }
    for (i, item) in items.iter().enumerate() {
        let at = at.item(i);
        let id = id(r, item, at, PURPOSE_KEYS, &ids);
        if id == check::NECESSARY {
            r.error(Code::BadId, at, id);
        }
        ids.push(id);
        // The standard purposes have texts of their own in every locale.
        let is_standard = !consent_mode::of_purpose(id).is_empty();
        for key in ["name", "description"] {
            if !r.text(item, at, key) && !is_standard {
                r.error(Code::Missing, at.key(key), "");
            }
        }
        if !r.text(item, at, "benefit") && !is_standard {
            r.warn(Code::NoBenefit, at, id);
        }
        let known = |name: &str| scan::has(consent_mode::TYPES, name);
        let types = r.strings(item, at, "consentMode", Code::UnknownWord, &known);
        let types = if item.get("consentMode").is_some() {
            types
        } else {
            scan::words(consent_mode::of_purpose(id)).collect()
        };
        r.switch(item, at, "sensitive");
        let sale = r.switch(item, at, "sale").unwrap_or_else(|| consent_mode::is_sale(id, types));
        let basis = r.word(item, at, "legalBasis", check::LEGAL_BASES);
        // EDPB cookie banner taskforce, practice H; TCF 2.2 forbids it for purposes 3 to 6.
        if sale && !matches!(basis, "" | "consent") {
            r.error(Code::WeakLegalBasis, at.key("legalBasis"), id);
        }
        standards::purpose(r, item, at, basis);
        r.strings(item, at, "data", Code::WrongType, &|_| true);
        r.number(item, at, "retentionDays", MOST_RETENTION_DAYS);
    }
    ids
}

fn vendors(r: &mut Reader, doc: &Value, purposes: &[&str]) {
    let at = Place::TOP.key("vendors");
    // A tag or a call names a purpose or a vendor, so they share their ids.
    let mut ids = purposes.to_vec();
    let items = r.list(doc, Place::TOP, "vendors");
    if items.len() > Vendors::MOST {
        r.error(Code::TooMany, at, "");
    }
    for (i, item) in items.iter().enumerate() {
        let at = at.item(i);
        let id = id(r, item, at, VENDOR_KEYS, &ids);
        ids.push(id);
        let service = catalogue::by_id(id);
        r.strings(item, at, "hosts", Code::BadHost, &|word| check::is(check::Kind::Host, word));
        r.strings(item, at, "cookies", Code::TooWide, &|word| check::is(check::Kind::Pattern, word));
        r.strings(item, at, "storage", Code::TooWide, &|word| check::is(check::Kind::Pattern, word));
        if service.is_none() && item.get("hosts").is_none() {
            r.error(Code::UnknownService, at, id);
        } else if service.is_none() && !r.text(item, at, "name") {
            r.error(Code::Missing, at.key("name"), "");
        }
        let named = r.strings(item, at, "purposes", Code::UnknownPurpose, &|_| true);
        let fallback = service.map(|service| service.purpose.purpose_id());
        let named = if item.get("purposes").is_some() { named } else { fallback.into_iter().collect() };
        if named.is_empty() {
            r.error(Code::Missing, at.key("purposes"), "");
        }
        for (n, name) in named.into_iter().enumerate() {
            if !purposes.contains(&name) {
                r.error(Code::UnknownPurpose, at.key("purposes").item(n), name);
            }
        }
        r.number(item, at, "retentionDays", MOST_RETENTION_DAYS);
        standards::vendor(r, item, at, items.get(..i).unwrap_or_default());
    }
}

/// The id of a purpose or vendor, which may be given as a bare string.
fn id<'v>(r: &mut Reader, item: &'v Value, at: Place, keys: &str, before: &[&str]) -> &'v str {
    let id = match item {
        Value::Str(id) => id,
        _ => {
            r.keys(item, at, keys);
            r.string(item, at, "id")
        }
    };
    if !check::is(check::Kind::Id, id) {
        r.error(Code::BadId, at, id);
    } else if before.contains(&id) {
        r.error(Code::DuplicateId, at, id);
    }
    id
}

fn storage(r: &mut Reader, doc: &Value) {
    r.number(doc, Place::TOP, "expiryDays", MOST_EXPIRY_DAYS);
    let at = Place::TOP.key("cookie");
    let Some(cookie) = doc.get("cookie") else { return };
    r.keys(cookie, at, "name domain");
    for (key, code, kind) in
        [("name", Code::BadId, check::Kind::Id), ("domain", Code::BadHost, check::Kind::Host)]
    {
        let found = r.string(cookie, at, key);
        if !found.is_empty() && !check::is(kind, found) {
            r.error(code, at.key(key), found);
        }
    }
}

/// The archive that records choices. It is either on the page's own origin or named with `https`, so that nothing that is
/// sent to it can be read on the way.
fn server(r: &mut Reader, doc: &Value) {
    let at = Place::TOP.key("server");
    let Some(server) = doc.get("server") else { return };
    r.keys(server, at, "url site");
    for key in ["url", "site"] {
        if r.string(server, at, key).is_empty() && server.get(key).is_none_or(|value| value.str().is_some()) {
            r.error(Code::Missing, at.key(key), "");
        }
    }
    let site = r.string(server, at, "site");
    if !site.is_empty() && (!check::is(check::Kind::Id, site) || site.contains('_')) {
        r.error(Code::BadId, at.key("site"), site);
    }
    let url = r.string(server, at, "url");
    let passes = match url.strip_prefix("https://") {
        None => url.is_empty() || is_path(url),
        Some(host) => {
            let host = host.trim_end_matches('/');
            let listed = |key| {
                let rules = doc.get(key).map(Value::list).unwrap_or_default();
                rules.iter().filter_map(Value::str).any(|rule| rule == host)
            };
            let name = scan::cut(host, b':').0;
            let is_origin = check::is(check::Kind::Host, name) && !name.contains('/') && !host.contains('/');
            if is_origin && !listed("firstParty") && !listed("essential") {
                r.warn(Code::HeldArchive, at.key("url"), host);
            }
            is_origin
        }
    };
    if !passes {
        r.error(Code::BadArchive, at.key("url"), url);
    }
}

/// A path on the page's own origin; two slashes would name another one.
pub(super) fn is_path(url: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_' | b'.' | b'~');
    url.starts_with('/') && !url.contains("//") && url.bytes().all(plain)
}

/// What Google's tags and other services are told besides.
fn tags(r: &mut Reader, doc: &Value) {
    let top = Place::TOP;
    if let Some(gtag) = doc.get("gtag") {
        r.keys(gtag, top.key("gtag"), GTAG_KEYS);
        for key in scan::words(GTAG_KEYS) {
            r.switch(gtag, top.key("gtag"), key);
        }
    }
    let vendors = doc.get("vendors").map_or(&[][..], Value::list);
    let id = |vendor| Value::str(vendor).or_else(|| vendor.get("id")?.str());
    let known = |name: &str| scan::has(catalogue::ADAPTERS, name) || scan::has(catalogue::PLATFORMS, name);
    let named = r.strings(doc, top, "adapters", Code::UnknownWord, &known);
    for (i, name) in named.into_iter().enumerate() {
        let listed = vendors.iter().any(|vendor| id(vendor) == Some(name));
        if scan::has(catalogue::ADAPTERS, name) && !listed {
            r.warn(Code::UnlistedAdapter, top.key("adapters").item(i), name);
        }
    }
}

/// What another consent tool calls a purpose, and what it is here.
fn dialects(r: &mut Reader, doc: &Value, purposes: &[&str]) {
    let at = Place::TOP.key("dialects");
    let Some(table) = doc.get("dialects") else { return };
    if !matches!(table, Value::Map(_)) {
        r.error(Code::WrongType, at, "");
    }
    for (word, _) in table.map() {
        let purpose = r.string(table, at, word);
        if purpose != check::NECESSARY && !purposes.contains(&purpose) {
            r.error(Code::UnknownPurpose, at.key(word), purpose);
        }
    }
}

fn regions(r: &mut Reader, doc: &Value) {
    let region = r.string(doc, Place::TOP, "region");
    if !region.is_empty() && !check::is(check::Kind::Region, region) {
        r.error(Code::BadRegion, Place::TOP.key("region"), region);
    }
    let at = Place::TOP.key("jurisdictions");
    let Some(table) = doc.get("jurisdictions") else { return };
    for (region, _) in table.map() {
        if !check::is(check::Kind::Region, region) {
            r.error(Code::BadRegion, at.key(region), region);
        }
        if r.word(table, at, region, check::REGIMES).is_empty() {
            r.error(Code::Missing, at.key(region), "");
        }
    }
}

fn essential(r: &mut Reader, doc: &Value) {
    let rules =
        r.strings(doc, Place::TOP, "essential", Code::BadHost, &|word| check::is(check::Kind::Host, word));
    for (i, rule) in rules.into_iter().enumerate() {
        let (host, path) = rule.split_at_checked(scan::cut(rule, b'/').0.len()).unwrap_or_default();
        // EDPB cookie banner taskforce, practice I: trackers called essential.
        if catalogue::by_host(host, path).is_some_and(|service| service.purpose != Kind::Essential) {
            r.warn(Code::TrackerAsEssential, Place::TOP.key("essential").item(i), rule);
        }
    }
}

fn language(tag: &str) -> bool {
    (2..=16).contains(&tag.len()) && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}
