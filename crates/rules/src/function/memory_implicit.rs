//! no memory is written, so the default applies
//!
//! ## What
//!
//! The function has no memory of its own and inherits none. The default of the platform (128 MB) or of the
//! framework (Serverless: 1024 MB) is in force.
//!
//! ## Why
//!
//! Memory also decides how much processor a function gets. With a size that nobody chose, whoever sends a large
//! upload or a deep document makes the function run out of it or run into its timeout, and each attempt is
//! billed and repeated.
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
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function:
//!     Runtime: nodejs24.x
//!     Timeout: 5
//! Resources:
//!   Order: # finding
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       CodeUri: .
//! ```
//!
//! The size is inherited:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   memorySize: 256
//! functions:
//!   order:
//!     handler: order.handler
//! ```
//!
//! ```yaml good template.yaml
//! Parameters:
//!   Size: {Type: Number}
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       MemorySize: !Ref Size
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
//! ```hcl good main.tf
//! variable "size" {
//!   type    = number
//!   default = 256
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   memory_size   = var.size
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
//! Measure what the work needs and write it: `memorySize` in serverless.yml (in `provider` for all functions),
//! `MemorySize` in SAM (`Globals.Function.MemorySize`) and CloudFormation, `memory_size` in Terraform. More memory
//! costs more for each second, and often less seconds.

use super::{advice, defaulted, written};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[1188],
        owasp_serverless: &["SAS-8"],
        stride: &["D"],
        others: &["LambdaDefaultMemorySize"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.functions() {
        let memory = node.props.get("MemorySize");
        if !defaulted(memory) {
            continue;
        }
        if memory.is_null() && written(&node.props, "MemorySize") == Tri::Unknown {
            out.cannot_tell(ix, "MemorySize", &node.props);
            continue;
        }
        let size = memory.as_int().unwrap_or(128);
        let message = format!("no memory of {{subject}} is written: the default of {size} MB applies");
        out.push(
            Found::new(ix, node.span, message)
                .label("no memory here or above")
                .help(advice(
                    cx,
                    "write `memorySize` at the function or in `provider`",
                    "write `MemorySize` with the megabytes that the work needs",
                ))
                .evidence("memory"),
        );
    }
}
