//! The GPP and US Privacy strings of a site.
//!
//! The strings of the United States know one question: sale, sharing and targeted advertising, yes or no. They say no
//! unless every purpose that is any of these is granted; so does a site that has no such purpose.

use super::{Decided, Site};
use crate::signal::fault::SignalError;
use crate::signal::gpp::layout::{Kind, Layout, SecondPiece};
use crate::signal::gpp::{UsSection, section, tcf_canada};
use crate::signal::tcf;
use crate::signal::usp::{Answer, UsPrivacy};
use alloc::string::String;

/// Where no section is for the state, or none is wanted.
const NATIONAL: &str = "usnat";

impl Site {
    /// The section of the GPP string that counts where the person is.
    pub(super) fn applicable(&self, decided: &Decided) -> Option<u16> {
        self.gpp?;
        match self.us_layout(decided) {
            Some(layout) => Some(layout.id),
            None if self.tcf.is_some() && decided.is_in_canada() => section::id(tcf_canada::SECTION),
            None if self.tcf.is_some() && decided.gdpr_applies() => section::id(tcf::SECTION),
            None => None,
        }
    }

    pub(super) fn us_privacy(&self, decided: &Decided) -> UsPrivacy {
        if decided.state().is_none() {
            return UsPrivacy::NOT_APPLICABLE;
        }
        let opt_out_sale = if self.is_opted_out(decided) { Answer::Yes } else { Answer::No };
        UsPrivacy { notice: Answer::Yes, opt_out_sale, lspa_covered: Answer::No }
    }

    fn us_layout(&self, decided: &Decided) -> Option<Layout> {
        let state = decided.state()?;
        let mut prefix = String::from("us");
        prefix.extend(state.chars().map(|letter| letter.to_ascii_lowercase()));
        let own = Layout::of_prefix(&prefix).filter(|_| !self.gpp.is_some_and(|gpp| gpp.is_national));
        own.or_else(|| Layout::of_prefix(NATIONAL))
    }

    /// The section that says it where the person is.
    pub(super) fn us_section(&self, decided: &Decided) -> Result<Option<UsSection>, SignalError> {
        let Some(layout) = self.us_layout(decided) else { return Ok(None) };
        let mut us = UsSection::new(layout);
        let opt_out = if self.is_opted_out(decided) { 1 } else { 2 };
        for field in layout.fields().filter(|field| field.count.is_none()) {
            match field.kind {
                // What is said of sensitive data is for those who have some.
                Kind::Notice if !field.name.starts_with("Sensitive") => us.set(field.name, &[1])?,
                Kind::OptOut => us.set(field.name, &[opt_out])?,
                _ => {}
            }
        }
        if layout.second == SecondPiece::Gpc {
            us.set_gpc(Some(decided.gpc))?;
        }
        Ok(Some(us))
    }

    /// Whether the person is out of sale, sharing and targeted advertising.
    fn is_opted_out(&self, decided: &Decided) -> bool {
        self.rules.sale == 0 || self.rules.sale & !decided.grants.purposes != 0
    }
}
