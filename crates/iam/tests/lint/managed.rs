//! The managed policies of AWS, which AWS accepts.

use palisade_iam::catalogue::managed;
use palisade_iam::document::{Document, PolicyType};
use palisade_iam::element::Element;
use palisade_iam::lint::{Linter, Options, references};
use palisade_iam::symbol::Symbols;

/// Faults that a document which AWS accepts can have: names that AWS has retired or does not list, which do not hinder
/// it (the reference of Access Analyzer names managed policies with such).
const ACCEPTED: [&str; 7] = [
    "iam-arn-resource-invalid",
    "iam-set-operator-missing",
    "iam-unknown-action",
    "iam-unknown-global-condition-key",
    "iam-unknown-service",
    "iam-unknown-service-condition-key",
    "iam-unknown-service-in-action",
];

#[test]
fn policies_that_aws_accepts_have_no_fault_of_grammar() {
    let symbols = Symbols::new();
    let mut linter = Linter::new(&symbols);
    let (mut policies, mut clean) = (0, 0);
    managed::all(|name, _, json| {
        let element = Element::from_json(json).expect("JSON");
        let document = Document::read(&element, PolicyType::Identity);
        let options = Options { element: Some(&element), size: Some(0), ..Options::default() };
        let findings = linter.lint(&document, options);
        policies += 1;
        clean += usize::from(findings.is_empty());
        for finding in &findings {
            let code = references(finding.rule).expect("a rule of the table").name;
            let grammar = finding.severity == palisade_iam::lint::Severity::Medium
                && code != "iam-condition-key-not-for-action";
            assert!(!grammar || ACCEPTED.contains(&code), "{name}: {finding:?}");
        }
        // What the linter has kept of other documents changes nothing.
        if policies % 8 == 0 {
            assert_eq!(findings, Linter::new(&symbols).lint(&document, options), "{name}");
        }
    });
    assert!(policies > 1_500);
    // Most of what AWS writes is in order.
    assert!(clean * 10 > policies * 8, "{clean} of {policies}");
}
