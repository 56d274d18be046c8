//! The browser's half, as the archive serves it.
//!
//! What this is: the files of a built SDK, read once, compressed once, each under its plain name and under one that
//! changes with the content; and the gate with a site's policy in it.

mod file;

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use assent_core::bake;
use assent_core::record::Digest;
use sha2::{Digest as _, Sha256};

pub use file::{File, Freshness};

/// The gate with a place for a policy; it is not served as it is.
const TEMPLATE: &str = "assent.template.js";
/// How many scripts with a policy in them are kept. More policies are not in force at once.
const MOST_SCRIPTS: usize = 64;

/// A built SDK.
#[derive(Default)]
pub struct Sdk {
    files: BTreeMap<String, File>,
    template: String,
    version: String,
    scripts: Mutex<HashMap<[u8; 32], Arc<File>>>,
}

impl Sdk {
    /// No SDK: no script is served.
    pub fn none() -> Sdk {
        Sdk::default()
    }

    /// Reads a folder and the folders in it.
    ///
    /// # Errors
    /// A file cannot be read, or it is not an SDK: there is no template of the gate in it.
    pub fn read(folder: &Path) -> io::Result<Sdk> {
        let mut sdk = Sdk { template: fs::read_to_string(folder.join(TEMPLATE))?, ..Sdk::default() };
        let mut version = Sha256::new();
        for (name, path) in below(folder, "")? {
            let bytes = fs::read(path)?;
            version.update(name.as_bytes());
            version.update(Sha256::digest(&bytes));
            if name != TEMPLATE
                && let Some(file) = File::new(&name, bytes)
            {
                sdk.files.insert(name, file);
            }
        }
        sdk.version = version.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Ok(sdk)
    }

    /// What changes with the content of any file.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The names of all files.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// A file by its name.
    pub fn file(&self, name: &str) -> Option<&File> {
        self.files.get(name)
    }

    /// The gate with a policy in it. It takes a moment the first time.
    pub fn script(&self, digest: &Digest, policy: &str) -> Option<Arc<File>> {
        if let Some(script) = self.scripts.lock().ok()?.get(&digest.0) {
            return Some(Arc::clone(script));
        }
        let script = Arc::new(File::new("assent.js", bake::bake(&self.template, policy)?.into_bytes())?);
        let mut scripts = self.scripts.lock().ok()?;
        if scripts.len() >= MOST_SCRIPTS {
            scripts.clear();
        }
        scripts.insert(digest.0, Arc::clone(&script));
        Some(script)
    }
}

/// All files below a folder by their names from there, in the order of their names. Hidden ones are somebody else's.
fn below(folder: &Path, prefix: &str) -> io::Result<BTreeMap<String, std::path::PathBuf>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Some(name) = entry.file_name().to_str().filter(|name| !name.starts_with('.')).map(String::from)
        else {
            continue;
        };
        let name = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            found.append(&mut below(&entry.path(), &format!("{name}/"))?);
        } else {
            found.insert(name, entry.path());
        }
    }
    Ok(found)
}
