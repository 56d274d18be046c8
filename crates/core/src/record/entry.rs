//! What is committed to.
//!
//! What this is: [`Record`], one document per leaf of the log, in a canonical form that has exactly one spelling. Version
//! 1 stays readable.

use alloc::string::String;
use alloc::vec::Vec;

use super::answer::Answer;
use super::base64;
use super::digest::{Digest, Hash};
use super::fault::{Fault, What};
use super::forms::{line, origin, site};
use super::reader::{self, Value};
use super::strict::Members;
use super::submission::Submission;
use super::time::Time;
use super::uuid::Uuid;
use super::words::{Action, ErasureMode, Kind, Trust};
use super::writer::Object;

/// One event that a log tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Record {
    /// Its name.
    pub id: Uuid,
    /// The site it belongs to; none for what concerns the archive as a whole.
    pub site: Option<String>,
    /// When it reached the archive, by the archive's clock. For order, only the place in the log counts.
    pub received_at: Time,
    /// What happened.
    pub event: Event,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[cfg_attr(
    target_pointer_width = "64",
    expect(
        clippy::large_enum_variant,
        reason = "nearly all are decisions; a box for each would cost more than it saves"
    )
)]
pub enum Event {
    /// Somebody answered: [`Kind::Consent`], or [`Kind::Withdrawal`] if everything was taken back.
    Decision(Decision),
    /// Somebody's records were erased: [`Kind::Erasure`].
    Erasure(Erasure),
    /// A policy was published: [`Kind::Policy`].
    Publication(Publication),
    /// Somebody did something to the archive: [`Kind::Admin`], [`Kind::Key`] or [`Kind::Breach`].
    Act(Act),
}

/// An answer of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whose, as the archive knows them ([`super::pseudonym`]).
    pub subject: Hash,
    /// Who says so.
    pub trust: Trust,
    /// The answer.
    pub answer: Answer,
}

/// A tombstone. It names nobody: who holds receipts finds their places in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// What was done.
    pub mode: ErasureMode,
    /// When it was asked for.
    pub requested_at: Time,
    /// The leaves that can no longer be opened: indices by the origin of their log, both in order.
    pub erased: Vec<(String, Vec<u64>)>,
}

/// A policy that is in force from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Publication {
    /// The document.
    pub policy: Digest,
    /// 1, 2, 3 at each site.
    pub version: u32,
    /// Who published it: a token's name, never a person's.
    pub actor: String,
}

/// Something that was done to the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// [`Kind::Admin`], [`Kind::Key`] or [`Kind::Breach`]; with another one the record cannot be read back.
    pub kind: Kind,
    /// Who did it: a token's name, never a person's. One line.
    pub actor: String,
    /// What. One line.
    pub action: String,
    /// To what. One line; may be empty.
    pub object: String,
}

/// How many logs a tombstone names, and how many leaves of each. Who has more gets more than one tombstone.
pub const MOST_ERASED: (usize, usize) = (64, 4096);

const HEAD: [&str; 5] = ["v", "kind", "id", "site", "received_at"];
/// Whole numbers up to 15 digits, which JSON readers agree on.
const MOST: u64 = 999_999_999_999_999;

impl Record {
    /// The longest text that is read, in bytes.
    pub const MOST_BYTES: usize = 256 * 1024;

    /// The record of what was submitted to a site.
    pub fn of(submission: &Submission, site: &str, subject: Hash, trust: Trust, received_at: Time) -> Record {
        let decision = Decision { subject, trust, answer: submission.answer.clone() };
        Record { id: submission.id, site: Some(site.into()), received_at, event: Event::Decision(decision) }
    }

    /// What it is about.
    pub fn kind(&self) -> Kind {
        match &self.event {
            Event::Decision(Decision { answer, .. }) if answer.action == Action::Withdraw => Kind::Withdrawal,
            Event::Decision(_) => Kind::Consent,
            Event::Erasure(_) => Kind::Erasure,
            Event::Publication(_) => Kind::Policy,
            Event::Act(act) => act.kind,
        }
    }

