//! strangers may send to a queue that starts a function
//!
//! ## What
//!
//! A queue triggers a function, and its policy allows `sqs:SendMessage` to everybody, without a condition that pins
//! the caller, or to an account that is neither own nor trusted.
//!
//! ## Why
//!
//! Event injection: an attacker who never passed the front door starts the function with a content of
//! their choice. Handlers trust what comes from their own queue, so it is often not validated, and whatever
//! the function may do is done with it.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
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
//!             Principal: {AWS: '*'} # finding
//!             Action: sqs:SendMessage
//!             Resource: !GetAtt Orders.Arn
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         T: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {who: '*'} # finding
//! functions:
//!   work:
//!     handler: a.b
//!     events:
//!       - sqs: {arn: !GetAtt Orders.Arn}
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
//!               Principal: ${self:custom.who}
//!               Action: [sqs:SendMessage]
//!               Resource: !GetAtt Orders.Arn
//! ```
//!
//! Everybody, but only from the own account:
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
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
//!             Principal: {AWS: '*'}
//!             Action: sqs:SendMessage
//!             Resource: !GetAtt Orders.Arn
//!             Condition: {StringEquals: {'aws:SourceAccount': !Ref 'AWS::AccountId'}}
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         T: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
//! ```
//!
//! Nothing here is started by it (this is `data-queue-policy-public`):
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! functions:
//!   work: {handler: a.b}
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
//!               Principal: '*'
//!               Action: sqs:ReceiveMessage
//!               Resource: !GetAtt Orders.Arn
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_sqs_queue" "orders" {
//!   name = "orders"
//! }
//!
//! resource "aws_sqs_queue_policy" "orders" {
//!   queue_url = aws_sqs_queue.orders.id
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = { AWS = "*" } # finding
//!       Action    = "sqs:SendMessage"
//!       Resource  = aws_sqs_queue.orders.arn
//!     }]
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
//! ```hcl good main.tf
//! data "aws_caller_identity" "me" {}
//!
//! resource "aws_sqs_queue" "orders" {
//!   name = "orders"
//! }
//!
//! resource "aws_sqs_queue_policy" "orders" {
//!   queue_url = aws_sqs_queue.orders.id
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = "*"
//!       Action    = "sqs:SendMessage"
//!       Resource  = aws_sqs_queue.orders.arn
//!       Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.me.account_id } }
//!     }]
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
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Sender: {Type: String}
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
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         T: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn}}
//! ```
//!
//! ## How to fix
//!
//! Name the service or role that sends, with `aws:SourceArn` for a service. Roles of the own account need
//! no queue policy. And validate in the handler what arrives.

use crate::policy::{self, Outsider};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[284, 345],
        owasp_serverless: &["S1", "SAS-1"],
        stride: &["S", "T", "E"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, _, store) in policy::with_policy(cx, &["AWS::SQS::Queue"], out) {
        let Some(started) = policy::started_by(cx, ix) else { continue };
        for s in &store.policy {
            let Some((action, _)) = policy::covering(s, &["sqs:SendMessage"]) else {
                if policy::covers_action(s, "sqs:SendMessage") == Tri::Unknown && !s.allows().is_no() {
                    out.cannot_tell(ix, "Policy", s.actions.first().unwrap_or(&s.effect));
                }
                continue;
            };
            match policy::outsider(cx, &store.policy, s) {
                Outsider::Let { at, who, .. } => out.push(
                    Found::at_value(
                        ix,
                        at,
                        s.span,
                        format!("{who} may send to {{subject}}, which starts {started}"),
                    )
                    .label("no condition says who")
                    .also(action.span, "what they may do")
                    .help("name the service or role that sends, or add `aws:SourceArn`")
                    .evidence(policy::evidence(s)),
                ),
                Outsider::CannotTell(val) => out.cannot_tell(ix, "Policy", val),
                Outsider::Nobody => {}
            }
        }
    }
}
