//! From laid-over tables to a [`Config`].

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::reader::Reader;
use super::{Config, Database, Fault, Layers, Limits, LogConfig, RegionConfig, sites};
use crate::store::{Release, Shards};

const KEYS: &str = "listen metrics_listen data database log sdk limits statistics region sites";
const LIMITS: &str = "header_seconds body_seconds request_seconds idle_seconds answer_seconds drain_seconds header_bytes \
                      body_bytes connections connections_per_network requests_per_minute requests_burst \
                      site_records_per_second site_records_burst";
const REGION: &str = "trusted_proxies client_header country_header subdivision_header database token_hours";

/// An hour, for every time that is given in seconds: longer is a slip of the pen.
const MOST: f64 = 3600.0;

pub(super) fn config(layers: &Layers) -> Result<Config, Vec<Fault>> {
    let mut faults = Vec::new();
    let merged = layers.merge(&mut faults);
    let folder = layers.folder();
    let mut r = Reader::top(&merged, &mut faults);
    r.keys(KEYS);
    let config = Config {
        listen: address(&mut r, "listen").unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8080))),
        metrics_listen: address(&mut r, "metrics_listen"),
        data: file(&mut r, "data", &folder).unwrap_or_else(|| PathBuf::from("assent-data")),
        database: database(&mut r),
        log: r.table("log", log),
        sdk: file(&mut r, "sdk", &folder),
        limits: r.table("limits", limits),
        statistics: r.table("statistics", statistics),
        region: r.table("region", |r| region(r, &folder)),
        sites: sites::sites(&mut r, &folder),
    };
    if config.metrics_listen == Some(config.listen) && config.listen.port() != 0 {
        let remedy = "give it a port of its own, which the outside does not reach";
        r.fault("metrics_listen", "the same address as `listen`", remedy);
    }
    if let Some(sdk) = config.sdk.as_ref().filter(|sdk| !sdk.join("assent.js").is_file()) {
        let message = format!("no assent.js in {}", sdk.display());
        r.fault("sdk", &message, "build it with `cargo xtask build`, or name the folder of the npm package");
    }
    if faults.is_empty() { Ok(config) } else { Err(faults) }
}

fn address(r: &mut Reader<'_>, key: &str) -> Option<SocketAddr> {
    let parse = |text: &str| text.parse().ok();
    r.parsed(key, parse, "not an address with a port", "write it as \"127.0.0.1:8080\" or \"[::]:8080\"")
}

/// A path, taken from the folder of the file if it stands in the file.
pub(super) fn file(r: &mut Reader<'_>, key: &str, folder: &Path) -> Option<PathBuf> {
    let path = r.text(key)?;
    if path.is_empty() {
        r.fault(key, "empty", "name a file or folder, or leave the setting out");
        return None;
    }
    Some(if r.is_overlaid(key) { path.into() } else { folder.join(path) })
}

fn database(r: &mut Reader<'_>) -> Database {
    let parse = |text: &str| match text {
        "sqlite" => Some(Database::Sqlite),
        url if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
            Some(Database::Postgres(url.into()))
        }
        _ => None,
    };
    let remedy = "write \"sqlite\", or \"postgres://user:password@host/name\"";
    r.parsed("database", parse, "neither SQLite nor PostgreSQL", remedy).unwrap_or(Database::Sqlite)
}

fn log(r: &mut Reader<'_>) -> LogConfig {
    r.keys("origin shards queue batch readers");
    // C2SP signed-note: a key name is not empty and holds no white space and no plus sign.
    let is_bad = |c: char| c.is_whitespace() || c.is_control() || c == '+';
    let is_name = |text: &str| !text.is_empty() && text.len() <= 128 && !text.contains(is_bad);
    let parse = |text: &str| is_name(text).then(|| text.to_string());
    let remedy = "write a host name of yours and a path, as \"consent.example.com/log\"";
    let origin = r.parsed("origin", parse, "not the name of a log", remedy);
    let shards = |text: &str| match text {
        "half-years" => Some(Shards::HalfYears),
        "years" => Some(Shards::Years),
        "one" => Some(Shards::One),
        _ => None,
    };
    let remedy = "write \"half-years\", \"years\" or \"one\"";
    let shards = r.parsed("shards", shards, "no such way to cut time into logs", remedy);
    LogConfig {
        origin: origin.unwrap_or_else(|| "localhost".into()),
        shards: shards.unwrap_or(Shards::HalfYears),
        queue: count(r.number("queue", 4096, 1..=1_000_000)),
        batch: count(r.number("batch", 512, 1..=4096)),
        readers: count(r.number("readers", 4, 1..=256)),
    }
}

