//! Where things lie. Every path of the repository that more than one module needs is named here.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

/// The root of the repository. Cargo tells where xtask's manifest is, also when the tree has moved since the build.
pub fn root() -> PathBuf {
    let manifest = std::env::var("CARGO_MANIFEST_DIR").unwrap_or_else(|_| env!("CARGO_MANIFEST_DIR").into());
    Path::new(&manifest).parent().map(Path::to_path_buf).unwrap_or_else(|| PathBuf::from("."))
}

/// A path inside the repository.
pub fn at(path: &str) -> PathBuf {
    root().join(path)
}

/// The built SDK: what a site would serve.
pub fn sdk() -> PathBuf {
    at("target/sdk")
}

/// The npm package.
pub fn package() -> PathBuf {
    at("target/pkg")
}

/// Cargo's target folder for WASM. Its own, so that a build of ours never waits for an editor's lock.
pub fn wasm_target() -> PathBuf {
    at("target/wasm")
}

/// Intermediate files of one artefact.
pub fn work(artefact: &str) -> PathBuf {
    at("target/work").join(artefact)
}

/// A program from the pinned npm packages.
pub fn npm_bin(name: &str) -> PathBuf {
    at("tools/node_modules/.bin").join(name)
}

/// The Firefox driver, which Debian does not package.
pub fn geckodriver() -> PathBuf {
    at("target/tools/bin/geckodriver")
}

/// Where cargo keeps the sources it has fetched.
pub fn cargo_home() -> Result<PathBuf> {
    if let Some(home) = std::env::var_os("CARGO_HOME") {
        return Ok(home.into());
    }
    let home = std::env::var_os("HOME").context("neither CARGO_HOME nor HOME is set")?;
    Ok(Path::new(&home).join(".cargo"))
}
