//! The US Privacy string: four characters, deprecated since 2024, still read by partners.
//!
//! Standard: IAB Tech Lab, "US Privacy String", version 1; in GPP, section 6.

use super::fault::{At, Fault, SignalError};
use alloc::string::String;

/// The prefix of the string as a GPP section, and its name in errors.
pub const SECTION: &str = "uspv1";

/// One of the three answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// `Y`
    Yes,
    /// `N`
    No,
    /// `-`
    NotApplicable,
}

impl Answer {
    /// The character that stands for it.
    pub fn letter(self) -> char {
        match self {
            Self::Yes => 'Y',
            Self::No => 'N',
            Self::NotApplicable => '-',
        }
    }

    /// The answer that a character stands for; small letters stand for none.
    pub fn from_letter(letter: char) -> Option<Self> {
        Some(match letter {
            'Y' => Self::Yes,
            'N' => Self::No,
            '-' => Self::NotApplicable,
            _ => return None,
        })
    }
}

/// A US Privacy string, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsPrivacy {
    /// Whether the person was told and could opt out.
    pub notice: Answer,
    /// Whether the person opted out of the sale of their data.
    pub opt_out_sale: Answer,
    /// Whether the publisher signed the IAB's Limited Service Provider Agreement.
    pub lspa_covered: Answer,
}

impl UsPrivacy {
    /// `1---`: the law does not apply.
    pub const NOT_APPLICABLE: Self = Self {
        notice: Answer::NotApplicable,
        opt_out_sale: Answer::NotApplicable,
        lspa_covered: Answer::NotApplicable,
    };

    /// Reads a string.
    pub fn decode(text: &str) -> Result<Self, SignalError> {
        if text.is_empty() {
            return Err(SignalError::of(SECTION, Fault::Empty));
        }
        let mut letters = text.chars();
        if letters.next() != Some('1') {
            return Err(Fault::UnsupportedVersion).at(SECTION, "Version");
        }
        let mut answer = |field| {
            let letter = letters.next().ok_or(Fault::Truncated).at(SECTION, field)?;
            Answer::from_letter(letter).ok_or(Fault::BadCharacter).at(SECTION, field)
        };
        let us_privacy = Self {
            notice: answer("Notice")?,
            opt_out_sale: answer("OptOutSale")?,
            lspa_covered: answer("LspaCovered")?,
        };
        if letters.next().is_some() { Err(SignalError::of(SECTION, Fault::TooLarge)) } else { Ok(us_privacy) }
    }

    /// Writes the string.
    pub fn encode(self) -> String {
        ['1', self.notice.letter(), self.opt_out_sale.letter(), self.lspa_covered.letter()]
            .into_iter()
            .collect()
    }
}
