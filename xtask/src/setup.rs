//! What this is: a fresh machine becomes one that can build and test, by commands that may be repeated.
//!
//! Each step looks first and does nothing if its thing is there. What cannot be installed is an error that names the
//! command that would have done it.

use crate::process::{cargo, command, find, lock, output, run, step};
use crate::stamp;
use crate::{paths, postgres};
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::PathBuf;

/// The Firefox driver. From crates.io, since Debian does not package it.
const GECKODRIVER: &str = "0.37.1";

/// What the browser tests need from Debian: a program that tells whether the package is there, and the package.
const BROWSERS: &[(&str, &str)] = &[
    ("chromium", "chromium"),
    ("chromedriver", "chromium-driver"),
    ("firefox-esr", "firefox-esr"),
    ("WebKitWebDriver", "webkit2gtk-driver"),
    ("Xvfb", "xvfb"),
    // The bench of leaks makes itself a certificate.
    ("openssl", "openssl"),
];

/// What building takes: the WASM target, Node.js, the pinned npm packages.
pub fn build_tools() -> Result<()> {
    let _lock = lock()?;
    wasm_target()?;
    install(&[("node", "nodejs"), ("npm", "npm")])?;
    npm_packages()
}

/// What the browser tests take besides: three engines and their drivers.
pub fn browsers() -> Result<()> {
    let _lock = lock()?;
    install(BROWSERS)?;
    geckodriver()
}

/// The database server that the archive's tests run against besides SQLite.
pub fn postgres() -> Result<()> {
    let _lock = lock()?;
    // Its programs are not on PATH; what is there comes with it.
    if postgres::programs().is_some() { Ok(()) } else { install(&[("pg_ctlcluster", "postgresql")]) }
}

fn wasm_target() -> Result<()> {
    // Without rustup the toolchain is somebody else's; cargo itself then says what is missing.
    if find("rustup").is_none() {
        return Ok(());
    }
    let installed = output(command("rustup").args(["target", "list", "--installed"]))?;
    if installed.lines().any(|line| line == "wasm32-unknown-unknown") {
        return Ok(());
    }
    step("rustup target add wasm32-unknown-unknown");
    run(command("rustup").args(["target", "add", "wasm32-unknown-unknown"]))
}

fn npm_packages() -> Result<()> {
    let programs = [paths::npm_bin("wasm-opt"), paths::npm_bin("esbuild"), paths::npm_bin("terser")];
    npm_ci("tools", "wasm-opt, esbuild, terser, tracker SDKs, Prebid; 300 MB, up to a minute", &programs)?;
    npm_ci("tools/signals", "the official consent-string libraries, for comparisons; 5 MB", &[])
}

/// What the bench of leaks drives Chromium with.
pub fn leakbench() -> Result<()> {
    let _lock = lock()?;
    npm_ci("tests/leakbench", "the driver of the bench of leaks; 14 MB", &[])
}

/// Installs the pinned packages of a folder unless they are there.
fn npm_ci(folder: &str, what: &str, programs: &[PathBuf]) -> Result<()> {
    let place = paths::at(folder);
    let lock = fs::read_to_string(place.join("package-lock.json"))
        .with_context(|| format!("{folder}/package-lock.json"))?;
    let stamp = stamp::of_text(&lock);
    let stamp_file = place.join("node_modules/.assent.stamp");
    if stamp::is_current(&stamp_file, &stamp, programs) {
        return Ok(());
    }
    step(&format!("npm ci in {folder}/ ({what})"));
    run(command("npm").arg("ci").current_dir(&place))?;
    stamp::keep(&stamp_file, &stamp)
}

/// Installs the Debian packages whose programs are missing.
fn install(wanted: &[(&str, &str)]) -> Result<()> {
    let missing: Vec<&str> =
        wanted.iter().filter(|(program, _)| find(program).is_none()).map(|(_, package)| *package).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages = missing.join(" ");
    let by_hand = format!("apt-get update && apt-get install --yes {packages}");
    if find("apt-get").is_none() {
        bail!("missing: {packages}; there is no apt-get here, so install them with this system's own tool");
    }
    step(&format!("apt-get install {packages} (may take minutes)"));
    let sudo = sudo(&by_hand)?;
    let apt = |arguments: &[&str]| {
        let words: Vec<&str> =
            sudo.iter().copied().chain(["apt-get"]).chain(arguments.iter().copied()).collect();
        let (program, rest) = words.split_first().context("a command has a name")?;
        run(command(program).args(rest).env("DEBIAN_FRONTEND", "noninteractive"))
    };
    apt(&["update", "-qq"]).with_context(|| format!("mend it with: {by_hand}"))?;
    let mut arguments = vec!["install", "--yes", "--no-install-recommends", "-qq"];
    arguments.extend(&missing);
    apt(&arguments).with_context(|| format!("mend it with: {by_hand}"))?;
    match wanted.iter().find(|(program, _)| find(program).is_none()) {
        Some((program, package)) => bail!("`{package}` is installed but has no `{program}` on PATH"),
        None => Ok(()),
    }
}

/// The words before `apt-get`: none for root, `sudo` for others.
fn sudo(by_hand: &str) -> Result<Vec<&'static str>> {
    if output(command("id").arg("-u"))?.trim() == "0" {
        return Ok(Vec::new());
    }
    if find("sudo").is_none() {
        bail!("installing takes root; as root: {by_hand}");
    }
    Ok(vec!["sudo"])
}

fn geckodriver() -> Result<()> {
    if paths::geckodriver().is_file() {
        return Ok(());
    }
    step(&format!("cargo install geckodriver {GECKODRIVER} (one to fifteen minutes)"));
    let root = paths::at("target/tools");
    run(cargo()
        .args(["install", "geckodriver", "--version", GECKODRIVER, "--locked", "--root"])
        .arg(&root)
        .arg("--target-dir")
        .arg(root.join("build")))?;
    // Only the program is needed; its intermediate files are hundreds of megabytes.
    fs::remove_dir_all(root.join("build")).context("removing what geckodriver was built from")
}
