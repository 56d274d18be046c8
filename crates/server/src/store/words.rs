//! The core's words, until its `record` module is here: the same names, the same methods.
#![expect(missing_docs, reason = "they are documented where they come from")]

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(u64);

impl Time {
    pub const LAST: Time = Time(253_402_300_799_999);
    pub fn from_millis(millis: u64) -> Option<Time> {
        (millis <= Time::LAST.0).then_some(Time(millis))
    }
    pub fn millis(self) -> u64 {
        self.0
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uuid([u8; 16]);

impl Uuid {
    pub fn from_bytes(bytes: [u8; 16]) -> Option<Uuid> {
        Some(Uuid(bytes))
    }
    pub fn bytes(self) -> [u8; 16] {
        self.0
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Digest(pub [u8; 32]);

#[derive(Clone, Debug)]
pub struct Submission {}
