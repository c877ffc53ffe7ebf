//! a rule takes events of every source and type
//!
//! ## What
//!
//! The pattern of an EventBridge rule asks neither for `source` nor for `detail-type`, or asks for both in a way that
//! everything passes (`prefix: ""`, `wildcard: "*"`, `exists: true`).
//!
//! ## Why
//!
//! Whatever comes over the bus starts the target: the events of all AWS services of the account, and whatever anybody
//! puts there who may put anything. An attacker with one small right (`events:PutEvents`) chooses content for a function
//! that expects something else, and a busy bus makes it run, and cost, for each event.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Work:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Audit:
//!     Type: AWS::Events::Rule
//!     Properties:
//!       EventPattern: {account: ['123456789012']} # finding
//!       Targets: [{Arn: !GetAtt Work.Arn, Id: work}]
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "work" {
//!   function_name = "work"
//!   role          = "arn:aws:iam::123456789012:role/work"
//!   handler       = "work.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "work.zip"
//! }
//!
//! resource "aws_cloudwatch_event_rule" "audit" {
//!   name          = "audit"
//!   event_pattern = jsonencode({ source = [{ prefix = "" }] }) # finding
//! }
//!
//! resource "aws_cloudwatch_event_target" "audit" {
//!   rule = aws_cloudwatch_event_rule.audit.name
//!   arn  = aws_lambda_function.work.arn
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Work:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Audit:
//!     Type: AWS::Events::Rule
//!     Properties:
//!       EventPattern: {source: [aws.s3]}
//!       Targets: [{Arn: !GetAtt Work.Arn, Id: work}]
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_lambda_function" "work" {
//!   function_name = "work"
//!   role          = "arn:aws:iam::123456789012:role/work"
//!   handler       = "work.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "work.zip"
//! }
//!
//! resource "aws_cloudwatch_event_rule" "audit" {
//!   name          = "audit"
//!   event_pattern = jsonencode({ "detail-type" = ["Order paid"] })
//! }
//!
//! resource "aws_cloudwatch_event_target" "audit" {
//!   rule = aws_cloudwatch_event_rule.audit.name
//!   arn  = aws_lambda_function.work.arn
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Source: {Type: String}
//! Resources:
//!   Work:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Audit:
//!     Type: AWS::Events::Rule
//!     Properties:
//!       EventPattern: !Ref Source
//!       Targets: [{Arn: !GetAtt Work.Arn, Id: work}]
//! ```
//!
//! ## How to fix
//!
//! Write the `source`, and best the `detail-type` too, into `EventPattern`. Events that the target counted on and that
//! the pattern leaves out no longer arrive. For an archive of everything, ignore this rule there.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[20],
        owasp_serverless: &["S1", "SAS-1"],
        stride: &["S", "D"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::Events::Rule") {
        let pattern = node.props.lookup("EventPattern");
        if pattern.is_null() {
            continue;
        }
        let Some(map) = pattern.as_map() else {
            out.cannot_tell(ix, "EventPattern", pattern);
            continue;
        };
        let asks = |key: &str| match map.get(key) {
            Some(val) if !val.is_null() => passes_all(val).negate(),
            _ if map.open => Tri::Unknown,
            _ => Tri::No,
        };
        // A choice may ask within its branches.
        let within = if map.get("$or").is_some() { Tri::Unknown } else { Tri::No };
        match asks("source").or(asks("detail-type")).or(within) {
            Tri::Yes => {}
            Tri::Unknown => out.cannot_tell(ix, "EventPattern", pattern),
            Tri::No => out.push(
                Found::at_value(ix, pattern, node.span, "{subject} takes events of every source and type")
                    .label("asks neither for `source` nor for `detail-type`")
                    .help("write `source` and `detail-type` into `EventPattern`")
                    .evidence(pattern.display()),
            ),
        }
    }
}

/// Whether every text passes one of the choices of a field.
fn passes_all(choices: &Val) -> Tri {
    let open = choices.as_list().is_some_and(|l| l.open);
    let start = if open { Tri::Unknown } else { Tri::No };
    choices.items().iter().fold(start, |answer, choice| {
        let all =
            [("prefix", ""), ("suffix", ""), ("wildcard", "*")].iter().fold(Tri::No, |a, (key, text)| {
                let val = choice.get(key);
                if val.is_null() { a } else { a.or(val.is(text)) }
            });
        let exists = choice.get("exists").as_bool() == Some(true);
        let unknown = matches!(choice.state, State::Unknown(_));
        answer.or(all).or(exists.into()).or(if unknown { Tri::Unknown } else { Tri::No })
    })
}
