//! a function's role has full access to a service
//!
//! ## What
//!
//! `PowerUserAccess` or a managed policy of AWS whose name ends in `FullAccess` is attached to a role that a
//! function runs as, or that trusts Lambda for functions which stand elsewhere. `AdministratorAccess` and `IAMFullAccess` are rules of their own.
//!
//! ## Why
//!
//! The policy allows every action of the service on everything in the account. A handler needs three or four
//! on one table or bucket; who gets into it has the data of all other applications as well, and may delete
//! it.
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
//!         - arn:aws:iam::aws:policy/AmazonS3FullAccess # finding
//! functions:
//!   hello: {handler: a.b}
//! ```
//!
//! By its name alone, from a parameter:
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Rights: {Type: String, Default: AmazonS3FullAccess} # finding
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
//! On a role for functions of other files:
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Shared:
//!     Type: AWS::IAM::Role
//!     Properties:
//!       AssumeRolePolicyDocument: {Statement: {Effect: Allow, Principal: {Service: [lambda.amazonaws.com]}, Action: sts:AssumeRole}}
//!       ManagedPolicyArns: ['arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess'] # finding
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
//!       Policies: [AmazonS3ReadOnlyAccess]
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
//!         - arn:aws:iam::123456789012:policy/AmazonS3FullAccess
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
//!   policy_arn = "arn:aws:iam::aws:policy/AmazonS3FullAccess" # finding
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
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[250, 732],
        owasp_serverless: &["S5", "SAS-4"],
        attack: &["T1078.004"],
        stride: &["E"],
        others: &["W43", "W44"],
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
        if !((name == "PowerUserAccess" || is_full(name)) && grants::have_functions(cx, &one.holders)) {
            continue;
        }
        let what = if name == "PowerUserAccess" {
            "every action but those of IAM"
        } else {
            "every action of the service"
        };
        let message = format!("{{subject}} has `{name}`: {what} on everything in the account");
        if let Some(found) = grants::found(cx, &one.holders, value, Span::NONE, &message) {
            out.push(
                found
                    .label("full access")
                    .help("replace it by statements with the actions and resources that the code uses")
                    .evidence(name),
            );
        }
    }
}

/// Whether a name says full access to something else than IAM.
fn is_full(name: &str) -> bool {
    (name.ends_with("FullAccess") || name.contains("FullAccess_") || name.ends_with("_FullAccess"))
        && name != "IAMFullAccess"
}
