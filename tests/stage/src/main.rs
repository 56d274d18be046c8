//! The demo: serves a checkout's `www/` with its trackers and the archive behind it on one port, and prints the address.

use std::{env, error::Error, path::PathBuf};

use assent_stage::{Folders, Stage};

const USAGE: &str = "usage: assent-stage [--root CHECKOUT] [--sdk FOLDER] [--archive FOLDER] [--port PORT]";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut root = PathBuf::from(".");
    let mut sdk = None;
    let mut archive = PathBuf::from("assent-data");
    let mut port = 4321;
    let mut words = env::args().skip(1);
    while let Some(word) = words.next() {
        let value = words.next().ok_or(USAGE)?;
        match word.as_str() {
            "--root" => root = value.into(),
            "--sdk" => sdk = Some(value.into()),
            "--archive" => archive = value.into(),
            "--port" => port = value.parse()?,
            _ => return Err(USAGE.into()),
        }
    }
    let mut folders = Folders::of_checkout(&root);
    folders.sdk = sdk.unwrap_or(folders.sdk);
    // The usual port may be taken; any other will do.
    let stage = match Stage::start(port, folders.clone()).await {
        Ok(stage) => stage,
        Err(_) => Stage::start(0, folders).await?,
    };
    stage
        .start_archive(Some(&archive))
        .await
        .map_err(|error| format!("the archive in {}: {error}", archive.display()))?;
    println!("http://localhost:{}/", stage.port());
    std::future::pending().await
}
