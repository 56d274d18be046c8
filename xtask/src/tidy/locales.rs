//! Locale files: the same keys and the same placeholders in every language.

use super::File;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The language all others are held against.
const MODEL: &str = "locales/en.json";
/// The words of what loads apart: the layer "my choices", what stands in for held films, and the framework.
const ROOMS: &[&str] = &["locales/records-", "locales/embeds-", "locales/tcf-"];
/// Plural forms; which of them a language has is its own affair, but it must have `other`.
const FORMS: &[&str] = &["zero", "one", "two", "few", "many"];

type Strings = BTreeMap<String, String>;

/// What differs between the model and the rest.
pub fn agree(files: &[File]) -> Vec<String> {
    let mut faults = Vec::new();
    let mut locales: BTreeMap<&str, Strings> = BTreeMap::new();
    for file in files.iter().filter(|file| is_locale(&file.path)) {
        match strings(&file.text) {
            Some(strings) => _ = locales.insert(&file.path, strings),
            None => faults.push(format!("{}: no object `strings` of texts", file.path)),
        }
    }
    for (path, locale) in &locales {
        let room = ROOMS.iter().find(|room| path.starts_with(**room));
        let name = room.map_or_else(|| MODEL.to_owned(), |room| format!("{room}en.json"));
        let Some(model) = locales.get(name.as_str()) else { continue };
        let (wanted, given) = (keys(model), keys(locale));
        faults.extend(wanted.difference(&given).map(|key| format!("{path}: `{key}` is missing")));
        faults.extend(given.difference(&wanted).map(|key| format!("{path}: `{key}` is not in {name}")));
        for (key, text) in locale {
            if let Some(original) = model.get(key)
                && placeholders(original) != placeholders(text)
            {
                faults.push(format!("{path}: `{key}` has other placeholders than in {name}"));
            }
        }
    }
    faults
}

/// Whether the file is named after a language, as `de.json` or `pt-BR.json` are.
fn is_locale(path: &str) -> bool {
    let tag = ROOMS
        .iter()
        .find_map(|room| path.strip_prefix(room))
        .or_else(|| path.strip_prefix("locales/"))
        .and_then(|name| name.strip_suffix(".json"));
    tag.is_some_and(|tag| tag.split('-').next().is_some_and(|language| matches!(language.len(), 2 | 3)))
}

fn strings(text: &str) -> Option<Strings> {
    let value: Value = serde_json::from_str(text).ok()?;
    let pair = |(key, value): (&String, &Value)| Some((key.clone(), value.as_str()?.to_string()));
    value.get("strings")?.as_object()?.iter().map(pair).collect()
}

/// The keys, with the plural forms of one text counted as its `other`.
fn keys(strings: &Strings) -> BTreeSet<String> {
    let key = |key: &String| match key.rsplit_once('.') {
        Some((stem, form)) if FORMS.contains(&form) && strings.contains_key(&format!("{stem}.other")) => {
            format!("{stem}.other")
        }
        _ => key.clone(),
    };
    strings.keys().map(key).collect()
}

/// The `{names}` in a text, each counted once.
fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::file;

    fn locale(language: &str, strings: &str) -> File {
        file(&format!("locales/{language}.json"), &format!("{{\"strings\":{{{strings}}}}}"))
    }

    #[test]
    fn a_missing_key_an_extra_one_and_a_lost_placeholder_are_told() {
        let english = locale("en", r#""a":"by {who}","b":"x""#);
        let german = locale("de", r#""a":"von","c":"y""#);
        let faults = agree(&[english, german]);
        assert_eq!(faults.len(), 3, "{faults:?}");
    }

    #[test]
    fn a_language_has_the_plural_forms_it_needs() {
        let english = locale("en", r#""v.one":"{n} x","v.other":"{n} xs""#);
        let polish = locale("pl", r#""v.one":"{n} x","v.few":"{n} xy","v.many":"{n} xz","v.other":"{n} xa""#);
        assert_eq!(agree(&[english, polish]), Vec::<String>::new());
    }

    #[test]
    fn a_file_of_another_form_is_told() {
        assert_eq!(agree(&[file("locales/en.json", "{}"), file("locales/vendors.json", "{}")]).len(), 1);
    }
}
