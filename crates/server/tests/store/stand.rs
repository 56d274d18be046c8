//! A database, keys, a clock that is set by hand, and people who choose.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use assent_core::record::{Digest, Secret};
use assent_server::store::{
    Archive, Bearer, Clock, Database, ErasureMode, Receipt, Result, Seen, Settings, Shards, Site,
    SiteSettings, Submission, SystemEntropy, Time, Trust, Uuid,
};
use tempfile::TempDir;

/// The engines to test: SQLite, and PostgreSQL if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

/// Runs a test on each engine.
pub fn each(test: impl AsyncFn(Engine)) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(test(Engine::Sqlite));
    if std::env::var_os(POSTGRES).is_some() {
        runtime.block_on(test(Engine::Postgres));
    }
}

const POSTGRES: &str = "ASSENT_TEST_POSTGRES";

/// 2026-11-23T15:04:05.123Z
pub const NOW: u64 = 1_795_446_245_123;
pub const DAY: u64 = 86_400_000;

/// A clock that stands still until it is set.
pub struct Hand(AtomicU64);

impl Hand {
    pub fn set(&self, millis: u64) {
        self.0.store(millis, Ordering::SeqCst);
    }

    pub fn forward(&self, millis: u64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for Hand {
    fn now(&self) -> Time {
        Time::from_millis(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// A place to keep an archive in.
pub struct Stand {
    pub folder: TempDir,
    pub database: Database,
    pub clock: Arc<Hand>,
    pub shards: Shards,
}

static NUMBER: AtomicU64 = AtomicU64::new(0);

impl Stand {
    pub async fn new(engine: Engine) -> Stand {
        let folder = tempfile::tempdir().unwrap();
        let database = match engine {
            Engine::Sqlite => Database::Sqlite(folder.path().join("archive.db")),
            Engine::Postgres => Database::Postgres(fresh_postgres().await),
        };
        let clock = Arc::new(Hand(AtomicU64::new(NOW)));
        Stand { folder, database, clock, shards: Shards::HalfYears }
    }

    pub fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    pub fn settings(&self) -> Settings {
        Settings {
            database: self.database.clone(),
            keys: self.keys(),
            origin: "consent.example.com".into(),
            shards: self.shards,
            queue: 1024,
            batch: 64,
            readers: 4,
        }
    }

    pub async fn open(&self) -> Archive {
        self.try_open().await.unwrap()
    }

    pub async fn try_open(&self) -> Result<Archive> {
        Archive::open(self.settings(), self.clock.clone(), Arc::new(SystemEntropy)).await
    }

    /// An archive with the site `shop` and its policy.
    pub async fn shop(&self) -> (Archive, Site) {
        let archive = self.open().await;
        let site = archive.put_site("test", "shop", settings()).await.unwrap();
        archive.publish("test", &site, POLICY).await.unwrap();
        (archive, site)
    }

    /// Runs a statement in the database itself.
    pub async fn tamper(&self, sql: &str) -> u64 {
        match &self.database {
            Database::Sqlite(path) => {
                let link = rusqlite::Connection::open(path).unwrap();
                link.busy_timeout(std::time::Duration::from_secs(5)).unwrap();
                link.pragma_update(None, "foreign_keys", "OFF").unwrap();
                link.execute(sql, []).unwrap() as u64
            }
            Database::Postgres(address) => connect(address).await.execute(sql, &[]).await.unwrap(),
        }
    }

    /// The same, even where the database's own rules forbid it.
    pub async fn tamper_freely(&self, sql: &str) -> u64 {
        match &self.database {
            Database::Sqlite(_) => self.tamper(sql).await,
            Database::Postgres(address) => {
                let client = connect(address).await;
                client.batch_execute("SET session_replication_role = replica").await.unwrap();
                client.execute(sql, &[]).await.unwrap()
            }
        }
    }
}

async fn connect(address: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(address, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// The address of an empty database on the server for tests.
async fn fresh_postgres() -> String {
    let address = std::env::var(POSTGRES).unwrap();
    let name = format!("assent_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::SeqCst));
    connect(&address).await.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    let (server, _) = address.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}

/// The policy of the shop. The archive takes it as it is.
pub const POLICY: &str = r#"{"purposes":["analytics","marketing"]}"#;

pub fn settings() -> SiteSettings {
    SiteSettings {
        origins: vec!["https://shop.example".into()],
        erasure: ErasureMode::Full,
        erasure_delay: 0,
        retention_days: 365,
    }
}

/// Somebody who chooses.
#[derive(Clone)]
pub struct Person(pub Secret);

impl Person {
    pub fn new(number: u64) -> Person {
        let mut secret = [7; 32];
        secret[..8].copy_from_slice(&number.to_be_bytes());
        Person(Secret(secret))
    }

    pub fn bearer(&self, site: &Site) -> Bearer {
        Bearer { site: site.number, subject: self.0.subject(), token: self.0.token() }
    }

    /// A choice with this number: an id that belongs to person and number, and an answer.
    pub fn choice(&self, number: u64, marketing: bool) -> Submission {
        let id = id(u16::from_be_bytes([self.0.0[6], self.0.0[7]]), number);
        let text = format!(
            r#"{{"id":"{}","subject":"{}","auth":"{}","policy":"{}","action":"custom","source":"banner",
            "purposes":{{"analytics":true,"marketing":{marketing}}},"given_at":"2026-11-23T15:04:05.000Z"}}"#,
            id.text(),
            url(&self.0.subject()),
            url(&self.0.token()),
            Digest::of(POLICY.as_bytes()).text(),
        );
        Submission::parse(&text).unwrap()
    }

    pub async fn choose(&self, archive: &Archive, site: &Site, number: u64) -> Result<Receipt> {
        archive.record(site, self.choice(number, false), browser()).await
    }
}

pub fn browser() -> Seen {
    Seen { trust: Trust::Browser, region: Some("DE".into()) }
}

pub fn id(person: u16, number: u64) -> Uuid {
    let mut random = [0; 10];
    random[..2].copy_from_slice(&person.to_be_bytes());
    random[2..].copy_from_slice(&number.to_be_bytes());
    Uuid::new(Time::from_millis(NOW).unwrap(), random)
}

pub fn url(bytes: &[u8]) -> String {
    use base64ct::Encoding;
    base64ct::Base64UrlUnpadded::encode_string(bytes)
}
