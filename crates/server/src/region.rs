//! Where a visitor is, and what follows from it.
//!
//! What this is: the visitor's address and place by the word of a trusted proxy, else by [`Countries`], and
//! [`PolicyToken`]s, which prove later which policy was handed out for which place.
//!
//! What it is not: a guess. Where neither says where somebody is, nobody knows, and the strictest rules hold.

mod countries;
mod token;

use std::net::IpAddr;

use axum::http::HeaderMap;

use assent_core::rules::check::{Kind, is};

use crate::config::RegionConfig;

pub use countries::{Countries, Unreadable};
pub use token::{PolicyToken, TokenKey};

/// What a proxy says when it does not know: Cloudflare's words for unknown and for Tor.
const UNKNOWN: &[&str] = &["XX", "T1"];

/// What proxies say of whom they speak for. Somebody who is not trusted and says it is a proxy that was forgotten, or a
/// liar; neither is where their address is.
const FORWARDING: &[&str] =
    &["forwarded", "x-forwarded-for", "x-real-ip", "cf-connecting-ip", "true-client-ip", "via"];

impl RegionConfig {
    fn trusts(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.trusted_proxies.iter().any(|network| network.contains(&address))
    }

    /// Whether this peer speaks for others.
    pub fn is_proxy(&self, peer: IpAddr) -> bool {
        self.trusts(peer)
    }

    /// The visitor's address: the last one on the way that no trusted proxy has. It is used and never kept.
    pub fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        if self.client_header.is_empty() || !self.trusts(peer) {
            return peer;
        }
        let named = headers.get_all(&self.client_header).iter().filter_map(|value| value.to_str().ok());
        let mut addresses: Vec<&str> = named.flat_map(|value| value.split(',')).collect();
        let mut client = peer;
        while let Some(next) = addresses.pop().and_then(address) {
            client = next;
            if !self.trusts(next) {
                break;
            }
        }
        client
    }

    /// The visitor's region: `DE`, `US-CA`, or empty if nobody who is trusted says so.
    ///
    /// A trusted proxy that says something is not overruled by the database, not even if it says that it does not know.
    pub fn region(&self, peer: IpAddr, headers: &HeaderMap, countries: &Countries) -> String {
        let header = |name: &str| headers.get(Some(name).filter(|name| !name.is_empty())?);
        if !self.trusts(peer) || header(&self.country_header).is_none() {
            return self.looked_up(peer, headers, countries).unwrap_or_default();
        }
        let word = |name: &str| {
            let word = header(name)?.to_str().ok()?.trim().to_ascii_uppercase();
            (!UNKNOWN.contains(&word.as_str())).then_some(word)
        };
        let country = word(&self.country_header).filter(|country| is(Kind::Region, country));
        let Some(country) = country else { return String::new() };
        let whole = word(&self.subdivision_header).map(|subdivision| {
            let prefix = format!("{country}-");
            if subdivision.starts_with(&prefix) { subdivision } else { prefix + &subdivision }
        });
        whole.filter(|region| is(Kind::Region, region)).unwrap_or(country)
    }

    /// The place by the visitor's own address. A proxy's would be where the proxy is, and is not looked up.
    fn looked_up(&self, peer: IpAddr, headers: &HeaderMap, countries: &Countries) -> Option<String> {
        let client = self.client(peer, headers);
        let is_forwarded = !self.trusts(peer) && FORWARDING.iter().any(|name| headers.contains_key(*name));
        if is_forwarded || self.trusts(client) { None } else { countries.of(client) }
    }
}

/// An address as proxies write it: bare, with a port, or in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = || text.strip_prefix('[')?.split_once(']')?.0.parse().ok();
    let with_port = || text.parse::<std::net::SocketAddr>().ok().map(|address| address.ip());
    text.parse().ok().or_else(with_port).or_else(bare)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> RegionConfig {
        RegionConfig {
            trusted_proxies: vec!["10.0.0.0/8".parse().unwrap(), "::1".parse::<IpAddr>().unwrap().into()],
            client_header: "x-forwarded-for".into(),
            country_header: "x-country".into(),
            subdivision_header: "x-part".into(),
            ..RegionConfig::default()
        }
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn the_visitor_is_the_last_address_that_no_trusted_proxy_has() {
        for (peer, forwarded, client) in [
            ("192.0.2.7", "198.51.100.1", "192.0.2.7"),
            ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "203.0.113.9, 198.51.100.1", "198.51.100.1"),
            ("10.0.0.1", "198.51.100.1, 10.2.2.2", "198.51.100.1"),
            ("10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
            ("10.0.0.1", "[2001:db8::1]:80", "2001:db8::1"),
            ("10.0.0.1", "unknown", "10.0.0.1"),
            ("10.0.0.1", "198.51.100.1, unknown", "10.0.0.1"),
            ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ] {
            let headers = headers(&[("x-forwarded-for", forwarded)]);
            assert_eq!(
                config().client(peer.parse().unwrap(), &headers).to_string(),
                client,
                "{peer} {forwarded}"
            );
        }
    }

    #[test]
    fn a_region_is_believed_from_a_trusted_proxy_alone() {
        for (peer, country, part, region) in [
            ("10.0.0.1", "us", "CA", "US-CA"),
            ("10.0.0.1", "US", "US-CA", "US-CA"),
            ("10.0.0.1", "DE", "", "DE"),
            ("10.0.0.1", "US", "not a part", "US"),
            ("10.0.0.1", "XX", "", ""),
            ("10.0.0.1", "T1", "", ""),
            ("10.0.0.1", "Germany", "BY", ""),
            ("192.0.2.7", "US", "CA", ""),
        ] {
            let headers = headers(&[("x-country", country), ("x-part", part)]);
            let peer = peer.parse().unwrap();
            assert_eq!(
                config().region(peer, &headers, &Countries::none()),
                region,
                "{peer} {country} {part}"
            );
        }
        let silent = RegionConfig { country_header: String::new(), ..config() };
        let headers = headers(&[("x-country", "US")]);
        assert_eq!(silent.region("10.0.0.1".parse().unwrap(), &headers, &Countries::none()), "");
    }
}
