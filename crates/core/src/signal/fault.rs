//! Why a consent string, or a model of one, is refused.
//!
//! What this is: one error for all codecs: in which section, at which field, what is wrong. Names of sections and fields
//! are those of the standards, so that a reader finds them there.

use core::fmt;

/// A refusal. Nothing of the refused text is to be used: a string that is wrong in one place says nothing in any other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignalError {
    /// `tcfeuv2`, `usnat` and the other prefixes of GPP sections; `header` for the GPP header, `gpp` for the string as a
    /// whole, `gvl` for the vendor list, `ac` for Google's Additional Consent.
    pub section: &'static str,
    /// The field as the standard writes it; empty if the fault is none of a single field.
    pub field: &'static str,
    /// What is wrong there.
    pub fault: Fault,
}

/// The kinds of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no text.
    Empty,
    /// A segment or section between two separators, before the first or after the last, has no text.
    EmptyPart,
    /// A character that the encoding does not have.
    BadCharacter,
    /// The text ends inside this field, or counts more entries than it has room for.
    Truncated,
    /// More bits than the fields have, and not for padding.
    TrailingBits,
    /// A version that nobody defined, or that is no longer valid.
    UnsupportedVersion,
    /// The type bits say that this is something else.
    WrongType,
    /// A letter outside A to Z.
    BadLetter,
    /// Ids that are 0, too large, not ascending, or a range that ends before it starts.
    BadRange,
    /// A value that the standard does not give a meaning.
    IllegalValue,
    /// A value with more bits than the field has, or more entries than it can count.
    TooLarge,
    /// A segment of a type that does not exist here.
    UnknownSegment,
    /// A segment that was there before.
    RepeatedSegment,
    /// A subsection that this section does not have.
    UnexpectedSubsection,
    /// The header lists another number of sections than there are.
    SectionCount,
    /// Two readings of the bits are possible and say different things.
    Ambiguous,
    /// Something of this name or id is not known.
    Unknown,
    /// A member is missing or has the wrong type.
    Malformed,
}

impl SignalError {
    /// The error of a whole section.
    pub(crate) const fn of(section: &'static str, fault: Fault) -> Self {
        Self { section, field: "", fault }
    }
}

/// Turns a bare fault into an error that says where.
pub(crate) trait At<T> {
    fn at(self, section: &'static str, field: &'static str) -> Result<T, SignalError>;
}

impl<T> At<T> for Result<T, Fault> {
    fn at(self, section: &'static str, field: &'static str) -> Result<T, SignalError> {
        self.map_err(|fault| SignalError { section, field, fault })
    }
}

impl Fault {
    /// What is wrong: lower case, no full stop.
    pub fn message(self) -> &'static str {
        match self {
            Self::Empty => "there is no text",
            Self::EmptyPart => "a part between separators is empty",
            Self::BadCharacter => "a character that the encoding does not have",
            Self::Truncated => "the text ends too early",
            Self::TrailingBits => "bits behind the last field that are no padding",
            Self::UnsupportedVersion => "a version that is not supported",
            Self::WrongType => "the type bits say that this is something else",
            Self::BadLetter => "a letter outside A to Z",
            Self::BadRange => "an id of 0, an id too large, or a range out of order",
            Self::IllegalValue => "a value without a meaning",
            Self::TooLarge => "a value too large for its field",
            Self::UnknownSegment => "a segment of an unknown type",
            Self::RepeatedSegment => "a segment given twice",
            Self::UnexpectedSubsection => "a subsection that the section does not have",
            Self::SectionCount => "the header lists another number of sections than there are",
            Self::Ambiguous => "the bits can be read in two ways that differ",
            Self::Unknown => "an unknown name or id",
            Self::Malformed => "a member is missing or has the wrong type",
        }
    }
}

impl fmt::Display for SignalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.section)?;
        if !self.field.is_empty() {
            write!(f, ", {}", self.field)?;
        }
        write!(f, ": {}", self.fault.message())
    }
}

impl core::error::Error for SignalError {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn a_refusal_says_section_field_and_fault() {
        let error = Err::<(), _>(Fault::Truncated).at("tcfeuv2", "VendorConsent").unwrap_err();
        assert_eq!(error.to_string(), "tcfeuv2, VendorConsent: the text ends too early");
        assert_eq!(SignalError::of("gpp", Fault::Empty).to_string(), "gpp: there is no text");
    }
}
