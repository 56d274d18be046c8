//! A whole receipt, and whether it holds.
//!
//! What this is: [`Bundle`], all that somebody holds about one record, and its verification in two steps, because a
//! browser's cryptography answers later: [`Bundle::open`] does everything but the signatures and names them as
//! [`Claim`]s, [`Opened::accept`] takes the verdicts. [`Bundle::verify`] does both where verdicts are at hand.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::base64;
use super::canonical::canonical;
use super::commitment::{Salt, commitment, leaf};
use super::digest::Hash;
use super::entry::{Event, Record};
use super::fault::{Fault, What};
use super::inclusion::Inclusion;
use super::note::{Checkpoint, Note, VerifierKey};
use super::reader;
use super::receipt::{Receipt, ReceiptKind, SignedReceipt};
use super::refusal::Refusal;
use super::strict::Members;
use super::tree::{is_consistent, leaf_hash, root_of};
use super::writer::Object;

/// A record with everything that proves it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bundle {
    /// The record in its canonical form ([`Record::text`]).
    pub record: String,
    /// What its commitment was salted with.
    pub salt: Salt,
    /// The receipt, a compact JWS ([`SignedReceipt`]).
    pub receipt: String,
    /// The proof ([`Inclusion`]).
    pub proof: String,
}

/// A signature that is to be checked: Ed25519 (RFC 8032) over `message`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The public key.
    pub key: [u8; 32],
    /// What is said to be signed.
    pub message: Vec<u8>,
    /// The signature.
    pub signature: [u8; 64],
}

/// An earlier sight of the log, and the proof that it only grew since ([`super::tree::tiles::consistency`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Earlier {
    /// The checkpoint that was seen. It is trusted: its signature was checked then.
    pub checkpoint: Checkpoint,
    /// The proof between the two, from the smaller to the larger; empty if they are of one size.
    pub proof: Vec<Hash>,
}

/// A bundle that holds if its signatures do.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct Opened {
    verified: Verified,
    claims: Vec<Claim>,
}

/// What a bundle proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verified {
    /// The record.
    pub record: Record,
    /// What the archive promised.
    pub receipt: Receipt,
    /// The log as its checkpoint tells it: what to remember until next time.
    pub checkpoint: Checkpoint,
}

const MOST_BYTES: usize = 512 * 1024;

impl Bundle {
    /// The bundle as JSON: `{"proof":…,"receipt":…,"record":{…},"salt":…,"v":1}`.
    pub fn text(&self) -> String {
        let mut object = Object::default();
        object.number("v", 1);
        object.json("record", self.record.clone());
        object.text("salt", &base64::url(&self.salt));
        object.text("receipt", &self.receipt);
        object.text("proof", &self.proof);
        object.close()
    }

    /// Reads a bundle, however its blanks and the order of its members are.
    ///
    /// # Errors
    /// The first fault, with its path. That the parts are what they should be is seen by [`Bundle::open`].
    pub fn parse(text: &str) -> Result<Bundle, Fault> {
        let value = reader::parse(text, MOST_BYTES)?;
        let members = Members::of(&value, "", &[&["v", "record", "salt", "receipt", "proof"]])?;
        if members.number("v", u64::from(u32::MAX))? != 1 {
            return Err(members.fault("v", What::OutOfRange));
        }
        let text = |name| members.text(name, |text| Some(text.to_string()));
        Ok(Bundle {
            record: canonical(&members.need("record")?.owned()),
            salt: members.text("salt", base64::array_from_url)?,
            receipt: text("receipt")?,
            proof: text("proof")?,
        })
    }

