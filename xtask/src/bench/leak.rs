//! What this is: the count of the ways past the gate, in real browsers, held against what is known.
//!
//! `tests/leakbench` does the counting; here its results are compared by name with `known.toml`: a vector that gets
//! through and is not listed there is a fault, and so is one that a grant does not let through.

use crate::process::{cargo, command, run, step};
use crate::{build, paths, setup};
use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;
use toml_edit::{Array, DocumentMut, Item, Table};

/// What gets past the gate today, by engine and mode.
const KNOWN: &str = "tests/leakbench/known.toml";

/// How a page uses the gate, by the bench's names: one script; with the late policy that makes Chromium's preload
/// scanner wait; with `"enforce": "csp"` besides; the same through `assent tag`; and behind `assent proxy`.
const MODES: &[(&str, &str)] = &[
    ("page", "assent"),
    ("late", "assent:late"),
    ("strict", "assent:strict"),
    ("tag", "assent:tag"),
    ("proxy", "assent:proxy"),
];

/// The names of vectors by what is the matter with them.
#[derive(Default, PartialEq, Debug)]
struct Found {
    /// All that were counted.
    counted: BTreeSet<String>,
    /// Contacted without a grant.
    leaks: BTreeSet<String>,
    /// Those of them that the parser asks for, maybe before the gate runs: they get through now and then.
    races: BTreeSet<String>,
    /// A script of theirs ran without a grant.
    ran: BTreeSet<String>,
    /// Held, and not started by an acceptance without a reload.
    not_alive: BTreeSet<String>,
    /// Held in spite of a grant, or although essential; or the bench itself failed.
    faults: BTreeSet<String>,
}

/// How much is counted.
#[derive(Clone, Copy)]
struct Extent {
    /// Without the states that ask the same of the gate again: refused, and one purpose of three.
    is_brief: bool,
    /// Which share of the vectors, as the bench says it: `1/3` is every third.
    part: &'static str,
}

/// What `cargo xtask test` counts: the gate alone, which asks most of it; whole in the engine whose scanner is ahead most
/// often, and a third in the others.
pub fn in_test(engine: &str) -> Result<()> {
    let part = if engine == "chromium" { "1/1" } else { "1/3" };
    let faults = count(engine, "page", Extent { is_brief: true, part }, false)?;
    if faults.is_empty() { Ok(()) } else { bail!("{}", faults.join("\n")) }
}

/// `cargo xtask bench leak [--bless] [--brief] [MODE...] [ENGINE...]`
pub fn command_line(arguments: &[String]) -> Result<()> {
    let bless = arguments.iter().any(|word| word == "--bless");
    let extent = Extent { is_brief: arguments.iter().any(|word| word == "--brief"), part: "1/1" };
    let given: Vec<&str> =
        arguments.iter().map(String::as_str).filter(|word| !word.starts_with("--")).collect();
    if let Some(word) = given
        .iter()
        .find(|word| !crate::test::ENGINES.contains(word) && MODES.iter().all(|it| it.0 != **word))
    {
        bail!(
            "no engine or mode `{word}`; there are {}, page, late, strict, tag, proxy",
            crate::test::ENGINES.join(", ")
        );
    }
    let chosen = |all: Vec<&'static str>| -> Vec<&'static str> {
        let some: Vec<_> = all.iter().copied().filter(|name| given.contains(name)).collect();
        if some.is_empty() { all } else { some }
    };
    setup::build_tools()?;
    setup::browsers()?;
    build::sdk()?;
    run(cargo().args(["build", "--package", "assent-cli"]))?;
    let mut faults = Vec::new();
    for engine in chosen(crate::test::ENGINES.to_vec()) {
        for mode in chosen(MODES.iter().map(|it| it.0).collect()) {
            faults.extend(count(engine, mode, extent, bless)?);
        }
    }
    if faults.is_empty() { Ok(()) } else { bail!("{}", faults.join("\n")) }
}

/// Runs one engine in one mode and returns what is wrong, a line each.
fn count(engine: &str, mode: &str, extent: Extent, bless: bool) -> Result<Vec<String>> {
    setup::leakbench()?;
    let sdk = MODES.iter().find(|it| it.0 == mode).context("a mode of the table")?.1;
    step(&format!("leaks, {engine}, {mode} (two to eight minutes)"));
    bench(engine, "none", extent, "")?;
    let found = read(&bench(engine, sdk, extent, "")?)?;
    let text = fs::read_to_string(paths::at(KNOWN)).context(KNOWN)?;
    let mut known: DocumentMut = text.parse().context(KNOWN)?;
    if bless {
        acknowledge(&mut known, engine, mode, &found);
        fs::write(paths::at(KNOWN), known.to_string())?;
        return Ok(found.faults.into_iter().map(|fault| format!("{engine}, {mode}: {fault}")).collect());
    }
    let listed = listed(&known, engine, mode);
    let mut faults = told(&listed, found, extent);
    if !faults.is_empty() {
        // A browser that was late once is no fault. What is one shows again.
        let ids: BTreeSet<&str> = faults.iter().filter_map(|fault| id(fault)).collect();
        let ids = ids.into_iter().collect::<Vec<_>>().join(",");
        step(&format!("leaks, {engine}, {mode}: a second look at {ids}"));
        let again = told(&listed, read(&bench(engine, sdk, extent, &ids)?)?, extent);
        faults.retain(|fault| again.iter().any(|other| id(other) == id(fault)));
    }
    Ok(faults.into_iter().map(|fault| format!("{engine}, {mode}: {fault}")).collect())
}

