//! Reading the host and path out of an address, as a browser would.
//!
//! What this is: the part of the WHATWG URL Standard that a decision needs: scheme, host and path, with tabs and line
//! breaks dropped, back slashes turned, user information, port, trailing dot and letter case out of the way.
//!
//! What it is not: a URL parser. Hosts that are not plain ASCII come back as [`Target::Unreadable`]; a caller turns them
//! into their ASCII form first (the page with the browser's own `URL`, native callers with `ascii`, feature `idna`).

use alloc::string::String;

use crate::scan;

/// Where an address leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// No request to a host: `data:`, `blob:`, `javascript:`, `about:` and the like.
    Local,
    /// A path on the page's own host.
    Own,
    /// A request to a host.
    Host {
        /// Lower case, ASCII, no port, no trailing dot.
        host: String,
        /// Begins with `/`, dot segments resolved, no query and no fragment.
        path: String,
    },
    /// A host that this reader cannot make out; to be treated as a stranger.
    Unreadable,
}

/// Reads `address`; a relative one leads to the page's own host.
pub fn target(address: &str) -> Target {
    let address = clean(address);
    let start = scheme_end(&address);
    let scheme = address.get(..start).unwrap_or_default();
    if start > 0 && !scan::has("http: https: ws: wss:", &scheme.to_ascii_lowercase()) {
        return Target::Local;
    }
    if start == 0 && !address.starts_with("//") {
        return Target::Own;
    }
    let mut rest = address.get(start..).unwrap_or_default();
    while let Some(after) = rest.strip_prefix('/') {
        rest = after;
    }
    // The query and the fragment decide nothing.
    let rest = scan::cut(scan::cut(rest, b'#').0, b'?').0;
    let authority = scan::cut(rest, b'/').0;
    match host(authority) {
        Some(host) => Target::Host { host, path: path(rest) },
        None => Target::Unreadable,
    }
}

/// In ASCII, and without what a browser drops before it reads: outer blanks, tabs, line breaks. Back slashes become
/// slashes and encoded dots dots; what is not ASCII becomes a byte that no host and no rule contains.
fn clean(address: &str) -> String {
    let mut out = String::with_capacity(address.len());
    let mut rest = address.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        out.push(match byte {
            b'\t' | b'\n' | b'\r' => continue,
            0..=b' ' if out.is_empty() || after.iter().all(|byte| *byte <= b' ') => continue,
            b'\\' => '/',
            b'%' if matches!(after, [b'2', b'e' | b'E', ..]) => {
                rest = after.get(2..).unwrap_or_default();
                '.'
            }
            0x80.. => '\0',
            byte => char::from(*byte),
        });
    }
    out
}

/// The length of `scheme:` at the beginning; 0 if there is none.
fn scheme_end(address: &str) -> usize {
    let (scheme, rest) = scan::cut(address, b':');
    let begins_well = scheme.as_bytes().first().is_some_and(u8::is_ascii_alphabetic);
    let good = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    if rest.is_some() && begins_well && scheme.bytes().all(good) { scheme.len() + 1 } else { 0 }
}

/// The host of an authority (`user:password@host:port`).
fn host(authority: &str) -> Option<String> {
    let host = scan::fields(authority, b'@').last().unwrap_or_default();
    // The colons of an IPv6 address stand in brackets.
    let host = match scan::cut(host, b']') {
        (inside, Some(_)) => host.get(..=inside.len()).unwrap_or_default(),
        _ => scan::cut(host, b':').0,
    };
    let host = host.strip_suffix('.').unwrap_or(host);
    let readable =
        |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']');
    (!host.is_empty() && host.bytes().all(readable)).then(|| host.to_ascii_lowercase())
}

/// The path behind an authority, with `.` and `..` segments resolved.
fn path(rest: &str) -> String {
    let mut out = String::with_capacity(rest.len() + 1);
    for segment in scan::fields(rest, b'/').skip(1) {
        match segment {
            "." => {}
            ".." => out.truncate(out.bytes().rposition(|byte| byte == b'/').unwrap_or(0)),
            _ => {
                out.push('/');
                out.push_str(segment);
            }
        }
    }
    if out.is_empty() {
        out.push('/');
    }
    out
}

