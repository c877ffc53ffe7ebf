//! the log group is not encrypted with a customer key
//!
//! ## What
//!
//! `KmsKeyId` of a log group is absent: entries are encrypted with a key of the service.
//!
//! ## Why
//!
//! Logs hold what functions were sent. With a customer key, its policy says who may read them, whatever other policies allow, and taking the key away closes
//! them at once.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Log: # finding
//!     Type: AWS::Logs::LogGroup
//!     Properties: {LogGroupName: /aws/lambda/orders, RetentionInDays: 30}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! functions:
//!   f: {handler: a.b} # finding
//! ```
//!
//! An empty default:
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Key: {Type: String, Default: ''} # finding
//! Resources:
//!   Log:
//!     Type: AWS::Logs::LogGroup
//!     Properties: {RetentionInDays: 30, KmsKeyId: !Ref Key}
//! ```
//!
//! ```yaml good template.yaml
//! Parameters:
//!   Key: {Type: String, Default: "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"}
//! Resources:
//!   Log:
//!     Type: AWS::Logs::LogGroup
//!     Properties: {RetentionInDays: 30, KmsKeyId: !Ref Key}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_cloudwatch_log_group" "orders" { # finding
//!   name = "/aws/lambda/orders"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_kms_key" "logs" {
//!   enable_key_rotation = true
//! }
//!
//! resource "aws_cloudwatch_log_group" "orders" {
//!   name       = "/aws/lambda/orders"
//!   kms_key_id = aws_kms_key.logs.arn
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Whether a key that is named still exists is not tried.
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Key: {Type: String}
//! Resources:
//!   Log:
//!     Type: AWS::Logs::LogGroup
//!     Properties: {RetentionInDays: 30, KmsKeyId: !Ref Key}
//! ```
//!
//! ## How to fix
//!
//! `KmsKeyId`; the key's policy must let `logs.REGION.amazonaws.com` use it for the group. A key costs a monthly fee and a fee per use.

use crate::prelude::*;
use crate::switch::absent_or;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[311],
        owasp_serverless: &["S3", "SAS-7"],
        checkov: &["CKV_AWS_158"],
        stride: &["I"],
        others: &["W84", "AWS-0017"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::Logs::LogGroup") {
        let key = node.props.get("KmsKeyId");
        if key.is_null() || key.as_str() == Some("") {
            out.push(
                absent_or(
                    ix,
                    node,
                    "KmsKeyId",
                    key,
                    "no key",
                    "{subject} is not encrypted with a customer key",
                )
                .help("name a key in `KmsKeyId`")
                .evidence("no customer key"),
            );
        } else if matches!(key.state, State::Unknown(_)) {
            out.cannot_tell(ix, "KmsKeyId", key);
        }
    }
}
