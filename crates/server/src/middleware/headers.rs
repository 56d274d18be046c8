//! What the headers of an answer reach, and what they promise.
//!
//! What this is: headers that make a browser fetch or tell somebody (`Link`, `Refresh`, reporting), cookies in a vendor's
//! name, and what has to change because a page now depends on a choice.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::markup::Judge;

/// Headers that name addresses which a browser fetches, goes to or reports to, whatever the page says.
const REACHING: [&str; 7] =
    ["link", "refresh", "report-to", "reporting-endpoints", "nel", "speculation-rules", "sourcemap"];

/// Takes out of an answer what reaches an address that is held.
pub fn fence(headers: &mut HeaderMap, judge: &Judge) {
    for name in REACHING {
        retain(headers, &HeaderName::from_static(name), |value| keep(name, value, judge));
    }
    for name in [header::CONTENT_SECURITY_POLICY, header::CONTENT_SECURITY_POLICY_REPORT_ONLY] {
        retain(headers, &name, |policies| Some(without_reports(policies, judge)));
    }
}

/// Takes out cookies that belong to a vendor without a grant.
pub fn without_cookies(headers: &mut HeaderMap, goes: impl Fn(&str) -> bool) {
    let name = |cookie: &str| cookie.split(['=', ';']).next().unwrap_or_default().trim().to_string();
    retain(headers, &header::SET_COOKIE, |cookie| (!goes(&name(cookie))).then(|| cookie.to_string()));
}

/// Puts each value of a header through `keep`. One that is no text is not understood by browsers either, and stays.
fn retain(headers: &mut HeaderMap, name: &HeaderName, keep: impl Fn(&str) -> Option<String>) {
    if !headers.contains_key(name) {
        return;
    }
    let values: Vec<HeaderValue> = headers.get_all(name).iter().cloned().collect();
    headers.remove(name);
    for value in values {
        // What is not ASCII is read as it comes, so that no letter hides an address.
        let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
        match keep(&text) {
            Some(kept) if kept == text => drop(headers.append(name, value)),
            Some(kept) => {
                let value = HeaderValue::from_str(&kept).ok().filter(|_| !kept.is_empty());
                value.map(|value| headers.append(name, value));
            }
            None => {}
        }
    }
}

/// What is left of one value.
fn keep(name: &str, value: &str, judge: &Judge) -> Option<String> {
    match name {
        "link" => {
            let links: Vec<&str> =
                links(value).into_iter().filter(|link| !reaches(between(link), judge)).collect();
            Some(links.join(", "))
        }
        "refresh" => (!crate::markup::refreshes_held(value, judge)).then(|| value.to_string()),
        "sourcemap" => (!judge.holds(value.trim())).then(|| value.to_string()),
        // Structured fields and JSON: their addresses stand in quotes.
        _ => (!value.split('"').skip(1).step_by(2).any(|text| reaches(Some(text), judge)))
            .then(|| value.to_string()),
    }
}

fn reaches(address: Option<&str>, judge: &Judge) -> bool {
    address.is_some_and(|address| judge.holds(address.trim()))
}

/// The address of a link (RFC 8288).
fn between(link: &str) -> Option<&str> {
    link.split_once('<')?.1.split_once('>').map(|(address, _)| address)
}

