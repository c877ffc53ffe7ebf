//! a topic's policy lets everyone publish or subscribe
//!
//! ## What
//!
//! A statement of the topic's policy allows principal `*` and no condition pins the caller. Where it lets
//! everybody publish and the topic triggers a function here, this is
//! `event-topic-trigger-writable-by-others`.
//!
//! ## Why
//!
//! Whoever knows the topic's name and account id subscribes an address of their own and reads everything
//! that the application announces, or publishes messages that every subscriber takes for genuine.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
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
//!             Principal: {AWS: '*'} # finding
//!             Action: [sns:Subscribe, sns:Receive]
//!             Resource: !Ref Alerts
//! ```
//!
//! ```yaml fixed template.yaml
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
//!             Principal: {AWS: !Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root'} # finding
//!             Action: [sns:Subscribe, sns:Receive]
//!             Resource: !Ref Alerts
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {who: '*'} # finding
//! resources:
//!   Resources:
//!     Alerts:
//!       Type: AWS::SNS::Topic
//!     Policy:
//!       Type: AWS::SNS::TopicPolicy
//!       Properties:
//!         Topics: [!Ref Alerts]
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Allow
//!               Principal: '${self:custom.who}'
//!               Action: sns:Publish
//!               Resource: !Ref Alerts
//! ```
//!
//! The policy that SNS writes by itself:
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
//!             Principal: {AWS: '*'}
//!             Action: [sns:Publish, sns:Subscribe]
//!             Resource: !Ref Alerts
//!             Condition: {StringEquals: {'AWS:SourceOwner': !Ref 'AWS::AccountId'}}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Alerts:
//!       Type: AWS::SNS::Topic
//!     Policy:
//!       Type: AWS::SNS::TopicPolicy
//!       Properties:
//!         Topics: [!Ref Alerts]
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Allow
//!               Principal: {Service: cloudwatch.amazonaws.com}
//!               Action: sns:Publish
//!               Resource: !Ref Alerts
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_sns_topic" "orders" {
//!   name = "orders"
//! }
//!
//! data "aws_iam_policy_document" "orders" {
//!   statement {
//!     actions   = ["SNS:Subscribe", "SNS:Publish"]
//!     resources = [aws_sns_topic.orders.arn]
//!     principals {
//!       type        = "AWS"
//!       identifiers = ["*"] # finding
//!     }
//!   }
//! }
//!
//! resource "aws_sns_topic_policy" "orders" {
//!   arn    = aws_sns_topic.orders.arn
//!   policy = data.aws_iam_policy_document.orders.json
//! }
//! ```
//!
//! The statement of the default policy:
//!
//! ```hcl good main.tf
//! data "aws_caller_identity" "me" {}
//!
//! resource "aws_sns_topic" "orders" {
//!   name = "orders"
//! }
//!
//! resource "aws_sns_topic_policy" "orders" {
//!   arn = aws_sns_topic.orders.arn
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = { AWS = "*" }
//!       Action    = ["SNS:Subscribe", "SNS:Publish"]
//!       Resource  = aws_sns_topic.orders.arn
//!       Condition = { StringEquals = { "AWS:SourceOwner" = data.aws_caller_identity.me.account_id } }
//!     }]
//!   })
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Owner:
//!     Type: String
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
//!             Principal: {AWS: '*'}
//!             Action: sns:Publish
//!             Resource: !Ref Alerts
//!             Condition: {StringEquals: {'AWS:SourceOwner': !Ref Owner}}
//! ```
//!
//! ## How to fix
//!
//! Name the accounts, roles or services, or pin the caller by `aws:SourceAccount`, `aws:PrincipalOrgID` or
//! `sns:Endpoint` (for subscribers). Principals of the own account need no topic policy.

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
        checkov: &["CKV_AWS_169", "CKV_AWS_385"],
        aws: &["SNS.4"],
        attack: &["T1530"],
        stride: &["I", "S"],
        others: &["F18"],
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node, store) in policy::with_policy(cx, policy::TOPICS, out) {
        let triggers = cx.graph.out(ix, EdgeKind::Triggers).next().is_some();
        for s in &store.policy {
            match policy::outsider(cx, &store.policy, s) {
                Outsider::Let { at, everybody: true, .. } => {
                    let publish = policy::covering(s, &["sns:Publish"]);
                    let subscribe = policy::covering(s, &["sns:Subscribe"]);
                    if triggers && publish.is_some() {
                        continue;
                    }
                    let may = match (publish.is_some(), subscribe.is_some()) {
                        (true, true) => "publish to the topic and subscribe",
                        (true, false) => "publish to the topic",
                        (false, true) => "subscribe to the topic",
                        (false, false) => "use the topic",
                    };
                    let mut found = Found::at_value(
                        ix,
                        at,
                        s.span,
                        format!("{} lets everybody {may}", policy::whose(node)),
                    )
                    .label("everybody, without a condition on who")
                    .also(s.actions.first().map_or(Span::NONE, |a| a.span), "what they may do")
                    .help("name the accounts or services, or pin the caller by `aws:SourceAccount`")
                    .evidence(policy::evidence(s));
                    if let Some(fix) = repair::own_account(cx, s, at) {
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
