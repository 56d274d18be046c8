//! Who may know whom: the arrows of ARCHITECTURE.md as tables.

use super::{File, code};
use toml_edit::{DocumentMut, Item};

/// Each crate of ours and those of ours it may depend on. A new crate gets a row here, and thought.
const MAY_DEPEND_ON: &[(&str, &[&str])] = &[
    ("assent-core", &[]),
    ("assent", &["assent-core", "assent-corpus", "assent-stage"]),
    ("assent-corpus", &["assent-core"]),
    ("assent-stage", &["assent-core", "assent-server"]),
    ("assent-fuzz", &["assent-core"]),
    ("assent-load", &["assent-core", "assent-server"]),
    ("assent-server", &["assent-core"]),
    ("assent-cli", &["assent-core", "assent-server"]),
    ("xtask", &["assent-core", "assent-corpus", "assent-stage", "assent-server", "assent-cli"]),
];

/// What code below a folder must not name. The list ends with what is meant by it.
const MUST_NOT_NAME: &[(&str, &[&str], &str)] = &[
    ("crates/", &["web_sys", "js_sys"], "only src/ touches the browser"),
    ("tests/", &["web_sys", "js_sys"], "only src/ touches the browser"),
    (
        "src/gate/",
        &["format!(", "write!(", ".to_string()"],
        "formatting is taken out of lean artefacts (snip.rs)",
    ),
    (
        "src/iab/",
        &["format!(", "write!(", ".to_string()"],
        "formatting is taken out of lean artefacts (snip.rs)",
    ),
    (
        "src/import/",
        &["format!(", "write!(", ".to_string()"],
        "formatting is taken out of lean artefacts (snip.rs)",
    ),
    (
        "src/notice/",
        &["format!(", "write!(", ".to_string()"],
        "formatting is taken out of lean artefacts (snip.rs)",
    ),
    (
        "crates/core/src/",
        &[
            "wasm_bindgen",
            "std::time",
            "std::fs",
            "std::net",
            "std::env",
            "std::io",
            "std::process",
            "std::thread",
        ],
        "facts are handed to the core",
    ),
];

/// Rooms of `src/`. None names another.
const ROOMS: &[&str] = &[
    "gate", "notice", "embeds", "dialects", "adapters", "replay", "answers", "rehearse", "report", "import",
    "diagnose", "record", "iab",
];

/// Dependencies in manifests.
pub fn dependencies(files: &[File]) -> Vec<String> {
    let mut faults = Vec::new();
    for (file, manifest) in manifests(files) {
        let Some(name) = text(&manifest, "package", "name") else { continue };
        let Some((_, allowed)) = MAY_DEPEND_ON.iter().find(|(krate, _)| *krate == name) else {
            faults.push(format!("{}: `{name}` has no row in xtask/src/tidy/arrows.rs", file.path));
            continue;
        };
        for dependency in depended_on(&manifest) {
            let ours = MAY_DEPEND_ON.iter().any(|(krate, _)| *krate == dependency);
            if ours && !allowed.contains(&dependency.as_str()) {
                faults.push(format!("{}: `{name}` must not depend on `{dependency}`", file.path));
            }
        }
    }
    faults
}

/// Names in code.
pub fn names(files: &[File]) -> Vec<String> {
    let mut faults = Vec::new();
    for (folder, names, why) in MUST_NOT_NAME {
        for file in files.iter().filter(|file| file.path.starts_with(folder) && file.is(&["rs"])) {
            for (number, line) in code(file, files) {
                for name in names.iter().filter(|name| line.contains(**name)) {
                    faults.push(format!("{}:{number}: names `{name}`; {why}", file.path));
                }
            }
        }
    }
    faults
}

/// Paths between the rooms of `src/`.
pub fn rooms(files: &[File]) -> Vec<String> {
    let mut faults = Vec::new();
    for file in files.iter().filter(|file| file.is(&["rs", "js"])) {
        let own = file.path.strip_prefix("src/").and_then(|path| path.split(['/', '.']).next());
        let Some(own) = own.filter(|own| ROOMS.contains(own)) else { continue };
        for (number, line) in code(file, files) {
            for other in ROOMS.iter().filter(|room| **room != own) {
                let paths = [format!("crate::{other}"), format!("super::{other}::"), format!("../{other}/")];
                if paths.iter().any(|path| line.contains(path)) {
                    let place = format!("{}:{number}", file.path);
                    faults
                        .push(format!("{place}: the {own} names the {other}; let the gate's ports carry it"));
                }
            }
        }
    }
    faults
}

