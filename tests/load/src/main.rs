//! What this is: the benchmark of the archive. It starts servers as processes of their own, loads them in turns, and
//! prints what was measured beside what was aimed at. `cargo xtask bench server` builds and runs it.
//!
//! What it is not: a test. What it prints depends on the machine and on what else runs there, so nothing fails by it.
//! Ratios are of neighbouring runs, and processor time is what the servers' processes have used: both say something on a
//! machine that is not quiet.

mod bare;
mod client;
mod machine;
mod rounds;
mod running;
mod sent;
mod table;
mod volume;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

/// What is to be measured.
pub struct Plan {
    /// The binary `assent`.
    assent: PathBuf,
    /// Where databases lie meanwhile: on a disk, or durable means nothing.
    folder: PathBuf,
    /// A PostgreSQL server on which databases can be made.
    postgres: Option<String>,
    /// How many rounds are made.
    rounds: usize,
    /// How many seconds each server is loaded in a round.
    seconds: f64,
    /// How many records the large log has.
    records: u64,
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|word| word == "bare") {
        return bare::serve();
    }
    let plan = read(&arguments)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(run(&plan))
}

/// The plan that the words of the command line make.
fn read(arguments: &[String]) -> Result<Plan> {
    let mut plan = Plan {
        assent: PathBuf::new(),
        folder: PathBuf::new(),
        postgres: None,
        rounds: 3,
        seconds: 1.5,
        records: 100_000,
    };
    let mut words = arguments.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().with_context(|| format!("{word} wants a value"));
        match word.as_str() {
            "--assent" => plan.assent = value()?.into(),
            "--folder" => plan.folder = value()?.into(),
            "--postgres" => plan.postgres = Some(value()?.clone()),
            "--rounds" => plan.rounds = value()?.parse()?,
            "--seconds" => plan.seconds = value()?.parse()?,
            "--records" => plan.records = value()?.parse()?,
            "--million" => plan.records = 1_000_000,
            _ => bail!("no argument `{word}`"),
        }
    }
    if plan.assent.as_os_str().is_empty() || plan.folder.as_os_str().is_empty() {
        bail!("--assent and --folder are needed");
    }
    Ok(plan)
}

async fn run(plan: &Plan) -> Result<()> {
    println!("{}\n", machine::name(&plan.folder));
    if plan.rounds > 0 {
        rounds::run(plan).await?;
    }
    if plan.records > 0 {
        volume::run(plan).await?;
    }
    println!("{}", machine::load());
    Ok(())
}
