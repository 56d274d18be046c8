//! One archive of its own for each test.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, Once};

use assent_core::record::{Secret, Time, Uuid};
use assent_server::config::{Config, Layers};
use assent_server::http::{Error, Server};
use assent_server::store::{Archive, Clock, SystemClock, SystemEntropy};
use base64ct::{Base64UrlUnpadded, Encoding};
use tempfile::TempDir;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::client::{self, Answer};

/// The site's page.
pub const ORIGIN: &str = "https://shop.example";

/// What all archives of this process have logged, at the level that tells most.
static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// What has been logged so far.
pub fn log() -> String {
    String::from_utf8(LOG.lock().unwrap().clone()).unwrap()
}

struct Log;

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn listen_to_the_log() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
        subscriber.with_writer(|| Log).init();
    });
}

/// The machine's clock, and how far it is ahead, in milliseconds.
#[derive(Default)]
pub struct Ahead(AtomicU64);

impl Ahead {
    pub fn forward(&self, millis: u64) {
        self.0.fetch_add(millis, Ordering::SeqCst);
    }
}

impl Clock for Ahead {
    fn now(&self) -> Time {
        Time::from_millis(SystemClock.now().millis() + self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// A running archive with two sites, `shop` and `blog`.
pub struct Stage {
    pub address: SocketAddr,
    pub metrics: SocketAddr,
    pub archive: Archive,
    pub folder: TempDir,
    pub clock: Arc<Ahead>,
    stop: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<Result<(), Error>>>,
}

impl Stage {
    /// Starts with the usual settings.
    pub async fn start() -> Stage {
        Stage::with("").await
    }

    /// Starts with more settings, as TOML tables.
    pub async fn with(more: &str) -> Stage {
        let folder = tempfile::tempdir().unwrap();
        Stage::in_folder(folder, more).await
    }

    /// Starts on what is in a folder.
    pub async fn in_folder(folder: TempDir, more: &str) -> Stage {
        Stage::with_site(folder, more, "").await
    }

    /// Starts on what is in a folder, with more settings of the first site.
    pub async fn with_site(folder: TempDir, more: &str, of_site: &str) -> Stage {
        listen_to_the_log();
        std::fs::write(folder.path().join("policy.json"), include_str!("policy.json")).unwrap();
        let blog = "[[sites]]\nid = \"blog\"";
        let settings = settings(more).replacen(blog, &format!("{of_site}{blog}"), 1);
        let mut layers = Layers::new().file(&folder.path().join("assent.toml"), settings);
        let sdk = folder.path().join("sdk");
        if sdk.is_dir() {
            layers = layers.flag("sdk", sdk.to_string_lossy());
        }
        let config = Config::load(&layers).unwrap_or_else(|faults| panic!("{faults:?}"));
        let clock = Arc::new(Ahead::default());
        let server = Server::start(config, clock.clone(), Arc::new(SystemEntropy)).await;
        let server = server.unwrap_or_else(|error| panic!("{error}"));
        let (address, metrics) = (server.address().unwrap(), server.metrics_address().unwrap());
        let archive = server.archive().clone();
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(server.serve(async {
            // A dropped stage stops, too.
            let _ = stopped.await;
        }));
        Stage { address, metrics, archive, folder, clock, stop: Some(stop), served: Some(served) }
    }

    /// Says stop, and does not wait.
    pub fn say_stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    /// Waits for the end.
    pub async fn ended(&mut self) {
        self.served.take().unwrap().await.unwrap().unwrap();
    }

    /// Stops and waits for the end. What is left is the folder.
    pub async fn stop(mut self) -> TempDir {
        self.say_stop();
        self.ended().await;
        self.folder
    }

    /// Sends a request and reads its answer.
    pub async fn ask(&self, request: &str) -> Answer {
        client::ask(self.address, request).await
    }

    /// The policy's digest and a policy token.
    pub async fn region(&self) -> (String, String) {
        let answer = self.ask(&format!("GET /v1/sites/shop/region\norigin: {ORIGIN}\n\n")).await;
        let region = answer.json();
        let text = |name: &str| region[name].as_str().unwrap().to_string();
        (text("policy"), text("policy_token"))
    }

    /// Records a choice of a visitor.
    pub async fn choose(&self, visitor: &Visitor, analytics: bool) -> Answer {
        let (policy, token) = self.region().await;
        let body = visitor.choice(&policy, &token, analytics);
        self.ask(&post(&body)).await
    }
}

/// The settings of a stage.
pub fn settings(more: &str) -> String {
    let site = |id: &str, origin: &str| {
        format!("[[sites]]\nid = \"{id}\"\norigins = [\"{origin}\"]\npolicy = \"policy.json\"\n")
    };
    let (shop, blog) = (site("shop", ORIGIN), site("blog", "https://blog.example"));
    let top = "listen = \"127.0.0.1:0\"\nmetrics_listen = \"127.0.0.1:0\"\ndata = \"data\"\n";
    // Tables that a test does not speak of get room: its requests all come from one network.
    let limits = if more.contains("[limits]") { "" } else { "[limits]\nrequests_burst = 100000\n" };
    format!("{top}{limits}{more}\n{shop}{blog}")
}

/// A request that records a choice from the site's page.
pub fn post(body: &str) -> String {
    format!("POST /v1/sites/shop/consents\norigin: {ORIGIN}\ncontent-type: application/json\n\n{body}")
}

/// Somebody with a device of their own.
pub struct Visitor {
    secret: Secret,
}

impl Visitor {
    pub fn new(seed: u8) -> Visitor {
        Visitor { secret: Secret([seed; 32]) }
    }

    pub fn id(&self) -> String {
        Base64UrlUnpadded::encode_string(&self.secret.subject())
    }

    pub fn token(&self) -> String {
        Base64UrlUnpadded::encode_string(&self.secret.token())
    }

    /// The header that opens their history.
    pub fn shows(&self) -> String {
        format!("authorization: Subject shop.{}.{}", self.id(), self.token())
    }

    /// The body of a choice. Each has a name of its own.
    pub fn choice(&self, policy: &str, token: &str, analytics: bool) -> String {
        self.choice_named(&draw().text(), policy, token, analytics)
    }

    /// The body of a choice with a name.
    pub fn choice_named(&self, id: &str, policy: &str, token: &str, analytics: bool) -> String {
        let (subject, auth) = (self.id(), self.token());
        serde_json::json!({
            "id": id, "subject": subject, "auth": auth, "policy": policy, "policy_token": token,
            "action": "custom", "source": "banner", "purposes": {"analytics": analytics, "marketing": false},
            "vendors": {"counter": analytics}, "language": "en", "notice_ms": 1200,
            "given_at": "2026-11-23T15:04:05.123Z",
        })
        .to_string()
    }
}

/// A new name for a record.
pub fn draw() -> Uuid {
    use assent_server::store::Entropy;
    let mut random = [0; 10];
    SystemEntropy.fill(&mut random).unwrap();
    Uuid::new(Time::from_millis(1_764_000_000_000).unwrap(), random)
}

/// A folder of the repository, from its root.
pub fn repository(path: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}
