//! The TC string of a site, which is also what the section of Canada says.
//!
//! A purpose of the framework hangs on the policy's purposes that name it, and is granted if all of them are. It rests on
//! legitimate interest if all of them do, else on consent. What the vendor list lets a vendor do beyond what the policy
//! lists it for is taken away by publisher restrictions, so that the string grants a vendor exactly what people were told.

use super::{Decided, Moment, Site, TCF_PURPOSES, TCF_SPECIAL_FEATURES, Tcf};
use crate::signal::gvl::{Gvl, Vendor};
use crate::signal::ids::IdSet;
use crate::signal::tcf::permission::LegalBasis;
use crate::signal::tcf::{Letters, Restriction, RestrictionType, TcString};
use alloc::vec::Vec;

/// A vendor of the policy that is in the vendor list.
pub(super) struct Listed<'a> {
    pub(super) vendor: &'a Vendor,
    /// Purposes of the policy that it works for.
    purposes: u32,
    is_granted: bool,
}

/// The ids of those that are wanted.
fn ids(listed: &[Listed], wanted: &dyn Fn(&Listed) -> bool) -> IdSet {
    let mut ids = IdSet::default();
    for each in listed {
        if wanted(each) {
            // Never refused: the list has no vendor 0.
            _ = ids.insert(each.vendor.id);
        }
    }
    ids
}

impl Site {
    pub(super) fn tc_string(&self, tcf: &Tcf, decided: &Decided, gvl: &Gvl, moment: Moment) -> TcString {
        let mut tc = TcString::new(moment.time.saturating_mul(10) & ((1 << 36) - 1));
        tc.cmp_id = tcf.cmp_id;
        tc.cmp_version = tcf.cmp_version;
        tc.publisher_cc = tcf.publisher_cc;
        tc.consent_language = moment.language.or_else(|| Letters::new("EN")).unwrap_or(Letters::UNKNOWN);
        // The notice says it in the site's own words.
        tc.use_non_standard_texts = true;
        let is_granted = |mapped: u32| mapped & !decided.grants.purposes == 0;
        for purpose in 1..=TCF_PURPOSES {
            let set = match self.rests_on(purpose, decided) {
                Some((mapped, LegalBasis::Consent)) if is_granted(mapped) => &mut tc.purposes_consent,
                Some((mapped, LegalBasis::LegitimateInterest)) if is_granted(mapped) => {
                    &mut tc.purposes_li_transparency
                }
                _ => continue,
            };
            *set = set.with_known(purpose);
        }
        let listed = self.listed(decided, gvl);
        tc.disclosed_vendors = Some(ids(&listed, &|_| true));
        tc.vendor_legitimate_interest = ids(&listed, &|each| each.is_granted);
        // Nobody was asked for what is implied, so no vendor has express consent.
        if !decided.is_implied() {
            tc.vendor_consent = tc.vendor_legitimate_interest.clone();
        }
        for feature in 1..=TCF_SPECIAL_FEATURES {
            if self.asks_for(feature, decided, &listed).is_some_and(is_granted) {
                tc.special_feature_opt_ins = tc.special_feature_opt_ins.with_known(feature);
            }
        }
        tc.publisher_restrictions = self.restrictions(decided, &listed);
        decided.detail.narrow(&mut tc);
        tc.conform_under(gvl, decided.consent_only());
        tc
    }

    /// The policy's purposes that a special feature hangs on. `None` if nobody is asked about it.
    pub(super) fn asks_for(&self, feature: u8, decided: &Decided, listed: &[Listed]) -> Option<u32> {
        let mapped = self.mask(&|mapped| mapped.special_features.contains(feature));
        // No restriction keeps one vendor from a special feature, so all that declare it must be listed for it.
        let uses = |each: &Listed| each.vendor.special_features.contains(feature);
        let is_for_all = listed.iter().all(|each| !uses(each) || each.purposes & mapped != 0);
        // It takes express consent, also in Canada.
        let is_asked = mapped != 0 && mapped & !self.rules.consent == 0 && !decided.is_implied();
        (is_asked && is_for_all).then_some(mapped)
    }

    /// The policy's purposes whose properties pass, as bits.
    fn mask(&self, passes: &dyn Fn(&super::Mapped) -> bool) -> u32 {
        let mut mask = 0;
        // A policy has no more purposes than there are bits.
        for (i, mapped) in self.purposes.iter().enumerate() {
            mask |= u32::from(passes(mapped)) << (i % 32);
        }
        mask
    }

    /// The policy's purposes that a purpose of the framework hangs on, and its legal basis. `None` if there are none, or one
    /// rests on what the framework does not know, as a contract. Implied consent stands in the place of legitimate interest.
    pub(super) fn rests_on(&self, purpose: u8, decided: &Decided) -> Option<(u32, LegalBasis)> {
        let mapped = self.mask(&|mapped| mapped.purposes.contains(purpose));
        // Canada does not use purpose 1.
        let is_unused = purpose == 1 && decided.is_implied();
        if is_unused || mapped == 0 || mapped & self.rules.necessary != 0 {
            return None;
        }
        let is_consent = mapped & self.rules.consent != 0 && !decided.is_implied();
        Some((mapped, if is_consent { LegalBasis::Consent } else { LegalBasis::LegitimateInterest }))
    }

    /// The policy's vendors that are in the list. One that is named twice has what both entries allow.
    pub(super) fn listed<'g>(&self, decided: &Decided, gvl: &'g Gvl) -> Vec<Listed<'g>> {
        let mut listed: Vec<Listed> = Vec::new();
        for (i, id) in self.vendors.iter().enumerate() {
            let Some(vendor) = gvl.vendor(*id).filter(|vendor| vendor.deleted_date.is_none()) else {
                continue;
            };
            let purposes = self.rules.vendor_purposes.get(i).copied().unwrap_or_default();
            let is_granted = decided.grants.vendor(&self.rules, i);
            match listed.iter_mut().find(|known| known.vendor.id == *id) {
                Some(known) => {
                    known.purposes &= purposes;
                    known.is_granted &= is_granted;
                }
                None => listed.push(Listed { vendor, purposes, is_granted }),
            }
        }
        listed
    }

    pub(super) fn restrictions(&self, decided: &Decided, listed: &[Listed]) -> Vec<Restriction> {
        use RestrictionType::{NotAllowed, RequireConsent, RequireLegitimateInterest};
        let mut restrictions = Vec::new();
        // The list may declare purposes that this code does not know yet.
        for purpose in 1..=24 {
            let site = self.rests_on(purpose, decided);
            let demand = |each: &Listed| {
                let vendor = each.vendor;
                let consent = vendor.purposes.contains(purpose);
                if !consent && !vendor.leg_int_purposes.contains(purpose) {
                    return None;
                }
                match site {
                    Some((mapped, _)) if each.purposes & mapped == 0 => Some(NotAllowed),
                    None => Some(NotAllowed),
                    // One that is not flexible and rests on something else is denied by its bits.
                    Some(_) if !vendor.flexible_purposes.contains(purpose) => None,
                    Some((_, LegalBasis::Consent)) => (!consent).then_some(RequireConsent),
                    Some((_, LegalBasis::LegitimateInterest)) => consent.then_some(RequireLegitimateInterest),
                }
            };
            for restriction_type in [NotAllowed, RequireConsent, RequireLegitimateInterest] {
                let vendors = ids(listed, &|each| demand(each) == Some(restriction_type));
                if !vendors.is_empty() {
                    restrictions.push(Restriction { purpose, restriction_type, vendors });
                }
            }
        }
        restrictions
    }
}
