//! What the layers of the notice ask and disclose in the framework's words: numbers only, the texts are the vendor list's.

use super::tcf::Listed;
use super::{Decided, Site, TCF_PURPOSES, TCF_SPECIAL_FEATURES};
use crate::json::{Members, Value};
use crate::signal::gvl::Gvl;
use crate::signal::ids::FlagSet;
use crate::signal::tcf::TcString;
use crate::signal::tcf::permission::LegalBasis;
use crate::text::push_decimal;
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
        let (mut consent, mut interest) = (FlagSet::default(), FlagSet::default());
        for purpose in 1..=TCF_PURPOSES {
            match self.rests_on(purpose, decided) {
                Some((_, LegalBasis::Consent)) => consent = consent.with_known(purpose),
                Some((_, LegalBasis::LegitimateInterest)) => interest = interest.with_known(purpose),
                None => {}
            }
        }
        let pursued = |vendor, basis| {
            let mut purposes = FlagSet::default();
            // What is implied was not asked for, so there is no consent.
            if basis == LegalBasis::Consent && decided.is_implied() {
                return numbers(purposes);
            }
            for purpose in 1..=TCF_PURPOSES {
                if tc.may_pursue(vendor, purpose, basis, decided.consent_only()) {
                    purposes = purposes.with_known(purpose);
                }
            }
            numbers(purposes)
        };
        let mut vendors = Members::default();
        for Listed { vendor, .. } in &listed {
            let mut bases = Members::default();
            bases.say("consent", pursued(vendor, LegalBasis::Consent));
            bases.say("interest", pursued(vendor, LegalBasis::LegitimateInterest));
            let mut id = String::new();
            push_decimal(&mut id, vendor.id.into());
            vendors.say(&id, bases.map());
        }
        let mut features = FlagSet::default();
        for feature in 1..=TCF_SPECIAL_FEATURES {
            if self.asks_for(feature, decided, &listed).is_some() {
                features = features.with_known(feature);
            }
        }
        let mut layers = Members::default();
        layers.say("consent", numbers(consent));
        layers.say("interest", numbers(interest));
        layers.say("isImplied", Value::Bool(decided.is_implied()));
        layers.say("specialFeatures", numbers(features));
        layers.say("stacks", self.stacks(gvl, consent.or(interest), features));
        layers.say("vendors", vendors.map());
        layers.map()
    }

    /// The stacks of the policy that stand for nothing but what is asked, each thing told once. Of the others, what they
    /// would stand for is told by itself.
    fn stacks(&self, gvl: &Gvl, mut purposes: FlagSet, mut features: FlagSet) -> Value {
        let mut stacks = Vec::new();
        for id in self.tcf.iter().flat_map(|tcf| &tcf.stacks) {
            let Some(stack) = gvl.stacks.iter().find(|stack| stack.id == *id) else { continue };
            let unasked = stack.purposes.minus(purposes).or(stack.special_features.minus(features));
            if unasked.is_empty() && !stack.purposes.or(stack.special_features).is_empty() {
                purposes = purposes.minus(stack.purposes);
                features = features.minus(stack.special_features);
                stacks.push(Value::Int((*id).into()));
            }
        }
        Value::List(stacks)
    }
}

fn numbers(ids: FlagSet) -> Value {
    let mut numbers = Vec::new();
    for id in ids.iter() {
        numbers.push(Value::Int(id.into()));
    }
    Value::List(numbers)
}
