//! How a command ends.

use std::process::ExitCode;

use assent_server::config::Fault;
use assent_server::{http, store};

/// What a command comes to.
pub type Outcome = Result<(), Failure>;

/// Why a command did not end well.
#[derive(Debug)]
pub enum Failure {
    /// What was looked at is not right. The lines say what.
    Wrong(Vec<String>),
    /// The settings are wrong.
    Settings(Vec<Fault>),
    /// It could not be done.
    Could(String),
}

impl Failure {
    /// Says what is wrong, and with which code the process ends.
    pub fn tell(self) -> ExitCode {
        let (lines, code): (Vec<String>, u8) = match self {
            Failure::Wrong(lines) => (lines, 1),
            Failure::Settings(faults) => (faults.iter().map(Fault::to_string).collect(), 2),
            Failure::Could(line) => (vec![line], 3),
        };
        lines.iter().for_each(|line| eprintln!("assent: {line}"));
        ExitCode::from(code)
    }

    /// It could not be done with this file.
    pub fn file(what: &str, path: &std::path::Path, error: &std::io::Error) -> Failure {
        Failure::Could(format!("cannot {what} {} ({})", path.display(), error.kind()))
    }
}

impl From<store::Error> for Failure {
    fn from(error: store::Error) -> Failure {
        Failure::Could(error.to_string())
    }
}

impl From<http::Error> for Failure {
    fn from(error: http::Error) -> Failure {
        Failure::Could(error.to_string())
    }
}
