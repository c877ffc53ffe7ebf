//! the function reserves no concurrency
//!
//! ## What
//!
//! The function reserves no concurrency, whatever starts it. Silent where function-public-without-limit or
//! function-url-without-limit reports the same function: those say that the internet can start it without limit.
//!
//! ## Why
//!
//! Functions without a limit of their own share the concurrency of the account and region. One that is started
//! very often, by an attacker or by a loop, takes all of it, and the others are throttled until it stops.
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
//! Resources:
//!   Jobs:
//!     Type: AWS::SQS::Queue
//!   Order: # finding
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       CodeUri: .
//!       Events:
//!         Job:
//!           Type: SQS
//!           Properties: {Queue: !GetAtt Jobs.Arn}
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
//!     reservedConcurrency: 5
//! ```
//!
//! This is `function-url-without-limit`:
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       FunctionUrlConfig: {AuthType: NONE}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "order" { # finding
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
//! ```hcl good main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!
//!   reserved_concurrent_executions = 5
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
//! `reservedConcurrency` in serverless.yml, `ReservedConcurrentExecutions` in SAM and CloudFormation,
//! `reserved_concurrent_executions` in Terraform. The number is taken from the account's, and requests above it are
//! refused.
//!
//! ## Differs from
//!
//! Checkov, cfn-nag, Guard and cdk-nag ask the same of every function; here the functions that the internet can
//! start have rules of their own.

use super::{advice, fires, public_without_limit, reserved, url_without_limit};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[770],
        owasp_serverless: &["SAS-8"],
        checkov: &["CKV_AWS_115"],
        stride: &["D"],
        others: &["W92", "LAMBDA_CONCURRENCY_CHECK", "LambdaConcurrency"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let told = fires(cx, &[&public_without_limit::RULE, &url_without_limit::RULE]);
    for (ix, node) in cx.functions().filter(|(ix, _)| !told.contains(ix)) {
        match reserved(node) {
            Tri::Yes => {}
            Tri::Unknown => {
                let key = "ReservedConcurrentExecutions";
                let val = node.props.get(key);
                out.cannot_tell(ix, key, if val.is_null() { &node.props } else { val });
            }
            Tri::No => out.push(
                Found::new(ix, node.span, "{subject} reserves no concurrency")
                    .label("shares the concurrency of the account")
                    .help(advice(cx, "set `reservedConcurrency`", "set `ReservedConcurrentExecutions`"))
                    .evidence("no reserved concurrency"),
            ),
        }
    }
}
