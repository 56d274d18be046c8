//! What a person answered, and its compact form.
//!
//! What this is: [`Choice`] and its versioned string, which stands in a first-party cookie and in local storage and is
//! read by page, server and edge with this code. Version 1:
//!
//! `1.DIGEST.TIME.HOW.PURPOSES.REFUSED.REFUSED.CHECK`
//!
//! All but HOW, a letter of [`How`] and one of [`Regime`], a capital if the choice was made in sight of a signal, are numbers in base 36: DIGEST that of the policy that was asked, TIME seconds
//! since 1970, PURPOSES the granted ones as bits in the policy's order, REFUSED the vendors refused one by one as bits
//! (positions 0 to 63, then 64 to 127), CHECK a fingerprint of everything before. Positions suffice because the digest
//! names the list they point into. All characters are cookie octets (RFC 6265).
//!
//! What it is not: evidence. A cookie can be edited by its owner; the record on the server is the evidence.

use alloc::string::String;

use crate::decide::{Grants, Vendors};
use crate::jurisdiction::Regime;
use crate::scan;
use crate::text::{base36, fingerprint, push_base36};

/// The letters of the regimes, in the order of their numbers; capitals with a signal.
const REGIMES: &str = "i o n I O N";

/// How a person made the choice known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// A button of the first layer.
    Banner,
    /// The preference centre.
    Preferences,
    /// The API, with a trusted user event.
    Event,
    /// The API, without one: the owner's own code, where the policy lets it, or a refusal.
    Api,
    /// A withdrawal.
    Withdrawal,
    /// Taken over from another consent tool: no fresh answer, and no answer to our words.
    Import,
}

impl How {
    /// All ways, in the order of their numbers.
    pub const ALL: [How; 6] =
        [How::Banner, How::Preferences, How::Event, How::Api, How::Withdrawal, How::Import];
    const NAMES: &str = "banner preferences event api withdrawal import";
    const LETTERS: &str = "b p e a w i";

    /// The stable name.
    pub fn name(self) -> &'static str {
        scan::nth(How::NAMES, self as usize)
    }

    /// The way by its name.
    pub fn from_name(name: &str) -> Option<How> {
        How::ALL.get(scan::place(How::NAMES, name)).copied()
    }
}

/// One answer to one question, valid for the policy with its digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// Digest of the policy that was asked.
    pub digest: u64,
    /// When, in seconds since 1970.
    pub time: u64,
    /// By which way.
    pub how: How,
    /// Under which regime. What somebody let pass where things run until refused is no consent where the law asks first.
    pub regime: Regime,
    /// Whether a privacy signal was applied when the person answered. What was granted before it came is withheld.
    pub signalled: bool,
    /// What was granted and refused.
    pub grants: Grants,
}

impl Choice {
    /// The stored form.
    pub fn encode(&self) -> String {
        let mut out = String::from("1.");
        push_base36(&mut out, self.digest);
        out.push('.');
        push_base36(&mut out, self.time);
        out.push('.');
        out.push_str(scan::nth(How::LETTERS, self.how as usize));
        out.push_str(scan::nth(REGIMES, self.regime as usize + 3 * usize::from(self.signalled)));
        out.push('.');
        push_base36(&mut out, self.grants.purposes.into());
        for half in [self.grants.refused.low, self.grants.refused.high] {
            out.push('.');
            push_base36(&mut out, half);
        }
        let check = fingerprint(&out);
        out.push('.');
        push_base36(&mut out, check);
        out
    }

    /// Reads a stored form. `None` for everything that is not exactly what [`Choice::encode`] writes: what is damaged is
    /// no choice, and no choice grants nothing.
    #[inline(never)]
    pub fn decode(text: &str) -> Option<Choice> {
        let mut fields = scan::fields(text, b'.').skip(1);
        let mut next = || fields.next().unwrap_or_default();
        let digest = base36(next());
        let time = base36(next());
        let (how, regime) = next().split_at_checked(1)?;
        let how = How::ALL.get(scan::place(How::LETTERS, how)).copied()?;
        let place = scan::place(REGIMES, regime);
        let signalled = place > 2;
        let regime = Regime::ALL.get(place % 3).copied()?;
        let purposes = base36(next()) as u32;
        let refused = Vendors { low: base36(next()), high: base36(next()) };
        let choice = Choice { digest, time, how, regime, signalled, grants: Grants { purposes, refused } };
        // One spelling only: it settles version, check, field count and number forms at once.
        (choice.encode() == text).then_some(choice)
    }

    /// Whether it holds against a privacy signal: a person gave it while the signal was applied, and knew.
    ///
    /// The owner's own code, which may grant where the policy lets it, does not speak against the person's browser.
    pub fn overrides(&self) -> bool {
        self.signalled && self.how != How::Api
    }

    /// Whether this one counts if both are found: the later does, and of two equally late ones the one that grants less.
    pub fn supersedes(&self, other: &Choice) -> bool {
        self.time > other.time || self.time == other.time && self.grants.within(&other.grants)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choice() -> Choice {
        let refused = Vendors { low: 2, high: 1 << 63 };
        let grants = Grants { purposes: 0b101, refused };
        Choice {
            digest: 0xfeed_beef_0bad_cafe,
            time: 1_795_000_000,
            how: How::Preferences,
            regime: Regime::OptOut,
            signalled: false,
            grants,
        }
    }

    #[test]
    fn a_choice_reads_back_as_it_was_written() {
        let text = choice().encode();
        assert_eq!(Choice::decode(&text), Some(choice()), "{text}");
        for regime in Regime::ALL {
            let signalled = Choice { regime, signalled: true, ..choice() };
            assert_eq!(Choice::decode(&signalled.encode()), Some(signalled));
        }
        let cookie_octets = |b: u8| matches!(b, 0x21 | 0x23..=0x2b | 0x2d..=0x3a | 0x3c..=0x5b | 0x5d..=0x7e);
        assert!(text.bytes().all(cookie_octets), "{text}");
    }

    #[test]
    fn version_1_stays_readable() {
        assert_eq!(
            Choice::decode("1.3vk9xfy742ozi.top2v4.po.5.2.1y2p0ij32e8e8.1mj9ondycazry"),
            Some(choice())
        );
    }

    #[test]
    fn a_changed_character_makes_it_no_choice() {
        let text = choice().encode();
        for i in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[i] = if bytes[i] == b'1' { b'2' } else { b'1' };
            let changed = String::from_utf8(bytes).unwrap();
            assert_eq!(Choice::decode(&changed), None, "{changed}");
            assert_eq!(Choice::decode(text.get(..i).unwrap()), None, "{i}");
        }
    }

    #[test]
    fn of_two_copies_the_later_counts_and_in_doubt_the_refusal() {
        let old = choice();
        let new = Choice { time: old.time + 1, ..old };
        let refusal = Choice { grants: Grants { purposes: 1, ..old.grants }, ..old };
        assert!(new.supersedes(&old) && !old.supersedes(&new));
        assert!(refusal.supersedes(&old) && !old.supersedes(&refusal));
    }
}