    /// The canonical form (RFC 8785), which is what is committed to.
    pub fn text(&self) -> String {
        let mut object = Object::default();
        object.number("v", 1);
        object.text("kind", self.kind().name());
        object.text("id", &self.id.text());
        object.maybe("site", self.site.as_deref());
        object.text("received_at", &self.received_at.text());
        match &self.event {
            Event::Decision(decision) => {
                object.text("subject", &base64::url(&decision.subject));
                object.text("trust", decision.trust.name());
                decision.answer.write(&mut object);
            }
            Event::Erasure(erasure) => {
                object.text("mode", erasure.mode.name());
                object.text("requested_at", &erasure.requested_at.text());
                let mut erased = Object::default();
                for (log, indices) in &erasure.erased {
                    erased.numbers(log, indices);
                }
                object.json("erased", erased.close());
            }
            Event::Publication(publication) => {
                object.text("policy", &publication.policy.text());
                object.number("version", publication.version.into());
                object.text("actor", &publication.actor);
            }
            Event::Act(act) => {
                object.text("actor", &act.actor);
                object.text("action", &act.action);
                object.text("object", &act.object);
            }
        }
        object.close()
    }

    /// Reads the canonical form, and nothing else.
    ///
    /// # Errors
    /// The first fault, with its path; [`What::NotCanonical`] for what is a record, but spelled otherwise.
    pub fn parse(text: &str) -> Result<Record, Fault> {
        let record = Record::read(&reader::parse(text, Record::MOST_BYTES)?)?;
        if record.text() == text { Ok(record) } else { Err(Fault::whole(What::NotCanonical)) }
    }

    fn read(value: &Value<'_>) -> Result<Record, Fault> {
        let kind = Members::of_any(value)?.text("kind", Kind::from_name)?;
        let (members, event) = match kind {
            Kind::Consent | Kind::Withdrawal => {
                let members = Members::of(value, "", &[&HEAD, &["subject", "trust"], &Answer::NAMES])?;
                let event = Event::Decision(Decision {
                    subject: members.text("subject", base64::array_from_url)?,
                    trust: members.text("trust", Trust::from_name)?,
                    answer: Answer::read(&members)?,
                });
                (members, event)
            }
            Kind::Erasure => {
                let members = Members::of(value, "", &[&HEAD, &["mode", "requested_at", "erased"]])?;
                members.need("erased")?;
                let event = Event::Erasure(Erasure {
                    mode: members.text("mode", ErasureMode::from_name)?,
                    requested_at: members.text("requested_at", Time::parse)?,
                    erased: members.entries(
                        "erased",
                        MOST_ERASED.0,
                        |name| origin(name).is_some(),
                        read_indices,
                    )?,
                });
                (members, event)
            }
            Kind::Policy => {
                let members = Members::of(value, "", &[&HEAD, &["policy", "version", "actor"]])?;
                let version = members.number("version", u32::MAX.into())?;
                let event = Event::Publication(Publication {
                    policy: members.text("policy", Digest::parse)?,
                    version: version.try_into().map_err(|_| members.fault("version", What::OutOfRange))?,
                    actor: members.owned("actor", line)?,
                });
                (members, event)
            }
            Kind::Admin | Kind::Key | Kind::Breach => {
                let members = Members::of(value, "", &[&HEAD, &["actor", "action", "object"]])?;
                let event = Event::Act(Act {
                    kind,
                    actor: members.owned("actor", line)?,
                    action: members.owned("action", line)?,
                    object: members
                        .owned("object", |text| if text.is_empty() { Some(text) } else { line(text) })?,
                });
                (members, event)
            }
        };
        if members.number("v", MOST)? != 1 {
            return Err(members.fault("v", What::OutOfRange));
        }
        let record = Record {
            id: members.text("id", Uuid::parse)?,
            site: members.maybe_owned("site", site)?,
            received_at: members.text("received_at", Time::parse)?,
            event,
        };
        match &record.event {
            Event::Act(_) => {}
            _ => members.need("site").map(drop)?,
        }
        if record.kind() == kind { Ok(record) } else { Err(members.fault("kind", What::Contradiction)) }
    }
}

fn read_indices(value: &Value<'_>) -> Result<Vec<u64>, What> {
    let Value::List(items) = value else { return Err(What::WrongType) };
    if items.len() > MOST_ERASED.1 {
        return Err(What::TooMany);
    }
    let index = |item: &Value<'_>| item.int().and_then(|index| u64::try_from(index).ok());
    let indices: Vec<u64> = items.iter().map(index).collect::<Option<_>>().ok_or(What::WrongType)?;
    if indices.is_sorted_by(|a, b| a < b) { Ok(indices) } else { Err(What::OutOfRange) }
}
