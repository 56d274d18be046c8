//! The words of one language: the policy's own before the locale's.

use alloc::string::String;

use super::asked::{list, word};
use crate::json::Value;
use crate::scan::cut;

/// Where the texts of a notice come from.
#[derive(Debug)]
pub struct Words<'a> {
    language: &'a str,
    own: &'a Value,
    locale: &'a Value,
}

impl<'a> Words<'a> {
    /// The words of `language`: `policy` is the whole file, `locale` its locale file, or null if that could not be had.
    pub fn new(policy: &'a Value, locale: &'a Value, language: &'a str) -> Words<'a> {
        let own = policy.get("texts").and_then(|texts| texts.get(language)).unwrap_or(&Value::Null);
        Words { language, own, locale }
    }

    /// The language's tag.
    pub fn language(&self) -> &'a str {
        self.language
    }

    /// `rtl` or `ltr`; empty if the locale does not say.
    pub fn direction(&self) -> &'a str {
        word(self.locale, "direction")
    }

    /// Whether the locale is there, so that a person can be told what a yes means.
    pub fn complete(&self) -> bool {
        self.locale.get("strings").is_some()
    }

    /// The text behind a key; empty if there is none.
    pub fn get(&self, key: &str) -> &'a str {
        let locale = || self.locale.get("strings").and_then(|strings| strings.get(key));
        self.own.get(key).or_else(locale).and_then(Value::str).unwrap_or_else(|| closed(key))
    }
}

/// What is said when no locale could be had. It is enough to refuse, to withdraw and to leave, and to no more.
fn closed(key: &str) -> &'static str {
    match key {
        "open" => "Privacy settings",
        "refuse" => "Reject all",
        "close" => "Close",
        _ => "",
    }
}

/// `text` with `value` in the place of its `{name}`. A text has one such place at most; its name is for translators.
pub fn fill(text: &str, value: &str) -> String {
    let (before, place) = cut(text, b'{');
    let mut out = String::from(before);
    if let Some(place) = place {
        out.push_str(value);
        out.push_str(cut(place, b'}').1.unwrap_or(""));
    }
    out
}

/// The languages to try: the policy's language that fits the wish best, and its fallback.
pub fn languages<'a>(policy: &'a Value, wish: &'a str) -> [&'a str; 2] {
    let wish = match word(policy, "language") {
        "" | "auto" => wish,
        fixed => fixed,
    };
    let own = list(policy, "languages");
    let fallback = own.first().and_then(Value::str).unwrap_or("en");
    let mut best = (0, fallback);
    for own in own.iter().filter_map(Value::str) {
        let same_base = cut(own, b'-').0.eq_ignore_ascii_case(cut(wish, b'-').0);
        let fit = u8::from(same_base) + u8::from(own.eq_ignore_ascii_case(wish));
        if fit > best.0 {
            best = (fit, own);
        }
    }
    [best.1, fallback]
}
