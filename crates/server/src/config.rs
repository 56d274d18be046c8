//! What this is: the settings of an archive, from a TOML file, the environment and flags, checked as a whole.
//!
//! The three layers are laid over one another, a flag over a variable over the file, and then read once. A [`Config`] can
//! only be had from settings without a fault; otherwise every [`Fault`] is told, each with where it is and how to mend it.
//!
//! What it is not: a look at the machine. Whether a port is free or a database answers is known when it is used.

mod check;
mod fault;
mod layers;
mod reader;
mod sites;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use assent_core::policy::Policy;
use ipnet::IpNet;

use crate::store::{Release, Settings, Shards, SiteSettings};

pub use fault::{Fault, policy_line};
pub use layers::{Layers, PREFIX};
pub(crate) use sites::{is_site_name, key_of_hex, origin};

/// The settings of one archive.
#[derive(Debug)]
#[non_exhaustive]
pub struct Config {
    /// Where visitors are answered.
    pub listen: SocketAddr,
    /// Where Prometheus is answered; nowhere if there is none.
    pub metrics_listen: Option<SocketAddr>,
    /// The folder of the database, if it is SQLite, and of the keys.
    pub data: PathBuf,
    /// The engine.
    pub database: Database,
    /// The log and the queue before it.
    pub log: LogConfig,
    /// The built SDK. Without it no script is served.
    pub sdk: Option<PathBuf>,
    /// What one visitor, and all of them, may take.
    pub limits: Limits,
    /// How statistics are released.
    pub statistics: Release,
    /// Where a visitor is, by the word of a proxy or by a database.
    pub region: RegionConfig,
    /// Whose choices are kept.
    pub sites: Vec<SiteConfig>,
}

/// The engine of an archive.
#[derive(Clone, PartialEq, Eq)]
pub enum Database {
    /// A file in the data folder.
    Sqlite,
    /// A server, by its connection URL. It holds a password, so it is never shown.
    Postgres(String),
}

impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Database::Sqlite => "Sqlite",
            Database::Postgres(_) => "Postgres(…)",
        })
    }
}

/// The log and the queue before it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LogConfig {
    /// The log's name, a host name and a path that nobody else signs under (C2SP tlog-checkpoint: origin).
    pub origin: String,
    /// How time is cut into logs.
    pub shards: Shards,
    /// How many records may wait.
    pub queue: usize,
    /// How many records are made durable together at most.
    pub batch: usize,
    /// How many connections read.
    pub readers: usize,
}

/// Times and amounts. Each keeps one visitor from taking what belongs to all.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Limits {
    /// From the first byte of a request to the end of its header.
    pub header: Duration,
    /// From the end of the header to the end of the body.
    pub body: Duration,
    /// From the end of the header to the beginning of the answer.
    pub request: Duration,
    /// How long a connection may rest between two requests.
    pub idle: Duration,
    /// How long an answer may make no progress, because nobody takes it.
    pub answer: Duration,
    /// How long a shutdown waits for what has begun.
    pub drain: Duration,
    /// The largest header, in bytes.
    pub header_bytes: usize,
    /// The largest body, in bytes.
    pub body_bytes: usize,
    /// Connections in all.
    pub connections: usize,
    /// Connections of one network (/24 or /64).
    pub connections_per_network: usize,
    /// Requests of one network in a minute, on average.
    pub requests_per_minute: u32,
    /// Requests of one network at once.
    pub requests_burst: u32,
    /// Records of one site in a second, on average.
    pub site_records_per_second: u32,
    /// Records of one site at once.
    pub site_records_burst: u32,
}

/// How the place of a visitor is known.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RegionConfig {
    /// Peers whose headers are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// The header with the visitor's address, as lower case; empty: the peer is the visitor.
    pub client_header: String,
    /// The header with the country (ISO 3166-1 alpha-2), as lower case; empty: unknown.
    pub country_header: String,
    /// The header with the subdivision (ISO 3166-2, with or without the country), as lower case; empty: unknown.
    pub subdivision_header: String,
    /// A database of countries by address (MMDB), for those of whom no proxy says where they are.
    pub database: Option<PathBuf>,
    /// How long a policy token is good.
    pub token: Duration,
}

/// One site: whose page it is, what it asks, and what becomes of the answers.
#[derive(Debug)]
#[non_exhaustive]
pub struct SiteConfig {
    /// Its name in addresses: 1 to 32 of `a-z`, `0-9`, `-`.
    pub id: String,
    /// The policy, checked.
    pub policy: Policy,
    /// The policy's text without its white space, in the order of the file.
    pub policy_text: String,
    /// The folder with the site's copy of the Global Vendor List, checked.
    pub vendor_list: Option<PathBuf>,
    /// Origins, and what becomes of records.
    pub settings: SiteSettings,
}

impl Config {
    /// Reads the layers.
    ///
    /// # Errors
    /// All faults found.
    pub fn load(layers: &Layers) -> Result<Config, Vec<Fault>> {
        check::config(layers)
    }

    /// The folder of the keys.
    pub fn keys(&self) -> PathBuf {
        self.data.join("keys")
    }

    /// What the archive wants to know of these settings.
    pub fn archive(&self) -> Settings {
        Settings {
            database: match &self.database {
                Database::Sqlite => crate::store::Database::Sqlite(self.data.join("assent.db")),
                Database::Postgres(url) => crate::store::Database::Postgres(url.clone()),
            },
            keys: self.keys(),
            origin: self.log.origin.clone(),
            shards: self.log.shards,
            queue: self.log.queue,
            batch: self.log.batch,
            readers: self.log.readers,
        }
    }
}

#[cfg(test)]
mod tests;