/// The address with its host in ASCII form (UTS 46), for callers that have no browser to ask; unchanged if it has no host.
#[cfg(feature = "idna")]
pub fn ascii(address: &str) -> Option<String> {
    let address = address.trim_matches(|c| c <= ' ').replace(['\t', '\n', '\r'], "").replace('\\', "/");
    let start = scheme_end(&address);
    if start == 0 && !address.starts_with("//") {
        return Some(address);
    }
    let (scheme, rest) = address.split_at_checked(start)?;
    let rest = rest.trim_start_matches('/');
    let (authority, path) = rest.split_at_checked(rest.find(['/', '?', '#']).unwrap_or(rest.len()))?;
    let authority = authority.rsplit('@').next()?;
    let (host, port) = authority.split_at_checked(authority.find(':').unwrap_or(authority.len()))?;
    let host = idna::domain_to_ascii(host).ok()?;
    Some([scheme, "//", &host, port, path].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(host: &str, path: &str) -> Target {
        Target::Host { host: host.into(), path: path.into() }
    }

    #[test]
    fn finds_host_and_path_in_every_spelling() {
        for (address, host, path) in [
            ("https://www.Google-Analytics.com/g/collect?v=2#x", "www.google-analytics.com", "/g/collect"),
            ("HTTPS://t.co", "t.co", "/"),
            ("//t.co/i", "t.co", "/i"),
            ("\\\\t.co\\i", "t.co", "/i"),
            ("https:/\\t.co/i", "t.co", "/i"),
            ("https:t.co/i", "t.co", "/i"),
            ("https:////t.co/i", "t.co", "/i"),
            (" \thtt\nps://t.\tco/i ", "t.co", "/i"),
            ("https://t.co:443/i", "t.co", "/i"),
            ("https://t.co./i", "t.co", "/i"),
            ("https://own.example@t.co/i", "t.co", "/i"),
            ("https://u:p@x@t.co:80/i", "t.co", "/i"),
            ("wss://t.co?x=/y", "t.co", "/"),
            ("http://[::1]:8080/a", "[::1]", "/a"),
            ("https://www.google.com/x/../maps/./embed", "www.google.com", "/maps/embed"),
            ("https://www.google.com/x/%2E%2e/maps", "www.google.com", "/maps"),
            ("https://www.google.com/..a/.../b", "www.google.com", "/..a/.../b"),
        ] {
            assert_eq!(target(address), at(host, path), "{address:?}");
        }
    }

    #[test]
    fn a_relative_address_is_the_pages_own() {
        for address in ["", "/a", "a/b:c", "?q=https://t.co", "#x", "./a"] {
            assert_eq!(target(address), Target::Own, "{address:?}");
        }
    }

    #[test]
    fn schemes_without_a_host_stay_local() {
        for address in ["data:text/html,//t.co", "blob:https://t.co/1", "javascript:0", "about:blank"] {
            assert_eq!(target(address), Target::Local, "{address:?}");
        }
    }

    #[test]
    fn what_is_not_plain_ascii_is_unreadable_not_harmless() {
        for address in
            ["https://t。co/", "https://ｔ.co/", "https://%74.co/", "https://", "https:///", "//a b/"]
        {
            assert_eq!(target(address), Target::Unreadable, "{address:?}");
        }
    }

    #[cfg(feature = "idna")]
    #[test]
    fn international_hosts_have_one_ascii_form() {
        for (address, host) in [
            ("https://münchen.example/a", "xn--mnchen-3ya.example"),
            ("https://MÜNCHEN.example/a", "xn--mnchen-3ya.example"),
            ("https://user@ｔ。co:443/a", "t.co"),
        ] {
            assert_eq!(target(&ascii(address).unwrap()), at(host, "/a"), "{address:?}");
        }
    }
}
