//! What this is: the rules of the house that no other tool checks, as one table.
//!
//! A rule looks at the files of the repository and returns what is wrong, a line each, with the place and the remedy.

mod arrows;
mod files;
mod locales;
pub mod surface;
mod words;

use crate::paths;
use crate::process::{command, output};
use anyhow::{Result, bail};
use std::fs;

/// A text file of the repository.
pub struct File {
    /// Its path from the root, with `/`.
    pub path: String,
    /// What is in it.
    pub text: String,
}

impl File {
    /// Whether its name ends so.
    pub fn is(&self, extensions: &[&str]) -> bool {
        self.path.rsplit_once('.').is_some_and(|(_, extension)| extensions.contains(&extension))
    }
}

type Rule = fn(&[File]) -> Vec<String>;

/// All rules: what holds, and how it is looked at.
const RULES: &[(&str, Rule)] = &[
    ("dependencies point one way", arrows::dependencies),
    ("the core does no I/O, and only src/ knows the browser", arrows::names),
    ("rooms meet through the gate's ports", arrows::rooms),
    ("every crate has the lints of the workspace", arrows::lints),
    ("every locale says the same things", locales::agree),
    ("nothing is left lying about", words::markers),
    ("nothing tells where it was written", words::places),
    ("a changed public surface is in the change log", surface::acknowledged),
];

/// Runs all rules. Long files are only remarked on.
pub fn run() -> Result<()> {
    let files = tracked()?;
    for remark in files::long(&files) {
        eprintln!("remark: {remark}");
    }
    let mut faults = Vec::new();
    for (name, rule) in RULES {
        faults.extend(rule(&files).into_iter().map(|fault| format!("{fault} ({name})")));
    }
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(())
}

/// The text files that git knows or would add.
fn tracked() -> Result<Vec<File>> {
    let list = output(command("git").args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]))?;
    let files = list.split('\0').filter(|path| !path.is_empty()).filter_map(|path| {
        // A file that was removed but not yet committed, or that is not text, has nothing to check.
        let text = String::from_utf8(fs::read(paths::at(path)).ok()?).ok()?;
        Some(File { path: path.into(), text })
    });
    Ok(files.collect())
}

/// The lines of a file that ship, with their numbers: without comments, and without what is compiled for tests only.
fn code<'a>(file: &'a File, files: &[File]) -> Vec<(usize, &'a str)> {
    if is_for_tests(&file.path, files) {
        return Vec::new();
    }
    // Tests stand at the end of a file, behind a brace of their own.
    let shipped = file.text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let strip = |line: &'a str| line.split_once("//").map_or(line, |(code, _)| code);
    shipped.lines().enumerate().map(|(at, line)| (at + 1, strip(line))).collect()
}

/// Whether the module that declares this file does so for tests only.
fn is_for_tests(path: &str, files: &[File]) -> bool {
    let Some((folder, name)) = path.strip_suffix(".rs").and_then(|path| path.rsplit_once('/')) else {
        return false;
    };
    let parents = [format!("{folder}.rs"), format!("{folder}/mod.rs"), format!("{folder}/lib.rs")];
    let declares = |text: &str| {
        ["mod", "pub mod", "pub(crate) mod"]
            .iter()
            .any(|word| text.contains(&format!("#[cfg(test)]\n{word} {name};")))
    };
    files.iter().any(|file| parents.contains(&file.path) && declares(&file.text))
}

#[cfg(test)]
pub fn file(path: &str, text: &str) -> File {
    File { path: path.into(), text: text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_tests_are_not_code() {
        let text = "/// web_sys\nlet a = 1; // web_sys\n#[cfg(test)]\nmod tests {\n    web_sys\n}\n";
        let files = [
            file("crates/core/src/lib.rs", "#[cfg(test)]\npub(crate) mod generated;\nmod real;\n"),
            file("crates/core/src/generated.rs", "std::fs\n"),
            file("crates/core/src/real.rs", text),
        ];
        assert_eq!(code(&files[1], &files), []);
        assert_eq!(code(&files[2], &files), [(1, ""), (2, "let a = 1; ")]);
    }
}
