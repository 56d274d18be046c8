//! Servers as processes of their own, and what the kernel says that they use.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::sent::{ORIGIN, POLICY};

/// The kernel counts processor time in hundredths of a second, on every machine (USER_HZ).
const TICKS: f64 = 100.0;

/// A running server. It is killed when it is dropped.
pub struct Running {
    child: Child,
    pub address: SocketAddr,
}

/// An archive's settings in a folder of its own.
pub struct Settled {
    assent: PathBuf,
    pub folder: PathBuf,
}

impl Settled {
    /// Writes settings with room for a load. `top` and `log` are further lines, of the whole and of the log.
    pub fn new(assent: &Path, folder: &Path, top: &str, log: &str) -> Result<Settled> {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
        fs::write(folder.join("policy.json"), POLICY)?;
        let settings = format!(
            "listen = \"127.0.0.1:0\"\n{top}\n[log]\norigin = \"bench.example\"\n{log}\n[limits]\n\
             requests_burst = 100000000\nrequests_per_minute = 100000000\nconnections_per_network = 10000\n\
             site_records_per_second = 1000000\nsite_records_burst = 1000000\n[[sites]]\nid = \"shop\"\n\
             origins = [\"{ORIGIN}\"]\npolicy = \"policy.json\"\n"
        );
        fs::write(folder.join("assent.toml"), settings)?;
        Ok(Settled { assent: assent.into(), folder: folder.into() })
    }

    fn command(&self, words: &[&str], level: &str) -> Command {
        let mut command = Command::new(&self.assent);
        command.args(words).current_dir(&self.folder).env("ASSENT_LOG", level);
        command
    }

    /// Starts the archive. With the level `info` it writes a line per request, which goes nowhere.
    pub fn serve(&self, level: &str) -> Result<Running> {
        let mut command = self.command(&["serve"], level);
        command.stderr(if level == "info" { Stdio::null() } else { Stdio::inherit() });
        Running::start(&mut command)
    }

    /// Runs `assent verify`: what it said, seconds, seconds of processor time, and its largest memory in MiB.
    pub fn verify(&self) -> Result<(String, f64, f64, f64)> {
        let (before, started) = (of_children()?, Instant::now());
        let mut child = self.command(&["verify"], "warn").stdout(Stdio::piped()).spawn()?;
        let mut most = 0.0f64;
        while child.try_wait()?.is_none() {
            most = most.max(largest(child.id()).unwrap_or_default());
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        let seconds = started.elapsed().as_secs_f64();
        let output = child.wait_with_output()?;
        if !output.status.success() {
            bail!("assent verify failed");
        }
        let said = String::from_utf8(output.stdout)?;
        Ok((said.trim().replace('\n', "; "), seconds, of_children()? - before, most))
    }
}

impl Running {
    /// Starts a server that says where it listens.
    pub fn start(command: &mut Command) -> Result<Running> {
        let mut child = command.stdout(Stdio::piped()).spawn().context("the server cannot be started")?;
        let mut line = String::new();
        let stdout = child.stdout.take().context("a pipe was asked for")?;
        BufReader::new(stdout).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on http://").map(str::parse);
        match address {
            Some(Ok(address)) => Ok(Running { child, address }),
            _ => {
                let _ = child.kill();
                bail!("the server did not start: {line}")
            }
        }
    }

    /// Seconds of processor time it has used so far.
    pub fn used(&self) -> f64 {
        ticks(self.child.id(), 13).unwrap_or_default()
    }

    /// Its largest memory so far, in MiB.
    pub fn largest(&self) -> Result<f64> {
        largest(self.child.id())
    }

    /// Asks it to end, and waits.
    pub fn stop(mut self) -> Result<()> {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status()?;
        if !self.child.wait()?.success() {
            bail!("the server did not end well");
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Seconds from two neighbouring members of /proc/PID/stat, counted from 0 (proc_pid_stat(5)).
fn ticks(process: u32, first: usize) -> Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name, which may hold anything, ends with the last parenthesis; two members stand before its end.
    let (_, rest) = stat.rsplit_once(") ").context("no stat")?;
    let members: Vec<u64> =
        rest.split(' ').skip(first - 2).take(2).filter_map(|text| text.parse().ok()).collect();
    Ok(members.iter().sum::<u64>() as f64 / TICKS)
}

/// What children that have ended have used.
fn of_children() -> Result<f64> {
    ticks(std::process::id(), 15)
}

fn largest(process: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).context("no VmHWM")?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes / 1024.0)
}
