//! What this is: what each artefact weighs on the wire, held against `size-budget.toml`.
//!
//! The numbers there are exact: a change in either direction must be acknowledged in the commit that makes it. The
//! ceilings are promises and are changed by hand only. A goal is what the design asks for where that is not reached yet;
//! it is told at every run, so that nobody forgets it.

use crate::{build, paths, setup};
use anyhow::{Context, Result, bail};
use std::fs;
use std::io::Write;
use toml_edit::{DocumentMut, value};

/// The file with the numbers.
pub const BUDGET: &str = "size-budget.toml";

/// What a page pays together: name and files.
const PARTS: &[(&str, &[&str])] = &[
    ("gate", &["assent.js"]),
    ("notice", &["assent-notice.js", "assent-notice.wasm", "locales/en.json"]),
    ("embeds", &["assent-embeds.js", "locales/embeds-en.json"]),
    ("dialects", &["assent-dialects.js"]),
    ("report", &["assent-report.js"]),
    ("import", &["assent-import.js", "assent-import.wasm"]),
    ("adapters", &["assent-adapters.js"]),
    ("replay", &["assent-replay.js"]),
    ("answers", &["assent-answers.js"]),
    ("rehearse", &["assent-rehearse.js"]),
    ("worker", &["assent-sw.js"]),
    ("record", &["assent-record.js", "assent-record.wasm"]),
    ("choices", &["assent-choices.js", "locales/records-en.json"]),
    ("ed25519", &["assent-ed25519.js", "assent-ed25519.wasm"]),
    ("iab", &["assent-iab.js", "assent-iab.wasm"]),
    ("tcf", &["assent-tcf.js", "locales/tcf-en.json"]),
    ("preferences", &["locales/vendors.json"]),
];

/// One measured part.
pub struct Size {
    pub name: &'static str,
    pub files: &'static [&'static str],
    pub raw: usize,
    pub gzip: usize,
    pub brotli: usize,
}

/// `cargo xtask size`
pub fn command_line(_: &[String]) -> Result<()> {
    setup::build_tools()?;
    build::sdk()?;
    enforce()
}

/// Prints what the built SDK weighs; an error if that is not what the budget says.
pub fn enforce() -> Result<()> {
    let sizes = measure()?;
    print!("{}", table(&sizes));
    let budget = budget()?;
    for line in missed(&sizes, &budget) {
        println!("{line}");
    }
    let faults = compare(&sizes, &budget)?;
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(())
}

/// Measures the built SDK. Each file is compressed alone, as a server does.
pub fn measure() -> Result<Vec<Size>> {
    let mut sizes = Vec::new();
    for (name, files) in PARTS {
        let mut size = Size { name, files, raw: 0, gzip: 0, brotli: 0 };
        for file in *files {
            let bytes = fs::read(paths::sdk().join(file)).with_context(|| format!("target/sdk/{file}"))?;
            size.raw += bytes.len();
            size.gzip += gzip(&bytes)?;
            size.brotli += brotli(&bytes)?;
        }
        sizes.push(size);
    }
    Ok(sizes)
}

/// The sizes as a Markdown table, for the terminal and for the README.
pub fn table(sizes: &[Size]) -> String {
    let mut out = String::from("| part | files | raw | gzip 9 | brotli 11 |\n|---|---|---:|---:|---:|\n");
    for size in sizes {
        let files: Vec<String> = size.files.iter().map(|file| format!("`{file}`")).collect();
        let (raw, gzip, brotli) = (grouped(size.raw), grouped(size.gzip), grouped(size.brotli));
        out.push_str(&format!("| {} | {} | {raw} | {gzip} | {brotli} |\n", size.name, files.join(", ")));
    }
    out
}

/// The budget file.
pub fn budget() -> Result<DocumentMut> {
    fs::read_to_string(paths::at(BUDGET)).context(BUDGET)?.parse().context(BUDGET)
}

/// What differs from the budget, a line each.
fn compare(sizes: &[Size], budget: &DocumentMut) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for size in sizes {
        let (exact, ceiling) = (number(budget, size.name, "bytes")?, number(budget, size.name, "ceiling")?);
        if size.brotli > ceiling {
            faults.push(format!(
                "{}: {} bytes are over the ceiling of {} (a promise: make it smaller)",
                size.name,
                grouped(size.brotli),
                grouped(ceiling)
            ));
        }
        if size.brotli != exact {
            let way = if size.brotli > exact { "grew" } else { "shrank, congratulations" };
            let by = size.brotli.abs_diff(exact);
            faults.push(format!(
                "{}: {way} by {by}; in {BUDGET} under [{}] write `bytes = {}`, or run `cargo xtask bless`",
                size.name, size.name, size.brotli
            ));
        }
    }
    Ok(faults)
}

