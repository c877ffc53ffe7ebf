use std::sync::Arc;

use palisade_diag::{Confidence, Persona, Severity};
use palisade_rules::Settings;
use palisade_source::SourceFile;

use crate::{Day, Pattern};

/// What `palisade.toml` says. The default is that of no file.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// The file, for drawing; `None` where there is none.
    pub file: Option<Arc<SourceFile>>,
    /// `[scan]`: defaults of flags.
    pub scan: Scan,
    /// `trusted-accounts`: account ids that may do what own accounts may.
    pub trusted_accounts: Vec<String>,
    /// `organisation`: organisation id (`o-…`).
    pub organisation: Option<String>,
    /// `public-routes`: paths of routes that are meant to be public.
    pub public_routes: Vec<String>,
    /// `production-stages`: names of stages that are production.
    pub production_stages: Option<Vec<String>>,
    /// `max-secret-readers`: functions that may read one secret.
    pub max_secret_readers: Option<u32>,
    /// `account`: the account that is deployed to.
    pub account: Option<String>,
    /// `region`: the region that is deployed to.
    pub region: Option<String>,
    /// `compat-ignores`: other tools whose marks are honoured.
    pub compat_ignores: Vec<Tool>,
    /// `[[ignore]]`.
    pub ignores: Vec<IgnoreEntry>,
}

/// `[scan]`. A flag of the command line wins over it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scan {
    /// Globs of paths that are not walked.
    pub exclude: Vec<String>,
    /// Who reads the findings.
    pub persona: Option<Persona>,
    /// Severity from which a finding fails the build.
    pub fail_on: Option<FailOn>,
    /// Least severity shown.
    pub min_severity: Option<Severity>,
    /// Least confidence shown.
    pub min_confidence: Option<Confidence>,
    /// Globs over rule names; empty for all.
    pub select: Vec<String>,
    /// Globs over rule names that are left out.
    pub ignore: Vec<String>,
    /// Stages that a service is looked at in.
    pub stages: Vec<String>,
}

/// From which severity a scan fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailOn {
    /// From this one.
    At(Severity),
    /// Never.
    Never,
}

impl FailOn {
    /// From a severity's word, or `never`.
    pub fn parse(word: &str) -> Option<Self> {
        if word == "never" { Some(FailOn::Never) } else { Severity::parse(word).map(FailOn::At) }
    }
}

/// A tool whose ignores can be honoured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tool {
    /// Checkov.
    Checkov,
    /// cfn-nag.
    CfnNag,
    /// CloudFormation Guard.
    Guard,
    /// Trivy, and tfsec before it.
    Trivy,
    /// KICS.
    Kics,
}

impl Tool {
    /// All.
    pub const ALL: [Tool; 5] = [Tool::Checkov, Tool::CfnNag, Tool::Guard, Tool::Trivy, Tool::Kics];

    /// The word in `compat-ignores`.
    pub fn word(self) -> &'static str {
        match self {
            Tool::Checkov => "checkov",
            Tool::CfnNag => "cfn-nag",
            Tool::Guard => "guard",
            Tool::Trivy => "trivy",
            Tool::Kics => "kics",
        }
    }

    /// From its word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|t| t.word() == word)
    }
}

/// One `[[ignore]]`. A node is covered when each of `paths`, `nodes` and `logical_ids` that is given has a
/// pattern for it.
#[derive(Debug, Clone)]
pub struct IgnoreEntry {
    /// Rules that it silences.
    pub rules: Vec<Pattern>,
    /// Why.
    pub reason: String,
    /// Last day on which it holds.
    pub until: Option<Day>,
    /// Paths of files, relative to the scan root.
    pub paths: Vec<Pattern>,
    /// Ids of nodes.
    pub nodes: Vec<Pattern>,
    /// Logical ids.
    pub logical_ids: Vec<Pattern>,
    /// Bytes of its header in the file.
    pub span: std::ops::Range<usize>,
}

impl Config {
    /// What rules read. `today` is in days since 1970-01-01.
    pub fn settings(&self, today: i64) -> Settings {
        Settings {
            trusted_accounts: self.trusted_accounts.clone(),
            organisation: self.organisation.clone(),
            public_routes: self.public_routes.clone(),
            production_stages: self
                .production_stages
                .clone()
                .unwrap_or_else(|| vec!["prod".to_owned(), "production".to_owned()]),
            account: self.account.clone(),
            region: self.region.clone(),
            today,
        }
    }
}
