//! a topic answers requests without TLS
//!
//! ## What
//!
//! No statement of the topic's policy denies everybody what comes with `aws:SecureTransport` false.
//!
//! ## Why
//!
//! SNS still answers on plain HTTP. A publisher that is configured so sends its messages readable for everybody on the way.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Orders: # finding
//!     Type: AWS::SNS::Topic
//! ```
//!
//! The Deny names one account instead of everybody:
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {who: {AWS: '314159265358'}}
//! resources:
//!   Resources:
//!     Orders: # finding
//!       Type: AWS::SNS::Topic
//!     Policy:
//!       Type: AWS::SNS::TopicPolicy
//!       Properties:
//!         Topics: [!Ref Orders]
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Deny
//!               Principal: ${self:custom.who}
//!               Action: sns:Publish
//!               Resource: !Ref Orders
//!               Condition: {Bool: {'aws:SecureTransport': 'false'}}
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {who: {AWS: '314159265358'}}
//! resources:
//!   Resources:
//!     Orders: # finding
//!       Type: AWS::SNS::Topic
//!     Policy:
//!       Type: AWS::SNS::TopicPolicy
//!       Properties:
//!         Topics: [!Ref Orders]
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Deny
//!               Principal: ${self:custom.who}
//!               Action: sns:Publish
//!               Resource: !Ref Orders
//!               Condition: {Bool: {'aws:SecureTransport': 'false'}}
//!             - Sid: DenyPlainHttp
//!               Effect: Deny
//!               Principal: '*'
//!               Action: sns:Publish
//!               Resource:
//!                 - !Ref Orders
//!               Condition:
//!                 Bool:
//!                   aws:SecureTransport: 'false'
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_sns_topic" "orders" { # finding
//!   name = "orders"
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Orders:
//!     Type: AWS::SNS::Topic
//!   Policy:
//!     Type: AWS::SNS::TopicPolicy
//!     Properties:
//!       Topics: [!Ref Orders]
//!       PolicyDocument:
//!         Statement:
//!           - Effect: Deny
//!             Principal: '*'
//!             Action: sns:Publish
//!             Resource: !Ref Orders
//!             Condition: {Bool: {'aws:SecureTransport': 'false'}}
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sns_topic" "orders" {
//!   name   = "orders"
//!   policy = <<-JSON
//!     {
//!       "Version": "2012-10-17",
//!       "Statement": [{
//!         "Effect": "Deny",
//!         "Principal": "*",
//!         "Action": "sns:Publish",
//!         "Resource": "*",
//!         "Condition": {"Bool": {"aws:SecureTransport": "false"}}
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
//!   Statements:
//!     Type: String
//! Resources:
//!   Orders:
//!     Type: AWS::SNS::Topic
//!   Policy:
//!     Type: AWS::SNS::TopicPolicy
//!     Properties:
//!       Topics: [!Ref Orders]
//!       PolicyDocument: !Ref Statements
//! ```
//!
//! ## How to fix
//!
//! Add a Deny for `*` on `sns:Publish` under `Bool: {aws:SecureTransport: false}` to the policy of the topic. Where it has no policy yet, a new one takes the place of the
//! default that lets services of the own account publish: give them a statement of their own.

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
    for (ix, node) in transport::unguarded(cx, "AWS::SNS::Topic", "sns:Publish", out) {
        let help = "deny `sns:Publish` to `*` when `aws:SecureTransport` is false in the policy of the topic";
        let mut found = transport::found(ix, node, help);
        // A policy of its own would take the place of the default one, which lets services publish.
        if let Some(proposal) = transport::append(cx, ix, "sns:Publish", vec![Literal::Of(ix, None)]) {
            found = found.fix(proposal);
        }
        out.push(found);
    }
}
