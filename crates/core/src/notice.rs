//! The notice's view-model: everything that is shown, and nothing of how it is drawn.
//!
//! What this is: a pure function from what a policy asks, the state of the choice and the words of one language to a
//! [`Notice`]. Its rules are the law's: a refusal is never dearer than acceptance ([`Pair`]), nothing that needs
//! consent is ticked unless it was granted before, and what cannot be explained cannot be accepted
//! ([`Offer::RefusalOnly`]).
//!
//! What it is not: it knows no element, no date format and no country name; the painter asks the browser for those.

mod asked;
mod draft;
mod links;
mod offer;
mod rows;
mod state;
mod words;

pub use asked::Asked;
pub use draft::Draft;
pub use links::Links;
pub use offer::{Action, Answer, Layer, Offer, Pair};
pub use rows::{Row, Switch, VendorRow};
pub use state::State;
pub use words::{Words, fill, languages};

use alloc::vec::Vec;

use crate::json::Value;
use crate::policy;
use crate::scan::cut;

/// One layer of the notice, ready to be drawn.
///
/// The fields are private and [`Notice::new`] is the only way to one, so that no caller can build a notice whose
/// refusal is further away, smaller or missing.
#[derive(Debug)]
pub struct Notice<'a> {
    offer: Offer,
    rows: Vec<Row<'a>>,
    controller: &'a str,
    privacy_notice: &'a str,
    third_parties: usize,
    lead: &'a str,
    links: Links,
    decided: Option<(i64, i64)>,
}

impl<'a> Notice<'a> {
    /// The notice of a layer in one language.
    pub fn new(asked: &Asked<'a>, state: &State, words: &Words<'a>, layer: Layer) -> Notice<'a> {
        let controller = asked.doc.get("controller").unwrap_or(&Value::Null);
        let links = Links::new(asked, state);
        let informed = words.complete() && (layer != Layer::Preferences || asked.complete());
        Notice {
            offer: Offer::new(layer, informed),
            rows: if informed { rows::rows(asked, state, words, &links) } else { Vec::new() },
            controller: policy::text(controller.get("name"), words.language()),
            privacy_notice: web_address(policy::text(controller.get("privacyNotice"), words.language())),
            third_parties: asked.vendors.len(),
            lead: words.get(state.lead()),
            links,
            decided: state.decided(),
        }
    }

    /// What can be answered here.
    pub fn offer(&self) -> &Offer {
        &self.offer
    }

    /// What is asked, in the policy's order, below what is essential. Empty where it cannot be explained.
    pub fn rows(&self) -> &[Row<'a>] {
        &self.rows
    }

    /// Who asks.
    pub fn controller(&self) -> &'a str {
        self.controller
    }

    /// The address of the page with the privacy notice; empty if it is not one of the web.
    pub fn privacy_notice(&self) -> &'a str {
        self.privacy_notice
    }

    /// How many others receive data (EDPB guidelines 05/2020, paragraph 65).
    pub fn third_parties(&self) -> usize {
        self.third_parties
    }

    /// The opening sentence, which depends on the regime. Holds `{controller}`.
    pub fn lead(&self) -> &'a str {
        self.lead
    }

    /// What the law of the place wants to be there on each page, and what is said about a signal.
    pub fn links(&self) -> &Links {
        &self.links
    }

    /// When the person decided and until when it holds, in seconds since 1970.
    pub fn decided(&self) -> Option<(i64, i64)> {
        self.decided
    }
}

/// `address` if a link may lead there: relative, `http:`, `https:` or `mailto:`. A policy is a stranger's text, and a
/// `javascript:` link would run in the page.
pub(crate) fn web_address(address: &str) -> &str {
    let before = cut(cut(cut(address, b'/').0, b'?').0, b'#').0;
    match cut(before, b':') {
        ("http" | "https" | "mailto", Some(_)) | (_, None) => address,
        _ => "",
    }
}

#[cfg(test)]
mod links_tests;
#[cfg(test)]
mod tests;