/// What is wrong with what was found, as far as the extent lets it be told.
fn told(listed: &BTreeMap<&'static str, BTreeSet<String>>, mut found: Found, extent: Extent) -> Vec<String> {
    if extent.is_brief {
        // How soon something starts is a matter of the machine, too; whether it may, is not.
        found.not_alive.clear();
    }
    worse(listed, &found)
}

/// The vector that a fault names, by the bench's id.
fn id(fault: &str) -> Option<&str> {
    fault.split('`').nth(1).map(|name| name.trim_end_matches("/tagged"))
}

/// Runs the bench, whole or `only` some vectors, and returns the file with its results.
fn bench(engine: &str, sdk: &str, extent: Extent, only: &str) -> Result<PathBuf> {
    let results = paths::at("target/leakbench");
    run(command("node")
        .current_dir(paths::at("tests/leakbench"))
        .args(["run.mjs", "--sdk", sdk, "--engine", engine, "--part", extent.part])
        .args(extent.is_brief.then_some("--brief"))
        .args((!only.is_empty()).then_some(["--only", only]).into_iter().flatten())
        .arg("--results")
        .arg(&results)
        .env("ASSENT_SDK", paths::sdk())
        .env("ASSENT_CLI", paths::at("target/debug/assent"))
        .env("GECKODRIVER", paths::geckodriver()))?;
    Ok(results.join(format!("{}.{engine}.json", sdk.replace(':', "-"))))
}

/// Reads a file of results.
fn read(file: &PathBuf) -> Result<Found> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    sort(&serde_json::from_str(&text).with_context(|| file.display().to_string())?)
}

/// Sorts the results of a run by what is the matter.
fn sort(results: &Value) -> Result<Found> {
    let mut found = Found::default();
    for job in results["jobs"].as_array().context("results have jobs")? {
        let text = |key: &str| job[key].as_str().unwrap_or_default();
        let (purpose, tagged) = (text("purpose"), text("form") == "tagged");
        let name = format!("{}{}", text("id"), if tagged { "/tagged" } else { "" });
        let states = job["results"].as_object().context("a job has results")?;
        if !states.is_empty() {
            found.counted.insert(name.clone());
        }
        for trouble in ["crash", "actError", "sdkNotReady"] {
            if let Some(words) = states.get(trouble) {
                found.faults.insert(format!("`{name}` could not be counted: {trouble}: {words}"));
            }
        }
        for (state, result) in states.iter().filter(|(_, result)| result.is_object()) {
            let got = result["got"] == true;
            match grants(purpose, state) {
                true if !got && state == "live" => drop(found.not_alive.insert(name.clone())),
                true if !got => drop(found.faults.insert(format!("`{name}` is held in state `{state}`"))),
                false if got && (text("origin") == "parser" || result["flaky"] == true) => {
                    found.races.insert(name.clone());
                }
                false if got => drop(found.leaks.insert(name.clone())),
                _ => {}
            }
            // What ran on the page before it was taken back stays in its list.
            if !grants(purpose, state) && state != "withdraw-live" && result["exec"] == true {
                found.ran.insert(name.clone());
            }
        }
    }
    Ok(found)
}

/// Whether a purpose may reach its vendor in a state of the bench.
fn grants(purpose: &str, state: &str) -> bool {
    purpose == "essential"
        || matches!(state, "all" | "live")
        || (state == "analytics" && purpose == "analytics")
}

/// The lists by the names that they have in `known.toml`.
fn lists(found: &Found) -> [(&'static str, &BTreeSet<String>); 4] {
    [("leaks", &found.leaks), ("races", &found.races), ("ran", &found.ran), ("not_alive", &found.not_alive)]
}

fn listed(known: &DocumentMut, engine: &str, mode: &str) -> BTreeMap<&'static str, BTreeSet<String>> {
    let names = |kind: &str| {
        let list = known.get(engine).and_then(|it| it.get(mode)).and_then(|it| it.get(kind));
        let names = list.and_then(Item::as_array).into_iter().flatten();
        names.filter_map(|name| name.as_str().map(str::to_owned)).collect()
    };
    ["leaks", "races", "ran", "not_alive"].into_iter().map(|kind| (kind, names(kind))).collect()
}

