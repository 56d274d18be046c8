//! What this is: a PostgreSQL for the length of a test run, in a temporary folder, for this machine alone.
//!
//! It is Debian's package with the settings of a careful owner (every commit reaches the disk), and it takes no part in
//! what else may run here: its own data, its own port, its own socket.

use crate::process::{command, output, run, step};
use crate::setup;
use anyhow::{Context, Result};
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Debian keeps the programs of each major version.
const VERSIONS: &str = "/usr/lib/postgresql";
/// PostgreSQL refuses to run as root; the package brings this user.
const USER: &str = "postgres";
/// What the server says is in its log, not on the terminal.
const LOG: &str = "log";

/// A running server; it ends, and its data with it, when this is dropped.
pub struct Postgres {
    programs: PathBuf,
    folder: PathBuf,
    as_user: bool,
    port: u16,
}

impl Postgres {
    /// Installs PostgreSQL if it is missing, and starts one.
    pub fn start() -> Result<Postgres> {
        setup::postgres()?;
        step("starting a PostgreSQL for the tests");
        let programs = programs().with_context(|| format!("no initdb below {VERSIONS}"))?;
        let folder = std::env::temp_dir().join(format!("assent-postgres-{}", std::process::id()));
        fs::create_dir(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let as_user = output(command("id").arg("-u"))?.trim() == "0";
        // The port may be taken by somebody else before the server takes it; then it says so, and the run ends.
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let server = Postgres { programs, folder, as_user, port };
        server.prepare()?;
        Ok(server)
    }

    /// How a client reaches it. The role may make databases.
    pub fn url(&self) -> String {
        format!("postgres://assent@127.0.0.1:{}/postgres", self.port)
    }

    fn prepare(&self) -> Result<()> {
        if self.as_user {
            run(command("chown").arg(USER).arg(&self.folder))?;
        }
        let data = self.folder.join("data");
        output(
            self.program("initdb")
                .args(["--username=assent", "--auth=trust", "--encoding=UTF8", "--pgdata"])
                .arg(&data),
        )?;
        let options = format!(
            "-c listen_addresses=127.0.0.1 -p {} -c unix_socket_directories='' -c max_connections=200",
            self.port
        );
        let log = self.folder.join(LOG);
        // What it inherits of the terminal it would keep open for as long as it runs.
        run(self.control("start").arg("-w").arg("-o").arg(options).arg("-l").arg(&log))
            .with_context(|| fs::read_to_string(&log).unwrap_or_default())
    }

    fn control(&self, action: &str) -> Command {
        let mut control = self.program("pg_ctl");
        control.args([action, "--silent", "--pgdata"]).arg(self.folder.join("data"));
        control
    }

    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut words = if self.as_user { command("runuser") } else { command(&program) };
        if self.as_user {
            words.args(["-u", USER, "--"]).arg(&program);
        }
        // The user may not be allowed into the checkout.
        words.current_dir(&self.folder);
        words
    }
}

/// The folder of the newest version's programs, if any is installed.
pub fn programs() -> Option<PathBuf> {
    let versions =
        fs::read_dir(VERSIONS).ok()?.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let newest = versions.filter_map(|version| version.parse::<u32>().ok()).max()?;
    let folder = Path::new(VERSIONS).join(newest.to_string()).join("bin");
    folder.join("initdb").is_file().then_some(folder)
}

impl Drop for Postgres {
    fn drop(&mut self) {
        if let Err(error) = run(self.control("stop").args(["-m", "immediate"]))
            .and_then(|()| Ok(fs::remove_dir_all(&self.folder)?))
        {
            eprintln!("error: a PostgreSQL may be left in {}: {error:#}", self.folder.display());
        }
    }
}
