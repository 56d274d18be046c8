//! Servers side by side, in turns: what is durable against what is not, groups against one at a time, two engines.

use std::process::Command;

use anyhow::{Context, Result};

use crate::Plan;
use crate::client::{Connection, Load, Outcome, for_seconds};
use crate::running::{Running, Settled};
use crate::sent::Sent;
use crate::table::{median, text};

/// How many connections ask at once.
const CONNECTIONS: [usize; 4] = [1, 16, 64, 256];

/// The names of those that are measured, as the table has them.
const BARE: &str = "parse and answer, nothing kept";
const GROUPED: &str = "archive, SQLite";
const SINGLE: &str = "archive, SQLite, one record per transaction";
const POSTGRES: &str = "archive, PostgreSQL";
const LOGGED: &str = "archive, SQLite, a log line per request";
const POLICY: &str = "cached policy";

/// One of those that are measured.
struct Contender {
    name: &'static str,
    load: Load,
    server: Running,
    next: u64,
    /// What came of each round, by the number of connections.
    outcomes: Vec<(usize, Outcome)>,
}

/// Measures, and prints.
pub async fn run(plan: &Plan) -> Result<()> {
    let mut contenders = contenders(plan).await?;
    for round in 0..plan.rounds {
        for connections in CONNECTIONS {
            // Whoever comes first meets another machine than who comes last, so each is first in turn.
            contenders.rotate_left(1);
            for contender in &mut contenders {
                let once = matches!(contender.name, LOGGED | POLICY) && connections != 64;
                if once {
                    continue;
                }
                contender.load.connections = connections;
                let used = || contender.server.used();
                let outcome = for_seconds(&contender.load, plan.seconds, &mut contender.next, used).await;
                let outcome = outcome.with_context(|| contender.name)?;
                eprintln!(
                    "round {}, {connections:>3} connections, {}: {:.0}/s",
                    round + 1,
                    contender.name,
                    outcome.rate()
                );
                contender.outcomes.push((connections, outcome));
            }
        }
    }
    print(&contenders);
    Ok(())
}

async fn contenders(plan: &Plan) -> Result<Vec<Contender>> {
    let mut contenders = Vec::new();
    let settled =
        |folder: &str, top: &str, log: &str| Settled::new(&plan.assent, &plan.folder.join(folder), top, log);
    let grouped = settled("grouped", "", "")?;
    contenders.push(archive(GROUPED, grouped.serve("warn")?, false).await?);
    contenders.push(archive(SINGLE, settled("single", "", "batch = 1")?.serve("warn")?, false).await?);
    contenders.push(archive(LOGGED, settled("logged", "", "")?.serve("info")?, false).await?);
    contenders.push(archive(POLICY, settled("policy", "", "")?.serve("warn")?, true).await?);
    if let Some(address) = &plan.postgres {
        let top = format!("database = \"{address}\"");
        contenders.push(archive(POSTGRES, settled("postgres", &top, "")?.serve("warn")?, false).await?);
    }
    let bare = Running::start(Command::new(std::env::current_exe()?).arg("bare"))?;
    let load = Load { address: bare.address, ..sample(&contenders)? };
    contenders.push(Contender { name: BARE, load, server: bare, next: 1, outcomes: Vec::new() });
    Ok(contenders)
}

/// What one of the archives is loaded with.
fn sample(contenders: &[Contender]) -> Result<Load> {
    Ok(contenders.first().context("nobody to be measured")?.load.clone())
}

async fn archive(name: &'static str, server: Running, is_policy: bool) -> Result<Contender> {
    let address = server.address;
    let (policy, token) = region(address).await?;
    let (sent, status) = if is_policy {
        (Sent::get(&format!("/v1/sites/shop/policy/{policy}.json")), 200)
    } else {
        (Sent::consents(&policy, &token), 201)
    };
    let load = Load { address, sent, connections: 1, status };
    Ok(Contender { name, load, server, next: 1, outcomes: Vec::new() })
}

/// The policy's digest and a policy token.
pub async fn region(address: std::net::SocketAddr) -> Result<(String, String)> {
    let region = Connection::open(address).await?.json("GET /v1/sites/shop/region", "").await?;
    let text = |name: &str| region.get(name).and_then(|text| text.as_str()).map(String::from);
    Ok((text("policy").context("no policy")?, text("policy_token").context("no token")?))
}

impl Outcome {
    /// Answers per second.
    pub fn rate(&self) -> f64 {
        self.answers as f64 / self.seconds
    }

    /// Microseconds of processor time per answer.
    pub fn micros(&self) -> f64 {
        self.processor * 1e6 / self.answers.max(1) as f64
    }
}

impl Contender {
    fn all(&self, connections: usize) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(move |(known, _)| *known == connections).map(|(_, outcome)| outcome)
    }

    fn middle(&self, connections: usize, of: impl Fn(&Outcome) -> f64) -> f64 {
        median(self.all(connections).map(of))
    }
}

fn print(contenders: &[Contender]) {
    let find = |name: &str| contenders.iter().find(|contender| contender.name == name);
    let head =
        ["records per second", "1 connection", "16", "64", "256", "µs at 256", "ms at 256, half and 99 %"];
    let mut lines = vec![head.map(String::from).to_vec()];
    for contender in [BARE, GROUPED, SINGLE, POSTGRES].into_iter().filter_map(find) {
        let mut line = vec![contender.name.to_string()];
        line.extend(CONNECTIONS.map(|count| format!("{:.0}", contender.middle(count, Outcome::rate))));
        line.push(format!("{:.0}", contender.middle(256, Outcome::micros)));
        line.push(format!(
            "{:.1} / {:.1}",
            contender.middle(256, |outcome| outcome.middle),
            contender.middle(256, |outcome| outcome.slow)
        ));
        lines.push(line);
    }
    println!("{}", text(&lines));
    let Some(grouped) = find(GROUPED) else { return };
    let mut lines = vec![
        ["archive on SQLite, against", "1 connection", "16", "64", "256", "aim at 256"]
            .map(String::from)
            .to_vec(),
    ];
    for (name, aim) in [(BARE, "0.45"), (SINGLE, "8"), (POSTGRES, "")] {
        let Some(other) = find(name) else { continue };
        let mut line = vec![name.to_string()];
        line.extend(CONNECTIONS.map(|count| {
            // Neighbours in time: what else the machine did, it did to both.
            let ratios =
                grouped.all(count).zip(other.all(count)).map(|(ours, theirs)| ours.rate() / theirs.rate());
            format!("{:.2}", median(ratios))
        }));
        line.push(aim.into());
        lines.push(line);
    }
    println!("{}", text(&lines));
    let mut lines = vec![["processor time of the server's process", "µs", "aim"].map(String::from).to_vec()];
    let mut row = |what: &str, micros: f64, aim: &str| {
        lines.push(vec![what.into(), format!("{micros:.1}"), aim.into()]);
    };
    row("an accepted record, 256 connections", grouped.middle(256, Outcome::micros), "50");
    row("an accepted record, 64 connections", grouped.middle(64, Outcome::micros), "");
    if let Some(logged) = find(LOGGED) {
        row("the same with a log line per request", logged.middle(64, Outcome::micros), "");
    }
    if let Some(policy) = find(POLICY) {
        row("a cached policy, 64 connections", policy.middle(64, Outcome::micros), "12");
    }
    if let Some(bare) = find(BARE) {
        row("parse and answer, nothing kept, 256 connections", bare.middle(256, Outcome::micros), "");
    }
    println!("{}", text(&lines));
}
