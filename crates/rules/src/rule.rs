use palisade_diag::{Confidence, Persona, References, Severity};

use crate::{Cx, Findings};

/// What a fix of a rule promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FixKind {
    /// Behaviour seen by legitimate callers does not change.
    Safe,
    /// Somebody must look.
    Unsafe,
    /// No text edit can be proposed.
    None,
}

/// Metadata and logic of one rule.
pub struct Rule {
    /// Severity where the rule does not say another for a case.
    pub severity: Severity,
    /// Confidence where every value asked is known.
    pub confidence: Confidence,
    /// Who sees it.
    pub persona: Persona,
    /// What its fix promises.
    pub fix: FixKind,
    /// First version that has it.
    pub since: &'static str,
    /// Ids of the same fault elsewhere.
    pub references: References,
    /// Asks the graph of one world and files what is wrong and what cannot be told.
    pub check: fn(&Cx<'_>, &mut Findings),
}

/// A rule in the table, which the build script makes from the files.
pub struct Entry {
    /// `function-url-without-auth`
    pub name: &'static str,
    /// First word of the name.
    pub category: &'static str,
    /// One line, lower case, no full stop.
    pub summary: &'static str,
    /// The whole header, Markdown.
    pub page: &'static str,
    /// Metadata and logic.
    pub rule: &'static Rule,
}

include!(concat!(env!("OUT_DIR"), "/table.rs"));

/// All rules in order of their names.
pub fn rules() -> &'static [Entry] {
    RULES
}

/// A rule by name.
pub fn find(name: &str) -> Option<&'static Entry> {
    RULES.iter().find(|e| e.name == name)
}

/// The rule whose name is nearest to `name`, if one is near.
pub fn nearest(name: &str) -> Option<&'static str> {
    let score = |e: &Entry| strsim::jaro_winkler(name, e.name);
    RULES
        .iter()
        .map(|e| (score(e), e.name))
        .filter(|(s, _)| *s > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, n)| n)
}
