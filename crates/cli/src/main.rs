//! The tool of Assent.
//!
//! What this is: the command line around the archive and the core. It reads files, variables and signals; what it decides
//! with is theirs.
//!
//! Exit codes: 0 all is well; 1 what was looked at is not right; 2 the command line or the settings are wrong; 3 it could
//! not be done.

mod admin;
mod csp;
mod export;
mod keys;
mod outcome;
mod policy;
mod proxy;
mod serve;
mod settings;
mod tag;
mod token;
mod verify;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The archive hands what it has read from thread to thread, which costs the system's allocator a tenth of all time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A consent layer that proves itself: its archive, and the tools around it.
#[derive(Parser)]
#[command(name = "assent", version, arg_required_else_help = true)]
struct Line {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Run the archive.
    Serve(serve::Arguments),
    /// Check what the archive handed out, or all that it has, without trusting it.
    Verify(verify::Arguments),
    /// Write logs, policies and audit trail into a folder.
    Export(export::Arguments),
    /// List and change the archive's keys.
    Keys(keys::Arguments),
    /// Make, list and take back tokens for the archive's own doors.
    Token(token::Arguments),
    /// Say who may sign in to the admin pages.
    Admin(admin::Arguments),
    /// Tools for policy files.
    Policy(policy::Arguments),
    Tag(tag::Arguments),
    Csp(csp::Arguments),
    Proxy(proxy::Arguments),
}

fn main() -> ExitCode {
    let Line { command } = Line::parse();
    let outcome = match command {
        Command::Serve(arguments) => settings::block_on(serve::run(arguments)),
        Command::Verify(arguments) => settings::block_on(verify::run(arguments)),
        Command::Export(arguments) => settings::block_on(export::run(arguments)),
        Command::Keys(arguments) => settings::block_on(keys::run(arguments)),
        Command::Token(arguments) => settings::block_on(token::run(arguments)),
        Command::Admin(arguments) => settings::block_on(admin::run(arguments)),
        Command::Policy(arguments) => policy::run(&arguments),
        Command::Tag(arguments) => tag::run(&arguments),
        Command::Csp(arguments) => csp::run(&arguments),
        Command::Proxy(arguments) => settings::block_on(proxy::run(arguments)),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.tell(),
    }
}
