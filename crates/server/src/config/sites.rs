//! The sites of an archive.

use std::fs;
use std::path::Path;
use std::time::Duration;

use assent_core::json;
use assent_core::policy::Policy;
use assent_core::rules::check::{Kind, is};

use super::reader::Reader;
use super::{Erasure, SiteConfig, check, policy_line};

const KEYS: &str = "id origins policy erasure erasure_after_hours retention_days";

/// A hundred years: longer is a slip of the pen.
const MOST_RETENTION_DAYS: u64 = 36_525;
/// GDPR article 12(3): within one month of the request.
const MOST_ERASURE_HOURS: u64 = 24 * 30;

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
    if !id.is_empty() && !is(Kind::Id, &id) {
        r.fault("id", "not an id", "use 1 to 32 of a-z, 0-9, - and _");
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
    let word = |text: &str| match text {
        "full" => Some(Erasure::Full),
        "restrict" => Some(Erasure::Restrict),
        _ => None,
    };
    let erasure = r.parsed("erasure", word, "no such way to erase", "write \"full\" or \"restrict\"");
    let hours = r.number("erasure_after_hours", 0, 0..=MOST_ERASURE_HOURS);
    let days = r.number("retention_days", 0, 0..=MOST_RETENTION_DAYS);
    let (policy, policy_text) = policy?;
    Some(SiteConfig {
        id,
        origins,
        policy,
        policy_text,
        erasure: erasure.unwrap_or(Erasure::Full),
        erasure_after: Duration::from_secs(3600 * hours),
        retention_days: u32::try_from(days).ok().filter(|days| *days > 0),
    })
}

/// An origin as browsers serialise it (RFC 6454, section 6.2): lower case, no path, no default port.
fn origin(text: &str) -> Option<String> {
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
