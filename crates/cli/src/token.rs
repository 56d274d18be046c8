//! `assent token`

use assent_server::store::{Archive, Scope, Site};
use clap::{Args, Subcommand};

use crate::outcome::{Failure, Outcome};
use crate::settings::Settings;

/// Who the audit trail says it was.
pub const ACTOR: &str = "cli";

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make a token and print it, this once.
    New {
        /// What its holder is called in the audit trail.
        name: String,
        /// admin, auditor, marketer or backend.
        #[arg(long)]
        scope: String,
        /// The one site that it is for; without it, all of them.
        #[arg(long)]
        site: Option<String>,
        /// For how many days.
        #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=3653))]
        days: u32,
    },
    /// All tokens, without their secret.
    List,
    /// Take a token back.
    Revoke {
        /// The token's name.
        name: String,
    },
}

pub async fn run(arguments: Arguments) -> Outcome {
    let (_, archive) = arguments.settings.archive().await?;
    match arguments.command {
        Command::New { name, scope, site, days } => {
            let (scope, site) = (self::scope(&scope)?, self::site(&archive, site).await?);
            let (_, text) = archive.make_token(ACTOR, &name, scope, site.as_ref(), days).await?;
            println!("{text}");
        }
        Command::List => {
            for token in archive.tokens().await? {
                let state = if token.revoked_at.is_some() { "revoked" } else { "until" };
                println!("{} {} {state} {}", token.name, token.scope.name(), token.expires_at.text());
            }
        }
        Command::Revoke { name } => archive.revoke_token(ACTOR, &name).await?,
    }
    archive.close().await;
    Ok(())
}

/// The scope of a name.
///
/// # Errors
/// There is none.
pub fn scope(name: &str) -> Result<Scope, Failure> {
    let scope = Scope::from_name(name);
    scope.ok_or_else(|| {
        Failure::Wrong(vec!["no such scope; there are admin, auditor, marketer and backend".into()])
    })
}

/// The one site that something is for, if it is not for all.
///
/// # Errors
/// There is no such site.
pub async fn site(archive: &Archive, name: Option<String>) -> Result<Option<Site>, Failure> {
    Ok(match name {
        Some(name) => Some(archive.site(&name).await?),
        None => None,
    })
}
