//! What this is: everything that can be checked without a browser, in the order in which it is soonest known.

use crate::artefact::ARTEFACTS;
use crate::process::{cargo, run, step};
use crate::tally::Tally;
use crate::{paths, setup, tidy};
use anyhow::Result;
use std::process::Command;

/// Features of native crates that are off by default and have tests.
const FEATURES: &str = "assent-core/idna,assent-core/signals,assent-core/verify,assent/record";

/// `cargo xtask check`
pub fn command_line(_: &[String]) -> Result<()> {
    setup::build_tools()?;
    let mut tally = Tally::default();
    all(&mut tally, "");
    tally.close()
}

/// All checks. Each runs, whatever became of the one before. With the address of a PostgreSQL, the archive is tested on it
/// as well as on SQLite.
pub fn all(tally: &mut Tally, postgres: &str) {
    step("fmt");
    tally.check("fmt (mend it with: cargo fmt --all)", run(cargo().args(["fmt", "--all", "--check"])));
    step("tidy");
    tally.check("tidy", tidy::run());
    step("clippy");
    let features = format!("assent/e2e,{FEATURES}");
    let mut clippy = cargo();
    clippy.args(["clippy", "--quiet", "--workspace", "--all-targets", "--features", &features]);
    tally.check("clippy", run(clippy.args(["--", "--deny", "warnings"])));
    for artefact in ARTEFACTS.iter().filter(|artefact| artefact.has_own_core()) {
        let mut clippy = for_browser("clippy", artefact.feature);
        tally.check(&format!("clippy, {}", artefact.feature), run(clippy.args(["--", "--deny", "warnings"])));
    }
    step("native tests");
    let mut tests = cargo();
    tests.args(["test", "--quiet", "--workspace", "--no-fail-fast", "--features", FEATURES]);
    if !postgres.is_empty() {
        tests.env("ASSENT_TEST_POSTGRES", postgres);
    }
    tally.tests("native tests", &mut tests);
    step("docs");
    let mut doc = cargo();
    doc.args(["doc", "--quiet", "--workspace", "--no-deps", "--features", FEATURES]);
    tally.check("docs", run(doc.env("RUSTDOCFLAGS", "--deny warnings")));
    for artefact in ARTEFACTS.iter().filter(|artefact| artefact.shipped && artefact.has_own_core()) {
        let mut doc = for_browser("doc", artefact.feature);
        doc.arg("--no-deps").env("RUSTDOCFLAGS", "--deny warnings");
        tally.check(&format!("docs, {}", artefact.feature), run(&mut doc));
    }
}

/// A cargo command on one artefact as it is built.
fn for_browser(subcommand: &str, feature: &str) -> Command {
    let mut command = cargo();
    command
        .args([subcommand, "--quiet", "--package", "assent", "--lib", "--target", "wasm32-unknown-unknown"])
        .args(["--no-default-features", "--features", feature])
        .arg("--target-dir")
        .arg(paths::wasm_target());
    command
}
