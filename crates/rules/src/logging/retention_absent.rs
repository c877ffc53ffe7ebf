//! logs are kept for ever
//!
//! ## What
//!
//! The log group of a function, an API or a state machine has no `RetentionInDays`.
//!
//! ## Why
//!
//! Logs hold what people did and who they are, and now and then a token that somebody printed. Kept for
//! ever they are found by whoever gets read access in some years, and data-protection law wants a limit.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! functions:
//!   hello: # finding
//!     handler: a.b
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! functions:
//!   hello: # finding
//!     handler: a.b
//!     logRetentionInDays: 30
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Prefix: {Type: String, Default: /aws/lambda}
//! Resources:
//!   Hello:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Logs: # finding
//!     Type: AWS::Logs::LogGroup
//!     Properties:
//!       LogGroupName: !Sub '${Prefix}/${Hello}'
//! ```
//!
//! ```yaml fixed template.yaml
//! Parameters:
//!   Prefix: {Type: String, Default: /aws/lambda}
//! Resources:
//!   Hello:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Logs: # finding
//!     Type: AWS::Logs::LogGroup
//!     Properties:
//!       LogGroupName: !Sub '${Prefix}/${Hello}'
//!       RetentionInDays: 30
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x, logRetentionInDays: 30}
//! functions:
//!   hello:
//!     handler: a.b
//! ```
//!
//! The group of something else than a function, an API or a state machine:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Logs:
//!     Type: AWS::Logs::LogGroup
//!     Properties: {LogGroupName: /office/printers}
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
//! resource "aws_cloudwatch_log_group" "orders" { # finding
//!   name = "/aws/lambda/orders"
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
//! resource "aws_cloudwatch_log_group" "orders" {
//!   name              = "/aws/lambda/${aws_lambda_function.orders.function_name}"
//!   retention_in_days = 30
//! }
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "hello" {
//!   function_name = "hello"
//!   role          = "arn:aws:iam::123456789012:role/shop"
//!   handler       = "a.b"
//!   runtime       = "nodejs24.x"
//!   filename      = "a.zip"
//! }
//!
//! resource "aws_cloudwatch_log_group" "hello" { # finding
//!   name = "/aws/lambda/hello"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_lambda_function" "hello" {
//!   function_name = "hello"
//!   role          = "arn:aws:iam::123456789012:role/shop"
//!   handler       = "a.b"
//!   runtime       = "nodejs24.x"
//!   filename      = "a.zip"
//! }
//!
//! resource "aws_cloudwatch_log_group" "hello" { # finding
//!   name = "/aws/lambda/hello"
//!   retention_in_days = 30
//! }
//! ```
//!
//! ## How to fix
//!
//! serverless.yml: `logRetentionInDays` at the provider or function. Else `RetentionInDays` at the log
//! group. What is older is deleted: export first what must stay. It lowers the bill.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        owasp_serverless: &["S10", "SAS-5"],
        checkov: &["CKV_AWS_66", "CKV_AWS_338"],
        stride: &["I", "R"],
        others: &["W86"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::Logs::LogGroup") {
        let retention = node.props.lookup("RetentionInDays");
        if retention.is_null() && is_asked(cx, ix, node) {
            out.push(
                Found::new(ix, node.span, "{subject} keeps its entries for ever")
                    .label("no retention")
                    .help("set `logRetentionInDays` (Serverless) or `RetentionInDays` of the log group")
                    .evidence("no retention")
                    // What is older is deleted.
                    .fix(Proposal::set(ix, "RetentionInDays", 30, "keep entries for 30 days").risky()),
            );
        }
    }
}

/// Whether a function, an API or a state machine logs there.
fn is_asked(cx: &Cx<'_>, ix: NodeIx, node: &Node) -> bool {
    let name = node.props.get("LogGroupName");
    let prefixes =
        ["/aws/lambda/", "/aws/api", "/aws/http-api", "/aws/websocket", "/aws/vendedlogs/", "/aws/states"];
    node.implied_by.is_some()
        || cx.graph.into(ix, EdgeKind::LogsTo).next().is_some()
        || prefixes.iter().any(|p| name.display().starts_with(p))
}
