//! an event that cannot be delivered to a target is dropped
//!
//! ## What
//!
//! A target of an EventBridge rule or schedule has no dead-letter queue.
//!
//! ## Why
//!
//! EventBridge tries for up to a day and then drops the event. A permission that is missing, a target that was
//! deleted or one that is throttled for long loses events without a trace: what looks like nothing to do is work
//! that never arrived.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Dead:
//!     Type: AWS::SQS::Queue
//!   Work:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Paid:
//!     Type: AWS::Events::Rule
//!     Properties:
//!       EventPattern: {source: [shop]}
//!       Targets:
//!         - Arn: !GetAtt Work.Arn # finding
//!           Id: work
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_cloudwatch_event_rule" "paid" {
//!   name          = "paid"
//!   event_pattern = jsonencode({ source = ["shop"] })
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
//! resource "aws_cloudwatch_event_target" "work" { # finding
//!   rule = aws_cloudwatch_event_rule.paid.name
//!   arn  = aws_lambda_function.work.arn
//! }
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
//! resource "aws_scheduler_schedule" "night" {
//!   name                = "night"
//!   schedule_expression = "rate(1 day)"
//!   flexible_time_window {
//!     mode = "OFF"
//!   }
//!   target { # finding
//!     arn      = aws_lambda_function.work.arn
//!     role_arn = "arn:aws:iam::123456789012:role/scheduler"
//!   }
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Dead:
//!     Type: AWS::SQS::Queue
//!   Work:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Paid:
//!     Type: AWS::Events::Rule
//!     Properties:
//!       EventPattern: {source: [shop]}
//!       Targets:
//!         - Arn: !GetAtt Work.Arn
//!           Id: work
//!           DeadLetterConfig: {Arn: !GetAtt Dead.Arn}
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_cloudwatch_event_rule" "paid" {
//!   name          = "paid"
//!   event_pattern = jsonencode({ source = ["shop"] })
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
//! resource "aws_cloudwatch_event_target" "work" {
//!   rule = aws_cloudwatch_event_rule.paid.name
//!   arn  = aws_lambda_function.work.arn
//!   dead_letter_config {
//!     arn = aws_sqs_queue.dead.arn
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
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
//!   flexible_time_window {
//!     mode = "OFF"
//!   }
//!   target {
//!     arn      = aws_lambda_function.work.arn
//!     role_arn = "arn:aws:iam::123456789012:role/scheduler"
//!     dead_letter_config {
//!       arn = aws_sqs_queue.dead.arn
//!     }
//!   }
//! }
//! ```
//!
//! ## How to fix
//!
//! Set `DeadLetterConfig.Arn` of the target to a queue (`deadLetterQueueArn` of an event in serverless.yml), and let
//! `events.amazonaws.com` send to it by the queue's policy; a schedule sends with its own role. The event `schedule` of
//! serverless.yml takes none: write the rule under `resources`.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        owasp_serverless: &["SAS-10"],
        stride: &["D", "R"],
        others: &["EventBusDLQ"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    // A rule that is switched off sends nothing.
    let on = |node: &Node| !node.props.get("State").is("DISABLED").is_yes();
    for (ix, node) in cx.of_type("AWS::Events::Rule").filter(|(_, n)| on(n)) {
        for target in node.props.get("Targets").items() {
            one(cx, ix, node, target, out);
        }
    }
    for (ix, node) in cx.of_type("AWS::Scheduler::Schedule").filter(|(_, n)| on(n)) {
        one(cx, ix, node, node.props.get("Target"), out);
    }
}

fn one(cx: &Cx<'_>, ix: NodeIx, node: &Node, target: &Val, out: &mut Findings) {
    if target.is_null() || !target.lookup("DeadLetterConfig").is_null() {
        return;
    }
    let arn = target.get("Arn");
    if target.as_map().is_none() {
        out.cannot_tell(ix, "Targets", target);
        return;
    }
    let to = cx.graph.resolve(arn).map_or_else(|| format!("`{}`", arn.display()), |t| cx.subject(t));
    out.push(
        Found::new(
            ix,
            target.span.or(node.span),
            format!("what {{subject}} cannot deliver to {to} is dropped"),
        )
        .label("no dead-letter queue")
        .help("set `DeadLetterConfig.Arn` of the target to a queue")
        .evidence(format!("no dead letter to {}", arn.display())),
    );
}
