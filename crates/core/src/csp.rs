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
use crate::decide::{Context, decide};
use crate::scan;

/// How a host is written as a source, HOST and PATH for `H` and `P`: itself and its subdomains. No scheme is that of the
/// page or a safer one, but never that of a WebSocket.
const FORMS: &str = " HP *.HP ws://HP ws://*.HP";
/// The same for the page's own host, which may be open at several ports.
const OWN: &str = " H:* ws://H:*";
/// The same for the catalogue's essential candidates: in a header, brevity counts.
const CANDIDATE: &str = " HP *.HP";

/// The keywords for inline scripts and styles that leave both to the page.
pub const INLINE: &str = "'unsafe-inline' 'unsafe-eval'";

/// The text of the policy, for a header or a `<meta>`. `inline` are keywords, nonces or hashes for inline scripts and
/// styles, such as [`INLINE`].
///
/// Empty if nothing that is listed waits and third parties that nobody listed may pass: there is nothing to enforce.
pub fn policy(context: Context<'_>, inline: &str) -> String {
    let mut out = String::new();
    if let Some(sources) = sources(context) {
        // Whatever has no directive of its own is under `default-src`: scripts, styles, images, frames, calls, prefetches.
        for text in ["form-action", &sources, ";default-src", &sources, " ", inline] {
            out.push_str(text);
        }
    }
    out
}

/// What may pass, as the sources of a directive, each with a space before it; none if there is nothing to enforce.
pub fn sources(context: Context<'_>) -> Option<String> {
    let rules = context.rules;
    let mut sources = String::from(" 'self' data: blob:");
    add(&mut sources, context.page_host, OWN);
    let mut holds = rules.holds_unlisted();
    let lists = [rules.first_party(), rules.essential()];
    for list in lists.into_iter().chain(scan::fields(&rules.hosts, b'\n')) {
        for rule in scan::words(list) {
            let mut address = String::from("https://");
            address.push_str(rule);
            if decide(&address, context).allows() {
                add(&mut sources, rule, FORMS);
            } else {
                holds = true;
            }
        }
    }
    for service in catalogue::services() {
        if service.purpose == Kind::Essential {
            for rule in scan::words(service.hosts) {
                add(&mut sources, rule, CANDIDATE);
            }
        }
    }
    holds.then_some(sources)
}

/// Adds a host rule as sources, one for each of `forms`.
///
/// A path ends at a word in a rule, and at a slash or nowhere in a source, so it is given with a slash and without; a
/// rule that ends otherwise covers more than a source can say, and stands for its whole host.
#[inline(never)]
fn add(sources: &mut String, rule: &str, forms: &str) {
    let host = scan::cut(rule, b'/').0;
    let ends_in_word = rule.bytes().next_back().is_some_and(|byte| byte.is_ascii_alphanumeric());
    let folder = rule.ends_with('/') || ends_in_word;
    let path = rule.get(host.len()..).filter(|_| folder).unwrap_or_default();
    for slash in ["", "/"] {
        for byte in forms.bytes() {
            match byte {
                b'H' => sources.push_str(host),
                b'P' => {
                    sources.push_str(path);
                    sources.push_str(slash);
                }
                _ => sources.push(char::from(byte)),
            }
        }
        if path.is_empty() || !ends_in_word {
            break;
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
        super::policy(context, "'unsafe-inline'")
    }

    /// Whether each directive has the source.
    fn lists(csp: &str, source: &str) -> bool {
        csp.split(';').all(|directive| directive.split(' ').any(|word| word == source))
    }

    #[test]
    fn what_has_no_grant_is_in_no_directive() {
        let csp = csp("report", 0, 0);
        assert!(!csp.contains("metrics.example") && !csp.contains("google.example"));
        for source in ["shop.example:*", "img.shop.example", "*.pay.example", "stripe.com"] {
            assert!(lists(&csp, source), "{source}");
        }
    }

    #[test]
    fn a_grant_lets_a_vendor_in_with_its_subdomains_and_sockets() {
        let csp = csp("report", 0b10, 0);
        for source in
            ["metrics.example", "*.metrics.example", "ws://metrics.example", "ws://*.metrics.example"]
        {
            assert!(lists(&csp, source), "{source}");
        }
        assert!(!csp.contains("google.example"));
    }

    #[test]
    fn a_path_stays_a_path() {
        let csp = csp("report", 0b01, 0);
        assert!(lists(&csp, "www.google.example/maps") && lists(&csp, "www.google.example/maps/"));
        assert!(!lists(&csp, "www.google.example"));
    }

    #[test]
    fn inline_keywords_are_for_code_and_not_for_forms() {
        let csp = csp("report", 0, 0);
        let with: Vec<bool> =
            csp.split(';').map(|directive| directive.ends_with(" 'unsafe-inline'")).collect();
        assert_eq!(with, [false, true]);
    }

    #[test]
    fn what_is_both_essential_and_a_vendor_waits_for_its_grant() {
        let text = POLICY.replace("\"pay.example\"", "\"pay.example\", \"metrics.example\"");
        let policy = Policy::from_json(&text.replace("UNLISTED", "report")).unwrap();
        let context = Context { rules: &policy.rules, grants: &Grants::default(), page_host: "shop.example" };
        assert!(!super::policy(context, "").contains("metrics.example"));
    }

    #[test]
    fn no_rule_can_end_a_directive() {
        let text = POLICY.replace("pay.example", "pay.example/;script-src").replace("UNLISTED", "report");
        assert!(Policy::from_json(&text).is_err());
    }

    #[test]
    fn it_fits_into_a_header() {
        assert!(csp("hold", 0b11, 0).len() < 5000, "servers take headers of 8 KB, some of 4 KB a buffer");
    }

    #[test]
    fn where_everything_is_granted_only_a_site_that_holds_strangers_has_one() {
        assert_eq!(csp("report", 0b11, 0), "");
        assert_ne!(csp("report", 0b11, 1), "", "one vendor was refused");
        assert_ne!(csp("hold", 0b11, 0), "");
    }
}
