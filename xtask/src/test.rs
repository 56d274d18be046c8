//! What this is: everything, from the machine's setup to real browsers. CI runs this and nothing else.

use crate::bench::leak;
use crate::postgres::Postgres;
use crate::process::{cargo, step};
use crate::tally::Tally;
use crate::{artefact, build, check, dist, paths, setup, size};
use anyhow::{Context, Result};

/// The engines, by the names that the browser tests know them by.
pub const ENGINES: &[&str] = &["chromium", "firefox", "webkit"];

/// `cargo xtask test [ENGINE...]`
pub fn command_line(arguments: &[String]) -> Result<()> {
    let mut engines = ENGINES.to_vec();
    if !arguments.is_empty() {
        let known = |name: &String| ENGINES.iter().find(|engine| *engine == name).copied();
        engines = arguments
            .iter()
            .map(|name| {
                known(name).with_context(|| format!("no engine `{name}`; there are {}", ENGINES.join(", ")))
            })
            .collect::<Result<_>>()?;
    }
    setup::build_tools()?;
    setup::browsers()?;
    build::sdk()?;
    let corpus = artefact::find("corpus").context("the corpus is an artefact")?;
    build::build(corpus, "", &paths::sdk())?;

    let mut tally = Tally::default();
    let postgres = Postgres::start()?;
    check::all(&mut tally, &postgres.url());
    drop(postgres);
    step("size");
    tally.check("size", size::enforce());
    step("package");
    tally.check("package", dist::rehearse());
    for engine in engines {
        step(&format!("browser tests, {engine}"));
        tally.tests(
            &format!("browser tests, {engine}"),
            cargo()
                .args(["test", "--package", "assent", "--features", "e2e", "--test", "e2e"])
                .env("ASSENT_ENGINE", engine)
                .env("ASSENT_SDK", paths::sdk())
                .env("GECKODRIVER", paths::geckodriver()),
        );
        tally.check(&format!("leaks, {engine}"), leak::in_test(engine));
    }
    tally.close()
}
