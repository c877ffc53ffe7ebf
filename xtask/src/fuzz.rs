//! `cargo xtask fuzz [SECONDS]`: each fuzz target for a while, on the pinned stable toolchain.

use std::fs;
use std::path::Path;

use crate::process::{self, answers, cargo, root, say, target};
use crate::{Outcome, deny, oracles};

/// Which targets, and for how long.
#[derive(clap::Args)]
pub struct Arguments {
    /// Seconds for each target.
    #[arg(default_value_t = 60)]
    seconds: u64,
    /// Only this target.
    #[arg(long)]
    only: Option<String>,
}

impl Arguments {
    /// Every target, for so many seconds each.
    pub fn all(seconds: u64) -> Self {
        Self { seconds, only: None }
    }
}

/// Runs the task.
pub fn run(arguments: &Arguments) -> Outcome {
    if !answers("cargo", &["fuzz", "--version"]) {
        say("installing cargo-fuzz");
        deny::install("cargo-fuzz")?;
    }
    let targets = targets()?;
    if let Some(only) = arguments.only.as_ref().filter(|only| !targets.contains(only)) {
        return Err(format!("no fuzz target `{only}`: there are {}", targets.join(", ")));
    }
    for name in targets.iter().filter(|name| arguments.only.as_ref().is_none_or(|only| only == *name)) {
        say(&format!("fuzz {name}, {} s", arguments.seconds));
        // What is found grows in the build folder; only the seeds are kept with the source.
        let grown = target().join("fuzz-corpus").join(name);
        fs::create_dir_all(&grown).map_err(|e| format!("{}: {e}", grown.display()))?;
        let artifacts = target().join("fuzz-artifacts").join(name);
        fs::create_dir_all(&artifacts).map_err(|e| format!("{}: {e}", artifacts.display()))?;
        quietly(
            fuzz(&["run", "--sanitizer", "none", name])
                .arg(&grown)
                .arg(root().join("fuzz/seeds").join(name))
                .arg("--")
                .arg(format!("-max_total_time={}", arguments.seconds))
                .arg(format!("-artifact_prefix={}/", artifacts.display()))
                .args([
                    "-timeout=10",
                    "-rss_limit_mb=2048",
                    "-max_len=16384",
                    "-verbosity=0",
                    "-print_final_stats=1",
                ]),
        )?;
    }
    Ok(())
}

/// The engine is talkative: what it says is shown only where it found something.
fn quietly(command: &mut std::process::Command) -> Outcome {
    let out = command.output().map_err(|e| format!("cargo fuzz could not be started: {e}"))?;
    let said = String::from_utf8_lossy(&out.stderr);
    if !out.status.success() {
        eprintln!("{said}");
        return Err("a fuzz target failed: the input that did it is in target/fuzz-artifacts".to_owned());
    }
    for line in said.lines().filter(|line| line.contains("executed_units") || line.contains("peak_rss")) {
        println!("{line}");
    }
    Ok(())
}

fn targets() -> Result<Vec<String>, String> {
    let said = process::output(&mut fuzz(&["list"]))?;
    Ok(said.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect())
}

/// `cargo fuzz`; coverage needs an unstable flag, which the pinned compiler takes when told so.
fn fuzz(arguments: &[&str]) -> std::process::Command {
    let mut command = cargo();
    command
        .arg("fuzz")
        .args(arguments)
        .env("RUSTC_BOOTSTRAP", "1")
        // One thread and a folder in memory: more runs a second, and the same run twice.
        .env("RAYON_NUM_THREADS", "1")
        .envs(Path::new("/dev/shm").is_dir().then_some(("TMPDIR", "/dev/shm")))
        .env("CARGO_TARGET_DIR", oracles::folder().with_file_name("fuzz"));
    command
}
