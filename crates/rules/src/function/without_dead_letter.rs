//! the function has no dead-letter target
//!
//! ## What
//!
//! The function has no dead-letter target, whatever starts it. Silent where function-async-without-failure-target
//! reports the same function.
//!
//! ## Why
//!
//! A dead-letter target keeps events that Lambda gives up on. It is only asked for calls that nobody waits for; the
//! blanket question is here for those whose benchmark asks it.
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
//!     events:
//!       - httpApi: GET /order
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function: {Runtime: nodejs24.x, CodeUri: .}
//! Resources:
//!   Order: # finding
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
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
//!     onError: arn:aws:sns:eu-west-1:123456789012:failed
//! ```
//!
//! This is `function-async-without-failure-target`:
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Nightly:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: nightly.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       Events:
//!         Night:
//!           Type: Schedule
//!           Properties: {Schedule: rate(1 day)}
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
//! resource "aws_sqs_queue" "failed" {
//!   name = "failed"
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!
//!   dead_letter_config {
//!     target_arn = aws_sqs_queue.failed.arn
//!   }
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
//! `onError` in serverless.yml, `DeadLetterQueue` in SAM, `DeadLetterConfig` in CloudFormation, `dead_letter_config`
//! in Terraform. The role needs to send to it.
//!
//! ## Differs from
//!
//! Checkov, Prowler, Guard and cdk-nag ask the same of every function; here the functions that lose events have a
//! rule of their own.

use super::{advice, async_without_failure_target, fires, written};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        owasp_serverless: &["S10", "SAS-5"],
        checkov: &["CKV_AWS_116"],
        stride: &["R"],
        others: &["no_dead_letter_queue", "LAMBDA_DLQ_CHECK", "LambdaDLQ"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let told = fires(cx, &[&async_without_failure_target::RULE]);
    for (ix, node) in cx.functions().filter(|(ix, _)| !told.contains(ix)) {
        // An ARN that a parameter gives is a target whatever it is.
        if !node.props.at("DeadLetterConfig.TargetArn").is_null() {
            continue;
        }
        let config = node.props.get("DeadLetterConfig");
        if !config.is_known() || written(&node.props, "DeadLetterConfig") == Tri::Unknown {
            out.cannot_tell(ix, "DeadLetterConfig", if config.is_null() { &node.props } else { config });
            continue;
        }
        out.push(
            Found::new(ix, node.span, "{subject} has no dead-letter target")
                .label("no target here or above")
                .help(advice(cx, "set `onError`", "set `DeadLetterConfig` (SAM: `DeadLetterQueue`)"))
                .evidence("no dead-letter target"),
        );
    }
}
