//! no timeout is written, so the default applies
//!
//! ## What
//!
//! The function has no timeout of its own and inherits none. The default of the platform (3 s) or of the
//! framework (Serverless: 6 s) is in force.
//!
//! ## Why
//!
//! A timeout that nobody chose is one that nobody notices: the function is cut off in the middle of a
//! write when a dependency becomes slow, and whoever can make it slow (a large upload, an expensive
//! search) leaves half-done work behind at will. A chosen one also bounds what a request can cost.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
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
//! functions:
//!   order: # finding
//!     handler: order.handler
//!     timeout: 6
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function:
//!     Runtime: nodejs24.x
//!     MemorySize: 256
//! Resources:
//!   Order: # finding
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
//!     MemorySize: 256
//! Resources:
//!   Order: # finding
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       CodeUri: .
//!       Timeout: 3
//! ```
//!
//! The timeout is inherited:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   timeout: 10
//! functions:
//!   order:
//!     handler: order.handler
//! ```
//!
//! ```yaml good template.yaml
//! Parameters:
//!   Seconds:
//!     Type: Number
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Timeout: !Ref Seconds
//!       Role: arn:aws:iam::123456789012:role/order
//!       Code: {S3Bucket: code, S3Key: order.zip}
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
//!   timeout       = 3
//! }
//! ```
//!
//! ```hcl good main.tf
//! variable "timeout" {
//!   type    = number
//!   default = 3
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   timeout       = var.timeout
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Fn::Transform:
//!         Name: AWS::Include
//!         Parameters: {Location: s3://shared/function.yaml}
//! ```
//!
//! ## How to fix
//!
//! Write the timeout that the work needs, at least the one in force: `timeout` in serverless.yml (in
//! `provider` for all functions), `Timeout` in SAM (`Globals.Function.Timeout`) and CloudFormation. Writing
//! the default changes nothing at run time and costs nothing.

use super::{advice, defaulted, written};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Safe,
    since: "0.1.0",
    references: References {
        cwe: &[1188],
        owasp_serverless: &["SAS-8"],
        stride: &["D"],
        others: &["LambdaDefaultTimeout"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.functions() {
        let timeout = node.props.get("Timeout");
        if !defaulted(timeout) {
            continue;
        }
        if timeout.is_null() && written(&node.props, "Timeout") == Tri::Unknown {
            out.cannot_tell(ix, "Timeout", &node.props);
            continue;
        }
        let seconds = timeout.as_int().unwrap_or(3);
        out.push(
            Found::new(
                ix,
                node.span,
                format!("no timeout of {{subject}} is written: the default of {seconds} s applies"),
            )
            .label("no timeout here or above")
            .help(advice(
                cx,
                "write `timeout` at the function or in `provider`",
                "write `Timeout` with the seconds that the work needs",
            ))
            .evidence("timeout")
            .fix(Proposal::set(ix, "Timeout", seconds, "write the timeout in force")),
        );
    }
}
