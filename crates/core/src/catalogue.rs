//! The catalogue of well-known services.
//!
//! What this is: `data/catalogue.json`, compiled into two texts that are read by walking them.
//! The first is all the gate needs (ids, hosts, cookies, storage keys, purpose); the second, in
//! [`describe`], is what people are shown. Only callers of the second pay for its bytes.
//! They are texts and not arrays, because an array of string slices costs eight bytes of pointers per entry in WASM.
//!
//! What it is not: a block list. A service that the policy does not name is reported or held as the policy says,
//! and an [`Kind::Essential`] row is a candidate: known not to be a tracker, never held for its own sake.

mod description;
#[cfg(test)]
pub(crate) mod generated;
mod matching;
#[cfg(test)]
mod tests;

pub use description::{Description, describe, source};
pub use matching::{closest, covers_name, matches_name, matches_rule};

use crate::scan;

/// One line per service: `<purpose letter><consent mode><id>|<hosts>|<cookies>|<storage>`, trailing empty fields left
/// out.
const TABLE: &str = include_str!("../data/generated/services.txt");
/// The purposes alone: per built-in purpose a line, its first letter and the ids of its services.
const KINDS: &str = include_str!("../data/generated/kinds.txt");

/// Services of the catalogue that a policy's `adapters` may name: `data/adapters.json` says how they are told of a choice.
pub const ADAPTERS: &str = "microsoft-ads clarity meta tiktok pinterest amazon-ads adobe-analytics matomo";
/// Platforms that it may name besides. They are the site's own, so no vendor stands for them.
pub const PLATFORMS: &str = "shopify wordpress";

/// The consent mode mask is stored as one printable character, counted up from this one.
const MASK_BASE: u8 = b'0';

/// What a service is for, in the catalogue's judgement; the policy may place it elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Payment, sign-in, bot protection, shared code: a candidate for "strictly necessary".
    Essential,
    /// Embeds, maps, fonts, chats: wanted by the visitor, but not without being asked.
    Functional,
    /// Measuring, testing and recording what visitors do; tag managers too.
    Analytics,
    /// Advertising, audiences, social plugins.
    Marketing,
}

impl Kind {
    /// The id of the built-in purpose of this kind.
    pub fn purpose_id(self) -> &'static str {
        match self {
            Self::Essential => "essential",
            Self::Functional => "functional",
            Self::Analytics => "analytics",
            Self::Marketing => "marketing",
        }
    }
}

/// The half of a catalogue row that decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Service {
    /// The id that a policy's `vendors` names it by.
    pub id: &'static str,
    /// What it is for.
    pub purpose: Kind,
    /// The Google Consent Mode types that govern it, as bits: 1 `ad_storage`, 2 `ad_user_data`,
    /// 4 `ad_personalization`, 8 `analytics_storage`, 16 `functionality_storage`, 32 `personalization_storage`,
    /// 64 `security_storage`.
    pub consent_mode: u8,
    /// Host rules for [`matches_rule`], separated by single spaces.
    pub hosts: &'static str,
    /// Patterns for [`matches_name`] of the cookies that its script writes under the site's own name.
    pub cookies: &'static str,
    /// The same for keys in localStorage and sessionStorage.
    pub storage: &'static str,
}

/// Every service of the catalogue.
pub fn services() -> impl Iterator<Item = Service> {
    scan::fields(TABLE, b'\n').filter_map(read_row)
}

/// The service with this id.
pub fn by_id(id: &str) -> Option<Service> {
    services().find(|service| service.id == id)
}

/// The built-in purpose of the service with this id; empty if there is none. As [`by_id`] says it, without the bytes of the
/// rest.
pub fn purpose_of(id: &str) -> &'static str {
    let lines = scan::fields(KINDS, b'\n').filter_map(|line| line.split_at_checked(2));
    let mut own = lines.filter(|(_, ids)| scan::has(ids, id)).filter_map(|(letter, _)| letter.bytes().next());
    own.next().map_or("", |letter| kind(letter).purpose_id())
}

fn kind(letter: u8) -> Kind {
    match letter {
        b'e' => Kind::Essential,
        b'f' => Kind::Functional,
        b'a' => Kind::Analytics,
        _ => Kind::Marketing,
    }
}

/// The service behind a URL: the longest host wins, then the longest path, so that `www.google.com/recaptcha`
/// and `www.google.com/maps` are told apart.
///
/// `host` must be lower-case ASCII without port and trailing dot, `path` must start with a slash, as a URL parser
/// gives them.
pub fn by_host(host: &str, path: &str) -> Option<Service> {
    let mut best = None;
    let mut best_score = 0;
    // One pass over the bytes: most rows are strangers, and cutting each into its fields first takes twice as long.
    let (mut row, mut rule, mut field) = (0, 0, 0);
    for (at, byte) in TABLE.bytes().enumerate() {
        if !matches!(byte, b' ' | b'|' | b'\n') {
            continue;
        }
        if field == 1
            && let score = matches_rule(TABLE.get(rule..at).unwrap_or_default(), host, path)
            && score > best_score
        {
            best_score = score;
            best = Some(row);
        }
        rule = at + 1;
        match byte {
            b'|' => field += 1,
            b'\n' => (row, field) = (rule, 0),
            _ => {}
        }
    }
    read_row(scan::cut(TABLE.get(best?..)?, b'\n').0)
}

/// A line as a service; `None` for the empty one at the end.
fn read_row(row: &'static str) -> Option<Service> {
    let mut fields = scan::fields(row, b'|');
    let (class, id) = fields.next()?.split_at_checked(2)?;
    let &[letter, mask] = class.as_bytes() else { return None };
    let purpose = kind(letter);
    let mut next = || fields.next().unwrap_or_default();
    Some(Service {
        id,
        purpose,
        consent_mode: mask.wrapping_sub(MASK_BASE),
        hosts: next(),
        cookies: next(),
        storage: next(),
    })
}
