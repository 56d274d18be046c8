//! The segments behind the core, each told by its first three bits.

use super::vendors::{read_vendors, write_vendors};
use super::{PublisherTc, SECTION, TcString, VendorEncoding};
use crate::signal::bits::{BitReader, BitWriter};
use crate::signal::fault::{At, Fault, SignalError};
use crate::signal::ids::FlagSet;
use alloc::string::String;

/// Segments are filled up to whole characters of unencoded base64, as the reference library does; readers take any length.
pub(super) const PADDING: usize = 24;

/// The kinds of segments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Segment {
    /// Always there, always first.
    Core,
    /// Mandatory since TCF 2.3.
    DisclosedVendors,
    /// Of TCF 2.0 with global scope.
    AllowedVendors,
    /// The publisher's own purposes.
    PublisherTc,
}

/// The segments that a sound string has, in its order.
pub fn kinds(text: &str) -> impl Iterator<Item = Segment> + '_ {
    let behind_core = |part| BitReader::new(part).and_then(|mut reader| kind(&mut reader)).ok();
    text.split('.').enumerate().filter_map(move |(i, part)| match i {
        0 => Some(Segment::Core),
        _ => behind_core(part),
    })
}

fn kind(reader: &mut BitReader<'_>) -> Result<Segment, Fault> {
    Ok(match reader.number(3)? {
        1 => Segment::DisclosedVendors,
        2 => Segment::AllowedVendors,
        3 => Segment::PublisherTc,
        _ => return Err(Fault::UnknownSegment),
    })
}

pub(super) fn read_into(tc_string: &mut TcString, text: &str) -> Result<(), SignalError> {
    if text.is_empty() {
        return Err(SignalError::of(SECTION, Fault::EmptyPart));
    }
    let mut reader = BitReader::new(text).at(SECTION, "SegmentType")?;
    let (field, was_there) = match kind(&mut reader).at(SECTION, "SegmentType")? {
        Segment::Core => return Err(Fault::RepeatedSegment).at(SECTION, "Core"),
        Segment::DisclosedVendors => {
            let vendors = read_vendors(&mut reader).at(SECTION, "DisclosedVendors")?;
            ("DisclosedVendors", tc_string.disclosed_vendors.replace(vendors).is_some())
        }
        Segment::AllowedVendors => {
            let vendors = read_vendors(&mut reader).at(SECTION, "AllowedVendors")?;
            ("AllowedVendors", tc_string.allowed_vendors.replace(vendors).is_some())
        }
        Segment::PublisherTc => {
            let publisher_tc = read_publisher(&mut reader)?;
            ("PublisherTC", tc_string.publisher_tc.replace(publisher_tc).is_some())
        }
    };
    if was_there {
        return Err(Fault::RepeatedSegment).at(SECTION, field);
    }
    reader.end().at(SECTION, field)
}

/// The publisher's segment, behind its type.
fn read_publisher(reader: &mut BitReader<'_>) -> Result<PublisherTc, SignalError> {
    let mut publisher_tc = PublisherTc {
        purposes_consent: FlagSet::read(reader, 24).at(SECTION, "PubPurposesConsent")?,
        purposes_li_transparency: FlagSet::read(reader, 24).at(SECTION, "PubPurposesLITransparency")?,
        num_custom_purposes: reader.byte(6).at(SECTION, "NumCustomPurposes")?,
        ..PublisherTc::default()
    };
    let number = publisher_tc.num_custom_purposes;
    publisher_tc.custom_purposes_consent =
        FlagSet::read(reader, number).at(SECTION, "CustomPurposesConsent")?;
    publisher_tc.custom_purposes_li_transparency =
        FlagSet::read(reader, number).at(SECTION, "CustomPurposesLITransparency")?;
    Ok(publisher_tc)
}

pub(super) fn write_after(
    tc_string: &TcString,
    vendors: VendorEncoding,
    text: &mut String,
) -> Result<(), SignalError> {
    if let Some(disclosed_vendors) = &tc_string.disclosed_vendors {
        let mut writer = BitWriter::default();
        writer.number(1, 3).at(SECTION, "SegmentType")?;
        write_vendors(&mut writer, disclosed_vendors, vendors).at(SECTION, "DisclosedVendors")?;
        push(text, writer);
    }
    if let Some(publisher_tc) = &tc_string.publisher_tc {
        let mut writer = BitWriter::default();
        let number = publisher_tc.num_custom_purposes;
        writer.number(3, 3).at(SECTION, "SegmentType")?;
        publisher_tc.purposes_consent.write(&mut writer, 24).at(SECTION, "PubPurposesConsent")?;
        publisher_tc
            .purposes_li_transparency
            .write(&mut writer, 24)
            .at(SECTION, "PubPurposesLITransparency")?;
        writer.number(number.into(), 6).at(SECTION, "NumCustomPurposes")?;
        publisher_tc
            .custom_purposes_consent
            .write(&mut writer, number)
            .at(SECTION, "CustomPurposesConsent")?;
        publisher_tc
            .custom_purposes_li_transparency
            .write(&mut writer, number)
            .at(SECTION, "CustomPurposesLITransparency")?;
        push(text, writer);
    }
    Ok(())
}

fn push(text: &mut String, writer: BitWriter) {
    text.push('.');
    text.push_str(&writer.finish(PADDING));
}
