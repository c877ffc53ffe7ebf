//! Findings and where they point.

use std::fmt::Write as _;

use super::rules::Rule;
use crate::document::{ConditionEntry, Statement, Values};
use crate::symbol::Symbols;

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing is wrong.
    Info,
    /// Something does not do what it says, without harm.
    Low,
    /// Something does not work, or weakens a defence.
    Medium,
    /// More is allowed than anybody wants.
    High,
    /// Everything is allowed.
    Critical,
}

/// Who wants to see a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Persona {
    /// Every developer.
    Regular,
    /// Who wants the grammar right.
    Pedantic,
    /// Who takes an inventory.
    Auditor,
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Confidence {
    /// It depends on what the document does not say.
    Low,
    /// It rests on AWS's lists being complete.
    Medium,
    /// It follows from the document.
    High,
}

impl Severity {
    /// Its name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

impl Persona {
    /// Its name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Regular => "regular",
            Self::Pedantic => "pedantic",
            Self::Auditor => "auditor",
        }
    }
}

impl Confidence {
    /// Its name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// One fault of one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The name of the check: `iam-unknown-action`.
    pub rule: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Who wants to see it.
    pub persona: Persona,
    /// How sure it is.
    pub confidence: Confidence,
    /// What is wrong and what to do.
    pub message: String,
    /// Its statement.
    pub statement: Option<u32>,
    /// JSON pointer from the document: `/Statement/0/Action/1`.
    pub pointer: String,
    /// The value in question, shortened to 200 characters.
    pub value: String,
    /// The maker's mark of the place.
    pub mark: u32,
}

impl Finding {
    /// A text that is no document: `reason` is what the reader of JSON or YAML says.
    pub fn unreadable(reason: &str) -> Self {
        let rule = &super::rules::grammar::JSON_SYNTAX_ERROR;
        Self {
            rule: rule.name,
            severity: rule.severity,
            persona: rule.persona,
            confidence: Confidence::High,
            message: format!("the document cannot be read: {reason}"),
            statement: None,
            pointer: String::new(),
            value: String::new(),
            mark: 0,
        }
    }
}

/// Where a finding points, with the value that stands there.
pub(super) struct Spot<'a> {
    pub statement: Option<u32>,
    pub pointer: String,
    pub value: &'a str,
    pub mark: u32,
}

impl<'a> Spot<'a> {
    /// The statement, or an element of it by its name.
    pub(super) fn element(statement: &Statement, path: &str, value: &'a str, mark: u32) -> Self {
        let mut pointer = format!("/Statement/{}", statement.index);
        if !path.is_empty() {
            pointer.push('/');
            pointer.push_str(path);
        }
        Self { statement: Some(statement.index), pointer, value, mark }
    }

    /// A text of an element.
    pub(super) fn text(statement: &Statement, path: &str, text: &'a crate::document::Text) -> Self {
        let mut spot = Self::element(statement, path, &text.value, text.mark);
        if let Some(index) = text.index {
            let _ = write!(spot.pointer, "/{index}");
        }
        spot
    }

    /// A condition key.
    pub(super) fn key(statement: &Statement, entry: &'a ConditionEntry) -> Self {
        let path = format!("Condition/{}/{}", entry.operator, escaped(&entry.key));
        Self::element(statement, &path, &entry.key, entry.mark)
    }

    /// A value of a condition key.
    pub(super) fn condition_value(
        statement: &Statement,
        entry: &ConditionEntry,
        text: &'a crate::document::Text,
    ) -> Self {
        let mut pointer = Spot::key(statement, entry).pointer;
        if let Some(index) = text.index {
            let _ = write!(pointer, "/{index}");
        }
        Self { statement: Some(statement.index), pointer, value: &text.value, mark: text.mark }
    }
}

/// `Action` or `NotAction`, `Resource` or `NotResource`.
pub(super) fn name_of(values: &Values, name: &'static str, not: &'static str) -> &'static str {
    if values.negated { not } else { name }
}

/// A step of a JSON pointer (RFC 6901).
fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// The findings of one document.
pub(super) struct Out<'a> {
    findings: Vec<Finding>,
    symbols: &'a Symbols,
    hints: u32,
}

impl<'a> Out<'a> {
    pub(super) fn new(symbols: &'a Symbols) -> Self {
        Self { findings: Vec::new(), symbols, hints: 0 }
    }

    pub(super) fn add(&mut self, rule: &'static Rule, confidence: Confidence, spot: Spot<'_>, message: &str) {
        self.findings.push(Finding {
            rule: rule.name,
            severity: rule.severity,
            persona: rule.persona,
            confidence,
            message: self.symbols.show(message),
            statement: spot.statement,
            pointer: spot.pointer,
            value: self.symbols.show(&short(spot.value)),
            mark: spot.mark,
        });
    }

    /// Whether the nearest known name may still be looked for: a document of a thousand unknown names is not one of
    /// typing errors.
    pub(super) fn may_hint(&mut self) -> bool {
        self.hints += 1;
        self.hints <= 100
    }

    pub(super) fn finish(mut self) -> Vec<Finding> {
        self.findings
            .sort_by(|a, b| (a.statement, &a.pointer, a.rule).cmp(&(b.statement, &b.pointer, b.rule)));
        self.findings.dedup_by(|b, a| a.rule == b.rule && a.pointer == b.pointer);
        self.findings
    }
}

/// A value as it stands in a message: no longer than 200 characters.
pub(super) fn short(value: &str) -> String {
    value.chars().take(200).collect()
}
