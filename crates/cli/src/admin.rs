//! `assent admin`

use std::io::{IsTerminal, stdin};

use assent_server::store::Password;
use clap::{Args, Subcommand};

use crate::outcome::{Failure, Outcome};
use crate::settings::Settings;
use crate::token::{ACTOR, scope, site};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Let somebody sign in to the admin pages. The password is asked for, or read from the standard input.
    Add {
        /// What they sign in as, and are called in the audit trail.
        name: String,
        /// admin, auditor or marketer.
        #[arg(long)]
        scope: String,
        /// The one site that it is for; without it, all of them.
        #[arg(long)]
        site: Option<String>,
    },
    /// Give somebody another password, which signs them out.
    Password {
        /// Who.
        name: String,
    },
    /// Everybody who may sign in.
    List,
    /// Let somebody sign in no more, and sign them out.
    Remove {
        /// Who.
        name: String,
    },
}

pub async fn run(arguments: Arguments) -> Outcome {
    let (_, archive) = arguments.settings.archive().await?;
    match arguments.command {
        Command::Add { name, scope: wanted, site: only } => {
            let (scope, site) = (scope(&wanted)?, site(&archive, only).await?);
            archive.add_admin(ACTOR, &name, scope, site.as_ref(), password()?).await?;
        }
        Command::Password { name } => archive.set_password(ACTOR, &name, password()?).await?,
        Command::List => {
            for admin in archive.admins().await? {
                println!("{} {} since {}", admin.name, admin.scope.name(), admin.created_at.text());
            }
        }
        Command::Remove { name } => archive.remove_admin(ACTOR, &name).await?,
    }
    archive.close().await;
    Ok(())
}

/// A password that is typed unseen, twice, or the first line of the standard input. Never an argument: everybody on the
/// machine sees those.
fn password() -> Result<Password, Failure> {
    let failed =
        |error: std::io::Error| Failure::Could(format!("cannot read the password ({})", error.kind()));
    if !stdin().is_terminal() {
        let mut line = String::new();
        stdin().read_line(&mut line).map_err(failed)?;
        return Ok(Password::new(line.trim_end_matches(['\n', '\r']).into()));
    }
    let first = rpassword::prompt_password("password, 15 characters at least: ").map_err(failed)?;
    let again = rpassword::prompt_password("once more: ").map_err(failed)?;
    if first != again {
        return Err(Failure::Wrong(vec!["the two are not the same; nothing was changed".into()]));
    }
    Ok(Password::new(first))
}
