//! The texts of `data/generated`, built anew from the JSON files and compared with what is checked in.

extern crate std;

use super::MASK_BASE;
use crate::json::{self, Value};
use alloc::borrow::ToOwned;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use std::path::{Path, PathBuf};

/// The Consent Mode types in the order of their bits in [`super::Service::consent_mode`].
const CONSENT_MODE: [&str; 7] = [
    "ad_storage",
    "ad_user_data",
    "ad_personalization",
    "analytics_storage",
    "functionality_storage",
    "personalization_storage",
    "security_storage",
];

#[test]
fn the_generated_texts_are_those_of_the_catalogue() {
    let rows = rows("catalogue.json", "services");
    let table = |row: fn(&Value) -> String| {
        let mut lines: Vec<String> = rows.iter().map(row).collect();
        lines.sort();
        lines.join("\n") + "\n"
    };
    compare("services.txt", &table(service));
    compare(
        "descriptions.txt",
        &table(|row| columns(row, &["id", "name", "company", "country", "privacyNotice"])),
    );
    let kinds = ["essential-candidate", "functional", "analytics", "marketing"].map(|kind| {
        let mut ids: Vec<&str> =
            rows.iter().filter(|row| text(row, "purpose") == kind).map(|row| text(row, "id")).collect();
        ids.sort_unstable();
        format!("{} {}\n", kind.get(..1).unwrap(), ids.join(" "))
    });
    compare("kinds.txt", &kinds.concat());
    compare("sources.txt", &table(|row| columns(row, &["id", "source"])));
}

/// The rows of one list in a file of `data`.
pub(crate) fn rows(file: &str, list: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(data(file)).unwrap();
    json::parse(&text).unwrap().get(list).unwrap().list().to_vec()
}

/// A field that must be text, or be left out.
pub(crate) fn text<'a>(row: &'a Value, key: &str) -> &'a str {
    row.get(key).and_then(Value::str).unwrap_or_default()
}

/// Fails if the checked-in text is not `fresh`; with `BLESS=1` it writes it instead.
pub(crate) fn compare(file: &str, fresh: &str) {
    let path = data("generated").join(file);
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, fresh).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == fresh,
        "data/generated/{file} is stale: run `BLESS=1 cargo test -p assent-core generated`"
    );
}

fn data(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(file)
}

/// A row of the deciding half.
fn service(row: &Value) -> String {
    let letter = text(row, "purpose").get(..1).unwrap();
    let mask: u8 =
        row.get("consentMode").unwrap().list().iter().map(|name| mask_bit(name.str().unwrap())).sum();
    let class = char::from(MASK_BASE + mask);
    assert!(class.is_ascii_graphic() && class != '|', "{mask} has no printable character");
    let line = [
        format!("{letter}{class}{}", text(row, "id")),
        words(row, "hosts"),
        words(row, "cookies"),
        words(row, "storage"),
    ]
    .join("|");
    line.trim_end_matches('|').to_owned()
}

fn mask_bit(name: &str) -> u8 {
    let bit = CONSENT_MODE.iter().position(|known| *known == name);
    1 << bit.unwrap_or_else(|| panic!("unknown Consent Mode type {name}"))
}

/// A list of words, none of which may hold a separator.
fn words(row: &Value, key: &str) -> String {
    let words: Vec<&str> = row.get(key).unwrap().list().iter().map(|word| word.str().unwrap()).collect();
    for word in &words {
        assert!(!word.is_empty() && !word.contains(['|', '\n', ' ']), "{word:?} in {key} cannot be stored");
    }
    words.join(" ")
}

/// A row of the given text columns, none of which may be empty.
pub(crate) fn columns(row: &Value, keys: &[&str]) -> String {
    let columns: Vec<&str> = keys.iter().map(|key| text(row, key)).collect();
    for column in &columns {
        assert!(!column.is_empty() && !column.contains(['|', '\n']), "{:?} is incomplete", columns);
    }
    columns.join("|")
}
