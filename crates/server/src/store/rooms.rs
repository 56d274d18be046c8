//! What is remembered so as not to be looked up for each request.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use assent_core::record::{Hash, Time};

use super::types::{PolicyVersion, Site};

/// How long something that may change is believed, in milliseconds. Other replicas may change it.
const FRESH: u64 = 5_000;

/// How much is remembered of each kind; above, all is forgotten and looked up again.
const MOST: usize = 1024;

/// What is remembered.
#[derive(Default)]
pub(super) struct Rooms {
    sites: Mutex<HashMap<String, (Time, Site)>>,
    present: Mutex<HashMap<i64, (Time, PolicyVersion)>>,
    /// What was published never changes.
    policies: Mutex<HashMap<(i64, Hash), PolicyVersion>>,
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

fn fresh<T: Clone>(found: Option<&(Time, T)>, now: Time) -> Option<T> {
    // A clock that went back makes things old, not new.
    let age = |since: &Time| now.millis().checked_sub(since.millis());
    found.filter(|(since, _)| age(since).is_some_and(|age| age < FRESH)).map(|(_, value)| value.clone())
}

fn put<K: Eq + std::hash::Hash, V>(map: &Mutex<HashMap<K, V>>, key: K, value: V) {
    let mut map = lock(map);
    if map.len() >= MOST {
        map.clear();
    }
    map.insert(key, value);
}

impl Rooms {
    pub(super) fn site(&self, name: &str, now: Time) -> Option<Site> {
        fresh(lock(&self.sites).get(name), now)
    }

    pub(super) fn put_site(&self, site: &Site, now: Time) {
        put(&self.sites, site.name.clone(), (now, site.clone()));
    }

    pub(super) fn present(&self, site: i64, now: Time) -> Option<PolicyVersion> {
        fresh(lock(&self.present).get(&site), now)
    }

    pub(super) fn put_present(&self, site: i64, policy: &PolicyVersion, now: Time) {
        put(&self.present, site, (now, policy.clone()));
    }

    pub(super) fn policy(&self, site: i64, digest: &Hash) -> Option<PolicyVersion> {
        lock(&self.policies).get(&(site, *digest)).cloned()
    }

    pub(super) fn has_policy(&self, site: i64, digest: &Hash) -> bool {
        lock(&self.policies).contains_key(&(site, *digest))
    }

    pub(super) fn put_policy(&self, site: i64, policy: &PolicyVersion) {
        put(&self.policies, (site, policy.digest.0), policy.clone());
    }
}