/// The goals that are not reached, a line each.
fn missed(sizes: &[Size], budget: &DocumentMut) -> Vec<String> {
    let over = |size: &Size| {
        let goal = number(budget, size.name, "goal").ok()?;
        let by = size.brotli.checked_sub(goal).filter(|by| *by > 0)?;
        Some(format!("{}: {} over its goal of {}", size.name, grouped(by), grouped(goal)))
    };
    sizes.iter().filter_map(over).collect()
}

/// Writes the measured numbers into the budget, and nothing else.
pub fn acknowledge(sizes: &[Size], budget: &mut DocumentMut) -> Result<()> {
    for size in sizes {
        let item = budget.get_mut(size.name).and_then(|part| part.get_mut("bytes"));
        *item.with_context(|| format!("{BUDGET} has no [{}] bytes", size.name))? =
            value(i64::try_from(size.brotli)?);
    }
    Ok(())
}

fn number(budget: &DocumentMut, part: &str, key: &str) -> Result<usize> {
    let item = budget.get(part).and_then(|part| part.get(key)).and_then(|item| item.as_integer());
    let number = item.with_context(|| format!("{BUDGET} has no [{part}] {key}"))?;
    usize::try_from(number).with_context(|| format!("{BUDGET}: [{part}] {key}"))
}

fn brotli(bytes: &[u8]) -> Result<usize> {
    let mut out = Vec::new();
    // The largest window that every client must understand.
    let mut writer = brotli::CompressorWriter::new(&mut out, 4096, 11, 22);
    writer.write_all(bytes)?;
    drop(writer);
    Ok(out.len())
}

fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

/// 13800 as `13,800`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(brotli: usize) -> Vec<Size> {
        vec![Size { name: "gate", files: &["assent.js"], raw: 40_000, gzip: 12_345, brotli }]
    }

    fn document() -> DocumentMut {
        "# why\n[gate]\nbytes = 100 # now\nceiling = 120\n".parse().unwrap()
    }

    #[test]
    fn any_deviation_tells_the_line_to_write() {
        assert!(compare(&gate(100), &document()).unwrap().is_empty());
        assert!(compare(&gate(99), &document()).unwrap().concat().contains("`bytes = 99`"));
        let over = compare(&gate(121), &document()).unwrap();
        assert!(over.concat().contains("ceiling of 120") && over.concat().contains("`bytes = 121`"));
    }

    #[test]
    fn acknowledging_changes_the_number_and_nothing_else() {
        let mut budget = document();
        acknowledge(&gate(99), &mut budget).unwrap();
        assert_eq!(
            budget.to_string().replace("bytes = 99", "bytes = 100 # now").trim(),
            document().to_string().trim()
        );
    }

    #[test]
    fn a_missed_goal_is_told_and_a_reached_one_is_not() {
        let budget: DocumentMut = "[gate]\nbytes = 100\nceiling = 120\ngoal = 90\n".parse().unwrap();
        assert_eq!(missed(&gate(100), &budget), ["gate: 10 over its goal of 90"]);
        assert!(missed(&gate(90), &budget).is_empty());
        assert!(missed(&gate(100), &document()).is_empty());
    }

    #[test]
    fn a_part_without_a_budget_is_an_error() {
        assert!(compare(&gate(1), &"[other]\nbytes = 1\n".parse().unwrap()).is_err());
    }

    #[test]
    fn the_table_groups_its_digits() {
        assert!(table(&gate(999)).contains("| gate | `assent.js` | 40,000 | 12,345 | 999 |"));
        assert_eq!(grouped(1_234_567), "1,234,567");
    }

    #[test]
    fn compression_is_complete() {
        let bytes = b"abc".repeat(1000);
        let mut packed = Vec::new();
        let mut writer = brotli::CompressorWriter::new(&mut packed, 4096, 11, 22);
        writer.write_all(&bytes).unwrap();
        drop(writer);
        let mut unpacked = Vec::new();
        brotli::BrotliDecompress(&mut packed.as_slice(), &mut unpacked).unwrap();
        assert_eq!(unpacked, bytes);
        assert!(brotli(&bytes).unwrap() < 60 && gzip(&bytes).unwrap() < 60);
    }
}
