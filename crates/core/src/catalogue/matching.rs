//! How a rule meets a URL and a pattern meets a name: the one place for both, catalogue and policy alike.

use crate::scan;

/// How closely a host rule fits a URL: 0 if it does not cover it, else the higher the better.
///
/// A rule is `host` or `host/path-prefix`. The host covers itself and its subdomains and nothing that merely ends
/// alike: `google-analytics.com` is not `evilgoogle-analytics.com`. A path prefix ends at a word: `/maps` covers
/// `/maps`, `/maps/embed` and `/maps?q=1`, but not `/mapsgame`.
pub fn matches_rule(rule: &str, host: &str, path: &str) -> usize {
    let rule = rule.as_bytes();
    let length = rule.iter().position(|byte| *byte == b'/').unwrap_or(rule.len());
    let (Some(domain), Some(prefix)) = (rule.get(..length), rule.get(length..)) else { return 0 };
    let (Some(above), Some(rest)) =
        (host.as_bytes().strip_suffix(domain), path.as_bytes().strip_prefix(prefix))
    else {
        return 0;
    };
    let on_label = above.last().is_none_or(|byte| *byte == b'.');
    let on_word = !(is_word(prefix.last()) && is_word(rest.first()));
    // Any longer host beats any longer path.
    if on_label && on_word { length << 12 | prefix.len().min(0xfff) } else { 0 }
}

/// The best score that one of several rules (with single spaces between them) reaches; 0 if none covers the URL.
pub fn closest(rules: &str, host: &str, path: &str) -> usize {
    scan::fields(rules, b' ').fold(0, |best, rule| best.max(matches_rule(rule, host, path)))
}

/// Whether one of several patterns (with single spaces between them) covers a name.
pub fn covers_name(patterns: &str, name: &str) -> bool {
    scan::fields(patterns, b' ').any(|pattern| !pattern.is_empty() && matches_name(pattern, name))
}

/// Whether a pattern with `*` for "anything, also nothing" covers a name; upper and lower case differ, as they do
/// for cookies and storage keys.
pub fn matches_name(pattern: &str, name: &str) -> bool {
    let (mut pattern, mut name) = (pattern.as_bytes(), name.as_bytes());
    // Where to take up again when what follows the last star did not fit: the star eats one more byte.
    let mut retry: Option<(&[u8], &[u8])> = None;
    loop {
        match (pattern.split_first(), name.split_first()) {
            (Some((b'*', after_star)), _) => {
                pattern = after_star;
                retry = Some((pattern, name));
            }
            (Some((wanted, more_pattern)), Some((found, more_name))) if wanted == found => {
                pattern = more_pattern;
                name = more_name;
            }
            (None, None) => return true,
            _ => {
                let Some((after_star, [_, shorter @ ..])) = retry else { return false };
                pattern = after_star;
                name = shorter;
                retry = Some((after_star, shorter));
            }
        }
    }
}

fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(u8::is_ascii_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_covers_a_host_and_its_subdomains_on_label_boundaries() {
        let covers = |rule, host| matches_rule(rule, host, "/") > 0;
        assert!(covers("google-analytics.com", "google-analytics.com"));
        assert!(covers("google-analytics.com", "www.google-analytics.com"));
        assert!(covers("google-analytics.com", "region1.eu.google-analytics.com"));
        for stranger in [
            "evilgoogle-analytics.com",
            "google-analytics.com.evil.example",
            "not-google-analytics.com.cdn-apex.example",
            "analytics.com",
            "com",
            "",
        ] {
            assert!(!covers("google-analytics.com", stranger), "{stranger}");
        }
        assert!(!covers("", "example.com"), "an empty rule covers nothing");
        assert!(!covers("/path", "example.com"), "a rule without a host covers nothing");
    }

    #[test]
    fn a_path_prefix_ends_at_a_word() {
        let covers = |rule, path| matches_rule(rule, "www.google.com", path) > 0;
        for path in ["/maps", "/maps/", "/maps/embed", "/maps?q=1", "/maps#top", "/maps.js", "/maps-v2/x"] {
            assert!(covers("www.google.com/maps", path), "{path}");
        }
        for path in ["/", "", "/map", "/mapsgame", "/maps2", "/Maps", "/a/maps"] {
            assert!(!covers("www.google.com/maps", path), "{path}");
        }
        assert!(covers("google.com/acme/", "/acme/x"));
        assert!(!covers("google.com/acme/", "/acme"));
        assert!(covers("google.com/lib-", "/lib-acme.js"));
        assert!(covers("google.com/", "/anything"));
    }

    #[test]
    fn a_longer_host_beats_a_longer_path() {
        let score = |rule| matches_rule(rule, "www.google.com", "/maps/embed");
        assert!(score("www.google.com") > score("google.com/maps/embed"));
        assert!(score("google.com/maps/embed") > score("google.com/maps"));
        assert!(score("google.com/maps") > score("google.com"));
    }

    #[test]
    fn a_star_stands_for_any_run_of_bytes() {
        for (pattern, name, covered) in [
            ("_ga", "_ga", true),
            ("_ga", "_gat", false),
            ("_ga", "_GA", false),
            ("_ga_*", "_ga_ABC123", true),
            ("_ga_*", "_ga_", true),
            ("_ga_*", "_ga", false),
            ("*_mixpanel", "mp_token_mixpanel", true),
            ("*_mixpanel", "mp_token_mixpanel_x", false),
            ("mp_*_mixpanel", "mp_token_mixpanel", true),
            ("mp_*_mixpanel", "mp_mixpanel", false),
            ("*ab*ab", "abab", true),
            ("*ab*abc", "ababab", false),
            ("a*b*c", "a--b--b--c", true),
            ("**", "", true),
            ("*", "anything", true),
            ("", "", true),
            ("", "x", false),
            ("x", "", false),
            ("ü*", "über", true),
        ] {
            assert_eq!(matches_name(pattern, name), covered, "{pattern} against {name}");
        }
    }
}
