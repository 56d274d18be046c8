//! Taking an answer: who may give it, and what it becomes.

use super::{Effects, Facts, Machine, STANDS, bit};
use crate::choice::{Choice, How};
use crate::decide::Grants;
use crate::scan;

/// What somebody answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer<'a> {
    /// Everything asked is granted.
    Accept,
    /// Everything asked is refused.
    Refuse,
    /// Purpose by purpose: lines of `purpose=1`, `purpose=0`, `vendor:id=1` or `vendor:id=0`. What is not named stays as
    /// it is.
    Choose(&'a str),
}

impl Machine {
    /// The choice that an answer makes; if it may not be given, the effect that says why.
    pub(super) fn answered(
        &self,
        answer: Answer,
        how: How,
        trusted: bool,
        facts: &Facts,
    ) -> Result<Choice, u16> {
        let asked = self.asked();
        let present = Grants { purposes: self.grants.purposes & asked, ..self.grants };
        let grants = match answer {
            Answer::Accept => Grants { purposes: asked, ..Grants::default() },
            Answer::Refuse => Grants::default(),
            Answer::Choose(lines) => self.chosen(lines, present).ok_or(Effects::UNKNOWN_NAME)?,
        };
        let mut time = facts.now.max(self.seen + 1);
        let owner_may = self.rules.api_may_grant() && how == How::Api;
        if !trusted && !owner_may {
            if !grants.within(&present) {
                return Err(Effects::NOT_TRUSTED);
            }
            // A script may take grants away, but it must not make the rest of them last longer.
            if let Some(old) = &self.choice
                && grants.purposes != 0
            {
                time = old.time;
            }
        }
        // Who takes everything back withdraws, on whichever button it says so.
        let gave = self.choice.is_some_and(|choice| choice.grants.purposes != 0);
        let how = if gave && grants.purposes == 0 { How::Withdrawal } else { how };
        Ok(Choice {
            digest: self.rules.digest,
            time,
            how,
            regime: self.regime,
            // Where the signal stands, nobody was offered to choose against it; moved elsewhere, that is no such choice.
            signalled: (1..STANDS).contains(&self.applies),
            grants,
        })
    }

    /// The choice that comes of another tool's; `None` where there is a choice of ours or was one, and for one that is
    /// past its end or not yet made. It grants nothing that a privacy signal refuses, since it is no answer to that.
    pub(super) fn imported(&self, lines: &str, time: u64, facts: &Facts) -> Option<Choice> {
        let age = facts.now.checked_sub(time)?;
        if self.seen != 0 || age >= self.rules.lifetime {
            return None;
        }
        let mut grants = self.chosen(lines, Grants::default())?;
        if self.applies != 0 {
            grants.purposes &= !self.rules.sale;
        }
        Some(Choice {
            digest: self.rules.digest,
            time,
            how: How::Import,
            regime: self.regime,
            signalled: false,
            grants,
        })
    }

    /// The purposes that people are asked about, as bits.
    pub(super) fn asked(&self) -> u32 {
        self.rules.every & !self.rules.necessary
    }

    /// What lines make of grants; `None` if they name what is not asked.
    fn chosen(&self, lines: &str, mut grants: Grants) -> Option<Grants> {
        let asked = self.asked();
        for line in scan::fields(lines, b'\n').filter(|line| !line.is_empty()) {
            let (name, word) = scan::cut(line, b'=');
            let granted = match word? {
                "1" => true,
                "0" => false,
                _ => return None,
            };
            match name.strip_prefix("vendor:") {
                Some(vendor) => {
                    let position = scan::place(&self.rules.vendors, vendor);
                    if position == scan::NOWHERE {
                        return None;
                    }
                    grants.refused.put(position, !granted);
                }
                None => {
                    let bit = bit(scan::place(&self.rules.purposes, name));
                    if bit & asked == 0 {
                        return None;
                    }
                    grants.purposes = if granted { grants.purposes | bit } else { grants.purposes & !bit };
                }
            }
        }
        Some(grants)
    }
}
