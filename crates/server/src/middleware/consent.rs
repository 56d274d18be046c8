//! From the consent cookie of a request to what is granted.

use std::sync::{Arc, Mutex, PoisonError};

use assent_core::catalogue;
use assent_core::choice::Choice;
use assent_core::decide::Grants;
use assent_core::machine::{Event, Facts, Machine};
use assent_core::policy::Policy;
use assent_core::rules::{self, Rules};
use assent_core::scan;

/// A site's rules, and the machine that knows which choice holds.
#[derive(Debug)]
pub struct Site {
    rules: Arc<Rules>,
    machine: Mutex<Machine>,
}

/// What a request may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Consent {
    /// What comes unparked. Without a stored choice that holds, only what nobody is asked about: where the law lets things
    /// run until somebody objects, the gate releases them at once, and it alone sees an objection in local storage.
    pub unparked: Grants,
    /// What may pass the Content-Security-Policy, which the gate cannot loosen: what follows from choice, region and
    /// signal.
    pub granted: Grants,
    /// Whether a stored choice holds.
    pub is_chosen: bool,
}

impl Site {
    /// A site with a policy.
    pub fn new(policy: &Policy) -> Option<Site> {
        let flat = rules::flat(&policy.doc);
        let machine = Machine::new(Rules::from_flat(&flat)?, "");
        Some(Site { rules: Arc::new(Rules::from_flat(&flat)?), machine: Mutex::new(machine) })
    }

    /// The rules.
    pub fn rules(&self) -> &Arc<Rules> {
        &self.rules
    }

    /// What the stored copies of a choice grant. A copy that is damaged grants nothing, and if there is no other, nothing
    /// is granted at all, since it may have been a refusal.
    pub fn consent<'c>(&self, copies: impl IntoIterator<Item = &'c str>, facts: &Facts) -> Consent {
        let (mut whole, mut is_damaged) = (String::new(), false);
        for copy in copies {
            if Choice::decode(copy).is_some() {
                whole.push_str(if whole.is_empty() { "" } else { " " });
                whole.push_str(copy);
            } else {
                is_damaged = true;
            }
        }
        let necessary = Grants { purposes: self.rules.necessary, ..Grants::default() };
        let mut machine = self.machine.lock().unwrap_or_else(PoisonError::into_inner);
        machine.handle(Event::Opened { copies: &whole }, facts);
        let is_chosen = !matches!(machine.status(), "unknown" | "expired" | "invalidated");
        let granted = if is_damaged && !is_chosen { necessary } else { *machine.grants() };
        Consent { unparked: if is_chosen { granted } else { necessary }, granted, is_chosen }
    }

    /// Whether a cookie belongs to vendors of which none is granted.
    pub fn clears_cookie(&self, name: &str, consent: &Consent) -> bool {
        let rules = &self.rules;
        let mut owners = scan::fields(&rules.cookies, b'\n')
            .enumerate()
            .filter(|(_, patterns)| catalogue::covers_name(patterns, name))
            .map(|(position, _)| consent.granted.vendor(rules, position))
            .peekable();
        owners.peek().is_some() && !owners.any(|granted| granted) && name != rules.cookie_name()
    }

    /// The consent cookie's values in the `Cookie` headers of a request.
    pub fn copies<'c>(&self, cookies: impl Iterator<Item = &'c str>) -> Vec<&'c str> {
        let name = self.rules.cookie_name();
        let pairs =
            cookies.flat_map(|header| header.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.filter(|(found, _)| *found == name).map(|(_, value)| value).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use assent_core::choice::How;
    use assent_core::jurisdiction::Regime;

    const NOW: u64 = 1_795_000_000;

    fn site() -> Site {
        let policy = r#"{"version":1,"controller":{"name":"S","contact":"c","privacyNotice":"/p"},
"purposes":["analytics","marketing",{"id":"shop","name":"Shop","description":"d","benefit":"b","legalBasis":"contract"}]}"#;
        Site::new(&Policy::from_json(policy).unwrap()).unwrap()
    }

    fn stored(site: &Site, purposes: u32) -> String {
        let grants = Grants { purposes, ..Grants::default() };
        let digest = site.rules.digest;
        Choice { digest, time: NOW - 1, how: How::Banner, regime: Regime::OptIn, signalled: false, grants }
            .encode()
    }

    const DE: Facts = Facts { now: NOW, region: "DE", gpc: false, dnt: false };
    const CA: Facts = Facts { now: NOW, region: "US-CA", gpc: false, dnt: false };

    #[test]
    fn a_stored_choice_grants_what_it_says_and_what_nobody_is_asked_about() {
        let site = site();
        let copy = stored(&site, 0b001);
        let consent = site.consent([copy.as_str()], &DE);
        assert_eq!((consent.unparked.purposes, consent.granted.purposes), (0b101, 0b101));
        assert_eq!(site.consent([], &DE).granted.purposes, 0b100);
    }

    #[test]
    fn without_a_choice_nothing_comes_unparked_but_the_fence_follows_the_law() {
        let consent = site().consent([], &CA);
        assert_eq!((consent.unparked.purposes, consent.granted.purposes), (0b100, 0b111));
        let signalled = site().consent([], &Facts { gpc: true, ..CA });
        assert_eq!(signalled.granted.purposes, 0b101);
    }

    #[test]
    fn a_damaged_or_foreign_or_old_copy_releases_nothing() {
        let site = site();
        let good = stored(&site, 0b011);
        for damaged in ["", "x", &good.replace('b', "p"), &format!("{good} {good}"), good.get(1..).unwrap()] {
            let consent = site.consent([damaged], &CA);
            assert_eq!(consent.granted.purposes, 0b100, "{damaged}");
            assert_eq!(consent.unparked.purposes, 0b100, "{damaged}");
        }
        let foreign = Choice { digest: 1, ..Choice::decode(&good).unwrap() }.encode();
        assert_eq!(site.consent([foreign.as_str()], &DE).unparked.purposes, 0b100);
        assert_eq!(site.consent([good.as_str()], &Facts { now: NOW * 2, ..DE }).unparked.purposes, 0b100);
        assert_eq!(site.consent(["x", good.as_str()], &DE).unparked.purposes, 0b111, "a good copy counts");
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let headers = ["a=1; assent=2;assent_x=3", "assent=4"];
        assert_eq!(site().copies(headers.into_iter()), ["2", "4"]);
    }
}
