//! What this is: from Rust and JS sources to the files a page loads.
//!
//! cargo -> wasm-bindgen (as a library: crate and tool cannot drift apart) -> wasm-opt -> shorter names ->
//! esbuild -> terser -> inlining. Each step leaves its result in `target/work/<artefact>/`, to be looked at.

use crate::artefact::{ARTEFACTS, Artefact, Form};
use crate::inline::{self, Facts};
use crate::process::{cargo, command, lock, output, run, step};
use crate::stamp::{self, Inputs};
use crate::{artefact, exports, files, names, paths, setup, snip, table, trim};
use anyhow::{Context, Result, bail};
use assent_core::bake;
use std::fs;
use std::path::{Path, PathBuf};

/// The name of the generated module, and what hand-written code imports it by.
const GLUE: &str = "assent-wasm";

/// `cargo xtask build [ARTEFACT...]`
pub fn command_line(arguments: &[String]) -> Result<()> {
    setup::build_tools()?;
    if arguments.is_empty() {
        return sdk();
    }
    for feature in arguments {
        let known = ARTEFACTS.iter().map(|artefact| artefact.feature).collect::<Vec<_>>().join(", ");
        let artefact =
            artefact::find(feature).with_context(|| format!("no artefact `{feature}`; there are {known}"))?;
        build(artefact, "", &paths::sdk())?;
    }
    Ok(())
}

/// Builds everything a site gets.
pub fn sdk() -> Result<()> {
    for artefact in ARTEFACTS.iter().filter(|artefact| artefact.shipped) {
        build(artefact, "", &paths::sdk())?;
    }
    fs::copy(template()?, paths::sdk().join("assent.template.js"))?;
    locales(&paths::sdk())
}

/// Builds the gate with a place for a policy, and returns its file. The archive and the package fill it alike.
pub fn template() -> Result<PathBuf> {
    let gate = artefact::find("gate").context("the gate is an artefact")?;
    // Its own folder, so that the plain gate in the SDK stays current.
    let folder = paths::work("template");
    build(gate, bake::PLACE, &folder)?;
    Ok(folder.join(format!("{}.js", gate.file)))
}

/// Builds one artefact into `out`; the gate carries `policy` (JSON text) if that is not empty.
pub fn build(artefact: &Artefact, policy: &str, out: &Path) -> Result<()> {
    let _lock = lock()?;
    let work = paths::work(artefact.feature);
    fs::create_dir_all(&work)?;
    fs::create_dir_all(out)?;
    let compiled = artefact.core().map(|core| compile(artefact, core)).transpose()?;
    let mut sources = files::below(&paths::at("src"), &["js", "css"])?;
    sources.push(paths::at("crates/core/data/adapters.json"));

    let mut inputs = Inputs::new()?;
    compiled.iter().for_each(|compiled| inputs.file(compiled));
    inputs.file(&paths::at("tools/package-lock.json"));
    sources.iter().for_each(|source| inputs.file(source));
    inputs.text(policy);
    inputs.text(&out.to_string_lossy());
    let stamp = inputs.finish();
    let stamp_file = out.join(format!(".{}.stamp", artefact.file));
    let outputs: Vec<PathBuf> = artefact.files().iter().map(|file| out.join(file)).collect();
    if stamp::is_current(&stamp_file, &stamp, &outputs) {
        return Ok(());
    }

    let wasm = match &compiled {
        None => Vec::new(),
        Some(compiled) => {
            step(&format!("{}: wasm-bindgen, wasm-opt", artefact.feature));
            bind(compiled, &work, artefact)?;
            optimise(&work)?
        }
    };
    let policy_facts = Facts { length: wasm.len(), version: env!("CARGO_PKG_VERSION"), policy };
    mirror(&sources, &work, &policy_facts)?;
    step(&format!("{}: esbuild, terser", artefact.feature));
    let bundle = bundle(artefact, &work)?;

    match artefact.form {
        Form::Inlined | Form::Worker => {
            let script = inline::embed(&bundle, &wasm).with_context(|| artefact.entry)?;
            fs::write(out.join(format!("{}.js", artefact.file)), script)?;
        }
        Form::Module => {
            fs::write(out.join(format!("{}.js", artefact.file)), bundle)?;
            fs::write(out.join(format!("{}.wasm", artefact.file)), wasm)?;
        }
        Form::Script => fs::write(out.join(format!("{}.js", artefact.file)), bundle)?,
    }
    stamp::keep(&stamp_file, &stamp)
}

