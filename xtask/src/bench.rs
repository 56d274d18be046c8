//! What this is: measurements, as `cargo xtask bench <what>`.
//!
//! The archive's is built as it would be shipped and run on this machine. The measuring is the matter of `tests/load`; it is
//! a crate of its own so that no other command waits for its build. The gate's leaks have a module of their own; what it
//! adds to a call is measured by an example of `tests/stage`.

pub mod leak;

use crate::postgres::Postgres;
use crate::process::{cargo, run, step};
use crate::test::ENGINES;
use crate::{build, paths, setup};
use anyhow::{Context, Result, bail};
use std::path::PathBuf;
use std::process::Command;

/// `cargo xtask bench WHAT ...`
pub fn command_line(arguments: &[String]) -> Result<()> {
    match arguments.split_first() {
        Some((what, rest)) if what == "server" => server(rest),
        Some((what, rest)) if what == "leak" => leak::command_line(rest),
        Some((what, rest)) if what == "calls" => calls(rest),
        _ => bail!("bench what? There are `server`, `leak` and `calls`"),
    }
}

/// `cargo xtask bench server [--million] [--rounds N] [--seconds S] [--records N]`
fn server(rest: &[String]) -> Result<()> {
    step("building the archive and its load");
    run(cargo().args(["build", "--release", "--package", "assent-cli", "--package", "assent-load"]))?;
    let programs = target()?.join("release");
    let folder = target()?.join("bench");
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let postgres = Postgres::start()?;
    let outcome = run(Command::new(programs.join("assent-load"))
        .arg("--assent")
        .arg(programs.join("assent"))
        .arg("--folder")
        .arg(&folder)
        .args(["--postgres", &postgres.url()])
        .args(rest));
    drop(postgres);
    std::fs::remove_dir_all(&folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    outcome
}

/// `cargo xtask bench calls [ENGINE...]`: what the gate adds to a call that it has nothing to hold of.
fn calls(engines: &[String]) -> Result<()> {
    setup::build_tools()?;
    setup::browsers()?;
    build::sdk()?;
    let mut slow = Vec::new();
    for engine in ENGINES.iter().filter(|engine| engines.is_empty() || engines.iter().any(|it| it == *engine))
    {
        step(&format!("calls, {engine}"));
        let outcome = run(cargo()
            .args(["run", "--quiet", "--package", "assent-stage", "--example", "calls"])
            .env("ASSENT_ENGINE", engine)
            .env("ASSENT_SDK", paths::sdk())
            .env("GECKODRIVER", paths::geckodriver()));
        slow.extend(outcome.err().map(|error| format!("{engine}: {error}")));
    }
    if slow.is_empty() { Ok(()) } else { bail!("{}", slow.join("\n")) }
}

/// Where cargo builds. Relative to the root of the repository, as cargo takes it.
fn target() -> Result<PathBuf> {
    let folder = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| "target".into(), PathBuf::from);
    Ok(paths::root().join(folder))
}
