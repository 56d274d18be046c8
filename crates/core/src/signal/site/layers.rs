//! What the layers of the notice ask and disclose in the framework's words: numbers only, the texts are the vendor list's.

use super::{Decided, Site, TCF_PURPOSES, TCF_SPECIAL_FEATURES};
use crate::json::Value;
use crate::signal::gvl::Gvl;
use crate::signal::tcf::TcString;
use crate::signal::tcf::permission::LegalBasis;
use crate::text::push_decimal;
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

impl Site {
    /// The framework's purposes that people are asked about, those that they may object to, the special features, and for
    /// each vendor that is shown the purposes it pursues on either basis: `{"consent": [..], "interest": [..],
    /// "specialFeatures": [..], "vendors": {"10": {"consent": [..], "interest": [..]}}}`.
    pub fn layers(&self, gvl: &Gvl) -> Value {
        let listed = self.listed(&Decided::nothing(), gvl);
        let mut tc = TcString::new(0);
        tc.publisher_restrictions = self.restrictions(&listed);
        let on = |wanted| {
            let rests = |purpose: &u8| self.rests_on(*purpose).is_some_and(|(_, basis)| basis == wanted);
            numbers((1..=TCF_PURPOSES).filter(rests))
        };
        let vendors = listed.iter().map(|each| {
            let pursues = |basis| {
                numbers((1..=TCF_PURPOSES).filter(|purpose| tc.may_pursue(each.vendor, *purpose, basis)))
            };
            let bases = Vec::from([
                ("consent".to_owned(), pursues(LegalBasis::Consent)),
                ("interest".to_owned(), pursues(LegalBasis::LegitimateInterest)),
            ]);
            let mut id = String::new();
            push_decimal(&mut id, each.vendor.id.into());
            (id, Value::Map(bases))
        });
        let asked = (1..=TCF_SPECIAL_FEATURES).filter(|feature| self.asks_for(*feature, &listed).is_some());
        Value::Map(Vec::from([
            ("consent".to_owned(), on(LegalBasis::Consent)),
            ("interest".to_owned(), on(LegalBasis::LegitimateInterest)),
            ("specialFeatures".to_owned(), numbers(asked)),
            ("vendors".to_owned(), Value::Map(vendors.collect())),
        ]))
    }
}

fn numbers(ids: impl IntoIterator<Item = u8>) -> Value {
    Value::List(ids.into_iter().map(|id| Value::Int(id.into())).collect())
}
