//! Counting what passed and what failed over many commands.

use crate::process::shown;
use anyhow::{Context, Result, bail};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};

/// What has passed and failed so far.
#[derive(Default)]
pub struct Tally {
    passed: usize,
    failed: usize,
    faults: Vec<String>,
    /// What passed at a second attempt only: lines that begin with `unsteady: `.
    unsteady: Vec<String>,
}

impl Tally {
    /// One thing that is in order or not. Its error is told at once and again at the end.
    pub fn check(&mut self, name: &str, outcome: Result<()>) {
        match outcome {
            Ok(()) => self.passed += 1,
            Err(error) => {
                self.failed += 1;
                eprintln!("error: {name}: {error:#}");
                self.faults.push(format!("{name}: {error:#}"));
            }
        }
    }

    /// A command that runs tests and says so as `cargo test` does. Its tests are counted one by one.
    pub fn tests(&mut self, name: &str, command: &mut Command) {
        match self.count(command) {
            // A run that died before it could count, or that failed for another reason than a test.
            Err(error) => self.check(name, Err(error)),
            Ok((0, 0)) => self.check(name, Err(anyhow::anyhow!("no test ran"))),
            Ok((_, 0)) => {}
            Ok((_, failed)) => self.faults.push(format!("{name}: {failed} failed, see above")),
        }
    }

    fn count(&mut self, command: &mut Command) -> Result<(usize, usize)> {
        let words = shown(command);
        let mut child =
            command.stdout(Stdio::piped()).spawn().with_context(|| format!("cannot start {words}"))?;
        let (mut passed, mut failed) = (0, 0);
        for line in BufReader::new(child.stdout.take().context("a pipe was asked for")?).lines() {
            let line = line?;
            println!("{line}");
            if line.starts_with("unsteady: ") {
                self.unsteady.push(line.clone());
            }
            let (more_passed, more_failed) = result(&line).unwrap_or_default();
            passed += more_passed;
            failed += more_failed;
        }
        let status = child.wait()?;
        self.passed += passed;
        self.failed += failed;
        if !status.success() && failed == 0 {
            bail!("failed ({status}): {words}");
        }
        Ok((passed, failed))
    }

    /// Says what failed, then the totals alone on a line. An error if anything did.
    pub fn close(self) -> Result<()> {
        for line in &self.unsteady {
            println!("{line}");
        }
        for fault in &self.faults {
            println!("failed: {fault}");
        }
        println!("\n{} passed, {} failed", self.passed, self.failed);
        if self.failed > 0 {
            bail!("{} failed", self.failed);
        }
        Ok(())
    }
}

/// The numbers in a line such as `test result: ok. 12 passed; 0 failed; 0 ignored; …`.
fn result(line: &str) -> Option<(usize, usize)> {
    let (_, rest) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let number = |what: &str| {
        let part = rest.split("; ").find_map(|part| part.strip_suffix(what))?;
        part.trim().parse().ok()
    };
    Some((number(" passed")?, number(" failed")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_result_line_of_cargo_is_read() {
        let line = "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 1 filtered out; finished in 0.1s";
        assert_eq!(result(line), Some((3, 2)));
        assert_eq!(result("test a ... ok"), None);
    }

    #[test]
    fn what_fails_is_an_error_at_the_end() {
        let mut tally = Tally::default();
        tally.check("good", Ok(()));
        assert!(tally.close().is_ok());
        let mut tally = Tally::default();
        tally.check("bad", Err(anyhow::anyhow!("why")));
        assert!(tally.close().is_err());
    }

    #[test]
    fn a_run_without_tests_is_a_failure() {
        let mut tally = Tally::default();
        tally.tests("none", Command::new("true").arg("x"));
        tally.tests("dies", Command::new("false").arg("x"));
        assert_eq!((tally.passed, tally.failed), (0, 2));
    }
}
