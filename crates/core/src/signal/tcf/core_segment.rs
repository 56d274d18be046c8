//! The core segment: 213 fixed bits, two sets of vendors, the publisher's restrictions.
//!
//! What it begins with, and the three sets of small ids behind it, the section of TCF Canada has as well.

use super::vendors::{read_ranges, read_vendors, write_ranges, write_vendors};
use super::{Letters, SECTION, TcString, VendorEncoding, restriction};
use crate::signal::bits::BitReader;
use crate::signal::fault::{At, Fault, SignalError};
use crate::signal::fields::FieldWriter;
use crate::signal::ids::FlagSet;
use alloc::string::String;

/// The only version; 1 is dead since August 2020.
const VERSION: u64 = 2;

/// The names of special features, consents and legitimate interests.
const CHOICES: [&str; 3] = ["SpecialFeatureOptIns", "PurposesConsent", "PurposesLITransparency"];

/// Reads the fields up to the version of the policies into a string that has nothing else.
pub(in crate::signal) fn read_head(
    reader: &mut BitReader<'_>,
    section: &'static str,
    version: u64,
) -> Result<TcString, SignalError> {
    if reader.number(6).at(section, "Version")? != version {
        return Err(Fault::UnsupportedVersion).at(section, "Version");
    }
    Ok(TcString {
        created: reader.number(36).at(section, "Created")?,
        last_updated: reader.number(36).at(section, "LastUpdated")?,
        cmp_id: reader.short(12).at(section, "CmpId")?,
        cmp_version: reader.short(12).at(section, "CmpVersion")?,
        consent_screen: reader.byte(6).at(section, "ConsentScreen")?,
        consent_language: Letters::read(reader).at(section, "ConsentLanguage")?,
        vendor_list_version: reader.short(12).at(section, "VendorListVersion")?,
        policy_version: reader.byte(6).at(section, "TcfPolicyVersion")?,
        disclosed_vendors: None,
        ..TcString::new(0)
    })
}

/// Reads special features and purposes, by these names.
pub(in crate::signal) fn read_choices(
    tc_string: &mut TcString,
    reader: &mut BitReader<'_>,
    section: &'static str,
    names: [&'static str; 3],
) -> Result<(), SignalError> {
    let [special_features, consents, interests] = names;
    tc_string.special_feature_opt_ins = FlagSet::read(reader, 12).at(section, special_features)?;
    tc_string.purposes_consent = FlagSet::read(reader, 24).at(section, consents)?;
    tc_string.purposes_li_transparency = FlagSet::read(reader, 24).at(section, interests)?;
    Ok(())
}

pub(super) fn read(text: &str) -> Result<TcString, SignalError> {
    if text.is_empty() {
        return Err(SignalError::of(SECTION, Fault::EmptyPart));
    }
    let mut bits = BitReader::new(text).at(SECTION, "Core")?;
    let reader = &mut bits;
    let mut tc_string = read_head(reader, SECTION, VERSION)?;
    tc_string.is_service_specific = reader.bit().at(SECTION, "IsServiceSpecific")?;
    tc_string.use_non_standard_texts = reader.bit().at(SECTION, "UseNonStandardTexts")?;
    read_choices(&mut tc_string, reader, SECTION, CHOICES)?;
    tc_string.purpose_one_treatment = reader.bit().at(SECTION, "PurposeOneTreatment")?;
    tc_string.publisher_cc = Letters::read(reader).at(SECTION, "PublisherCC")?;
    tc_string.vendor_consent = read_vendors(reader).at(SECTION, "VendorConsent")?;
    tc_string.vendor_legitimate_interest = read_vendors(reader).at(SECTION, "VendorLegitimateInterest")?;
    let restrictions = restriction::read(reader, |reader| read_ranges(reader, u16::MAX));
    tc_string.publisher_restrictions = restrictions.at(SECTION, "PublisherRestrictions")?;
    bits.end().at(SECTION, "Core")?;
    Ok(tc_string)
}

/// Writes what [`read_head`] reads.
pub(in crate::signal) fn write_head(tc_string: &TcString, writer: &mut FieldWriter, version: u64) {
    writer.number("Version", version, 6);
    writer.number("Created", tc_string.created, 36);
    writer.number("LastUpdated", tc_string.last_updated, 36);
    writer.number("CmpId", tc_string.cmp_id.into(), 12);
    writer.number("CmpVersion", tc_string.cmp_version.into(), 12);
    writer.number("ConsentScreen", tc_string.consent_screen.into(), 6);
    writer.put("ConsentLanguage", |bits| tc_string.consent_language.write(bits));
    writer.number("VendorListVersion", tc_string.vendor_list_version.into(), 12);
    writer.number("TcfPolicyVersion", tc_string.policy_version.into(), 6);
}

/// Writes what [`read_choices`] reads.
pub(in crate::signal) fn write_choices(
    tc_string: &TcString,
    writer: &mut FieldWriter,
    names: [&'static str; 3],
) {
    let [special_features, consents, interests] = names;
    writer.flags(special_features, tc_string.special_feature_opt_ins, 12);
    writer.flags(consents, tc_string.purposes_consent, 24);
    writer.flags(interests, tc_string.purposes_li_transparency, 24);
}

pub(super) fn write(tc_string: &TcString, vendors: VendorEncoding) -> Result<String, SignalError> {
    let mut writer = FieldWriter::new(SECTION);
    write_head(tc_string, &mut writer, VERSION);
    writer.bit(tc_string.is_service_specific);
    writer.bit(tc_string.use_non_standard_texts);
    write_choices(tc_string, &mut writer, CHOICES);
    writer.bit(tc_string.purpose_one_treatment);
    writer.put("PublisherCC", |bits| tc_string.publisher_cc.write(bits));
    writer.put("VendorConsent", |bits| write_vendors(bits, &tc_string.vendor_consent, vendors));
    writer.put("VendorLegitimateInterest", |bits| {
        write_vendors(bits, &tc_string.vendor_legitimate_interest, vendors)
    });
    writer.put("PublisherRestrictions", |bits| {
        restriction::write(bits, &tc_string.publisher_restrictions, write_ranges)
    });
    writer.finish(super::segments::PADDING)
}
