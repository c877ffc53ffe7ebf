//! the function can never run
//!
//! ## What
//!
//! The function reserves a concurrency of 0: Lambda refuses every call.
//!
//! ## Why
//!
//! Zero is how a function is stopped in an emergency. Written into the code it stays: events for the function are
//! lost or pile up, and whoever deploys next does not see that a check, a clean-up or an alarm no longer happens.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//!     reservedConcurrency: 0 # finding
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Limit: {Type: Number, Default: 0} # finding
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       ReservedConcurrentExecutions: !Ref Limit
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//!     reservedConcurrency: 1
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       ReservedConcurrentExecutions: 10
//! ```
//!
//! ```hcl bad main.tf
//! locals {
//!   limit = 0 # finding
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!
//!   reserved_concurrent_executions = local.limit
//! }
//! ```
//!
//! A negative number is no limit at all:
//!
//! ```hcl good main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!
//!   reserved_concurrent_executions = -1
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Limit: {Type: Number}
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       ReservedConcurrentExecutions: !Ref Limit
//! ```
//!
//! ## How to fix
//!
//! Remove the setting or write the number that the function needs. A function that is not needed any more is better
//! deleted: its role and its permissions stay usable otherwise.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References { owasp_serverless: &["SAS-8"], stride: &["D"], ..References::NONE },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.functions() {
        let limit = node.props.get("ReservedConcurrentExecutions");
        match limit.as_int() {
            Some(0) => out.push(
                Found::at_value(
                    ix,
                    limit,
                    node.span,
                    "{subject} can never run: its reserved concurrency is 0",
                )
                .label("every call is refused")
                .help("write the number that it needs, or delete the function")
                .evidence("reserved concurrency 0"),
            ),
            None if !limit.is_null() => out.cannot_tell(ix, "ReservedConcurrentExecutions", limit),
            _ => {}
        }
    }
}