    /// Does everything but check the signatures. `keys` are the log's, with its origin as their name.
    ///
    /// # Errors
    /// Why the bundle proves nothing.
    pub fn open(&self, keys: &[VerifierKey], earlier: Option<&Earlier>) -> Result<Opened, Refusal> {
        let record = Record::parse(&self.record).map_err(Refusal::Record)?;
        let signed = SignedReceipt::parse(&self.receipt).map_err(Refusal::Receipt)?;
        let proof =
            Inclusion::parse(&self.proof).filter(|proof| proof.extra.is_none()).ok_or(Refusal::Proof)?;
        let note = Note::parse(&proof.checkpoint).ok_or(Refusal::Proof)?;
        let checkpoint = Checkpoint::parse(note.text).ok_or(Refusal::Proof)?;
        let receipt = signed.receipt;

        let commitment = commitment(&self.salt, &self.record);
        if receipt.commitment != commitment {
            return Err(Refusal::Commitment);
        }
        agree(&record, &receipt)?;
        if receipt.log != checkpoint.origin || receipt.index != proof.index {
            return Err(Refusal::Place);
        }
        let leaf = leaf_hash(&leaf(record.kind(), &commitment));
        if root_of(&leaf, proof.index, checkpoint.size, &proof.path) != Some(checkpoint.root) {
            return Err(Refusal::NotIncluded);
        }
        if let Some(earlier) = earlier
            && !checkpoint.agrees(&earlier.checkpoint, &earlier.proof)
        {
            return Err(Refusal::Forked);
        }

        let key = keys.iter().find(|key| key.name() == receipt.log && key.kid() == signed.kid);
        let mut claims = Vec::new();
        claims.push(Claim {
            key: *key.ok_or(Refusal::UnknownKey)?.key(),
            message: signed.signing_input.into_bytes(),
            signature: signed.signature,
        });
        claims.extend(checkpoint_claims(&note, &checkpoint, keys)?);
        Ok(Opened { verified: Verified { record, receipt, checkpoint }, claims })
    }

    /// Whether the bundle holds, with a judge of signatures.
    ///
    /// # Errors
    /// Why it proves nothing.
    pub fn verify(
        &self,
        keys: &[VerifierKey],
        earlier: Option<&Earlier>,
        mut is_good: impl FnMut(&Claim) -> bool,
    ) -> Result<Verified, Refusal> {
        let opened = self.open(keys, earlier)?;
        let verdicts: Vec<bool> = opened.claims.iter().map(&mut is_good).collect();
        opened.accept(&verdicts)
    }
}

impl Opened {
    /// The signatures that are to be checked; never none.
    pub fn claims(&self) -> &[Claim] {
        &self.claims
    }

    /// Takes the verdicts, one for each claim in its order.
    ///
    /// # Errors
    /// [`Refusal::Signature`], unless all of them are there and good.
    pub fn accept(self, verdicts: &[bool]) -> Result<Verified, Refusal> {
        let all = verdicts.len() == self.claims.len() && verdicts.iter().all(|good| *good);
        if all { Ok(self.verified) } else { Err(Refusal::Signature) }
    }
}

impl Checkpoint {
    /// The signatures that are to be checked before a signed checkpoint is believed, and the checkpoint.
    ///
    /// # Errors
    /// [`Refusal::Proof`] for what is no checkpoint, [`Refusal::UnknownKey`] if none of the keys has signed it.
    pub fn open(note: &str, keys: &[VerifierKey]) -> Result<(Checkpoint, Vec<Claim>), Refusal> {
        let note = Note::parse(note).ok_or(Refusal::Proof)?;
        let checkpoint = Checkpoint::parse(note.text).ok_or(Refusal::Proof)?;
        let claims = checkpoint_claims(&note, &checkpoint, keys)?;
        Ok((checkpoint, claims))
    }

    /// Whether two checkpoints can be of one log that only grew, whichever of them is the older.
    pub fn agrees(&self, other: &Checkpoint, proof: &[Hash]) -> bool {
        let (old, new) = if self.size <= other.size { (self, other) } else { (other, self) };
        self.origin == other.origin && is_consistent((old.size, &old.root), (new.size, &new.root), proof)
    }
}

/// All signatures of known keys that are the log's own (C2SP signed-note: each of them must be good).
fn checkpoint_claims(
    note: &Note,
    checkpoint: &Checkpoint,
    keys: &[VerifierKey],
) -> Result<Vec<Claim>, Refusal> {
    let mut claims = Vec::new();
    for signature in note.signatures.iter().filter(|signature| signature.name == checkpoint.origin) {
        if let Some(key) = signature.of(keys) {
            claims.push(Claim {
                key: *key.key(),
                message: note.text.as_bytes().to_vec(),
                signature: signature.bytes.as_slice().try_into().map_err(|_| Refusal::Signature)?,
            });
        }
    }
    if claims.is_empty() { Err(Refusal::UnknownKey) } else { Ok(claims) }
}

/// Whether a receipt says of a record what the record says.
fn agree(record: &Record, receipt: &Receipt) -> Result<(), Refusal> {
    let policy = match &record.event {
        Event::Decision(decision) => Some(decision.answer.policy),
        _ => None,
    };
    let same = ReceiptKind::of(record.kind()) == Some(receipt.kind)
        && receipt.id == record.id
        && receipt.issued_at == record.received_at.seconds()
        && receipt.policy == policy;
    if same { Ok(()) } else { Err(Refusal::Contradiction) }
}
