//! a table is not encrypted with a customer key
//!
//! ## What
//!
//! A DynamoDB table, or a replica of a global table, names no KMS key of its own in `SSESpecification`. `SSEEnabled: true` without a
//! key takes the key that AWS manages.
//!
//! ## Why
//!
//! Every table is encrypted, by default with a key of DynamoDB that opens for whoever may read the table. With a key of one's own a
//! second permission stands between a stolen policy and the data, and each use of it is in the trail.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Orders: # finding
//!     Type: AWS::DynamoDB::Table
//!     Properties:
//!       BillingMode: PAY_PER_REQUEST
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {sse: {SSEEnabled: true}} # finding
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::DynamoDB::Table
//!       Properties:
//!         SSESpecification: ${self:custom.sse}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_dynamodb_table" "orders" {
//!   name         = "orders"
//!   billing_mode = "PAY_PER_REQUEST"
//!   hash_key     = "id"
//!   server_side_encryption {
//!     enabled = true # finding
//!   }
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Key:
//!     Type: AWS::KMS::Key
//!   Orders:
//!     Type: AWS::DynamoDB::GlobalTable
//!     Properties:
//!       SSESpecification: {SSEEnabled: true, SSEType: KMS}
//!       Replicas:
//!         - Region: eu-central-1
//!           SSESpecification: {KMSMasterKeyId: !Ref Key}
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_kms_key" "data" {}
//!
//! resource "aws_dynamodb_table" "orders" {
//!   name         = "orders"
//!   billing_mode = "PAY_PER_REQUEST"
//!   hash_key     = "id"
//!   server_side_encryption {
//!     enabled     = true
//!     kms_key_arn = aws_kms_key.data.arn
//!   }
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
//!     Type: AWS::DynamoDB::Table
//!     Properties:
//!       SSESpecification: {SSEEnabled: !Ref Encrypt, KMSMasterKeyId: alias/data}
//! ```
//!
//! ## How to fix
//!
//! Set `SSESpecification` to `SSEEnabled: true`, `SSEType: KMS` and a key. Who uses the table then needs `kms:Decrypt` on the key through
//! DynamoDB; the key costs one dollar a month and its calls.
//!
//! ## Differs from
//!
//! AWS-0025 and CKV_AWS_119 take any `kms_key_arn`; so does this, except the alias of the key that AWS manages.

use crate::prelude::*;
use crate::switch;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[311],
        owasp_serverless: &["S3", "SAS-3"],
        checkov: &["CKV_AWS_119"],
        stride: &["I"],
        others: &["W74", "AWS-0025"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::DynamoDB::Table") {
        one(ix, node, &node.props, "", out);
    }
    for (ix, node) in cx.of_type("AWS::DynamoDB::GlobalTable") {
        let replicas = node.props.get("Replicas");
        if !replicas.is_known() {
            out.cannot_tell(ix, "Replicas", replicas);
        }
        for replica in replicas.items() {
            let place = format!(" in {}", replica.get("Region").display());
            one(ix, node, replica, &place, out);
        }
    }
}

fn one(ix: NodeIx, node: &Node, holder: &Val, place: &str, out: &mut Findings) {
    let key = holder.lookup("SSESpecification.KMSMasterKeyId");
    // The switch of a global table stands on the table, for all of its replicas.
    let enabled = node.props.lookup("SSESpecification.SSEEnabled");
    let of_aws = key.is_null() || key.display().ends_with("alias/aws/dynamodb");
    match switch::on(enabled) {
        Tri::Yes if !of_aws => {}
        Tri::Unknown if !of_aws => out.cannot_tell(ix, "SSESpecification", enabled),
        on => {
            let at = if key.is_null() { enabled } else { key };
            out.push(
                Found::at_value(
                    ix,
                    at,
                    if place.is_empty() { node.span } else { holder.span.or(node.span) },
                    format!("{{subject}} is not encrypted with a customer key{place}"),
                )
                .label(match on {
                    _ if at.is_null() => "no `SSESpecification`",
                    Tri::No => "off: a key of DynamoDB is used",
                    _ => "no key is named: the key of AWS",
                })
                .help("set `SSESpecification` to `SSEEnabled: true`, `SSEType: KMS` and a key in `KMSMasterKeyId`")
                .evidence(format!("no customer key{place}")),
            );
        }
    }
}
