//! The public surface and its change log move together.
//!
//! `pkg-template/index.d.ts` is what sites program against. `pkg-template/surface.lock` keeps the hash of it and of the
//! change log; `cargo xtask bless` renews it, but not when the surface has changed and the change log has not.

use super::File;
use crate::stamp;

/// The types sites program against.
pub const SURFACE: &str = "pkg-template/index.d.ts";
/// Where a change of them is told.
pub const LOG: &str = "CHANGELOG.md";
/// The hashes of both.
pub const LOCK: &str = "pkg-template/surface.lock";

/// The rule.
pub fn acknowledged(files: &[File]) -> Vec<String> {
    let text = |path: &str| files.iter().find(|file| file.path == path).map(|file| file.text.as_str());
    match (text(SURFACE), text(LOG), text(LOCK)) {
        (Some(surface), Some(log), lock) => match renewed(surface, log, lock.unwrap_or_default()) {
            Ok(lock_now) if lock == Some(&lock_now) => Vec::new(),
            Ok(_) => vec![format!("{LOCK}: not the state of {SURFACE} and {LOG}; run `cargo xtask bless`")],
            Err(fault) => vec![fault],
        },
        (surface, _, _) => vec![format!("{} is missing", if surface.is_none() { SURFACE } else { LOG })],
    }
}

/// The lock as it should be, unless the surface has changed and the change log has not.
pub fn renewed(surface: &str, log: &str, lock: &str) -> Result<String, String> {
    let (surface, log) = (stamp::of_text(surface), stamp::of_text(log));
    let kept = |name: &str| lock.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
    if kept("surface ") != surface && kept("changelog ") == log {
        return Err(format!("{SURFACE} has changed: tell it in {LOG}, then run `cargo xtask bless`"));
    }
    Ok(format!("surface {surface}\nchangelog {log}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::file;

    fn faults(surface: &str, log: &str, lock: &str) -> usize {
        acknowledged(&[file(SURFACE, surface), file(LOG, log), file(LOCK, lock)]).len()
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
        assert_eq!(acknowledged(&[]).len(), 1);
    }
}
