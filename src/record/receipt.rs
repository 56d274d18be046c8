//! What the archive hands out, as it is kept and shown.

use assent_core::json::Value;
use assent_core::record::{Event, Record};

use super::value::{Tell, push, tell};

/// A record with everything that proves it, as the archive answers it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Receipt {
    /// The record's name.
    pub id: String,
    /// The origin of its log.
    pub log: String,
    /// Its index there.
    pub index: u64,
    /// When it arrived, by the archive's clock.
    pub received_at: String,
    /// The record, in its canonical form.
    pub record: String,
    /// What its commitment was salted with, base64url.
    pub salt: String,
    /// The promise: a compact JWS.
    pub receipt: String,
    /// The proof: a C2SP tlog-proof.
    pub proof: String,
}

/// The last that was seen of a log: what it must have grown out of when it is seen again.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Head {
    /// The log's origin.
    pub origin: String,
    /// How many leaves it had.
    pub size: u64,
    /// Its root, as the checkpoint spells it.
    pub root: String,
    /// The keys that have signed it, as verifier keys.
    pub keys: Vec<String>,
}

tell!(Receipt {
    id: "id",
    log: "log",
    index: "index",
    received_at: "received_at",
    record: "record",
    salt: "salt",
    receipt: "receipt",
    proof: "proof",
});
tell!(Head { origin: "origin", size: "size", root: "root", keys: "keys" });
tell!(Told {
    id: "id",
    given_at: "givenAt",
    received_at: "receivedAt",
    action: "action",
    how: "how",
    purposes: "purposes",
    vendors: "vendors",
    language: "language",
    region: "region",
    policy: "policy",
});

impl Receipt {
    /// Reads what the archive answered; `None` for what is no receipt.
    pub fn read(value: &Value) -> Option<Receipt> {
        let receipt = Receipt {
            id: text(value, "id"),
            log: text(value, "log"),
            index: number(value, "index"),
            received_at: text(value, "received_at"),
            record: text(value, "record"),
            salt: text(value, "salt"),
            receipt: text(value, "receipt"),
            proof: text(value, "proof"),
        };
        (!receipt.id.is_empty()).then_some(receipt)
    }
}

impl Head {
    /// Reads what was kept.
    pub fn read(value: &Value) -> Head {
        let keys = value.get("keys").map(Value::list).unwrap_or_default();
        Head {
            origin: text(value, "origin"),
            size: number(value, "size"),
            root: text(value, "root"),
            keys: keys.iter().filter_map(|key| key.str().map(Into::into)).collect(),
        }
    }
}

/// A text member; empty if there is none.
pub fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::str).unwrap_or_default().into()
}

/// A number member; 0 if there is none.
pub fn number(value: &Value, name: &str) -> u64 {
    value.get(name).and_then(Value::int).and_then(|number| number.try_into().ok()).unwrap_or(0)
}

/// An answer as people are shown it.
#[derive(Debug, PartialEq)]
pub struct Told {
    /// The record's name.
    pub id: String,
    /// When it was given, by the device's clock; RFC 3339.
    pub given_at: String,
    /// When it arrived.
    pub received_at: String,
    /// `accept`, `refuse`, `custom` or `withdraw`.
    pub action: &'static str,
    /// On which way.
    pub how: &'static str,
    /// Yes and no by purpose.
    pub purposes: Answers,
    /// Yes and no by vendor.
    pub vendors: Answers,
    /// The language of the notice.
    pub language: String,
    /// Where the person was taken to be.
    pub region: String,
    /// The digest of the policy that was shown.
    pub policy: String,
}

/// Yes and no by id.
#[derive(Debug, PartialEq)]
pub struct Answers(pub Vec<(String, bool)>);

impl Tell for Answers {
    fn value(&self) -> Value {
        let mut members = Vec::new();
        self.0.iter().for_each(|(id, yes)| push(&mut members, id, yes.value()));
        Value::Map(members)
    }
}

/// What a record says; `None` for what is not the record of an answer.
pub fn told(record: &str) -> Option<Told> {
    let record = Record::parse(record).ok()?;
    let Event::Decision(decision) = record.event else { return None };
    let answer = decision.answer;
    Some(Told {
        id: record.id.text(),
        given_at: answer.given_at.text(),
        received_at: record.received_at.text(),
        action: answer.action.name(),
        how: answer.source.name(),
        purposes: Answers(answer.purposes),
        vendors: Answers(answer.vendors),
        language: answer.language.unwrap_or_default(),
        region: answer.region.unwrap_or_default(),
        policy: answer.policy.text(),
    })
}
