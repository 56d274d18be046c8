//! What this is: everything one does with this repository, as `cargo xtask <command>`.
//!
//! What it is not: part of the product. Nothing depends on it.

mod artefact;
mod build;
mod files;
mod inline;
mod names;
mod paths;
mod process;
mod setup;
mod size;
mod snip;
mod stamp;
mod trim;

use anyhow::{Result, bail};
use std::process::ExitCode;

/// One command: its name, what it takes, what it does.
struct Command {
    name: &'static str,
    arguments: &'static str,
    about: &'static str,
    run: fn(&[String]) -> Result<()>,
}

const COMMANDS: &[Command] = &[
    Command {
        name: "build",
        arguments: "[ARTEFACT...]",
        about: "build the SDK into target/sdk (gate, notice, locales)",
        run: build::command_line,
    },
    Command {
        name: "size",
        arguments: "",
        about: "what each part weighs, held against size-budget.toml",
        run: size::command_line,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> Result<()> {
    let Some((name, rest)) = arguments.split_first() else {
        list();
        return Ok(());
    };
    match COMMANDS.iter().find(|command| command.name == name) {
        Some(command) => (command.run)(rest),
        None => {
            list();
            bail!("no command `{name}`");
        }
    }
}

fn list() {
    println!("cargo xtask <command>\n");
    for command in COMMANDS {
        println!("  {:<34} {}", format!("{} {}", command.name, command.arguments), command.about);
    }
}
