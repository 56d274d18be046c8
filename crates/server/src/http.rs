//! The archive over HTTP.
//!
//! What this is: one listener for visitors, auditors and owners, and one for Prometheus; routes that read a request, ask
//! the [`Archive`], and answer. Every request has deadlines, every network a share, every error a name.
//!
//! What it is not: TLS. A proxy in front speaks that.
//!
//! Suggested reading order: `accept`, `front`, `cors`, `records`, `person`, `log`, `admin`.

mod accept;
mod admin;
mod app;
#[cfg(feature = "bare")]
mod bare;
mod body;
mod cors;
mod crowd;
mod deadline;
mod docs;
mod front;
mod gvl;
mod house;
mod log;
mod pages;
mod person;
mod policy;
mod records;
mod reply;
mod routes;
mod script;
mod signal;
mod tile;

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::config::Config;
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::region::{Countries, TokenKey, Unreadable};
use crate::sdk::Sdk;
use crate::store::{self, Archive, Clock, Entropy};

#[cfg(feature = "bare")]
pub use bare::serve_bare;
pub use routes::openapi;

/// How often what can wait is done: quiet networks forgotten, erasures that are due, keys wrapped anew.
const BY_AND_BY: Duration = Duration::from_secs(30);

/// A server that listens and does not answer yet.
pub struct Server {
    app: Arc<app::App>,
    listener: TcpListener,
    metrics_listener: Option<TcpListener>,
}

/// Why a server could not begin, or had to end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// An address cannot be listened on.
    #[error("cannot listen on {0} ({1}); choose another address, or end what has it")]
    Listen(SocketAddr, io::ErrorKind),
    /// The SDK cannot be read.
    #[error("cannot read the SDK in {0} ({1}); build it with `cargo xtask build`")]
    Sdk(String, io::ErrorKind),
    /// The database of countries cannot be used.
    #[error(
        "cannot use {0} ({1}); name a database of countries in MMDB form with `region.database`, or leave it out"
    )]
    Countries(String, Unreadable),
    /// The data folder cannot be made.
    #[error(
        "cannot make the data folder {0} ({1}); make it, for the archive's own user, or name another with `data`"
    )]
    Data(String, io::ErrorKind),
    /// The archive cannot be opened, or has failed.
    #[error(transparent)]
    Archive(#[from] store::Error),
}

impl Server {
    /// Opens the archive, brings its sites to what the settings say, and listens.
    ///
    /// # Errors
    /// Anything that would make it start by half.
    pub async fn start(
        config: Config,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Server, Error> {
        let listen = async |address: SocketAddr| {
            TcpListener::bind(address).await.map_err(|error| Error::Listen(address, error.kind()))
        };
        // Before anything is made: a second start on one address must not touch the archive.
        let listener = listen(config.listen).await?;
        let metrics_listener = match config.metrics_listen {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        let sdk = match &config.sdk {
            Some(folder) => {
                Sdk::read(folder).map_err(|error| Error::Sdk(folder.display().to_string(), error.kind()))?
            }
            None => Sdk::none(),
        };
        let countries = match &config.region.database {
            Some(file) => {
                Countries::read(file).map_err(|fault| Error::Countries(file.display().to_string(), fault))?
            }
            None => Countries::none(),
        };
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&config.data)
            .map_err(|error| Error::Data(config.data.display().to_string(), error.kind()))?;
        let archive = Archive::open(config.archive(), Arc::clone(&clock), Arc::clone(&entropy)).await?;
        for site in &config.sites {
            let known = archive.put_site("settings", &site.id, site.settings.clone()).await?;
            archive.publish("settings", &known, &site.policy_text).await?;
        }
        let tokens = TokenKey::open(&config.keys(), &*entropy)?;
        let app = app::App::new(config, archive, sdk, countries, tokens, clock, entropy);
        Ok(Server { app: Arc::new(app), listener, metrics_listener })
    }

    /// Where visitors are answered.
    ///
    /// # Errors
    /// The operating system does not say.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Where Prometheus is answered.
    pub fn metrics_address(&self) -> Option<SocketAddr> {
        self.metrics_listener.as_ref()?.local_addr().ok()
    }

    /// The archive.
    pub fn archive(&self) -> &Archive {
        &self.app.archive
    }

    /// Answers until `stop` ends, then lets what has begun come to its end and closes the archive.
    ///
    /// # Errors
    /// Storage has failed for good. Everything acknowledged before is durable; the process should be started again.
    pub async fn serve(self, stop: impl Future<Output = ()>) -> Result<(), Error> {
        let (say, stopped) = watch::channel(false);
        let archive = self.app.archive.clone();
        let front = front::Front::new(Arc::clone(&self.app));
        let visitors = accept::run(self.listener, self.app.door(front), stopped.clone());
        let prometheus = async {
            if let Some(listener) = self.metrics_listener {
                let door = self.app.door(house::Counts::new(Arc::clone(&self.app)));
                accept::run(listener, door, stopped.clone()).await;
            }
        };
        let ending = async {
            let failed = tokio::select! {
                () = stop => None,
                error = archive.failed() => Some(error),
            };
            say.send_replace(true);
            failed
        };
        let by_and_by = by_and_by(&self.app, stopped.clone());
        let (failed, (), (), ()) = tokio::join!(ending, visitors, prometheus, by_and_by);
        archive.close().await;
        failed.map_or(Ok(()), |error| Err(error.into()))
    }
}

async fn by_and_by(app: &Arc<app::App>, mut stopped: watch::Receiver<bool>) {
    loop {
        tokio::select! {
            () = tokio::time::sleep(BY_AND_BY) => {}
            _ = stopped.wait_for(|stopped| *stopped) => return,
        }
        app.rates.forget();
        match app.archive.release(app.statistics).await {
            Ok(0) => {}
            Ok(cells) => tracing::info!(cells, "statistics of days that are over were released"),
            Err(error) => tracing::warn!(%error, "statistics have to wait"),
        }
        if let Err(error) = app.archive.count_breach().await {
            tracing::warn!(%error, "the people whom a breach concerns have to be counted later");
        }
        while !*stopped.borrow() {
            match app.archive.work().await {
                Ok(work) if work.more => {}
                Ok(_) => break,
                Err(error) => {
                    tracing::warn!(%error, "what is due has to wait");
                    break;
                }
            }
        }
    }
}

/// What a handler answers.
type Answer<T> = Result<T, Problem>;

/// Metrics that are shared by the listeners.
type Counts = Arc<Metrics>;
