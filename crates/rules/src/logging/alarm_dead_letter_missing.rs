//! nobody is told when messages arrive in the dead-letter queue
//!
//! ## What
//!
//! A queue of the application receives what others could not handle (it is the target of a redrive policy, a dead-letter target or an
//! on-failure destination), and no alarm watches its depth: `ApproximateNumberOfMessagesVisible`,
//! `ApproximateNumberOfMessagesNotVisible` or `ApproximateAgeOfOldestMessage` with its `QueueName`. `NumberOfMessagesSent` does not count: messages that SQS
//! moves there are not sent.
//!
//! ## Why
//!
//! What lies there is what failed: the order that was not booked, the upload that crashed the scanner. An attacker who makes events fail makes them
//! vanish, because after at most 14 days the queue drops them too, and nobody has looked.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Failed: # finding
//!     Type: AWS::SQS::Queue
//!   Orders:
//!     Type: AWS::SQS::Queue
//!     Properties:
//!       RedrivePolicy: {deadLetterTargetArn: !GetAtt Failed.Arn, maxReceiveCount: 5}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! functions:
//!   scan:
//!     handler: scan.handler
//!     destinations:
//!       onFailure: arn:aws:sqs:eu-west-1:123456789012:failed
//! resources:
//!   Resources:
//!     Failed: # finding
//!       Type: AWS::SQS::Queue
//!       Properties: {QueueName: failed}
//!     Orders:
//!       Type: AWS::SQS::Queue
//!       Properties:
//!         RedrivePolicy: {deadLetterTargetArn: !GetAtt Failed.Arn, maxReceiveCount: 5}
//!     Sent:
//!       Type: AWS::CloudWatch::Alarm
//!       Properties:
//!         Namespace: AWS/SQS
//!         MetricName: NumberOfMessagesSent
//!         Dimensions: [{Name: QueueName, Value: failed}]
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Failed:
//!     Type: AWS::SQS::Queue
//!     Properties: {QueueName: !Sub "${AWS::StackName}-failed"}
//!   Orders:
//!     Type: AWS::SQS::Queue
//!     Properties:
//!       RedrivePolicy: {deadLetterTargetArn: !GetAtt Failed.Arn, maxReceiveCount: 5}
//!   Depth:
//!     Type: AWS::CloudWatch::Alarm
//!     Properties:
//!       Namespace: AWS/SQS
//!       MetricName: ApproximateNumberOfMessagesVisible
//!       Dimensions: [{Name: QueueName, Value: !Sub "${AWS::StackName}-failed"}]
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_sqs_queue" "failed" { # finding
//!   name = "failed"
//! }
//!
//! resource "aws_sqs_queue" "orders" {
//!   name           = "orders"
//!   redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.failed.arn, maxReceiveCount = 5 })
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sqs_queue" "failed" {
//!   name = "failed"
//! }
//!
//! resource "aws_sqs_queue" "orders" {
//!   name           = "orders"
//!   redrive_policy = jsonencode({ deadLetterTargetArn = aws_sqs_queue.failed.arn, maxReceiveCount = 5 })
//! }
//!
//! resource "aws_cloudwatch_metric_alarm" "failed" {
//!   alarm_name          = "failed"
//!   namespace           = "AWS/SQS"
//!   metric_name         = "ApproximateNumberOfMessagesVisible"
//!   comparison_operator = "GreaterThanThreshold"
//!   evaluation_periods  = 1
//!   dimensions          = { QueueName = aws_sqs_queue.failed.name }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Watched: {Type: String}
//! Resources:
//!   Failed: {Type: AWS::SQS::Queue}
//!   Orders:
//!     Type: AWS::SQS::Queue
//!     Properties:
//!       RedrivePolicy: {deadLetterTargetArn: !GetAtt Failed.Arn, maxReceiveCount: 5}
//!   Depth:
//!     Type: AWS::CloudWatch::Alarm
//!     Properties:
//!       Namespace: AWS/SQS
//!       MetricName: ApproximateNumberOfMessagesVisible
//!       Dimensions: [{Name: QueueName, Value: !Ref Watched}]
//! ```
//!
//! ## How to fix
//!
//! An alarm on `ApproximateNumberOfMessagesVisible` above 0 with the queue's name, and an action that reaches somebody.

use crate::alarms::Watched;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[778],
        owasp_serverless: &["S10", "SAS-5"],
        stride: &["R", "D"],
        ..References::NONE
    },
    check,
};

const METRICS: &[&str] = &[
    "ApproximateNumberOfMessagesVisible",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateAgeOfOldestMessage",
];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let watched = Watched::of(cx, "AWS/SQS", METRICS, "QueueName");
    for (ix, node) in cx.of_type("AWS::SQS::Queue") {
        let receives = cx.graph.into(ix, EdgeKind::FailsTo).next().is_some();
        if !receives || watched.has(ix, node.props.get("QueueName")) {
            continue;
        }
        if let Some(open) = watched.open {
            out.cannot_tell(ix, "Alarm", open);
            continue;
        }
        out.push(
            Found::new(ix, node.span, "nobody is told when what failed arrives in {subject}")
                .label("no alarm on its depth")
                .help("add an `AWS::CloudWatch::Alarm` on `ApproximateNumberOfMessagesVisible` with its name")
                .evidence("no alarm"),
        );
    }
}
