//! The length of files.

use super::File;

/// Above this a file is better two.
const LONG: usize = 400;

/// Tables and what tools write may be as long as they like.
const EXEMPT: &[&str] =
    &["crates/core/data/", "generated", "package-lock.json", "Cargo.lock", "tests/corpus/"];

/// Remarks on long files.
pub fn long(files: &[File]) -> Vec<String> {
    files
        .iter()
        .filter(|file| file.is(&["rs", "js", "mjs", "ts", "css", "html"]))
        .filter(|file| !EXEMPT.iter().any(|part| file.path.contains(part)))
        .map(|file| (file, file.text.lines().count()))
        .filter(|(_, lines)| *lines > LONG)
        .map(|(file, lines)| format!("{} has {lines} lines; aim at 50 to 250, at most {LONG}", file.path))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::file;

    #[test]
    fn long_code_is_remarked_and_long_tables_are_not() {
        let lines = "x\n".repeat(LONG + 1);
        let files = [
            file("a.rs", &lines),
            file("crates/core/data/a.rs", &lines),
            file("b.rs", "x\n"),
            file("c.md", &lines),
        ];
        assert_eq!(long(&files).len(), 1);
    }
}
