use std::fmt::Write as _;

use palisade_source::Position;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// How bad it is, worst last, so that `max` is the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; never fails a build by default.
    Info,
    /// Good practice whose absence makes an incident worse or harder to see.
    Low,
    /// Weakens a defence that is otherwise relied upon, or widens the blast radius.
    Medium,
    /// One further ordinary step is needed, or the exposure is public but limited.
    High,
    /// An outsider gets control of data, credentials or the account by this alone.
    Critical,
}

impl Severity {
    /// The word in all outputs.
    pub fn word(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Low => "low",
            Severity::Medium => "medium",
            Severity::High => "high",
            Severity::Critical => "critical",
        }
    }

    /// All, worst first.
    pub const ALL: [Severity; 5] =
        [Severity::Critical, Severity::High, Severity::Medium, Severity::Low, Severity::Info];

    /// From its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.word() == word)
    }
}

/// How sure it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// By name heuristics.
    Low,
    /// The known part decides, or it holds in some stages or conditions only.
    Medium,
    /// Every value asked is known.
    High,
}

impl Confidence {
    /// The word in all outputs.
    pub fn word(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }

    /// From its word.
    pub fn parse(word: &str) -> Option<Self> {
        [Confidence::Low, Confidence::Medium, Confidence::High].into_iter().find(|c| c.word() == word)
    }
}

/// Who sees it; each sees what the ones before see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Persona {
    /// Somebody who wants to fix what is dangerous.
    Regular,
    /// A team that wants good posture.
    Pedantic,
    /// Somebody who must tick every box of a benchmark.
    Auditor,
}

impl Persona {
    /// The word in all outputs.
    pub fn word(self) -> &'static str {
        match self {
            Persona::Regular => "regular",
            Persona::Pedantic => "pedantic",
            Persona::Auditor => "auditor",
        }
    }

    /// From its word.
    pub fn parse(word: &str) -> Option<Self> {
        [Persona::Regular, Persona::Pedantic, Persona::Auditor].into_iter().find(|p| p.word() == word)
    }
}

/// A place with words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Label {
    /// Path relative to the scan root, with `/`.
    pub path: String,
    /// First character.
    pub start: Position,
    /// One past the last character.
    pub end: Position,
    /// What is to be seen there.
    pub text: String,
    /// Whether this is the place to edit.
    pub primary: bool,
}

/// Whether a fix can change behaviour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// Behaviour seen by legitimate callers does not change.
    Safe,
    /// Somebody must look.
    Unsafe,
}

/// A replacement of a byte range.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FixEdit {
    /// Path relative to the scan root.
    pub path: String,
    /// First byte replaced.
    pub start: u32,
    /// One past the last byte replaced.
    pub end: u32,
    /// What stands there afterwards.
    pub replacement: String,
}

/// A change of the text that removes the finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// What it does, in the imperative.
    pub title: String,
    /// Whether it can change behaviour.
    pub safety: Safety,
    /// The splices.
    pub edits: Vec<FixEdit>,
}

/// The resource a finding is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Resource {
    /// Logical id in the deployed template.
    pub logical_id: String,
    /// CloudFormation type.
    #[serde(rename = "type")]
    pub ty: String,
    /// Terraform address, empty elsewhere.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address: String,
}

/// Identifiers of other catalogues that mean the same fault.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct References {
    /// CWE numbers.
    pub cwe: &'static [u16],
    /// OWASP Serverless Top 10 (`S5`) and Serverless Application Security (`SAS-04`).
    pub owasp_serverless: &'static [&'static str],
    /// Checkov ids.
    pub checkov: &'static [&'static str],
    /// AWS Security Hub controls.
    pub aws: &'static [&'static str],
    /// MITRE ATT&CK techniques.
    pub attack: &'static [&'static str],
    /// STRIDE letters.
    pub stride: &'static [&'static str],
    /// Ids of further tools: cfn-nag, Trivy, cdk-nag, Prowler, cfn-lint.
    #[serde(skip)]
    pub others: &'static [&'static str],
}

impl References {
    /// No references.
    pub const NONE: References = References {
        cwe: &[],
        owasp_serverless: &[],
        checkov: &[],
        aws: &[],
        attack: &[],
        stride: &[],
        others: &[],
    };
}

/// What makes a finding the same in another scan.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Identity {
    /// Root of its application; empty for a finding about a file of none.
    pub application: String,
    /// Node id; for a value written once for several nodes `root#path:keys`, for a file `root#path`.
    pub place: String,
    /// What of it is wrong, normalised: no line, no layout.
    pub evidence: String,
}

impl Identity {
    /// The fingerprint of a finding of a rule.
    pub fn fingerprint(&self, rule: &str) -> String {
        fingerprint(rule, &self.place, &self.evidence)
    }
}

/// Something wrong: what, where, why it matters here, and how to fix it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Rule name.
    pub rule: &'static str,
    /// How bad.
    pub severity: Severity,
    /// How sure.
    pub confidence: Confidence,
    /// Who sees it.
    pub persona: Persona,
    /// What is wrong, one line, with the names of this application.
    pub message: String,
    /// How to fix it.
    pub help: String,
    /// Id of the node; `None` for a finding about a file.
    pub node: Option<String>,
    /// All nodes it holds for, in id order.
    pub affected: Vec<String>,
    /// The resource.
    pub resource: Option<Resource>,
    /// Places, the primary one first, the others along the way the value took.
    pub labels: Vec<Label>,
    /// Indexes of labels in attack order; empty where there is no attack path.
    pub steps: Vec<usize>,
    /// Changes that remove it.
    pub fixes: Vec<Fix>,
    /// Other catalogues.
    pub references: References,
    /// Stable across reformatting: rule, node id (or key path) and normalised evidence.
    pub fingerprint: String,
    /// What the fingerprint is made of, for whoever compares scans.
    #[serde(skip)]
    pub identity: Identity,
    /// The message with `{subject}` where it names its nodes; empty where it cannot hold for several.
    #[serde(skip)]
    pub pattern: String,
}

impl Finding {
    /// The primary label.
    pub fn primary(&self) -> Option<&Label> {
        self.labels.iter().find(|l| l.primary).or(self.labels.first())
    }

    /// Order of the contract: path, offset, rule; then what makes the order total.
    pub fn order(&self) -> (&str, u32, &str, &Option<String>, &str) {
        let (path, offset) = self.primary().map_or(("", 0), |l| (l.path.as_str(), l.start.offset));
        (path, offset, self.rule, &self.node, &self.message)
    }
}

/// Fingerprint of a finding: 32 hexadecimal digits of SHA-256 over its parts. `place` is the node id, or
/// application root and key path for a value written once for several nodes.
pub fn fingerprint(rule: &str, place: &str, evidence: &str) -> String {
    let mut hash = Sha256::new();
    for part in [rule, place, evidence] {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let digest = hash.finalize();
    digest.iter().take(16).fold(String::with_capacity(32), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
