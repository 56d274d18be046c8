//! How much one network, and one site, may ask for.
//!
//! What this is: rates by the generic cell rate algorithm, per network (/24 or /64: the smallest that one household or
//! attacker is given) and per site. Addresses are cut down to their network before anything remembers them, and a network
//! that has been quiet is forgotten.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::config::Limits;
use crate::problem::{Kind, Problem};

/// A network: the first three bytes of an IPv4 address, or the first eight of an IPv6 address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Network([u8; 8]);

impl Network {
    /// The network of an address.
    pub fn of(address: IpAddr) -> Network {
        let mut network = [0; 8];
        match address.to_canonical() {
            // 0000::/8 is nobody's, so the two kinds do not meet.
            IpAddr::V4(address) => {
                let [a, b, c, _] = address.octets();
                network = [0, 0, 0, 0, 4, a, b, c];
            }
            IpAddr::V6(address) => {
                network.iter_mut().zip(address.octets()).for_each(|(to, from)| *to = from);
            }
        }
        Network(network)
    }
}

/// The rates of an archive.
pub struct Rates {
    networks: DefaultKeyedRateLimiter<Network>,
    sites: DefaultKeyedRateLimiter<i64>,
}

impl Rates {
    /// Rates by the settings.
    pub fn new(limits: &Limits) -> Rates {
        let some = |number: u32| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let networks =
            Quota::per_minute(some(limits.requests_per_minute)).allow_burst(some(limits.requests_burst));
        let sites = Quota::per_second(some(limits.site_records_per_second))
            .allow_burst(some(limits.site_records_burst));
        Rates { networks: RateLimiter::keyed(networks), sites: RateLimiter::keyed(sites) }
    }

    /// Counts a request of a network.
    ///
    /// # Errors
    /// It has had its share; the problem says when to try again.
    pub fn network(&self, network: Network) -> Result<(), Problem> {
        let answer = self.networks.check_key(&network);
        answer.map_err(|not_until| too_many(not_until.wait_time_from(DefaultClock::default().now())))
    }

    /// Counts a record of a site.
    ///
    /// # Errors
    /// It has had its share; the problem says when to try again.
    pub fn site(&self, site: i64) -> Result<(), Problem> {
        let answer = self.sites.check_key(&site);
        answer.map_err(|not_until| too_many(not_until.wait_time_from(DefaultClock::default().now())))
    }

    /// Forgets who has been quiet. To be called now and then.
    pub fn forget(&self) {
        self.networks.retain_recent();
        self.networks.shrink_to_fit();
        self.sites.retain_recent();
    }
}

fn too_many(wait: Duration) -> Problem {
    Problem::new(Kind::TooMany).retry_after(wait.as_secs().saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        Network::of(text.parse().unwrap())
    }

    #[test]
    fn an_address_is_cut_down_to_what_one_household_is_given() {
        assert_eq!(network("192.0.2.1"), network("192.0.2.254"));
        assert_ne!(network("192.0.2.1"), network("192.0.3.1"));
        assert_eq!(network("2001:db8:0:1::1"), network("2001:db8:0:1:ffff::2"));
        assert_ne!(network("2001:db8:0:1::1"), network("2001:db8:0:2::1"));
        assert_eq!(network("::ffff:192.0.2.1"), network("192.0.2.9"), "an IPv4 address in an IPv6 one");
    }
}
