//! Small files that only their owner may read.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;

use zeroize::Zeroizing;

use super::Secret;
use crate::store::{Entropy, Error, Result};

/// What stands before the secret in each file.
const MARK: &str = "assent-key-v1";

/// Makes the directory, for its owner alone.
pub(super) fn make_directory(path: &Path) -> Result<()> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|error| failed("make the keys directory", &error))
}

/// Refuses a directory that others may look into.
pub(super) fn check_directory(path: &Path) -> Result<()> {
    let metadata = fs::metadata(path)
        .map_err(|_| Error::Refused("there is no keys directory: restore it from its backup"))?;
    if !metadata.is_dir() || metadata.permissions().mode() & 0o077 != 0 {
        return Err(Error::Refused("others may look into the keys directory: chmod 700 it"));
    }
    Ok(())
}

/// The name of a numbered key.
pub(super) fn name(kind: &str, number: i64) -> String {
    format!("{kind}-{number}.key")
}

/// The numbers of the keys of a kind.
pub(super) fn numbers(directory: &Path, kind: &str) -> Result<Vec<i64>> {
    numbered(directory, &format!("{kind}-"), ".key")
}

/// The numbers of the files whose names have a number between two texts.
pub(super) fn numbered(directory: &Path, before: &str, after: &str) -> Result<Vec<i64>> {
    let entries = fs::read_dir(directory).map_err(|error| failed("list the keys directory", &error))?;
    let mut numbers = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| failed("list the keys directory", &error))?;
        let file = entry.file_name();
        let number = file
            .to_str()
            .and_then(|file| file.strip_prefix(before)?.strip_suffix(after)?.parse::<i64>().ok());
        numbers.extend(number);
    }
    Ok(numbers)
}

/// Makes a key. If another process was quicker, its key stands.
pub(super) fn make(directory: &Path, name: &str, kind: &str, entropy: &dyn Entropy) -> Result<()> {
    let mut secret = Secret::new([0; 32]);
    entropy.fill(&mut *secret)?;
    let mut text = Zeroizing::new(format!("{MARK} {kind} "));
    for byte in secret.iter() {
        text.push_str(&Zeroizing::new(format!("{byte:02x}")));
    }
    text.push('\n');
    // Written aside and linked into place, so that nobody ever reads half a key.
    let aside = directory.join(format!(".{name}.{}", std::process::id()));
    write(&aside, &text)?;
    let placed = fs::hard_link(&aside, directory.join(name));
    fs::remove_file(&aside).map_err(|error| failed("write a key", &error))?;
    match placed {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(failed("write a key", &error)),
        _ => sync(directory),
    }
}

/// Reads a key.
pub(super) fn read(directory: &Path, name: &str, kind: &str) -> Result<Secret> {
    let text = Zeroizing::new(read_text(directory, name)?.ok_or_else(|| {
        Error::Damaged(format!("{name} is missing in the keys directory: restore it from its backup"))
    })?);
    let wrong = || Error::Damaged(format!("{name} is no key of this kind: restore it from its backup"));
    let digits = text.strip_prefix(&format!("{MARK} {kind} ")).and_then(|rest| rest.strip_suffix('\n'));
    let digits = digits.filter(|digits| digits.len() == 64 && digits.is_ascii()).ok_or_else(wrong)?;
    let mut secret = Secret::new([0; 32]);
    for (position, byte) in secret.iter_mut().enumerate() {
        let pair = digits.get(2 * position..2 * position + 2).ok_or_else(wrong)?;
        *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
    }
    Ok(secret)
}

/// Reads a file that may be missing.
pub(super) fn read_text(directory: &Path, name: &str) -> Result<Option<String>> {
    let mut text = String::new();
    match File::open(directory.join(name)).and_then(|mut file| file.read_to_string(&mut text)) {
        Ok(_) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read the keys directory", &error)),
    }
}

/// Puts a text in the place of another, durably and as a whole.
pub(super) fn replace(directory: &Path, name: &str, text: &str) -> Result<()> {
    let aside = directory.join(format!(".{name}.{}", std::process::id()));
    write(&aside, text)?;
    fs::rename(&aside, directory.join(name)).map_err(|error| failed("write the keys directory", &error))?;
    sync(directory)
}

/// Removes a file, and overwrites it before, for what that is worth on today's disks.
pub(super) fn remove(directory: &Path, name: &str) -> Result<()> {
    let path = directory.join(name);
    let told = |error: std::io::Error| failed("remove a key", &error);
    let mut file = OpenOptions::new().write(true).open(&path).map_err(told)?;
    let length = file.metadata().map_err(told)?.len();
    let zeroes = vec![0; usize::try_from(length).unwrap_or_default()];
    file.write_all(&zeroes).and_then(|()| file.sync_all()).map_err(told)?;
    fs::remove_file(&path).map_err(told)?;
    sync(directory)
}

fn write(path: &Path, text: &str) -> Result<()> {
    // What a killed process left is of no use to anybody.
    let _ = fs::remove_file(path);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map_err(|error| failed("write the keys directory", &error))?;
    let written = file.write_all(text.as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|error| failed("write the keys directory", &error))
}

fn sync(directory: &Path) -> Result<()> {
    let synced = File::open(directory).and_then(|directory| directory.sync_all());
    synced.map_err(|error| failed("write the keys directory", &error))
}

fn failed(what: &str, error: &std::io::Error) -> Error {
    Error::Engine(format!("cannot {what}: {}", error.kind()))
}
