//! TCF Canada, section `tcfcav1`.
//!
//! What this is: express and implied consent to purposes and vendors, the publisher's restrictions, and in pieces of their
//! own the publisher's purposes and the disclosed vendors. Ranges are read in both encodings that were ever written.

use super::header::PADDING;
use super::ranges::{RangeEncoding, read_optimized, write_optimized};
use crate::signal::bits::{BitReader, BitWriter};
use crate::signal::fault::{At, Fault, SignalError};
use crate::signal::ids::{FlagSet, IdSet};
use crate::signal::tcf::vendors::{read_ranges, write_ranges};
use crate::signal::tcf::{Letters, Restriction, RestrictionType};
use alloc::string::String;
use alloc::vec::Vec;

/// The section's prefix.
pub const SECTION: &str = "tcfcav1";

const VERSION: u64 = 1;
const DISCLOSED_VENDORS: u64 = 1;
const PUBLISHER_PURPOSES: u64 = 3;

/// A section of TCF Canada, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TcfCanada {
    /// When it was made: deciseconds since 1970-01-01 UTC, 36 bits.
    pub created: u64,
    /// When it was last changed, likewise.
    pub last_updated: u64,
    /// The CMP's registered id, 12 bits.
    pub cmp_id: u16,
    /// The CMP's own version, 12 bits.
    pub cmp_version: u16,
    /// The number of the screen, 6 bits.
    pub consent_screen: u8,
    /// The language of the notice.
    pub consent_language: Letters,
    /// The version of the vendor list, 12 bits.
    pub vendor_list_version: u16,
    /// The version of the policies, 6 bits.
    pub tcf_policy_version: u8,
    /// Whether the CMP used other stacks than the standard ones.
    pub use_non_standard_stacks: bool,
    /// Special features, 1 to 12.
    pub special_feature_express_consent: FlagSet,
    /// Purposes, 1 to 24.
    pub purposes_express_consent: FlagSet,
    /// Purposes, 1 to 24.
    pub purposes_implied_consent: FlagSet,
    /// Vendors.
    pub vendor_express_consent: IdSet,
    /// Vendors.
    pub vendor_implied_consent: IdSet,
    /// What the publisher demands, in the order of the text.
    pub pub_restrictions: Vec<Restriction>,
    /// The publisher's own purposes.
    pub publisher_purposes: Option<PublisherPurposes>,
    /// Vendors that were shown.
    pub disclosed_vendors: Option<IdSet>,
}

/// The publisher's own purposes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PublisherPurposes {
    /// Purposes, 1 to 24.
    pub express_consent: FlagSet,
    /// Purposes, 1 to 24.
    pub implied_consent: FlagSet,
    /// How many purposes of its own the publisher has, up to 63.
    pub num_custom_purposes: u8,
    /// Own purposes.
    pub custom_express_consent: FlagSet,
    /// Own purposes.
    pub custom_implied_consent: FlagSet,
}

impl TcfCanada {
    pub(super) fn decode(text: &str) -> Result<Self, SignalError> {
        let mut pieces = text.split('.');
        let mut section = decode_core(pieces.next().unwrap_or_default())?;
        for piece in pieces {
            section.read_piece(piece)?;
        }
        Ok(section)
    }

    pub(super) fn encode(&self) -> Result<String, SignalError> {
        let mut text = self.write_core(RangeEncoding::Fibonacci)?;
        if let Some(publisher) = &self.publisher_purposes {
            let mut writer = BitWriter::default();
            writer.number(PUBLISHER_PURPOSES, 3).at(SECTION, "SubsectionType")?;
            publisher.write(&mut writer)?;
            text.push('.');
            text.push_str(&writer.finish(PADDING));
        }
        if let Some(disclosed_vendors) = &self.disclosed_vendors {
            let mut writer = BitWriter::default();
            writer.number(DISCLOSED_VENDORS, 3).at(SECTION, "SubsectionType")?;
            write_optimized(&mut writer, disclosed_vendors, RangeEncoding::Fibonacci)
                .at(SECTION, "DisclosedVendors")?;
            text.push('.');
            text.push_str(&writer.finish(PADDING));
        }
        Ok(text)
    }

