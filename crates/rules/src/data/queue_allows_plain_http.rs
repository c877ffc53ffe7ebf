//! a queue answers requests without TLS
//!
//! ## What
//!
//! No statement of the queue's policy denies everybody what comes with `aws:SecureTransport` false.
//!
//! ## Why
//!
//! SQS still answers on plain HTTP. A client that is configured so sends its messages readable for everybody on the way.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Orders: # finding
//!     Type: AWS::SQS::Queue
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Orders: # finding
//!     Type: AWS::SQS::Queue
//!   OrdersPolicy:
//!     Type: AWS::SQS::QueuePolicy
//!     Properties:
//!       Queues:
//!         - !Ref Orders
//!       PolicyDocument:
//!         Version: '2012-10-17'
//!         Statement:
//!           - Sid: DenyPlainHttp
//!             Effect: Deny
//!             Principal: '*'
//!             Action: sqs:*
//!             Resource:
//!               - !GetAtt Orders.Arn
//!             Condition:
//!               Bool:
//!                 aws:SecureTransport: 'false'
//! ```
//!
//! The Deny asks the wrong way round:
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {secure: 'true'}
//! resources:
//!   Resources:
//!     Orders: # finding
//!       Type: AWS::SQS::Queue
//!     Policy:
//!       Type: AWS::SQS::QueuePolicy
//!       Properties:
//!         Queues: [!Ref Orders]
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Deny
//!               Principal: '*'
//!               Action: sqs:*
//!               Resource: !GetAtt Orders.Arn
//!               Condition: {Bool: {'aws:SecureTransport': '${self:custom.secure}'}}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_sqs_queue" "orders" { # finding
//!   name = "orders"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_sqs_queue" "orders" { # finding
//!   name = "orders"
//! }
//!
//! resource "aws_sqs_queue_policy" "orders_policy" {
//!   queue_url = aws_sqs_queue.orders.id
//!   policy = jsonencode({
//!     Version   = "2012-10-17"
//!     Statement = [{
//!       Sid       = "DenyPlainHttp"
//!       Effect    = "Deny"
//!       Principal = "*"
//!       Action    = "sqs:*"
//!       Resource  = [aws_sqs_queue.orders.arn]
//!       Condition = {
//!         Bool = {
//!           "aws:SecureTransport" = "false"
//!         }
//!       }
//!     }]
//!   })
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Orders:
//!     Type: AWS::SQS::Queue
//!   Policy:
//!     Type: AWS::SQS::QueuePolicy
//!     Properties:
//!       Queues: [!Ref Orders]
//!       PolicyDocument:
//!         Statement:
//!           - Effect: Deny
//!             Principal: '*'
//!             Action: sqs:*
//!             Resource: !GetAtt Orders.Arn
//!             Condition: {Bool: {'aws:SecureTransport': 'false'}}
//! ```
//!
//! ```hcl good main.tf
//! data "aws_iam_policy_document" "orders" {
//!   statement {
//!     effect    = "Deny"
//!     actions   = ["sqs:*"]
//!     resources = [aws_sqs_queue.orders.arn]
//!     principals {
//!       type        = "*"
//!       identifiers = ["*"]
//!     }
//!     condition {
//!       test     = "Bool"
//!       variable = "aws:SecureTransport"
//!       values   = ["false"]
//!     }
//!   }
//! }
//!
//! resource "aws_sqs_queue" "orders" {
//!   name = "orders"
//! }
//!
//! resource "aws_sqs_queue_policy" "orders" {
//!   queue_url = aws_sqs_queue.orders.id
//!   policy    = data.aws_iam_policy_document.orders.json
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Statements:
//!     Type: String
//! Resources:
//!   Orders:
//!     Type: AWS::SQS::Queue
//!   Policy:
//!     Type: AWS::SQS::QueuePolicy
//!     Properties:
//!       Queues: [!Ref Orders]
//!       PolicyDocument: !Ref Statements
//! ```
//!
//! ## How to fix
//!
//! Add a queue policy with a Deny for `*` on `sqs:*` under `Bool: {aws:SecureTransport: false}`. Clients on plain HTTP are refused afterwards.

use crate::prelude::*;
use crate::transport;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[319],
        owasp_serverless: &["S3", "SAS-3"],
        attack: &["T1040"],
        stride: &["I", "T"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in transport::unguarded(cx, "AWS::SQS::Queue", "sqs:SendMessage", out) {
        let arn = Literal::Of(ix, Some("Arn".into()));
        let of = ("AWS::SQS::QueuePolicy", ("Queues", Literal::List(vec![Literal::Of(ix, None)])));
        let help = "add a queue policy that denies `sqs:*` to `*` when `aws:SecureTransport` is false";
        let mut found = transport::found(ix, node, help);
        if let Some(proposal) = transport::propose(cx, ix, "sqs:*", vec![arn], of) {
            found = found.fix(proposal);
        }
        out.push(found);
    }
}
