//! Sets of ids, as consent strings carry them.
//!
//! What this is: [`IdSet`] for vendors, which keeps ranges as ranges, since 26 bits of a string may stand for 65,535
//! vendors; [`FlagSet`] for purposes and features, whose ids are small.

use super::bits::{BitReader, BitWriter};
use super::fault::Fault;
use alloc::vec::Vec;

/// A set of ids from 1 to 65,535.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdSet {
    /// First and last of each run: ascending, and neither overlapping nor touching.
    runs: Vec<(u16, u16)>,
}

impl IdSet {
    /// Adds the ids from `first` to `last`, both included. They must come after all that are there.
    pub fn append(&mut self, first: u16, last: u16) -> Result<(), Fault> {
        if first == 0 || last < first || first <= self.last() {
            return Err(Fault::BadRange);
        }
        match self.runs.last_mut() {
            Some(run) if run.1.checked_add(1) == Some(first) => run.1 = last,
            _ => self.runs.push((first, last)),
        }
        Ok(())
    }

    /// Adds an id wherever it belongs; 0 is no id and is refused.
    pub fn insert(&mut self, id: u16) -> Result<(), Fault> {
        if id == 0 {
            return Err(Fault::BadRange);
        }
        if self.contains(id) {
            return Ok(());
        }
        let mut at = self.runs.partition_point(|run| run.1 < id);
        let mut run = (id, id);
        if let Some(before) = at.checked_sub(1).and_then(|i| self.runs.get(i)).copied()
            && before.1.checked_add(1) == Some(id)
        {
            at -= 1;
            run.0 = before.0;
            self.runs.remove(at);
        }
        if let Some(after) = self.runs.get(at).copied()
            && id.checked_add(1) == Some(after.0)
        {
            run.1 = after.1;
            self.runs.remove(at);
        }
        self.runs.insert(at, run);
        Ok(())
    }

    /// Whether the id is in the set.
    pub fn contains(&self, id: u16) -> bool {
        let at = self.runs.partition_point(|run| run.1 < id);
        self.runs.get(at).is_some_and(|run| run.0 <= id)
    }

    /// The largest id; 0 if there is none.
    pub fn last(&self) -> u16 {
        self.runs.last().map_or(0, |run| run.1)
    }

    /// Whether there is no id.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// The runs of neighbouring ids: first and last, ascending.
    pub fn runs(&self) -> &[(u16, u16)] {
        &self.runs
    }

    /// The ids, ascending.
    pub fn iter(&self) -> impl Iterator<Item = u16> + '_ {
        self.runs.iter().flat_map(|run| run.0..=run.1)
    }

    /// The set without the ids that `keep` refuses. One function for all that ask, since the page pays for each.
    pub fn filtered(&self, keep: &dyn Fn(u16) -> bool) -> Self {
        let mut kept = Self::default();
        for id in self.iter().filter(|id| keep(*id)) {
            // Never refused: they come in order.
            _ = kept.append(id, id);
        }
        kept
    }

    /// Reads one bit for each id from 1 to `last`.
    pub fn read_bit_field(reader: &mut BitReader<'_>, last: u16) -> Result<Self, Fault> {
        reader.room(usize::from(last))?;
        let mut ids = Self::default();
        for id in 1..=last {
            if reader.bit()? {
                ids.append(id, id)?;
            }
        }
        Ok(ids)
    }

    /// Writes one bit for each id from 1 to the largest.
    pub fn write_bit_field(&self, writer: &mut BitWriter) {
        let mut next = 1;
        for &(first, last) in &self.runs {
            for _ in next..u32::from(first) {
                writer.bit(false);
            }
            for _ in first..=last {
                writer.bit(true);
            }
            next = u32::from(last) + 1;
        }
    }
}

impl FromIterator<u16> for IdSet {
    /// The set of these ids; 0, which is no id, is left out.
    fn from_iter<I: IntoIterator<Item = u16>>(ids: I) -> Self {
        let mut set = Self::default();
        for id in ids.into_iter().filter(|id| *id != 0) {
            // An id other than 0 is never refused by `insert`; the common case, ascending ids, does not search.
            let appended = set.append(id, id).or_else(|_| set.insert(id));
            debug_assert!(appended.is_ok(), "id {id}");
        }
        set
    }
}

/// A set of ids from 1 to 64.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FlagSet(u64);

