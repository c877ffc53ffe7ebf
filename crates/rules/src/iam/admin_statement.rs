//! a role may do everything on everything
//!
//! ## What
//!
//! An Allow statement without condition has an action pattern that covers every action (`*`, `*:*`) and a
//! resource pattern that covers everything (`*`, `arn:*`).
//!
//! ## Why
//!
//! The role is an administrator of the account. One fault in one handler, an injection or a poisoned
//! dependency, and the attacker reads all data, makes users of their own, changes every function and
//! switches off the trail.
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
//!           Action: '*' # finding
//!           Resource: '*'
//! functions:
//!   hello: {handler: a.b}
//!   bye: {handler: a.c}
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Actions: {Type: String, Default: '*:*'} # finding
//! Resources:
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Policies:
//!         - Statement: {Effect: Allow, Action: !Ref Actions, Resource: 'arn:*'}
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
//!         - Statement: {Effect: Deny, Action: '*', Resource: '*'}
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
//!           Action: 'ec2:DescribeSubnets'
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
//! data "aws_iam_policy_document" "orders" {
//!   statement {
//!     actions   = ["*"] # finding
//!     resources = ["*"]
//!   }
//! }
//!
//! resource "aws_iam_policy" "orders" {
//!   policy = data.aws_iam_policy_document.orders.json
//! }
//!
//! resource "aws_iam_role_policy_attachment" "orders" {
//!   role       = aws_iam_role.orders.name
//!   policy_arn = aws_iam_policy.orders.arn
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
//! ```hcl bad main.tf
//! resource "aws_iam_role" "hello" {
//!   name = "hello"
//!   assume_role_policy = jsonencode({
//!     Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
//!   })
//! }
//!
//! resource "aws_iam_policy" "hello" {
//!   policy = <<-EOF
//!     {
//!       "Statement": [{
//!         "Effect": "Allow",
//!         "Action": "*",
//!         "Resource": "*"
//!       }]
//!     }
//!   EOF
//! }
//!
//! resource "aws_iam_role_policy_attachment" "hello" {
//!   role       = aws_iam_role.hello.name
//!   policy_arn = aws_iam_policy.hello.arn
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Actions: {Type: String}
//! Resources:
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Policies:
//!         - Statement: {Effect: Allow, Action: !Ref Actions, Resource: '*'}
//! ```
//!
//! ## How to fix
//!
//! Name the actions that the handler calls and the resources it calls them on. What is left out fails with
//! `AccessDenied` at run time: try it in a test stage.
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
        cwe: &[250, 732],
        owasp_serverless: &["S5", "SAS-4"],
        checkov: &["CKV_AWS_1", "CKV_AWS_62"],
        attack: &["T1078.004"],
        stride: &["E"],
        others: &["F3", "F4", "F5", "AWS-0057", "AWS-0114", "AWS-0120", "CIS-2.14"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    grants::unread(cx, out);
    for grant in grants::written(cx) {
        let s = grant.statement;
        let Some((Wide::Admin, at)) = grants::wide(s) else {
            // Only what could still be every action on everything is open.
            let open = s.actions.iter().find(|a| a.is("*") == Tri::Unknown && !grants::is_pseudo(a));
            if let (Some(open), true) = (open, s.resources.iter().any(grants::is_everything))
                && let Some(holder) = grant.holders.first()
                && s.condition.is_null()
            {
                out.cannot_tell(*holder, "Action", open);
            }
            continue;
        };
        let resource = s.resources.iter().find(|r| grants::is_everything(r));
        let message = "{subject} may do every action on every resource";
        if let Some(found) = grants::found(cx, &grant.holders, at, s.span, message) {
            out.push(
                found
                    .label("every action")
                    .also(resource.map_or(Span::NONE, |r| r.span), "on every resource")
                    .help("name the actions that the code calls and the resources it calls them on")
                    .evidence(grants::evidence(s, &at.display())),
            );
        }
    }
}
