//! Frontends: how files become the deployed shape of an application, and how that becomes the graph.
//!
//! A frontend is a folder. Each answers [`Stack`]s, one for each world in which the application can be
//! deployed; [`lower`] turns a stack into the application graph, so that rules never see a dialect.

pub mod cdk;
pub mod cloudformation;
mod discover;
mod files;
pub mod lower;
mod raw;
pub mod sam;
pub mod serverless;
mod stack;

use std::collections::BTreeMap;

pub use discover::{Candidate, Discovery, Frontend, WalkOptions, discover};
pub use files::{Files, Finished, folder};
pub use raw::Typing;
pub use stack::{Resource, Stack};

/// What the user says on the command line about values; nothing of the environment is read.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// `--stage`.
    pub stage: Option<String>,
    /// `--param k=v` and `--param-file`: serverless params, CloudFormation parameters.
    pub params: BTreeMap<String, String>,
    /// `--opt k=v`.
    pub opts: BTreeMap<String, String>,
    /// `--env NAME` and `--env-file`, already looked up.
    pub env: BTreeMap<String, String>,
    /// `--region`.
    pub region: Option<String>,
    /// Account id of the configuration.
    pub account: Option<String>,
}

/// Whether something was ours and not read, or is another provider's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailureKind {
    /// Ours, and not wholly read.
    Failed,
    /// Another provider's.
    Foreign,
}

/// A file or part of one that was not read.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Failure {
    /// Path relative to the scan root.
    pub path: String,
    /// Which kind.
    pub kind: FailureKind,
    /// One line.
    pub reason: String,
    /// Line, from 1.
    pub line: Option<u32>,
}

/// What reading a tree gave.
#[derive(Debug, Default)]
pub struct Output {
    /// The applications in order of their roots.
    pub applications: Vec<palisade_graph::Application>,
    /// What was not read.
    pub failures: Vec<Failure>,
    /// Files read.
    pub files: usize,
    /// Bytes read.
    pub bytes: u64,
}

/// Reads all applications of a tree.
pub fn read(
    _root: &std::path::Path,
    _options: &WalkOptions,
    _inputs: &Inputs,
    _limits: &palisade_source::Limits,
) -> std::io::Result<Output> {
    Ok(Output::default())
}
