//! Other consent tools by name, and what they call the standard purposes.
//!
//! What this is: one table, for tags that were parked for another tool (the page's side reads it as a text) and for
//! choices that were made in one.

use crate::scan;
use crate::text::decimal;

/// The tools whose choices are understood, between spaces.
pub const TOOLS: &str =
    "onetrust cookiebot usercentrics didomi klaro cookieyes complianz vanilla-cookieconsent tcf";

/// A row of the policy's `import`: the tool and, behind a colon, how many days it keeps a choice, which dates those that
/// carry no date.
pub fn tool(row: &str) -> Option<(&str, Option<u64>)> {
    let (tool, days) = scan::cut(row, b':');
    let days = match days {
        None => None,
        Some(days) => Some(Some(decimal(days)).filter(|days| (1..=395).contains(days))?),
    };
    scan::has(TOOLS, tool).then_some((tool, days))
}

/// A line per purpose: its id here, `=`, and the words for it between spaces, in lower case.
pub const WORDS: &str = "\
necessary=necessary essential required ignore strictly_necessary strictly-necessary c0001 iub-1 security_storage
functional=functional functionality preferences preference experience personalization c0003 iub-2 iub-3 functionality_storage personalization_storage
analytics=analytics analytic statistics statistic performance measurement c0002 iub-4 analytics_storage
marketing=marketing advertisement advertising targeting ads social c0004 c0005 iub-5 ad_storage ad_user_data ad_personalization";

/// What may stand before a word, between spaces.
pub const PREFIXES: &str = "cookie_cat_ cookieyes- cookie-";

/// Our purpose for a word in lower case; nothing for one that nobody is known to use.
pub fn purpose(word: &str) -> Option<&'static str> {
    let word = scan::words(PREFIXES).find_map(|prefix| word.strip_prefix(prefix)).unwrap_or(word);
    let mut rows = scan::fields(WORDS, b'\n').map(|row| scan::cut(row, b'='));
    rows.find(|(_, words)| scan::has(words.unwrap_or_default(), word)).map(|(purpose, _)| purpose)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_name_a_tool_and_may_say_how_long_it_keeps_a_choice() {
        for (row, expected) in [
            ("klaro", Some(("klaro", None))),
            ("klaro:120", Some(("klaro", Some(120)))),
            ("klaro:396", None),
            ("klaro:", None),
            ("klaro:x", None),
            ("somebody", None),
            ("", None),
        ] {
            assert_eq!(tool(row), expected, "{row}");
        }
    }

    #[test]
    fn the_words_of_others_are_known_with_and_without_their_prefixes() {
        for (word, expected) in [
            ("c0004", Some("marketing")),
            ("cookieyes-advertisement", Some("marketing")),
            ("cookie_cat_statistic", Some("analytics")),
            ("statistics", Some("analytics")),
            ("iub-1", Some("necessary")),
            ("bg5", None),
            ("", None),
        ] {
            assert_eq!(purpose(word), expected, "{word}");
        }
    }
}
