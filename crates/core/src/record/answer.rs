//! What somebody answered, as a record tells it.
//!
//! What this is: the part that what a browser sends and what is committed to have in common, with one reader and one
//! writer.

use alloc::string::String;
use alloc::vec::Vec;

use super::digest::Digest;
use super::fault::{Fault, What};
use super::forms::{language, visible};
use super::strict::Members;
use super::time::Time;
use super::words::{Action, Prevails};
use super::writer::Object;
use crate::choice::How;
use crate::jurisdiction::Regime;
use crate::rules::check::{self, Kind};
use crate::scan;
use crate::text::{base36, push_base36};

/// How many purposes a record carries.
pub const MOST_PURPOSES: usize = 64;
/// How many vendors a record carries.
pub const MOST_VENDORS: usize = 2048;

/// One answer to one question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The policy document that was shown.
    pub policy: Digest,
    /// The fingerprint of what that policy asks, as the stored choice carries it ([`crate::choice::Choice::digest`]).
    pub asked: Option<u64>,
    /// What the person did.
    pub action: Action,
    /// On which way.
    pub source: How,
    /// The consent tool that an import comes from, by its id; only with [`How::Import`].
    pub origin: Option<String>,
    /// Yes and no to the purposes that the person was asked about, by id, in order.
    pub purposes: Vec<(String, bool)>,
    /// Yes and no to single vendors, by id, in order.
    pub vendors: Vec<(String, bool)>,
    /// Whether the browser sent Global Privacy Control; `None` if that is not known.
    pub gpc: Option<bool>,
    /// Whether Do Not Track counted as Global Privacy Control does; `None` if the policy does not heed it.
    pub dnt: Option<bool>,
    /// What counts where such a signal and the person's choice disagree; `None` if they do not.
    pub prevails: Option<Prevails>,
    /// The standard strings that were given out for this answer.
    pub strings: Strings,
    /// The language of the notice (BCP 47).
    pub language: Option<String>,
    /// Where the person was taken to be: `DE`, `US-CA`; nothing finer.
    pub region: Option<String>,
    /// What the law there asks for.
    pub regime: Option<Regime>,
    /// How long the notice was shown before the answer, in milliseconds.
    pub notice_ms: Option<u32>,
    /// When the answer was given, by the person's own clock.
    pub given_at: Time,
}

/// Standard strings that other parties read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strings {
    /// IAB TCF.
    pub tcf: Option<String>,
    /// IAB GPP.
    pub gpp: Option<String>,
    /// Google's additional consent.
    pub ac: Option<String>,
}

impl Answer {
    /// The names of its members.
    pub(super) const NAMES: [&str; 14] = [
        "policy",
        "asked",
        "action",
        "source",
        "origin",
        "purposes",
        "vendors",
        "signals",
        "strings",
        "language",
        "region",
        "regime",
        "notice_ms",
        "given_at",
    ];

    /// Reads its members out of those of a larger form.
    pub(super) fn read(members: &Members) -> Result<Answer, Fault> {
        let strings = members.members("strings", &["tcf", "gpp", "ac"])?;
        let signals = members.members("signals", &["gpc", "dnt", "prevails"])?;
        let string = |name| strings.maybe_owned(name, visible);
        let answer = Answer {
            policy: members.text("policy", Digest::parse)?,
            asked: members.maybe("asked", read_base36)?,
            action: members.text("action", Action::from_name)?,
            source: members.text("source", How::from_name)?,
            origin: members.maybe_owned("origin", |text| check::is(Kind::Id, text).then_some(text))?,
            purposes: members.answers("purposes", MOST_PURPOSES)?,
            vendors: members.answers("vendors", MOST_VENDORS)?,
            gpc: signals.maybe_bool("gpc")?,
            dnt: signals.maybe_bool("dnt")?,
            prevails: signals.maybe("prevails", Prevails::from_name)?,
            strings: Strings { tcf: string("tcf")?, gpp: string("gpp")?, ac: string("ac")? },
            language: members.maybe_owned("language", language)?,
            region: members.maybe_owned("region", |text| check::is(Kind::Region, text).then_some(text))?,
            regime: members.maybe("regime", read_regime)?,
            notice_ms: members.maybe_number("notice_ms", u32::MAX.into())?.and_then(|ms| ms.try_into().ok()),
            given_at: members.text("given_at", Time::parse)?,
        };
        members.need("purposes")?;
        answer.contradiction().map_or(Ok(answer), |name| Err(members.fault(name, What::Contradiction)))
    }

    /// The member that says the opposite of the action, or of the way.
    fn contradiction(&self) -> Option<&'static str> {
        if self.origin.is_some() != (self.source == How::Import) {
            return Some("origin");
        }
        let all = |answers: &[(String, bool)], yes| answers.iter().all(|(_, answer)| *answer == yes);
        let yes = match self.action {
            Action::Accept => true,
            Action::Refuse | Action::Withdraw => false,
            Action::Custom => return None,
        };
        match () {
            () if !all(&self.purposes, yes) => Some("purposes"),
            () if !all(&self.vendors, yes) => Some("vendors"),
            () => None,
        }
    }

    /// Writes its members.
    pub(super) fn write(&self, object: &mut Object) {
        object.text("policy", &self.policy.text());
        if let Some(asked) = self.asked {
            object.text("asked", &write_base36(asked));
        }
        object.text("action", self.action.name());
        object.text("source", self.source.name());
        object.maybe("origin", self.origin.as_deref());
        object.answers("purposes", &self.purposes);
        if !self.vendors.is_empty() {
            object.answers("vendors", &self.vendors);
        }
        let mut signals = Object::default();
        if let Some(gpc) = self.gpc {
            signals.bool("gpc", gpc);
        }
        if let Some(dnt) = self.dnt {
            signals.bool("dnt", dnt);
        }
        signals.maybe("prevails", self.prevails.map(Prevails::name));
        object.unless_empty("signals", signals);
        let mut strings = Object::default();
        strings.maybe("tcf", self.strings.tcf.as_deref());
        strings.maybe("gpp", self.strings.gpp.as_deref());
        strings.maybe("ac", self.strings.ac.as_deref());
        object.unless_empty("strings", strings);
        object.maybe("language", self.language.as_deref());
        object.maybe("region", self.region.as_deref());
        object.maybe("regime", self.regime.map(|regime| scan::nth(check::REGIMES, regime as usize)));
        object.maybe_number("notice_ms", self.notice_ms.map(u64::from));
        object.text("given_at", &self.given_at.text());
    }
}

fn read_regime(name: &str) -> Option<Regime> {
    Regime::ALL.get(scan::place(check::REGIMES, name)).copied()
}

fn read_base36(text: &str) -> Option<u64> {
    let number = base36(text);
    (write_base36(number) == text).then_some(number)
}

fn write_base36(number: u64) -> String {
    let mut text = String::new();
    push_base36(&mut text, number);
    text
}