/// The links of a header, cut at the commas that stand neither in an address nor in quotes.
fn links(value: &str) -> Vec<&str> {
    let (mut found, mut start, mut inside) = (Vec::new(), 0, None);
    for (at, letter) in value.char_indices() {
        match (inside, letter) {
            (None, '<') => inside = Some('>'),
            (None, '"') => inside = Some('"'),
            (Some(end), letter) if letter == end => inside = None,
            (None, ',') => {
                found.push(value.get(start..at).unwrap_or_default().trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    found.push(value.get(start..).unwrap_or_default().trim());
    found
}

/// A site's own policies without reports to whoever is held.
fn without_reports(policies: &str, judge: &Judge) -> String {
    let policy = |policy: &str| {
        let kept = policy.split(';').filter(|directive| {
            let mut words = directive.split_ascii_whitespace();
            let is_report = words.next().is_some_and(|name| name.eq_ignore_ascii_case("report-uri"));
            !(is_report && words.any(|address| judge.holds(address)))
        });
        kept.collect::<Vec<_>>().join(";")
    };
    policies.split(',').map(policy).collect::<Vec<_>>().join(",")
}

/// What no longer holds of a page whose bytes were changed for one person.
pub fn of_a_parked_page(headers: &mut HeaderMap) {
    for name in
        [header::CONTENT_LENGTH, header::CONTENT_ENCODING, header::ACCEPT_RANGES, header::LAST_MODIFIED]
    {
        headers.remove(name);
    }
    for name in
        ["digest", "repr-digest", "content-digest", "content-md5", "cdn-cache-control", "surrogate-control"]
    {
        headers.remove(name);
    }
    of_a_personal_page(headers);
}

/// An answer that depends on a choice: for this person alone, and to be asked for again, so that an answer counts at once.
pub fn of_a_personal_page(headers: &mut HeaderMap) {
    let values = headers.get_all(header::CACHE_CONTROL);
    let given: Vec<String> =
        values.iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()).collect();
    let mut kept: Vec<&str> = given.iter().flat_map(|value| value.split(',')).map(str::trim).collect();
    kept.retain(|word| {
        let name = word.split('=').next().unwrap_or_default().trim().to_ascii_lowercase();
        !matches!(
            name.as_str(),
            "" | "public" | "s-maxage" | "proxy-revalidate" | "private" | "no-cache" | "immutable"
        )
    });
    let mut words = vec!["private", "no-cache"];
    words.extend(kept);
    if let Ok(value) = HeaderValue::from_str(&words.join(", ")) {
        headers.insert(header::CACHE_CONTROL, value);
    }
    headers.append(header::VARY, HeaderValue::from_static("Cookie, Sec-GPC"));
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use assent_core::decide::Grants;
    use assent_core::policy::Policy;

    use super::*;

    fn judge() -> Judge {
        let policy = r#"{"version":1,"controller":{"name":"S","contact":"c","privacyNotice":"/p"},
"purposes":["analytics"],"vendors":["google-analytics"]}"#;
        Judge::new(Arc::new(Policy::from_json(policy).unwrap().rules), Grants::default(), None)
    }

    fn fenced(name: &'static str, value: &str) -> Option<String> {
        let mut headers = HeaderMap::new();
        headers.insert(name, value.parse().unwrap());
        fence(&mut headers, &judge());
        headers.get(name).map(|value| value.to_str().unwrap().to_string())
    }

    #[test]
    fn no_header_reaches_what_is_held() {
        const T: &str = "https://www.google-analytics.com/x";
        for (name, value, left) in [
            (
                "link",
                format!("</a,b.css>; rel=preload; title=\"x, y\", <{T}>; rel=preload; as=script"),
                Some("</a,b.css>; rel=preload; title=\"x, y\""),
            ),
            ("link", format!("<{T}>; rel=preconnect"), None),
            ("link", "</a.css>; rel=preload".into(), Some("</a.css>; rel=preload")),
            ("refresh", format!("0;url={T}"), None),
            ("refresh", "5; url=/next".into(), Some("5; url=/next")),
            ("report-to", format!("{{\"group\":\"g\",\"endpoints\":[{{\"url\":\"{T}\"}}]}}"), None),
            ("reporting-endpoints", format!("a=\"/own\", b=\"{T}\""), None),
            ("reporting-endpoints", "a=\"/own\"".into(), Some("a=\"/own\"")),
            ("speculation-rules", format!("\"{T}\""), None),
            (
                "content-security-policy-report-only",
                format!("img-src 'none'; report-uri {T}"),
                Some("img-src 'none'"),
            ),
            (
                "content-security-policy",
                "img-src 'none'; report-uri /own".into(),
                Some("img-src 'none'; report-uri /own"),
            ),
        ] {
            assert_eq!(fenced(name, &value).as_deref(), left, "{name}: {value}");
        }
    }

    #[test]
    fn a_vendors_cookies_are_not_set_without_a_grant() {
        let mut headers = HeaderMap::new();
        headers.append(header::SET_COOKIE, "_ga=1; path=/".parse().unwrap());
        headers.append(header::SET_COOKIE, "session=1; path=/".parse().unwrap());
        without_cookies(&mut headers, |name| name == "_ga");
        let left: Vec<_> = headers.get_all(header::SET_COOKIE).iter().collect();
        assert_eq!(left, ["session=1; path=/"]);
    }

    #[test]
    fn a_parked_page_is_for_one_person_and_asked_for_again() {
        let mut headers = HeaderMap::new();
        headers
            .insert(header::CACHE_CONTROL, "public, max-age=600, s-maxage=9, no-transform".parse().unwrap());
        headers.insert(header::CONTENT_LENGTH, "3".parse().unwrap());
        headers.insert(header::VARY, "Accept-Language".parse().unwrap());
        of_a_parked_page(&mut headers);
        assert_eq!(headers[header::CACHE_CONTROL], "private, no-cache, max-age=600, no-transform");
        assert!(!headers.contains_key(header::CONTENT_LENGTH));
        let vary: Vec<_> = headers.get_all(header::VARY).iter().collect();
        assert_eq!(vary, ["Accept-Language", "Cookie, Sec-GPC"]);
    }
}
