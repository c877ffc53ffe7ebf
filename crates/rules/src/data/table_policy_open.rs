//! a table's resource policy lets in everyone or a foreign account
//!
//! ## What
//!
//! A statement of the resource policy of a table or of its stream allows principal `*` without a condition
//! that pins the caller, or an account that is neither own nor trusted.
//!
//! ## Why
//!
//! The data of the application stands open to whoever controls that account: they read every item, or
//! write items that the functions then trust. DynamoDB's own check refuses a policy that is public at the
//! moment it is attached; it lets another account through.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Orders:
//!     Type: AWS::DynamoDB::Table
//!     Properties:
//!       BillingMode: PAY_PER_REQUEST
//!       AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
//!       KeySchema: [{AttributeName: id, KeyType: HASH}]
//!       ResourcePolicy:
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Allow
//!               Principal: '*' # finding
//!               Action: dynamodb:GetItem
//!               Resource: '*'
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {who: '*'} # finding
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::DynamoDB::Table
//!       Properties:
//!         BillingMode: PAY_PER_REQUEST
//!         AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
//!         KeySchema: [{AttributeName: id, KeyType: HASH}]
//!         ResourcePolicy:
//!           PolicyDocument:
//!             Statement:
//!               - Effect: Allow
//!                 Principal: {AWS: '${self:custom.who}'}
//!                 Action: [dynamodb:Query, dynamodb:Scan]
//!                 Resource: '*'
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Orders:
//!     Type: AWS::DynamoDB::Table
//!     Properties:
//!       BillingMode: PAY_PER_REQUEST
//!       AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
//!       KeySchema: [{AttributeName: id, KeyType: HASH}]
//!       ResourcePolicy:
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Allow
//!               Principal: '*'
//!               Action: dynamodb:GetItem
//!               Resource: '*'
//!               Condition: {StringEquals: {'aws:PrincipalAccount': !Ref 'AWS::AccountId'}}
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
//!         BillingMode: PAY_PER_REQUEST
//!         AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
//!         KeySchema: [{AttributeName: id, KeyType: HASH}]
//!         ResourcePolicy:
//!           PolicyDocument:
//!             Statement:
//!               - Effect: Allow
//!                 Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:role/reader'}
//!                 Action: dynamodb:GetItem
//!                 Resource: '*'
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_dynamodb_table" "orders" {
//!   name         = "orders"
//!   billing_mode = "PAY_PER_REQUEST"
//!   hash_key     = "id"
//! }
//!
//! resource "aws_dynamodb_resource_policy" "orders" {
//!   resource_arn = aws_dynamodb_table.orders.arn
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = "*" # finding
//!       Action    = "dynamodb:GetItem"
//!       Resource  = aws_dynamodb_table.orders.arn
//!     }]
//!   })
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_dynamodb_table" "orders" {
//!   name         = "orders"
//!   billing_mode = "PAY_PER_REQUEST"
//!   hash_key     = "id"
//! }
//!
//! resource "aws_iam_role" "report" {
//!   name               = "report"
//!   assume_role_policy = jsonencode({ Statement = [] })
//! }
//!
//! resource "aws_dynamodb_resource_policy" "orders" {
//!   resource_arn = aws_dynamodb_table.orders.arn
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = { AWS = aws_iam_role.report.arn }
//!       Action    = "dynamodb:GetItem"
//!       Resource  = aws_dynamodb_table.orders.arn
//!     }]
//!   })
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Reader:
//!     Type: String
//! Resources:
//!   Orders:
//!     Type: AWS::DynamoDB::Table
//!     Properties:
//!       BillingMode: PAY_PER_REQUEST
//!       AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
//!       KeySchema: [{AttributeName: id, KeyType: HASH}]
//!       ResourcePolicy:
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Allow
//!               Principal: {AWS: !Ref Reader}
//!               Action: dynamodb:GetItem
//!               Resource: '*'
//! ```
//!
//! ## How to fix
//!
//! Name the roles that read the table. Accounts of the own organisation are let in by `aws:PrincipalOrgID`;
//! accounts that belong to you go into `trusted-accounts`.

use crate::policy::{self, Outsider};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[284, 732],
        owasp_serverless: &["S5", "SAS-3"],
        attack: &["T1530"],
        stride: &["I", "T"],
        ..References::NONE
    },
    check,
};

const TABLES: &[&str] = &["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, _, store) in policy::with_policy(cx, TABLES, out) {
        for s in &store.policy {
            match policy::outsider(cx, &store.policy, s) {
                Outsider::Let { at, who, .. } => {
                    let what = s.actions.first().map_or_else(|| "NotAction".into(), Val::display);
                    out.push(
                        Found::at_value(
                            ix,
                            at,
                            s.span,
                            format!("the policy of {{subject}} lets {who} in (`{what}`)"),
                        )
                        .label("no condition says who")
                        .help("name the roles that need it, or pin the caller by `aws:PrincipalOrgID`")
                        .evidence(policy::evidence(s)),
                    );
                }
                Outsider::CannotTell(val) => out.cannot_tell(ix, "ResourcePolicy", val),
                Outsider::Nobody => {}
            }
        }
    }
}
