use std::collections::BTreeMap;
use std::sync::Arc;

use palisade_source::SourceFile;
use serde::Serialize;

use crate::finding::Finding;

/// An application that was recognised.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApplicationSummary {
    /// Folder or file relative to the scan root.
    pub root: String,
    /// Dialects.
    pub dialects: Vec<String>,
    /// Functions, without helpers that a framework generates.
    pub functions: usize,
    /// Entries.
    pub entries: usize,
    /// Stores.
    pub stores: usize,
    /// Roles.
    pub roles: usize,
}

/// Why something was not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum UnreadKind {
    /// Ours, and not wholly read: exit code 3.
    Failed,
    /// Another cloud's: only listed.
    Foreign,
}

/// A file, or a part of one, that was not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Unread {
    /// Path relative to the scan root.
    pub path: String,
    /// Which kind.
    pub kind: UnreadKind,
    /// Why, one line.
    pub reason: String,
    /// Line, from 1, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// A finding that somebody silenced.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ignored {
    /// The finding.
    #[serde(flatten)]
    pub finding: Finding,
    /// Why it was silenced.
    pub reason: String,
    /// `comment`, `metadata`, `config`.
    pub by: String,
    /// Until when (ISO date).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
}

/// Counts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Statistics {
    /// Files read.
    pub files: usize,
    /// Bytes read.
    pub bytes: u64,
    /// Nodes for which a rule could not tell.
    pub cannot_tell: BTreeMap<String, usize>,
    /// Fixes whose proof failed.
    pub withheld_fixes: usize,
}

/// A finding that a baseline accepts and that is not there any more.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fixed {
    /// Rule name.
    pub rule: String,
    /// Where it was: node id, or application root and path.
    pub place: String,
    /// Its fingerprint.
    pub fingerprint: String,
    /// Day on which it was accepted (ISO date).
    pub since: String,
}

/// What a baseline says of a scan. Findings that it accepts stand here and nowhere else.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Comparison {
    /// The baseline, relative to the scan root.
    pub path: String,
    /// Accepted findings, in the order of the contract.
    pub unchanged: Vec<Finding>,
    /// Accepted findings that are gone, in the order of the file.
    pub fixed: Vec<Fixed>,
}

/// Text of the files that findings point into, for drawing.
#[derive(Debug, Clone, Default)]
pub struct SourceText {
    /// By path relative to the scan root.
    pub files: BTreeMap<String, Arc<SourceFile>>,
}

/// The answer of a scan.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Whether everything that is ours was read.
    pub complete: bool,
    /// What was recognised.
    pub applications: Vec<ApplicationSummary>,
    /// Findings in the order of the contract.
    pub findings: Vec<Finding>,
    /// Silenced findings.
    pub ignored: Vec<Ignored>,
    /// What the baseline says; none where none was used. All of `findings` are then new.
    pub baseline: Option<Comparison>,
    /// What was not read.
    pub unread: Vec<Unread>,
    /// Words for people: what was left out, what may hide.
    pub notes: Vec<String>,
    /// Counts.
    pub statistics: Statistics,
    /// Who can start each function, in words, by node id.
    pub exposures: BTreeMap<String, String>,
    /// Texts for drawing.
    pub sources: SourceText,
}
