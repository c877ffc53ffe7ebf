//! encryption of a queue is switched off
//!
//! ## What
//!
//! `SqsManagedSseEnabled` is false and no `KmsMasterKeyId` is given. A queue that says nothing is encrypted
//! with a key of SQS since October 2022, and is no finding.
//!
//! ## Why
//!
//! Messages carry orders, addresses and tokens. Without encryption they lie readable on the disks and in
//! the backups of the service, which is what every rule of data protection asks about first.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Encrypt:
//!     Type: String
//!     Default: 'false' # finding
//! Resources:
//!   Orders:
//!     Type: AWS::SQS::Queue
//!     Properties:
//!       SqsManagedSseEnabled: !Ref Encrypt
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::SQS::Queue
//!       Properties:
//!         SqsManagedSseEnabled: false # finding
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::SQS::Queue
//!       Properties:
//!         SqsManagedSseEnabled: true # finding
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Orders:
//!     Type: AWS::SQS::Queue
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::SQS::Queue
//!       Properties:
//!         SqsManagedSseEnabled: false
//!         KmsMasterKeyId: alias/aws/sqs
//! ```
//!
//! ```hcl bad main.tf
//! variable "encrypted" {
//!   type    = bool
//!   default = false # finding
//! }
//!
//! resource "aws_sqs_queue" "orders" {
//!   name                    = "orders"
//!   sqs_managed_sse_enabled = var.encrypted
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! variable "encrypted" {
//!   type    = bool
//!   default = true # finding
//! }
//!
//! resource "aws_sqs_queue" "orders" {
//!   name                    = "orders"
//!   sqs_managed_sse_enabled = var.encrypted
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sqs_queue" "orders" {
//!   name = "orders"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Encrypt:
//!     Type: String
//! Resources:
//!   Orders:
//!     Type: AWS::SQS::Queue
//!     Properties:
//!       SqsManagedSseEnabled: !Ref Encrypt
//! ```
//!
//! ## How to fix
//!
//! Remove `SqsManagedSseEnabled: false`. Encryption with the key of SQS costs nothing, and senders and
//! receivers notice nothing.
//!
//! ## Differs from
//!
//! CKV_AWS_27 fails a queue that says nothing; such a queue is encrypted by default.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Safe,
    since: "0.1.0",
    references: References {
        cwe: &[311],
        owasp_serverless: &["S3", "SAS-3"],
        checkov: &["CKV_AWS_27"],
        aws: &["SQS.1"],
        stride: &["I"],
        others: &["W48", "AWS-0096"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::SQS::Queue") {
        let managed = node.props.get("SqsManagedSseEnabled");
        if managed.is_null() || !node.props.get("KmsMasterKeyId").is_null() {
            continue;
        }
        match managed.as_bool() {
            Some(true) => {}
            None => out.cannot_tell(ix, "SqsManagedSseEnabled", managed),
            Some(false) => out.push(
                Found::at_value(ix, managed, node.span, "encryption of {subject} is switched off")
                    .label("off")
                    .help("remove `SqsManagedSseEnabled: false`: queues are encrypted by default")
                    .evidence("SqsManagedSseEnabled false")
                    .fix(Proposal::set(ix, "SqsManagedSseEnabled", true, "encrypt with the key of SQS"))
                    .or_where_written(managed, true),
            ),
        }
    }
}