/// Copies the locale files without their white space.
pub fn locales(out: &Path) -> Result<()> {
    let folder = out.join("locales");
    fs::create_dir_all(&folder)?;
    for source in files::below(&paths::at("locales"), &["json"])? {
        let text = fs::read_to_string(&source)?;
        let value: serde_json::Value =
            serde_json::from_str(&text).with_context(|| format!("{}", source.display()))?;
        let name = source.file_name().context("a file has a name")?;
        fs::write(folder.join(name), value.to_string())?;
    }
    Ok(())
}

fn compile(artefact: &Artefact, core: &str) -> Result<PathBuf> {
    step(&format!("{}: cargo", artefact.feature));
    let target = paths::wasm_target();
    run(cargo()
        .args(["build", "--quiet", "--package", "assent", "--lib", "--target", "wasm32-unknown-unknown"])
        .args(["--profile", "wasm-release", "--no-default-features", "--features", core])
        .arg("--target-dir")
        .arg(&target)
        .env("CARGO_ENCODED_RUSTFLAGS", remapped()?))?;
    Ok(target.join("wasm32-unknown-unknown/wasm-release/assent.wasm"))
}

/// Panics name source files. Without the folders of this machine in them, every machine builds the same bytes, and
/// the exact sizes in `size-budget.toml` mean something.
fn remapped() -> Result<String> {
    let ours = String::from_utf8_lossy(snip::SOURCES);
    let remap = |from: &str| format!("--remap-path-prefix={from}={ours}{from}");
    // Not in what the compiler says: that is for a person, who wants to open the file.
    let mut flags = vec!["--remap-path-scope=object".into(), remap("crates"), remap("src"), remap("tests")];
    flags.push(format!("--remap-path-prefix={}/={ours}", paths::root().display()));
    let sources = paths::cargo_home()?.join("registry/src");
    for registry in fs::read_dir(&sources).into_iter().flatten() {
        flags.push(format!("--remap-path-prefix={}={ours}", registry?.path().display()));
    }
    // SHA-256 as a loop, in a fifth of the code; what is hashed here is a few kilobytes.
    for value in ["sha2_backend=\"soft\"", "sha2_backend_soft=\"compact\""] {
        flags.push(format!("--cfg={value}"));
    }
    flags.sort();
    // Cargo's own separator: a folder may have a space in its name.
    Ok(flags.join("\x1f"))
}

fn bind(compiled: &Path, work: &Path, artefact: &Artefact) -> Result<()> {
    let folder = work.join("bindgen");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    let mut module = walrus::Module::from_file(compiled)?;
    if artefact.terse {
        snip::panics(&mut module, artefact.lean);
    }
    let mut output = wasm_bindgen_cli_support::Bindgen::new()
        .input_module(GLUE, module)
        .web(true)?
        .typescript(false)
        .omit_default_module_path(true)
        .remove_name_section(true)
        .remove_producers_section(true)
        .out_name(GLUE)
        .generate_output()?;
    // Not before: wasm-bindgen itself calls functions of the table to learn what they take.
    table::prune(output.wasm_mut());
    exports::prune(output.wasm_mut());
    output.emit(folder)
}

