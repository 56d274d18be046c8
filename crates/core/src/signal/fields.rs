//! Fields of a section, written one after the other.
//!
//! What this is: a [`BitWriter`] that keeps the first refusal with the field's name, so that who writes a section says its
//! fields in order and asks once, at the end.

use super::bits::BitWriter;
use super::fault::{Fault, SignalError};
use super::ids::FlagSet;
use alloc::string::String;

/// Writes the fields of a section.
#[derive(Debug)]
pub(super) struct FieldWriter {
    section: &'static str,
    bits: BitWriter,
    refusal: Option<SignalError>,
}

impl FieldWriter {
    pub(super) fn new(section: &'static str) -> Self {
        Self { section, bits: BitWriter::default(), refusal: None }
    }

    /// A field that is written in a way of its own.
    pub(super) fn put(
        &mut self,
        field: &'static str,
        written: impl FnOnce(&mut BitWriter) -> Result<(), Fault>,
    ) {
        let refused = written(&mut self.bits).err();
        let refusal = refused.map(|fault| SignalError { section: self.section, field, fault });
        self.refusal = self.refusal.or(refusal);
    }

    /// A number of `width` bits.
    pub(super) fn number(&mut self, field: &'static str, number: u64, width: u32) {
        self.put(field, |bits| bits.number(number, width));
    }

    /// A bit.
    pub(super) fn bit(&mut self, bit: bool) {
        self.bits.bit(bit);
    }

    /// A bit for each id up to `width`.
    pub(super) fn flags(&mut self, field: &'static str, flags: FlagSet, width: u8) {
        self.put(field, |bits| flags.write(bits, width));
    }

    /// The text, filled up to a multiple of `padding` bits.
    pub(super) fn finish(self, padding: usize) -> Result<String, SignalError> {
        self.refusal.map_or_else(|| Ok(self.bits.finish(padding)), Err)
    }
}
