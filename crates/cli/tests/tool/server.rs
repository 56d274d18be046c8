//! A PostgreSQL of its own.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A PostgreSQL of its own, which may be stopped: the one that `ASSENT_TEST_POSTGRES` names serves other tests.
pub struct Server {
    programs: PathBuf,
    folder: PathBuf,
    pub port: u16,
}

impl Server {
    pub fn make(folder: &Path) -> Server {
        let versions = fs::read_dir("/usr/lib/postgresql").expect("Debian's PostgreSQL").flatten();
        let newest = versions.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()).max();
        let programs = PathBuf::from(format!("/usr/lib/postgresql/{}/bin", newest.expect("a version")));
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let server = Server { programs, folder: folder.to_path_buf(), port };
        if is_root() {
            assert!(Command::new("chown").arg("postgres").arg(folder).status().unwrap().success());
        }
        server.run("initdb", &["--username=assent", "--auth=trust", "--encoding=UTF8"]);
        server
    }

    pub fn start(&self, more: &str) {
        let options =
            format!("-c listen_addresses=127.0.0.1 -p {} -c unix_socket_directories='' {more}", self.port);
        let log = self.folder.join("log");
        self.run("pg_ctl", &["start", "-w", "-o", &options, "-l", log.to_str().unwrap()]);
    }

    pub fn stop(&self, how: &str) {
        self.run("pg_ctl", &["stop", "-w", "-m", how]);
    }

    /// Runs one of its programs on its data; as root by the user that the package brings.
    fn run(&self, program: &str, arguments: &[&str]) {
        let program = self.programs.join(program);
        let mut command = Command::new(if is_root() { Path::new("runuser") } else { program.as_path() });
        if is_root() {
            command.args(["-u", "postgres", "--"]).arg(&program);
        }
        command.args(arguments).arg("--pgdata").arg(self.folder.join("data"));
        // What it inherits it keeps open for as long as it runs.
        command.current_dir(&self.folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        assert!(command.status().unwrap().success(), "{arguments:?}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.folder.join("data/postmaster.pid").exists() {
            self.stop("immediate");
        }
    }
}

pub fn is_root() -> bool {
    Command::new("id").arg("-u").output().unwrap().stdout == b"0\n"
}
