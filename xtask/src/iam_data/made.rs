//! Reads, merges, compares with what there was, and writes.

use std::path::Path;

use super::{drift, encode, managed, merge, read, source};
use crate::Outcome;
use crate::process::{root, say};

/// Runs the task.
pub fn run(folder: &Path, accept_loss: bool) -> Outcome {
    let sources = read::read(folder)?;
    let data = root().join("crates/iam/data");
    let catalogue = merge::merge(&sources, &data.join("global-keys.tsv"))?;
    let packed = encode::encode(&catalogue)?;
    let policies = managed::encode(&sources.policies, &sources.policies_date)?;
    say(&drift::table(&catalogue));
    let lost = drift::lost(&catalogue, sources.policies.len());
    if !lost.is_empty() && !accept_loss {
        return Err(format!("more than 1 % is gone: {}; `--accept-loss` writes it", lost.join(", ")));
    }
    let summary = source::text(&sources, &catalogue, &packed, &policies)?;
    write(&data.join("catalogue.bin"), &packed)?;
    write(&data.join("managed.bin"), &policies)?;
    write(&data.join("SOURCE.md"), summary.as_bytes())?;
    say(&format!("catalogue {} bytes, managed policies {} bytes", packed.len(), policies.len()));
    Ok(())
}

fn write(file: &Path, bytes: &[u8]) -> Outcome {
    #[expect(clippy::disallowed_methods, reason = "a file of the repository, and not text")]
    std::fs::write(file, bytes).map_err(|e| format!("{}: {e}", file.display()))
}
