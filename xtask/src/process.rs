//! Running other programs: one line says what runs, an error repeats the whole command.

use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A command in the root of the repository. It writes straight to the terminal.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(crate::paths::root());
    command
}

/// The cargo that started us, so that one toolchain does everything.
pub fn cargo() -> Command {
    command(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

/// Runs to the end; anything but success is an error that names the command.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", shown(command)))?;
    if !status.success() {
        bail!("failed ({status}): {}", shown(command));
    }
    Ok(())
}

/// Runs to the end and returns what it printed. Its errors still reach the terminal.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    if !output.status.success() {
        bail!("failed ({}): {}", output.status, shown(command));
    }
    String::from_utf8(output.stdout).with_context(|| format!("not UTF-8: {}", shown(command)))
}

/// Says which step begins. Steps take seconds to minutes, and silence looks like a hang.
pub fn step(what: &str) {
    eprintln!("==> {what}");
}

/// Where a program lies on `PATH`, if it does.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// The command as one would type it.
pub fn shown(command: &Command) -> String {
    // The program by its name: on a terminal, PATH finds it, and a long folder hides the rest.
    let program = Path::new(command.get_program()).file_name().unwrap_or_else(|| command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

/// Waits until no other xtask of this tree installs or builds. Let go when the guard is dropped.
pub fn lock() -> Result<std::fs::File> {
    let folder = crate::paths::at("target");
    std::fs::create_dir_all(&folder)?;
    let file = std::fs::File::create(folder.join(".xtask.lock"))?;
    if file.try_lock().is_err() {
        step("waiting for another `cargo xtask` in this tree");
        file.lock()?;
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_shown_as_one_would_type_it() {
        assert_eq!(shown(Command::new("/somewhere/bin/cargo").args(["fmt", "--all"])), "cargo fmt --all");
    }

    #[test]
    fn a_failure_names_the_command() {
        let error = run(command("false").arg("x")).unwrap_err().to_string();
        assert!(error.contains("false x"), "{error}");
        assert!(output(&mut command("no-such-program")).unwrap_err().to_string().contains("no-such-program"));
    }
}
