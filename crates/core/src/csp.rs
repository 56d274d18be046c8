//! The Content-Security-Policy that follows from a policy and a choice.
//!
//! What this is: [`policy`], the one place where such a header is derived, for server, tool and page. It gathers the hosts
//! that rules speak of and asks [`crate::decide`] about each; those that may pass become the list of what the browser lets
//! through. Code and styles of the page itself are not its matter: what a site forbids itself, its own header says.
//!
//! What it is not: exact. A header lists what may pass and cannot take anything out again: a path that waits below a host
//! that may pass, passes, and a host that nobody listed waits, whatever the policy says of those.

use alloc::string::String;

use crate::catalogue::{self, Kind};
use crate::decide::{Context, decide};
use crate::scan;

/// What the header is for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Page<'a> {
    /// Whether the page is fetched over TLS, so that its sockets are, too.
    pub is_secure: bool,
    /// The nonce of the page's own inline scripts; without one every inline script may run.
    pub nonce: &'a str,
    /// The endpoint (`Reporting-Endpoints`) that is told what was held; empty for none.
    pub report_to: &'a str,
}

/// The value of the header, without line breaks and double quotes.
pub fn policy(context: Context, page: Page) -> String {
    let (mut hosts, mut sockets) = (String::new(), String::new());
    let scheme = if page.is_secure { "wss://" } else { "ws://" };
    if !context.page_host.is_empty() {
        source(&mut sockets, scheme, context.page_host, "");
    }
    let mut add = |rules: &str, speaks: bool| {
        for rule in scan::words(rules) {
            let (host, path) = scan::cut(rule, b'/');
            if !is_plain(rule) || !allows(context, host, path) {
                continue;
            }
            for above in ["", "*."] {
                let host = [above, host].concat();
                let path = path.unwrap_or_default();
                source(&mut hosts, "", &host, path);
                if !path.is_empty() && !path.ends_with('/') {
                    // A path is meant exactly unless it ends with a slash.
                    source(&mut hosts, "", &host, &[path, "/"].concat());
                }
                if path.is_empty() && speaks {
                    source(&mut sockets, scheme, &host, "");
                }
            }
        }
    };
    add(context.rules.first_party(), true);
    add(context.rules.essential(), true);
    for hosts in scan::fields(&context.rules.hosts, b'\n') {
        add(hosts, true);
    }
    // What a site has not listed has no sockets here: a header has little room, and payment and delivery need none.
    for service in catalogue::services() {
        if service.purpose == Kind::Essential {
            add(service.hosts, false);
        }
    }
    let mut out =
        String::from("default-src 'self' blob: data: 'unsafe-inline' 'unsafe-eval' 'wasm-unsafe-eval'");
    // Whatever has no directive of its own is under this one: scripts, styles, images, frames, calls, prefetches.
    for list in [&hosts, &sockets] {
        scan::push(&mut out, ' ', list);
    }
    if !page.nonce.is_empty() {
        for part in [
            "; script-src 'self' blob: data: 'unsafe-eval' 'wasm-unsafe-eval' 'nonce-",
            page.nonce,
            "' ",
            &hosts,
        ] {
            out.push_str(part);
        }
    }
    out.push_str("; form-action 'self' ");
    out.push_str(&hosts);
    if !page.report_to.is_empty() {
        out.push_str("; report-to ");
        out.push_str(page.report_to);
    }
    out
}

/// The same as an element for the head. What only a header can do, reporting, is left out by browsers there.
pub fn meta(policy: &str) -> String {
    ["<meta http-equiv=\"Content-Security-Policy\" content=\"", policy, "\">"].concat()
}

/// Whether the core lets pass what a rule speaks of.
fn allows(context: Context, host: &str, path: Option<&str>) -> bool {
    let address = ["https://", host, "/", path.unwrap_or_default()].concat();
    decide(&address, context).allows()
}

/// Whether a rule can stand in a header as it is.
fn is_plain(rule: &str) -> bool {
    rule.bytes()
        .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b';' | b',' | b'"' | b'\'' | b'?' | b'#'))
}

