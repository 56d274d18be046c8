//! TCF Canada, section `tcfcav1`.
//!
//! What this is: a TC string in other words. What consent is there is express consent here, legitimate interest is implied
//! consent, and opting into a special feature is express consent to it; so the model is the same, and what Canada has no
//! field for (purpose 1, whose treatment, the publisher's country, whether it is for one service) stays as it is in a new
//! one. Ranges are read in both encodings that were ever written.

use super::header::PADDING;
use super::ranges::{RangeEncoding, read_optimized, write_optimized};
use crate::signal::bits::{BitReader, BitWriter};
use crate::signal::fault::{At, Fault, SignalError};
use crate::signal::fields::FieldWriter;
use crate::signal::ids::IdSet;
use crate::signal::tcf::TcString;
use crate::signal::tcf::core_segment::{read_choices, read_head, write_choices, write_head};
use crate::signal::tcf::restriction;
use crate::signal::tcf::segments::{DISCLOSED_VENDORS, PUBLISHER_TC, push, read_publisher, write_publisher};
use crate::signal::tcf::vendors::{read_ranges, write_ranges};
use alloc::string::String;

/// The section's prefix.
pub const SECTION: &str = "tcfcav1";

const VERSION: u64 = 1;
const TYPE: &str = "SubsectionType";
const CHOICES: [&str; 3] =
    ["SpecialFeatureExpressConsent", "PurposesExpressConsent", "PurposesImpliedConsent"];
const PUBLISHER: [&str; 4] = [
    "PubPurposesExpressConsent",
    "PubPurposesImpliedConsent",
    "CustomPurposesExpressConsent",
    "CustomPurposesImpliedConsent",
];

pub(super) fn decode(text: &str) -> Result<TcString, SignalError> {
    let mut pieces = text.split('.');
    let mut section = decode_core(pieces.next().unwrap_or_default())?;
    for piece in pieces {
        read_piece(&mut section, piece)?;
    }
    Ok(section)
}

pub(super) fn encode(section: &TcString) -> Result<String, SignalError> {
    let mut text = write_core(section, RangeEncoding::Fibonacci)?;
    if let Some(publisher) = &section.publisher_tc {
        let mut writer = FieldWriter::new(SECTION);
        writer.number(TYPE, PUBLISHER_TC, 3);
        write_publisher(publisher, &mut writer, PUBLISHER);
        push(&mut text, writer, PADDING)?;
    }
    if let Some(disclosed_vendors) = &section.disclosed_vendors {
        let mut writer = FieldWriter::new(SECTION);
        writer.number(TYPE, DISCLOSED_VENDORS, 3);
        writer.put("DisclosedVendors", |bits| {
            write_optimized(bits, disclosed_vendors, RangeEncoding::Fibonacci)
        });
        push(&mut text, writer, PADDING)?;
    }
    Ok(text)
}

fn read_piece(section: &mut TcString, text: &str) -> Result<(), SignalError> {
    if text.is_empty() {
        return Err(SignalError::of(SECTION, Fault::EmptyPart));
    }
    let mut reader = BitReader::new(text).at(SECTION, TYPE)?;
    let (field, was_there) = match reader.number(3).at(SECTION, TYPE)? {
        DISCLOSED_VENDORS => {
            let vendors = decode_disclosed(text).at(SECTION, "DisclosedVendors")?;
            ("DisclosedVendors", section.disclosed_vendors.replace(vendors).is_some())
        }
        PUBLISHER_TC => {
            let purposes = read_publisher(&mut reader, SECTION, PUBLISHER)?;
            ("PublisherPurposes", section.publisher_tc.replace(purposes).is_some())
        }
        _ => return Err(Fault::UnknownSegment).at(SECTION, TYPE),
    };
    if was_there { Err(Fault::RepeatedSegment).at(SECTION, field) } else { Ok(()) }
}

