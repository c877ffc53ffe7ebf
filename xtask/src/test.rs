//! `cargo xtask test`: the oracles, then every test; the runner's closing line stands last.

use crate::process::{self, answers, cargo, say};
use crate::{Outcome, oracles};

/// What is passed on.
#[derive(clap::Args, Default)]
pub struct Arguments {
    /// Leaves the differential tests out, and installs nothing.
    #[arg(long)]
    no_oracles: bool,
    /// Arguments for the runner, after `--`.
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Runs the task.
pub fn run(arguments: &Arguments) -> Outcome {
    let mut environment = Vec::new();
    if arguments.no_oracles {
        say("the differential tests are left out");
    } else {
        oracles::install()?;
        environment.push(("PALISADE_ORACLES", oracles::folder()));
        environment.extend(oracles::browser().map(|b| ("PALISADE_BROWSER", b.into())));
    }
    if arguments.rest.is_empty() {
        process::run(cargo().args(["test", "--workspace", "--doc", "--quiet"]).envs(environment.clone()))?;
    }
    let mut runner = cargo();
    if answers("cargo", &["nextest", "--version"]) {
        runner.args(["nextest", "run", "--workspace", "--no-fail-fast"]);
    } else {
        say("cargo-nextest is not installed: cargo test runs the tests");
        runner.args(["test", "--workspace", "--all-targets", "--no-fail-fast"]);
    }
    process::run(runner.args(&arguments.rest).envs(environment))
}
