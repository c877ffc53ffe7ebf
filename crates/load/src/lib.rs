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
mod read;
pub mod sam;
pub mod serverless;
mod stack;
pub mod terraform;

use std::collections::BTreeMap;

pub use discover::{Discovery, WalkOptions, discover};
pub use files::{Files, Finished, folder};
pub use raw::Typing;
pub use read::{Again, Output, read, read_again, read_in, read_with};
pub use stack::{Resource, Stack};

/// What the user says on the command line about values; nothing of the environment is read.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// `--stage`.
    pub stage: Option<String>,
    /// Stages of the configuration, looked at instead of those that the files name. `stage` wins.
    pub stages: Vec<String>,
    /// `--param k=v` and `--param-file`: serverless params, CloudFormation parameters, Terraform variables.
    pub params: BTreeMap<String, String>,
    /// `--opt k=v`.
    pub opts: BTreeMap<String, String>,
    /// `--env NAME` and `--env-file`, already looked up.
    pub env: BTreeMap<String, String>,
    /// `--region`.
    pub region: Option<String>,
    /// Account id of the configuration.
    pub account: Option<String>,
    /// `--workspace`: Terraform's workspace, `default` without it.
    pub workspace: Option<String>,
}

impl Inputs {
    /// The stages that the user asks for, the default one first; empty for those that the files name.
    pub fn asked_stages(&self) -> Vec<&str> {
        let mut asked: Vec<&str> = Vec::new();
        let all = if self.stage.is_some() { self.stage.as_slice() } else { &self.stages };
        for stage in all {
            if !asked.contains(&stage.as_str()) {
                asked.push(stage);
            }
        }
        asked
    }
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

/// The first document of a YAML or JSON text that belongs to no application (parameter files).
pub fn plain_document(text: &str) -> Result<palisade_graph::Val, palisade_source::ParseError> {
    let limits = palisade_source::Limits::default();
    let source = palisade_source::SourceFile::new("", text);
    let tree = palisade_source::parse(palisade_source::FileId(0), &source, &limits)?;
    let first = tree.documents.first().copied();
    Ok(first.map(|d| raw::read(&tree, d, Typing::Yaml11, limits.alias_nodes)).unwrap_or_default())
}

/// Values of a file of Terraform variables (`*.tfvars`), each as it would be given on the command line; `None`
/// where the text is none.
pub fn variable_values(text: &str) -> Option<std::collections::BTreeMap<String, String>> {
    let document = palisade_source::hcl::parse(text, &palisade_source::Limits::default());
    let body = &document.body;
    if !document.errors.is_empty() || body.items.is_empty() || body.blocks().next().is_some() {
        return None;
    }
    let value = |expr: &palisade_source::hcl::Expr| match expr.as_str() {
        Some(plain) => plain.to_owned(),
        None => text.get(expr.at.start as usize..expr.at.end as usize).unwrap_or("").to_owned(),
    };
    Some(body.attributes().map(|a| (a.name.to_string(), value(&a.expr))).collect())
}
