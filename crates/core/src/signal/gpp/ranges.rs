//! Sets of ids as the Global Privacy Platform writes them.

use crate::signal::bits::{BitReader, BitWriter};
use crate::signal::fault::Fault;
use crate::signal::ids::IdSet;
use crate::signal::tcf::vendors::{read_ranges, write_ranges};

/// How the ranges of a set are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RangeEncoding {
    /// Distances as Fibonacci numbers, as the standard says.
    #[default]
    Fibonacci,
    /// Ids of 16 bits, as the reference library wrote until version 3.1: only ever read.
    FixedInteger,
}

/// A 12-bit count, and so many single ids or groups, each by its distance from the id before. None is above `last`.
pub(super) fn read_fibonacci_range(reader: &mut BitReader<'_>, last: u16) -> Result<IdSet, Fault> {
    let count = usize::from(reader.short(12)?);
    // The flag and the shortest number.
    reader.room(count * 3)?;
    let mut ids = IdSet::default();
    let mut before = 0;
    for _ in 0..count {
        let is_group = reader.bit()?;
        let start = before + reader.fibonacci()?;
        let end = if is_group { start.saturating_add(reader.fibonacci()?) } else { start };
        if end > u32::from(last) {
            return Err(Fault::BadRange);
        }
        let id = |id| u16::try_from(id).map_err(|_| Fault::BadRange);
        ids.append(id(start)?, id(end)?)?;
        before = end;
    }
    Ok(ids)
}

pub(super) fn write_fibonacci_range(writer: &mut BitWriter, ids: &IdSet) -> Result<(), Fault> {
    writer.number(ids.runs().len() as u64, 12)?;
    let mut before = 0;
    for &(first, last) in ids.runs() {
        writer.bit(first != last);
        writer.fibonacci(u32::from(first) - before)?;
        if first != last {
            writer.fibonacci(u32::from(last - first))?;
        }
        before = u32::from(last);
    }
    Ok(())
}

/// The largest id in 16 bits, the form, and the ids in it. The standard's text leaves the first out; everybody writes it.
pub(super) fn read_optimized(reader: &mut BitReader<'_>, encoding: RangeEncoding) -> Result<IdSet, Fault> {
    let last = reader.short(16)?;
    if !reader.bit()? {
        return IdSet::read_bit_field(reader, last);
    }
    match encoding {
        RangeEncoding::Fibonacci => read_fibonacci_range(reader, last),
        RangeEncoding::FixedInteger => read_ranges(reader, last),
    }
}

/// The form is chosen as the reference library does: ranges unless they are longer.
pub(super) fn write_optimized(
    writer: &mut BitWriter,
    ids: &IdSet,
    encoding: RangeEncoding,
) -> Result<(), Fault> {
    let last = ids.last();
    writer.number(last.into(), 16)?;
    let mut ranges = BitWriter::default();
    let counted = match encoding {
        RangeEncoding::Fibonacci => write_fibonacci_range(&mut ranges, ids),
        RangeEncoding::FixedInteger => write_ranges(&mut ranges, ids),
    };
    let as_ranges = counted.is_ok() && ranges.len() <= usize::from(last);
    writer.bit(as_ranges);
    match encoding {
        _ if !as_ranges => ids.write_bit_field(writer),
        RangeEncoding::Fibonacci => write_fibonacci_range(writer, ids)?,
        RangeEncoding::FixedInteger => write_ranges(writer, ids)?,
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_encodings_come_back() {
        let sets: [IdSet; 4] = [
            IdSet::default(),
            [1, 2, 3, 9].into_iter().collect(),
            [5, 700, 701, 65_535].into_iter().collect(),
            (1..=65_535).filter(|id| id % 8 == 1).collect(),
        ];
        for ids in sets {
            for encoding in [RangeEncoding::Fibonacci, RangeEncoding::FixedInteger] {
                let mut writer = BitWriter::default();
                write_optimized(&mut writer, &ids, encoding).unwrap();
                let text = writer.finish(6);
                assert_eq!(read_optimized(&mut BitReader::new(&text).unwrap(), encoding), Ok(ids.clone()));
            }
        }
    }

    #[test]
    fn a_group_of_millions_is_refused_unexpanded() {
        let mut writer = BitWriter::default();
        writer.number(1, 12).unwrap();
        writer.bit(true);
        writer.fibonacci(1).unwrap();
        writer.fibonacci(1_000_000).unwrap();
        let text = writer.finish(6);
        let read = |last| read_fibonacci_range(&mut BitReader::new(&text).unwrap(), last);
        assert_eq!(read(4095), Err(Fault::BadRange));
        assert_eq!(read(u16::MAX), Err(Fault::BadRange));
    }
}