/// Appends a source, for every port, since the core looks at none.
fn source(list: &mut String, scheme: &str, host: &str, path: &str) {
    scan::push(list, ' ', scheme);
    list.push_str(host);
    list.push_str(":*");
    if !path.is_empty() {
        list.push('/');
        list.push_str(path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decide::{Grants, Vendors};
    use crate::policy::Policy;

    const POLICY: &str = r#"{"version":1,"controller":{"name":"S","contact":"c","privacyNotice":"/p"},
"purposes":["analytics","marketing"],
"vendors":["google-analytics",{"id":"acme","name":"A","hosts":["acme.example/a","x.example/b/"],"purposes":["marketing"]}],
"essential":["pay.example"],"firstParty":["static.shop.example"]}"#;

    fn derived(purposes: u32, refused: u64, page: Page) -> String {
        let rules = Policy::from_json(POLICY).unwrap().rules;
        let grants = Grants { purposes, refused: Vendors { low: refused, high: 0 } };
        policy(Context { rules: &rules, grants: &grants, page_host: "shop.example" }, page)
    }

    /// The sources of a directive.
    fn sources<'a>(policy: &'a str, name: &str) -> alloc::vec::Vec<&'a str> {
        let directive = policy.split("; ").find(|directive| directive.starts_with(name)).unwrap();
        directive.split(' ').skip(1).collect()
    }

    #[test]
    fn what_waits_is_in_no_directive_and_what_may_pass_is_in_each() {
        let none = derived(0, 0, Page::default());
        assert!(
            !none.contains("google-analytics") && !none.contains("acme") && !none.contains("x.example"),
            "{none}"
        );
        for directive in ["default-src", "form-action"] {
            let sources = sources(&none, directive);
            for host in
                ["'self'", "pay.example:*", "*.pay.example:*", "static.shop.example:*", "stripe.com:*"]
            {
                assert!(sources.contains(&host), "{directive} {host}: {none}");
            }
        }
    }

    #[test]
    fn a_grant_adds_exactly_its_vendors() {
        let (none, analytics) = (derived(0, 0, Page::default()), derived(0b01, 0, Page::default()));
        let before = sources(&none, "form-action");
        let added: alloc::vec::Vec<_> = sources(&analytics, "form-action")
            .into_iter()
            .filter(|source| !before.contains(source))
            .collect();
        assert!(
            added.contains(&"google-analytics.com:*")
                && added.iter().all(|source| !source.contains("example"))
        );
        assert_eq!(derived(0b01, 0b01, Page::default()), none, "a vendor refused by itself");
    }

    #[test]
    fn a_path_is_said_with_and_without_what_is_below_it() {
        let all = derived(0b10, 0, Page::default());
        let sources = sources(&all, "form-action");
        for source in ["acme.example:*/a", "acme.example:*/a/", "*.acme.example:*/a/", "x.example:*/b/"] {
            assert!(sources.contains(&source), "{source}: {all}");
        }
        assert!(!sources.contains(&"acme.example:*") && !sources.contains(&"x.example:*/b//"));
    }

    #[test]
    fn sockets_and_nonces_and_reports_have_their_place() {
        let page = Page { is_secure: true, nonce: "RANDOM", report_to: "csp" };
        let policy = derived(0, 0, page);
        assert!(sources(&policy, "default-src").contains(&"wss://*.pay.example:*"));
        assert!(sources(&policy, "default-src").contains(&"wss://shop.example:*"));
        let scripts = sources(&policy, "script-src");
        assert!(scripts.contains(&"'nonce-RANDOM'") && !scripts.contains(&"'unsafe-inline'"));
        assert!(policy.ends_with("; report-to csp"));
        let unsafe_page = derived(0, 0, Page::default());
        assert!(
            !unsafe_page.contains("script-src"),
            "inline scripts may run as they may without this header"
        );
        assert!(sources(&unsafe_page, "default-src").contains(&"ws://pay.example:*"));
    }

    #[test]
    fn it_fits_into_a_header_and_an_attribute() {
        let policy = derived(0b11, 0, Page { is_secure: true, ..Page::default() });
        assert!(policy.len() < 4 * 1024, "{}", policy.len());
        assert!(policy.bytes().all(|byte| (b' '..0x7f).contains(&byte) && byte != b'"' && byte != b','));
        assert!(meta(&policy).ends_with("\">"));
    }
}
