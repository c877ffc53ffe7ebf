//! a table can be deleted by one call
//!
//! ## What
//!
//! A DynamoDB table, or a replica of a global table, has no deletion protection, and neither `DeletionPolicy: Retain` nor `prevent_destroy` keeps it when
//! its stack is taken away.
//!
//! ## Why
//!
//! A stack that is removed by mistake, a renamed resource, a pipeline with the wrong stage, or a function that may do `dynamodb:*` in an attacker's hands
//! deletes the table with all it holds.
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
//! ```yaml fixed template.yaml
//! Resources:
//!   Orders: # finding
//!     Type: AWS::DynamoDB::Table
//!     Properties:
//!       BillingMode: PAY_PER_REQUEST
//!       DeletionProtectionEnabled: true
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {protect: false} # finding
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::DynamoDB::Table
//!       Properties:
//!         DeletionProtectionEnabled: ${self:custom.protect}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_dynamodb_table" "orders" { # finding
//!   name         = "orders"
//!   billing_mode = "PAY_PER_REQUEST"
//!   hash_key     = "id"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_dynamodb_table" "orders" { # finding
//!   name         = "orders"
//!   billing_mode = "PAY_PER_REQUEST"
//!   hash_key     = "id"
//!   deletion_protection_enabled = true
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Orders:
//!     Type: AWS::DynamoDB::Table
//!     DeletionPolicy: Retain
//!     Properties:
//!       BillingMode: PAY_PER_REQUEST
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::DynamoDB::Table
//!       Properties:
//!         DeletionProtectionEnabled: true
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_dynamodb_table" "orders" {
//!   name         = "orders"
//!   billing_mode = "PAY_PER_REQUEST"
//!   hash_key     = "id"
//!   lifecycle {
//!     prevent_destroy = true
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Protect:
//!     Type: String
//! Resources:
//!   Orders:
//!     Type: AWS::DynamoDB::Table
//!     Properties:
//!       DeletionProtectionEnabled: !Ref Protect
//! ```
//!
//! ## How to fix
//!
//! Set `DeletionProtectionEnabled` to `true`. Nothing changes for who reads and writes; whoever wants to delete the table has to switch it off first.

use crate::prelude::*;
use crate::switch;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Safe,
    since: "0.1.0",
    references: References { aws: &["DynamoDB.6"], attack: &["T1485"], stride: &["D"], ..References::NONE },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::DynamoDB::Table").filter(|(_, n)| !super::is_retained(n)) {
        let message = "{subject} can be deleted by one call";
        if let Some(found) = switch::off(out, ix, node, "DeletionProtectionEnabled", message) {
            let fix = Proposal::set(ix, "DeletionProtectionEnabled", true, "protect the table from deletion");
            out.push(
                found
                    .help("set `DeletionProtectionEnabled` to `true`")
                    .fix(fix)
                    .or_where_written(node.props.lookup("DeletionProtectionEnabled"), true),
            );
        }
    }
    for (ix, node) in cx.of_type("AWS::DynamoDB::GlobalTable").filter(|(_, n)| !super::is_retained(n)) {
        for replica in node.props.get("Replicas").items() {
            let protected = replica.lookup("DeletionProtectionEnabled");
            let region = replica.get("Region").display();
            match switch::on(protected) {
                Tri::Yes => {}
                Tri::Unknown => out.cannot_tell(ix, "Replicas", protected),
                Tri::No => out.push(
                    Found::at_value(
                        ix,
                        protected,
                        replica.span.or(node.span),
                        format!("{{subject}} can be deleted by one call in {region}"),
                    )
                    .label(if protected.is_null() { "no `DeletionProtectionEnabled`" } else { "off" })
                    .help("set `DeletionProtectionEnabled` of the replica to `true`")
                    .fix(Proposal::new(
                        "protect the replica from deletion",
                        Safety::Safe,
                        vec![Change::Insert {
                            map: replica.span,
                            key: "DeletionProtectionEnabled".into(),
                            value: true.into(),
                        }],
                    ))
                    .evidence(format!("unprotected in {region}")),
                ),
            }
        }
    }
}
