//! The segments behind the core, each told by its first three bits.

use super::vendors::{read_vendors, write_vendors};
use super::{PublisherTc, SECTION, TcString, VendorEncoding};
use crate::signal::bits::BitReader;
use crate::signal::fault::{At, Fault, SignalError};
use crate::signal::fields::FieldWriter;
use crate::signal::ids::FlagSet;
use alloc::string::String;

/// Segments are filled up to whole characters of unencoded base64, as the reference library does; readers take any length.
pub(super) const PADDING: usize = 24;

/// The numbers of the kinds that are written, also in the section of TCF Canada.
pub(in crate::signal) const DISCLOSED_VENDORS: u64 = 1;
/// As [`DISCLOSED_VENDORS`].
pub(in crate::signal) const PUBLISHER_TC: u64 = 3;

const TYPE: &str = "SegmentType";
/// The names of the publisher's purposes.
const PUBLISHER: [&str; 4] = [
    "PubPurposesConsent",
    "PubPurposesLITransparency",
    "CustomPurposesConsent",
    "CustomPurposesLITransparency",
];

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
        DISCLOSED_VENDORS => Segment::DisclosedVendors,
        2 => Segment::AllowedVendors,
        PUBLISHER_TC => Segment::PublisherTc,
        _ => return Err(Fault::UnknownSegment),
    })
}

pub(super) fn read_into(tc_string: &mut TcString, text: &str) -> Result<(), SignalError> {
    if text.is_empty() {
        return Err(SignalError::of(SECTION, Fault::EmptyPart));
    }
    let mut reader = BitReader::new(text).at(SECTION, TYPE)?;
    let (field, was_there) = match kind(&mut reader).at(SECTION, TYPE)? {
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
            let publisher_tc = read_publisher(&mut reader, SECTION, PUBLISHER)?;
            ("PublisherTC", tc_string.publisher_tc.replace(publisher_tc).is_some())
        }
    };
    if was_there {
        return Err(Fault::RepeatedSegment).at(SECTION, field);
    }
    reader.end().at(SECTION, field)
}

/// Reads the publisher's purposes, behind the type of their segment. The names are those of consents and legitimate
/// interests, then of the publisher's own.
pub(in crate::signal) fn read_publisher(
    reader: &mut BitReader<'_>,
    section: &'static str,
    names: [&'static str; 4],
) -> Result<PublisherTc, SignalError> {
    let [consents, interests, custom_consents, custom_interests] = names;
    let mut publisher_tc = PublisherTc {
        purposes_consent: FlagSet::read(reader, 24).at(section, consents)?,
        purposes_li_transparency: FlagSet::read(reader, 24).at(section, interests)?,
        num_custom_purposes: reader.byte(6).at(section, "NumCustomPurposes")?,
        ..PublisherTc::default()
    };
    let number = publisher_tc.num_custom_purposes;
    publisher_tc.custom_purposes_consent = FlagSet::read(reader, number).at(section, custom_consents)?;
    publisher_tc.custom_purposes_li_transparency =
        FlagSet::read(reader, number).at(section, custom_interests)?;
    Ok(publisher_tc)
}

/// Writes what [`read_publisher`] reads.
pub(in crate::signal) fn write_publisher(
    publisher_tc: &PublisherTc,
    writer: &mut FieldWriter,
    names: [&'static str; 4],
) {
    let [consents, interests, custom_consents, custom_interests] = names;
    let number = publisher_tc.num_custom_purposes;
    writer.flags(consents, publisher_tc.purposes_consent, 24);
    writer.flags(interests, publisher_tc.purposes_li_transparency, 24);
    writer.number("NumCustomPurposes", number.into(), 6);
    writer.flags(custom_consents, publisher_tc.custom_purposes_consent, number);
    writer.flags(custom_interests, publisher_tc.custom_purposes_li_transparency, number);
}

pub(super) fn write_after(
    tc_string: &TcString,
    vendors: VendorEncoding,
    text: &mut String,
) -> Result<(), SignalError> {
    if let Some(disclosed_vendors) = &tc_string.disclosed_vendors {
        let mut writer = FieldWriter::new(SECTION);
        writer.number(TYPE, DISCLOSED_VENDORS, 3);
        writer.put("DisclosedVendors", |bits| write_vendors(bits, disclosed_vendors, vendors));
        push(text, writer, PADDING)?;
    }
    if let Some(publisher_tc) = &tc_string.publisher_tc {
        let mut writer = FieldWriter::new(SECTION);
        writer.number(TYPE, PUBLISHER_TC, 3);
        write_publisher(publisher_tc, &mut writer, PUBLISHER);
        push(text, writer, PADDING)?;
    }
    Ok(())
}

/// Adds a segment behind those that are there.
pub(in crate::signal) fn push(
    text: &mut String,
    writer: FieldWriter,
    padding: usize,
) -> Result<(), SignalError> {
    text.push('.');
    text.push_str(&writer.finish(padding)?);
    Ok(())
}
