//! Whether a TC string, which may be read, is also valid.
//!
//! What this is: the rules that came with each version of the framework, as questions to a string. A string that breaks one
//! is to be treated as if there were none.

use super::TcString;
use crate::signal::ids::FlagSet;

/// A day in deciseconds.
pub const DAY: u64 = 24 * 60 * 60 * 10;

/// The policy version that this code was written for (special purpose 3).
pub const POLICY_VERSION: u8 = 5;

/// Strings under older policies are invalid since 30 September 2023.
const OLDEST_POLICY: u8 = 4;

/// 2026-03-01T00:00:00Z in deciseconds: strings made since then need the disclosed vendors (TCF 2.3).
const DISCLOSURE_DUE: u64 = 17_723_232_000;

/// Purposes that nobody may base on legitimate interest: 1 ever, 3 to 6 since TCF 2.2.
pub(in crate::signal) const fn consent_only() -> FlagSet {
    FlagSet::of_bits(0b11_1101)
}

impl TcString {
    /// Whether the policy version is one under which strings are still valid.
    pub fn has_valid_policy(&self) -> bool {
        self.policy_version >= OLDEST_POLICY
    }

    /// Whether no purpose claims legitimate interest that must rest on consent. Where it does, the claim is ignored.
    pub fn has_lawful_li_bits(&self) -> bool {
        self.purposes_li_transparency.and(consent_only()).is_empty()
    }

    /// Whether both dates are the same whole day, as asked since December 2021.
    pub fn is_day_aligned(&self) -> bool {
        self.created == self.last_updated && self.created.is_multiple_of(DAY)
    }

    /// Whether the CMP id may be a registered one; the reference library refuses 0 and 1.
    pub fn has_registered_cmp(&self) -> bool {
        self.cmp_id > 1
    }

    /// Whether the string is valid under TCF 2.3: for one service, under a policy that is still valid, and with the
    /// disclosed vendors unless it was made before March 2026.
    pub fn is_valid(&self) -> bool {
        let is_disclosed = self.disclosed_vendors.is_some() || self.created < DISCLOSURE_DUE;
        self.is_service_specific && self.has_valid_policy() && is_disclosed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_string_without_disclosed_vendors_is_valid_only_if_it_is_old() {
        let mut tc_string = TcString::new(DISCLOSURE_DUE);
        assert!(tc_string.is_valid());
        tc_string.disclosed_vendors = None;
        assert!(!tc_string.is_valid());
        tc_string.created -= 1;
        assert!(tc_string.is_valid());
    }

    #[test]
    fn a_string_for_more_than_one_service_or_under_old_policies_is_not_valid() {
        let global = TcString { is_service_specific: false, ..TcString::new(0) };
        let old = TcString { policy_version: 3, ..TcString::new(0) };
        assert!(!global.is_valid() && !old.is_valid());
    }
}
