//! a subscription drops what it cannot deliver
//!
//! ## What
//!
//! A function or a web endpoint is subscribed to a topic, and the subscription has no redrive policy.
//!
//! ## Why
//!
//! SNS gives up after its retries (for a web endpoint within hours) and drops the message. A permission that was
//! removed, a deleted function or an endpoint that somebody keeps busy makes alarms and orders disappear, and
//! nothing says that they did.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Alerts:
//!     Type: AWS::SNS::Topic
//!   Hook: # finding
//!     Type: AWS::SNS::Subscription
//!     Properties:
//!       TopicArn: !Ref Alerts
//!       Protocol: https
//!       Endpoint: https://hooks.example.com/alerts
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! functions:
//!   work:
//!     handler: a.b
//!     events:
//!       - sns: alerts
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_sns_topic" "alerts" {
//!   name = "alerts"
//! }
//!
//! resource "aws_sqs_queue" "dead" {
//!   name = "dead"
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
//! resource "aws_sns_topic_subscription" "work" { # finding
//!   topic_arn = aws_sns_topic.alerts.arn
//!   protocol  = "lambda"
//!   endpoint  = aws_lambda_function.work.arn
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Dead:
//!     Type: AWS::SQS::Queue
//!   Alerts:
//!     Type: AWS::SNS::Topic
//!   Hook:
//!     Type: AWS::SNS::Subscription
//!     Properties:
//!       TopicArn: !Ref Alerts
//!       Protocol: https
//!       Endpoint: https://hooks.example.com/alerts
//!       RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn}
//!   Mail:
//!     Type: AWS::SNS::Subscription
//!     Properties: {TopicArn: !Ref Alerts, Protocol: email, Endpoint: ops@example.com}
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sns_topic" "alerts" {
//!   name = "alerts"
//! }
//!
//! resource "aws_sqs_queue" "dead" {
//!   name = "dead"
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
//! resource "aws_sns_topic_subscription" "work" {
//!   topic_arn = aws_sns_topic.alerts.arn
//!   protocol  = "lambda"
//!   endpoint  = aws_lambda_function.work.arn
//!   redrive_policy = jsonencode({
//!     deadLetterTargetArn = aws_sqs_queue.dead.arn
//!   })
//! }
//! ```
//!
//! ## How to fix
//!
//! Set `RedrivePolicy` of the subscription to a queue (in serverless.yml `sns.redrivePolicy`), and let the topic send
//! to that queue by the queue's policy. A subscription that is written inside of a topic takes none: write it as a
//! resource of its own.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        owasp_serverless: &["SAS-10"],
        stride: &["D", "R"],
        others: &["SNSRedrivePolicy"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (fx, _) in cx.functions() {
        for edge in cx.triggers(fx) {
            let Some(trigger) = edge.trigger.as_deref() else { continue };
            if trigger.event == "sns" && trigger.via == "subscription" {
                let from = crate::policy::source(cx, edge);
                let message = format!("what {from} cannot deliver to {{subject}} is dropped");
                one(fx, &trigger.props, edge.span, message, &trigger.source, out);
            }
        }
    }
    for (ix, node) in cx.of_type("AWS::SNS::Topic") {
        for subscription in node.props.get("Subscription").items().iter().filter(|s| is_web(s)) {
            let endpoint = subscription.get("Endpoint").display();
            let message = format!("what {{subject}} cannot deliver to `{endpoint}` is dropped");
            one(ix, subscription, subscription.span.or(node.span), message, &endpoint, out);
        }
    }
    for (ix, node) in cx.of_type("AWS::SNS::Subscription").filter(|(_, n)| is_web(&n.props)) {
        let endpoint = node.props.get("Endpoint").display();
        let topic = cx.graph.resolve(node.props.get("TopicArn"));
        let whose = topic.map_or_else(|| "a topic".to_owned(), |t| cx.subject(t));
        let message = format!("what {whose} cannot deliver to `{endpoint}` is dropped");
        one(ix, &node.props, node.span, message, &endpoint, out);
    }
}

fn is_web(subscription: &Val) -> bool {
    let protocol = subscription.get("Protocol");
    protocol.is("https").or(protocol.is("http")).is_yes()
}

fn one(ix: NodeIx, subscription: &Val, at: Span, message: String, to: &str, out: &mut Findings) {
    let redrive = subscription.lookup("RedrivePolicy");
    if !redrive.is_null() {
        return;
    }
    out.push(
        Found::new(ix, at, message)
            .label("no `RedrivePolicy`")
            .help("set `RedrivePolicy` of the subscription to a queue")
            .evidence(format!("no redrive to {to}")),
    );
}
