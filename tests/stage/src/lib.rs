//! What this is: a stage on which pages are played.
//!
//! One process serves the site (`www/` and the built SDK) and plays every other host of the internet under its real name,
//! so that what reaches a tracker can be counted. It is also an HTTP proxy, for engines that cannot map host names.
//! The archive stands behind the site, on the same address. With the feature `browser` the stage starts Chromium, Firefox
//! or WebKitGTK and visits the pages as a person would.
//!
//! What it is not: a web server for anybody else. It listens on the loopback address only.

pub mod archive;
#[cfg(feature = "browser")]
pub mod browser;
mod live;
mod log;
mod plug;
mod site;
mod tracker;

use std::{
    error::Error,
    io,
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Uri, header},
    response::Response,
};
use tokio::net::TcpListener;

use archive::Archive;
pub use log::{Hit, Log};

/// Requests larger than this are cut off: nothing on a page sends as much.
const BODY_LIMIT: usize = 4 * 1024 * 1024;

/// Where the stage finds what it serves.
#[derive(Clone, Debug)]
pub struct Folders {
    /// The site: pages, cases, art.
    pub www: PathBuf,
    /// The built SDK: `assent.js`, `assent-notice.*`, `locales/`.
    pub sdk: PathBuf,
    /// Tracker SDKs from the npm registry (a `node_modules`), served at `/vendor/`.
    pub vendor: PathBuf,
}

impl Folders {
    /// The folders of a checkout whose root is `root`.
    #[must_use]
    pub fn of_checkout(root: &Path) -> Self {
        Self { www: root.join("www"), sdk: root.join("target/sdk"), vendor: root.join("tools/node_modules") }
    }
}

/// A running stage. It stops with the runtime it was started on.
#[derive(Clone, Debug)]
pub struct Stage {
    port: u16,
    log: Arc<Log>,
    folders: Arc<Folders>,
    behind: archive::Behind,
    plug: plug::Plug,
}

#[derive(Clone)]
struct Shared {
    port: u16,
    log: Arc<Log>,
    folders: Arc<Folders>,
    behind: archive::Behind,
    plug: plug::Plug,
}

impl Stage {
    /// Starts to serve on the loopback address; port 0 takes any free one.
    ///
    /// # Errors
    /// The port is taken.
    pub async fn start(port: u16, folders: Folders) -> io::Result<Self> {
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await?;
        let port = listener.local_addr()?.port();
        let log = Arc::new(Log::default());
        let folders = Arc::new(folders);
        let plug = plug::Plug::default();
        let behind = archive::Behind::default();
        let shared = Shared {
            port,
            log: Arc::clone(&log),
            folders: Arc::clone(&folders),
            behind: behind.clone(),
            plug: plug.clone(),
        };
        let app = axum::Router::new().fallback(answer).with_state(shared);
        tokio::spawn(async move { axum::serve(listener, app).await });
        Ok(Self { port, log, behind, plug, folders })
    }

    /// The port it listens on.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Puts an archive behind the demo shop, whose plug the page may pull. It keeps what it is given in a folder, for which
    /// browsers may still have receipts when the demo is started again; without one, for as long as the stage stands.
    ///
    /// # Errors
    /// It does not start, or the shop's page has no policy.
    pub async fn start_archive(&self, folder: Option<&Path>) -> Result<(), Box<dyn Error + Send + Sync>> {
        let policy = site::policy_of_shop(&self.folders, self.port).await?;
        let origin = format!("http://localhost:{}", self.port);
        self.plug.hold(Archive::start(self.behind.clone(), folder, &origin, &policy).await?).await;
        Ok(())
    }

    /// Everything that `host` has received since the last `clear`, oldest first.
    #[must_use]
    pub fn hits(&self, host: &str) -> Vec<Hit> {
        self.log.of(host)
    }

    /// Forgets all hits.
    pub fn clear(&self) {
        self.log.clear();
    }
}

/// The site's own names: the demo's address, and one fresh `*.shop.test` host for each test.
fn is_site(host: &str) -> bool {
    host == "localhost" || host == "127.0.0.1" || host == "shop.test" || host.ends_with(".shop.test")
}

/// The host a request is for. A proxied request names it in its target, any other in its `Host` header.
fn host_of(uri: &Uri, headers: &HeaderMap) -> String {
    let named = uri.host().or_else(|| headers.get(header::HOST).and_then(|value| value.to_str().ok()));
    let host = named.unwrap_or_default();
    host.split(':').next().unwrap_or_default().to_ascii_lowercase()
}

async fn answer(State(shared): State<Shared>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let host = host_of(&parts.uri, &parts.headers);
    let own_page = is_site(&host);
    if own_page && parts.uri.path() == "/stage/live" {
        return live::stream(&shared.log);
    }
    if own_page && parts.uri.path() == "/stage/archive" {
        return shared.plug.answer(&parts.method).await;
    }
    // A body that breaks off (the page was left) still counts as contact.
    let body = to_bytes(body, BODY_LIMIT).await.unwrap_or_default();
    shared.log.note(Hit::new(&host, &parts, body.clone()));
    if own_page && archive::Behind::has(parts.uri.path()) {
        return shared.behind.answer(Request::from_parts(parts, body.into())).await;
    }
    if own_page { site::serve(&shared, &parts).await } else { tracker::play(&shared, &host, &parts).await }
}

/// An answer that nobody keeps: every view of a page must ask again.
fn reply(status: u16, content_type: &str, body: impl Into<Body>) -> Response {
    let builder = Response::builder().status(status).header(header::CACHE_CONTROL, "no-store");
    let builder =
        if content_type.is_empty() { builder } else { builder.header(header::CONTENT_TYPE, content_type) };
    builder.body(body.into()).unwrap_or_default()
}
