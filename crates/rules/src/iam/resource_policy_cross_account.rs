//! a foreign account may write to a topic, queue or key
//!
//! ## What
//!
//! The policy of a topic, queue or key lets an account in that is neither own nor trusted
//! (`trusted-accounts`), by a wildcard action or one that writes. The own account is the configured one,
//! else that of a function's role. A topic or queue that triggers a function here is
//! `event-…-trigger-writable-by-others`, a bus `event-bus-policy-open`, a secret `secrets-policy-public`.
//!
//! ## Why
//!
//! Whoever controls that account, or steals one credential of it, sends messages that this application
//! takes for its own, or uses and destroys the key that its data depends on.
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
//!             Principal: {AWS: 'arn:aws:iam::271828182845:root'} # finding
//!             Action: sqs:SendMessage
//!             Resource: !GetAtt Orders.Arn
//!   Hello:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::314159265358:role/hello
//!       Code: {S3Bucket: b, S3Key: k}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   iam: {role: 'arn:aws:iam::314159265358:role/hello'}
//! custom: {partner: '271828182845'} # finding
//! functions:
//!   hello: {handler: a.b}
//! resources:
//!   Resources:
//!     Key:
//!       Type: AWS::KMS::Key
//!       Properties:
//!         EnableKeyRotation: true
//!         KeyPolicy:
//!           Statement:
//!             - Effect: Allow
//!               Principal: {AWS: '${self:custom.partner}'}
//!               Action: kms:*
//!               Resource: '*'
//! ```
//!
//! Another account that only listens:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Alerts:
//!     Type: AWS::SNS::Topic
//!   Policy:
//!     Type: AWS::SNS::TopicPolicy
//!     Properties:
//!       Topics: [!Ref Alerts]
//!       PolicyDocument:
//!         Statement:
//!           - Effect: Allow
//!             Principal: {AWS: 'arn:aws:iam::271828182845:root'}
//!             Action: sns:Subscribe
//!             Resource: !Ref Alerts
//!   Hello:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::314159265358:role/hello
//!       Code: {S3Bucket: b, S3Key: k}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Key:
//!       Type: AWS::KMS::Key
//!       Properties:
//!         EnableKeyRotation: true
//!         KeyPolicy:
//!           Statement:
//!             - Effect: Allow
//!               Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}
//!               Action: kms:*
//!               Resource: '*'
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_sqs_queue" "jobs" {
//!   name = "jobs"
//! }
//!
//! resource "aws_sqs_queue_policy" "jobs" {
//!   queue_url = aws_sqs_queue.jobs.id
//!   policy    = data.aws_iam_policy_document.jobs.json
//! }
//!
//! data "aws_iam_policy_document" "jobs" {
//!   statement {
//!     actions   = ["sqs:SendMessage"]
//!     resources = [aws_sqs_queue.jobs.arn]
//!     principals {
//!       type        = "AWS"
//!       identifiers = ["arn:aws:iam::271828182845:root"] # finding
//!     }
//!   }
//! }
//!
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   role          = "arn:aws:iam::314159265358:role/orders"
//!   handler       = "orders.handler"
//!   runtime       = "python3.13"
//!   filename      = "orders.zip"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sqs_queue" "jobs" {
//!   name = "jobs"
//! }
//!
//! resource "aws_sqs_queue_policy" "jobs" {
//!   queue_url = aws_sqs_queue.jobs.id
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Action    = "sqs:SendMessage"
//!       Resource  = aws_sqs_queue.jobs.arn
//!       Principal = { AWS = data.aws_caller_identity.me.account_id }
//!     }]
//!   })
//! }
//!
//! data "aws_caller_identity" "me" {}
//! ```
//!
//! ## Cannot tell
//!
//! Nothing says which account is the own one:
//!
//! ```yaml unknown template.yaml
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
//!             Principal: {AWS: 'arn:aws:iam::271828182845:root'}
//!             Action: sqs:SendMessage
//!             Resource: !GetAtt Orders.Arn
//! ```
//!
//! ## How to fix
//!
//! Take the statement out, or limit it to one role and one action and write the account into
//! `trusted-accounts` of palisade.toml.
//!
//! No change is proposed: whether the account is a partner or a stranger stands nowhere in the files.

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
        cwe: &[284],
        owasp_serverless: &["S5", "SAS-3"],
        checkov: &["CKV_AWS_283", "CKV_AWS_385", "CKV_AWS_387"],
        attack: &["T1199"],
        stride: &["T", "E"],
        ..References::NONE
    },
    check,
};

/// What writes, by service.
const WRITES: &[(&[&str], &[&str])] = &[
    (policy::TOPICS, &["sns:Publish", "sns:AddPermission", "sns:SetTopicAttributes", "sns:DeleteTopic"]),
    (
        policy::QUEUES,
        &[
            "sqs:SendMessage",
            "sqs:DeleteMessage",
            "sqs:PurgeQueue",
            "sqs:AddPermission",
            "sqs:SetQueueAttributes",
            "sqs:DeleteQueue",
        ],
    ),
    (
        &["AWS::KMS::Key", "AWS::KMS::ReplicaKey"],
        &["kms:Encrypt", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:CreateGrant"],
    ),
];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (types, actions) in WRITES {
        for (ix, node, store) in policy::with_policy(cx, types, out) {
            let triggers = cx.graph.out(ix, EdgeKind::Triggers).next().is_some();
            for s in &store.policy {
                let Some((val, action)) = policy::covering(s, actions) else { continue };
                match policy::outsider(cx, &store.policy, s) {
                    Outsider::Let { at, who, everybody: false } => {
                        if triggers && matches!(action, "sns:Publish" | "sqs:SendMessage") {
                            continue;
                        }
                        out.push(
                            Found::at_value(
                                ix,
                                at,
                                s.span.or(node.span),
                                format!("{who} may `{action}` by {}", policy::whose(node)),
                            )
                            .label("neither own nor trusted")
                            .also(val.span, "what it may do")
                            .help(
                                "limit it to one role and action, or list the account in `trusted-accounts`",
                            )
                            .evidence(policy::evidence(s)),
                        );
                    }
                    Outsider::CannotTell(open) if !policy::is_everyone(&s.principal).is_yes() => {
                        out.cannot_tell(ix, "Policy", open);
                    }
                    _ => {}
                }
            }
        }
    }
}
