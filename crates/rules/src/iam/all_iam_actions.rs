//! a role may do everything in IAM
//!
//! ## What
//!
//! An Allow statement has the action `iam:*`, on whatever resource and under whatever condition.
//!
//! ## Why
//!
//! Who may do everything in IAM is an administrator in one more step: they attach AdministratorAccess to
//! their own role, make access keys of other users, or let an account of theirs assume a role here.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! custom:
//!   actions: ['s3:GetObject', 'IAM:*'] # finding
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   iam:
//!     role:
//!       statements:
//!         - Effect: Allow
//!           Action: ${self:custom.actions}
//!           Resource: '*'
//! functions:
//!   hello: {handler: a.b}
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Policies:
//!         - Statement:
//!             - Effect: Allow
//!               Action: iam:* # finding
//!               Resource: !Sub 'arn:aws:iam::${AWS::AccountId}:role/app-*'
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Policies:
//!         - Statement: {Effect: Allow, Action: ['iam:Get*', 'iam:List*'], Resource: '*'}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   iam:
//!     role:
//!       statements:
//!         - Effect: Deny
//!           Action: iam:*
//!           Resource: '*'
//! functions:
//!   hello: {handler: a.b}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_iam_role" "orders" {
//!   assume_role_policy = jsonencode({
//!     Version = "2012-10-17"
//!     Statement = [{
//!       Effect    = "Allow"
//!       Action    = "sts:AssumeRole"
//!       Principal = { Service = "lambda.amazonaws.com" }
//!     }]
//!   })
//! }
//!
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   role          = aws_iam_role.orders.arn
//!   handler       = "orders.handler"
//!   runtime       = "python3.13"
//!   filename      = "orders.zip"
//! }
//!
//! resource "aws_iam_role_policy" "orders" {
//!   role = aws_iam_role.orders.id
//!   policy = jsonencode({
//!     Version = "2012-10-17"
//!     Statement = [{
//!       Effect   = "Allow"
//!       Action   = ["iam:*"] # finding
//!       Resource = "*"
//!     }]
//!   })
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_iam_role" "orders" {
//!   assume_role_policy = jsonencode({
//!     Version = "2012-10-17"
//!     Statement = [{
//!       Effect    = "Allow"
//!       Action    = "sts:AssumeRole"
//!       Principal = { Service = "lambda.amazonaws.com" }
//!     }]
//!   })
//! }
//!
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   role          = aws_iam_role.orders.arn
//!   handler       = "orders.handler"
//!   runtime       = "python3.13"
//!   filename      = "orders.zip"
//! }
//!
//! resource "aws_iam_role_policy" "orders" {
//!   role = aws_iam_role.orders.id
//!   policy = jsonencode({
//!     Version = "2012-10-17"
//!     Statement = [{
//!       Effect   = "Allow"
//!       Action   = ["iam:GetRole"]
//!       Resource = "*"
//!     }]
//!   })
//! }
//! ```
//!
//! ## How to fix
//!
//! Name the actions that the handler calls, each on the users or roles it is for. A function that makes
//! roles is limited by a permissions boundary (`iam:PermissionsBoundary` as condition).
//!
//! No change is proposed: what the code calls, and on what, is not told by the statement.

use crate::grants::{self, Wide};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Critical,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[250, 269],
        owasp_serverless: &["S5", "SAS-4"],
        checkov: &["CKV2_AWS_40"],
        attack: &["T1098"],
        stride: &["E"],
        others: &["iam_policy_allows_privilege_escalation"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for grant in grants::written(cx) {
        let s = grant.statement;
        let Some((Wide::Iam, at)) = grants::wide(s) else { continue };
        let message = format!("{{subject}} may do every action of IAM on {}", grants::on(s));
        if let Some(found) = grants::found(cx, &grant.holders, at, s.span, &message) {
            out.push(
                found
                    .label("every action of IAM: an administrator in one more step")
                    .help("name the IAM actions that the code calls, and the users or roles they are for")
                    .evidence(grants::evidence(s, "iam:*")),
            );
        }
    }
}
