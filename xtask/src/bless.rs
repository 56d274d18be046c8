//! What this is: acknowledging a change. The numbers and hashes that `check` and `size` compare with are written anew.

use crate::tidy::surface::{self, LOCK, LOG, SURFACE};
use crate::{build, paths, setup, size};
use anyhow::{Context, Result, anyhow};
use std::fs;

const README: &str = "README.md";
const BEGIN: &str = "<!-- sizes -->";
const END: &str = "<!-- /sizes -->";

/// `cargo xtask bless`
pub fn command_line(_: &[String]) -> Result<()> {
    setup::build_tools()?;
    build::sdk()?;
    let sizes = size::measure()?;
    let table = size::table(&sizes);
    print!("{table}");
    let mut budget = size::budget()?;
    size::acknowledge(&sizes, &mut budget)?;
    write(size::BUDGET, &budget.to_string())?;
    write(README, &between_marks(&read(README)?, &table)?)?;
    let lock = fs::read_to_string(paths::at(LOCK)).unwrap_or_default();
    let surface = SURFACE.into_iter().map(read).collect::<Result<String>>()?;
    let renewed = surface::renewed(&surface, &read(LOG)?, &lock).map_err(|fault| anyhow!(fault))?;
    write(LOCK, &renewed)
}

fn between_marks(readme: &str, table: &str) -> Result<String> {
    let (before, rest) = readme.split_once(BEGIN).with_context(|| format!("{README} has no `{BEGIN}`"))?;
    let (_, after) = rest.split_once(END).with_context(|| format!("{README} has no `{END}`"))?;
    Ok(format!("{before}{BEGIN}\n{table}{END}{after}"))
}

fn read(path: &str) -> Result<String> {
    fs::read_to_string(paths::at(path)).with_context(|| path.to_string())
}

fn write(path: &str, text: &str) -> Result<()> {
    if fs::read_to_string(paths::at(path)).is_ok_and(|kept| kept == text) {
        return Ok(());
    }
    println!("{path} renewed");
    fs::write(paths::at(path), text).with_context(|| path.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_marks_changes() {
        let readme = "a\n<!-- sizes -->\nold\n<!-- /sizes -->\nb\n";
        assert_eq!(
            between_marks(readme, "| new |\n").unwrap(),
            "a\n<!-- sizes -->\n| new |\n<!-- /sizes -->\nb\n"
        );
        assert!(between_marks("no marks", "").is_err());
    }
}
