//! What the publisher forbids vendors, or on which legal basis it insists.

use super::vendors::{read_ranges, write_ranges};
use crate::signal::bits::{BitReader, BitWriter};
use crate::signal::fault::Fault;
use crate::signal::ids::IdSet;
use alloc::vec::Vec;

/// One purpose, one demand, the vendors that it is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Restriction {
    /// The purpose, 6 bits.
    pub purpose: u8,
    /// The demand.
    pub restriction_type: RestrictionType,
    /// The vendors; a range may bridge ids that the vendor list does not have.
    pub vendors: IdSet,
}

/// The demands. Numbered as on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestrictionType {
    /// The purpose is flatly forbidden.
    NotAllowed = 0,
    /// Only with consent.
    RequireConsent = 1,
    /// Only on legitimate interest.
    RequireLegitimateInterest = 2,
    /// Without a meaning; kept, and ignored.
    Undefined = 3,
}

impl RestrictionType {
    /// The demand with this number; `None` above 3.
    pub fn from_number(number: u8) -> Option<Self> {
        Some(match number {
            0 => Self::NotAllowed,
            1 => Self::RequireConsent,
            2 => Self::RequireLegitimateInterest,
            3 => Self::Undefined,
            _ => return None,
        })
    }

    pub(in crate::signal) fn read(reader: &mut BitReader<'_>) -> Result<Self, Fault> {
        Self::from_number(reader.byte(2)?).ok_or(Fault::IllegalValue)
    }
}

/// The bits of an entry without vendors.
const ENTRY: usize = 6 + 2 + 12;

pub(super) fn read(reader: &mut BitReader<'_>) -> Result<Vec<Restriction>, Fault> {
    let count = usize::from(reader.short(12)?);
    reader.room(count * ENTRY)?;
    let mut restrictions = Vec::new();
    for _ in 0..count {
        restrictions.push(Restriction {
            purpose: reader.byte(6)?,
            restriction_type: RestrictionType::read(reader)?,
            vendors: read_ranges(reader, u16::MAX)?,
        });
    }
    Ok(restrictions)
}

pub(super) fn write(writer: &mut BitWriter, restrictions: &[Restriction]) -> Result<(), Fault> {
    writer.number(restrictions.len() as u64, 12)?;
    for restriction in restrictions {
        writer.number(restriction.purpose.into(), 6)?;
        writer.number(restriction.restriction_type as u64, 2)?;
        write_ranges(writer, &restriction.vendors)?;
    }
    Ok(())
}
