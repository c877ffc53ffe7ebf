//! a topic has no encryption key of its own
//!
//! ## What
//!
//! `KmsMasterKeyId` of a topic is absent. The disks of SNS are encrypted all the same: a key adds control
//! over who may read.
//!
//! ## Why
//!
//! With a key, reading needs a second permission that can be taken away, and every use is in the trail.
//! Without it, whoever gets the right to subscribe reads every message and nothing tells.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Alerts: # finding
//!     Type: AWS::SNS::Topic
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {topic: {DisplayName: alerts}}
//! resources:
//!   Resources:
//!     Alerts: # finding
//!       Type: AWS::SNS::Topic
//!       Properties: ${self:custom.topic}
//! ```
//!
//! ```yaml good template.yaml
//! Parameters:
//!   Key:
//!     Type: String
//! Resources:
//!   Alerts:
//!     Type: AWS::SNS::Topic
//!     Properties:
//!       KmsMasterKeyId: !Ref Key
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Alerts:
//!       Type: AWS::SNS::Topic
//!       Properties:
//!         KmsMasterKeyId: alias/aws/sns
//! ```
//!
//! ```hcl bad main.tf
//! variable "key" {
//!   type    = string
//!   default = null
//! }
//!
//! resource "aws_sns_topic" "orders" { # finding
//!   name              = "orders"
//!   kms_master_key_id = var.key
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sns_topic" "orders" {
//!   name              = "orders"
//!   kms_master_key_id = "alias/aws/sns"
//! }
//! ```
//!
//! ## How to fix
//!
//! Set `KmsMasterKeyId`. With `alias/aws/sns` AWS services (alarms, buckets, rules) can no longer publish:
//! where they do, make a customer key whose policy allows them, at one dollar a month and the requests.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[311],
        owasp_serverless: &["S3", "SAS-3"],
        checkov: &["CKV_AWS_26"],
        aws: &["SNS.1"],
        stride: &["I"],
        others: &["W47", "AWS-0095"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::SNS::Topic") {
        let key = node.props.lookup("KmsMasterKeyId");
        if key.is_null() || key.as_str() == Some("") {
            out.push(
                Found::at_value(ix, key, node.span, "{subject} has no encryption key")
                    .label("no `KmsMasterKeyId`")
                    .help("set `KmsMasterKeyId`; a customer key where AWS services publish")
                    .evidence("no key"),
            );
        }
    }
}
