//! `iam lint`.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::document::{Document, PolicyType};
use crate::element::Element;
use crate::limits;
use crate::lint::{Finding, Linter, Options};
use crate::symbol::Symbols;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    #[serde(default)]
    id: Value,
    #[serde(borrow)]
    policy: &'a RawValue,
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    resource_type: Option<String>,
}

#[derive(Serialize)]
struct Shown<'a> {
    rule: &'static str,
    severity: &'static str,
    persona: &'static str,
    confidence: &'static str,
    message: &'a str,
    statement: Option<u32>,
    pointer: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    findings: Vec<Shown<'a>>,
}

/// Answers one line of `iam lint`.
///
/// In: `{"id", "policy": document, "type": "identity|resource|trust|scp|rcp|session|endpoint|boundary",
/// "resource_type"}`. Out: `{"id", "findings": [{"rule", "severity", "persona", "confidence", "message",
/// "statement", "pointer", "value"}]}`, or `{"id", "error"}`.
pub fn lint(line: &str) -> String {
    let line = line.trim_start_matches('\u{FEFF}').trim();
    if line.len() > super::LONGEST {
        return super::failure("", "a line is longer than 16 MiB");
    }
    let parsed: Line<'_> = match serde_json::from_str(line) {
        Ok(parsed) => parsed,
        Err(error) => return super::failure(line, &error.to_string()),
    };
    let name = parsed.kind.as_deref().unwrap_or("identity");
    let Some(kind) = PolicyType::parse(name) else {
        return super::failure(
            line,
            &format!(
                "type `{name}` is none of identity, resource, trust, scp, rcp, session, endpoint, boundary"
            ),
        );
    };
    let findings = findings(parsed.policy.get(), kind, parsed.resource_type.as_deref());
    let shown = findings.iter().map(|f| Shown {
        rule: f.rule,
        severity: f.severity.as_str(),
        persona: f.persona.as_str(),
        confidence: f.confidence.as_str(),
        message: &f.message,
        statement: f.statement,
        pointer: &f.pointer,
        value: &f.value,
    });
    let answer = Answer { id: &parsed.id, findings: shown.collect() };
    serde_json::to_string(&answer).unwrap_or_default()
}

fn findings(raw: &str, kind: PolicyType, resource_type: Option<&str>) -> Vec<Finding> {
    // A document given as text is what deployment templates hold.
    let inner: Option<String> = raw.starts_with('"').then(|| serde_json::from_str(raw).ok()).flatten();
    let raw = inner.as_deref().unwrap_or(raw);
    if raw.len() > limits::DOCUMENT {
        return vec![Finding::unreadable("larger than anything that AWS accepts")];
    }
    match Element::from_json(raw) {
        Ok(element) => {
            let symbols = Symbols::new();
            let document = Document::read(&element, kind);
            Linter::new(&symbols)
                .lint(&document, Options { resource_type, element: Some(&element), ..Options::default() })
        }
        Err(error) => vec![Finding::unreadable(&error.to_string())],
    }
}
