//! What this is: skipping work whose inputs have not changed.
//!
//! A stamp is one hash over everything that went in. It is written last, so a build that was cut short is done again.

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::{Path, PathBuf};

/// A hash in the making.
pub struct Inputs(Sha256);

impl Inputs {
    /// Starts with the tool itself: a changed xtask does its work again.
    pub fn new() -> Result<Self> {
        let tool = fs::metadata(std::env::current_exe()?)?;
        let mut inputs = Self(Sha256::new());
        inputs.text(&format!("{} {:?}", tool.len(), tool.modified()?));
        Ok(inputs)
    }

    /// Adds a text, with its length, so that two texts never run into each other.
    pub fn text(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text);
    }

    /// Adds a file by name and content. A missing file counts too.
    pub fn file(&mut self, path: &Path) {
        self.text(&path.to_string_lossy());
        let content = fs::read(path).unwrap_or_default();
        self.0.update((content.len() as u64).to_le_bytes());
        self.0.update(content);
    }

    /// The stamp, to be compared and kept.
    pub fn finish(self) -> String {
        hex(&self.0.finalize())
    }
}

/// The hash of one text, in hex.
pub fn of_text(text: &str) -> String {
    hex(&Sha256::digest(text))
}

/// Whether `stamp` is what the file says and all `outputs` are there.
pub fn is_current(file: &Path, stamp: &str, outputs: &[PathBuf]) -> bool {
    fs::read_to_string(file).is_ok_and(|kept| kept == stamp) && outputs.iter().all(|output| output.exists())
}

/// Keeps the stamp. Called last.
pub fn keep(file: &Path, stamp: &str) -> Result<()> {
    fs::write(file, stamp).with_context(|| format!("cannot write {}", file.display()))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_do_not_run_into_each_other() {
        let hash = |texts: &[&str]| {
            let mut inputs = Inputs(Sha256::new());
            texts.iter().for_each(|text| inputs.text(text));
            inputs.finish()
        };
        assert_ne!(hash(&["ab", "c"]), hash(&["a", "bc"]));
        assert_eq!(hash(&["ab", "c"]), hash(&["ab", "c"]));
    }

    #[test]
    fn hex_has_two_digits_per_byte() {
        assert_eq!(hex(&[0, 10, 255]), "000aff");
    }
}
