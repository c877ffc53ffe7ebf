//! a service may send to a queue for anybody's topic, bucket or rule
//!
//! ## What
//!
//! A statement of the queue's policy lets SNS, S3 or EventBridge send messages and no condition says from
//! which source (`aws:SourceArn`, `aws:SourceAccount` and the like, with a value that is not all wildcard).
//!
//! ## Why
//!
//! The service sends for whoever asks it to. An attacker makes a topic, bucket or rule in their own
//! account, points it at this queue, and the service delivers their messages as if they were the
//! application's: the confused deputy.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Paid:
//!     Type: AWS::SNS::Topic
//!     Properties:
//!       Subscription: [{Protocol: sqs, Endpoint: !GetAtt Orders.Arn}]
//!   Orders:
//!     Type: AWS::SQS::Queue
//!   Policy:
//!     Type: AWS::SQS::QueuePolicy
//!     Properties:
//!       Queues: [!Ref Orders]
//!       PolicyDocument:
//!         Statement:
//!           - Effect: Allow
//!             Principal: {Service: sns.amazonaws.com} # finding
//!             Action: sqs:SendMessage
//!             Resource: !GetAtt Orders.Arn
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Paid:
//!     Type: AWS::SNS::Topic
//!     Properties:
//!       Subscription: [{Protocol: sqs, Endpoint: !GetAtt Orders.Arn}]
//!   Orders:
//!     Type: AWS::SQS::Queue
//!   Policy:
//!     Type: AWS::SQS::QueuePolicy
//!     Properties:
//!       Queues: [!Ref Orders]
//!       PolicyDocument:
//!         Statement:
//!           - Effect: Allow
//!             Principal: {Service: sns.amazonaws.com} # finding
//!             Action: sqs:SendMessage
//!             Resource: !GetAtt Orders.Arn
//!             Condition:
//!               ArnEquals:
//!                 aws:SourceArn: !Ref Paid
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {sender: s3.amazonaws.com} # finding
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::SQS::Queue
//!     Policy:
//!       Type: AWS::SQS::QueuePolicy
//!       Properties:
//!         Queues: [!Ref Orders]
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Allow
//!               Principal: {Service: '${self:custom.sender}'}
//!               Action: sqs:SendMessage
//!               Resource: !GetAtt Orders.Arn
//!               Condition: {ArnLike: {'aws:SourceArn': 'arn:aws:s3:::*'}}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Topic:
//!     Type: AWS::SNS::Topic
//!   Orders:
//!     Type: AWS::SQS::Queue
//!   Policy:
//!     Type: AWS::SQS::QueuePolicy
//!     Properties:
//!       Queues: [!Ref Orders]
//!       PolicyDocument:
//!         Statement:
//!           - Effect: Allow
//!             Principal: {Service: sns.amazonaws.com}
//!             Action: sqs:SendMessage
//!             Resource: !GetAtt Orders.Arn
//!             Condition: {ArnEquals: {'aws:SourceArn': !Ref Topic}}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Orders:
//!       Type: AWS::SQS::Queue
//!     Policy:
//!       Type: AWS::SQS::QueuePolicy
//!       Properties:
//!         Queues: [!Ref Orders]
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Allow
//!               Principal: {Service: s3.amazonaws.com}
//!               Action: sqs:SendMessage
//!               Resource: !GetAtt Orders.Arn
//!               Condition:
//!                 ArnLike: {'aws:SourceArn': 'arn:aws:s3:::*'}
//!                 StringEquals: {'aws:SourceAccount': !Ref 'AWS::AccountId'}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_cloudwatch_event_rule" "paid" {
//!   name          = "paid"
//!   event_pattern = jsonencode({ source = ["shop"] })
//! }
//!
//! resource "aws_cloudwatch_event_target" "orders" {
//!   rule = aws_cloudwatch_event_rule.paid.name
//!   arn  = aws_sqs_queue.orders.arn
//! }
//!
//! resource "aws_sqs_queue" "orders" {
//!   name = "orders"
//! }
//!
//! data "aws_iam_policy_document" "orders" {
//!   statement {
//!     actions   = ["sqs:SendMessage"]
//!     resources = [aws_sqs_queue.orders.arn]
//!     principals {
//!       type        = "Service"
//!       identifiers = ["events.amazonaws.com"] # finding
//!     }
//!   }
//! }
//!
//! resource "aws_sqs_queue_policy" "orders" {
//!   queue_url = aws_sqs_queue.orders.id
//!   policy    = data.aws_iam_policy_document.orders.json
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_cloudwatch_event_rule" "paid" {
//!   name          = "paid"
//!   event_pattern = jsonencode({ source = ["shop"] })
//! }
//!
//! resource "aws_cloudwatch_event_target" "orders" {
//!   rule = aws_cloudwatch_event_rule.paid.name
//!   arn  = aws_sqs_queue.orders.arn
//! }
//!
//! resource "aws_sqs_queue" "orders" {
//!   name = "orders"
//! }
//!
//! data "aws_iam_policy_document" "orders" {
//!   statement {
//!     actions   = ["sqs:SendMessage"]
//!     resources = [aws_sqs_queue.orders.arn]
//!     principals {
//!       type        = "Service"
//!       identifiers = ["events.amazonaws.com"] # finding
//!     }
//!
//!     condition {
//!       test     = "ArnEquals"
//!       variable = "aws:SourceArn"
//!       values   = [aws_cloudwatch_event_rule.paid.arn]
//!     }
//!   }
//! }
//!
//! resource "aws_sqs_queue_policy" "orders" {
//!   queue_url = aws_sqs_queue.orders.id
//!   policy    = data.aws_iam_policy_document.orders.json
//! }
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_sns_topic" "paid" {
//!   name = "paid"
//! }
//!
//! resource "aws_sqs_queue" "orders" {
//!   name = "orders"
//! }
//!
//! resource "aws_sns_topic_subscription" "orders" {
//!   topic_arn = aws_sns_topic.paid.arn
//!   protocol  = "sqs"
//!   endpoint  = aws_sqs_queue.orders.arn
//! }
//!
//! resource "aws_sqs_queue_policy" "orders" {
//!   queue_url = aws_sqs_queue.orders.id
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = { Service = "sns.amazonaws.com" } # finding
//!       Action    = "sqs:SendMessage"
//!       Resource  = aws_sqs_queue.orders.arn
//!     }]
//!   })
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_sns_topic" "paid" {
//!   name = "paid"
//! }
//!
//! resource "aws_sqs_queue" "orders" {
//!   name = "orders"
//! }
//!
//! resource "aws_sns_topic_subscription" "orders" {
//!   topic_arn = aws_sns_topic.paid.arn
//!   protocol  = "sqs"
//!   endpoint  = aws_sqs_queue.orders.arn
//! }
//!
//! resource "aws_sqs_queue_policy" "orders" {
//!   queue_url = aws_sqs_queue.orders.id
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = { Service = "sns.amazonaws.com" } # finding
//!       Action    = "sqs:SendMessage"
//!       Resource  = aws_sqs_queue.orders.arn
//!       Condition = {
//!         ArnEquals = {
//!           "aws:SourceArn" = aws_sns_topic.paid.id
//!         }
//!       }
//!     }]
//!   })
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_cloudwatch_event_rule" "paid" {
//!   name                = "paid"
//!   schedule_expression = "rate(1 day)"
//! }
//!
//! resource "aws_sqs_queue" "orders" {
//!   name = "orders"
//! }
//!
//! resource "aws_sqs_queue_policy" "orders" {
//!   queue_url = aws_sqs_queue.orders.id
//!   policy    = <<-JSON
//!     {
//!       "Statement": [{
//!         "Effect": "Allow",
//!         "Principal": {"Service": "events.amazonaws.com"},
//!         "Action": "sqs:SendMessage",
//!         "Resource": "${aws_sqs_queue.orders.arn}",
//!         "Condition": {"ArnEquals": {"aws:SourceArn": "${aws_cloudwatch_event_rule.paid.arn}"}}
//!       }]
//!     }
//!   JSON
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Topic:
//!     Type: String
//! Resources:
//!   Orders:
//!     Type: AWS::SQS::Queue
//!   Policy:
//!     Type: AWS::SQS::QueuePolicy
//!     Properties:
//!       Queues: [!Ref Orders]
//!       PolicyDocument:
//!         Statement:
//!           - Effect: Allow
//!             Principal: {Service: sns.amazonaws.com}
//!             Action: sqs:SendMessage
//!             Resource: !GetAtt Orders.Arn
//!             Condition: {ArnEquals: {'aws:SourceArn': !Ref Topic}}
//! ```
//!
//! ## How to fix
//!
//! Add `Condition: {ArnEquals: {aws:SourceArn: <topic, bucket or rule>}}`; for a bucket also
//! `StringEquals: {aws:SourceAccount: !Ref AWS::AccountId}`, since a bucket's ARN names no account.

