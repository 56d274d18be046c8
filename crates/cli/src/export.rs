//! `assent export`

use std::fs;
use std::path::{Path, PathBuf};

use assent_server::store::Archive;
use clap::Args;

use crate::outcome::{Failure, Outcome};
use crate::settings::Settings;

/// How many entries are asked for at once.
const PART: usize = 500;

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    settings: Settings,
    /// The folder to write into; it must be empty or not there yet.
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

/// Below the folder: `logs/ORIGIN/checkpoint`, `logs/ORIGIN/tile/…` as C2SP tlog-tiles has it, `logs/ORIGIN/keys`,
/// `policies/SITE/DIGEST.json`, and `audit.ndjson`. `assent verify FOLDER` checks it. People's records are not in it: they
/// are theirs, and come out with their token.
pub async fn run(arguments: Arguments) -> Outcome {
    let out = arguments.out.as_path();
    let is_empty = fs::read_dir(out).map(|mut entries| entries.next().is_none()).unwrap_or(true);
    if !is_empty {
        let remedy = "name another one, so that nothing is mixed up";
        return Err(Failure::Could(format!("{} is not empty; {remedy}", out.display())));
    }
    let (_, archive) = arguments.settings.archive().await?;
    let written = write(&archive, out).await;
    archive.close().await;
    println!("{}", out.display());
    written
}

async fn write(archive: &Archive, out: &Path) -> Outcome {
    for log in archive.logs().await? {
        let folder = out.join("logs").join(&log.origin);
        make(&folder)?;
        archive.write_log(&log.origin, &folder).await?;
        file(&folder.join("keys"), &(log.verifiers.join("\n") + "\n"))?;
    }
    for site in archive.sites().await? {
        let folder = out.join("policies").join(&site.name);
        make(&folder)?;
        for policy in archive.policies(&site).await? {
            file(&folder.join(format!("{}.json", policy.digest.text())), &policy.document)?;
        }
    }
    let (mut lines, mut cursor) = (String::new(), None);
    loop {
        let (entries, next) = archive.audit(cursor, PART).await?;
        for entry in entries {
            let (log, index) = (serde_json::Value::from(entry.place.log), entry.place.index);
            lines.push_str(&format!("{{\"log\":{log},\"index\":{index},\"entry\":{}}}\n", entry.entry));
        }
        if next.is_none() {
            break;
        }
        cursor = next;
    }
    file(&out.join("audit.ndjson"), &lines)
}

fn make(folder: &Path) -> Outcome {
    fs::create_dir_all(folder).map_err(|error| Failure::file("make", folder, &error))
}

fn file(path: &Path, text: &str) -> Outcome {
    fs::write(path, text).map_err(|error| Failure::file("write", path, &error))
}
