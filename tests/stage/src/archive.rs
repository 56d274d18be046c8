//! The archive behind the site: the real one, in this process.
//!
//! What this is: the site plays the proxy in front of it, on the addresses that an archive answers. It can be stopped and
//! started again on the same folder, and its answers can be altered on their way, as somebody would who wants to cheat.

use std::{
    error::Error,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use assent_server::{
    config::{Config, Layers},
    http::Server,
    store::{SystemClock, SystemEntropy},
};
use axum::{
    body::{Body, to_bytes},
    http::{Request, header},
    response::Response,
};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};

use crate::{BODY_LIMIT, reply};

type Failure = Box<dyn Error + Send + Sync>;

/// What is done to an answer's body: its path, and its text.
pub type Alter = fn(&str, String) -> String;

/// Where an archive listens, and what is done to its answers.
type Place = (SocketAddr, Option<Alter>);

/// What stands behind the site at the moment.
#[derive(Clone, Default)]
pub(crate) struct Behind(Arc<Mutex<Option<Place>>>);

impl std::fmt::Debug for Behind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Behind")
    }
}

impl Behind {
    pub(crate) fn set(&self, archive: Option<Place>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = archive;
    }

    /// Whether a path is the archive's.
    pub(crate) fn has(path: &str) -> bool {
        ["/v1/", "/log/", "/sites/"].iter().any(|prefix| path.starts_with(prefix))
    }

    /// Hands a request on, as a proxy does; without an archive, it says what a proxy says.
    pub(crate) async fn answer(&self, mut request: Request<Body>) -> Response {
        let archive = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((address, alter)) = archive else {
            return reply(502, "text/plain", "Nobody answers behind this.");
        };
        let path = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let Ok(target) = format!("http://{address}{path}").parse() else {
            return reply(400, "text/plain", "");
        };
        *request.uri_mut() = target;
        let client: Client<HttpConnector, Body> = Client::builder(TokioExecutor::new()).build_http();
        let Ok(answer) = client.request(request).await else {
            return reply(502, "text/plain", "It went away.");
        };
        let (mut parts, body) = answer.into_parts();
        let Ok(bytes) = to_bytes(Body::new(body), BODY_LIMIT).await else {
            return reply(502, "text/plain", "");
        };
        // What came in pieces goes on in one.
        parts.headers.remove(header::TRANSFER_ENCODING);
        let Some(alter) = alter else { return Response::from_parts(parts, bytes.into()) };
        parts.headers.remove(header::CONTENT_LENGTH);
        let text = alter(&path, String::from_utf8_lossy(&bytes).into_owned());
        Response::from_parts(parts, text.into())
    }
}

/// A running archive with one site, `shop`. It stops when it is dropped.
#[derive(Debug)]
pub struct Archive {
    behind: Behind,
    settings: String,
    folder: PathBuf,
    /// A folder that goes with the archive.
    _passing: Option<TempDir>,
    running: Option<(SocketAddr, oneshot::Sender<()>, JoinHandle<()>)>,
}

impl Archive {
    /// Starts one for pages of an origin, with the policy that they are shown. Without a folder, what it is given is kept
    /// for as long as the archive itself.
    pub(crate) async fn start(
        behind: Behind,
        folder: Option<&Path>,
        origin: &str,
        policy: &str,
    ) -> Result<Archive, Failure> {
        let passing = if folder.is_none() { Some(tempfile::tempdir()?) } else { None };
        let folder = folder.or(passing.as_ref().map(TempDir::path)).unwrap_or(Path::new(".")).to_owned();
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("policy.json"), policy)?;
        let settings = format!(
            "listen = \"127.0.0.1:0\"\ndata = \"data\"\n[limits]\nrequests_per_minute = 1000000\nrequests_burst = 100000\n\
             [[sites]]\nid = \"shop\"\norigins = [\"{origin}\"]\npolicy = \"policy.json\"\n"
        );
        let mut archive = Archive { behind, settings, folder, _passing: passing, running: None };
        archive.go_on().await?;
        Ok(archive)
    }

    /// Starts again, on what was kept.
    ///
    /// # Errors
    /// It does not start.
    pub async fn go_on(&mut self) -> Result<(), Failure> {
        let layers = Layers::new().file(&self.folder.join("assent.toml"), self.settings.as_str());
        let config = Config::load(&layers).map_err(|faults| format!("{faults:?}"))?;
        let server = Server::start(config, Arc::new(SystemClock), Arc::new(SystemEntropy)).await?;
        let address = server.address()?;
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(async move {
            // An archive that fails is seen by what the test awaits from it.
            let _ = server.serve(async { _ = stopped.await }).await;
        });
        self.behind.set(Some((address, None)));
        self.running = Some((address, stop, served));
        Ok(())
    }

    /// Stops, as if its plug was pulled; what was acknowledged is kept.
    pub async fn stop(&mut self) {
        self.behind.set(None);
        if let Some((_, stop, served)) = self.running.take() {
            let _ = stop.send(());
            let _ = served.await;
        }
    }

    /// Begins anew with the keys it had, as somebody would who wants another past.
    ///
    /// # Errors
    /// It does not start.
    pub async fn begin_anew(&mut self) -> Result<(), Failure> {
        self.stop().await;
        let data = self.folder.join("data");
        for folder in [data.join("keys"), data] {
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                // The last checkpoint, which would tell the archive itself that its records are gone.
                let is_past =
                    |name: &str| name.starts_with("assent.db") || name.starts_with("last-checkpoint");
                if entry.file_name().to_str().is_some_and(is_past) {
                    std::fs::remove_file(entry.path())?;
                }
            }
        }
        self.go_on().await
    }

    /// Puts another policy in force.
    ///
    /// # Errors
    /// It does not start with that.
    pub async fn replace_policy(&mut self, policy: &str) -> Result<(), Failure> {
        self.stop().await;
        std::fs::write(self.folder.join("policy.json"), policy)?;
        self.go_on().await
    }

    /// Serves a vendor list and its translations from now on, each by its name and text.
    ///
    /// # Errors
    /// It does not start with that.
    pub async fn serve_vendor_list(&mut self, files: &[(&str, &str)]) -> Result<(), Failure> {
        self.stop().await;
        let folder = self.folder.join("gvl");
        std::fs::create_dir_all(&folder)?;
        for (name, text) in files {
            std::fs::write(folder.join(name), text)?;
        }
        self.settings.push_str("vendor_list = \"gvl\"\n");
        self.go_on().await
    }

    /// Whether it is running.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Alters its answers from now on.
    pub fn alter(&self, alter: Alter) {
        if let Some((address, ..)) = &self.running {
            self.behind.set(Some((*address, Some(alter))));
        }
    }
}

impl Drop for Archive {
    fn drop(&mut self) {
        self.behind.set(None);
    }
}
