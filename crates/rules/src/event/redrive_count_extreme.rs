//! a queue gives a message up at once or tries it too often
//!
//! ## What
//!
//! `maxReceiveCount` of a queue that triggers a function is 1, or more than 10.
//!
//! ## Why
//!
//! With 1, a message is set aside for whatever went wrong in passing: a throttled function, a deployment, a
//! database that restarted. Whoever can make the function fail for a second empties the queue into its dead-letter
//! queue. Above 10, one message that cannot be processed keeps the function busy again and again, and is billed
//! each time.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Dead:
//!     Type: AWS::SQS::Queue
//!   Orders:
//!     Type: AWS::SQS::Queue
//!     Properties:
//!       RedrivePolicy:
//!         deadLetterTargetArn: !GetAtt Dead.Arn
//!         maxReceiveCount: 1 # finding
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         Q: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
//! ```
//!
//! ```hcl bad main.tf
//! variable "attempts" {
//!   type    = number
//!   default = 100 # finding
//! }
//!
//! resource "aws_sqs_queue" "dead" {
//!   name = "dead"
//! }
//!
//! resource "aws_sqs_queue" "orders" {
//!   name = "orders"
//! }
//!
//! resource "aws_sqs_queue_redrive_policy" "orders" {
//!   queue_url = aws_sqs_queue.orders.id
//!   redrive_policy = jsonencode({
//!     deadLetterTargetArn = aws_sqs_queue.dead.arn
//!     maxReceiveCount     = var.attempts
//!   })
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
//! resource "aws_lambda_event_source_mapping" "work" {
//!   function_name    = aws_lambda_function.work.arn
//!   event_source_arn = aws_sqs_queue.orders.arn
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Dead:
//!     Type: AWS::SQS::Queue
//!   Orders:
//!     Type: AWS::SQS::Queue
//!     Properties:
//!       RedrivePolicy:
//!         deadLetterTargetArn: !GetAtt Dead.Arn
//!         maxReceiveCount: 5
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         Q: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
//! ```
//!
//! Nothing is started by this queue:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Dead:
//!     Type: AWS::SQS::Queue
//!   Orders:
//!     Type: AWS::SQS::Queue
//!     Properties:
//!       RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 1}
//! ```
//!
//! ```hcl good main.tf
//! variable "attempts" {
//!   type    = number
//!   default = 3
//! }
//!
//! resource "aws_sqs_queue" "dead" {
//!   name = "dead"
//! }
//!
//! resource "aws_sqs_queue" "orders" {
//!   name = "orders"
//! }
//!
//! resource "aws_sqs_queue_redrive_policy" "orders" {
//!   queue_url = aws_sqs_queue.orders.id
//!   redrive_policy = jsonencode({
//!     deadLetterTargetArn = aws_sqs_queue.dead.arn
//!     maxReceiveCount     = var.attempts
//!   })
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
//! resource "aws_lambda_event_source_mapping" "work" {
//!   function_name    = aws_lambda_function.work.arn
//!   event_source_arn = aws_sqs_queue.orders.arn
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Attempts: {Type: Number}
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Dead:
//!     Type: AWS::SQS::Queue
//!   Orders:
//!     Type: AWS::SQS::Queue
//!     Properties:
//!       RedrivePolicy:
//!         deadLetterTargetArn: !GetAtt Dead.Arn
//!         maxReceiveCount: !Ref Attempts
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         Q: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
//! ```
//!
//! ## How to fix
//!
//! Set `RedrivePolicy.maxReceiveCount` to a number from 3 to 10. With a concurrency limit on the function, take one
//! of the higher: throttled attempts count.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References { owasp_serverless: &["SAS-8", "SAS-10"], stride: &["D"], ..References::NONE },
    check,
};

/// More attempts than a message that cannot be processed is worth.
const MANY: i64 = 10;

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::SQS::Queue") {
        let function = cx
            .graph
            .out(ix, EdgeKind::Triggers)
            .find_map(|e| cx.node(e.to).filter(|n| n.kind == NodeKind::Function));
        let Some(function) = function else { continue };
        let count = node.props.lookup("RedrivePolicy.maxReceiveCount");
        if count.is_null() {
            continue;
        }
        let Some(times) = count.as_int().or_else(|| count.as_str()?.parse().ok()) else {
            out.cannot_tell(ix, "RedrivePolicy.maxReceiveCount", count);
            continue;
        };
        let name = &function.name;
        let (message, label) = if times <= 1 {
            (
                format!("{{subject}} gives a message up when function `{name}` fails once"),
                "one attempt".to_owned(),
            )
        } else if times > MANY {
            (
                format!("{{subject}} gives a message to function `{name}` up to {times} times"),
                format!("{times} attempts"),
            )
        } else {
            continue;
        };
        out.push(
            Found::at_value(ix, count, node.span, message)
                .label(label)
                .help("set `RedrivePolicy.maxReceiveCount` to a number from 3 to 10")
                .evidence(format!("{times} attempts")),
        );
    }
}