fn read_core(text: &str, encoding: RangeEncoding) -> Result<TcString, SignalError> {
    let mut bits = BitReader::new(text).at(SECTION, "")?;
    let reader = &mut bits;
    let mut section = read_head(reader, SECTION, VERSION)?;
    section.use_non_standard_texts = reader.bit().at(SECTION, "UseNonStandardStacks")?;
    read_choices(&mut section, reader, SECTION, CHOICES)?;
    section.vendor_consent = read_optimized(reader, encoding).at(SECTION, "VendorExpressConsent")?;
    section.vendor_legitimate_interest =
        read_optimized(reader, encoding).at(SECTION, "VendorImpliedConsent")?;
    let restrictions = restriction::read(reader, |reader| match encoding {
        RangeEncoding::Fibonacci => read_optimized(reader, encoding),
        RangeEncoding::FixedInteger => read_ranges(reader, u16::MAX),
    });
    section.publisher_restrictions = restrictions.at(SECTION, "PubRestrictions")?;
    bits.end().at(SECTION, "PubRestrictions")?;
    Ok(section)
}

fn write_core(section: &TcString, encoding: RangeEncoding) -> Result<String, SignalError> {
    let mut writer = FieldWriter::new(SECTION);
    write_head(section, &mut writer, VERSION);
    writer.bit(section.use_non_standard_texts);
    write_choices(section, &mut writer, CHOICES);
    for (field, vendors) in [
        ("VendorExpressConsent", &section.vendor_consent),
        ("VendorImpliedConsent", &section.vendor_legitimate_interest),
    ] {
        writer.put(field, |bits| write_optimized(bits, vendors, encoding));
    }
    writer.put("PubRestrictions", |bits| {
        restriction::write(bits, &section.publisher_restrictions, |bits, vendors| match encoding {
            RangeEncoding::Fibonacci => write_optimized(bits, vendors, encoding),
            RangeEncoding::FixedInteger => write_ranges(bits, vendors),
        })
    });
    writer.finish(PADDING)
}

/// Reads the first piece. Nothing in it says how its ranges are encoded; the encoding in which the piece, written again, is
/// the same text is the right one. If that settles nothing and the readings differ, neither is believed.
fn decode_core(text: &str) -> Result<TcString, SignalError> {
    let reading = |encoding| {
        let section = read_core(text, encoding)?;
        let again = write_core(&section, encoding)?;
        Ok((section, is_same_bits(&again, text)))
    };
    choose(reading(RangeEncoding::Fibonacci), reading(RangeEncoding::FixedInteger))
}

fn decode_disclosed(text: &str) -> Result<IdSet, Fault> {
    let reading = |encoding| {
        let mut reader = BitReader::new(text)?;
        reader.number(3)?;
        let vendors = read_optimized(&mut reader, encoding)?;
        let mut writer = BitWriter::default();
        writer.number(DISCLOSED_VENDORS, 3)?;
        write_optimized(&mut writer, &vendors, encoding)?;
        Ok((vendors, is_same_bits(&writer.finish(6), text)))
    };
    choose(reading(RangeEncoding::Fibonacci), reading(RangeEncoding::FixedInteger))
}

/// An error that can say that there are two readings.
trait Unsure {
    fn ambiguous() -> Self;
}

impl Unsure for Fault {
    fn ambiguous() -> Self {
        Self::Ambiguous
    }
}

impl Unsure for SignalError {
    fn ambiguous() -> Self {
        Self::of(SECTION, Fault::Ambiguous)
    }
}

/// One of two readings, each with whether it gives the same text again.
fn choose<T: PartialEq, E: Unsure>(
    fibonacci: Result<(T, bool), E>,
    fixed_integer: Result<(T, bool), E>,
) -> Result<T, E> {
    match (fibonacci, fixed_integer) {
        (Ok((value, true)), _) | (_, Ok((value, true))) => Ok(value),
        (Ok((value, _)), Ok((other, _))) if value == other => Ok(value),
        (Ok(_), Ok(_)) => Err(E::ambiguous()),
        (Ok((value, _)), Err(_)) | (Err(_), Ok((value, _))) => Ok(value),
        (Err(error), Err(_)) => Err(error),
    }
}

/// Whether two texts differ in nothing but zeros at the end.
fn is_same_bits(a: &str, b: &str) -> bool {
    a.trim_end_matches('A') == b.trim_end_matches('A')
}
