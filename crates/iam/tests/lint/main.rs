//! Each check of the linter with a document that has the fault and one that nearly has it.

#![expect(clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "a test that fails panics")]

mod actions;
mod conditions;
mod documents;
mod managed;
mod principals;
mod resources;
mod security;
mod symbols;

use palisade_iam::document::{Document, PolicyType};
use palisade_iam::element::Element;
use palisade_iam::lint::{Finding, Linter, Options, references, rules};
use palisade_iam::symbol::Symbols;

/// A check, the type of the policy (with the type of its resource), the document, and where the fault is; nowhere is a
/// near miss.
type Case = (&'static str, &'static str, &'static str, Option<&'static str>);

fn lint(kind: &str, json: &str) -> Vec<Finding> {
    let (kind, resource_type) = match kind.split_once(' ') {
        Some((kind, resource_type)) => (kind, Some(resource_type)),
        None => (kind, None),
    };
    let element = Element::from_json(json).unwrap_or_else(|e| panic!("{e}: {json}"));
    let document = Document::read(&element, PolicyType::parse(kind).expect("a policy type"));
    let symbols = Symbols::new();
    Linter::new(&symbols).lint(&document, Options { resource_type, element: Some(&element), size: None })
}

/// A document of one statement from the inside of the statement, unless it is a whole one.
fn whole(json: &str) -> String {
    if json.starts_with('{') {
        return json.to_owned();
    }
    format!(r#"{{"Version": "2012-10-17", "Statement": [{{{json}}}]}}"#)
}

fn check(cases: &[Case]) {
    for (rule, kind, json, pointer) in cases {
        assert!(references(rule).is_some(), "no such rule: {rule}");
        let findings = lint(kind, &whole(json));
        let found: Vec<&str> =
            findings.iter().filter(|f| f.rule == *rule).map(|f| f.pointer.as_str()).collect();
        let wanted: Vec<&str> = pointer.iter().copied().collect();
        assert_eq!(found, wanted, "{rule} on {kind}: {json}\n{findings:#?}");
        for finding in &findings {
            let rule = references(finding.rule).expect("a rule of the table");
            assert_eq!((rule.severity, rule.persona), (finding.severity, finding.persona));
            let first = finding.message.chars().next().expect("a message");
            assert!(!first.is_uppercase() && !finding.message.ends_with('.'), "{}", finding.message);
        }
        // Every rule of a document once at a place, in order.
        let keys: Vec<_> = findings.iter().map(|f| (f.statement, &f.pointer, f.rule)).collect();
        assert!(keys.windows(2).all(|pair| pair[0] < pair[1]), "{keys:?}");
    }
}

#[test]
fn every_rule_has_a_fault_and_a_near_miss() {
    let cases = [
        actions::CASES,
        conditions::CASES,
        documents::CASES,
        principals::CASES,
        resources::CASES,
        security::CASES,
    ];
    // Tested apart: they need large documents or references.
    let apart = [
        "iam-policy-too-large",
        "iam-resource-policy-too-large",
        "iam-scp-too-large",
        "iam-trust-policy-too-large",
        "iam-document-limit",
        "iam-reference-unresolved",
    ];
    for rule in rules() {
        if apart.contains(&rule.name) {
            continue;
        }
        let of =
            |hit: bool| cases.iter().flat_map(|c| c.iter()).any(|c| c.0 == rule.name && c.3.is_some() == hit);
        assert!(of(true), "no fault for {}", rule.name);
        assert!(of(false), "no near miss for {}", rule.name);
    }
}

#[test]
fn names_and_codes_stand_once() {
    let mut names: Vec<&str> = rules().map(|rule| rule.name).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    let mut codes: Vec<&str> = rules().flat_map(|rule| rule.access_analyzer).copied().collect();
    codes.sort_unstable();
    let twice: Vec<&str> = codes.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    // One code of Access Analyzer is several checks where severity differs.
    assert_eq!(twice, ["UNSUPPORTED_ACTION_FOR_CONDITION_KEY", "VARIABLE_UNSUPPORTED_IN_VERSION"]);
}