    fn read_piece(&mut self, text: &str) -> Result<(), SignalError> {
        if text.is_empty() {
            return Err(SignalError::of(SECTION, Fault::EmptyPart));
        }
        let mut reader = BitReader::new(text).at(SECTION, "SubsectionType")?;
        let (field, was_there) = match reader.number(3).at(SECTION, "SubsectionType")? {
            DISCLOSED_VENDORS => {
                let vendors = decode_disclosed(text).at(SECTION, "DisclosedVendors")?;
                ("DisclosedVendors", self.disclosed_vendors.replace(vendors).is_some())
            }
            PUBLISHER_PURPOSES => {
                let purposes = PublisherPurposes::read(&mut reader)?;
                ("PublisherPurposes", self.publisher_purposes.replace(purposes).is_some())
            }
            _ => return Err(Fault::UnknownSegment).at(SECTION, "SubsectionType"),
        };
        if was_there { Err(Fault::RepeatedSegment).at(SECTION, field) } else { Ok(()) }
    }

    fn read_core(text: &str, encoding: RangeEncoding) -> Result<Self, SignalError> {
        let mut bits = BitReader::new(text).at(SECTION, "")?;
        let reader = &mut bits;
        if reader.number(6).at(SECTION, "Version")? != VERSION {
            return Err(Fault::UnsupportedVersion).at(SECTION, "Version");
        }
        let section = Self {
            created: reader.number(36).at(SECTION, "Created")?,
            last_updated: reader.number(36).at(SECTION, "LastUpdated")?,
            cmp_id: reader.short(12).at(SECTION, "CmpId")?,
            cmp_version: reader.short(12).at(SECTION, "CmpVersion")?,
            consent_screen: reader.byte(6).at(SECTION, "ConsentScreen")?,
            consent_language: Letters::read(reader).at(SECTION, "ConsentLanguage")?,
            vendor_list_version: reader.short(12).at(SECTION, "VendorListVersion")?,
            tcf_policy_version: reader.byte(6).at(SECTION, "TcfPolicyVersion")?,
            use_non_standard_stacks: reader.bit().at(SECTION, "UseNonStandardStacks")?,
            special_feature_express_consent: FlagSet::read(reader, 12)
                .at(SECTION, "SpecialFeatureExpressConsent")?,
            purposes_express_consent: FlagSet::read(reader, 24).at(SECTION, "PurposesExpressConsent")?,
            purposes_implied_consent: FlagSet::read(reader, 24).at(SECTION, "PurposesImpliedConsent")?,
            vendor_express_consent: read_optimized(reader, encoding).at(SECTION, "VendorExpressConsent")?,
            vendor_implied_consent: read_optimized(reader, encoding).at(SECTION, "VendorImpliedConsent")?,
            pub_restrictions: read_restrictions(reader, encoding).at(SECTION, "PubRestrictions")?,
            publisher_purposes: None,
            disclosed_vendors: None,
        };
        bits.end().at(SECTION, "PubRestrictions")?;
        Ok(section)
    }

    fn write_core(&self, encoding: RangeEncoding) -> Result<String, SignalError> {
        let mut writer = BitWriter::default();
        let w = &mut writer;
        w.number(VERSION, 6).at(SECTION, "Version")?;
        w.number(self.created, 36).at(SECTION, "Created")?;
        w.number(self.last_updated, 36).at(SECTION, "LastUpdated")?;
        w.number(self.cmp_id.into(), 12).at(SECTION, "CmpId")?;
        w.number(self.cmp_version.into(), 12).at(SECTION, "CmpVersion")?;
        w.number(self.consent_screen.into(), 6).at(SECTION, "ConsentScreen")?;
        self.consent_language.write(w).at(SECTION, "ConsentLanguage")?;
        w.number(self.vendor_list_version.into(), 12).at(SECTION, "VendorListVersion")?;
        w.number(self.tcf_policy_version.into(), 6).at(SECTION, "TcfPolicyVersion")?;
        w.bit(self.use_non_standard_stacks);
        self.special_feature_express_consent.write(w, 12).at(SECTION, "SpecialFeatureExpressConsent")?;
        self.purposes_express_consent.write(w, 24).at(SECTION, "PurposesExpressConsent")?;
        self.purposes_implied_consent.write(w, 24).at(SECTION, "PurposesImpliedConsent")?;
        write_optimized(w, &self.vendor_express_consent, encoding).at(SECTION, "VendorExpressConsent")?;
        write_optimized(w, &self.vendor_implied_consent, encoding).at(SECTION, "VendorImpliedConsent")?;
        write_restrictions(w, &self.pub_restrictions, encoding).at(SECTION, "PubRestrictions")?;
        Ok(writer.finish(PADDING))
    }
}

