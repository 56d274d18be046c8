//! What the layers of the notice ask and disclose in the framework's words: numbers only, the texts are the vendor list's.

use super::{Decided, Site, TCF_PURPOSES, TCF_SPECIAL_FEATURES};
use crate::json::Value;
use crate::signal::gvl::Gvl;
use crate::signal::ids::FlagSet;
use crate::signal::tcf::TcString;
use crate::signal::tcf::permission::LegalBasis;
use crate::text::push_decimal;
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;

impl Site {
    /// The framework's purposes that people are asked about, those that they may object to, the special features, the
    /// stacks that stand for some of these on the first layer, and for each vendor that is shown the purposes it pursues on
    /// either basis: `{"consent": [..], "interest": [..], "isImplied": false, "specialFeatures": [..], "stacks": [..],
    /// "vendors": {"10": {"consent": [..], "interest": [..]}}}`. In Canada, interest may be implied consent.
    pub fn layers(&self, gvl: &Gvl, decided: &Decided) -> Value {
        let listed = self.listed(decided, gvl);
        let mut tc = TcString::new(0);
        tc.publisher_restrictions = self.restrictions(decided, &listed);
        let on = |wanted| -> FlagSet {
            let rests =
                |purpose: &u8| self.rests_on(*purpose, decided).is_some_and(|(_, basis)| basis == wanted);
            (1..=TCF_PURPOSES).filter(rests).collect()
        };
        let (consent, interest) = (on(LegalBasis::Consent), on(LegalBasis::LegitimateInterest));
        let may_pursue = |vendor, purpose, basis| {
            let is_asked = basis != LegalBasis::Consent || !decided.is_implied();
            is_asked && tc.may_pursue(vendor, purpose, basis, decided.consent_only())
        };
        let vendors = listed.iter().map(|each| {
            let pursues = |basis| {
                numbers((1..=TCF_PURPOSES).filter(|purpose| may_pursue(each.vendor, *purpose, basis)))
            };
            let bases = Vec::from([
                ("consent".to_owned(), pursues(LegalBasis::Consent)),
                ("interest".to_owned(), pursues(LegalBasis::LegitimateInterest)),
            ]);
            let mut id = String::new();
            push_decimal(&mut id, each.vendor.id.into());
            (id, Value::Map(bases))
        });
        let is_asked = |feature: &u8| self.asks_for(*feature, decided, &listed).is_some();
        let features: FlagSet = (1..=TCF_SPECIAL_FEATURES).filter(is_asked).collect();
        Value::Map(Vec::from([
            ("consent".to_owned(), numbers(consent.iter())),
            ("interest".to_owned(), numbers(interest.iter())),
            ("isImplied".to_owned(), Value::Bool(decided.is_implied())),
            ("specialFeatures".to_owned(), numbers(features.iter())),
            ("stacks".to_owned(), numbers(self.stacks(gvl, consent.or(interest), features))),
            ("vendors".to_owned(), Value::Map(vendors.collect())),
        ]))
    }

    /// The stacks of the policy that stand for nothing but what is asked, each thing told once. Of the others, what they
    /// would stand for is told by itself.
    fn stacks(&self, gvl: &Gvl, mut purposes: FlagSet, mut features: FlagSet) -> Vec<u8> {
        let wanted = self.tcf.iter().flat_map(|tcf| &tcf.stacks).copied();
        let mut take = |id: &u8| {
            let Some(stack) = gvl.stacks.iter().find(|stack| stack.id == *id) else { return false };
            let fits = stack.purposes.and(purposes) == stack.purposes
                && stack.special_features.and(features) == stack.special_features;
            if fits {
                purposes = stack.purposes.iter().fold(purposes, FlagSet::without);
                features = stack.special_features.iter().fold(features, FlagSet::without);
            }
            fits && !(stack.purposes.is_empty() && stack.special_features.is_empty())
        };
        wanted.filter(|id| take(id)).collect()
    }
}

fn numbers(ids: impl IntoIterator<Item = u8>) -> Value {
    Value::List(ids.into_iter().map(|id| Value::Int(id.into())).collect())
}
