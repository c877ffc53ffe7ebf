//! `cargo xtask deny`: licences, bans and sources. The advisory database needs the network and is
//! left to a run by hand.

use crate::Outcome;
use crate::process::{self, answers, cargo, say};

/// Runs the task.
pub fn run() -> Outcome {
    if !answers("cargo", &["deny", "--version"]) {
        say("installing cargo-deny");
        install("cargo-deny")?;
    }
    process::run(cargo().args(["deny", "--log-level", "warn", "check", "bans", "licenses", "sources"]))
}

/// Installs a tool as fast as it can be had: it is run once or twice, so it is not optimised.
pub fn install(tool: &str) -> Outcome {
    process::run(
        cargo()
            .args(["install", "--quiet", "--locked", tool])
            .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0")
            .env("CARGO_PROFILE_RELEASE_LTO", "off")
            .env("CARGO_PROFILE_RELEASE_DEBUG", "0")
            .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    )
}
