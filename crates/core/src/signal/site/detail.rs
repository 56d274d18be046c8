//! What a person left on in the framework's own words, finer than the policy's purposes and vendors.
//!
//! What this is: a text that stands beside the choice, and how it narrows a TC string. It only ever takes away: what the
//! choice does not grant, no detail grants. A text that is cut off or damaged leaves nothing.
//!
//! The text is `*` for somebody who was not asked in detail, or words and a full stop: `c` and `l` with a purpose (consent,
//! legitimate interest), `f` with a special feature, `v` and `w` with a vendor (consent, legitimate interest).

use crate::scan;
use crate::signal::ids::{FlagSet, IdSet};
use crate::signal::tcf::TcString;
use crate::text::decimal;

/// The switches of the framework that are on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Detail {
    /// The choice alone tells.
    Everything,
    /// These, as far as the choice grants them.
    Only {
        /// Purposes consented to.
        consents: FlagSet,
        /// Purposes whose legitimate interest was not objected to.
        interests: FlagSet,
        /// Special features opted into.
        special_features: FlagSet,
        /// Vendors consented to.
        vendor_consents: IdSet,
        /// Vendors whose legitimate interest was not objected to.
        vendor_interests: IdSet,
    },
}

impl Detail {
    /// Reads the text. What is not exactly such a text leaves nothing.
    pub fn read(text: &str) -> Detail {
        if text == "*" { Detail::Everything } else { words(text).unwrap_or_else(nothing) }
    }

    /// Takes out of a string what was turned off.
    pub(super) fn narrow(&self, tc: &mut TcString) {
        let Detail::Only { consents, interests, special_features, vendor_consents, vendor_interests } = self
        else {
            return;
        };
        tc.purposes_consent = tc.purposes_consent.and(*consents);
        tc.purposes_li_transparency = tc.purposes_li_transparency.and(*interests);
        tc.special_feature_opt_ins = tc.special_feature_opt_ins.and(*special_features);
        tc.vendor_consent = tc.vendor_consent.filtered(&|id| vendor_consents.contains(id));
        tc.vendor_legitimate_interest =
            tc.vendor_legitimate_interest.filtered(&|id| vendor_interests.contains(id));
    }
}

fn nothing() -> Detail {
    Detail::Only {
        consents: FlagSet::default(),
        interests: FlagSet::default(),
        special_features: FlagSet::default(),
        vendor_consents: IdSet::default(),
        vendor_interests: IdSet::default(),
    }
}

fn words(text: &str) -> Option<Detail> {
    let mut detail = nothing();
    if let Detail::Only { consents, interests, special_features, vendor_consents, vendor_interests } =
        &mut detail
    {
        let words = text.strip_suffix('.')?;
        for word in scan::words(words.strip_suffix(' ').unwrap_or(words)) {
            let (kind, number) = word.split_at_checked(1)?;
            let id = u16::try_from(decimal(number)).ok().filter(|id| *id > 0)?;
            let flags = match kind {
                "c" => &mut *consents,
                "l" => &mut *interests,
                "f" => &mut *special_features,
                "v" => {
                    vendor_consents.insert(id).ok()?;
                    continue;
                }
                "w" => {
                    vendor_interests.insert(id).ok()?;
                    continue;
                }
                _ => return None,
            };
            *flags = flags.with(u8::try_from(id).ok()?).ok()?;
        }
    }
    Some(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_cut_off_or_damaged_leaves_nothing() {
        let whole = "c1 c10 l7 f1 v100 v2 w2 .";
        assert_ne!(Detail::read(whole), nothing());
        assert_eq!(Detail::read("*"), Detail::Everything);
        for end in 0..whole.len() {
            assert_eq!(Detail::read(whole.get(..end).unwrap()), nothing(), "{end}");
        }
        for text in
            ["", ".", "* .", "**", "c .", "c0 .", "x1 .", "c+1 .", "c1 v70000 .", "c99 .", "ü1 .", "c1. v2"]
        {
            assert_eq!(Detail::read(text), nothing(), "{text}");
        }
    }
}
