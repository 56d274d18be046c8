//! The public surface and its change log move together.
//!
//! `pkg-template/index.d.ts` and the types beside it are what sites program against. `pkg-template/surface.lock` keeps the hash of it and of the
//! change log; `cargo xtask bless` renews it, but not when the surface has changed and the change log has not.

use super::File;
use crate::stamp;

/// The types sites program against, and those of the file they write.
pub const SURFACE: [&str; 4] = [
    "pkg-template/index.d.ts",
    "pkg-template/explain.d.ts",
    "pkg-template/records.d.ts",
    "pkg-template/policy.d.ts",
];
/// Where a change of them is told.
pub const LOG: &str = "CHANGELOG.md";
/// The hashes of both.
pub const LOCK: &str = "pkg-template/surface.lock";

/// The rule.
pub fn acknowledged(files: &[File]) -> Vec<String> {
    let text = |path: &str| files.iter().find(|file| file.path == path).map(|file| file.text.as_str());
    if let Some(missing) = SURFACE.into_iter().chain([LOG]).find(|path| text(path).is_none()) {
        return vec![format!("{missing} is missing")];
    }
    let surface: String = SURFACE.into_iter().filter_map(text).collect();
    let lock = text(LOCK);
    match renewed(&surface, text(LOG).unwrap_or_default(), lock.unwrap_or_default()) {
        Ok(lock_now) if lock == Some(&lock_now) => Vec::new(),
        Ok(_) => vec![format!("{LOCK}: not the state of {SURFACE:?} and {LOG}; run `cargo xtask bless`")],
        Err(fault) => vec![fault],
    }
}

/// The lock as it should be, unless the surface (all its files, one after the other) has changed and the change log has
/// not.
pub fn renewed(surface: &str, log: &str, lock: &str) -> Result<String, String> {
    let (surface, log) = (stamp::of_text(surface), stamp::of_text(log));
    let kept = |name: &str| lock.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    if kept("surface ") != surface && kept("changelog ") == log {
        return Err(format!("{SURFACE:?}: changed; tell it in {LOG}, then run `cargo xtask bless`"));
    }
    Ok(format!("surface {surface}\nchangelog {log}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::file;

    /// The faults of a house whose interface is `surface` and whose other types are empty.
    fn faults(surface: &str, log: &str, lock: &str) -> usize {
        let [interface, others @ ..] = SURFACE;
        let mut files = vec![file(interface, surface), file(LOG, log), file(LOCK, lock)];
        files.extend(others.map(|path| file(path, "")));
        acknowledged(&files).len()
    }

    #[test]
    fn a_surface_changes_only_with_its_log() {
        let lock = renewed("types 1", "log 1", "").unwrap();
        assert_eq!(faults("types 1", "log 1", &lock), 0);
        assert!(renewed("types 2", "log 1", &lock).is_err());
        assert_eq!(faults("types 2", "log 1", &lock), 1);
        assert_eq!(faults("types 2", "log 2", &lock), 1, "until it is blessed");
        assert_eq!(faults("types 2", "log 2", &renewed("types 2", "log 2", &lock).unwrap()), 0);
    }

    #[test]
    fn a_missing_surface_is_told() {
        for missing in SURFACE {
            let others: Vec<File> =
                SURFACE.into_iter().filter(|path| *path != missing).map(|path| file(path, "")).collect();
            assert_eq!(acknowledged(&others), [format!("{missing} is missing")]);
        }
    }
}
