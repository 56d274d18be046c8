//! Entity tags of pages that depend on a choice.
//!
//! What this is: a page parked for one choice is another representation than for the next, so its tag gets a mark, and a
//! condition on a marked tag goes on to the site only while the mark is that of the present choice (RFC 9110, 13.1.2).

use axum::http::{HeaderMap, HeaderValue, header};

/// What stands between a site's own tag and the mark.
const BEFORE_MARK: &str = ".assent-";

/// Takes the marks off the conditions of a request. Tells whether a marked tag is among those that went on.
pub fn unmark(headers: &mut HeaderMap, mark: &str) -> bool {
    let Some(given) = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()) else {
        return false;
    };
    let (mut kept, mut is_marked) = (Vec::new(), false);
    for tag in given.split(',').map(str::trim) {
        match tag.trim_end_matches('"').rsplit_once(BEFORE_MARK) {
            None => kept.push(tag.to_string()),
            Some((own, found)) if found == mark => {
                is_marked = true;
                kept.push(format!("{own}\""));
            }
            Some(_) => {}
        }
    }
    let value = HeaderValue::from_str(&kept.join(", ")).ok().filter(|_| !kept.is_empty());
    match value {
        Some(value) => headers.insert(header::IF_NONE_MATCH, value),
        None => headers.remove(header::IF_NONE_MATCH),
    };
    is_marked
}

/// Marks the tag of an answer, which becomes a weak one: the bytes are not the site's.
pub fn mark(headers: &mut HeaderMap, mark: &str) {
    let Some(tag) = headers.remove(header::ETAG) else { return };
    let Some(own) = tag.to_str().ok().and_then(|tag| tag.strip_suffix('"')) else { return };
    let own = own.strip_prefix("W/").unwrap_or(own);
    if let Ok(value) = HeaderValue::from_str(&format!("W/{own}{BEFORE_MARK}{mark}\"")) {
        headers.insert(header::ETAG, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unmarked(given: &str, mark: &str) -> (Option<String>, bool) {
        let mut headers = HeaderMap::new();
        headers.insert(header::IF_NONE_MATCH, given.parse().unwrap());
        let is_marked = unmark(&mut headers, mark);
        (headers.get(header::IF_NONE_MATCH).map(|value| value.to_str().unwrap().into()), is_marked)
    }

    #[test]
    fn a_mark_goes_on_and_comes_off_again() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ETAG, "\"abc\"".parse().unwrap());
        mark(&mut headers, "m1");
        assert_eq!(headers[header::ETAG], "W/\"abc.assent-m1\"");
        assert_eq!(unmarked("W/\"abc.assent-m1\"", "m1"), (Some("W/\"abc\"".into()), true));
    }

    #[test]
    fn a_tag_of_another_choice_is_no_condition_any_more() {
        assert_eq!(unmarked("W/\"abc.assent-m1\"", "m2"), (None, false));
        assert_eq!(unmarked("\"image\", W/\"abc.assent-m1\"", "m2"), (Some("\"image\"".into()), false));
        assert_eq!(unmarked("*", "m2"), (Some("*".into()), false));
    }
}