use crate::policy;
use crate::prelude::*;
use crate::repair;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[441],
        owasp_serverless: &["S1", "SAS-1"],
        stride: &["S", "T"],
        ..References::NONE
    },
    check,
};

/// Services that send to queues by order of their users and can say for whom.
const SENDERS: &[&str] = &["sns", "s3", "events"];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, _, store) in policy::with_policy(cx, policy::QUEUES, out) {
        for s in &store.policy {
            if s.allows().is_no() || policy::is_made(s) {
                continue;
            }
            let Some(at) = policy::principals(&s.principal, "Service").iter().find(|p| sends(p)) else {
                continue;
            };
            match policy::covers_action(s, "sqs:SendMessage").and(policy::pins_caller(&s.condition).negate())
            {
                Tri::No => {}
                Tri::Yes if s.allows().is_yes() && !policy::may_be_denied(&store.policy, s) => {
                    let mut found = Found::at_value(
                        ix,
                        at,
                        s.span,
                        format!(
                            "`{}` may send to {{subject}} on behalf of any AWS account: no condition names the source",
                            at.display()
                        ),
                    )
                    .label("neither `aws:SourceArn` nor `aws:SourceAccount` is asked for")
                    .help("add a condition `ArnEquals` on `aws:SourceArn` that names the topic, bucket or rule")
                    .evidence(policy::evidence(s));
                    let service = at.as_str().and_then(|p| p.split('.').next()).unwrap_or("");
                    if let Some(fix) = repair::source_condition(cx, ix, s, &[service]) {
                        found = found.fix(fix);
                    }
                    out.push(found);
                }
                _ => out.cannot_tell(
                    ix,
                    "Policy",
                    if s.condition.is_null() { &s.effect } else { &s.condition },
                ),
            }
        }
    }
}

fn sends(principal: &Val) -> bool {
    principal.as_str().is_some_and(|name| {
        name.split('.').next().is_some_and(|service| SENDERS.contains(&service))
            && name.contains(".amazonaws.com")
    })
}
