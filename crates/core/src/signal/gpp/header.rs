//! The header: which sections follow.

use super::ranges::{read_fibonacci_range, write_fibonacci_range};
use crate::signal::bits::{BitReader, BitWriter};
use crate::signal::fault::{At, Fault, SignalError};
use crate::signal::ids::IdSet;
use alloc::string::String;

const SECTION: &str = "header";
const TYPE: u64 = 3;
const VERSION: u64 = 1;

/// The largest section id that is believed: 27 are given out.
const LAST_SECTION: u16 = 4095;

/// Sections other than TC strings, and the header, are filled up to whole bytes and then to whole characters, as the
/// reference library does; readers take any length.
pub(super) const PADDING: usize = 8;

/// Reads the ids of the sections from a header.
pub fn decode(text: &str) -> Result<IdSet, SignalError> {
    if text.is_empty() {
        return Err(SignalError::of(SECTION, Fault::EmptyPart));
    }
    let mut reader = BitReader::new(text).at(SECTION, "")?;
    if reader.number(6).at(SECTION, "Type")? != TYPE {
        return Err(Fault::WrongType).at(SECTION, "Type");
    }
    if reader.number(6).at(SECTION, "Version")? != VERSION {
        return Err(Fault::UnsupportedVersion).at(SECTION, "Version");
    }
    let section_ids = read_fibonacci_range(&mut reader, LAST_SECTION).at(SECTION, "Sections")?;
    reader.end().at(SECTION, "Sections")?;
    Ok(section_ids)
}

/// Writes a header.
pub fn encode(section_ids: &IdSet) -> Result<String, SignalError> {
    let mut writer = BitWriter::default();
    writer.number(TYPE, 6).at(SECTION, "Type")?;
    writer.number(VERSION, 6).at(SECTION, "Version")?;
    write_fibonacci_range(&mut writer, section_ids).at(SECTION, "Sections")?;
    Ok(writer.finish(PADDING))
}
