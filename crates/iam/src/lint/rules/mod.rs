//! Names of the checks with their severity and the codes of other tools for the same fault.

pub(super) mod beyond;
pub(super) mod grammar;
pub(super) mod security;
pub(super) mod suggestion;
pub(super) mod warning;

use super::{Persona, Severity};

/// A check.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name: `iam-unknown-action`.
    pub name: &'static str,
    /// How bad a finding is.
    pub severity: Severity,
    /// Who wants to see it.
    pub persona: Persona,
    /// Codes of IAM Access Analyzer
    /// (<https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html>).
    pub access_analyzer: &'static [&'static str],
    /// Codes of Parliament (<https://github.com/duo-labs/parliament>).
    pub parliament: &'static [&'static str],
    /// Ids of other tools: `CKV_…` of Checkov.
    pub others: &'static [&'static str],
}

/// A family of checks: a static for each, and `TABLE` of all.
macro_rules! rules {
    ($($(#[$doc:meta])* $id:ident = $name:literal, $severity:ident, $persona:ident, $aa:tt, $parliament:tt, $others:tt;)*) => {
        $(
            $(#[$doc])*
            pub(in crate::lint) static $id: Rule = Rule {
                name: $name,
                severity: $crate::lint::Severity::$severity,
                persona: $crate::lint::Persona::$persona,
                access_analyzer: &$aa,
                parliament: &$parliament,
                others: &$others,
            };
        )*
        pub(super) static TABLE: &[&Rule] = &[$(&$id),*];
    };
}
use rules;

/// All checks.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    [grammar::TABLE, warning::TABLE, suggestion::TABLE, security::TABLE, beyond::TABLE]
        .into_iter()
        .flatten()
        .copied()
}

/// The check of a name with its severity and the codes of other tools.
pub fn references(name: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.name == name)
}
