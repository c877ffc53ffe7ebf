//! the managed policy AdministratorAccess is attached to a role
//!
//! ## What
//!
//! The managed policy `AdministratorAccess` of AWS is attached to a role, user or group of the application.
//!
//! ## Why
//!
//! Whoever becomes the role is an administrator of the account. One fault in one handler, an injection or a
//! poisoned dependency, and the attacker reads all data, makes users of their own, changes every function
//! and switches off the trail.
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
//!       managedPolicies:
//!         - arn:aws:iam::aws:policy/AdministratorAccess # finding
//! functions:
//!   hello: {handler: a.b}
//! ```
//!
//! By its name alone, from a parameter:
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Rights: {Type: String, Default: AdministratorAccess} # finding
//! Resources:
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Policies: [!Ref Rights]
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
//!       Policies: [AWSXRayDaemonWriteAccess]
//! ```
//!
//! A policy of the account's own with such a name:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   iam:
//!     role:
//!       managedPolicies:
//!         - arn:aws:iam::123456789012:policy/AdministratorAccess
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
//! resource "aws_iam_role_policy_attachment" "orders" {
//!   role       = aws_iam_role.orders.name
//!   policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess" # finding
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
//! resource "aws_iam_role_policy_attachment" "orders" {
//!   role       = aws_iam_role.orders.name
//!   policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
//! }
//! ```
//!
//! ```hcl bad main.tf
//! locals {
//!   policies = {
//!     logs = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
//!     all  = "arn:aws:iam::aws:policy/AdministratorAccess" # finding
//!   }
//! }
//!
//! resource "aws_iam_role" "hello" {
//!   name = "hello"
//!   assume_role_policy = jsonencode({
//!     Statement = [{ Effect = "Allow", Principal = { Service = "lambda.amazonaws.com" }, Action = "sts:AssumeRole" }]
//!   })
//! }
//!
//! resource "aws_iam_role_policy_attachment" "hello" {
//!   for_each   = local.policies
//!   role       = aws_iam_role.hello.name
//!   policy_arn = each.value
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Rights: {Type: String}
//! Resources:
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Policies: [!Ref Rights]
//! ```
//!
//! ## How to fix
//!
//! Replace it by statements with the actions that the code calls on the resources it calls them on. What is
//! left out fails with `AccessDenied` at run time: try it in a test stage.
//!
//! No change is proposed: what the code calls, and on what, is not told by the statement.

use crate::grants;
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
        checkov: &["CKV_AWS_274", "CKV_AWS_275"],
        attack: &["T1078.004"],
        stride: &["E"],
        others: &["iam_role_administratoraccess_policy", "W43", "W44"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for one in grants::attached(cx) {
        let value = &one.policy.value;
        let Some(name) = one.name.as_deref() else {
            if let (true, Some(holder)) = (grants::is_open(value), one.holders.first()) {
                out.cannot_tell(*holder, "ManagedPolicyArns", value);
            }
            continue;
        };
        if name != "AdministratorAccess" {
            continue;
        }
        let message = format!("{{subject}} may do everything in the account (`{name}`)");
        if let Some(found) = grants::found(cx, &one.holders, value, Span::NONE, &message) {
            out.push(
                found
                    .label("every action on every resource")
                    .help("replace it by statements with the actions and resources that the code uses")
                    .evidence(name),
            );
        }
    }
}
