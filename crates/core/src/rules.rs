//! The deciding half of a policy, as columns.
//!
//! What this is: what the machine works on: ids, host rules and name patterns as texts, properties of purposes as bit
//! sets. It comes from the policy's *flat form*, a text that page and core hand each other, because a JSON reader costs
//! more bytes than the gate has: the page's own `JSON.parse` reads the file, and `flat.js` and [`flat`] lay its members
//! out, a row each. Rows end with line feeds, fields with `|`, items with spaces; a list that is missing is `-`:
//!
//! ```text
//! VERSION|REGION|COOKIE NAME|COOKIE DOMAIN|EXPIRY DAYS|UNLISTED|ON WITHDRAW|API GRANTS|GPC|CONSENT MODE|ENFORCE|DNT|TESTING|ESSENTIAL|FIRST PARTY
//! p|ID|LEGAL BASIS|SALE|CONSENT MODE TYPES|SENSITIVE
//! v|ID|HOSTS|COOKIES|STORAGE|PURPOSES
//! j|REGION|REGIME
//! a|WHAT PEOPLE ARE ASKED, AS JSON
//! ```
//!
//! What it is not: a check of the texts. [`crate::policy::Policy`] makes that, and says what is wrong.

pub mod check;
mod flat;

pub use flat::flat;

use alloc::string::String;
use alloc::vec::Vec;

use crate::catalogue;
use crate::decide::Vendors;
use crate::jurisdiction::{self, Regime};
use crate::scan;
use crate::signal::consent_mode;
use crate::text::{decimal, fingerprint};
use check::Kind;

const DAY: u64 = 86_400;
/// How long a choice holds where the policy does not say (CNIL recommendation 2020-092: six months), in days.
pub const EXPIRY_DAYS: u64 = 182;
/// The longest that a choice may hold (CNIL deliberation 2020-091: 13 months), in days.
pub const MOST_EXPIRY_DAYS: u64 = 395;
/// The cookie's name where the policy does not say.
pub const COOKIE_NAME: &str = "assent";
/// Purposes are bits of a `u32`, and one stays free.
pub const MOST_PURPOSES: usize = 31;

/// Rules that passed every check a decision rests on.
#[derive(Debug)]
#[non_exhaustive]
pub struct Rules {
    flat: String,
    /// Bit i is set if switch i of [`check::SWITCHES`] says its second word.
    switches: u32,
    /// Ids of the purposes, with single spaces between them.
    pub purposes: String,
    /// Bit i is set for every purpose; the other sets are parts of it.
    pub every: u32,
    /// Purposes that nobody is asked about.
    pub necessary: u32,
    /// Purposes that rest on consent, and so wait for it where the law asks first.
    pub consent: u32,
    /// Those of them that use sensitive data, and so wait where the law lets the others run.
    pub sensitive: u32,
    /// Sale, sharing and targeted advertising, which a GPC signal refuses.
    pub sale: u32,
    /// Per Consent Mode type, the purposes that it hangs on.
    pub modes: [u32; 7],
    /// Ids of the vendors, with single spaces between them.
    pub vendors: String,
    /// Per vendor a line of host rules; see [`catalogue::matches_rule`].
    pub hosts: String,
    /// Per vendor a line of patterns of its first-party cookies; see [`catalogue::matches_name`].
    pub cookies: String,
    /// The same for keys in local and session storage.
    pub storage: String,
    /// Per vendor the purposes that it works for. Never 0.
    pub vendor_purposes: Vec<u32>,
    /// How long a choice holds, in seconds; the same for consent and refusal.
    pub lifetime: u64,
    /// Fingerprint of what people are asked. A change asks again; a change of colours does not touch it.
    pub digest: u64,
}

/// On what ground of law data is used (GDPR article 6(1)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegalBasis {
    /// Consent, point (a).
    Consent,
    /// Legitimate interest, point (f): on until the person objects (article 21).
    LegitimateInterest,
    /// Contract, legal duty and the like: needed for what the person asked for, told and not asked.
    Necessary,
}

impl LegalBasis {
    /// The basis by the policy's word for it; nothing said is consent.
    pub fn from_word(word: &str) -> Option<LegalBasis> {
        Some(match scan::place(check::LEGAL_BASES, word) {
            0 | 1 => LegalBasis::Consent,
            2 => LegalBasis::LegitimateInterest,
            scan::NOWHERE => return None,
            _ => LegalBasis::Necessary,
        })
    }
}

/// A list that is not given.
const MISSING: &str = "-";

/// A list, or what holds where it is not given.
fn or<'a>(given: &'a str, otherwise: &'a str) -> &'a str {
    if given == MISSING { otherwise } else { given }
}

/// Adds a vendor's line to a column; whether all its words are of the kind.
#[inline(never)]
fn column(column: &mut String, line: &str, kind: Kind) -> bool {
    column.push_str(line);
    column.push('\n');
    check::all(kind, line)
}

