//! logs are sent to another account
//!
//! ## What
//!
//! A subscription filter's destination is in an account that is neither the application's own nor in `trusted-accounts`.
//!
//! ## Why
//!
//! Everything that matches the filter is copied there the moment it is written: what customers sent, tokens in error messages, names of hosts. Whoever controls
//! that account, or takes it over, reads along, and nothing in yours records it.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Log: {Type: AWS::Logs::LogGroup}
//!   Copy:
//!     Type: AWS::Logs::SubscriptionFilter
//!     Properties:
//!       LogGroupName: !Ref Log
//!       FilterPattern: ""
//!       DestinationArn: arn:aws:logs:eu-west-1:314159265358:destination:all # finding
//!   Role:
//!     Type: AWS::IAM::Role
//!     Properties:
//!       AssumeRolePolicyDocument:
//!         Statement: [{Effect: Allow, Principal: {AWS: "arn:aws:iam::271828182845:root"}, Action: sts:AssumeRole}]
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws}
//! custom:
//!   collector: arn:aws:logs:eu-west-1:314159265358:destination:all # finding
//! resources:
//!   Resources:
//!     Copy:
//!       Type: AWS::Logs::SubscriptionFilter
//!       Properties:
//!         LogGroupName: /aws/lambda/orders
//!         FilterPattern: ""
//!         DestinationArn: ${self:custom.collector}
//!     Topic:
//!       Type: AWS::SNS::Subscription
//!       Properties: {Protocol: sqs, Endpoint: "arn:aws:sqs:eu-west-1:271828182845:q", TopicArn: "arn:aws:sns:eu-west-1:271828182845:t"}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Log: {Type: AWS::Logs::LogGroup}
//!   Copy:
//!     Type: AWS::Logs::SubscriptionFilter
//!     Properties:
//!       LogGroupName: !Ref Log
//!       FilterPattern: ""
//!       DestinationArn: !Sub arn:aws:logs:${AWS::Region}:${AWS::AccountId}:destination:all
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_cloudwatch_log_subscription_filter" "copy" {
//!   name            = "copy"
//!   log_group_name  = "/aws/lambda/orders"
//!   filter_pattern  = ""
//!   destination_arn = "arn:aws:logs:eu-west-1:314159265358:destination:all" # finding
//! }
//!
//! resource "aws_sns_topic_subscription" "own" {
//!   topic_arn = "arn:aws:sns:eu-west-1:271828182845:t"
//!   protocol  = "sqs"
//!   endpoint  = "arn:aws:sqs:eu-west-1:271828182845:q"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_kinesis_stream" "logs" {
//!   name = "logs"
//! }
//!
//! resource "aws_cloudwatch_log_subscription_filter" "copy" {
//!   name            = "copy"
//!   log_group_name  = "/aws/lambda/orders"
//!   filter_pattern  = ""
//!   destination_arn = aws_kinesis_stream.logs.arn
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Collector: {Type: String}
//! Resources:
//!   Copy:
//!     Type: AWS::Logs::SubscriptionFilter
//!     Properties: {LogGroupName: /aws/lambda/orders, FilterPattern: "", DestinationArn: !Ref Collector}
//! ```
//!
//! ## How to fix
//!
//! Send logs to an account of your organisation, and list it in `trusted-accounts`; or narrow the filter to what the other side needs.

use crate::accounts::{Account, Standing, account_of, standing};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[200],
        owasp_serverless: &["S3", "SAS-7"],
        attack: &["T1537"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::Logs::SubscriptionFilter") {
        let destination = node.props.get("DestinationArn");
        match account_of(destination) {
            Account::Id(id) => match standing(cx, &id) {
                Standing::Own => {}
                Standing::Unknown => out.cannot_tell(ix, "DestinationArn", destination),
                Standing::Foreign => out.push(
                    Found::at_value(
                        ix,
                        destination,
                        node.span,
                        format!("log entries are sent to account `{id}`, which is not an own one"),
                    )
                    .label("another account")
                    .help("send them to an own account, or list this one in `trusted-accounts`")
                    .evidence(id),
                ),
            },
            Account::Unknown if matches!(destination.state, State::Unknown(_)) => {
                out.cannot_tell(ix, "DestinationArn", destination);
            }
            _ => {}
        }
    }
}
