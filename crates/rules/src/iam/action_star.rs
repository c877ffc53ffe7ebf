//! a role may do every action on some resources
//!
//! ## What
//!
//! An Allow statement has the action `*` (or `*:*`) on limited resources or under a condition. On every
//! resource without a condition it is `iam-admin-statement`.
//!
//! ## Why
//!
//! Whatever the resource is, the role may delete it, open it to others and change who owns it. An attacker
//! in the handler needs the one or two actions that the code never calls.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   iam:
//!     role:
//!       statements:
//!         - Effect: Allow
//!           Action: ['*'] # finding
//!           Resource: !GetAtt Orders.Arn
//! functions:
//!   hello: {handler: a.b}
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::SQS::Queue
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Actions: {Type: String, Default: '*'} # finding
//! Resources:
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Policies:
//!         - Statement: {Effect: Allow, Action: !Ref Actions, Resource: 'arn:aws:s3:::shop/*'}
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
//!         - Statement: {Effect: Allow, Action: 's3:Get*', Resource: 'arn:aws:s3:::shop/*'}
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
//!         - Effect: Allow
//!           Action: sqs:SendMessage
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
//!       Action   = "*" # finding
//!       Resource = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
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
//!       Action   = ["dynamodb:GetItem"]
//!       Resource = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
//!     }]
//!   })
//! }
//! ```
//!
//! ## How to fix
//!
//! Name the actions that the handler calls.
//!
//! No change is proposed: what the code calls, and on what, is not told by the statement.

use crate::grants::{self, Wide};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[250, 732],
        owasp_serverless: &["S5", "SAS-4"],
        checkov: &["CKV_AWS_49", "CKV_AWS_63"],
        stride: &["E"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for grant in grants::written(cx) {
        let s = grant.statement;
        let Some((Wide::Star, at)) = grants::wide(s) else { continue };
        let when = if s.condition.is_null() { "" } else { " under a condition" };
        let message = format!("{{subject}} may do every action on {}{when}", grants::on(s));
        if let Some(found) = grants::found(cx, &grant.holders, at, s.span, &message) {
            out.push(
                found
                    .label("every action")
                    .help("name the actions that the code calls")
                    .evidence(grants::evidence(s, "*")),
            );
        }
    }
}