/// Places in the first row. The switches follow one another in the order of [`check::SWITCHES`].
const VERSION: usize = 0;
const REGION: usize = 1;
const COOKIE: usize = 2;
const DOMAIN: usize = 3;
const EXPIRY: usize = 4;
const SWITCHES: usize = 5;
const ESSENTIAL: usize = 13;
const FIRST_PARTY: usize = 14;

impl Rules {
    /// Rules that grant nothing, because there is nothing that they would grant.
    pub const fn none() -> Rules {
        Rules {
            flat: String::new(),
            switches: 0,
            purposes: String::new(),
            every: 0,
            necessary: 0,
            consent: 0,
            sensitive: 0,
            sale: 0,
            modes: [0; 7],
            vendors: String::new(),
            hosts: String::new(),
            cookies: String::new(),
            storage: String::new(),
            vendor_purposes: Vec::new(),
            lifetime: 0,
            digest: 0,
        }
    }

    /// Reads the flat form; `None` if anything in it is wrong.
    pub fn from_flat(flat: &str) -> Option<Rules> {
        let mut rules = Rules::none();
        rules.read(flat).then_some(rules)
    }

    /// Reads what a choice is about, purposes and vendors, and nothing of where vendors are met: the gate has that, and has
    /// checked it. Whoever only tells of the choice is spared the catalogue.
    pub fn of_choice(flat: &str) -> Option<Rules> {
        let mut rules = Rules::none();
        rules.read_parts::<false>(flat).then_some(rules)
    }

    /// Reads the flat form into rules that were [`Rules::none`]; whether everything in it is right. Moving rules costs
    /// the gate more bytes than reading them, so it reads them where they stay.
    pub(crate) fn read(&mut self, flat: &str) -> bool {
        self.read_parts::<true>(flat)
    }

    #[inline(always)]
    fn read_parts<const WHOLE: bool>(&mut self, flat: &str) -> bool {
        let rules = self;
        rules.flat = flat.into();
        let mut good = true;
        for row in scan::fields(flat, b'\n').skip(1) {
            let (kind, rest) = scan::cut(row, b'|');
            let rest = rest.unwrap_or_default();
            good &= match kind {
                "p" => rules.add_purpose(rest),
                "v" => rules.add_vendor::<WHOLE>(rest),
                "j" => {
                    let (region, regime) = scan::cut(rest, b'|');
                    check::is(Kind::Region, region) && scan::has(check::REGIMES, regime.unwrap_or_default())
                }
                _ => {
                    rules.digest = fingerprint(rest);
                    true
                }
            };
        }
        if !WHOLE {
            return good && rules.every != 0 && rules.vendor_purposes.len() <= Vendors::MOST;
        }
        let days = rules.head(EXPIRY);
        let days = if days.is_empty() { EXPIRY_DAYS } else { decimal(days) };
        rules.lifetime = days * DAY;
        for (i, words) in scan::fields(check::SWITCHES, b'|').enumerate() {
            let place = scan::place(words, rules.head(SWITCHES + i));
            good &= place != scan::NOWHERE;
            rules.switches |= u32::from(place == 2) << i;
        }
        let optional = |kind, place| {
            let word = rules.head(place);
            word.is_empty() || check::is(kind, word)
        };
        good && rules.head(VERSION) == "1"
            && rules.every != 0
            && (1..=MOST_EXPIRY_DAYS).contains(&days)
            && rules.vendor_purposes.len() <= Vendors::MOST
            && optional(Kind::Region, REGION)
            && optional(Kind::Id, COOKIE)
            && optional(Kind::Host, DOMAIN)
            && check::all(Kind::Host, rules.essential())
            && check::all(Kind::Host, rules.first_party())
    }

    fn add_purpose(&mut self, row: &str) -> bool {
        let mut fields = scan::fields(row, b'|');
        let mut next = || fields.next().unwrap_or_default();
        let id = next();
        let position = scan::count(&self.purposes);
        // `necessary` is what the API calls everything that nobody is asked about.
        let taken = scan::has(&self.purposes, id) || id == check::NECESSARY;
        let mut good = check::is(Kind::Id, id) && !taken && position < MOST_PURPOSES;
        let bit = 1u32 << (position % 32);
        self.every |= bit;
        match LegalBasis::from_word(next()) {
            Some(LegalBasis::Consent) => self.consent |= bit,
            Some(LegalBasis::LegitimateInterest) => {}
            Some(LegalBasis::Necessary) => self.necessary |= bit,
            None => good = false,
        }
        let sale = scan::place(check::BOOLEANS, next());
        let types = or(next(), consent_mode::of_purpose(id));
        let mut is_ad = id == "marketing";
        for name in scan::words(types) {
            let place = scan::place(consent_mode::TYPES, name);
            match self.modes.get_mut(place) {
                Some(purposes) => *purposes |= bit,
                None => good = false,
            }
            is_ad |= place < consent_mode::ADS;
        }
        if sale == 1 || sale == 0 && is_ad {
            // EDPB cookie banner taskforce, practice H; TCF 2.2 forbids it for purposes 3 to 6.
            good &= self.consent & bit != 0;
            self.sale |= bit;
        }
        if scan::place(check::BOOLEANS, next()) == 1 {
            self.sensitive |= self.consent & bit;
        }
        scan::push(&mut self.purposes, ' ', id);
        good && sale != scan::NOWHERE
    }

