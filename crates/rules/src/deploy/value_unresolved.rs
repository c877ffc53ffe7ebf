//! a security-relevant property could not be resolved
//!
//! ## What
//!
//! A value that rules ask for is not known without the account, the environment or running code. The
//! finding names the property, the reason, and the rules that answered *cannot tell* because of it.
//!
//! ## Why
//!
//! What cannot be read is not safe for that. Somebody who audits an application must know which
//! questions stayed open.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Auth:
//!     Type: String # finding
//! Resources:
//!   F:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   U:
//!     Type: AWS::Lambda::Url
//!     Properties:
//!       TargetFunctionArn: !Ref F
//!       AuthType: !Ref Auth
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   F:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       Timeout: 3
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//! ```
//!
//! ```hcl bad main.tf
//! variable "auth" { # finding
//!   type = string
//! }
//!
//! resource "aws_lambda_function" "hello" {
//!   function_name = "hello"
//!   role          = "arn:aws:iam::123456789012:role/shop"
//!   handler       = "a.b"
//!   runtime       = "nodejs24.x"
//!   filename      = "a.zip"
//! }
//!
//! resource "aws_lambda_function_url" "hello" {
//!   function_name      = aws_lambda_function.hello.function_name
//!   authorization_type = var.auth
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_lambda_function" "hello" {
//!   function_name = "hello"
//!   role          = "arn:aws:iam::123456789012:role/shop"
//!   handler       = "a.b"
//!   runtime       = "nodejs24.x"
//!   filename      = "a.zip"
//!   timeout       = 3
//! }
//!
//! resource "aws_lambda_function_url" "hello" {
//!   function_name      = aws_lambda_function.hello.function_name
//!   authorization_type = "AWS_IAM"
//! }
//! ```
//!
//! ## How to fix
//!
//! Give the value on the command line (`--param`, `--stage`, `--env`), or write a default.

use std::collections::BTreeMap;

use crate::Entry;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References::NONE,
    check: |_, _| {},
};

/// Runs the other rules and files one finding for each property that one of them could not tell.
pub fn collect(cx: &Cx<'_>, entries: &[&'static Entry], out: &mut Findings) {
    let mut open: BTreeMap<(NodeIx, String), (String, Span, Vec<&str>)> = BTreeMap::new();
    for entry in entries {
        let mut filed = Findings::default();
        (entry.rule.check)(cx, &mut filed);
        for (node, property, reason, span) in filed.unknown {
            let (_, _, rules) = open.entry((node, property)).or_insert((reason, span, Vec::new()));
            if !rules.contains(&entry.name) {
                rules.push(entry.name);
            }
        }
    }
    for ((ix, property), (reason, span, rules)) in open {
        let Some(node) = cx.node(ix) else { continue };
        let message = format!(
            "`{property}` of {{subject}} could not be resolved ({reason}): {} cannot tell",
            rules.join(", ")
        );
        out.push(
            Found::new(ix, span.or(node.span), message)
                .label(reason)
                .help("give the value with `--param`, `--stage` or `--env`, or write a default")
                .evidence(property),
        );
    }
}
