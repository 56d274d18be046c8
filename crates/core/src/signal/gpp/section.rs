//! A section taken apart, and its fields by name.

use super::layout::Layout;
use super::tcf_canada;
use super::us::UsSection;
use crate::signal::fault::SignalError;
use crate::signal::ids::{FlagSet, IdSet};
use crate::signal::tcf::{self, Restriction, TcString, VendorEncoding};
use crate::signal::usp::{self, UsPrivacy};
use alloc::boxed::Box;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// The ids of the sections that are not of the United States' table.
pub(super) const TCF_EU: u16 = 2;
pub(super) const TCF_CANADA: u16 = 5;
pub(super) const USP: u16 = 6;

/// A section.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Section {
    /// `tcfeuv2`: a TC string, points and all.
    TcfEu(Box<TcString>),
    /// `tcfcav1`: the same model; its consent is express, its legitimate interest is implied consent.
    TcfCanada(Box<TcString>),
    /// `uspv1`
    Usp(UsPrivacy),
    /// `usnat` and the states.
    Us(UsSection),
}

/// The value of a field, as a page is to be given it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldValue {
    /// A number.
    Number(u64),
    /// True or false.
    Flag(bool),
    /// A date: deciseconds since 1970-01-01 UTC.
    Date(u64),
    /// Letters.
    Text(String),
    /// A list of small numbers, one for each thing that is listed.
    Numbers(Vec<u8>),
    /// Ids of purposes or features, of which there are so many.
    Flags(FlagSet, u8),
    /// Ids of vendors.
    Ids(IdSet),
    /// What the publisher demands.
    Restrictions(Vec<Restriction>),
}

/// The prefix of a section that can be taken apart.
pub fn prefix(id: u16) -> Option<&'static str> {
    match id {
        TCF_EU => Some(tcf::SECTION),
        TCF_CANADA => Some(tcf_canada::SECTION),
        USP => Some(usp::SECTION),
        _ => Layout::of_id(id).map(|layout| layout.prefix),
    }
}

/// The id of a section that can be taken apart.
pub fn id(prefix: &str) -> Option<u16> {
    match prefix {
        tcf::SECTION => Some(TCF_EU),
        tcf_canada::SECTION => Some(TCF_CANADA),
        usp::SECTION => Some(USP),
        _ => Layout::of_prefix(prefix).map(|layout| layout.id),
    }
}

impl Section {
    /// Takes a section's text apart; `None` for an id that nobody here knows.
    pub fn decode(id: u16, text: &str) -> Result<Option<Self>, SignalError> {
        Ok(Some(match id {
            TCF_EU => Self::TcfEu(Box::new(TcString::decode(text)?)),
            TCF_CANADA => Self::TcfCanada(Box::new(tcf_canada::decode(text)?)),
            USP => Self::Usp(UsPrivacy::decode(text)?),
            _ => match Layout::of_id(id) {
                Some(layout) => Self::Us(UsSection::decode(layout, text)?),
                None => return Ok(None),
            },
        }))
    }

    /// The section's text.
    pub fn encode(&self) -> Result<String, SignalError> {
        match self {
            Self::TcfEu(tc_string) => tc_string.encode(VendorEncoding::Minimal),
            Self::TcfCanada(section) => tcf_canada::encode(section),
            Self::Usp(us_privacy) => Ok(us_privacy.encode()),
            Self::Us(section) => section.encode(),
        }
    }

    /// The section's id.
    pub fn id(&self) -> u16 {
        match self {
            Self::TcfEu(_) => TCF_EU,
            Self::TcfCanada(_) => TCF_CANADA,
            Self::Usp(_) => USP,
            Self::Us(section) => section.layout().id,
        }
    }

