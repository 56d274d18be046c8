//! What this is: short names between a WASM module and its glue.
//!
//! wasm-bindgen names every import and export after what it is, with a hash. Hashes do not compress: each costs
//! about ten bytes on the wire, twice. wasm-opt renames them in the module and reports how; this module does the
//! same in the glue, and drops the glue of imports that the optimiser found unused.
//!
//! The glue is text of a known form (the version is pinned). Where it is not as expected, the build fails.

use anyhow::{Context, Result};
use serde_json::Value;

/// The module all imports come from after wasm-opt has renamed them.
const MODULE: &str = "a";
const OPEN: &str = "    const import0 = {\n        __proto__: null,\n";
const MIDDLE: &str = "    };\n    return {\n        __proto__: null,\n";
const CLOSE: &str = "    };\n}\n";

struct Import {
    module: String,
    name: String,
    short: String,
}

/// Renames in `glue` what wasm-opt's `report` says it renamed in the module.
pub fn shorten(glue: &str, report: &str) -> Result<String> {
    let report: Value = serde_json::from_str(report).context("wasm-opt's report is not JSON")?;
    let imports = imports(&report)?;
    let (head, rest) = glue.split_once(OPEN).context("no import table in the glue")?;
    let (table, rest) = rest.split_once(MIDDLE).context("the import table does not end as expected")?;
    let (modules, tail) = rest.split_once(CLOSE).context("the import modules do not end as expected")?;

    let mut short = String::new();
    let own = entries(table);
    for import in &imports {
        if let Some((_, code)) = own.iter().find(|(name, _)| *name == import.name) {
            short.push_str(&format!("{}: {code}", import.short));
        } else {
            // An import that needs no translation is taken from its JS module directly.
            let object = modules
                .lines()
                .find_map(|line| line.trim().strip_prefix(&format!("\"{}\": ", import.module)))
                .with_context(|| format!("the glue does not know the import `{}`", import.name))?;
            short.push_str(&format!("{}: {}.{},\n", import.short, object.trim_end_matches(','), import.name));
        }
    }
    let glue = format!(
        "{head}    const import0 = {{\n{short}    }};\n    return {{ \"{MODULE}\": import0 }};\n}}\n{tail}"
    );
    Ok(rename_exports(&glue, &exports(&report)?))
}

fn imports(report: &Value) -> Result<Vec<Import>> {
    let rows = report.get("imports").and_then(Value::as_array).context("no imports in the report")?;
    let import = |row: &Value| {
        let cell = |at: usize| row.get(at).and_then(Value::as_str).map(str::to_string);
        Some(Import { module: cell(0)?, name: cell(1)?, short: cell(2)? })
    };
    rows.iter().map(|row| import(row).context("an import of another form")).collect()
}

fn exports(report: &Value) -> Result<Vec<(String, String)>> {
    let rows = report.get("exports").and_then(Value::as_array).context("no exports in the report")?;
    let export = |row: &Value| {
        let cell = |at: usize| row.get(at).and_then(Value::as_str).map(str::to_string);
        Some((cell(0)?, cell(1)?))
    };
    rows.iter().map(|row| export(row).context("an export of another form")).collect()
}

/// The entries of the import table: name and code (with the trailing comma and line end).
fn entries(table: &str) -> Vec<(&str, String)> {
    let mut entries: Vec<(&str, String)> = Vec::new();
    for line in table.lines() {
        let start = line.strip_prefix("        ").filter(|rest| !rest.starts_with([' ', '}']));
        match start.and_then(|rest| rest.split_once(": ")) {
            Some((name, code)) => entries.push((name, format!("{code}\n"))),
            None => {
                if let Some((_, code)) = entries.last_mut() {
                    code.push_str(line);
                    code.push('\n');
                }
            }
        }
    }
    entries
}

/// Renames `wasm.<export>`. Longer names first is not needed: a name ends where an identifier ends.
fn rename_exports(glue: &str, exports: &[(String, String)]) -> String {
    let mut out = String::with_capacity(glue.len());
    for (at, part) in glue.split("wasm.").enumerate() {
        if at == 0 {
            out.push_str(part);
            continue;
        }
        let end = part.find(|char: char| !char.is_ascii_alphanumeric() && char != '_' && char != '$');
        let (name, rest) = part.split_at(end.unwrap_or(part.len()));
        let short = exports.iter().find(|(long, _)| long == name).map_or(name, |(_, short)| short);
        out.push_str("wasm.");
        out.push_str(short);
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const GLUE: &str = "function __wbg_get_imports() {
    const import0 = {
        __proto__: null,
        __wbg_dead_01: function() {
            throw 1;
        },
        __wbg_host_02: function() { return handleError(function (arg0) {
            const ptr = f(wasm.__malloc, wasm.__malloc_more);
        }, arguments); },
    };
    return {
        __proto__: null,
        \"./glue.js\": import0,
        \"./plain.js\": import1,
    };
}
wasm.memory.buffer;
";
    const REPORT: &str = r#"{"imports": [["./glue.js", "__wbg_host_02", "a"], ["./plain.js", "now", "b"]],
        "exports": [["memory", "c"], ["__malloc", "d"]]}"#;

    #[test]
    fn used_imports_get_short_names_and_unused_ones_go() {
        let short = shorten(GLUE, REPORT).unwrap();
        assert_eq!(
            short,
            "function __wbg_get_imports() {
    const import0 = {
a: function() { return handleError(function (arg0) {
            const ptr = f(wasm.d, wasm.__malloc_more);
        }, arguments); },
b: import1.now,
    };
    return { \"a\": import0 };
}
wasm.c.buffer;
"
        );
    }

    #[test]
    fn an_import_the_glue_does_not_know_is_an_error() {
        let report = REPORT.replace("__wbg_host_02", "__wbg_other_03").replace("./glue.js", "./gone.js");
        assert!(shorten(GLUE, &report).is_err());
    }
}
