//! The site's own copy of the Global Vendor List, as the archive serves it.
//!
//! What this is: a folder with `vendor-list.json` and its translations, `purposes-{lang}.json`, as the IAB publishes them.
//! The core reads each file before it is handed out, and again when it has changed. A file that is half written, faulty or
//! gone does not take the place of one that was sound: without a list nobody is granted anything.
//!
//! What it is not: a download. How often the list is to be fetched, and under which terms, is between the site and the IAB.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use assent_core::signal::gvl::Gvl;

use crate::sdk::File;
use crate::stamp::{Stamp, stamp};

/// The list itself.
pub const LIST: &str = "vendor-list.json";
/// Far more than the list has: the whole of it weighs a megabyte.
const MOST_BYTES: u64 = 16 << 20;

/// The files of one site's folder.
#[derive(Debug)]
pub struct VendorLists {
    folder: PathBuf,
    known: Mutex<HashMap<String, Known>>,
}

/// What is known of a file.
#[derive(Default)]
struct Known {
    /// The state of the file that was read last, be it sound or not.
    stamp: Option<Stamp>,
    /// The last sound one.
    file: Option<Arc<File>>,
}

impl std::fmt::Debug for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Known").field("stamp", &self.stamp).finish_non_exhaustive()
    }
}

impl VendorLists {
    /// Reads and compresses what is in a folder. A file that is not sound is told in the log, and is not served.
    pub fn open(folder: &Path) -> VendorLists {
        let lists = VendorLists { folder: folder.to_owned(), known: Mutex::default() };
        for name in names(folder).unwrap_or_default() {
            lists.file(&name);
        }
        lists
    }

    /// A file in its present state, or in its last sound one. It takes a moment after a change.
    pub fn file(&self, name: &str) -> Option<Arc<File>> {
        if !is_served(name) {
            return None;
        }
        let path = self.folder.join(name);
        let stamp = stamp(&path);
        {
            let mut known = self.known.lock().ok()?;
            if stamp.is_none() {
                // It may be on its way: who replaces a file by two steps takes it away first.
                return known.get(name)?.file.clone();
            }
            let known = known.entry(name.to_owned()).or_default();
            if known.stamp == stamp {
                return known.file.clone();
            }
            // Whoever else asks meanwhile gets the one before, and does not wait.
            known.stamp = stamp;
        }
        let read = sound(&path, name).map(|text| File::new(name, text.into_bytes()));
        let mut known = self.known.lock().ok()?;
        let known = known.get_mut(name)?;
        match read {
            Ok(file) => known.file = file.map(Arc::new),
            Err(fault) => {
                tracing::warn!(file = %path.display(), fault, "not served; the one before stays, if there was one");
            }
        }
        known.file.clone()
    }
}

/// What is wrong with a folder, by file and fault.
pub fn faults(folder: &Path) -> Vec<(PathBuf, String)> {
    let names = match names(folder) {
        Ok(names) => names,
        Err(error) => return vec![(folder.to_owned(), format!("cannot be read ({})", error.kind()))],
    };
    let mut faults = Vec::new();
    if !names.iter().any(|name| name == LIST) {
        faults.push((folder.join(LIST), "missing".to_owned()));
    }
    for name in names {
        let path = folder.join(&name);
        if let Err(fault) = sound(&path, &name) {
            faults.push((path, fault));
        }
    }
    faults
}

/// The names in a folder that are served, in their order.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        names.extend(entry?.file_name().into_string().ok().filter(|name| is_served(name)));
    }
    names.sort_unstable();
    Ok(names)
}

/// The list, and translations by their language as the IAB writes it: `de`, `pt-br`, `sr-cyrl`.
fn is_served(name: &str) -> bool {
    let is_tag = |tag: &str| {
        let mut parts = tag.split('-');
        let is_word = |word: &str| word.bytes().all(|byte| byte.is_ascii_lowercase());
        parts.next().is_some_and(|word| (2..=3).contains(&word.len()) && is_word(word))
            && parts.all(|word| (2..=8).contains(&word.len()) && is_word(word))
    };
    name == LIST
        || name.strip_prefix("purposes-").and_then(|rest| rest.strip_suffix(".json")).is_some_and(is_tag)
}

/// The text of a file that the core can read.
fn sound(path: &Path, name: &str) -> Result<String, String> {
    let cannot = |error: io::Error| format!("cannot be read ({})", error.kind());
    if fs::metadata(path).map_err(cannot)?.len() > MOST_BYTES {
        return Err("too long for a vendor list".to_owned());
    }
    let text = fs::read_to_string(path).map_err(cannot)?;
    let read = if name == LIST { Gvl::read(&text).map(drop) } else { Gvl::default().read_texts(&text) };
    read.map_err(|error| error.to_string())?;
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_list_and_its_translations_are_served() {
        for name in ["vendor-list.json", "purposes-de.json", "purposes-pt-br.json", "purposes-sr-cyrl.json"] {
            assert!(is_served(name), "{name}");
        }
        for name in [
            "",
            "list.json",
            "purposes-.json",
            "purposes-DE.json",
            "purposes-d.json",
            "purposes-de-.json",
            "purposes-../de.json",
            "purposes-de.json.part",
            "../vendor-list.json",
            ".vendor-list.json",
        ] {
            assert!(!is_served(name), "{name}");
        }
    }
}
