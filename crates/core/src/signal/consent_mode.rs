//! Google Consent Mode v2: seven storage types, each granted or denied.
//!
//! A type that no purpose maps to is denied: silence grants nothing. `security_storage` alone is always granted, since it
//! covers fraud prevention and log-in, for which nobody is asked.

use crate::decide::Grants;
use crate::rules::Rules;

/// The types in the order of their bits.
pub const TYPES: &str = "ad_storage ad_user_data ad_personalization analytics_storage functionality_storage \
                         personalization_storage security_storage";

/// How many of them, from the first, are advertising.
pub const ADS: usize = 3;
const SECURITY: u8 = 0b100_0000;

/// The types that hang on a standard purpose unless the policy says otherwise; empty for any other purpose.
pub fn of_purpose(id: &str) -> &'static str {
    match id {
        "marketing" => "ad_storage ad_user_data ad_personalization",
        "analytics" => "analytics_storage",
        "functional" => "functionality_storage personalization_storage",
        _ => "",
    }
}

/// Whether a purpose is sale, sharing or targeted advertising where the policy does not say, by its id and its types.
pub fn is_sale<'a>(id: &str, types: impl IntoIterator<Item = &'a str>) -> bool {
    id == "marketing" || types.into_iter().any(|name| name.starts_with("ad_"))
}

/// The granted types as bits: those that at least one purpose maps to and none of whose purposes is refused.
pub fn granted(rules: &Rules, grants: Grants) -> u8 {
    let mut bits = SECURITY;
    for (i, purposes) in rules.modes.iter().enumerate() {
        let is_granted = *purposes != 0 && purposes & !grants.purposes == 0;
        bits |= u8::from(is_granted) << i;
    }
    bits
}
