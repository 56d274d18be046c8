//! May this request leave? The one place where it is decided.
//!
//! What this is: [`decide`], a pure function over policy, grants and address, and [`Grants`], what a person's choice
//! allows right now.
//!
//! What it is not: the rule whether a choice still holds; that is the [`crate::machine`]'s.

use crate::catalogue::{self, Kind};
use crate::rules::Rules;
use crate::scan;
use crate::url::{self, Target};

/// A set of positions, 0 to 127: vendors of one policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Vendors {
    /// Positions 0 to 63.
    pub low: u64,
    /// Positions 64 to 127.
    pub high: u64,
}

impl Vendors {
    /// How many positions there are.
    pub const MOST: usize = 128;

    /// Whether a position is in the set.
    pub fn has(self, position: usize) -> bool {
        let half = if position < 64 { self.low } else { self.high };
        position < Vendors::MOST && half >> (position % 64) & 1 != 0
    }

    /// Puts a position in or takes it out; one that is out of reach is left out.
    #[inline(never)]
    pub fn put(&mut self, position: usize, is_in: bool) {
        let half = match position {
            0..64 => &mut self.low,
            64..Vendors::MOST => &mut self.high,
            _ => return,
        };
        *half = *half & !(1 << (position % 64)) | u64::from(is_in) << (position % 64);
    }
}

/// What is allowed right now, per purpose and vendor of one policy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Grants {
    /// Bit i is set if the purpose at position i is granted.
    pub purposes: u32,
    /// Vendors refused one by one, whatever their purposes.
    pub refused: Vendors,
}

impl Grants {
    /// Whether the vendor at a position may work: all its purposes are granted and it was not refused itself.
    pub fn vendor(&self, rules: &Rules, position: usize) -> bool {
        let purposes = rules.vendor_purposes.get(position).map_or(u32::MAX, |purposes| *purposes);
        purposes & !self.purposes == 0 && !self.refused.has(position)
    }

    /// Whether nothing is granted in `self` that is not granted in `other`.
    pub(crate) fn within(&self, other: &Grants) -> bool {
        let released = other.refused.low & !self.refused.low | other.refused.high & !self.refused.high;
        self.purposes & !other.purposes == 0 && (released == 0 || self.purposes == 0)
    }
}

/// Why something passes or is held. The names are stable; `explain` and the console show them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// Passes: no request to a host.
    Local,
    /// Passes: the page's own host or one that the policy calls its own.
    FirstParty,
    /// Passes: the policy lists it as essential.
    Essential,
    /// Passes: known to the catalogue as a payment, security or delivery service.
    Candidate,
    /// Passes: its purposes are granted.
    Granted,
    /// Passes with a report: a third party that nobody listed.
    Unlisted,
    /// Held: a purpose of the vendor is not granted.
    Purpose,
    /// Held: the person refused this vendor.
    Vendor,
    /// Held: a known tracker that the policy does not list, so nobody was asked about it.
    Undeclared,
    /// Held: a third party that nobody listed, where the policy holds those.
    UnlistedHeld,
    /// Held: an address whose host cannot be made out.
    Unreadable,
}

impl Rule {
    /// Whether the rule lets the request pass.
    pub fn passes(self) -> bool {
        (self as u8) < Rule::Purpose as u8
    }

    /// The stable name.
    pub fn name(self) -> &'static str {
        scan::nth(
            "local first_party essential essential_candidate granted unlisted purpose_not_granted vendor_refused \
             undeclared_tracker unlisted_held unreadable",
            self as usize,
        )
    }
}

/// The answer to one request: it may leave, or it is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict<'a> {
    /// The rule that decided.
    pub rule: Rule,
    /// Id of the purpose that would have to be granted; empty if it may leave or no grant lets it.
    pub purpose: &'a str,
    /// Id of the vendor, or of the catalogue's service; empty if nobody knows it.
    pub vendor: &'a str,
}

