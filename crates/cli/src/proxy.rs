//! `assent proxy`

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use assent_server::middleware::proxy::{Proxy, Upstream};
use assent_server::middleware::{Csp, Options, Parking, Site};
use assent_server::store::SystemClock;
use clap::{Args, ValueEnum};
use tokio::signal::unix::{SignalKind, signal};
use url::Url;

use crate::outcome::{Failure, Outcome};
use crate::{csp, settings};

/// Put the layer that parks trackers before any site.
///
/// Exit codes: 0 it was told to stop; 2 the command line is wrong; 3 it could not begin.
#[derive(Args)]
pub struct Arguments {
    /// The site, as `http://127.0.0.1:3000` or `https://shop.example`.
    #[arg(long, value_name = "URL")]
    upstream: String,
    /// The policy file.
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// Where visitors are answered.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    /// The host that visitors know the site by; without it, what they ask for.
    #[arg(long, value_name = "HOST", value_parser = csp::page)]
    host: Option<Url>,
    /// Where visitors are, as DE or US-CA; without it, as the policy says.
    #[arg(long, value_name = "REGION", default_value = "")]
    region: String,
    /// What becomes of the Content-Security-Policy; without it, `enforce` if the policy holds unlisted hosts, else `report`.
    #[arg(long, value_name = "WHAT")]
    csp: Option<Fence>,
    /// Leave out the meta element that makes Chromium's preload scanner wait for the gate.
    #[arg(long)]
    no_hold: bool,
    /// Park inline scripts, too, if a text in them is the address of something held.
    #[arg(long)]
    snippets: bool,
    /// The gate's file name.
    #[arg(long, value_name = "NAME", default_value = "assent.js")]
    gate: String,
    /// How many seconds the site may take to begin an answer.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    timeout: u64,
}

#[derive(Clone, Copy, ValueEnum)]
enum Fence {
    Enforce,
    Report,
    Off,
}

pub async fn run(arguments: Arguments) -> Outcome {
    settings::log()?;
    let could = |error: &dyn std::fmt::Display| Failure::Could(error.to_string());
    let policy = csp::policy(&arguments.policy)?;
    let site = Site::new(&policy).ok_or_else(|| Failure::Could("the policy cannot be read".into()))?;
    let mut options = Options::new(&site);
    options.hold_preloads = !arguments.no_hold;
    options.snippets = arguments.snippets;
    options.gate = arguments.gate;
    options.region = arguments.region;
    options.host = arguments.host.as_ref().and_then(Url::host_str).unwrap_or_default().into();
    match arguments.csp {
        Some(Fence::Enforce) => options.csp = Csp::Enforce,
        Some(Fence::Report) => options.csp = Csp::Report,
        Some(Fence::Off) => options.csp = Csp::Off,
        None => {}
    }
    let upstream = Upstream::new(&arguments.upstream, Duration::from_secs(arguments.timeout));
    let upstream = upstream.map_err(|error| could(&error))?;
    let listen =
        |kind| signal(kind).map_err(|error| Failure::Could(format!("no signals ({})", error.kind())));
    let (mut terminate, mut interrupt) = (listen(SignalKind::terminate())?, listen(SignalKind::interrupt())?);
    let parking = Parking::new(Arc::new(site), options, Arc::new(SystemClock));
    let proxy = Proxy::listen(arguments.listen, upstream, parking).await.map_err(|error| could(&error))?;
    if let Ok(address) = proxy.address() {
        println!("listening on http://{address}");
    }
    let stop = async {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    proxy.serve(stop).await;
    Ok(())
}
