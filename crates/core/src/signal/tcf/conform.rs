//! What the policies let into a TC string.
//!
//! What this is: the last step before [`TcString::encode`]: whatever the person chose, a string must not carry bits that its
//! vendor list gives no meaning. It only ever takes away.

use super::permission::LegalBasis;
use super::{TcString, validity};
use crate::signal::gvl::{Gvl, Vendor};

impl TcString {
    /// Takes out what must not be written under this vendor list, and names the list: legitimate interest for purposes
    /// that must rest on consent; vendors that the list does not have or no longer has; consent to vendors that ask for
    /// none, legitimate interest of vendors that claim none, restrictions of the publisher considered.
    pub fn conform(&mut self, gvl: &Gvl) {
        self.vendor_list_version = gvl.vendor_list_version;
        self.policy_version = gvl.tcf_policy_version;
        for purpose in validity::consent_only().iter() {
            self.purposes_li_transparency = self.purposes_li_transparency.without(purpose);
        }
        let listed = |id| gvl.vendor(id).is_some_and(|vendor| vendor.deleted_date.is_none());
        let vendor_consent =
            self.vendor_consent.filtered(|id| self.rests_on(gvl.vendor(id), LegalBasis::Consent));
        let vendor_legitimate_interest = self
            .vendor_legitimate_interest
            .filtered(|id| self.rests_on(gvl.vendor(id), LegalBasis::LegitimateInterest));
        self.vendor_consent = vendor_consent;
        self.vendor_legitimate_interest = vendor_legitimate_interest;
        self.disclosed_vendors = self.disclosed_vendors.as_ref().map(|disclosed| disclosed.filtered(listed));
        self.allowed_vendors = None;
    }

    /// Whether at least one purpose of the vendor rests on this legal basis.
    fn rests_on(&self, vendor: Option<&Vendor>, basis: LegalBasis) -> bool {
        let Some(vendor) = vendor.filter(|vendor| vendor.deleted_date.is_none()) else { return false };
        vendor
            .purposes
            .iter()
            .chain(vendor.leg_int_purposes.iter())
            .any(|purpose| self.may_pursue(vendor, purpose, basis))
    }

    /// Whether the vendor may ask to pursue the purpose on this legal basis, whatever the person chose.
    pub(crate) fn may_pursue(&self, vendor: &Vendor, purpose: u8, basis: LegalBasis) -> bool {
        let is_lawful = basis == LegalBasis::Consent || !validity::consent_only().contains(purpose);
        is_lawful && self.basis(vendor, purpose) == Ok(basis)
    }
}
