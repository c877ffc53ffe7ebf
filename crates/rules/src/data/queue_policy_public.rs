//! a queue's policy lets everyone use it
//!
//! ## What
//!
//! A statement of the queue's policy allows principal `*` and no condition pins the caller. Where it lets
//! everybody send and the queue triggers a function here, this is `event-queue-trigger-writable-by-others`.
//!
//! ## Why
//!
//! Whoever knows the queue's name and account id, neither of them secret, reads the messages, deletes them
//! so that work is lost, or sends their own, which consumers take for the application's.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
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
//!             Principal: '*' # finding
//!             Action: [sqs:SendMessage, sqs:ReceiveMessage]
//!             Resource: !GetAtt Orders.Arn
//! ```
//!
//! ```yaml fixed template.yaml
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
//!             Principal: # finding
//!               AWS: !Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root'
//!             Action: [sqs:SendMessage, sqs:ReceiveMessage]
//!             Resource: !GetAtt Orders.Arn
//! ```
//!
//! A condition that every account can meet is none:
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {who: '*'} # finding
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
//!               Principal: {AWS: '${self:custom.who}'}
//!               Action: sqs:SendMessage
//!               Resource: !GetAtt Orders.Arn
//!               Condition: {Bool: {'aws:SecureTransport': 'true'}}
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
//!             Principal: '*'
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
//!               Principal: {AWS: !Ref 'AWS::AccountId'}
//!               Action: sqs:SendMessage
//!               Resource: !GetAtt Orders.Arn
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_sqs_queue" "orders" {
//!   name   = "orders"
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = "*" # finding
//!       Action    = "sqs:SendMessage"
//!       Resource  = "*"
//!     }]
//!   })
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sns_topic" "orders" {
//!   name = "orders"
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
//!       type        = "*"
//!       identifiers = ["*"]
//!     }
//!     condition {
//!       test     = "ArnEquals"
//!       variable = "aws:SourceArn"
//!       values   = [aws_sns_topic.orders.arn]
//!     }
//!   }
//! }
//!
//! resource "aws_sqs_queue_policy" "orders" {
//!   queue_url = aws_sqs_queue.orders.url
//!   policy    = data.aws_iam_policy_document.orders.json
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Sender:
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
//!             Principal: {AWS: !Ref Sender}
//!             Action: sqs:SendMessage
//!             Resource: !GetAtt Orders.Arn
//! ```
//!
//! ## How to fix
//!
//! Name the service or role that sends, with `aws:SourceArn` for a service. Principals of the own account
//! need no queue policy at all: their roles are enough.

use crate::policy::{self, Outsider};
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
        cwe: &[284, 732],
        owasp_serverless: &["S5", "SAS-3"],
        checkov: &["CKV_AWS_168", "CKV_AWS_387"],
        attack: &["T1530"],
        stride: &["I", "T", "D"],
        others: &["F20", "F21"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node, store) in policy::with_policy(cx, policy::QUEUES, out) {
        let triggers = cx.graph.out(ix, EdgeKind::Triggers).next().is_some();
        for s in &store.policy {
            match policy::outsider(cx, &store.policy, s) {
                Outsider::Let { at, everybody: true, .. } => {
                    if triggers && policy::covering(s, &["sqs:SendMessage"]).is_some() {
                        continue;
                    }
                    let what = s.actions.first().map_or_else(|| "NotAction".into(), Val::display);
                    let mut found = Found::at_value(
                        ix,
                        at,
                        s.span,
                        format!("{} lets everybody use the queue (`{what}`)", policy::whose(node)),
                    )
                    .label("everybody, without a condition on who")
                    .also(s.actions.first().map_or(Span::NONE, |a| a.span), "what they may do")
                    .help("name the service or role that sends, or add `aws:SourceArn`")
                    .evidence(policy::evidence(s));
                    let asked = repair::source_condition(cx, ix, s, &["sns", "events"]);
                    if let Some(fix) = asked.or_else(|| repair::own_account(cx, s, at)) {
                        found = found.fix(fix);
                    }
                    out.push(found);
                }
                Outsider::CannotTell(val) if !policy::is_everyone(&s.principal).is_no() => {
                    out.cannot_tell(ix, "Policy", val);
                }
                _ => {}
            }
        }
    }
}
