//! the runtime is deprecated within 180 days
//!
//! ## What
//!
//! The deprecation date of the runtime is one of the next 180 days, counted from the day of the scan.
//!
//! ## Why
//!
//! A new runtime is a new version of the language and its libraries; moving many functions takes weeks. A team
//! that starts when the patches stop runs unpatched code until it has finished, and attackers know the dates
//! too.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x # finding
//! functions:
//!   order:
//!     handler: order.handler
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x # finding
//! functions:
//!   order:
//!     handler: order.handler
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function:
//!     Runtime: ruby3.3 # finding
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
//!     Runtime: ruby4.0 # finding
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
//! functions:
//!   order:
//!     handler: order.handler
//! ```
//!
//! Past the date, it is function-runtime-deprecated that speaks:
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function:
//!     Runtime: nodejs12.x
//! Resources:
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       CodeUri: .
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs22.x" # finding
//!   filename      = "order.zip"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x" # finding
//!   filename      = "order.zip"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Runtime: {Type: String}
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: !Ref Runtime
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//! ```
//!
//! ## How to fix
//!
//! Plan the move to the newest runtime of the language: `runtime` in serverless.yml, `Runtime` in SAM and
//! CloudFormation, once in `provider` or `Globals` where all functions share it.

use super::runtime_deprecated::{move_on, runtimes, successor};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References { cwe: &[1104], owasp_serverless: &["S9", "SAS-6"], ..References::NONE },
    check,
};

/// Days before its deprecation from which on a runtime is reported.
const AHEAD: i64 = 180;

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let today = cx.settings.today;
    for (ix, node, val, name) in runtimes(cx, out) {
        let Some(row) = crate::lambda::runtime(name) else { continue };
        let Some(date) = row.deprecated.filter(|d| d.day > today && d.day - today <= AHEAD) else { continue };
        out.push(move_on(
            Found::at_value(
                ix,
                val,
                node.span,
                format!(
                    "runtime `{name}` of {{subject}} gets no more security patches from {} on",
                    date.text
                ),
            )
            .label(format!("in {} days", date.day - today))
            .help(successor(&row))
            .evidence(name),
            (ix, val),
            &row,
        ));
    }
}