/// Shrinks the module and shortens the names it shares with its glue. Returns the module.
fn optimise(work: &Path) -> Result<Vec<u8>> {
    let optimised = work.join("optimised.wasm");
    let renamed = work.join("renamed.wasm");
    run(wasm_opt(&work.join(format!("bindgen/{GLUE}_bg.wasm")), &optimised)
        // Measured on the gate: code that is flattened once and not inlined is longer, and 2 % smaller compressed.
        .args([
            "--flatten",
            "--rereloop",
            "-Oz",
            "-Oz",
            "--reorder-functions",
            "--reorder-locals",
            "--converge",
        ])
        .args(["--always-inline-max-function-size=0", "--one-caller-inline-max-function-size=0"])
        .args(["--strip-debug", "--strip-producers", "--strip-target-features"]))?;
    // A run of its own: until it converges wasm-opt repeats its passes, and would rename the renamed.
    let report = output(wasm_opt(&optimised, &renamed).arg("--minify-imports-and-exports-and-modules"))?;
    let glue = work.join(format!("bindgen/{GLUE}.js"));
    let source = fs::read_to_string(&glue)?;
    let glue_renamed = names::shorten(&source, &report).context("shortening the names in the glue")?;
    fs::write(work.join(format!("{GLUE}.js")), own_snippets(&trim::trim(&glue_renamed)?))?;
    Ok(fs::read(renamed)?)
}

/// Makes the glue import our JS from the mirrored sources instead of wasm-bindgen's copies, so that a file that
/// both the glue and an entry import stays one module.
fn own_snippets(glue: &str) -> String {
    glue.lines()
        .map(|line| match (line.split_once("'./snippets/assent-"), line.starts_with("import ")) {
            (Some((before, after)), true) => {
                let path = after.split_once('/').map_or(after, |(_, path)| path);
                format!("{before}'./{path}\n")
            }
            _ => format!("{line}\n"),
        })
        .collect()
}

/// Copies hand-written JS and CSS to the work folder with its placeholders filled.
fn mirror(sources: &[PathBuf], work: &Path, facts: &Facts) -> Result<()> {
    let root = paths::root();
    for source in sources {
        let target = work.join(source.strip_prefix(&root)?);
        fs::create_dir_all(target.parent().context("a file has a folder")?)?;
        if source.extension().is_some_and(|extension| extension == "css") {
            run(esbuild()
                .arg(source)
                .args(["--minify", "--charset=utf8", "--log-level=warning"])
                .arg(format!("--outfile={}", target.display())))?;
        } else {
            fs::write(target, inline::fill(&fs::read_to_string(source)?, facts))?;
        }
    }
    Ok(())
}

fn bundle(artefact: &Artefact, work: &Path) -> Result<String> {
    let glue = work.join(format!("{GLUE}.js"));
    let entry = if artefact.entry.is_empty() { glue.clone() } else { work.join(artefact.entry) };
    if !entry.exists() {
        bail!("{} is missing: it is the entry of the artefact `{}`", artefact.entry, artefact.feature);
    }
    let is_classic = matches!(artefact.form, Form::Inlined | Form::Worker);
    let format = if is_classic { "iife" } else { "esm" };
    let bundled = work.join("bundled.js");
    run(esbuild()
        .arg(entry)
        .args(["--bundle", "--minify", "--target=es2020", "--charset=utf8", "--legal-comments=none"])
        // One underscore: a private property of ours. Two belong to wasm-bindgen.
        .args(["--mangle-props=^_[^_]", "--loader:.css=text", "--log-level=warning"])
        .arg(format!("--format={format}"))
        .arg(format!("--alias:{GLUE}={}", glue.display()))
        .arg(format!("--outfile={}", bundled.display())))?;
    // A second opinion takes another 6 % off the gate's script.
    let mut terser = command(paths::npm_bin("terser"));
    terser.arg(bundled).args(["--compress", "passes=3", "--mangle", "--ecma", "2020"]);
    if !is_classic {
        terser.arg("--module");
    }
    output(&mut terser)
}

fn wasm_opt(from: &Path, to: &Path) -> std::process::Command {
    let mut command = command(paths::npm_bin("wasm-opt"));
    // What the Rust target assumes of an engine; all three have it since 2021.
    command
        .args(["--enable-bulk-memory", "--enable-nontrapping-float-to-int", "--enable-sign-ext"])
        .args(["--enable-mutable-globals", "--enable-reference-types", "--enable-multivalue"])
        .arg(from)
        .arg("-o")
        .arg(to);
    command
}

fn esbuild() -> std::process::Command {
    command(paths::npm_bin("esbuild"))
}
