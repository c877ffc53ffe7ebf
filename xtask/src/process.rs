//! Other programs, run from the root of the repository.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Outcome;

/// The root of the repository.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// The folder that cargo builds into.
pub fn target() -> PathBuf {
    #[expect(clippy::disallowed_methods, reason = "cargo itself is told by this variable")]
    let chosen = std::env::var_os("CARGO_TARGET_DIR");
    chosen.map_or_else(|| root().join("target"), PathBuf::from)
}

/// A program that is started in the root of the repository.
pub fn command(program: impl AsRef<std::ffi::OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// The cargo that runs this task.
pub fn cargo() -> Command {
    command("cargo")
}

/// Runs to the end, its output shown; an error if it fails.
pub fn run(command: &mut Command) -> Outcome {
    let shown = shown(command);
    let status = command.status().map_err(|e| format!("`{shown}` could not be started: {e}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{shown}` failed ({status})")) }
}

/// Runs to the end and answers what it wrote to standard output; an error if it fails.
pub fn output(command: &mut Command) -> Result<String, String> {
    let shown = shown(command);
    let out = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|e| format!("`{shown}` could not be started: {e}"))?;
    if out.status.success() {
        Ok(String::from_utf8_lossy(&out.stdout).into_owned())
    } else {
        Err(format!("`{shown}` failed ({})", out.status))
    }
}

/// Whether a program is there and answers to the arguments.
pub fn answers(program: &str, arguments: &[&str]) -> bool {
    command(program)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Says what is about to happen.
pub fn say(line: &str) {
    println!("== {line}");
}

fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().take(6).map(|a| a.to_string_lossy().into_owned()));
    words.join(" ")
}
