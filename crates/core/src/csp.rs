//! What a page may load, as the browser itself enforces it.
//!
//! What this is: the Content-Security-Policy (W3C CSP Level 3) that follows from a policy and a choice. The gate's strict
//! mode and whatever writes headers derive it here.
//!
//! What it is not: a mirror of [`crate::decide`]. A CSP lists what may pass and cannot take anything out again, so only
//! hosts that somebody listed are in it: the page's own, the site's own, essential ones and vendors with a grant. A third
//! party that nobody listed does not pass, and where a rule with a path lies inside another host's, both do.

use alloc::string::String;

use crate::catalogue::{self, Kind};
use crate::decide::Context;
use crate::scan;

/// The text of the policy, for a header or a `<meta>`. `inline` are the keywords, nonces or hashes for inline scripts and
/// styles, such as `'unsafe-inline' 'unsafe-eval'`, where the page's own CSP says the rest.
///
/// Empty if everything is granted and third parties that nobody listed may pass: then there is nothing to enforce.
pub fn content_security_policy(context: Context<'_>, inline: &str) -> String {
    let Context { rules, grants, page_host } = context;
    let mut sources = String::from("'self' data: blob:");
    let mut complete = rules.every & !grants.purposes == 0;
    add(&mut sources, page_host);
    add(&mut sources, rules.first_party());
    add(&mut sources, rules.essential());
    for (i, hosts) in scan::fields(&rules.hosts, b'\n').enumerate() {
        if grants.vendor(rules, i) {
            add(&mut sources, hosts);
        } else if !hosts.is_empty() {
            complete = false;
        }
    }
    if complete && !rules.holds_unlisted() {
        return String::new();
    }
    for service in catalogue::services() {
        if service.purpose == Kind::Essential {
            add(&mut sources, service.hosts);
        }
    }
    let mut out = String::new();
    for (directive, keywords) in
        [("default-src ", ""), ("; script-src ", inline), ("; style-src ", inline), ("; form-action ", "")]
    {
        for text in [directive, sources.as_str(), " ", keywords] {
            out.push_str(text);
        }
    }
    out
}

/// Adds host rules (with single spaces between them) as sources: any port, as rules name none, and subdomains.
///
/// A path ends at a word in a rule, and at a slash or nowhere in a source; a rule that ends within a word covers more
/// than a source can say, and stands for its whole host.
fn add(sources: &mut String, rules: &str) {
    for rule in scan::words(rules) {
        let (host, path) = scan::cut(rule, b'/');
        let path = path.unwrap_or_default();
        let folder = path.bytes().next_back().is_some_and(|byte| byte.is_ascii_alphanumeric());
        let path = if folder || path.ends_with('/') { path } else { "" };
        // No scheme is that of the page or a safer one, but never that of a WebSocket.
        for before in [" ", " *.", " ws://", " ws://*."] {
            for after in ["", "/"] {
                if after.is_empty() || folder {
                    for text in [before, host, ":*"] {
                        sources.push_str(text);
                    }
                    if !path.is_empty() {
                        for text in ["/", path, after] {
                            sources.push_str(text);
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::{Grants, Vendors};
    use crate::policy::Policy;
    use alloc::vec::Vec;

    const POLICY: &str = r#"{ "version": 1,
        "controller": { "name": "Harbour & Pine", "contact": "privacy@harbour.example", "privacyNotice": "/privacy" },
        "purposes": ["functional", "analytics"],
        "vendors": [
          { "id": "metrics", "name": "Metrics", "hosts": ["metrics.example"], "purposes": ["analytics"] },
          { "id": "maps", "name": "Maps", "hosts": ["www.google.example/maps"], "purposes": ["functional"] }
        ],
        "firstParty": ["img.shop.example"], "essential": ["pay.example"], "unlisted": "UNLISTED" }"#;

    fn csp(unlisted: &str, purposes: u32, refused: u64) -> String {
        let policy = Policy::from_json(&POLICY.replace("UNLISTED", unlisted)).unwrap();
        let grants = Grants { purposes, refused: Vendors { low: refused, high: 0 } };
        let context = Context { rules: &policy.rules, grants: &grants, page_host: "shop.example" };
        content_security_policy(context, "'unsafe-inline'")
    }

    #[test]
    fn what_has_no_grant_is_in_no_directive() {
        let csp = csp("report", 0, 0);
        assert!(!csp.contains("metrics.example") && !csp.contains("google.example"), "{csp}");
        for directive in csp.split("; ") {
            for host in ["shop.example:*", "img.shop.example:*", "*.pay.example:*", "stripe.com:*"] {
                assert!(directive.contains(host), "{host} in {directive}");
            }
        }
    }

    #[test]
    fn a_grant_lets_a_vendor_in_by_every_scheme_and_port() {
        let csp = csp("report", 0b10, 0);
        for source in
            ["metrics.example:*", "*.metrics.example:*", "ws://metrics.example:*", "ws://*.metrics.example:*"]
        {
            assert!(csp.split(' ').any(|word| word == source), "{source} in {csp}");
        }
        assert!(!csp.contains("google.example"));
    }

    #[test]
    fn a_path_stays_a_path() {
        let csp = csp("report", 0b01, 0);
        assert!(csp.contains(" www.google.example:*/maps www.google.example:*/maps/ "), "{csp}");
        assert!(!csp.contains("www.google.example:* "));
    }

    #[test]
    fn inline_keywords_are_for_scripts_and_styles_alone() {
        let csp = csp("report", 0, 0);
        let with: Vec<bool> =
            csp.split("; ").map(|directive| directive.contains("'unsafe-inline'")).collect();
        assert_eq!(with, [false, true, true, false], "{csp}");
    }

    #[test]
    fn where_everything_is_granted_only_a_site_that_holds_strangers_has_one() {
        assert_eq!(csp("report", 0b11, 0), "");
        assert_ne!(csp("report", 0b11, 1), "", "one vendor was refused");
        assert_ne!(csp("hold", 0b11, 0), "");
    }
}