fn count(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn limits(r: &mut Reader<'_>) -> Limits {
    r.keys(LIMITS);
    let rate = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    Limits {
        header: r.seconds("header_seconds", 5.0, MOST),
        body: r.seconds("body_seconds", 10.0, MOST),
        request: r.seconds("request_seconds", 15.0, MOST),
        idle: r.seconds("idle_seconds", 60.0, MOST),
        answer: r.seconds("answer_seconds", 30.0, MOST),
        drain: r.seconds("drain_seconds", 20.0, MOST),
        // Less is not to be had: the reader's buffer begins with as much.
        header_bytes: count(r.number("header_bytes", 8192, 8192..=65_536)),
        // As much as the core reads of a submission.
        body_bytes: count(r.number("body_bytes", 16_384, 1024..=16_384)),
        connections: count(r.number("connections", 4096, 1..=1_000_000)),
        connections_per_network: count(r.number("connections_per_network", 256, 1..=1_000_000)),
        requests_per_minute: rate(r.number("requests_per_minute", 600, 1..=100_000_000)),
        requests_burst: rate(r.number("requests_burst", 120, 1..=100_000_000)),
        site_records_per_second: rate(r.number("site_records_per_second", 2000, 1..=1_000_000)),
        site_records_burst: rate(r.number("site_records_burst", 4000, 1..=1_000_000)),
    }
}

fn statistics(r: &mut Reader<'_>) -> Release {
    r.keys("smallest noise budget");
    let number = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    // Among fewer than ten people one knows who they are; and no noise is no protection against who knows the others.
    Release {
        smallest: number(r.number("smallest", 20, 10..=1_000_000)),
        noise: number(r.number("noise", 10, 1..=1000)),
        // Above ten, what is told of somebody is as good as exact.
        budget: (r.decimal("budget", 1.0, 10.0, "not an epsilon in its range", "a number") * 1000.0) as u32,
    }
}

fn region(r: &mut Reader<'_>, folder: &Path) -> RegionConfig {
    r.keys(REGION);
    let net = |text: &str| {
        text.parse().ok().or_else(|| text.parse().ok().map(|address: std::net::IpAddr| address.into()))
    };
    let trusted_proxies =
        r.list("trusted_proxies", net, "not a network", "write it as \"10.0.0.0/8\" or \"::1\"");
    let mut header = |key: &str| {
        let is_name = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let parse = |text: &str| is_name(text).then(|| text.to_ascii_lowercase());
        let header = r.parsed(key, parse, "not the name of a header", "write it as \"x-country\"");
        let header = header.unwrap_or_default();
        if !header.is_empty() && trusted_proxies.is_empty() {
            let remedy = "list your proxy in region.trusted_proxies: else anybody could claim to be anywhere";
            r.fault(key, "a header that nobody is trusted to send", remedy);
        }
        header
    };
    let (client_header, country_header, subdivision_header) =
        (header("client_header"), header("country_header"), header("subdivision_header"));
    let database = file(r, "database", folder);
    if database.is_some() && !trusted_proxies.is_empty() && client_header.is_empty() {
        let remedy = "name the header with the visitor's address in region.client_header";
        r.fault("database", "behind a proxy, and no visitor's address to look up", remedy);
    }
    let token = Duration::from_secs(3600 * r.number("token_hours", 24, 1..=24 * 31));
    RegionConfig { trusted_proxies, client_header, country_header, subdivision_header, database, token }
}
