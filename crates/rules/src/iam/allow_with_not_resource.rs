//! a statement allows its actions on all but the resources it names
//!
//! ## What
//!
//! A statement of a role, of its trust or of a resource policy has effect Allow and `NotResource`.
//!
//! ## Why
//!
//! It reads like a prohibition and is a permission for all the rest: every resource that it does not name is allowed, what
//! AWS or a colleague adds tomorrow included. Who gets into the function has nearly everything.
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
//!           Action: s3:GetObject
//!           NotResource: ['arn:aws:s3:::secrets/*'] # finding
//! functions:
//!   hello: {handler: a.b}
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Spared: {Type: String, Default: 'arn:aws:s3:::secrets/*'} # finding
//! Resources:
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Policies:
//!         - Statement: {Effect: Allow, Action: 's3:GetObject', NotResource: !Ref Spared}
//! ```
//!
//! A Deny with it is the usual way to write an allow-list:
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
//!         - Statement: {Effect: Deny, Action: 's3:GetObject', NotResource: 'arn:aws:s3:::shop/*'}
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
//!           Action: s3:GetObject
//!           Resource: arn:aws:s3:::shop/*
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
//!       Effect      = "Allow"
//!       Action      = ["s3:GetObject"]
//!       NotResource = "arn:aws:s3:::secret/*" # finding
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
//! Write what is allowed. What must never happen goes into a statement of its own with effect Deny.
//!
//! No change is proposed: what is meant to be allowed stands nowhere in the files.

use crate::grants;
use crate::policy;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[732],
        owasp_serverless: &["S5", "SAS-4"],
        stride: &["E"],
        others: &["W21", "W22", "W23", "NOTRESOURCE_WITH_ALLOW"],
        ..References::NONE
    },
    check,
};

const HELP: &str = "name what it is for in `Resource`; put prohibitions into a Deny of their own";

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for grant in grants::written(cx) {
        let s = grant.statement;
        let Some(at) = s.not_resources.first() else { continue };
        let message = "{subject} may do every resource but those it names, those of other applications and of the future among them";
        let message = message.replace("those it names", &spared(s));
        if let Some(found) = grants::found(cx, &grant.holders, at, s.span, &message) {
            out.push(found.label("everything else is allowed").help(HELP).evidence(policy::evidence(s)));
        }
    }
    for (ix, node) in cx.graph.iter() {
        let trust = node.role().map_or(&[][..], |r| &r.trust);
        let resource = node.store().map_or(&[][..], |s| &s.policy);
        for s in trust.iter().chain(resource).filter(|s| s.allows().is_yes() && !policy::is_made(s)) {
            let Some(at) = s.not_resources.first() else { continue };
            let message = format!("{} allows everything but {}", policy::whose(node), spared(s));
            out.push(
                Found::at_value(ix, at, s.span, message)
                    .label("everything else is allowed")
                    .help(HELP)
                    .evidence(policy::evidence(s)),
            );
        }
    }
}

fn spared(s: &Statement) -> String {
    let shown: Vec<String> = s.not_resources.iter().take(3).map(|v| format!("`{}`", v.display())).collect();
    let more = s.not_resources.len().saturating_sub(3);
    if more > 0 { format!("{} and {more} more", shown.join(", ")) } else { shown.join(", ") }
}
