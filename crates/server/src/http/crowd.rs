//! How many connections each network has.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};

use crate::limit::Network;

/// The connections of all networks.
pub(super) struct Crowd {
    most: usize,
    present: Mutex<HashMap<Network, usize>>,
}

/// One connection's place. Giving it up is dropping it.
pub(super) struct Place {
    crowd: Arc<Crowd>,
    network: Network,
}

impl Crowd {
    pub(super) fn new(most: usize) -> Crowd {
        Crowd { most, present: Mutex::new(HashMap::new()) }
    }

    /// A place for a connection, if its network has one left.
    pub(super) fn enter(self: &Arc<Crowd>, peer: IpAddr) -> Option<Place> {
        let network = Network::of(peer);
        let mut present = self.present.lock().ok()?;
        let count = present.entry(network).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        Some(Place { crowd: Arc::clone(self), network })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Ok(mut present) = self.crowd.present.lock() else { return };
        let Some(count) = present.get_mut(&self.network) else { return };
        *count = count.saturating_sub(1);
        if *count == 0 {
            present.remove(&self.network);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_has_so_many_places_and_gets_them_back() {
        let crowd = Arc::new(Crowd::new(2));
        let enter = |address: &str| crowd.enter(address.parse().unwrap());
        let (first, second) = (enter("192.0.2.1"), enter("192.0.2.2"));
        assert!(first.is_some() && second.is_some());
        assert!(enter("192.0.2.3").is_none(), "the network is full");
        assert!(enter("198.51.100.1").is_some(), "another one is not");
        drop(first);
        assert!(enter("192.0.2.3").is_some());
        drop(second);
        assert!(crowd.present.lock().unwrap().is_empty(), "nothing is remembered of who has left");
    }
}