/// `[lints] workspace = true`.
pub fn lints(files: &[File]) -> Vec<String> {
    manifests(files)
        .filter(|(_, manifest)| text(manifest, "package", "name").is_some())
        .filter(|(_, manifest)| {
            manifest.get("lints").and_then(|lints| lints.get("workspace")).and_then(Item::as_bool)
                != Some(true)
        })
        .map(|(file, _)| format!("{}: add `[lints]` with `workspace = true`", file.path))
        .collect()
}

fn manifests(files: &[File]) -> impl Iterator<Item = (&File, DocumentMut)> {
    let manifests =
        files.iter().filter(|file| file.path == "Cargo.toml" || file.path.ends_with("/Cargo.toml"));
    // One that cannot be read stops cargo long before this.
    manifests.filter_map(|file| Some((file, file.text.parse().ok()?)))
}

fn text(manifest: &DocumentMut, table: &str, key: &str) -> Option<String> {
    Some(manifest.get(table)?.get(key)?.as_str()?.to_string())
}

/// The dependencies of all kinds, also those for one target only.
fn depended_on(manifest: &DocumentMut) -> Vec<String> {
    let mut found = Vec::new();
    collect(manifest.as_item(), &mut found);
    found
}

fn collect(item: &Item, found: &mut Vec<String>) {
    let Some(table) = item.as_table_like() else { return };
    for (key, value) in table.iter() {
        if matches!(key, "dependencies" | "dev-dependencies" | "build-dependencies") {
            found.extend(
                value.as_table_like().into_iter().flat_map(|table| table.iter()).map(|(name, _)| name.into()),
            );
        } else if matches!(key, "target") || key.starts_with("cfg(") || key.contains("unknown") {
            collect(value, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::file;

    #[test]
    fn an_arrow_against_the_table_is_told() {
        let bad = file(
            "crates/core/Cargo.toml",
            "[package]\nname = \"assent-core\"\n[dependencies]\nassent-stage = {}\n",
        );
        assert_eq!(
            dependencies(&[bad]),
            ["crates/core/Cargo.toml: `assent-core` must not depend on `assent-stage`"]
        );
        let target = "[package]\nname = \"assent-core\"\n[target.'cfg(unix)'.dev-dependencies]\nxtask.workspace = true\n";
        assert_eq!(dependencies(&[file("Cargo.toml", target)]).len(), 1);
        let good = file(
            "Cargo.toml",
            "[package]\nname = \"assent\"\n[dependencies]\nassent-core = {}\nserde = \"1\"\n",
        );
        assert!(dependencies(&[good]).is_empty());
        let unknown = file("crates/new/Cargo.toml", "[package]\nname = \"assent-new\"\n");
        assert_eq!(dependencies(&[unknown]).len(), 1);
    }

    #[test]
    fn the_core_names_no_browser_and_no_clock() {
        let text = "//! No web_sys here.\nuse std::time::Instant;\nfn f() { web_sys::window() }\n";
        let faults = names(&[file("crates/core/src/a.rs", text), file("src/gate/mod.rs", text)]);
        assert_eq!(faults.len(), 2, "{faults:?}");
    }

    #[test]
    fn rooms_do_not_name_each_other() {
        let rust = file("src/gate/mod.rs", "use crate::notice::open; // crate::iab\nuse crate::lean;\n");
        let script = file("src/notice/entry.js", "import x from '../gate/api.js';\n");
        let own = file("src/gate/api.rs", "use crate::gate::api;\n");
        assert_eq!(rooms(&[rust, script, own]).len(), 2);
    }

    #[test]
    fn a_crate_without_the_lints_is_told() {
        let without = file("a/Cargo.toml", "[package]\nname = \"a\"\n");
        let with = file("b/Cargo.toml", "[package]\nname = \"b\"\n[lints]\nworkspace = true\n");
        assert_eq!(lints(&[without, with]).len(), 1);
    }
}