impl FlagSet {
    /// The set of these bits, the lowest of which is the id 1.
    pub const fn of_bits(bits: u64) -> Self {
        Self(bits)
    }

    /// The set with an id more; an id outside 1 to 64 is refused.
    pub fn with(self, id: u8) -> Result<Self, Fault> {
        match Self::mask(id) {
            0 => Err(Fault::BadRange),
            mask => Ok(Self(self.0 | mask)),
        }
    }

    /// The set with an id more that is one of 1 to 64; any other is left out.
    pub fn with_known(self, id: u8) -> Self {
        Self(self.0 | Self::mask(id))
    }

    /// The set with one id less.
    pub fn without(self, id: u8) -> Self {
        Self(self.0 & !Self::mask(id))
    }

    /// Whether the id is in the set.
    pub fn contains(self, id: u8) -> bool {
        self.0 & Self::mask(id) != 0
    }

    /// Whether there is no id.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The largest id; 0 if there is none.
    pub fn last(self) -> u8 {
        u8::try_from(64 - self.0.leading_zeros()).unwrap_or(0)
    }

    /// The ids that both sets have.
    pub fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The ids that one of the sets has.
    pub fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The ids that the other set does not have.
    pub fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The ids, ascending.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        (1..=64).filter(move |id| self.contains(*id))
    }

    /// Reads one bit for each id from 1 to `width`, at most 64.
    pub fn read(reader: &mut BitReader<'_>, width: u8) -> Result<Self, Fault> {
        reader.room(usize::from(width))?;
        let mut flags = Self::default();
        for id in 1..=width {
            if reader.bit()? {
                flags = flags.with(id)?;
            }
        }
        Ok(flags)
    }

    /// Writes one bit for each id from 1 to `width`; a larger id is refused.
    pub fn write(self, writer: &mut BitWriter, width: u8) -> Result<(), Fault> {
        if self.last() > width {
            return Err(Fault::TooLarge);
        }
        for id in 1..=width {
            writer.bit(self.contains(id));
        }
        Ok(())
    }

    fn mask(id: u8) -> u64 {
        match id {
            1..=64 => 1 << (id - 1),
            _ => 0,
        }
    }
}

impl FromIterator<u8> for FlagSet {
    /// The set of these ids; what is not from 1 to 64 is left out.
    fn from_iter<I: IntoIterator<Item = u8>>(ids: I) -> Self {
        Self(ids.into_iter().fold(0, |bits, id| bits | Self::mask(id)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_inserted_in_any_order_are_kept_as_runs() {
        let ids: IdSet = [7, 3, 1, 2, 9, 8, 65_535, 8, 0].into_iter().collect();
        assert_eq!(ids.runs(), [(1, 3), (7, 9), (65_535, 65_535)]);
        assert!(ids.contains(8) && ids.contains(65_535) && !ids.contains(4) && !ids.contains(0));
        assert_eq!(ids.filtered(&|id| id != 2).runs(), [(1, 1), (3, 3), (7, 9), (65_535, 65_535)]);
    }

    #[test]
    fn appending_refuses_what_is_not_ascending() {
        let mut ids = IdSet::default();
        assert_eq!(ids.append(0, 3), Err(Fault::BadRange));
        assert_eq!(ids.append(5, 4), Err(Fault::BadRange));
        assert_eq!(ids.append(5, 9), Ok(()));
        assert_eq!(ids.append(9, 12), Err(Fault::BadRange));
        assert_eq!(ids.append(10, 65_535), Ok(()));
        assert_eq!(ids.runs(), [(5, 65_535)]);
    }

    #[test]
    fn bit_fields_come_back() {
        let ids: IdSet = [1, 2, 5, 40].into_iter().collect();
        let flags: FlagSet = [1, 5, 24].into_iter().collect();
        let mut writer = BitWriter::default();
        ids.write_bit_field(&mut writer);
        assert_eq!(writer.len(), 40);
        flags.write(&mut writer, 24).unwrap();
        assert_eq!(flags.write(&mut writer, 23), Err(Fault::TooLarge));
        let text = writer.finish(6);
        let mut reader = BitReader::new(&text).unwrap();
        assert_eq!(IdSet::read_bit_field(&mut reader, 40), Ok(ids));
        assert_eq!(FlagSet::read(&mut reader, 24), Ok(flags));
    }
}
