//! What this is: the demo shop with its trackers and its archive, on this machine alone.

use crate::process::{cargo, run, step};
use crate::{build, paths, setup};
use anyhow::{Result, bail};

/// `cargo xtask demo [--port PORT]`
pub fn command_line(arguments: &[String]) -> Result<()> {
    let port = match arguments {
        [] => "4321",
        [flag, port] if flag == "--port" => port,
        _ => bail!("usage: cargo xtask demo [--port PORT]"),
    };
    setup::build_tools()?;
    build::sdk()?;
    step("starting the demo (Ctrl-C ends it)");
    // Without the part that drives browsers: nobody waits for that to compile.
    run(cargo()
        .args(["run", "--quiet", "--package", "assent-stage", "--no-default-features", "--", "--port", port])
        .arg("--root")
        .arg(paths::root())
        .arg("--sdk")
        .arg(paths::sdk())
        .arg("--archive")
        .arg(paths::at("target/demo-archive")))
}
