//! What this is: everything one does with this repository, as `cargo xtask <command>`.
//!
//! What it is not: part of the product. Nothing depends on it.

mod artefact;
mod bench;
mod bless;
mod build;
mod check;
mod demo;
mod dist;
mod exports;
mod files;
mod inline;
mod names;
mod paths;
mod postgres;
mod process;
mod setup;
mod size;
mod snip;
mod stamp;
mod table;
mod tally;
mod test;
mod tidy;
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
        name: "demo",
        arguments: "[--port PORT]",
        about: "build the SDK and serve the demo shop with its trackers on this machine",
        run: demo::command_line,
    },
    Command {
        name: "build",
        arguments: "[ARTEFACT...]",
        about: "build the SDK into target/sdk (gate, notice, locales)",
        run: build::command_line,
    },
    Command {
        name: "check",
        arguments: "",
        about: "all that needs no browser: fmt, tidy, clippy, native tests, docs",
        run: check::command_line,
    },
    Command {
        name: "test",
        arguments: "[ENGINE...]",
        about: "everything, in Chromium, Firefox and WebKitGTK; installs what is missing",
        run: test::command_line,
    },
    Command {
        name: "size",
        arguments: "",
        about: "what each part weighs, held against size-budget.toml",
        run: size::command_line,
    },
    Command {
        name: "dist",
        arguments: "[--policy FILE] [--out DIR]",
        about: "write the npm package to target/pkg, with the policy inside if one is given",
        run: dist::command_line,
    },
    Command {
        name: "bench",
        arguments: "server [--million] | leak [--bless] [page|late|strict...] [ENGINE...] | calls [ENGINE...]",
        about: "what the archive can do, beside what was aimed at; what gets past the gate, beside what is known; what the gate adds to a call",
        run: bench::command_line,
    },
    Command {
        name: "bless",
        arguments: "",
        about: "acknowledge changed sizes and a changed public surface",
        run: bless::command_line,
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