impl Verdict<'_> {
    /// Whether it may leave.
    pub fn allows(&self) -> bool {
        self.rule.passes()
    }
}

/// What a decision rests on besides the address.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The site's rules.
    pub rules: &'a Rules,
    /// What the person's choice allows.
    pub grants: &'a Grants,
    /// The page's own host, lower case.
    pub page_host: &'a str,
}

/// Decides on one request. `address` is what the page wrote: absolute, protocol-relative or relative.
pub fn decide<'a>(address: &str, context: Context<'a>) -> Verdict<'a> {
    let rules = context.rules;
    let (host, path) = match url::target(address) {
        Target::Local => return plain(Rule::Local),
        Target::Own => return plain(Rule::FirstParty),
        Target::Unreadable => return plain(Rule::Unreadable),
        Target::Host { host, path } => (host, path),
    };
    let score = |list: &str| catalogue::closest(list, &host, &path);
    let essential = score(rules.essential());
    // The closer rule wins, so that `www.google.com/recaptcha` can be essential beside a vendor `google.com`. On a tie
    // the vendor wins: in doubt, people are asked.
    let (mut best, mut position) = (0, 0);
    for (i, hosts) in scan::fields(&rules.hosts, b'\n').enumerate() {
        let closeness = score(hosts);
        if closeness > best {
            (best, position) = (closeness, i);
        }
    }
    if best > 0 && essential <= best {
        return of_vendor(context, position);
    }
    if essential > 0 {
        return plain(Rule::Essential);
    }
    if host == context.page_host || score(rules.first_party()) > 0 {
        return plain(Rule::FirstParty);
    }
    match catalogue::by_host(&host, &path) {
        Some(service) if service.purpose == Kind::Essential => plain(Rule::Candidate),
        Some(service) => {
            Verdict { rule: Rule::Undeclared, purpose: service.purpose.purpose_id(), vendor: service.id }
        }
        None => plain(if rules.holds_unlisted() { Rule::UnlistedHeld } else { Rule::Unlisted }),
    }
}

fn plain(rule: Rule) -> Verdict<'static> {
    Verdict { rule, purpose: "", vendor: "" }
}

#[inline(never)]
fn of_vendor(context: Context<'_>, position: usize) -> Verdict<'_> {
    let Context { rules, grants, .. } = context;
    let purposes = rules.vendor_purposes.get(position).copied().unwrap_or_default();
    let missing = purposes & !grants.purposes;
    let (rule, first) = if missing != 0 {
        (Rule::Purpose, missing.trailing_zeros())
    } else if grants.refused.has(position) {
        (Rule::Vendor, purposes.trailing_zeros())
    } else {
        (Rule::Granted, u32::MAX)
    };
    Verdict {
        rule,
        purpose: scan::nth(&rules.purposes, first as usize),
        vendor: scan::nth(&rules.vendors, position),
    }
}

/// Decides on markup that is tagged with purposes or vendors (`data-assent="analytics ga"`): every one named must be
/// granted. A name that the policy does not know is never granted.
pub fn decide_tagged<'a>(names: &'a str, context: Context<'a>) -> Verdict<'a> {
    let Context { rules, grants, .. } = context;
    let mut verdict = plain(Rule::Undeclared);
    for name in scan::words(names) {
        let (vendor, purpose) = (scan::place(&rules.vendors, name), scan::place(&rules.purposes, name));
        verdict = if vendor != scan::NOWHERE {
            of_vendor(context, vendor)
        } else if purpose == scan::NOWHERE {
            Verdict { rule: Rule::Undeclared, purpose: name, vendor: "" }
        } else if grants.purposes >> purpose & 1 != 0 {
            plain(Rule::Granted)
        } else {
            Verdict { rule: Rule::Purpose, purpose: name, vendor: "" }
        };
        if !verdict.allows() {
            break;
        }
    }
    verdict
}
