//! What the publisher forbids vendors, or on which legal basis it insists.

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

    fn read(reader: &mut BitReader<'_>) -> Result<Self, Fault> {
        Self::from_number(reader.byte(2)?).ok_or(Fault::IllegalValue)
    }
}

/// The bits of an entry without vendors.
const ENTRY: usize = 6 + 2 + 12;

/// Reads restrictions, of which `read_vendors` reads the vendors.
pub(in crate::signal) fn read(
    reader: &mut BitReader<'_>,
    read_vendors: impl Fn(&mut BitReader<'_>) -> Result<IdSet, Fault>,
) -> Result<Vec<Restriction>, Fault> {
    let count = usize::from(reader.short(12)?);
    reader.room(count * ENTRY)?;
    let mut restrictions = Vec::new();
    for _ in 0..count {
        restrictions.push(Restriction {
            purpose: reader.byte(6)?,
            restriction_type: RestrictionType::read(reader)?,
            vendors: read_vendors(reader)?,
        });
    }
    Ok(restrictions)
}

/// Writes restrictions, of which `write_vendors` writes the vendors.
pub(in crate::signal) fn write(
    writer: &mut BitWriter,
    restrictions: &[Restriction],
    write_vendors: impl Fn(&mut BitWriter, &IdSet) -> Result<(), Fault>,
) -> Result<(), Fault> {
    writer.number(restrictions.len() as u64, 12)?;
    for restriction in restrictions {
        writer.number(restriction.purpose.into(), 6)?;
        writer.number(restriction.restriction_type as u64, 2)?;
        write_vendors(writer, &restriction.vendors)?;
    }
    Ok(())
}
