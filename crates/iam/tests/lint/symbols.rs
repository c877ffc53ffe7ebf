//! References that only the deployment resolves.

use palisade_iam::document::{Document, PolicyType};
use palisade_iam::element::{Element, Node};
use palisade_iam::lint::{Finding, lint};
use palisade_iam::symbol::{Shape, Symbol, Symbols};

/// Lints an identity policy in which `§` stands for a reference of a shape.
fn with(shape: Shape, kind: PolicyType, statement: &str) -> Vec<Finding> {
    let mut symbols = Symbols::new();
    let letter =
        symbols.add(Symbol { shape, distinct_group: 0, name: "${Reference}".into() }).expect("a letter");
    let json = super::whole(&statement.replace('§', &letter.to_string()));
    let document = Document::read(&Element::from_json(&json).expect("JSON"), kind);
    lint(&document, None, &symbols)
}

fn found(findings: &[Finding]) -> Vec<(&str, &str, &str)> {
    findings.iter().map(|f| (f.rule, f.pointer.as_str(), f.value.as_str())).collect()
}

#[test]
fn nothing_is_said_about_what_a_reference_could_be() {
    let resource = r#""Effect":"Allow","Action":"sqs:SendMessage","Resource":["§","arn:aws:sqs:§:§:§","arn:§:s3:::§/*"]"#;
    assert_eq!(found(&with(Shape::Name, PolicyType::Identity, resource)), []);
    let condition = r#""Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpc":"§","aws:RequestedRegion":"§"},"IpAddress":{"aws:SourceIp":"§"},"Bool":{"aws:SecureTransport":"§"}}"#;
    assert_eq!(found(&with(Shape::Text, PolicyType::Identity, condition)), []);
    let principal = r#""Effect":"Allow","Principal":{"AWS":"arn:aws:iam::§:root"},"Action":"sts:AssumeRole""#;
    assert_eq!(found(&with(Shape::AccountId, PolicyType::Trust, principal)), []);
}

#[test]
fn what_leaves_a_decision_unknown_is_told() {
    let rule = "iam-reference-unresolved";
    let action = r#""Effect":"Allow","Action":["s3:GetObject","§"],"Resource":"*""#;
    assert_eq!(
        found(&with(Shape::Text, PolicyType::Identity, action)),
        [(rule, "/Statement/0/Action/1", "${Reference}")]
    );
    let resource = r#""Effect":"Allow","Action":"s3:GetObject","Resource":"§""#;
    assert_eq!(
        found(&with(Shape::Text, PolicyType::Identity, resource)),
        [(rule, "/Statement/0/Resource", "${Reference}")]
    );
    // The shape of an ARN is enough to decide by identity.
    assert_eq!(found(&with(Shape::Arn, PolicyType::Identity, resource)), []);
    let document = Document::read(&Element::new(Node::Unknown), PolicyType::Identity);
    assert_eq!(found(&lint(&document, None, &Symbols::new())), [(rule, "", "")]);
}

#[test]
fn a_fault_beside_a_reference_is_found() {
    let resource = r#""Effect":"Allow","Action":"sqs:SendMessage","Resource":"arn:aws:sqs:us-est-1:§:q""#;
    let findings = with(Shape::AccountId, PolicyType::Identity, resource);
    assert_eq!(
        found(&findings),
        [("iam-arn-region-invalid", "/Statement/0/Resource", "arn:aws:sqs:us-est-1:${Reference}:q")]
    );
    assert!(findings[0].message.contains("${Reference}"), "{}", findings[0].message);
}
