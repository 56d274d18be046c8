//! Words that have no place in the repository. They are put together from pieces here, or this file would hold them.

use super::File;

/// Files in which other people's words stand.
const FOREIGN: &[&str] = &["package-lock.json", "Cargo.lock", "crates/core/data/"];

/// Notes to oneself, skipped tests, silenced failures.
pub fn markers(files: &[File]) -> Vec<String> {
    let notes = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X"), concat!("HA", "CK")];
    let code = [
        (concat!("#[ig", "nore"), "rs", "repair the test or remove it"),
        (concat!("|| ", "true"), "sh", "a failure must be seen"),
        (concat!("|| ", "true"), "run", "a failure must be seen"),
    ];
    let mut faults = Vec::new();
    each_line(files, |file, place, line| {
        for note in notes.iter().filter(|note| is_bare_word(line, note)) {
            faults.push(format!("{place}: `{note}`; do it, or file it with an owner"));
        }
        for (word, kind, remedy) in code {
            if file.path.ends_with(kind) && line.contains(word) {
                faults.push(format!("{place}: `{word}`; {remedy}"));
            }
        }
    });
    faults
}

/// Addresses of package registries and folders of somebody's machine.
pub fn places(files: &[File]) -> Vec<String> {
    let hosts = [
        concat!("registry.", "npmjs.org"),
        concat!("registry.", "yarnpkg.com"),
        concat!("index.", "crates.io"),
        concat!("static.", "crates.io"),
        concat!("deb.", "debian.org"),
        concat!("pypi.org/", "simple"),
    ];
    let folders =
        [concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/wo", "rk/"), concat!("/Use", "rs/")];
    let mut faults = Vec::new();
    each_line(files, |_, place, line| {
        for host in hosts.iter().filter(|host| line.contains(**host)) {
            faults.push(format!("{place}: `{host}`; every machine has its own registry settings"));
        }
        for folder in folders.iter().filter(|folder| is_absolute(line, folder)) {
            faults.push(format!("{place}: `{folder}`; write paths from the root of the repository"));
        }
    });
    faults
}

fn each_line(files: &[File], mut look: impl FnMut(&File, &str, &str)) {
    for file in files.iter().filter(|file| !FOREIGN.iter().any(|foreign| file.path.contains(foreign))) {
        for (number, line) in file.text.lines().enumerate() {
            look(file, &format!("{}:{}", file.path, number + 1), line);
        }
    }
}

/// Whether the word stands alone. With an owner, as in `WORD(name)`, it is a promise and may stay.
fn is_bare_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|part| part.chars().next_back());
        let after = line.get(at + word.len()..).and_then(|part| part.chars().next());
        let part_of_word =
            |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || char == '_');
        !part_of_word(before) && !part_of_word(after) && after != Some('(')
    })
}

/// Whether the folder begins a path, and is not the middle of a longer one.
fn is_absolute(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).and_then(|part| part.chars().next_back());
        before.is_none_or(|char| char.is_whitespace() || "\"'`(=:<[{,".contains(char))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::file;

    #[test]
    fn a_bare_marker_is_told_and_an_owned_one_or_a_longer_word_is_not() {
        let word = concat!("TO", "DO");
        let text = format!("// {word}: later\n// {word}(ana): 3\n{word}LIST\nmethod\n");
        assert_eq!(markers(&[file("a.rs", &text)]).len(), 1);
        assert!(markers(&[file("tools/package-lock.json", &text)]).is_empty());
    }

    #[test]
    fn a_skipped_test_and_a_silenced_failure_are_told() {
        let skipped = file("a.rs", concat!("#[ig", "nore]\n"));
        let silenced = file(".ci/run", concat!("cargo test || ", "true\n"));
        assert_eq!(markers(&[skipped, silenced]).len(), 2);
    }

    #[test]
    fn folders_of_a_machine_are_told_and_folders_of_ours_are_not() {
        let text = concat!("x = \"/wo", "rk/main\"\ntarget/wo", "rk/gate\nhttps://a.example/ho", "me/\n");
        assert_eq!(places(&[file("a.toml", text)]).len(), 1);
        assert_eq!(places(&[file("b.toml", concat!("https://registry.", "npmjs.org/x"))]).len(), 1);
    }
}
