//! failed events go where others can read or change them
//!
//! ## What
//!
//! The dead-letter target of the function is a queue or topic of the application that is not encrypted (encryption of
//! a queue is switched off; a topic has no key), whose policy lets everybody or a foreign account in, or that starts
//! the same function.
//!
//! ## Why
//!
//! Failed events hold what the function was sent: orders, tokens, addresses. In an open or unencrypted target they
//! lie longer than anywhere else, since nobody empties it. A target that starts the function again sends what failed
//! back to it without end.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Failed:
//!     Type: AWS::SQS::Queue
//!     Properties: {SqsManagedSseEnabled: false}
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       DeadLetterQueue:
//!         Type: SQS
//!         TargetArn: !GetAtt Failed.Arn # finding
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//!     onError: !Ref Failed # finding
//! resources:
//!   Resources:
//!     Failed:
//!       Type: AWS::SNS::Topic
//!       Properties: {KmsMasterKeyId: alias/aws/sns}
//!     Policy:
//!       Type: AWS::SNS::TopicPolicy
//!       Properties:
//!         Topics: [!Ref Failed]
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Allow
//!               Principal: '*'
//!               Action: sns:Subscribe
//!               Resource: !Ref Failed
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Failed:
//!     Type: AWS::SQS::Queue
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Failed.Arn}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_sns_topic" "failed" {
//!   name = "failed"
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!
//!   dead_letter_config {
//!     target_arn = aws_sns_topic.failed.arn # finding
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sns_topic" "failed" {
//!   name              = "failed"
//!   kms_master_key_id = "alias/aws/sns"
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!
//!   dead_letter_config {
//!     target_arn = aws_sns_topic.failed.arn
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Encrypt: {Type: String}
//! Resources:
//!   Failed:
//!     Type: AWS::SQS::Queue
//!     Properties: {SqsManagedSseEnabled: !Ref Encrypt}
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Failed.Arn}
//! ```
//!
//! ## How to fix
//!
//! Encrypt the target (a queue is encrypted where nothing is said; a topic needs `KmsMasterKeyId`), name in its policy
//! who may use it, and let nothing start the same function from it.

use crate::policy::{self, Outsider};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[311, 284],
        owasp_serverless: &["S3", "SAS-7"],
        stride: &["I", "T"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.functions() {
        let arn = node.props.at("DeadLetterConfig.TargetArn");
        let Some((to, target)) = cx.graph.resolve(arn).and_then(|to| Some((to, cx.node(to)?))) else {
            continue;
        };
        let mut causes: Vec<(String, Span)> = Vec::new();
        if cx.graph.out(to, EdgeKind::Triggers).any(|e| e.to == ix) {
            causes.push(("starts the function again".to_owned(), target.span));
        }
        match encrypted(target) {
            (Tri::No, at) => causes.push(("is not encrypted".to_owned(), at.span.or(target.span))),
            (Tri::Unknown, at) => out.cannot_tell(ix, "DeadLetterConfig", at),
            (Tri::Yes, _) => {}
        }
        for s in target.store().map_or(&[][..], |s| &s.policy) {
            match policy::outsider(cx, target.store().map_or(&[][..], |s| &s.policy), s) {
                Outsider::Let { at, who, .. } => {
                    causes.push((format!("lets {who} in"), at.span.or(s.span)));
                    break;
                }
                Outsider::CannotTell(val) => out.cannot_tell(ix, "Policy", val),
                Outsider::Nobody => {}
            }
        }
        let Some((first, _)) = causes.first() else { continue };
        let message = format!("failed events of {{subject}} go to {}, which {first}", cx.subject(to));
        let words: Vec<&str> = causes.iter().map(|(words, _)| words.as_str()).collect();
        let evidence = format!("target {}", words.join(", "));
        let mut found = Found::at_value(ix, arn, node.span, message)
            .label("where failed events go")
            .help("encrypt the target, name who may use it, and let nothing start the same function from it")
            .evidence(evidence);
        for (words, at) in causes {
            found = found.also(at, words);
        }
        out.push(found);
    }
}

/// Whether a queue or topic is encrypted, and the value that says so.
fn encrypted(target: &Node) -> (Tri, &Val) {
    let key = target.props.get("KmsMasterKeyId");
    match target.ty.as_str() {
        "AWS::SQS::Queue" => {
            let managed = target.props.get("SqsManagedSseEnabled");
            let off = managed.as_bool().map_or(Tri::Unknown, Tri::from).negate();
            // Nothing said is encrypted with a key of SQS.
            let off = if managed.is_null() || !key.is_null() { Tri::No } else { off };
            (off.negate(), managed)
        }
        "AWS::SNS::Topic" => ((!key.is_null()).into(), key),
        _ => (Tri::Yes, key),
    }
}
