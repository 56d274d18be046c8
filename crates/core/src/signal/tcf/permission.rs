//! What a vendor may do under a TC string.
//!
//! What this is: the questions that a vendor, or a page on its behalf, has to ask a string together with the vendor's entry
//! in the vendor list. Every doubt is answered with a denial that says why.
//!
//! Standard: IAB Europe, TCF Policies, and "Consent string and vendor list formats v2", publisher restrictions.

use super::{RestrictionType, TcString, validity};
use crate::signal::gvl::Vendor;

/// Why a purpose may be pursued.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LegalBasis {
    /// The person consented to the purpose and to the vendor.
    Consent,
    /// It was disclosed to the person, who did not object.
    LegitimateInterest,
}

/// Why it may not. The first reason found is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// The string is not valid under TCF 2.3.
    InvalidString,
    /// The vendor has left the vendor list.
    VendorDeleted,
    /// The vendor was not shown to the person.
    NotDisclosed,
    /// The vendor does not declare this.
    NotDeclared,
    /// The publisher forbids it.
    NotAllowed,
    /// The publisher demands two things of one vendor that exclude each other.
    ConflictingRestrictions,
    /// The publisher demands consent; the vendor offers legitimate interest only.
    ConsentNotOffered,
    /// The publisher demands legitimate interest; the vendor offers consent only.
    LegitimateInterestNotOffered,
    /// The purpose must rest on consent, whatever the vendor declares.
    LegitimateInterestUnlawful,
    /// The person did not consent, to the purpose or to the vendor.
    NoConsent,
    /// The person objected, or was not told, for the purpose or for the vendor.
    NoLegitimateInterest,
    /// The person did not opt into the special feature.
    NotOptedIn,
    /// Purpose 1 was not disclosed, since the publisher's country asks for no consent: the string cannot answer.
    PurposeOneNotDisclosed,
}

impl TcString {
    /// Whether the vendor may pursue the purpose, and on which legal basis.
    pub fn permits(&self, vendor: &Vendor, purpose: u8) -> Result<LegalBasis, Denial> {
        self.is_disclosed(vendor)?;
        match self.basis(vendor, purpose)? {
            LegalBasis::Consent if purpose == 1 && self.purpose_one_treatment => {
                Err(Denial::PurposeOneNotDisclosed)
            }
            LegalBasis::Consent => {
                let given =
                    self.purposes_consent.contains(purpose) && self.vendor_consent.contains(vendor.id);
                if given { Ok(LegalBasis::Consent) } else { Err(Denial::NoConsent) }
            }
            LegalBasis::LegitimateInterest if validity::consent_only().contains(purpose) => {
                Err(Denial::LegitimateInterestUnlawful)
            }
            LegalBasis::LegitimateInterest => {
                let told = self.purposes_li_transparency.contains(purpose)
                    && self.vendor_legitimate_interest.contains(vendor.id);
                if told { Ok(LegalBasis::LegitimateInterest) } else { Err(Denial::NoLegitimateInterest) }
            }
        }
    }

    /// Whether the vendor may pursue the purpose on this very legal basis.
    pub fn permits_on(&self, vendor: &Vendor, purpose: u8, basis: LegalBasis) -> bool {
        self.permits(vendor, purpose) == Ok(basis)
    }

    /// Whether the vendor may pursue the special purpose: nobody chooses, but the vendor has to be shown.
    pub fn permits_special_purpose(&self, vendor: &Vendor, special_purpose: u8) -> Result<(), Denial> {
        self.is_disclosed(vendor)?;
        if !vendor.special_purposes.contains(special_purpose) {
            return Err(Denial::NotDeclared);
        }
        // An old string without the segment does not prove that the vendor was shown.
        if self.disclosed_vendors.is_none() { Err(Denial::NotDisclosed) } else { Ok(()) }
    }

    /// Whether the vendor may use the special feature, in pursuit of a purpose that is permitted.
    pub fn permits_special_feature(&self, vendor: &Vendor, special_feature: u8) -> Result<(), Denial> {
        self.is_disclosed(vendor)?;
        if !vendor.special_features.contains(special_feature) {
            return Err(Denial::NotDeclared);
        }
        let opted_in = self.special_feature_opt_ins.contains(special_feature);
        if opted_in { Ok(()) } else { Err(Denial::NotOptedIn) }
    }

    /// The legal basis that the vendor's declaration and the publisher's restrictions leave, whatever the person chose.
    pub fn basis(&self, vendor: &Vendor, purpose: u8) -> Result<LegalBasis, Denial> {
        let consent = vendor.purposes.contains(purpose);
        let interest = vendor.leg_int_purposes.contains(purpose);
        let flexible = vendor.flexible_purposes.contains(purpose);
        if !consent && !interest {
            return Err(Denial::NotDeclared);
        }
        let (mut must_consent, mut must_interest) = (false, false);
        for restriction in &self.publisher_restrictions {
            if restriction.purpose != purpose || !restriction.vendors.contains(vendor.id) {
                continue;
            }
            match restriction.restriction_type {
                RestrictionType::NotAllowed => return Err(Denial::NotAllowed),
                RestrictionType::RequireConsent => must_consent = true,
                RestrictionType::RequireLegitimateInterest => must_interest = true,
                RestrictionType::Undefined => {}
            }
        }
        match (must_consent, must_interest) {
            (true, true) => Err(Denial::ConflictingRestrictions),
            (true, false) if interest && !flexible => Err(Denial::ConsentNotOffered),
            (true, false) => Ok(LegalBasis::Consent),
            (false, true) if consent && !flexible => Err(Denial::LegitimateInterestNotOffered),
            (false, true) => Ok(LegalBasis::LegitimateInterest),
            (false, false) if consent => Ok(LegalBasis::Consent),
            (false, false) => Ok(LegalBasis::LegitimateInterest),
        }
    }

    /// What every permission needs, whatever it is for.
    fn is_disclosed(&self, vendor: &Vendor) -> Result<(), Denial> {
        if !self.is_valid() {
            return Err(Denial::InvalidString);
        }
        if vendor.deleted_date.is_some() {
            return Err(Denial::VendorDeleted);
        }
        match &self.disclosed_vendors {
            Some(disclosed) if !disclosed.contains(vendor.id) => Err(Denial::NotDisclosed),
            _ => Ok(()),
        }
    }
}
