//! a queue's policy allows every action
//!
//! ## What
//!
//! A statement of the queue's policy allows `sqs:*` or `*` to somebody. A statement for the own account's
//! root is silent: it gives nothing that the account's own roles do not decide.
//!
//! ## Why
//!
//! Who should only send may also read what others sent, purge the queue, delete it, or with
//! `sqs:AddPermission` let in whom they like: a leaked credential of one producer becomes the loss of the
//! whole queue.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
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
//!             Action: sqs:* # finding
//!             Resource: !GetAtt Orders.Arn
//!             Condition: {ArnEquals: {'aws:SourceArn': !Ref Topic}}
//! ```
//!
//! ```yaml fixed template.yaml
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
//!             Action: sqs:SendMessage # finding
//!             Resource: !GetAtt Orders.Arn
//!             Condition: {ArnEquals: {'aws:SourceArn': !Ref Topic}}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {actions: 'SQS:*'} # finding
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
//!               Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:role/producer'}
//!               Action: ['${self:custom.actions}']
//!               Resource: !GetAtt Orders.Arn
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
//!           - Effect: Allow
//!             Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}
//!             Action: sqs:*
//!             Resource: !GetAtt Orders.Arn
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
//!             - Effect: Deny
//!               Principal: '*'
//!               Action: sqs:*
//!               Resource: !GetAtt Orders.Arn
//!               Condition: {Bool: {'aws:SecureTransport': 'false'}}
//! ```
//!
//! ```hcl bad main.tf
//! variable "actions" {
//!   type    = list(string)
//!   default = ["sqs:*"] # finding
//! }
//!
//! resource "aws_sqs_queue" "orders" {
//!   name = "orders"
//! }
//!
//! data "aws_iam_policy_document" "orders" {
//!   statement {
//!     actions   = var.actions
//!     resources = [aws_sqs_queue.orders.arn]
//!     principals {
//!       type        = "AWS"
//!       identifiers = ["arn:aws:iam::314159265358:role/shop"]
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
//! variable "actions" {
//!   type    = list(string)
//!   default = ["sqs:SendMessage"] # finding
//! }
//!
//! resource "aws_sqs_queue" "orders" {
//!   name = "orders"
//! }
//!
//! data "aws_iam_policy_document" "orders" {
//!   statement {
//!     actions   = var.actions
//!     resources = [aws_sqs_queue.orders.arn]
//!     principals {
//!       type        = "AWS"
//!       identifiers = ["arn:aws:iam::314159265358:role/shop"]
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
//! The own account as a whole, as the default policy has it:
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
//!       Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
//!       Action    = "sqs:*"
//!       Resource  = aws_sqs_queue.orders.arn
//!     }]
//!   })
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Actions:
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
//!             Action: !Ref Actions
//!             Resource: !GetAtt Orders.Arn
//! ```
//!
//! ## How to fix
//!
//! Name the actions: `sqs:SendMessage` for a producer; `sqs:ReceiveMessage`, `sqs:DeleteMessage` and
//! `sqs:GetQueueAttributes` for a consumer. Who used another action is refused afterwards.
//!
//! ## Differs from
//!
//! CKV_AWS_72 and cfn-nag fail the statement for the own account as well.

use crate::policy;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[732],
        owasp_serverless: &["S5", "SAS-4"],
        checkov: &["CKV_AWS_72"],
        stride: &["E", "D"],
        others: &["AWS-0097"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node, store) in policy::with_policy(cx, policy::QUEUES, out) {
        for s in &store.policy {
            if s.allows().is_no() || policy::is_made(s) || is_own_root(cx, &s.principal) {
                continue;
            }
            let star = |v: &&Val| {
                v.as_str().is_some_and(|t| t == "*" || t == "*:*" || t.eq_ignore_ascii_case("sqs:*"))
            };
            if let Some(at) = s.actions.iter().find(star) {
                out.push(
                    Found::at_value(ix, at, s.span, format!("{} allows every action", policy::whose(node)))
                        .label("every action, deleting the queue and changing this policy among them")
                        .also(s.principal.span, "to whom")
                        .help("name the actions: `sqs:SendMessage` for who sends")
                        .evidence(policy::evidence(s))
                        .fix(Proposal::new(
                            "let them send messages, and nothing else",
                            Safety::Unsafe,
                            vec![Change::Replace { at: at.span, value: "sqs:SendMessage".into() }],
                        )),
                );
            } else if let Some(open) = s.actions.iter().find(|v| v.as_str().is_none()) {
                out.cannot_tell(ix, "Policy", open);
            }
        }
    }
}

/// Whether the principal is the own account and nothing else.
fn is_own_root(cx: &Cx<'_>, principal: &Val) -> bool {
    let accounts = policy::principals(principal, "AWS");
    principal.entries().len() == 1
        && !accounts.is_empty()
        && accounts.iter().all(|p| {
            let text = p.display();
            let whole = text.ends_with(":root") || !text.contains(':') || text == "${AWS::AccountId}";
            let own = text.contains("${AWS::AccountId}") || policy::foreign(cx, p).is_no();
            whole && own
        })
}
