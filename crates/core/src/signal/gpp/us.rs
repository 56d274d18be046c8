//! The sections of the United States: one model for all, since the layout is data.

use super::header::PADDING;
use super::layout::{Field, Kind, Layout, SecondPiece};
use super::section::FieldValue;
use crate::signal::bits::BitReader;
use crate::signal::fault::{At, Fault, SignalError};
use crate::signal::fields::FieldWriter;
use crate::signal::tcf::segments::push;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

/// The type bits of the piece with Global Privacy Control.
const GPC: u64 = 1;

/// The field of the second piece with sensitive data: name and length.
const SENSITIVE: &str = "SensitiveDataProcessing";
const SENSITIVE_COUNT: usize = 8;

/// A section of the United States, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsSection {
    layout: Layout,
    /// The numbers of all fields of the first piece, in order.
    row: Vec<u8>,
    second: Second,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Second {
    Absent,
    Gpc(bool),
    SensitiveData([u8; SENSITIVE_COUNT]),
}

impl UsSection {
    /// A section in which nothing applies, not covered by the IAB's Multi-State Privacy Agreement.
    pub fn new(layout: Layout) -> Self {
        let mut row = vec![0; layout.len()];
        for field in layout.fields() {
            let number = match field.kind {
                Kind::Version(version) => version,
                // Not applicable is no answer to this one.
                _ if field.name == "MspaCoveredTransaction" => 2,
                _ => continue,
            };
            if let Some(place) = row.get_mut(field.at) {
                *place = number;
            }
        }
        Self { layout, row, second: Second::Absent }
    }

    /// The layout.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// Whether Global Privacy Control was sent; `None` without that piece, which counts as not sent.
    pub fn gpc(&self) -> Option<bool> {
        if let Second::Gpc(gpc) = self.second { Some(gpc) } else { None }
    }

    /// Sets or removes the piece with Global Privacy Control; not every section has one.
    pub fn set_gpc(&mut self, gpc: Option<bool>) -> Result<(), SignalError> {
        if self.layout.second != SecondPiece::Gpc {
            return Err(Fault::UnexpectedSubsection).at(self.layout.prefix, "Gpc");
        }
        self.second = gpc.map_or(Second::Absent, Second::Gpc);
        Ok(())
    }

    /// The numbers of a field: one, or those of a list. `None` if there is no such field, or its piece is absent.
    pub fn numbers(&self, name: &str) -> Option<&[u8]> {
        if let Some(field) = self.layout.field(name) {
            return self.row.get(field.at..field.at + field.len());
        }
        match &self.second {
            Second::SensitiveData(numbers) if name == SENSITIVE => Some(numbers),
            _ => None,
        }
    }

    /// Sets a field to as many numbers as it holds, each of which must have a meaning.
    pub fn set(&mut self, name: &str, numbers: &[u8]) -> Result<(), SignalError> {
        let prefix = self.layout.prefix;
        if let Some(field) = self.layout.field(name) {
            let is_meant = |number: &u8| field.allows(*number) && !is_forbidden(field, *number);
            let place = self.row.get_mut(field.at..field.at + field.len());
            return match place {
                Some(place) if place.len() == numbers.len() && numbers.iter().all(is_meant) => {
                    place.copy_from_slice(numbers);
                    Ok(())
                }
                _ => Err(Fault::IllegalValue).at(prefix, field.name),
            };
        }
        if name != SENSITIVE || self.layout.second != SecondPiece::SensitiveData {
            return Err(SignalError::of(prefix, Fault::Unknown));
        }
        match <[u8; SENSITIVE_COUNT]>::try_from(numbers) {
            Ok(numbers) if numbers.iter().all(|number| *number < 3) => {
                self.second = Second::SensitiveData(numbers);
                Ok(())
            }
            _ => Err(Fault::IllegalValue).at(prefix, SENSITIVE),
        }
    }

    /// Removes the second piece.
    pub fn clear_second(&mut self) {
        self.second = Second::Absent;
    }

    /// Opts the person out of sale, sharing and targeted advertising, and says that they were told of each; with `gpc`,
    /// that their browser asked for it, where the section can say so.
    pub fn opt_out(&mut self, gpc: bool) {
        for name in ["SaleOptOut", "SharingOptOut", "TargetedAdvertisingOptOut"] {
            if let Some(field) = self.layout.field(name) {
                let notice =
                    self.layout.fields().find(|notice| notice.name.strip_suffix("Notice") == Some(name));
                for place in [Some(field), notice].into_iter().flatten() {
                    if let Some(number) = self.row.get_mut(place.at) {
                        *number = 1;
                    }
                }
            }
        }
        if gpc && self.layout.second == SecondPiece::Gpc {
            self.second = Second::Gpc(true);
        }
    }

    /// All fields, in order, with their values.
    pub fn fields(&self) -> Vec<(&'static str, FieldValue)> {
        let mut fields = Vec::new();
        for field in self.layout.fields() {
            let numbers = self.row.get(field.at..field.at + field.len()).unwrap_or_default();
            let value = match (field.count, numbers) {
                (None, [number]) => FieldValue::Number(u64::from(*number)),
                _ => FieldValue::Numbers(numbers.to_vec()),
            };
            fields.push((field.name, value));
        }
        match &self.second {
            Second::Absent => {}
            Second::Gpc(gpc) => {
                fields.push(("GpcSegmentType", FieldValue::Number(GPC)));
                fields.push(("Gpc", FieldValue::Flag(*gpc)));
            }
            Second::SensitiveData(numbers) => fields.push((SENSITIVE, FieldValue::Numbers(numbers.to_vec()))),
        }
        fields
    }

