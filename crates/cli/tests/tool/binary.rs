//! The binary, run and running.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use assent_core::record::note::VerifierKey;
use assent_core::record::{Bundle, Claim};
use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use serde_json::Value;

/// A site's policy.
pub const POLICY: &str = r#"{"version":1,"controller":{"name":"Shop","contact":"a@shop.example",
"privacyNotice":"https://shop.example/p"},"purposes":["analytics","marketing"]}"#;

/// The page of the site.
pub const ORIGIN: &str = "https://shop.example";

/// A command without the variables of whoever runs the tests.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_assent"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("ASSENT_")) {
        command.env_remove(name);
    }
    command.args(arguments).current_dir(folder);
    command
}

/// Runs a command to its end: its exit code, and all that it said.
pub fn run(folder: &Path, arguments: &[&str]) -> (i32, String) {
    said(command(folder, arguments).output().unwrap())
}

/// The exit code of a command, and all that it said.
pub fn said(output: Output) -> (i32, String) {
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    (output.status.code().expect("it ended by itself"), text)
}

/// Writes settings with one site and room for a load; `more` stands at the top of them.
pub fn settle(folder: &Path, more: &str) {
    std::fs::write(folder.join("policy.json"), POLICY).unwrap();
    let settings = format!(
        "listen = \"127.0.0.1:0\"\n{more}\n[limits]\nrequests_burst = 100000000\nconnections_per_network = 1000\n\
         site_records_burst = 1000000\n[[sites]]\nid = \"shop\"\norigins = [\"{ORIGIN}\"]\npolicy = \"policy.json\"\n"
    );
    std::fs::write(folder.join("assent.toml"), settings).unwrap();
}

/// A running archive. It is killed when it is dropped.
pub struct Running {
    child: Child,
    pub address: SocketAddr,
}

impl Running {
    /// Starts an archive on the settings of a folder, and waits until it listens.
    pub fn start(folder: &Path) -> Running {
        Running::start_with(folder, &[])
    }

    /// The same with more variables.
    pub fn start_with(folder: &Path, variables: &[(&str, &Path)]) -> Running {
        let mut command = command(folder, &["serve"]);
        command.env("ASSENT_LOG", "warn").envs(variables.iter().copied());
        command.stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address =
            line.trim().strip_prefix("listening on http://").map(|address| address.parse().unwrap());
        Running { child, address: address.unwrap_or_else(|| panic!("it did not start: {line}")) }
    }

    /// Ends it as a power cut does, as far as a process can feel one.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits until it ends by itself, and returns its exit code.
    pub fn ended(mut self) -> i32 {
        self.child.wait().unwrap().code().expect("it ended by itself")
    }

    /// Asks it to end, and returns its exit code.
    pub fn terminate(mut self) -> i32 {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code().expect("it ended by itself")
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A database of its own on the PostgreSQL server that `ASSENT_TEST_POSTGRES` names; dropped with it.
pub struct Database {
    server: String,
    name: String,
    pub url: String,
}

/// A new database, if there is a server: `cargo xtask test` starts one.
pub fn postgres() -> Option<Database> {
    let Ok(server) = std::env::var("ASSENT_TEST_POSTGRES") else {
        eprintln!("no PostgreSQL here: set ASSENT_TEST_POSTGRES to postgres://…, or run `cargo xtask test`");
        return None;
    };
    let name = format!("assent_tool_{}", std::process::id());
    let (base, _) = server.rsplit_once('/').expect("an address with a database");
    let url = format!("{base}/{name}");
    let database = Database { server, name, url };
    database.execute(&format!("CREATE DATABASE {}", database.name));
    Some(database)
}

impl Database {
    fn execute(&self, statement: &str) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let (client, connection) =
                tokio_postgres::connect(&self.server, tokio_postgres::NoTls).await.unwrap();
            let connection = tokio::spawn(connection);
            client.batch_execute(statement).await.unwrap();
            drop(client);
            let _ = connection.await;
        });
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
        }
    }
}

/// Whether a receipt holds, without asking the archive for anything but its keys.
pub fn holds(receipt: &Value, keys: &[VerifierKey]) {
    let text = |name: &str| receipt[name].as_str().unwrap_or_else(|| panic!("no {name}: {receipt}"));
    let record: Value = serde_json::from_str(text("record")).unwrap();
    let bundle = serde_json::json!({
        "v": 1, "record": record, "salt": text("salt"), "receipt": text("receipt"), "proof": text("proof"),
    });
    let verified = Bundle::parse(&bundle.to_string()).unwrap().verify(keys, None, is_signed);
    assert_eq!(verified.unwrap_or_else(|why| panic!("{why}: {receipt}")).record.id.text(), text("id"));
}

/// Another opinion on signatures than the tool's own, and a fast one where nothing is optimised.
fn is_signed(claim: &Claim) -> bool {
    UnparsedPublicKey::new(&ED25519, claim.key).verify(&claim.message, &claim.signature).is_ok()
}
