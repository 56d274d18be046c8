//! What the law of a place wants to be shown under a name of its own, and what is said about a signal of the browser.

use super::asked::Purpose;
use super::{Asked, State};
use crate::jurisdiction::named_links;
use crate::scan;

/// Links to the second layer and what is told beside them, as keys of their texts; empty where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Links {
    /// The way out of sale and sharing, where the law names it and something is sold.
    pub sale: &'static str,
    /// The way to limit the use of sensitive data, where the law names it and some is used.
    pub sensitive: &'static str,
    /// That a request to opt out was carried out, while it holds (11 CCR 7025(c)(6): it must be seen).
    pub honored: &'static str,
    /// That a signal of the browser was applied, or that the person has since chosen otherwise.
    pub signal: &'static str,
}

impl Links {
    pub(super) fn new(asked: &Asked, state: &State) -> Links {
        let (mut sale, mut sensitive, mut sold) = (false, false, false);
        for purpose in &asked.purposes {
            sale |= purpose.sale;
            sensitive |= purpose.sensitive;
            sold |= purpose.sale && state.allows("purposes", purpose.id);
        }
        let named = named_links(state.region());
        let mut links = Links { signal: state.signal(), ..Links::default() };
        if sensitive && scan::has(named, "sensitive") {
            links.sensitive = "link.sensitive";
        }
        if sale && scan::has(named, "sale") {
            links.sale = "link.sale";
            if !sold && (state.answered() || !links.signal.is_empty()) {
                links.honored = "honored";
            }
        }
        if sold && !links.signal.is_empty() {
            links.signal = "signal.chosen";
        }
        links
    }

    /// The right that a purpose's switch is.
    pub(super) fn of(&self, purpose: &Purpose) -> &'static str {
        if purpose.sale && !self.sale.is_empty() {
            self.sale
        } else if purpose.sensitive {
            self.sensitive
        } else {
            ""
        }
    }
}
