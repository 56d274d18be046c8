//! What tells that a file has changed.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

/// What changes with a file.
pub(crate) type Stamp = (Option<SystemTime>, u64);

/// The stamp of a file; none if there is no file.
pub(crate) fn stamp(path: &Path) -> Option<Stamp> {
    let data = fs::metadata(path).ok().filter(fs::Metadata::is_file)?;
    Some((data.modified().ok(), data.len()))
}