/// What does not agree with the list: what is new, what no longer gets through, and what may never be.
fn worse(listed: &BTreeMap<&'static str, BTreeSet<String>>, found: &Found) -> Vec<String> {
    let mut faults: Vec<String> = found.faults.iter().cloned().collect();
    let known = |kind: &str| listed.get(kind).cloned().unwrap_or_default();
    let (leaks, races) = (known("leaks"), known("races"));
    for (kind, names) in lists(found) {
        let is_known = |name: &String| match kind {
            "leaks" | "races" => leaks.contains(name) || races.contains(name),
            _ => known(kind).contains(name),
        };
        let new = names.iter().filter(|name| !is_known(name));
        faults.extend(new.map(|name| format!("`{name}` is new under `{kind}`")));
    }
    let silent = leaks.intersection(&found.counted).filter(|name| {
        !found.leaks.contains(*name) && !found.races.contains(*name) && !races.contains(*name)
    });
    faults.extend(
        silent.map(|name| {
            format!("`{name}` no longer leaks: acknowledge it by `cargo xtask bench leak --bless`")
        }),
    );
    faults
}

fn acknowledge(known: &mut DocumentMut, engine: &str, mode: &str, found: &Found) {
    let engines = known.entry(engine).or_insert_with(|| {
        let mut table = Table::new();
        table.set_implicit(true);
        Item::Table(table)
    });
    let mut table = Table::new();
    for (kind, names) in lists(found) {
        let mut array = Array::new();
        for name in names {
            array.push_formatted(toml_edit::Value::from(name.as_str()).decorated("\n  ", ""));
        }
        if !array.is_empty() {
            array.set_trailing("\n");
            array.set_trailing_comma(true);
        }
        table.insert(kind, toml_edit::value(array));
    }
    if let Some(engines) = engines.as_table_mut() {
        engines.insert(mode, Item::Table(table));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn job(id: &str, purpose: &str, results: Value) -> Value {
        json!({"jobs": [{"id": id, "form": "untagged", "purpose": purpose, "results": results}]})
    }

    #[test]
    fn what_gets_through_without_a_grant_is_a_leak_and_what_a_grant_does_not_let_through_is_a_fault() {
        let leak = sort(&job("a", "marketing", json!({"analytics": {"got": true, "exec": true}}))).unwrap();
        assert_eq!((leak.leaks.len(), leak.ran.len(), leak.faults.len()), (1, 1, 0));
        let held =
            sort(&job("a", "marketing", json!({"all": {"got": false}, "none": {"got": false}}))).unwrap();
        assert_eq!((held.leaks.len(), held.faults.len()), (0, 1));
        let late = sort(&job("a", "marketing", json!({"live": {"got": false}}))).unwrap();
        assert_eq!((late.not_alive.len(), late.faults.len()), (1, 0));
    }

    #[test]
    fn an_essential_vector_may_never_be_held() {
        let found = sort(&job("ok", "essential", json!({"none": {"got": false}}))).unwrap();
        assert_eq!(found.faults.len(), 1);
    }

    #[test]
    fn a_run_that_could_not_be_counted_is_a_fault() {
        assert_eq!(sort(&job("a", "marketing", json!({"crash": "no answer"}))).unwrap().faults.len(), 1);
        assert!(sort(&json!({})).is_err());
    }

    #[test]
    fn what_is_acknowledged_is_no_fault_and_what_is_new_is() {
        let mut known = DocumentMut::new();
        let leak = |id| sort(&job(id, "marketing", json!({"none": {"got": true}}))).unwrap();
        acknowledge(&mut known, "chromium", "page", &leak("a"));
        let known: DocumentMut = known.to_string().parse().unwrap();
        let listed = listed(&known, "chromium", "page");
        assert!(worse(&listed, &leak("a")).is_empty());
        assert_eq!(worse(&listed, &leak("b")), ["`b` is new under `leaks`"]);
        assert_eq!(
            worse(&listed, &Found::default()),
            Vec::<String>::new(),
            "what was not counted says nothing"
        );
        let silent = sort(&job("a", "marketing", json!({"none": {"got": false}}))).unwrap();
        assert_eq!(worse(&listed, &silent).len(), 1, "a list that says too much is wrong, too");
    }

    #[test]
    fn a_fault_names_its_vector() {
        let found = sort(&job("a-b", "essential", json!({"none": {"got": false}}))).unwrap();
        let faults = worse(&BTreeMap::new(), &found);
        assert_eq!(faults.first().and_then(|fault| id(fault)), Some("a-b"));
        assert_eq!(id("`a-b/tagged` is new under `leaks`"), Some("a-b"));
    }

    #[test]
    fn what_the_parser_asks_for_may_get_through_or_not() {
        let race = |got: bool| {
            let jobs = json!({"jobs": [{"id": "a", "form": "untagged", "purpose": "marketing", "origin": "parser",
                "results": {"none": {"got": got}}}]});
            sort(&jobs).unwrap()
        };
        let mut known = DocumentMut::new();
        acknowledge(&mut known, "chromium", "page", &race(true));
        let listed = listed(&known, "chromium", "page");
        assert!(worse(&listed, &race(true)).is_empty() && worse(&listed, &race(false)).is_empty());
        assert_eq!(worse(&BTreeMap::new(), &race(true)).len(), 1);
    }
}
