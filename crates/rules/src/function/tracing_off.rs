//! the function is not traced
//!
//! ## What
//!
//! The tracing mode is absent or `PassThrough`, of the function and of what it inherits from.
//!
//! ## Why
//!
//! Without traces nobody sees which calls a request caused. When a stolen token is used, or a function is
//! made to call what it never called before, the trace is what ties the request to the table, queue or foreign
//! host that it reached; logs show only what the code chose to write.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   tracing:
//!     apiGateway: true
//! functions:
//!   order: # finding
//!     handler: order.handler
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   tracing:
//!     apiGateway: true
//! functions:
//!   order: # finding
//!     handler: order.handler
//!     tracing: Active
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function:
//!     Runtime: nodejs24.x
//!     Tracing: PassThrough # finding
//! Resources:
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       CodeUri: .
//! ```
//!
//! ```yaml fixed template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function:
//!     Runtime: nodejs24.x
//!     Tracing: Active # finding
//! Resources:
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       CodeUri: .
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   tracing:
//!     lambda: true
//! functions:
//!   order:
//!     handler: order.handler
//! ```
//!
//! ```yaml good template.yaml
//! Parameters:
//!   Mode: {Type: String, Default: Active}
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       TracingConfig: {Mode: !Ref Mode}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   tracing_config {
//!     mode = "PassThrough" # finding
//!   }
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   tracing_config {
//!     mode = "Active" # finding
//!   }
//! }
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "order" { # finding
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_lambda_function" "order" { # finding
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!
//!   tracing_config {
//!     mode = "Active"
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! variable "tracing" {
//!   type    = string
//!   default = "Active"
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   tracing_config {
//!     mode = var.tracing
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Mode: {Type: String}
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       TracingConfig: {Mode: !Ref Mode}
//! ```
//!
//! ## How to fix
//!
//! `provider.tracing.lambda: true` (serverless.yml), `Tracing: Active` (SAM, also in Globals),
//! `TracingConfig: {Mode: Active}` (CloudFormation). The role needs `xray:PutTraceSegments` and
//! `xray:PutTelemetryRecords`; Serverless and SAM add them. X-Ray costs per recorded trace above a free
//! amount, and samples.

use super::{advice, written};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Safe,
    since: "0.1.0",
    references: References {
        cwe: &[778],
        owasp_serverless: &["S10", "SAS-5"],
        checkov: &["CKV_AWS_50"],
        stride: &["R"],
        others: &["AWS-0066", "AWS-0125", "LambdaTracing"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.functions() {
        let mode = node.props.lookup("TracingConfig.Mode");
        match mode.as_str() {
            Some("PassThrough") => {}
            Some(_) => continue,
            None if mode.is_null() && written(&node.props, "TracingConfig") != Tri::Unknown => {}
            None => {
                out.cannot_tell(ix, "TracingConfig.Mode", mode);
                continue;
            }
        }
        out.push(
            Found::at_value(ix, mode, node.span, "tracing of {subject} is off")
                .label(if mode.is_null() { "no tracing here or above" } else { "does not sample by itself" })
                .help(advice(
                    cx,
                    "set `provider.tracing.lambda: true`",
                    "set `TracingConfig: {Mode: Active}` (SAM: `Tracing: Active`)",
                ))
                .evidence("tracing")
                .fix(proposal(cx, ix)),
        );
    }
}

/// Lambda refuses a function whose role may not send traces; Serverless and SAM give their own roles that right.
fn proposal(cx: &Cx<'_>, ix: NodeIx) -> Proposal {
    let trace = Proposal::set(ix, "TracingConfig.Mode", "Active", "trace the function");
    let mut roles = cx.roles(ix).peekable();
    let made = roles.peek().is_some() && roles.all(|(_, role)| role.implied_by.is_some());
    if made { trace } else { trace.risky() }
}
