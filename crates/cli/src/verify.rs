//! `assent verify`

mod file;

use std::fs;
use std::path::{Path, PathBuf};

use assent_server::config::Config;
use assent_server::store::{Database, Findings, verify_database, verify_folder};
use clap::Args;

use crate::outcome::{Failure, Outcome};
use crate::settings::Settings;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    settings: Settings,
    /// A receipt or a person's export, or a folder that `assent export` wrote. Without one, the whole database of the
    /// settings is looked at.
    path: Option<PathBuf>,
    /// The verifier key of a log, as `assent keys list` and `/v1/log` tell it; may be repeated. Without one, the keys that
    /// came along are believed, which proves that nothing was changed since, and not who signed.
    #[arg(long = "key", value_name = "KEY")]
    keys: Vec<String>,
}

pub async fn run(arguments: Arguments) -> Outcome {
    match &arguments.path {
        Some(path) if path.is_file() => file::check(path, &arguments.keys),
        Some(path) => folder(path, &arguments.keys),
        None => {
            let config = arguments.settings.read()?;
            database(&config).await
        }
    }
}

async fn database(config: &Config) -> Outcome {
    let archive = config.archive();
    if let Database::Sqlite(file) = &archive.database
        && !file.is_file()
    {
        return Err(Failure::Could(format!(
            "there is no database {}; name its folder with --data",
            file.display()
        )));
    }
    let keys = config.keys();
    let keys = keys.is_dir().then_some(keys.as_path());
    tell("the database", verify_database(&archive.database, keys).await?)
}

fn folder(path: &Path, keys: &[String]) -> Outcome {
    for key in keys {
        file::read_key(key)?;
    }
    let mut logs = Vec::new();
    find(path, &mut logs)?;
    if logs.is_empty() {
        return Err(Failure::Could(format!(
            "there is no log in {}; name what `assent export` wrote",
            path.display()
        )));
    }
    let mut faults = Vec::new();
    for log in logs {
        let along = fs::read_to_string(log.join("keys")).unwrap_or_default();
        let along: Vec<String> = along.lines().map(String::from).collect();
        let keys = if keys.is_empty() { &along } else { keys };
        match tell(&log.display().to_string(), verify_folder(&log, keys)?) {
            Err(Failure::Wrong(lines)) => faults.extend(lines),
            other => other?,
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Failure::Wrong(faults)) }
}

/// All folders below that hold a log.
fn find(folder: &Path, logs: &mut Vec<PathBuf>) -> Outcome {
    if folder.join("checkpoint").is_file() {
        logs.push(folder.into());
        return Ok(());
    }
    for entry in fs::read_dir(folder).map_err(|error| Failure::file("read", folder, &error))?.flatten() {
        if entry.path().is_dir() {
            find(&entry.path(), logs)?;
        }
    }
    Ok(())
}

fn tell(what: &str, findings: Findings) -> Outcome {
    let Findings { leaves, records, erased, faults } = findings;
    println!("{what}: {leaves} leaves, {records} records opened, {erased} erased");
    if faults.is_empty() {
        println!("{what}: everything agrees");
        return Ok(());
    }
    Err(Failure::Wrong(faults))
}
