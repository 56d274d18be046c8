//! The GPP string of the Global Privacy Platform, version 1.1: one header, many sections.
//!
//! What this is: [`GppString`], which keeps every section as it came and takes one apart when asked; so editing one leaves
//! the others, also those that nobody here knows, as they were. [`Section`] is a section taken apart.
//!
//! What it is not: the page's `__gpp`, which asks the questions that are answered here.
//!
//! Standard: IAB Tech Lab, "GPP Consent String Specification" and its section documents; where these and the reference
//! library differ, the library, since it writes the strings that are out there (`docs/signals.md` lists the differences).

pub mod header;
pub mod layout;
pub mod section;
pub mod tcf_canada;
pub mod us;

mod ranges;

use super::fault::{Fault, SignalError};
use super::tcf::TcString;
use super::usp::UsPrivacy;
use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
pub use section::{FieldValue, Section};
pub use us::UsSection;

const WHOLE: &str = "gpp";

/// A GPP string. The default has no sections.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GppString {
    /// Ids, ascending, with the sections' texts.
    sections: Vec<(u16, String)>,
}

impl GppString {
    /// Reads a string and every section of it that is known; one bad section makes the whole string bad.
    pub fn decode(text: &str) -> Result<Self, SignalError> {
        if text.is_empty() {
            return Err(SignalError::of(WHOLE, Fault::Empty));
        }
        let mut parts = text.split('~');
        let ids = header::decode(parts.next().unwrap_or_default())?;
        let mut sections = Vec::new();
        for id in ids.iter() {
            let part = parts.next().ok_or(SignalError::of(WHOLE, Fault::SectionCount))?;
            if part.is_empty() {
                return Err(SignalError::of(section::prefix(id).unwrap_or(WHOLE), Fault::EmptyPart));
            }
            Section::decode(id, part)?;
            sections.push((id, part.to_owned()));
        }
        match parts.next() {
            Some(_) => Err(SignalError::of(WHOLE, Fault::SectionCount)),
            None => Ok(Self { sections }),
        }
    }

    /// Puts the string together.
    pub fn encode(&self) -> Result<String, SignalError> {
        let ids = self.section_ids().collect();
        let mut text = header::encode(&ids)?;
        for (_, section) in &self.sections {
            text.push('~');
            text.push_str(section);
        }
        Ok(text)
    }

    /// The ids of all sections, ascending, unknown ones included.
    pub fn section_ids(&self) -> impl Iterator<Item = u16> + '_ {
        self.sections.iter().map(|(id, _)| *id)
    }

    /// The text of a section.
    pub fn text(&self, id: u16) -> Option<&str> {
        self.sections.iter().find(|(known, _)| *known == id).map(|(_, text)| text.as_str())
    }

    /// A section, taken apart: `None` if it is not there or of an unknown kind.
    pub fn section(&self, id: u16) -> Result<Option<Section>, SignalError> {
        self.text(id).map_or(Ok(None), |text| Section::decode(id, text))
    }

    /// Adds a section, or replaces the one with its id.
    pub fn set(&mut self, section: &Section) -> Result<(), SignalError> {
        self.put(section.id(), section.encode()?);
        Ok(())
    }

    /// Adds or replaces the TC string, which is a section as it stands.
    pub fn set_tc_string(&mut self, text: &str) {
        self.put(section::TCF_EU, text.to_owned());
    }

    /// Adds or replaces the section of Canada, which is a TC string in other words.
    pub fn set_tcf_canada(&mut self, section: &TcString) -> Result<(), SignalError> {
        self.put(section::TCF_CANADA, tcf_canada::encode(section)?);
        Ok(())
    }

    /// Adds or replaces a section of the United States.
    pub fn set_us(&mut self, us: &UsSection) -> Result<(), SignalError> {
        self.put(us.layout().id, us.encode()?);
        Ok(())
    }

    /// Adds or replaces the US Privacy string.
    pub fn set_usp(&mut self, usp: UsPrivacy) {
        self.put(section::USP, usp.encode());
    }

    fn put(&mut self, id: u16, text: String) {
        let at = self.sections.partition_point(|(known, _)| *known < id);
        match self.sections.get_mut(at) {
            Some(known) if known.0 == id => known.1 = text,
            _ => self.sections.insert(at, (id, text)),
        }
    }

    /// Removes a section.
    pub fn remove(&mut self, id: u16) {
        self.sections.retain(|(known, _)| *known != id);
    }

    /// The value at `prefix.Field`, as `usnat.SaleOptOut`: `None` if there is no such section or field.
    pub fn field(&self, path: &str) -> Result<Option<FieldValue>, SignalError> {
        let Some((prefix, name)) = path.split_once('.') else { return Ok(None) };
        let Some(id) = section::id(prefix) else { return Ok(None) };
        Ok(self.section(id)?.and_then(|section| section.field(name)))
    }
}
