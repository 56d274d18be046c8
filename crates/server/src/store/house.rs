//! What all rooms of the archive share.

use std::sync::{Arc, PoisonError, RwLock};

use assent_core::record::{Hash, Time};

use super::outside::draw;
use super::types::Shards;
use super::{Clock, Entropy, Result};
use crate::keys::{Keys, Secret};

/// A place in a log as one number: the log's number and the leaf's index.
pub(super) const SHIFT: u32 = 40;

/// The pseudonym under which the house itself keeps its key, at site zero.
pub(super) const HOUSE: [u8; 32] = [0; 32];

/// What all rooms share.
pub(super) struct House {
    /// The keys, and which change of their directory they are.
    keys: RwLock<(i64, Arc<Keys>)>,
    /// The key of what the house itself writes.
    pub(super) own: Secret,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) origin: String,
    pub(super) shards: Shards,
}

impl House {
    /// A house with its keys.
    pub(super) fn new(
        keys: (i64, Arc<Keys>),
        own: Secret,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        (origin, shards): (String, Shards),
    ) -> House {
        House { keys: RwLock::new(keys), own, clock, entropy, origin, shards }
    }

    /// The keys as they are now.
    pub(super) fn keys(&self) -> Arc<Keys> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).1.clone()
    }

    /// Reads the directory again if somebody has changed it: what is wrapped or signed with a key that is about to go
    /// would be lost.
    pub(super) fn follow_keys(&self, change: i64) -> Result<()> {
        let mut keys = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        // A reader may look at an older state than the last writer left.
        if keys.0 < change {
            *keys = (change, Arc::new(Keys::open(keys.1.directory(), None)?));
        }
        Ok(())
    }

    /// Random bytes.
    pub(super) fn draw<const N: usize>(&self) -> Result<[u8; N]> {
        draw(&*self.entropy)
    }
}

/// The place of a leaf.
pub(super) fn at(log: i64, index: u64) -> i64 {
    (log << SHIFT) | i64::try_from(index).unwrap_or(i64::MAX)
}

/// The number of the log of a place, and the index in it.
pub(super) fn place(at: i64) -> (i64, u64) {
    (at >> SHIFT, u64::try_from(at & ((1 << SHIFT) - 1)).unwrap_or_default())
}

/// The shard of a moment: a number that only grows, and the origin of its log.
pub(super) fn shard(shards: Shards, origin: &str, now: Time) -> (i64, String) {
    let text = now.text();
    let number =
        |from, to| text.get(from..to).and_then(|digits| digits.parse::<i64>().ok()).unwrap_or_default();
    let (year, half) = (number(0, 4), if number(5, 7) > 6 { 2 } else { 1 });
    match shards {
        Shards::One => (0, origin.into()),
        Shards::Years => (2 * year, format!("{origin}/{year}")),
        Shards::HalfYears => (2 * year + half - 1, format!("{origin}/{year}h{half}")),
    }
}

/// The month of a moment, in UTC: a number that only grows.
pub(super) fn month(now: Time) -> i64 {
    let text = now.text();
    let number =
        |from, to| text.get(from..to).and_then(|digits| digits.parse::<i64>().ok()).unwrap_or_default();
    12 * number(0, 4) + number(5, 7) - 1
}

/// A moment as it is stored.
pub(super) fn millis(time: Time) -> i64 {
    i64::try_from(time.millis()).unwrap_or(i64::MAX)
}

/// A stored moment.
pub(super) fn time(millis: i64) -> Result<Time> {
    let time = u64::try_from(millis).ok().and_then(Time::from_millis);
    time.ok_or_else(|| super::Error::damaged("a moment out of time"))
}

/// Whether two hashes are the same, in a time that does not tell where they differ.
pub(super) fn same(a: &Hash, b: &Hash) -> bool {
    aws_lc_rs::constant_time::verify_slices_are_equal(a, b).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_cut_into_logs_in_july_and_january() {
        let at = |text| Time::parse(text).unwrap();
        let last = shard(Shards::HalfYears, "a", at("2026-06-30T23:59:59.999Z"));
        let first = shard(Shards::HalfYears, "a", at("2026-07-01T00:00:00.000Z"));
        let next = shard(Shards::HalfYears, "a", at("2027-01-01T00:00:00.000Z"));
        assert_eq!([&last.1, &first.1, &next.1], ["a/2026h1", "a/2026h2", "a/2027h1"]);
        assert!(last.0 < first.0 && first.0 < next.0);
        assert_eq!(shard(Shards::One, "a", at("2026-07-01T00:00:00.000Z")).1, "a");
        assert_eq!(shard(Shards::Years, "a", at("2026-07-01T00:00:00.000Z")).1, "a/2026");
    }

    #[test]
    fn a_place_is_one_number() {
        assert_eq!(place(at(3, 17)), (3, 17));
        assert!(at(1, u64::from(u32::MAX)) < at(2, 0));
    }
}
