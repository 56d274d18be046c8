//! `assent tag`

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use assent_core::decide::Grants;
use assent_server::markup::{self, Document, Judge, Note, Settings, place};
use clap::Args;
use url::Url;

use crate::csp;
use crate::outcome::{Failure, Outcome};

/// Park every tracker in HTML files, so that no browser fetches it before the gate lets it.
///
/// Files are rewritten in place, folders with everything in them that ends in .html or .htm; `-` reads the standard input
/// and writes the standard output. Running it twice changes nothing more.
///
/// Exit codes: 0 all is parked (or was, with --check); 1 with --check, something is not parked; 2 the command line is
/// wrong; 3 a file or the policy cannot be read or written.
#[derive(Args)]
pub struct Arguments {
    /// Files and folders, or `-`.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The policy file.
    #[arg(long, value_name = "FILE")]
    policy: PathBuf,
    /// The host that the pages are on, as shop.example; without it, full addresses of the site itself are foreign.
    #[arg(long, value_name = "HOST", value_parser = csp::page)]
    host: Option<Url>,
    /// Change nothing; tell what is not parked, with file, line and column.
    #[arg(long)]
    check: bool,
    /// Leave out the meta element that makes Chromium's preload scanner wait for the gate.
    #[arg(long)]
    no_hold: bool,
    /// Park inline scripts, too, if a text in them is the address of something held.
    #[arg(long)]
    snippets: bool,
    /// The gate's file name.
    #[arg(long, value_name = "NAME", default_value = "assent.js")]
    gate: String,
}

pub fn run(arguments: &Arguments) -> Outcome {
    let policy = csp::policy(&arguments.policy)?;
    let judge = Judge::new(Arc::new(policy.rules), Grants::default(), arguments.host.clone());
    let mut settings = Settings::new(judge);
    settings.hold_preloads = !arguments.no_hold;
    settings.snippets = arguments.snippets;
    settings.gate.clone_from(&arguments.gate);
    let settings = Arc::new(settings);
    let (mut files, mut unparked) = (Vec::new(), Vec::new());
    for path in &arguments.paths {
        gather(path, true, &mut files)?;
    }
    for file in files {
        let html = read(&file)?;
        let name = file.display().to_string();
        let document =
            markup::park(&html, &settings).map_err(|error| Failure::Could(format!("{name}: {error}")))?;
        for note in &document.notes {
            eprintln!("assent: {}", words(&name, &html, *note));
        }
        if arguments.check {
            unparked.extend(lines(&name, &html, &document));
        } else if is_standard(&file) || document.html != html {
            write(&file, &document.html)?;
            if !is_standard(&file) {
                println!("{name}: {} parked", document.parked.len());
            }
        }
    }
    if unparked.is_empty() { Ok(()) } else { Err(Failure::Wrong(unparked)) }
}

fn is_standard(file: &Path) -> bool {
    file == Path::new("-")
}

/// The HTML files of a path, in the order of their names. Links and hidden folders below it are not followed.
fn gather(path: &Path, is_named: bool, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    let failed = |error| Failure::file("read", path, &error);
    if is_named && (is_standard(path) || !path.is_dir()) {
        files.push(path.to_path_buf());
        return Ok(());
    }
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        entries.push(entry.map_err(failed)?);
    }
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let (kind, below) = (entry.file_type().map_err(failed)?, entry.path());
        let is_html = below
            .extension()
            .is_some_and(|end| end.eq_ignore_ascii_case("html") || end.eq_ignore_ascii_case("htm"));
        if kind.is_file() && is_html {
            files.push(below);
        } else if kind.is_dir() && !entry.file_name().to_string_lossy().starts_with('.') {
            gather(&below, false, files)?;
        }
    }
    Ok(())
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    if !is_standard(file) {
        return std::fs::read(file).map_err(|error| Failure::file("read", file, &error));
    }
    let mut html = Vec::new();
    std::io::stdin().read_to_end(&mut html).map_err(|error| Failure::file("read", file, &error))?;
    Ok(html)
}

/// Writes beside the file and then puts the new one in its place, so that a page is never there by half.
fn write(file: &Path, html: &[u8]) -> Result<(), Failure> {
    let failed = |error| Failure::file("write", file, &error);
    if is_standard(file) {
        return std::io::stdout().write_all(html).map_err(failed);
    }
    let mut name = file.file_name().unwrap_or_default().to_os_string();
    name.push(".assent-new");
    let beside = file.with_file_name(name);
    let rights = std::fs::metadata(file).map_err(failed)?.permissions();
    std::fs::write(&beside, html).map_err(failed)?;
    std::fs::set_permissions(&beside, rights).map_err(failed)?;
    std::fs::rename(&beside, file).map_err(failed)
}

/// A line for everything that is not parked.
fn lines(name: &str, html: &[u8], document: &Document) -> Vec<String> {
    let line = |parked: &markup::Parked| {
        let at = place(html, parked.at);
        let attribute =
            if parked.attribute.is_empty() { String::new() } else { format!(" {}", parked.attribute) };
        let who = if parked.vendor.is_empty() { String::new() } else { format!(" {}", parked.vendor) };
        format!(
            "{name}:{}:{}: <{}{attribute}> {} is not parked ({}{who})",
            at.line,
            at.column,
            parked.element,
            parked.address,
            parked.rule.name()
        )
    };
    document.parked.iter().map(line).collect()
}

fn words(name: &str, html: &[u8], note: Note) -> String {
    let at = |byte| {
        let at = place(html, byte);
        format!("{name}:{}:{}", at.line, at.column)
    };
    match note {
        Note::GateNotFirst(byte) => {
            format!("{}: this script runs before the gate; put assent.js before it", at(byte))
        }
        Note::GateLate(byte) => {
            format!("{}: the gate must run at once; take out async, defer and type=module", at(byte))
        }
        Note::NoGate => {
            format!("{name}: there is no gate, so nothing that is parked can be released; add assent.js")
        }
        Note::Ambiguous => {
            format!(
                "{name}: script and text cannot be told apart everywhere (in a select or frameset); check this page"
            )
        }
    }
}
