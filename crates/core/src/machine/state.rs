//! The state in words, for the API, the notice and the data layer.

use alloc::string::String;

use super::{Lapse, Machine};
use crate::choice::How;
use crate::decide::{self, Grants};
use crate::jurisdiction::Regime;
use crate::scan;
use crate::signal::consent_mode;
use crate::text::push_decimal;

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
        match (choice.how, choice.grants.purposes) {
            (How::Withdrawal, 0) => "withdrawn",
            (_, 0) => "refused",
            _ if choice.grants == everything => "given",
            _ => "partial",
        }
    }

    /// Everything about the choice, as nine words with single spaces between them: status; a digit per purpose and one
    /// per vendor in the policy's order, `1` for granted (`-` where there are none); time of the choice and of its end in
    /// seconds since 1970, 0 without a choice; regime; region or `-`; 1 if Global Privacy Control applies; how the choice
    /// was made, `gpc` if the signal alone speaks, or `-`.
    pub fn state(&self) -> String {
        let mut out = String::from(self.status());
        let mut digits = |count: usize, granted: &dyn Fn(usize) -> bool| {
            out.push(' ');
            for i in 0..count {
                out.push(if granted(i) { '1' } else { '0' });
            }
            if count == 0 {
                out.push('-');
            }
        };
        digits(scan::count(&self.rules.purposes), &|i| self.grants.purposes >> i & 1 != 0);
        digits(self.rules.vendor_purposes.len(), &|i| self.grants.vendor(&self.rules, i));
        let time = self.choice.as_ref().map_or(0, |choice| choice.time);
        for number in [time, if time == 0 { 0 } else { time + self.rules.lifetime }] {
            out.push(' ');
            push_decimal(&mut out, number);
        }
        let regime = match self.regime {
            Regime::OptIn => "opt_in",
            Regime::OptOut => "opt_out",
            Regime::Notice => "notice",
        };
        let region = if self.region.is_empty() { "-" } else { &self.region };
        let signal = if self.gpc_applies { "gpc" } else { "-" };
        let how = self.choice.as_ref().map_or(signal, |choice| choice.how.name());
        for word in [regime, region, if self.gpc_applies { "1" } else { "0" }, how] {
            out.push(' ');
            out.push_str(word);
        }
        out
    }

    /// The Consent Mode types that are granted, as bits of [`consent_mode::TYPES`]; `None` where the policy does not want
    /// the signal.
    pub fn consent_mode(&self) -> Option<u8> {
        self.rules.signals_consent_mode().then(|| consent_mode::granted(&self.rules, self.grants))
    }

    /// Whether a purpose or vendor may work now. `necessary` always may; an unknown name never.
    pub fn allows(&self, name: &str) -> bool {
        name == "necessary" || decide::decide_tagged(name, self.context()).allows()
    }
}
