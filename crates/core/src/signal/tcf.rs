//! The TC string of the Transparency and Consent Framework, versions 2.0 to 2.3.
//!
//! What this is: [`TcString`], the model of a string and of all its segments, with [`TcString::decode`] and
//! [`TcString::encode`]; whether a string is valid today ([`validity`]); what may be written ([`conform`]); and what a vendor
//! may do under it ([`permission`]).
//!
//! What it is not: a CMP. Numbers that the IAB hands out, as the CMP id, are the site's.
//!
//! Standard: IAB Tech Lab, "Consent string and vendor list formats v2", with the changes of 2.3.

pub mod conform;
pub mod permission;
pub mod restriction;
pub mod segments;
pub mod validity;
pub mod vendors;

pub(super) mod core_segment;

use super::fault::{Fault, SignalError};
use super::ids::{FlagSet, IdSet};
use alloc::string::String;
use alloc::vec::Vec;
pub use restriction::{Restriction, RestrictionType};
pub use vendors::VendorEncoding;

/// The prefix of the TC string as a GPP section, and its name in errors.
pub const SECTION: &str = "tcfeuv2";

/// Two letters A to Z: a language after ISO 639-1 in upper case, or a country after ISO 3166-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Letters([u8; 2]);

impl Letters {
    /// `AA`, for a country that is not known.
    pub const UNKNOWN: Self = Self(*b"AA");

    /// Two letters, of either case; `None` for anything else.
    pub fn new(text: &str) -> Option<Self> {
        let [first, second] = <[u8; 2]>::try_from(text.as_bytes()).ok()?;
        let is_letters = first.is_ascii_alphabetic() && second.is_ascii_alphabetic();
        is_letters.then(|| Self([first.to_ascii_uppercase(), second.to_ascii_uppercase()]))
    }

    /// The letters, in upper case.
    pub fn text(self) -> String {
        let mut text = String::new();
        for letter in self.0 {
            text.push(char::from(letter));
        }
        text
    }

    pub(crate) fn read(reader: &mut super::bits::BitReader<'_>) -> Result<Self, Fault> {
        let mut letters = *b"AA";
        for letter in &mut letters {
            let code = reader.byte(6)?;
            if code > 25 {
                return Err(Fault::BadLetter);
            }
            *letter = b'A' + code;
        }
        Ok(Self(letters))
    }

    pub(crate) fn write(self, writer: &mut super::bits::BitWriter) -> Result<(), Fault> {
        self.0.iter().try_for_each(|letter| writer.number(u64::from(letter - b'A'), 6))
    }
}

/// A TC string, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TcString {
    /// When the string was first made: deciseconds since 1970-01-01 UTC, 36 bits. Whole days since December 2021.
    pub created: u64,
    /// When it was last changed; equal to `created` since December 2021.
    pub last_updated: u64,
    /// The CMP's registered id, 12 bits; 0 and 1 belong to nobody.
    pub cmp_id: u16,
    /// The CMP's own version, 12 bits.
    pub cmp_version: u16,
    /// The number of the screen on which the choice was made, 6 bits; the CMP's own count.
    pub consent_screen: u8,
    /// The language of the notice.
    pub consent_language: Letters,
    /// The version of the vendor list that was shown, 12 bits.
    pub vendor_list_version: u16,
    /// The version of the TCF policies that the list names, 6 bits.
    pub policy_version: u8,
    /// Whether the choice is for this service only; anything else is invalid since September 2021.
    pub is_service_specific: bool,
    /// Whether the CMP used other texts than the standard ones.
    pub use_non_standard_texts: bool,
    /// Special features that the person opted into, 1 to 12.
    pub special_feature_opt_ins: FlagSet,
    /// Purposes that the person consented to, 1 to 24.
    pub purposes_consent: FlagSet,
    /// Purposes whose legitimate interest was disclosed and not objected to, 1 to 24.
    pub purposes_li_transparency: FlagSet,
    /// Whether purpose 1 was not disclosed, since the publisher's law asks for no consent to it.
    pub purpose_one_treatment: bool,
    /// The publisher's country.
    pub publisher_cc: Letters,
    /// Vendors that the person consented to.
    pub vendor_consent: IdSet,
    /// Vendors whose legitimate interest was disclosed and not objected to.
    pub vendor_legitimate_interest: IdSet,
    /// What the publisher forbids or demands, in the order of the string.
    pub publisher_restrictions: Vec<Restriction>,
    /// Vendors that were shown to the person: mandatory since TCF 2.3, `None` in older strings.
    pub disclosed_vendors: Option<IdSet>,
    /// Read from old strings, without meaning since September 2021, never written.
    pub allowed_vendors: Option<IdSet>,
    /// What the publisher itself may do; `None` without the segment.
    pub publisher_tc: Option<PublisherTc>,
}

/// The publisher's own purposes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PublisherTc {
    /// Purposes consented to, 1 to 24.
    pub purposes_consent: FlagSet,
    /// Purposes whose legitimate interest was not objected to, 1 to 24.
    pub purposes_li_transparency: FlagSet,
    /// How many purposes of its own the publisher has, up to 63.
    pub num_custom_purposes: u8,
    /// Own purposes consented to.
    pub custom_purposes_consent: FlagSet,
    /// Own purposes whose legitimate interest was not objected to.
    pub custom_purposes_li_transparency: FlagSet,
}

impl TcString {
    /// A string that grants nothing and restricts nothing, made at `created` (deciseconds since 1970-01-01 UTC, cut to
    /// the day): every other field is for the caller to set.
    pub fn new(created: u64) -> Self {
        let created = created - created % validity::DAY;
        Self {
            created,
            last_updated: created,
            cmp_id: 0,
            cmp_version: 0,
            consent_screen: 0,
            consent_language: Letters(*b"EN"),
            vendor_list_version: 0,
            policy_version: validity::POLICY_VERSION,
            is_service_specific: true,
            use_non_standard_texts: false,
            special_feature_opt_ins: FlagSet::default(),
            purposes_consent: FlagSet::default(),
            purposes_li_transparency: FlagSet::default(),
            purpose_one_treatment: false,
            publisher_cc: Letters::UNKNOWN,
            vendor_consent: IdSet::default(),
            vendor_legitimate_interest: IdSet::default(),
            publisher_restrictions: Vec::new(),
            disclosed_vendors: Some(IdSet::default()),
            allowed_vendors: None,
            publisher_tc: None,
        }
    }

    /// Takes a string apart. Strings of TCF 2.0 to 2.3 are read; whether they are still valid, [`validity`] says.
    pub fn decode(text: &str) -> Result<Self, SignalError> {
        if text.is_empty() {
            return Err(SignalError::of(SECTION, Fault::Empty));
        }
        let mut parts = text.split('.');
        let mut tc_string = core_segment::read(parts.next().unwrap_or_default())?;
        for part in parts {
            segments::read_into(&mut tc_string, part)?;
        }
        Ok(tc_string)
    }

    /// Puts the string together: core, disclosed vendors, publisher. What is encoded is the model as it is; see
    /// [`conform`] for what the policies let into it.
    pub fn encode(&self, vendors: VendorEncoding) -> Result<String, SignalError> {
        let mut text = core_segment::write(self, vendors)?;
        segments::write_after(self, vendors, &mut text)?;
        Ok(text)
    }
}
