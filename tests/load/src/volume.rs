//! A large log: what it costs to fill it, to verify it, and to erase somebody in it.

use std::time::Instant;

use anyhow::{Result, bail};

use crate::Plan;
use crate::client::{Connection, Load, for_count};
use crate::rounds::region;
use crate::running::Settled;
use crate::sent::{Sent, bearer};
use crate::table::{median, text};

/// How many people are erased, one after the other.
const ERASED: u64 = 20;

/// Measures, and prints.
pub async fn run(plan: &Plan) -> Result<()> {
    let settled = Settled::new(&plan.assent, &plan.folder.join("large"), "", "")?;
    let server = settled.serve("warn")?;
    let (policy, token) = region(server.address).await?;
    let sent = Sent::consents(&policy, &token);
    let load = Load { address: server.address, sent, connections: 256, status: 201 };
    eprintln!("{} records", plan.records);
    let filled = for_count(&load, plan.records, &mut 1, || server.used()).await?;
    let largest = server.largest()?;
    eprintln!("{ERASED} erasures");
    let mut connection = Connection::open(server.address).await?;
    let mut took = Vec::new();
    for n in 0..ERASED {
        // People from all over the log.
        let (subject, token) = bearer(1 + n * plan.records / ERASED);
        let started = Instant::now();
        let shown = format!("authorization: Subject shop.{subject}.{token}\r\n");
        let erasure = connection.json("DELETE /v1/me", &shown).await?;
        took.push(started.elapsed().as_secs_f64() * 1000.0);
        if erasure.get("done_at").is_none_or(serde_json::Value::is_null) {
            bail!("an erasure is not done: {erasure}");
        }
    }
    server.stop()?;
    eprintln!("verify");
    let (said, seconds, processor, memory) = settled.verify()?;
    eprintln!("{said}");
    let head = [format!("a log of {} records", plan.records), "measured".into(), "aim".into()];
    let mut lines = vec![head.to_vec()];
    let mut row =
        |what: &str, measured: String, aim: &str| lines.push(vec![what.into(), measured, aim.into()]);
    row("filled, records per second", format!("{:.0}", filled.rate()), "");
    row("filled, µs of processor time per record", format!("{:.1}", filled.micros()), "50");
    row("largest memory of the server, MiB", format!("{largest:.1}"), "64");
    let records = plan.records as f64;
    row("verify, records per second and core", format!("{:.0}", records / processor), "200000");
    row("verify, records per second", format!("{:.0}", records / seconds), "");
    row("verify, largest memory, MiB", format!("{memory:.1}"), "");
    row("erase one person, ms, the middle one", format!("{:.1}", median(took.iter().copied())), "50");
    row("erase one person, ms, the slowest", format!("{:.1}", took.iter().copied().fold(0.0, f64::max)), "");
    println!("{}", text(&lines));
    Ok(())
}
