//! a schedule is encrypted without a customer key
//!
//! ## What
//!
//! A schedule of EventBridge Scheduler names no KMS key. Scheduler then encrypts it with a key that AWS owns.
//!
//! ## Why
//!
//! A schedule holds the input of its target. With a key of AWS, `scheduler:GetSchedule` alone is enough to read it;
//! with an own key the reader needs that key too, and each use of it is in the trail.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Night: # finding
//!     Type: AWS::Scheduler::Schedule
//!     Properties:
//!       ScheduleExpression: rate(1 day)
//!       FlexibleTimeWindow: {Mode: 'OFF'}
//!       Target: {Arn: !GetAtt Jobs.Arn, RoleArn: arn:aws:iam::123456789012:role/scheduler, Input: '{}'}
//!   Jobs:
//!     Type: AWS::SQS::Queue
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_sqs_queue" "dead" {
//!   name = "dead"
//! }
//!
//! resource "aws_lambda_function" "work" {
//!   function_name = "work"
//!   role          = "arn:aws:iam::123456789012:role/work"
//!   handler       = "work.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "work.zip"
//! }
//!
//! resource "aws_scheduler_schedule" "night" { # finding
//!   name                = "night"
//!   schedule_expression = "rate(1 day)"
//!   flexible_time_window {
//!     mode = "OFF"
//!   }
//!   target {
//!     arn      = aws_lambda_function.work.arn
//!     role_arn = "arn:aws:iam::123456789012:role/scheduler"
//!   }
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Night:
//!     Type: AWS::Scheduler::Schedule
//!     Properties:
//!       ScheduleExpression: rate(1 day)
//!       FlexibleTimeWindow: {Mode: 'OFF'}
//!       KmsKeyArn: arn:aws:kms:eu-west-1:123456789012:key/0b0c3d1e-2f3a-4b5c-8d7e-9f0a1b2c3d4e
//!       Target: {Arn: !GetAtt Jobs.Arn, RoleArn: arn:aws:iam::123456789012:role/scheduler, Input: '{}'}
//!   Jobs:
//!     Type: AWS::SQS::Queue
//! ```
//!
//! A key that a variable names is one:
//!
//! ```hcl good main.tf
//! variable "key" {
//!   type = string
//! }
//!
//! resource "aws_sqs_queue" "dead" {
//!   name = "dead"
//! }
//!
//! resource "aws_lambda_function" "work" {
//!   function_name = "work"
//!   role          = "arn:aws:iam::123456789012:role/work"
//!   handler       = "work.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "work.zip"
//! }
//!
//! resource "aws_scheduler_schedule" "night" {
//!   name                = "night"
//!   schedule_expression = "rate(1 day)"
//!   kms_key_arn         = var.key
//!   flexible_time_window {
//!     mode = "OFF"
//!   }
//!   target {
//!     arn      = aws_lambda_function.work.arn
//!     role_arn = "arn:aws:iam::123456789012:role/scheduler"
//!   }
//! }
//! ```
//!
//! ## How to fix
//!
//! Set `KmsKeyArn` to a key of the account. Its policy has to let the schedule's role decrypt; a key costs a fixed sum
//! a month.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[311],
        owasp_serverless: &["S3", "SAS-7"],
        checkov: &["CKV_AWS_297"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::Scheduler::Schedule") {
        // A key that a parameter names is a key, whatever it is.
        if node.props.lookup("KmsKeyArn").is_null() {
            out.push(
                Found::new(ix, node.span, "{subject} has no customer managed key")
                    .label("no key")
                    .help("set `KmsKeyArn` to a key of the account")
                    .evidence("no key"),
            );
        }
    }
}
