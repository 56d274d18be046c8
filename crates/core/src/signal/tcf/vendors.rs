//! Sets of vendors on the wire: a bit for each id, or a list of ranges, whichever the writer chose.

use crate::signal::bits::{BitReader, BitWriter};
use crate::signal::fault::Fault;
use crate::signal::ids::IdSet;

/// How a writer chooses between the two forms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VendorEncoding {
    /// The shorter one, as the standard asks.
    #[default]
    Minimal,
    /// As `@iabtechlabtcf/core` does, which misses the shorter one in about two strings of a hundred. For comparisons.
    Reference,
}

pub(super) fn read_vendors(reader: &mut BitReader<'_>) -> Result<IdSet, Fault> {
    let last = reader.short(16)?;
    if !reader.bit()? {
        return IdSet::read_bit_field(reader, last);
    }
    read_ranges(reader, last)
}

/// A 12-bit count, and so many single ids or ranges, ascending, none above `last`.
pub(in crate::signal) fn read_ranges(reader: &mut BitReader<'_>, last: u16) -> Result<IdSet, Fault> {
    let count = usize::from(reader.short(12)?);
    reader.room(count * 17)?;
    let mut vendors = IdSet::default();
    for _ in 0..count {
        let is_range = reader.bit()?;
        let start = reader.short(16)?;
        let end = if is_range { reader.short(16)? } else { start };
        if end > last {
            return Err(Fault::BadRange);
        }
        vendors.append(start, end)?;
    }
    Ok(vendors)
}

pub(super) fn write_vendors(
    writer: &mut BitWriter,
    vendors: &IdSet,
    encoding: VendorEncoding,
) -> Result<(), Fault> {
    let last = vendors.last();
    writer.number(last.into(), 16)?;
    let as_ranges = match encoding {
        VendorEncoding::Minimal => range_bits(vendors) < u32::from(last),
        VendorEncoding::Reference => reference_takes_ranges(vendors),
    };
    writer.bit(as_ranges);
    if as_ranges {
        return write_ranges(writer, vendors);
    }
    vendors.write_bit_field(writer);
    Ok(())
}

pub(in crate::signal) fn write_ranges(writer: &mut BitWriter, vendors: &IdSet) -> Result<(), Fault> {
    writer.number(vendors.runs().len() as u64, 12)?;
    for &(first, last) in vendors.runs() {
        writer.bit(first != last);
        writer.number(first.into(), 16)?;
        if first != last {
            writer.number(last.into(), 16)?;
        }
    }
    Ok(())
}

/// How many bits the ranges take, count included; more than any bit field if there are more than can be counted.
fn range_bits(vendors: &IdSet) -> u32 {
    if vendors.runs().len() > 4095 {
        return u32::MAX;
    }
    vendors.runs().iter().fold(12, |bits, run| bits + if run.0 == run.1 { 17 } else { 33 })
}

/// The reference library adds up both forms on its way through the ids and decides at the last one, before that one's own
/// bits are counted. Lists of up to 45 ids are never ranges.
fn reference_takes_ranges(vendors: &IdSet) -> bool {
    let bit_field = 17 + u32::from(vendors.last());
    let mut ranges = 29;
    let mut is_open = false;
    let mut takes_ranges = false;
    for &(first, last) in vendors.runs() {
        for id in first..=last {
            takes_ranges = vendors.last() > 45 && ranges < bit_field;
            if takes_ranges && id == last {
                ranges += 16;
                is_open = false;
            } else if takes_ranges && !is_open {
                ranges += 17;
                is_open = true;
            }
        }
    }
    takes_ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bits_of(vendors: &IdSet, encoding: VendorEncoding) -> usize {
        let mut writer = BitWriter::default();
        write_vendors(&mut writer, vendors, encoding).unwrap();
        writer.len()
    }

    #[test]
    fn the_shorter_form_is_written_and_both_are_read() {
        let far: IdSet = [3, 4, 5, 700].into_iter().collect();
        let dense: IdSet = (1..700).filter(|id| id % 3 != 0).collect();
        assert_eq!(bits_of(&far, VendorEncoding::Minimal), 17 + 12 + 33 + 17);
        assert_eq!(bits_of(&dense, VendorEncoding::Minimal), 17 + 698);
        assert_eq!(bits_of(&IdSet::default(), VendorEncoding::Minimal), 17);
        for vendors in [far, dense, IdSet::default()] {
            for encoding in [VendorEncoding::Minimal, VendorEncoding::Reference] {
                let mut writer = BitWriter::default();
                write_vendors(&mut writer, &vendors, encoding).unwrap();
                let text = writer.finish(6);
                assert_eq!(read_vendors(&mut BitReader::new(&text).unwrap()), Ok(vendors.clone()));
            }
        }
    }

    #[test]
    fn more_runs_than_can_be_counted_become_a_bit_field() {
        let vendors: IdSet = (1..=65_535).filter(|id| id % 8 == 1).collect();
        assert_eq!(vendors.runs().len(), 8192);
        assert_eq!(bits_of(&vendors, VendorEncoding::Minimal), 17 + 65_529);
    }

    #[test]
    fn ranges_out_of_order_or_above_the_last_id_are_refused() {
        for (last, runs) in
            [(9, [(4, 3), (0, 0)]), (9, [(4, 5), (5, 6)]), (9, [(8, 9), (1, 2)]), (9, [(1, 2), (9, 10)])]
        {
            let mut writer = BitWriter::default();
            writer.number(2, 12).unwrap();
            for (start, end) in runs {
                writer.bit(true);
                writer.number(start, 16).unwrap();
                writer.number(end, 16).unwrap();
            }
            let text = writer.finish(6);
            assert_eq!(read_ranges(&mut BitReader::new(&text).unwrap(), last), Err(Fault::BadRange));
        }
    }
}
