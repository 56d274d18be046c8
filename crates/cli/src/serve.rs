//! `assent serve`

use std::sync::Arc;

use assent_server::config::{Config, policy_line};
use assent_server::http::Server;
use assent_server::store::{SystemClock, SystemEntropy};
use clap::Args;
use tokio::signal::unix::{SignalKind, signal};

use crate::outcome::{Failure, Outcome};
use crate::settings::{self, Settings};

#[derive(Args)]
pub struct Arguments {
    #[command(flatten)]
    settings: Settings,
    /// Where visitors are answered, as 127.0.0.1:8080.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Where Prometheus is answered.
    #[arg(long, value_name = "ADDRESS")]
    metrics_listen: Option<String>,
    /// The folder of the built SDK.
    #[arg(long, value_name = "FOLDER")]
    sdk: Option<String>,
    /// Only tell what is wrong with the settings.
    #[arg(long)]
    check: bool,
}

pub async fn run(arguments: Arguments) -> Outcome {
    let mut layers = arguments.settings.layers()?;
    let flags = [
        ("listen", &arguments.listen),
        ("metrics_listen", &arguments.metrics_listen),
        ("sdk", &arguments.sdk),
    ];
    for (path, value) in flags {
        if let Some(value) = value {
            layers = layers.flag(path, value);
        }
    }
    let config = Config::load(&layers).map_err(Failure::Settings)?;
    for site in &config.sites {
        for warning in &site.policy.warnings {
            eprintln!("assent: {}", policy_line(&format!("policy of {}", site.id), warning));
        }
    }
    if arguments.check {
        println!("the settings are right: {} site(s)", config.sites.len());
        return Ok(());
    }
    settings::log()?;
    // Before anything is promised: a signal that comes while it starts must not be lost.
    let listen =
        |kind| signal(kind).map_err(|error| Failure::Could(format!("no signals ({})", error.kind())));
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    let server = Server::start(config, Arc::new(SystemClock), Arc::new(SystemEntropy)).await?;
    if let Ok(address) = server.address() {
        println!("listening on http://{address}");
    }
    if let Some(address) = server.metrics_address() {
        println!("metrics on http://{address}/metrics");
    }
    let stop = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        tracing::info!("stopping: what has begun comes to its end");
    };
    server.serve(stop).await?;
    Ok(())
}
