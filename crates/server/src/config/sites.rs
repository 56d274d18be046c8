//! The sites of an archive.

use std::fs;
use std::path::{Path, PathBuf};

use assent_core::json;
use assent_core::policy::Policy;
use assent_core::rules::check::{Kind, is};

use super::reader::Reader;
use super::{SiteConfig, check, policy_line};
use crate::gvl;
use crate::store::{ErasureMode, SiteSettings};

const KEYS: &str =
    "id origins policy vendor_list erasure erasure_key erasure_days erasure_after_hours retention_days";

/// A hundred years: longer is a slip of the pen.
const MOST_DAYS: u64 = 36_525;
/// Longer, and backups of the database would outlive what they hold.
const MOST_ERASURE_HOURS: u64 = 24;
/// The usual period of limitation in Germany (BGB section 195, three years) and its year's end; each country has its own.
const ERASURE_DAYS: u64 = 4 * 365;
/// A year and a month beyond the end of a shard: consent is asked for anew after 13 months at the latest (CNIL).
const RETENTION_DAYS: u64 = 395;

pub(super) fn sites(r: &mut Reader<'_>, folder: &Path) -> Vec<SiteConfig> {
    let sites = r.tables("sites", |r| site(r, folder));
    let mut ids: Vec<&str> = Vec::new();
    for (i, site) in sites.iter().enumerate() {
        let Some(site) = site else { continue };
        if ids.contains(&site.id.as_str()) {
            r.fault(&format!("sites[{i}].id"), "given twice", "each site has an id of its own");
        }
        ids.push(&site.id);
    }
    sites.into_iter().flatten().collect()
}

fn site(r: &mut Reader<'_>, folder: &Path) -> Option<SiteConfig> {
    r.keys(KEYS);
    let id = r.needed("id", "give the site a short name, as \"shop\"").to_string();
    if !id.is_empty() && !is_site_name(&id) {
        r.fault("id", "not an id", "use 1 to 32 of a-z, 0-9 and -");
    }
    let remedy = "write scheme and host as a browser sends them, as \"https://shop.example\", without a path";
    let origins = r.list("origins", origin, "not an origin", remedy);
    if origins.is_empty() {
        r.fault(
            "origins",
            "no origin",
            "list where the site's pages come from, as [\"https://shop.example\"]",
        );
    }
    let policy = policy(r, folder);
    let vendor_list = vendor_list(r, folder);
    let erasure = erasure(r);
    let hours = r.number("erasure_after_hours", 0, 0..=MOST_ERASURE_HOURS);
    let retention_days = days(r, "retention_days", RETENTION_DAYS);
    let (policy, policy_text) = policy?;
    let settings = SiteSettings { origins, erasure, erasure_delay: hours * 3_600_000, retention_days };
    Some(SiteConfig { id, policy, policy_text, vendor_list, settings })
}

/// Whether a text can be a site's name in an address.
pub(crate) fn is_site_name(text: &str) -> bool {
    is(Kind::Id, text) && !text.contains('_')
}

fn days(r: &mut Reader<'_>, key: &str, otherwise: u64) -> u32 {
    u32::try_from(r.number(key, otherwise, 1..=MOST_DAYS)).unwrap_or(u32::MAX)
}

fn erasure(r: &mut Reader<'_>) -> ErasureMode {
    let word = |text: &str| ["full", "restrict"].contains(&text).then(|| text == "restrict");
    let restrict = r.parsed("erasure", word, "no such way to erase", "write \"full\" or \"restrict\"");
    let remedy = "write the public X25519 key of those who may open sealed records, as 64 hexadecimal digits";
    if restrict != Some(true) {
        for key in ["erasure_key", "erasure_days"] {
            if r.has(key) {
                r.fault(
                    key,
                    "only for erasure = \"restrict\"",
                    "leave it out, or restrict instead of erasing",
                );
            }
        }
        return ErasureMode::Full;
    }
    r.needed("erasure_key", remedy);
    let to = r.parsed("erasure_key", key_of_hex, "not a key", remedy).unwrap_or_default();
    ErasureMode::Restrict { to, days: days(r, "erasure_days", ERASURE_DAYS) }
}

/// A public key by its 64 hexadecimal digits.
pub(crate) fn key_of_hex(text: &str) -> Option<[u8; 32]> {
    let mut key = [0; 32];
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    if pairs.len() != key.len() || !rest.is_empty() {
        return None;
    }
    for (byte, [high, low]) in key.iter_mut().zip(pairs) {
        let digit = |char: u8| char::from(char).to_digit(16);
        *byte = u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()?;
    }
    Some(key)
}

/// An origin as browsers serialise it (RFC 6454, section 6.2): lower case, no path, no default port.
pub(crate) fn origin(text: &str) -> Option<String> {
    let (scheme, host) = text.split_once("://")?;
    let default = match scheme {
        "https" => ":443",
        "http" => ":80",
        _ => return None,
    };
    let is_host =
        |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b':' | b'[' | b']' | b'_');
    (!host.is_empty() && host.bytes().all(is_host) && !host.ends_with(default)).then(|| text.to_string())
}

/// The folder of the site's vendor list. Each file in it is read once, so that a faulty one is known before anybody asks.
fn vendor_list(r: &mut Reader<'_>, folder: &Path) -> Option<PathBuf> {
    let path = check::file(r, "vendor_list", folder)?;
    let faults = gvl::faults(&path);
    for (file, fault) in &faults {
        let remedy = "fetch vendor-list.json, and each purposes-{lang}.json, from https://vendor-list.consensu.org/v3/ anew";
        r.fault("vendor_list", &format!("{}: {fault}", file.display()), remedy);
    }
    faults.is_empty().then_some(path)
}

/// The policy of a site and its text. Everything wrong with it is told, each fault in a line of its own.
fn policy(r: &mut Reader<'_>, folder: &Path) -> Option<(Policy, String)> {
    r.needed("policy", "name the site's policy file");
    let path = check::file(r, "policy", folder)?;
    let file = path.display().to_string();
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            r.fault(
                "policy",
                &format!("cannot read {file} ({})", error.kind()),
                "name a file that can be read",
            );
            return None;
        }
    };
    match Policy::from_json(&text) {
        Ok(policy) => {
            let mut compact = String::with_capacity(text.len());
            json::write_value(&mut compact, &policy.doc);
            Some((policy, compact))
        }
        Err(diagnostics) => {
            for diagnostic in &diagnostics {
                let line = policy_line(&file, diagnostic);
                let (message, remedy) = line.rsplit_once("; ").unwrap_or((&line, ""));
                r.fault("policy", message, remedy);
            }
            None
        }
    }
}
