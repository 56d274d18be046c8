//! `assent keys`

use clap::{Args, Subcommand};

use crate::outcome::Outcome;
use crate::settings::Settings;
use crate::token::ACTOR;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// The keys that sign each log, as verifier keys.
    List,
    /// A new signing key beside the present one. Not while the archive runs: then ask it at /v1/admin/keys.
    RotateSigning,
    /// The end of the overlap: only the newest key signs from now on.
    RetireSigning,
    /// A new key for the subjects' keys, which are wrapped anew by and by.
    RotateWrapping,
}

pub async fn run(arguments: Arguments) -> Outcome {
    let (_, archive) = arguments.settings.archive().await?;
    match arguments.command {
        Command::List => {}
        Command::RotateSigning => archive.rotate_signing_key(ACTOR).await?,
        Command::RetireSigning => archive.retire_signing_keys(ACTOR).await?,
        Command::RotateWrapping => archive.rotate_wrapping_key(ACTOR).await?,
    }
    for log in archive.logs().await? {
        log.verifiers.iter().for_each(|verifier| println!("{verifier}"));
    }
    archive.close().await;
    Ok(())
}
