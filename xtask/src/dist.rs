//! What this is: the npm package, put together in `target/pkg`.
//!
//! The hand-written half comes from `pkg-template/`, the built half from the SDK. With a policy, the gate carries it and
//! a page needs nothing but the script.

use crate::process::{command, output, run, step};
use crate::{artefact, build, files, paths, setup};
use anyhow::{Context, Result, bail};
use assent_core::diagnostic::{Diagnostic, Severity};
use assent_core::policy::Policy;
use assent_core::{bake, json};
use serde_json::Value;
use std::fs;
use std::path::Path;

const USAGE: &str = "usage: cargo xtask dist [--policy FILE] [--out DIR]";

/// `cargo xtask dist [--policy FILE] [--out DIR]`
pub fn command_line(arguments: &[String]) -> Result<()> {
    let (mut policy, mut out) = (String::new(), paths::package());
    for pair in arguments.chunks(2) {
        match pair {
            [flag, file] if flag == "--policy" => policy = read_policy(file)?,
            [flag, folder] if flag == "--out" => out = std::path::absolute(folder)?,
            _ => bail!(USAGE),
        }
    }
    setup::build_tools()?;
    package(&policy, &out)?;
    println!("{}", out.display());
    Ok(())
}

/// Makes the package and uses it as Node.js does: what it exports must be there and load.
pub fn rehearse() -> Result<()> {
    let out = paths::work("package");
    package("", &out)?;
    let manifest: Value = serde_json::from_str(&fs::read_to_string(out.join("package.json"))?)?;
    for target in exported(manifest.get("exports").context("package.json has no exports")?) {
        if !target.contains('*') && !out.join(&target).is_file() {
            bail!("package.json exports {target}, which is not in the package");
        }
    }
    let name = manifest.get("name").and_then(Value::as_str).context("package.json has no name")?;
    let says = "m => { if (m.assent.allows('marketing') !== false) throw Error('open without a gate'); }";
    let import = format!("import('{name}').then({says})");
    let require = format!("({says})(require('{name}'))");
    for script in [import, require] {
        // A package can name itself from its own folder.
        run(command("node").args(["-e", &script]).current_dir(&out))?;
    }
    output(command("npm").args(["pack", "--dry-run", "--json"]).current_dir(&out)).map(|_| ())
}

fn package(policy: &str, out: &Path) -> Result<()> {
    if out.exists() {
        fs::remove_dir_all(out)?;
    }
    fs::create_dir_all(out)?;
    step("npm package");
    for artefact in artefact::ARTEFACTS.iter().filter(|artefact| artefact.shipped) {
        if policy.is_empty() || artefact.form != artefact::Form::Inlined {
            build::build(artefact, "", &paths::sdk())?;
            for file in artefact.files() {
                copy(&paths::sdk().join(&file), out)?;
            }
        } else {
            let template = fs::read_to_string(build::template()?)?;
            let script =
                bake::bake(&template, policy).context("the gate's template has no place for a policy")?;
            fs::write(out.join(format!("{}.js", artefact.file)), script)?;
        }
    }
    build::locales(out)?;
    for file in files::below(&paths::at("pkg-template"), &["mjs", "ts", "md", "json"])? {
        copy(&file, out)?;
    }
    for licence in ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"] {
        let file = paths::at(licence);
        if file.is_file() {
            copy(&file, out)?;
        }
    }
    if !out.join("LICENSE").is_file() {
        bail!("LICENSE is missing at the root");
    }
    common_js(out)?;
    common_js_types(out)?;
    versioned(&out.join("package.json"))
}

/// The loader for `require`, made from the one for `import`: there is one text of it.
fn common_js(out: &Path) -> Result<()> {
    run(command(paths::npm_bin("esbuild"))
        .arg(out.join("index.mjs"))
        .args(["--format=cjs", "--platform=neutral", "--log-level=warning"])
        .arg(format!("--outfile={}", out.join("index.cjs").display())))
}

/// The types for `require`: to TypeScript the same text is a module of the other kind, by its name alone.
fn common_js_types(out: &Path) -> Result<()> {
    for name in ["index", "policy"] {
        let text = fs::read_to_string(out.join(format!("{name}.d.ts")))?;
        fs::write(out.join(format!("{name}.d.cts")), text.replace("'./policy.js'", "'./policy.cjs'"))?;
    }
    Ok(())
}

/// Writes the version of the workspace into the manifest.
fn versioned(file: &Path) -> Result<()> {
    let text = fs::read_to_string(file)?;
    let mark = "\"version\": \"0.0.0\"";
    if !text.contains(mark) {
        bail!("pkg-template/package.json must say {mark}; the version is that of the workspace");
    }
    Ok(fs::write(file, text.replace(mark, &format!("\"version\": \"{}\"", env!("CARGO_PKG_VERSION"))))?)
}

fn copy(file: &Path, folder: &Path) -> Result<()> {
    let name = file.file_name().context("a file has a name")?;
    fs::copy(file, folder.join(name)).with_context(|| format!("cannot copy {}", file.display()))?;
    Ok(())
}

/// All file names in an exports map, whatever its conditions.
fn exported(exports: &Value) -> Vec<String> {
    match exports {
        Value::String(target) => vec![target.clone()],
        Value::Object(conditions) => conditions.values().flat_map(exported).collect(),
        _ => Vec::new(),
    }
}

/// Reads a policy file, tells everything that is wrong with it, and returns it without its white space.
fn read_policy(file: &str) -> Result<String> {
    let text = fs::read_to_string(file).with_context(|| format!("cannot read the policy {file}"))?;
    let (diagnostics, compact) = match Policy::from_json(&text) {
        Ok(policy) => {
            // In the order of the file: the fallback of a text by language is its first.
            let mut compact = String::new();
            json::write_value(&mut compact, &policy.doc);
            (policy.warnings, Some(compact))
        }
        Err(diagnostics) => (diagnostics, None),
    };
    diagnostics.iter().for_each(|diagnostic| eprintln!("{}", line(file, diagnostic)));
    compact.with_context(|| format!("{file} is not a policy; mend what is listed above"))
}

fn line(file: &str, diagnostic: &Diagnostic) -> String {
    let severity = if diagnostic.severity == Severity::Error { "error" } else { "warning" };
    let found =
        if diagnostic.found.is_empty() { String::new() } else { format!(" (`{}`)", diagnostic.found) };
    format!(
        "{severity} A{} {file}: {}: {}{found}; {}",
        diagnostic.code.number(),
        diagnostic.path,
        diagnostic.message(),
        diagnostic.remedy()
    )
}
