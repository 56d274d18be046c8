//! Places by address, out of a database of the operator's.
//!
//! What this is: an MMDB file in memory, asked for a word. Files in the shape of MaxMind's and in the flat one of
//! `ip-location-db` are read; of those that know parts of a country, the part as well. A file that is replaced is read
//! again, and one that is faulty does not take the place of a sound one.
//!
//! What it is not: a service. No address leaves the process, and none is kept.

use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, RwLock};
use std::time::{Duration, Instant};

use assent_core::rules::check::{Kind, is};
use maxminddb::{LookupResult, Reader, WithinOptions, path};

use crate::stamp::{Stamp, stamp};

/// How many networks are looked at for a country before a file counts as a database of something else.
const SAMPLE: usize = 4096;
/// How often the file is looked at, at most: a database is replaced once a week or once a month.
const INTERVAL: Duration = Duration::from_secs(60);

/// A database of countries, or none.
#[derive(Default)]
pub struct Countries(Option<Database>);

struct Database {
    file: PathBuf,
    reader: RwLock<Arc<Reader<Vec<u8>>>>,
    looked: Mutex<Looked>,
}

/// What is known of the file.
struct Looked {
    at: Instant,
    /// The state of the file that was read last, be it sound or not.
    stamp: Option<Stamp>,
}

/// What is wrong with a database, in the words that come after its name.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The file cannot be read.
    #[error("{0}")]
    File(std::io::ErrorKind),
    /// Its content is something else.
    #[error("no MMDB file")]
    Format,
    /// It is a database, but not of countries.
    #[error("no country codes in it")]
    NoCountries,
}

impl Countries {
    /// No database: nobody's country is known by address.
    pub fn none() -> Countries {
        Countries::default()
    }

    /// Reads a database into memory.
    ///
    /// # Errors
    /// The file cannot be read, is no MMDB file, or has no countries in it. Such a file would make everybody a stranger,
    /// and nobody would notice.
    pub fn read(file: &Path) -> Result<Countries, Unreadable> {
        let stamp = stamp(file);
        let reader = RwLock::new(Arc::new(sound(file)?));
        let looked = Mutex::new(Looked { at: Instant::now(), stamp });
        Ok(Countries(Some(Database { file: file.to_owned(), reader, looked })))
    }

    /// The country of an address, and the part of it if the database knows: `DE`, `US-CA`. None if the address is not in the
    /// database, or what stands there is no country.
    pub fn of(&self, address: IpAddr) -> Option<String> {
        let database = self.0.as_ref()?;
        database.refresh(INTERVAL);
        let reader = Arc::clone(&*database.reader.read().ok()?);
        place(&reader.lookup(address.to_canonical()).ok()?)
    }

    /// Reads the file again if it has changed, without waiting for the interval.
    pub fn refresh(&self) {
        if let Some(database) = &self.0 {
            database.refresh(Duration::ZERO);
        }
    }
}

impl Database {
    /// Whoever asks while the file is read gets the one before, and does not wait.
    fn refresh(&self, interval: Duration) {
        let Ok(mut looked) = self.looked.try_lock() else { return };
        if looked.at.elapsed() < interval {
            return;
        }
        looked.at = Instant::now();
        let stamp = stamp(&self.file);
        // It may be on its way: who replaces a file by two steps takes it away first.
        if stamp.is_none() || stamp == looked.stamp {
            return;
        }
        looked.stamp = stamp;
        match sound(&self.file) {
            Ok(read) => {
                if let Ok(mut reader) = self.reader.write() {
                    *reader = Arc::new(read);
                    tracing::info!(file = %self.file.display(), "read again");
                }
            }
            Err(fault) => {
                tracing::warn!(file = %self.file.display(), %fault, "not read again; the one before stays");
            }
        }
    }
}

/// A database that has countries in it.
fn sound(file: &Path) -> Result<Reader<Vec<u8>>, Unreadable> {
    let bytes = fs::read(file).map_err(|error| Unreadable::File(error.kind()))?;
    let reader = Reader::from_source(bytes).map_err(|_| Unreadable::Format)?;
    let networks = reader.networks(WithinOptions::default()).map_err(|_| Unreadable::Format)?;
    let has_country = networks.take(SAMPLE).flatten().any(|network| country(&network).is_some());
    if has_country { Ok(reader) } else { Err(Unreadable::NoCountries) }
}

/// The place of a record: the country with its part, or the country alone where that is all that is known.
fn place(found: &LookupResult<'_, Vec<u8>>) -> Option<String> {
    let country = country(found)?;
    let part = || found.decode_path::<&str>(&path!["subdivisions", 0, "iso_code"]).ok().flatten();
    let whole = part().map(|part| format!("{country}-{}", part.to_ascii_uppercase()));
    Some(whole.filter(|whole| is(Kind::Region, whole)).unwrap_or(country))
}

/// The country of a record. The place itself counts, never where its network is registered.
fn country(found: &LookupResult<'_, Vec<u8>>) -> Option<String> {
    let flat = || found.decode_path::<&str>(&path!["country_code"]).ok().flatten();
    let nested = || found.decode_path::<&str>(&path!["country", "iso_code"]).ok().flatten();
    let word = flat().or_else(nested)?.to_ascii_uppercase();
    (word.len() == 2 && is(Kind::Region, &word) && !super::UNKNOWN.contains(&word.as_str())).then_some(word)
}
