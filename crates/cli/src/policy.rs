//! `assent policy`

use std::path::{Path, PathBuf};

use assent_core::policy::Policy;
use assent_core::record::Digest;
use assent_server::config::policy_line;
use clap::{Args, Subcommand};

use crate::outcome::{Failure, Outcome};

#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Tell everything that is wrong with a policy file.
    Check {
        /// The file.
        file: PathBuf,
    },
}

pub fn run(arguments: &Arguments) -> Outcome {
    let Command::Check { file } = &arguments.command;
    check(file)
}

fn check(file: &Path) -> Outcome {
    let text = std::fs::read_to_string(file).map_err(|error| Failure::file("read", file, &error))?;
    let name = file.display().to_string();
    let lines =
        |diagnostics: &[_]| diagnostics.iter().map(|found| policy_line(&name, found)).collect::<Vec<_>>();
    match Policy::from_json(&text) {
        Err(diagnostics) => Err(Failure::Wrong(lines(&diagnostics))),
        Ok(policy) => {
            lines(&policy.warnings).iter().for_each(|line| println!("{line}"));
            let mut compact = String::new();
            assent_core::json::write_value(&mut compact, &policy.doc);
            println!("{name} is a policy: {}", Digest::of(compact.as_bytes()).text());
            Ok(())
        }
    }
}
