//! `palisade.baseline.json`: findings that a team accepts for now, so that a scan tells what is new.

mod compare;
mod error;
mod read;
mod write;

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use palisade_diag::Finding;

pub use compare::{Compared, Looked, compare};
pub use error::BaselineError;
pub use read::read_baseline;
pub use write::write_baseline;

/// The name of the file, in the root of a scan.
pub const BASELINE: &str = "palisade.baseline.json";

/// The accepted findings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    /// In the order of the file.
    pub entries: Vec<Accepted>,
}

/// An accepted finding. It holds nothing of the text that it was found in.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Accepted {
    /// Root of its application; empty for a finding about a file of none.
    pub application: String,
    /// Node id, or root, path and keys.
    pub place: String,
    /// Rule name.
    pub rule: String,
    /// Hash of the evidence, 16 hexadecimal digits.
    pub evidence: String,
    /// Fingerprint.
    pub fingerprint: String,
    /// Day on which it was accepted, `YYYY-MM-DD`.
    pub since: String,
    /// How many equal findings.
    pub count: usize,
}

impl Accepted {
    /// A finding, accepted on a day.
    pub fn of(finding: &Finding, since: &str) -> Self {
        Self {
            application: finding.identity.application.clone(),
            place: finding.identity.place.clone(),
            rule: finding.rule.to_owned(),
            evidence: hash(&finding.identity.evidence),
            fingerprint: finding.fingerprint.clone(),
            since: since.to_owned(),
            count: 1,
        }
    }
}

/// Whether findings of a rule may be accepted at all. A secret in a file is not made better by accepting
/// it.
pub fn is_baselinable(rule: &str) -> bool {
    !(rule.starts_with("secrets-in-") || rule.starts_with("secrets-") && rule.contains("literal"))
}

/// What stands for evidence in the file.
fn hash(evidence: &str) -> String {
    Sha256::digest(evidence.as_bytes()).iter().take(8).fold(String::with_capacity(16), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