/// Reads the first piece. Nothing in it says how its ranges are encoded; the encoding in which the piece, written again, is
/// the same text is the right one. If that settles nothing and the readings differ, neither is believed.
fn decode_core(text: &str) -> Result<TcfCanada, SignalError> {
    let reading = |encoding| {
        let section = TcfCanada::read_core(text, encoding)?;
        let again = section.write_core(encoding)?;
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

impl PublisherPurposes {
    fn read(reader: &mut BitReader<'_>) -> Result<Self, SignalError> {
        let mut purposes = Self {
            express_consent: FlagSet::read(reader, 24).at(SECTION, "PubPurposesExpressConsent")?,
            implied_consent: FlagSet::read(reader, 24).at(SECTION, "PubPurposesImpliedConsent")?,
            num_custom_purposes: reader.byte(6).at(SECTION, "NumCustomPurposes")?,
            ..Self::default()
        };
        let number = purposes.num_custom_purposes;
        purposes.custom_express_consent =
            FlagSet::read(reader, number).at(SECTION, "CustomPurposesExpressConsent")?;
        purposes.custom_implied_consent =
            FlagSet::read(reader, number).at(SECTION, "CustomPurposesImpliedConsent")?;
        Ok(purposes)
    }

    fn write(&self, writer: &mut BitWriter) -> Result<(), SignalError> {
        let number = self.num_custom_purposes;
        self.express_consent.write(writer, 24).at(SECTION, "PubPurposesExpressConsent")?;
        self.implied_consent.write(writer, 24).at(SECTION, "PubPurposesImpliedConsent")?;
        writer.number(number.into(), 6).at(SECTION, "NumCustomPurposes")?;
        self.custom_express_consent.write(writer, number).at(SECTION, "CustomPurposesExpressConsent")?;
        self.custom_implied_consent.write(writer, number).at(SECTION, "CustomPurposesImpliedConsent")
    }
}

/// The shortest entry: purpose, type, and a set without vendors.
const ENTRY: usize = 6 + 2 + 12;

fn read_restrictions(reader: &mut BitReader<'_>, encoding: RangeEncoding) -> Result<Vec<Restriction>, Fault> {
    let count = usize::from(reader.short(12)?);
    reader.room(count * ENTRY)?;
    let mut restrictions = Vec::new();
    for _ in 0..count {
        let purpose = reader.byte(6)?;
        let restriction_type = RestrictionType::read(reader)?;
        let vendors = match encoding {
            RangeEncoding::Fibonacci => read_optimized(reader, encoding)?,
            RangeEncoding::FixedInteger => read_ranges(reader, u16::MAX)?,
        };
        restrictions.push(Restriction { purpose, restriction_type, vendors });
    }
    Ok(restrictions)
}

fn write_restrictions(
    writer: &mut BitWriter,
    restrictions: &[Restriction],
    encoding: RangeEncoding,
) -> Result<(), Fault> {
    writer.number(restrictions.len() as u64, 12)?;
    for restriction in restrictions {
        writer.number(restriction.purpose.into(), 6)?;
        writer.number(restriction.restriction_type as u64, 2)?;
        match encoding {
            RangeEncoding::Fibonacci => write_optimized(writer, &restriction.vendors, encoding)?,
            RangeEncoding::FixedInteger => write_ranges(writer, &restriction.vendors)?,
        }
    }
    Ok(())
}
