//! What holds: where the person is, which of the stored choices counts, and what follows from both.

use alloc::string::String;

use super::{DAY, Effects, Facts, Lapse, Machine, STANDS};
use crate::choice::Choice;
use crate::decide::Grants;
use crate::jurisdiction::{self, Regime};
use crate::rules::Rules;
use crate::scan;

impl Machine {
    /// Takes in where the person is and what the browser signals.
    pub(super) fn place(&mut self, facts: &Facts) {
        self.region = String::from(if facts.region.is_empty() { self.rules.region() } else { facts.region });
        self.regime = self.rules.regime(&self.region);
        // The law speaks of Global Privacy Control. Do Not Track counts by the policy, which lets a choice count more.
        self.signals = u8::from(facts.gpc) * (1 | STANDS) + u8::from(facts.dnt && self.rules.heeds_dnt()) * 2;
        let today = u32::try_from(facts.now / DAY).unwrap_or(u32::MAX);
        let by_law = jurisdiction::gpc_duty(&self.region, today) as u8;
        let by_policy = if self.rules.gpc_refuses() { STANDS - 1 } else { 0 };
        self.applies = self.signals & (by_law | by_policy);
    }

    /// Takes in the stores, and asks to write if they do not both hold the choice that counts.
    pub(super) fn look(&mut self, copies: &str, facts: &Facts) -> u16 {
        let mut found = None;
        let copies = if self.rules.rehearses() { "" } else { copies };
        for copy in scan::fields(copies, b' ') {
            if let Some(choice) = Choice::decode(copy)
                && found.as_ref().is_none_or(|found| choice.supersedes(found))
            {
                found = Some(choice);
            }
        }
        if found.is_some() || self.kept {
            self.kept = true;
            self.choice = found;
        }
        self.lapsed = None;
        let mut effects = 0;
        if let Some(choice) = &self.choice {
            self.seen = self.seen.max(choice.time);
            let laxer = choice.regime != Regime::OptIn && self.regime == Regime::OptIn;
            // A clock that was set back makes the choice look newer than now; it then counts as made just now.
            if facts.now.saturating_sub(choice.time) >= self.rules.lifetime {
                self.lapsed = Some(Lapse::Expired);
            } else if choice.digest != self.rules.digest || laxer && choice.grants.purposes != 0 {
                self.lapsed = Some(Lapse::Invalidated);
            }
            self.to_store = choice.encode();
            if self.lapsed.is_some() {
                self.choice = None;
            } else if self.kept
                && scan::fields(copies, b' ').filter(|copy| *copy == self.to_store).count() != 2
            {
                effects = Effects::STORE;
            }
        }
        self.grants = self.granted();
        effects
    }

    /// The grants that follow from choice, regime and signal.
    pub(super) fn granted(&self) -> Grants {
        let Rules { every, necessary, consent, sensitive, sale, .. } = self.rules;
        if self.rules.rehearses() {
            return Grants { purposes: necessary, ..Grants::default() };
        }
        let signalled = if self.applies != 0 { sale } else { 0 };
        if let Some(choice) = self.choice {
            let withheld = if choice.overrides() && self.applies < STANDS { 0 } else { signalled };
            return Grants {
                purposes: choice.grants.purposes & every & !withheld | necessary,
                ..choice.grants
            };
        }
        let waits = if self.regime == Regime::OptIn {
            consent
        } else if jurisdiction::sensitive_waits(&self.region) {
            sensitive
        } else {
            0
        };
        Grants { purposes: every & !waits & !signalled, ..Grants::default() }
    }
}
