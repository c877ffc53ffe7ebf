//! strangers may publish to a topic that starts a function
//!
//! ## What
//!
//! A topic triggers a function, and its policy allows `sns:Publish` to everybody, without a condition that pins
//! the caller, or to an account that is neither own nor trusted.
//!
//! ## Why
//!
//! Event injection: an attacker who never passed the front door starts the function with a content of
//! their choice. Handlers trust what comes from their own topic, so it is often not validated, and whatever
//! the function may do is done with it.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
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
//!             Action: sns:Publish
//!             Resource: !Ref Alerts
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         T: {Type: SNS, Properties: {Topic: !Ref Alerts}}
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
//!       - sns: {arn: !Ref Alerts, topicName: alerts}
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
//!               Principal: ${self:custom.who}
//!               Action: [sns:Publish]
//!               Resource: !Ref Alerts
//! ```
//!
//! Everybody, but only from the own account:
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
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
//!             Condition: {StringEquals: {'aws:SourceAccount': !Ref 'AWS::AccountId'}}
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         T: {Type: SNS, Properties: {Topic: !Ref Alerts}}
//! ```
//!
//! Nothing here is started by it (this is `data-topic-policy-public`):
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! functions:
//!   work: {handler: a.b}
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
//!               Principal: '*'
//!               Action: sns:Subscribe
//!               Resource: !Ref Alerts
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_sns_topic" "alerts" {
//!   name = "alerts"
//! }
//!
//! data "aws_iam_policy_document" "alerts" {
//!   statement {
//!     actions   = ["sns:Publish"]
//!     resources = [aws_sns_topic.alerts.arn]
//!     principals {
//!       type        = "*"
//!       identifiers = ["*"] # finding
//!     }
//!   }
//! }
//!
//! resource "aws_sns_topic_policy" "alerts" {
//!   arn    = aws_sns_topic.alerts.arn
//!   policy = data.aws_iam_policy_document.alerts.json
//! }
//!
//! resource "aws_sns_topic_subscription" "work" {
//!   topic_arn = aws_sns_topic.alerts.arn
//!   protocol  = "lambda"
//!   endpoint  = aws_lambda_function.work.arn
//! }
//!
//! resource "aws_lambda_function" "work" {
//!   function_name = "work"
//!   role          = "arn:aws:iam::123456789012:role/work"
//!   handler       = "work.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "work.zip"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sns_topic" "alerts" {
//!   name = "alerts"
//! }
//!
//! data "aws_iam_policy_document" "alerts" {
//!   statement {
//!     actions   = ["sns:Publish"]
//!     resources = [aws_sns_topic.alerts.arn]
//!     principals {
//!       type        = "*"
//!       identifiers = ["*"]
//!     }
//!     condition {
//!       test     = "StringEquals"
//!       variable = "aws:PrincipalOrgID"
//!       values   = ["o-abcdefghij"]
//!     }
//!   }
//! }
//!
//! resource "aws_sns_topic_policy" "alerts" {
//!   arn    = aws_sns_topic.alerts.arn
//!   policy = data.aws_iam_policy_document.alerts.json
//! }
//!
//! resource "aws_sns_topic_subscription" "work" {
//!   topic_arn = aws_sns_topic.alerts.arn
//!   protocol  = "lambda"
//!   endpoint  = aws_lambda_function.work.arn
//! }
//!
//! resource "aws_lambda_function" "work" {
//!   function_name = "work"
//!   role          = "arn:aws:iam::123456789012:role/work"
//!   handler       = "work.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "work.zip"
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
//!   Alerts:
//!     Type: AWS::SNS::Topic
//!   Policy:
//!     Type: AWS::SNS::TopicPolicy
//!     Properties:
//!       Topics: [!Ref Alerts]
//!       PolicyDocument:
//!         Statement:
//!           - Effect: Allow
//!             Principal: {AWS: !Ref Sender}
//!             Action: sns:Publish
//!             Resource: !Ref Alerts
//!   Work:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         T: {Type: SNS, Properties: {Topic: !Ref Alerts}}
//! ```
//!
//! ## How to fix
//!
//! Name the service or role that sends, with `aws:SourceArn` for a service. Roles of the own account need
//! no topic policy. And validate in the handler what arrives.

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
        checkov: &["CKV_AWS_169"],
        stride: &["S", "T", "E"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, _, store) in policy::with_policy(cx, &["AWS::SNS::Topic"], out) {
        let Some(started) = policy::started_by(cx, ix) else { continue };
        for s in &store.policy {
            let Some((action, _)) = policy::covering(s, &["sns:Publish"]) else {
                if policy::covers_action(s, "sns:Publish") == Tri::Unknown && !s.allows().is_no() {
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
                        format!("{who} may publish to {{subject}}, which starts {started}"),
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
