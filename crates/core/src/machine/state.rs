//! The state in words, for the API, the notice and the data layer.

use alloc::string::String;

use super::{Lapse, Machine, STANDS};
use crate::choice::How;
use crate::decide::{self, Grants};
use crate::rules::check;
use crate::scan;
use crate::signal::consent_mode;
use crate::text::push_decimal;

/// Which signals apply, by their bits.
const SIGNALS: &str = "- gpc dnt gpc+dnt";

/// What counts where a signal and a choice disagree.
const PREVAILS: &str = "- choice law";

impl Machine {
    /// The consent status in a word, after the W3C Data Privacy Vocabulary.
    pub fn status(&self) -> &'static str {
        let Some(choice) = &self.choice else {
            return match self.lapsed {
                None => "unknown",
                Some(Lapse::Expired) => "expired",
                Some(Lapse::Invalidated) => "invalidated",
            };
        };
        let everything = Grants { purposes: self.asked(), ..Grants::default() };
        // A signal that came after the choice takes away from it.
        let grants = Grants { purposes: self.grants.purposes & everything.purposes, ..choice.grants };
        match (choice.how, grants.purposes) {
            (How::Withdrawal, 0) => "withdrawn",
            (_, 0) => "refused",
            _ if grants == everything => "given",
            _ => "partial",
        }
    }

    /// Everything about the choice but the grants, as eight words with single spaces between them: status; time of the
    /// choice and of its end in seconds since 1970, 0 without a choice; regime; region or `-`; which signal of the browser
    /// applies, `gpc`, `dnt`, both as `gpc+dnt`, or `-`; how the choice was made or `-`; and what counts where signal and
    /// choice disagree: `choice`, `law` where no choice may count against the signal, or `-`.
    pub fn state(&self) -> String {
        let mut out = String::from(self.status());
        let (time, how) = self.choice.map_or((0, "-"), |choice| (choice.time, choice.how.name()));
        for number in [time, if time == 0 { 0 } else { time + self.rules.lifetime }] {
            out.push(' ');
            push_decimal(&mut out, number);
        }
        let regime = scan::nth(check::REGIMES, self.regime as usize);
        let region = if self.region.is_empty() { "-" } else { &self.region };
        // What a signal refuses is granted by a choice against it alone.
        let chosen = self.applies != 0 && self.grants.purposes & self.rules.sale != 0;
        let prevails = usize::from(self.applies / STANDS * 2 + u8::from(chosen));
        let signals = scan::nth(SIGNALS, (self.applies % STANDS).into());
        for word in [regime, region, signals, how, scan::nth(PREVAILS, prevails)] {
            scan::push(&mut out, ' ', word);
        }
        out
    }

    /// Adds what a vendor still needs to work: its purposes that are not granted, and its own id if the person refused it,
    /// each with a space behind it. Nothing for one that the policy does not list, since no grant helps that.
    pub fn push_needs(&self, vendor: &str, out: &mut String) {
        let position = scan::place(&self.rules.vendors, vendor);
        let mut missing =
            self.rules.vendor_purposes.get(position).map_or(0, |purposes| purposes & !self.grants.purposes);
        while missing != 0 {
            out.push_str(scan::nth(&self.rules.purposes, missing.trailing_zeros() as usize));
            out.push(' ');
            missing &= missing - 1;
        }
        if self.grants.refused.has(position) {
            out.push_str(vendor);
            out.push(' ');
        }
    }

    /// The Consent Mode types that are granted, as bits of [`consent_mode::TYPES`].
    pub fn consent_mode(&self) -> u8 {
        consent_mode::granted(&self.rules, self.grants)
    }

    /// Whether a purpose or vendor may work now. `necessary` always may; an unknown name never.
    pub fn allows(&self, name: &str) -> bool {
        name == check::NECESSARY || decide::decide_tagged(name, self.context()).allows()
    }
}
