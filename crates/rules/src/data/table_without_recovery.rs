//! a table cannot be restored to an earlier point in time
//!
//! ## What
//!
//! Point-in-time recovery of a DynamoDB table is not switched on; of a global table, in one of its replicas.
//!
//! ## Why
//!
//! A function that may write can also delete or overwrite every item, by a bug or in an attacker's hands.
//! DynamoDB keeps no earlier state unless it is told to: without recovery the data is gone.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Orders: # finding
//!       Type: AWS::DynamoDB::Table
//!       Properties:
//!         BillingMode: PAY_PER_REQUEST
//!         AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
//!         KeySchema: [{AttributeName: id, KeyType: HASH}]
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Orders: # finding
//!       Type: AWS::DynamoDB::Table
//!       Properties:
//!         BillingMode: PAY_PER_REQUEST
//!         AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
//!         KeySchema: [{AttributeName: id, KeyType: HASH}]
//!         PointInTimeRecoverySpecification:
//!           PointInTimeRecoveryEnabled: true
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Recovery:
//!     Type: String
//!     Default: 'false' # finding
//! Resources:
//!   Orders:
//!     Type: AWS::DynamoDB::Table
//!     Properties:
//!       BillingMode: PAY_PER_REQUEST
//!       AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
//!       KeySchema: [{AttributeName: id, KeyType: HASH}]
//!       PointInTimeRecoverySpecification:
//!         PointInTimeRecoveryEnabled: !Ref Recovery
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Orders:
//!     Type: AWS::DynamoDB::GlobalTable
//!     Properties:
//!       BillingMode: PAY_PER_REQUEST
//!       AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
//!       KeySchema: [{AttributeName: id, KeyType: HASH}]
//!       Replicas:
//!         - Region: eu-central-1
//!           PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {recovery: {PointInTimeRecoveryEnabled: true}}
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::DynamoDB::Table
//!       Properties:
//!         BillingMode: PAY_PER_REQUEST
//!         AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
//!         KeySchema: [{AttributeName: id, KeyType: HASH}]
//!         PointInTimeRecoverySpecification: ${self:custom.recovery}
//! ```
//!
//! ```hcl bad main.tf
//! variable "recovery" {
//!   type    = bool
//!   default = false # finding
//! }
//!
//! resource "aws_dynamodb_table" "orders" {
//!   name         = "orders"
//!   billing_mode = "PAY_PER_REQUEST"
//!   hash_key     = "id"
//!   point_in_time_recovery {
//!     enabled = var.recovery
//!   }
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! variable "recovery" {
//!   type    = bool
//!   default = true # finding
//! }
//!
//! resource "aws_dynamodb_table" "orders" {
//!   name         = "orders"
//!   billing_mode = "PAY_PER_REQUEST"
//!   hash_key     = "id"
//!   point_in_time_recovery {
//!     enabled = var.recovery
//!   }
//! }
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
//! ```hcl good main.tf
//! locals {
//!   tables = { orders = "id", customers = "mail" }
//! }
//!
//! resource "aws_dynamodb_table" "all" {
//!   for_each     = local.tables
//!   name         = each.key
//!   billing_mode = "PAY_PER_REQUEST"
//!   hash_key     = each.value
//!   point_in_time_recovery {
//!     enabled = true
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Recovery:
//!     Type: String
//! Resources:
//!   Orders:
//!     Type: AWS::DynamoDB::Table
//!     Properties:
//!       BillingMode: PAY_PER_REQUEST
//!       AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
//!       KeySchema: [{AttributeName: id, KeyType: HASH}]
//!       PointInTimeRecoverySpecification:
//!         PointInTimeRecoveryEnabled: !Ref Recovery
//! ```
//!
//! ## How to fix
//!
//! Set `PointInTimeRecoverySpecification: {PointInTimeRecoveryEnabled: true}`. The table is not replaced;
//! it costs a fifth of a dollar per gigabyte and month.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Safe,
    since: "0.1.0",
    references: References {
        checkov: &["CKV_AWS_28"],
        aws: &["DynamoDB.2"],
        attack: &["T1485"],
        stride: &["T", "D"],
        others: &["W78", "AWS-0024"],
        ..References::NONE
    },
    check,
};

const ENABLED: &str = "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled";

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
            let region = replica.get("Region").display();
            one(ix, node, replica, &format!(" in {region}"), out);
        }
    }
}

fn one(ix: NodeIx, node: &Node, holder: &Val, place: &str, out: &mut Findings) {
    let val = holder.lookup(ENABLED);
    let title = "switch on point-in-time recovery";
    let proposal = if place.is_empty() {
        Proposal::set(ix, ENABLED, true, title)
    } else {
        let on = Literal::Map(vec![("PointInTimeRecoveryEnabled".into(), true.into())]);
        let key = "PointInTimeRecoverySpecification".into();
        Proposal::new(title, Safety::Safe, vec![Change::Insert { map: holder.span, key, value: on }])
    };
    match val.as_bool() {
        Some(true) => {}
        None if !val.is_null() => out.cannot_tell(ix, "PointInTimeRecoverySpecification", val),
        _ => out.push(
            Found::at_value(
                ix,
                val,
                if place.is_empty() { node.span } else { holder.span.or(node.span) },
                format!("{{subject}} cannot be restored to an earlier point in time{place}"),
            )
            .label(if val.is_null() { "no point-in-time recovery" } else { "off" })
            .help("set `PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled` to `true`")
            .evidence(format!("recovery off{place}"))
            .fix(proposal)
            .or_where_written(val, true),
        ),
    }
}
