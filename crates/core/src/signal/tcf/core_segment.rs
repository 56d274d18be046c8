//! The core segment: 213 fixed bits, two sets of vendors, the publisher's restrictions.

use super::vendors::{read_vendors, write_vendors};
use super::{Letters, SECTION, TcString, VendorEncoding, restriction};
use crate::signal::bits::{BitReader, BitWriter};
use crate::signal::fault::{At, Fault, SignalError};
use crate::signal::ids::FlagSet;
use alloc::string::String;

/// The only version; 1 is dead since August 2020.
const VERSION: u64 = 2;

pub(super) fn read(text: &str) -> Result<TcString, SignalError> {
    if text.is_empty() {
        return Err(SignalError::of(SECTION, Fault::EmptyPart));
    }
    let mut bits = BitReader::new(text).at(SECTION, "Core")?;
    let reader = &mut bits;
    if reader.number(6).at(SECTION, "Version")? != VERSION {
        return Err(Fault::UnsupportedVersion).at(SECTION, "Version");
    }
    let mut tc_string = TcString::new(0);
    tc_string.disclosed_vendors = None;
    tc_string.created = reader.number(36).at(SECTION, "Created")?;
    tc_string.last_updated = reader.number(36).at(SECTION, "LastUpdated")?;
    tc_string.cmp_id = reader.short(12).at(SECTION, "CmpId")?;
    tc_string.cmp_version = reader.short(12).at(SECTION, "CmpVersion")?;
    tc_string.consent_screen = reader.byte(6).at(SECTION, "ConsentScreen")?;
    tc_string.consent_language = Letters::read(reader).at(SECTION, "ConsentLanguage")?;
    tc_string.vendor_list_version = reader.short(12).at(SECTION, "VendorListVersion")?;
    tc_string.policy_version = reader.byte(6).at(SECTION, "TcfPolicyVersion")?;
    tc_string.is_service_specific = reader.bit().at(SECTION, "IsServiceSpecific")?;
    tc_string.use_non_standard_texts = reader.bit().at(SECTION, "UseNonStandardTexts")?;
    tc_string.special_feature_opt_ins = FlagSet::read(reader, 12).at(SECTION, "SpecialFeatureOptIns")?;
    tc_string.purposes_consent = FlagSet::read(reader, 24).at(SECTION, "PurposesConsent")?;
    tc_string.purposes_li_transparency = FlagSet::read(reader, 24).at(SECTION, "PurposesLITransparency")?;
    tc_string.purpose_one_treatment = reader.bit().at(SECTION, "PurposeOneTreatment")?;
    tc_string.publisher_cc = Letters::read(reader).at(SECTION, "PublisherCC")?;
    tc_string.vendor_consent = read_vendors(reader).at(SECTION, "VendorConsent")?;
    tc_string.vendor_legitimate_interest = read_vendors(reader).at(SECTION, "VendorLegitimateInterest")?;
    tc_string.publisher_restrictions = restriction::read(reader).at(SECTION, "PublisherRestrictions")?;
    bits.end().at(SECTION, "Core")?;
    Ok(tc_string)
}

pub(super) fn write(tc_string: &TcString, vendors: VendorEncoding) -> Result<String, SignalError> {
    let mut writer = BitWriter::default();
    let writer = &mut writer;
    writer.number(VERSION, 6).at(SECTION, "Version")?;
    writer.number(tc_string.created, 36).at(SECTION, "Created")?;
    writer.number(tc_string.last_updated, 36).at(SECTION, "LastUpdated")?;
    writer.number(tc_string.cmp_id.into(), 12).at(SECTION, "CmpId")?;
    writer.number(tc_string.cmp_version.into(), 12).at(SECTION, "CmpVersion")?;
    writer.number(tc_string.consent_screen.into(), 6).at(SECTION, "ConsentScreen")?;
    tc_string.consent_language.write(writer).at(SECTION, "ConsentLanguage")?;
    writer.number(tc_string.vendor_list_version.into(), 12).at(SECTION, "VendorListVersion")?;
    writer.number(tc_string.policy_version.into(), 6).at(SECTION, "TcfPolicyVersion")?;
    writer.bit(tc_string.is_service_specific);
    writer.bit(tc_string.use_non_standard_texts);
    tc_string.special_feature_opt_ins.write(writer, 12).at(SECTION, "SpecialFeatureOptIns")?;
    tc_string.purposes_consent.write(writer, 24).at(SECTION, "PurposesConsent")?;
    tc_string.purposes_li_transparency.write(writer, 24).at(SECTION, "PurposesLITransparency")?;
    writer.bit(tc_string.purpose_one_treatment);
    tc_string.publisher_cc.write(writer).at(SECTION, "PublisherCC")?;
    write_vendors(writer, &tc_string.vendor_consent, vendors).at(SECTION, "VendorConsent")?;
    write_vendors(writer, &tc_string.vendor_legitimate_interest, vendors)
        .at(SECTION, "VendorLegitimateInterest")?;
    restriction::write(writer, &tc_string.publisher_restrictions).at(SECTION, "PublisherRestrictions")?;
    Ok(core::mem::take(writer).finish(super::segments::PADDING))
}