    pub(super) fn decode(written: Layout, text: &str) -> Result<Self, SignalError> {
        let prefix = written.prefix;
        let mut pieces = text.split('.');
        let core = BitReader::new(pieces.next().unwrap_or_default()).at(prefix, "")?;
        // An older layout is told by its length; the version does not tell, since libraries write the wrong one.
        let layouts = || Layout::all().filter(|layout| layout.id == written.id);
        let layout = layouts().find(|layout| layout.bits() <= core.remaining()).or(layouts().last());
        let mut section = Self::new(layout.unwrap_or(written));
        section.row = read_row(section.layout, core)?;
        if let Some(piece) = pieces.next() {
            section.second = read_second(section.layout, piece)?;
        }
        match pieces.next() {
            Some(_) => Err(SignalError::of(prefix, Fault::UnexpectedSubsection)),
            None => Ok(section),
        }
    }

    pub(super) fn encode(&self) -> Result<String, SignalError> {
        let prefix = self.layout.prefix;
        let mut writer = FieldWriter::new(prefix);
        for field in self.layout.fields() {
            for number in self.row.iter().skip(field.at).take(field.len()) {
                writer.number(field.name, u64::from(*number), field.bits());
            }
        }
        let mut text = writer.finish(PADDING)?;
        let mut writer = FieldWriter::new(prefix);
        match &self.second {
            Second::Absent => return Ok(text),
            Second::Gpc(gpc) => {
                writer.number("GpcSegmentType", GPC, 2);
                writer.bit(*gpc);
            }
            Second::SensitiveData(numbers) => {
                numbers.iter().for_each(|number| writer.number(SENSITIVE, u64::from(*number), 2));
            }
        }
        push(&mut text, writer, PADDING)?;
        Ok(text)
    }
}

/// `MspaCoveredTransaction` is yes or no; older libraries left it at 0, which is read but not written.
fn is_forbidden(field: Field, number: u8) -> bool {
    number == 0 && field.name == "MspaCoveredTransaction"
}

/// Bits behind the row are passed over: strings of later layouts are longer.
fn read_row(layout: Layout, mut core: BitReader<'_>) -> Result<Vec<u8>, SignalError> {
    let mut row = Vec::new();
    for field in layout.fields() {
        for _ in 0..field.len() {
            let number = core.byte(field.bits()).at(layout.prefix, field.name)?;
            if !field.allows(number) {
                return Err(Fault::IllegalValue).at(layout.prefix, field.name);
            }
            row.push(number);
        }
    }
    Ok(row)
}

fn read_second(layout: Layout, text: &str) -> Result<Second, SignalError> {
    let prefix = layout.prefix;
    if text.is_empty() {
        return Err(SignalError::of(prefix, Fault::EmptyPart));
    }
    match layout.second {
        SecondPiece::None => Err(SignalError::of(prefix, Fault::UnexpectedSubsection)),
        SecondPiece::Gpc => {
            let mut reader = BitReader::new(text).at(prefix, "GpcSegmentType")?;
            if reader.number(2).at(prefix, "GpcSegmentType")? != GPC {
                return Err(Fault::WrongType).at(prefix, "GpcSegmentType");
            }
            reader.bit().map(Second::Gpc).at(prefix, "Gpc")
        }
        SecondPiece::SensitiveData => {
            let mut reader = BitReader::new(text).at(prefix, SENSITIVE)?;
            let mut numbers = [0; SENSITIVE_COUNT];
            for number in &mut numbers {
                *number = reader.byte(2).at(prefix, SENSITIVE)?;
                if *number > 2 {
                    return Err(Fault::IllegalValue).at(prefix, SENSITIVE);
                }
            }
            Ok(Second::SensitiveData(numbers))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opting_out_touches_only_what_the_section_has() {
        let mut national = UsSection::new(Layout::of_prefix("usnat").unwrap());
        national.opt_out(true);
        for name in ["SaleOptOut", "SharingOptOut", "TargetedAdvertisingOptOut", "SharingOptOutNotice"] {
            assert_eq!(national.numbers(name), Some(&[1][..]), "{name}");
        }
        assert_eq!(national.gpc(), Some(true));
        let mut virginia = UsSection::new(Layout::of_prefix("usva").unwrap());
        virginia.opt_out(true);
        assert_eq!(
            (virginia.numbers("SaleOptOut"), virginia.numbers("SharingOptOut")),
            (Some(&[1][..]), None)
        );
        assert_eq!(virginia.gpc(), None);
        assert!(virginia.set_gpc(Some(true)).is_err());
    }

    #[test]
    fn values_without_a_meaning_are_not_set() {
        let mut section = UsSection::new(Layout::of_prefix("usky").unwrap());
        let refused =
            |section: &mut UsSection, name, numbers: &[u8]| section.set(name, numbers).unwrap_err().fault;
        assert_eq!(refused(&mut section, "SaleOptOut", &[3]), Fault::IllegalValue);
        assert_eq!(refused(&mut section, "SaleOptOut", &[1, 1]), Fault::IllegalValue);
        assert_eq!(refused(&mut section, "MspaCoveredTransaction", &[0]), Fault::IllegalValue);
        assert_eq!(refused(&mut section, "Gpc", &[1]), Fault::Unknown);
        assert_eq!(section.set(SENSITIVE, &[0, 1, 2, 0, 1, 2, 0, 1]), Ok(()));
        assert_eq!(UsSection::decode(section.layout(), &section.encode().unwrap()), Ok(section));
    }
}
