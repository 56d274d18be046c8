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
    /// Who tries to sign in, and as whom (a hash: what was typed as a name may be a password).
    sign_ins: DefaultKeyedRateLimiter<Network>,
    names: DefaultKeyedRateLimiter<[u8; 32]>,
}

/// How often one network may try to sign in at once; then once in a minute.
const SIGN_INS: u32 = 10;
/// How often it may be tried as somebody, from wherever; then once in a minute. More than a network, so that one that tries
/// does not lock out who has the name.
const AS_ONE: u32 = 30;

impl Rates {
    /// Rates by the settings.
    pub fn new(limits: &Limits) -> Rates {
        let some = |number: u32| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        let networks =
            Quota::per_minute(some(limits.requests_per_minute)).allow_burst(some(limits.requests_burst));
        let sites = Quota::per_second(some(limits.site_records_per_second))
            .allow_burst(some(limits.site_records_burst));
        let in_a_minute = |burst| Quota::per_minute(NonZeroU32::MIN).allow_burst(some(burst));
        Rates {
            networks: RateLimiter::keyed(networks),
            sites: RateLimiter::keyed(sites),
            sign_ins: RateLimiter::keyed(in_a_minute(SIGN_INS)),
            names: RateLimiter::keyed(in_a_minute(AS_ONE)),
        }
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

    /// Counts somebody who tries to sign in, whether there is such a name or not.
    ///
    /// # Errors
    /// It was tried too often; the problem says when to try again.
    pub fn sign_in(&self, network: Network, name: &str) -> Result<(), Problem> {
        let now = || DefaultClock::default().now();
        let answer = self.sign_ins.check_key(&network);
        answer.map_err(|not_until| too_many(not_until.wait_time_from(now())))?;
        let answer = self.names.check_key(&assent_core::record::sha256(&[name.as_bytes()]));
        answer.map_err(|not_until| too_many(not_until.wait_time_from(now())))
    }

    /// Forgets who has been quiet. To be called now and then.
    pub fn forget(&self) {
        self.networks.retain_recent();
        self.networks.shrink_to_fit();
        self.sites.retain_recent();
        self.sign_ins.retain_recent();
        self.names.retain_recent();
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
