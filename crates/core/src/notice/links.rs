//! The links that the law of a place wants to be shown, and what is said about a signal of the browser.

use super::asked::Purpose;
use super::{Asked, State};
use crate::jurisdiction::named_links;
use crate::scan;

/// Links to the second layer and what is told beside them, as keys of their texts; empty where there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Links {
    /// The links that the law of the place wants on each page.
    pub ways: [&'static str; 2],
    /// Whether the first of them is the one that stands for all, which has the opt-out icon beside it (11 CCR 7015(b)).
    pub icon: bool,
    /// That a request to opt out was carried out, while it holds (11 CCR 7025(c)(6): it must be seen).
    pub honored: &'static str,
    /// That a signal of the browser was applied, that the person has since chosen otherwise, or that they cannot.
    pub signal: &'static str,
    /// The rights that the law names, for the switches that they are.
    sale: &'static str,
    sensitive: &'static str,
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
        links.ways = [links.sale, links.sensitive];
        // One link may serve for both (Cal. Civ. Code 1798.135(a)(3)); elsewhere the law wants a link and names none.
        links.icon =
            sale && scan::has(named, "choices") && links.sale.is_empty() == links.sensitive.is_empty();
        if links.icon {
            links.ways = ["link.choices", ""];
        }
        links
    }

    /// Whether the signal stands whatever is chosen.
    pub(super) fn bar(&self) -> bool {
        self.signal == "signal.law"
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