    /// The value of a field, by the name that the reference library gives it; `None` if there is none.
    pub fn field(&self, name: &str) -> Option<FieldValue> {
        self.fields().into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// All fields in order. Those of pieces that are absent are left out.
    pub fn fields(&self) -> Vec<(&'static str, FieldValue)> {
        match self {
            Self::TcfEu(tc_string) => tcf_eu_fields(tc_string),
            Self::TcfCanada(section) => tcf_canada_fields(section),
            Self::Usp(us_privacy) => usp_fields(*us_privacy),
            Self::Us(section) => section.fields(),
        }
    }
}

fn number(number: impl Into<u64>) -> FieldValue {
    FieldValue::Number(number.into())
}

/// What a TC string and its Canadian sister begin with, up to the version of the list.
fn head_fields(version: u8, tc_string: &TcString) -> Vec<(&'static str, FieldValue)> {
    use FieldValue::{Date, Text};
    Vec::from([
        ("Version", number(version)),
        ("Created", Date(tc_string.created)),
        ("LastUpdated", Date(tc_string.last_updated)),
        ("CmpId", number(tc_string.cmp_id)),
        ("CmpVersion", number(tc_string.cmp_version)),
        ("ConsentScreen", number(tc_string.consent_screen)),
        ("ConsentLanguage", Text(tc_string.consent_language.text())),
        ("VendorListVersion", number(tc_string.vendor_list_version)),
    ])
}

fn tcf_eu_fields(tc_string: &TcString) -> Vec<(&'static str, FieldValue)> {
    use FieldValue::{Flag, Flags, Ids, Restrictions, Text};
    let mut fields = head_fields(2, tc_string);
    fields.extend([
        ("PolicyVersion", number(tc_string.policy_version)),
        ("IsServiceSpecific", Flag(tc_string.is_service_specific)),
        ("UseNonStandardStacks", Flag(tc_string.use_non_standard_texts)),
        ("SpecialFeatureOptins", Flags(tc_string.special_feature_opt_ins, 12)),
        ("PurposeConsents", Flags(tc_string.purposes_consent, 24)),
        ("PurposeLegitimateInterests", Flags(tc_string.purposes_li_transparency, 24)),
        ("PurposeOneTreatment", Flag(tc_string.purpose_one_treatment)),
        ("PublisherCountryCode", Text(tc_string.publisher_cc.text())),
        ("VendorConsents", Ids(tc_string.vendor_consent.clone())),
        ("VendorLegitimateInterests", Ids(tc_string.vendor_legitimate_interest.clone())),
        ("PublisherRestrictions", Restrictions(tc_string.publisher_restrictions.clone())),
    ]);
    if let Some(publisher_tc) = &tc_string.publisher_tc {
        fields.extend([
            ("PublisherPurposesSegmentType", number(3u8)),
            ("PublisherConsents", Flags(publisher_tc.purposes_consent, 24)),
            ("PublisherLegitimateInterests", Flags(publisher_tc.purposes_li_transparency, 24)),
            ("NumCustomPurposes", number(publisher_tc.num_custom_purposes)),
            (
                "PublisherCustomConsents",
                Flags(publisher_tc.custom_purposes_consent, publisher_tc.num_custom_purposes),
            ),
            (
                "PublisherCustomLegitimateInterests",
                Flags(publisher_tc.custom_purposes_li_transparency, publisher_tc.num_custom_purposes),
            ),
        ]);
    }
    if let Some(allowed_vendors) = &tc_string.allowed_vendors {
        fields.push(("VendorsAllowedSegmentType", number(2u8)));
        fields.push(("VendorsAllowed", Ids(allowed_vendors.clone())));
    }
    if let Some(disclosed_vendors) = &tc_string.disclosed_vendors {
        fields.push(("VendorsDisclosedSegmentType", number(1u8)));
        fields.push(("VendorsDisclosed", Ids(disclosed_vendors.clone())));
    }
    fields
}

/// The fields of `tcfcav1`.
pub(in crate::signal) fn tcf_canada_fields(section: &TcString) -> Vec<(&'static str, FieldValue)> {
    use FieldValue::{Flag, Flags, Ids, Restrictions};
    let mut fields = head_fields(1, section);
    fields.extend([
        ("TcfPolicyVersion", number(section.policy_version)),
        ("UseNonStandardStacks", Flag(section.use_non_standard_texts)),
        ("SpecialFeatureExpressConsent", Flags(section.special_feature_opt_ins, 12)),
        ("PurposesExpressConsent", Flags(section.purposes_consent, 24)),
        ("PurposesImpliedConsent", Flags(section.purposes_li_transparency, 24)),
        ("VendorExpressConsent", Ids(section.vendor_consent.clone())),
        ("VendorImpliedConsent", Ids(section.vendor_legitimate_interest.clone())),
        ("PubRestrictions", Restrictions(section.publisher_restrictions.clone())),
    ]);
    if let Some(publisher) = &section.publisher_tc {
        fields.extend([
            ("PubPurposesSegmentType", number(3u8)),
            ("PubPurposesExpressConsent", Flags(publisher.purposes_consent, 24)),
            ("PubPurposesImpliedConsent", Flags(publisher.purposes_li_transparency, 24)),
            ("NumCustomPurposes", number(publisher.num_custom_purposes)),
            (
                "CustomPurposesExpressConsent",
                Flags(publisher.custom_purposes_consent, publisher.num_custom_purposes),
            ),
            (
                "CustomPurposesImpliedConsent",
                Flags(publisher.custom_purposes_li_transparency, publisher.num_custom_purposes),
            ),
        ]);
    }
    if let Some(disclosed_vendors) = &section.disclosed_vendors {
        fields.push(("DisclosedVendorsSegmentType", number(1u8)));
        fields.push(("DisclosedVendors", Ids(disclosed_vendors.clone())));
    }
    fields
}

fn usp_fields(us_privacy: UsPrivacy) -> Vec<(&'static str, FieldValue)> {
    let letter = |answer: usp::Answer| FieldValue::Text(answer.letter().to_string());
    Vec::from([
        ("Version", number(1u8)),
        ("Notice", letter(us_privacy.notice)),
        ("OptOutSale", letter(us_privacy.opt_out_sale)),
        ("LspaCovered", letter(us_privacy.lspa_covered)),
    ])
}