    fn add_vendor<const WHOLE: bool>(&mut self, row: &str) -> bool {
        let mut fields = scan::fields(row, b'|');
        let mut next = || fields.next().unwrap_or_default();
        let id = next();
        let known = if WHOLE { catalogue::by_id(id) } else { None };
        let (hosts, cookies, storage, purpose) = known
            .map_or(("", "", "", if WHOLE { "" } else { catalogue::purpose_of(id) }), |s| {
                (s.hosts, s.cookies, s.storage, s.purpose.purpose_id())
            });
        let given = next();
        let mut good = check::is(Kind::Id, id)
            && !scan::has(&self.vendors, id)
            && !scan::has(&self.purposes, id)
            && (!WHOLE || known.is_some() || given != MISSING)
            && column(&mut self.hosts, or(given, hosts), Kind::Host)
            && column(&mut self.cookies, or(next(), cookies), Kind::Pattern)
            && column(&mut self.storage, or(next(), storage), Kind::Pattern);
        let mut purposes = 0;
        for name in scan::words(or(next(), purpose)) {
            let place = scan::place(&self.purposes, name);
            good &= place != scan::NOWHERE;
            purposes |= 1u32.wrapping_shl(place as u32);
        }
        scan::push(&mut self.vendors, ' ', id);
        self.vendor_purposes.push(purposes);
        good && purposes != 0
    }

    #[inline(never)]
    fn head(&self, place: usize) -> &str {
        let row = scan::cut(&self.flat, b'\n').0;
        scan::fields(row, b'|').nth(place).unwrap_or_default()
    }

    /// Whether a switch says its second word.
    fn switch(&self, place: u32) -> bool {
        self.switches >> place & 1 != 0
    }

    /// Rules for hosts that no purpose stands behind (payment, bot check, a CDN).
    pub fn essential(&self) -> &str {
        or(self.head(ESSENTIAL), "")
    }

    /// Rules for hosts besides the page's own that belong to the site.
    pub fn first_party(&self) -> &str {
        or(self.head(FIRST_PARTY), "")
    }

    /// Whether a third party that is named nowhere is held.
    pub fn holds_unlisted(&self) -> bool {
        self.switch(0)
    }

    /// Whether a withdrawal reloads the page where a vendor already ran.
    pub fn reloads_on_withdrawal(&self) -> bool {
        !self.switch(1)
    }

    /// Whether the owner's own code may grant without a person's event.
    pub fn api_may_grant(&self) -> bool {
        self.switch(2)
    }

    /// Whether Global Privacy Control counts as a refusal everywhere, not only where the law says so.
    pub fn gpc_refuses(&self) -> bool {
        self.switch(3)
    }

    /// Whether Google Consent Mode is signalled.
    pub fn signals_consent_mode(&self) -> bool {
        !self.switch(4)
    }

    /// Whether the browser enforces the choice, by a Content-Security-Policy; a grant then takes a reload.
    pub fn enforces_csp(&self) -> bool {
        self.switch(5)
    }

    /// Whether Do Not Track counts as Global Privacy Control does.
    pub fn heeds_dnt(&self) -> bool {
        self.switch(6)
    }

    /// Whether somebody tries out how the notice looks elsewhere: then nothing is granted and nothing kept.
    pub fn rehearses(&self) -> bool {
        self.switch(7)
    }

    /// The page's own hint where its visitor is, an ISO 3166 code or empty.
    pub fn region(&self) -> &str {
        self.head(REGION)
    }

    /// The cookie's name, also the key in local storage.
    pub fn cookie_name(&self) -> &str {
        let name = self.head(COOKIE);
        if name.is_empty() { COOKIE_NAME } else { name }
    }

    /// The parent domain that shares the cookie; empty for the host alone.
    pub fn cookie_domain(&self) -> &str {
        self.head(DOMAIN)
    }

    /// The regime in a region: the site's own word first, then the table of laws. Unknown is strictest.
    pub fn regime(&self, region: &str) -> Regime {
        let own = |region: &str| {
            let rows = scan::fields(&self.flat, b'\n').filter_map(|row| row.strip_prefix("j|"));
            let mut matching = rows.filter_map(|row| row.strip_prefix(region)?.strip_prefix('|'));
            matching.next().map(|regime| scan::place(check::REGIMES, regime))
        };
        match own(region).or_else(|| own(scan::cut(region, b'-').0)) {
            Some(0) => Regime::OptIn,
            Some(1) => Regime::OptOut,
            Some(_) => Regime::Notice,
            None => jurisdiction::regime(region),
        }
    }
}
