//! Why a bundle proves nothing.

use core::fmt;

use super::fault::Fault;

/// Why a bundle proves nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The record cannot be read.
    Record(Fault),
    /// The receipt cannot be read.
    Receipt(Fault),
    /// Proof or checkpoint cannot be read.
    Proof,
    /// The receipt is about another commitment than record and salt make.
    Commitment,
    /// The receipt says something else than the record.
    Contradiction,
    /// Receipt and proof name different places.
    Place,
    /// The proof does not lead to the checkpoint's root.
    NotIncluded,
    /// The log is not the one that was seen before, grown: somebody was shown another one.
    Forked,
    /// None of the known keys has signed it.
    UnknownKey,
    /// A signature is not good.
    Signature,
}

impl Refusal {
    /// A stable word for machines.
    pub fn name(&self) -> &'static str {
        match self {
            Refusal::Record(_) => "record",
            Refusal::Receipt(_) => "receipt",
            Refusal::Proof => "proof",
            Refusal::Commitment => "commitment",
            Refusal::Contradiction => "contradiction",
            Refusal::Place => "place",
            Refusal::NotIncluded => "not-included",
            Refusal::Forked => "forked",
            Refusal::UnknownKey => "unknown-key",
            Refusal::Signature => "signature",
        }
    }

    /// A sentence for people. Apart from the names: who shows only those does not carry the sentences along.
    fn sentence(&self) -> &'static str {
        match self {
            Refusal::Record(_) => "the record cannot be read",
            Refusal::Receipt(_) => "the receipt cannot be read",
            Refusal::Proof => "the proof or its checkpoint cannot be read",
            Refusal::Commitment => "the receipt is for another record or another salt",
            Refusal::Contradiction => "the receipt says something else than the record",
            Refusal::Place => "receipt and proof name different places in the log",
            Refusal::NotIncluded => "the proof does not lead to the root of the checkpoint",
            Refusal::Forked => "the log is not the one that was seen before, grown",
            Refusal::UnknownKey => "none of the known keys has signed it",
            Refusal::Signature => "a signature is not good",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Record(fault) | Refusal::Receipt(fault) => write!(f, "{}: {fault}", self.sentence()),
            _ => f.write_str(self.sentence()),
        }
    }
}

impl core::error::Error for Refusal {}
