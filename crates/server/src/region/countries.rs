//! Countries by address, out of a database of the operator's.
//!
//! What this is: an MMDB file in memory, asked for one word. Files in the shape of MaxMind's and in the flat one of
//! `ip-location-db` are read.
//!
//! What it is not: a service. No address leaves the process, and none is kept.

use std::fs;
use std::net::IpAddr;
use std::path::Path;

use assent_core::rules::check::{Kind, is};
use maxminddb::{LookupResult, Reader, WithinOptions, path};

/// How many networks are looked at for a country before a file counts as a database of something else.
const SAMPLE: usize = 4096;

/// A database of countries, or none.
#[derive(Default)]
pub struct Countries(Option<Reader<Vec<u8>>>);

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
        let bytes = fs::read(file).map_err(|error| Unreadable::File(error.kind()))?;
        let reader = Reader::from_source(bytes).map_err(|_| Unreadable::Format)?;
        let networks = reader.networks(WithinOptions::default()).map_err(|_| Unreadable::Format)?;
        let has_country = networks.take(SAMPLE).flatten().any(|network| country(&network).is_some());
        if !has_country {
            return Err(Unreadable::NoCountries);
        }
        Ok(Countries(Some(reader)))
    }

    /// The country of an address; none if it is not in the database, or what stands there is no country.
    pub fn of(&self, address: IpAddr) -> Option<String> {
        country(&self.0.as_ref()?.lookup(address.to_canonical()).ok()?)
    }
}

/// The country of a record. The place itself counts, never where its network is registered.
fn country(found: &LookupResult<'_, Vec<u8>>) -> Option<String> {
    let flat = || found.decode_path::<&str>(&path!["country_code"]).ok().flatten();
    let nested = || found.decode_path::<&str>(&path!["country", "iso_code"]).ok().flatten();
    let word = flat().or_else(nested)?.to_ascii_uppercase();
    (word.len() == 2 && is(Kind::Region, &word) && !super::UNKNOWN.contains(&word.as_str())).then_some(word)
}
