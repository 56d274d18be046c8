//! What the policies let into a TC string.
//!
//! What this is: the last step before [`TcString::encode`]: whatever the person chose, a string must not carry bits that its
//! vendor list gives no meaning. It only ever takes away.

use super::permission::LegalBasis;
use super::{TcString, validity};
use crate::signal::gvl::{Gvl, Vendor};
use crate::signal::ids::FlagSet;

impl TcString {
    /// Takes out what must not be written under this vendor list, and names the list: legitimate interest for purposes
    /// that must rest on consent; vendors that the list does not have or no longer has; consent to vendors that ask for
    /// none, legitimate interest of vendors that claim none, restrictions of the publisher considered.
    pub fn conform(&mut self, gvl: &Gvl) {
        self.conform_under(gvl, validity::consent_only());
    }

    /// The same where other purposes must rest on consent than in Europe.
    pub(crate) fn conform_under(&mut self, gvl: &Gvl, consent_only: FlagSet) {
        self.vendor_list_version = gvl.vendor_list_version;
        self.policy_version = gvl.tcf_policy_version;
        self.purposes_li_transparency = self.purposes_li_transparency.minus(consent_only);
        let listed = |id| gvl.vendor(id).is_some_and(|vendor| vendor.deleted_date.is_none());
        let rests_on = |id, basis| self.rests_on(gvl.vendor(id), basis, consent_only);
        let vendor_consent = self.vendor_consent.filtered(&|id| rests_on(id, LegalBasis::Consent));
        let vendor_legitimate_interest =
            self.vendor_legitimate_interest.filtered(&|id| rests_on(id, LegalBasis::LegitimateInterest));
        self.vendor_consent = vendor_consent;
        self.vendor_legitimate_interest = vendor_legitimate_interest;
        self.disclosed_vendors = self.disclosed_vendors.as_ref().map(|disclosed| disclosed.filtered(&listed));
        self.allowed_vendors = None;
    }

    /// Whether at least one purpose of the vendor rests on this legal basis.
    fn rests_on(&self, vendor: Option<&Vendor>, basis: LegalBasis, consent_only: FlagSet) -> bool {
        let Some(vendor) = vendor.filter(|vendor| vendor.deleted_date.is_none()) else { return false };
        let declared = vendor.purposes.or(vendor.leg_int_purposes);
        declared.iter().any(|purpose| self.may_pursue(vendor, purpose, basis, consent_only))
    }

    /// Whether the vendor may ask to pursue the purpose on this legal basis, whatever the person chose. Some purposes must
    /// rest on consent.
    pub(crate) fn may_pursue(
        &self,
        vendor: &Vendor,
        purpose: u8,
        basis: LegalBasis,
        consent_only: FlagSet,
    ) -> bool {
        let is_lawful = basis == LegalBasis::Consent || !consent_only.contains(purpose);
        is_lawful && self.basis(vendor, purpose) == Ok(basis)
    }
}
