//! Google's Additional Consent string: consent to ad technology providers that are not in the vendor list.
//!
//! What this is: version 1, `1~` and the ids consented to; version 2, `2~`, these ids, `~dv.` and the ids that were shown.
//! It is published beside a TC string as `addtlConsent` and means nothing without one.
//!
//! Standard: Google, "Additional Consent Mode technical specification", versions 1 and 2.

use super::fault::{At, Fault, SignalError};
use crate::text::push_decimal;
use alloc::string::String;
use alloc::vec::Vec;

const SECTION: &str = "ac";

/// An Additional Consent string, taken apart.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AdditionalConsent {
    /// Providers that the person consented to, in the order of the string.
    pub consented: Vec<u32>,
    /// Providers that were shown: `None` in version 1, which cannot tell.
    pub disclosed: Option<Vec<u32>>,
}

impl AdditionalConsent {
    /// Reads a string of version 1 or 2.
    pub fn decode(text: &str) -> Result<Self, SignalError> {
        if text.is_empty() {
            return Err(SignalError::of(SECTION, Fault::Empty));
        }
        let mut parts = text.split('~');
        let version = parts.next().unwrap_or_default();
        if version != "1" && version != "2" {
            return Err(Fault::UnsupportedVersion).at(SECTION, "Version");
        }
        let consented =
            ids(parts.next().ok_or(Fault::Truncated).at(SECTION, "Consented")?).at(SECTION, "Consented")?;
        let mut disclosed = None;
        if version == "2" {
            let part = parts.next().ok_or(Fault::Truncated).at(SECTION, "Disclosed")?;
            let part = part.strip_prefix("dv.").ok_or(Fault::WrongType).at(SECTION, "Disclosed")?;
            disclosed = Some(ids(part).at(SECTION, "Disclosed")?);
        }
        if parts.next().is_some() {
            return Err(SignalError::of(SECTION, Fault::UnknownSegment));
        }
        Ok(Self { consented, disclosed })
    }

    /// Writes the string: version 2, unless it is not known what was shown.
    pub fn encode(&self) -> String {
        let mut text = String::from(if self.disclosed.is_some() { "2~" } else { "1~" });
        push_ids(&mut text, &self.consented);
        if let Some(disclosed) = &self.disclosed {
            text.push_str("~dv.");
            push_ids(&mut text, disclosed);
        }
        text
    }
}

/// Ids with points between them; none at all is a list as well.
fn ids(text: &str) -> Result<Vec<u32>, Fault> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    text.split('.').map(id).collect()
}

fn id(text: &str) -> Result<u32, Fault> {
    if text.is_empty() {
        return Err(Fault::EmptyPart);
    }
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Fault::BadCharacter);
    }
    match text.parse() {
        Ok(0) | Err(_) => Err(Fault::BadRange),
        Ok(id) => Ok(id),
    }
}

fn push_ids(text: &mut String, ids: &[u32]) {
    for (i, id) in ids.iter().enumerate() {
        if i > 0 {
            text.push('.');
        }
        push_decimal(text, u64::from(*id));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_told_by_field() {
        for (text, field, fault) in [
            ("3~1~dv.1", "Version", Fault::UnsupportedVersion),
            ("1", "Consented", Fault::Truncated),
            ("1~0", "Consented", Fault::BadRange),
            ("1~1.a", "Consented", Fault::BadCharacter),
            ("1~+1", "Consented", Fault::BadCharacter),
            ("1~99999999999", "Consented", Fault::BadRange),
            ("2~1", "Disclosed", Fault::Truncated),
            ("2~1~2", "Disclosed", Fault::WrongType),
            ("2~1~dv.2.", "Disclosed", Fault::EmptyPart),
            ("1~1~dv.2", "", Fault::UnknownSegment),
        ] {
            assert_eq!(
                AdditionalConsent::decode(text),
                Err(SignalError { section: SECTION, field, fault }),
                "{text}"
            );
        }
    }
}
