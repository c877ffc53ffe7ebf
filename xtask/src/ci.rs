//! `cargo xtask ci`: everything that has to be clean before a change lands.

use crate::process::{self, cargo, say};
use crate::{Outcome, deny, fences, fuzz, test};

/// How long the fuzz targets run.
#[derive(clap::Args)]
pub struct Arguments {
    /// Seconds for each fuzz target; 0 leaves them out.
    #[arg(long, default_value_t = 10)]
    fuzz: u64,
    /// Runs everything but the tests.
    #[arg(long)]
    no_tests: bool,
}

/// Runs the task.
pub fn run(arguments: &Arguments) -> Outcome {
    say("format");
    process::run(cargo().args(["fmt", "--all", "--check"]))?;
    say("fences");
    fences::run()?;
    say("clippy");
    process::run(cargo().args([
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))?;
    say("documentation");
    process::run(
        cargo()
            .args(["doc", "--quiet", "--workspace", "--no-deps", "--document-private-items"])
            .env("RUSTDOCFLAGS", "-D warnings"),
    )?;
    say("licences, bans, sources");
    deny::run()?;
    if arguments.fuzz > 0 {
        say("fuzz");
        fuzz::run(&fuzz::Arguments::all(arguments.fuzz))?;
    }
    if arguments.no_tests {
        return Ok(());
    }
    say("tests");
    test::run(&test::Arguments::default())
}
