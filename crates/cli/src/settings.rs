//! Where settings come from on the command line.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use assent_server::config::{Config, Layers, PREFIX};
use assent_server::store::{Archive, SystemClock, SystemEntropy};
use clap::Args;

use crate::outcome::{Failure, Outcome};

/// The file that is read if it is there and no other is named.
const FILE: &str = "assent.toml";

/// Flags that every command on an archive takes. Each setting can also be given in the file, or as a variable
/// (`ASSENT_LISTEN`, `ASSENT_LIMITS__IDLE_SECONDS`); a flag wins over a variable, and a variable over the file.
#[derive(Args, Clone, Default)]
pub struct Settings {
    /// The settings file; without it ./assent.toml, if that is there.
    #[arg(long, env = "ASSENT_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// The folder of database and keys.
    #[arg(long, value_name = "FOLDER")]
    data: Option<String>,
    /// `sqlite`, or postgres://user:password@host/name; a password is safer in `ASSENT_DATABASE`.
    #[arg(long, value_name = "URL", hide_env_values = true)]
    database: Option<String>,
}

impl Settings {
    /// The layers: the file, the variables, the flags.
    ///
    /// # Errors
    /// A file that was named cannot be read.
    pub fn layers(&self) -> Result<Layers, Failure> {
        let mut layers = Layers::new();
        let named = self.config.as_deref();
        match named.unwrap_or(Path::new(FILE)) {
            path if named.is_none() && !path.exists() => {}
            path => {
                let text =
                    std::fs::read_to_string(path).map_err(|error| Failure::file("read", path, &error))?;
                layers = layers.file(path, text);
            }
        }
        layers = layers.variables(std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok()?;
            Some((name, value.into_string().unwrap_or_default()))
        }));
        for (path, value) in [("data", &self.data), ("database", &self.database)] {
            if let Some(value) = value {
                layers = layers.flag(path, value);
            }
        }
        Ok(layers)
    }

    /// The settings, checked.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn read(&self) -> Result<Config, Failure> {
        Config::load(&self.layers()?).map_err(Failure::Settings)
    }

    /// The archive of the settings. It must be there: no command but `serve` makes one.
    ///
    /// # Errors
    /// It is not there, or cannot be opened.
    pub async fn archive(&self) -> Result<(Config, Archive), Failure> {
        let config = self.read()?;
        if !config.keys().is_dir() {
            let remedy = "name its folder with --data, or make it with `assent serve`";
            return Err(Failure::Could(format!(
                "there is no archive in {}; {remedy}",
                config.data.display()
            )));
        }
        let archive = Archive::open(config.archive(), Arc::new(SystemClock), Arc::new(SystemEntropy)).await?;
        Ok((config, archive))
    }
}

/// Runs a command that waits for things.
pub fn block_on(command: impl Future<Output = Outcome>) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Could(format!("cannot start ({})", error.kind())))?;
    runtime.block_on(command)
}

/// Log lines go to the standard error, by `ASSENT_LOG`: a level (`error`, `warn`, `info`, `debug`), and `json` after a
/// comma for machines.
///
/// # Errors
/// A word that is neither.
pub fn log() -> Outcome {
    let name = format!("{PREFIX}LOG");
    let given = std::env::var(&name).unwrap_or_default();
    let (mut level, mut json) = (tracing::Level::INFO, false);
    for word in given.split(',').filter(|word| !word.is_empty()) {
        match (word, word.parse()) {
            ("json", _) => json = true,
            (_, Ok(parsed)) => level = parsed,
            (_, Err(_)) => {
                let remedy = "write a level (error, warn, info, debug), and json after a comma";
                return Err(Failure::Could(format!("{name} is not understood; {remedy}")));
            }
        }
    }
    let subscriber =
        tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr).with_ansi(false);
    if json {
        subscriber.json().init()
    } else {
        subscriber.init()
    }
    Ok(())
}
