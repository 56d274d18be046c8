//! A file, variables and flags, laid over one another.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

use super::Fault;

/// What the name of a variable begins with: `ASSENT_LISTEN` is `listen`, `ASSENT_LIMITS__IDLE_SECONDS` is
/// `limits.idle_seconds`.
pub const PREFIX: &str = "ASSENT_";

/// Variables with the prefix that are no settings: the file's name, and what the tests of the repository read.
const OTHERS: &[&str] = &["CONFIG", "LOG", "ENGINE", "TEST_POSTGRES", "TEST_SMALL_DISK"];

/// Where settings come from. Later ones win: the file, variables, flags.
#[derive(Clone, Debug, Default)]
pub struct Layers {
    file: Option<(PathBuf, String)>,
    variables: Vec<(String, String)>,
    flags: Vec<(String, String)>,
}

/// The layers as one.
pub(super) struct Merged {
    pub(super) table: Table,
    /// Per setting that was overlaid, what it was given by.
    given: BTreeMap<String, String>,
    /// The file's name, or empty.
    file: String,
}

impl Layers {
    /// No settings at all: everything as it is by default.
    pub fn new() -> Layers {
        Layers::default()
    }

    /// With the text of a file. Paths in it are taken from the file's folder.
    #[must_use]
    pub fn file(mut self, path: &Path, text: impl Into<String>) -> Layers {
        self.file = Some((path.into(), text.into()));
        self
    }

    /// With the variables of an environment. Those without the prefix are left alone.
    #[must_use]
    pub fn variables(mut self, variables: impl IntoIterator<Item = (String, String)>) -> Layers {
        let ours = variables.into_iter().filter_map(|(name, value)| {
            let name = name.strip_prefix(PREFIX)?;
            (!OTHERS.contains(&name)).then(|| (name.to_string(), value))
        });
        self.variables.extend(ours);
        self
    }

    /// With a flag for the setting `path`.
    #[must_use]
    pub fn flag(mut self, path: &str, value: impl Into<String>) -> Layers {
        self.flags.push((path.into(), value.into()));
        self
    }

    /// The folder that relative paths in the file are taken from; empty for the folder of the process.
    pub(super) fn folder(&self) -> PathBuf {
        let parent = self.file.as_ref().and_then(|(path, _)| path.parent());
        parent.map(Path::to_path_buf).unwrap_or_default()
    }

    pub(super) fn merge(&self, faults: &mut Vec<Fault>) -> Merged {
        let mut merged = Merged { table: Table::new(), given: BTreeMap::new(), file: String::new() };
        if let Some((path, text)) = &self.file {
            merged.file = path.display().to_string();
            match text.parse::<Table>() {
                Ok(table) => merged.table = table,
                Err(error) => {
                    let line = error.span().map_or(0, |span| {
                        text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1
                    });
                    let message = format!("not TOML at line {line}: {}", error.message().replace('\n', " "));
                    faults.push(Fault::new("", &merged.file, &message, "mend that line"));
                }
            }
        }
        for (name, value) in &self.variables {
            let path = name.to_ascii_lowercase().replace("__", ".");
            merged.overlay(&path, value, format!("{PREFIX}{name}"), faults);
        }
        for (path, value) in &self.flags {
            let flag = format!("--{}", path.replace(['.', '_'], "-"));
            merged.overlay(path, value, flag, faults);
        }
        merged
    }
}

impl Merged {
    fn overlay(&mut self, path: &str, value: &str, given: String, faults: &mut Vec<Fault>) {
        let mut keys: Vec<&str> = path.split('.').collect();
        let last = keys.pop().unwrap_or_default();
        let mut table = &mut self.table;
        for key in keys {
            let inner = table.entry(key).or_insert_with(|| Value::Table(Table::new()));
            let Some(inner) = inner.as_table_mut() else {
                faults.push(Fault::new(
                    path,
                    &given,
                    "no such setting",
                    "see docs/archive.md for all of them",
                ));
                return;
            };
            table = inner;
        }
        table.insert(last.into(), value_of(value));
        self.given.insert(path.into(), given);
    }

    /// Where a setting was given.
    pub(super) fn given(&self, path: &str) -> &str {
        self.given.get(path).map_or(&self.file, String::as_str)
    }

    /// Whether a setting was laid over the file; a relative path in it is taken from the folder of the process.
    pub(super) fn is_overlaid(&self, path: &str) -> bool {
        self.given.contains_key(path)
    }
}

/// A text from outside as the TOML value that it looks like. An address or a word is no TOML and stays a text.
fn value_of(text: &str) -> Value {
    let number = text.parse::<i64>().map(Value::Integer);
    let list = || format!("x = {text}").parse::<Table>().ok()?.remove("x").filter(Value::is_array);
    number.ok().or_else(list).unwrap_or_else(|| Value::String(text.into()))
}
