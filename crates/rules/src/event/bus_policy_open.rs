//! an event bus takes events from everyone or a foreign account
//!
//! ## What
//!
//! A statement of the policy of an event bus allows principal `*` without a condition that pins the caller
//! (`aws:PrincipalOrgID` is the usual one), or an account that is neither own nor trusted.
//!
//! ## Why
//!
//! Whoever may put events on the bus starts every function whose rule matches, with a content of their
//! choice: orders, payments, sign-ups that never were. Rules match on what the sender writes.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Bus:
//!     Type: AWS::Events::EventBus
//!     Properties: {Name: shop}
//!   Policy:
//!     Type: AWS::Events::EventBusPolicy
//!     Properties:
//!       EventBusName: !Ref Bus
//!       StatementId: all
//!       Statement:
//!         Effect: Allow
//!         Principal: '*' # finding
//!         Action: events:PutEvents
//!         Resource: !GetAtt Bus.Arn
//! ```
//!
//! The older form, on the default bus:
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {who: '*'} # finding
//! resources:
//!   Resources:
//!     Policy:
//!       Type: AWS::Events::EventBusPolicy
//!       Properties:
//!         StatementId: all
//!         Action: events:PutEvents
//!         Principal: ${self:custom.who}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Policy:
//!     Type: AWS::Events::EventBusPolicy
//!     Properties:
//!       StatementId: org
//!       Action: events:PutEvents
//!       Principal: '*'
//!       Condition: {Type: StringEquals, Key: 'aws:PrincipalOrgID', Value: o-abcdefghij}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Policy:
//!       Type: AWS::Events::EventBusPolicy
//!       Properties:
//!         StatementId: own
//!         Action: events:PutEvents
//!         Principal: !Ref AWS::AccountId
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_cloudwatch_event_bus" "shop" {
//!   name = "shop"
//! }
//!
//! data "aws_iam_policy_document" "shop" {
//!   statement {
//!     sid       = "all"
//!     actions   = ["events:PutEvents"]
//!     resources = [aws_cloudwatch_event_bus.shop.arn]
//!     principals {
//!       type        = "AWS"
//!       identifiers = ["*"] # finding
//!     }
//!   }
//! }
//!
//! resource "aws_cloudwatch_event_bus_policy" "shop" {
//!   event_bus_name = aws_cloudwatch_event_bus.shop.name
//!   policy         = data.aws_iam_policy_document.shop.json
//! }
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_cloudwatch_event_permission" "all" {
//!   principal    = "*" # finding
//!   statement_id = "all"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_cloudwatch_event_permission" "organisation" {
//!   principal    = "*"
//!   statement_id = "organisation"
//!   condition {
//!     key   = "aws:PrincipalOrgID"
//!     type  = "StringEquals"
//!     value = "o-abcdefghij"
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Partner: {Type: String}
//! Resources:
//!   Policy:
//!     Type: AWS::Events::EventBusPolicy
//!     Properties:
//!       StatementId: partner
//!       Action: events:PutEvents
//!       Principal: !Ref Partner
//! ```
//!
//! ## How to fix
//!
//! Add a condition on `aws:PrincipalOrgID`, or name the accounts and write them into `trusted-accounts`. A
//! condition on `events:source` keeps a partner to its own events.

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
        cwe: &[284, 732],
        owasp_serverless: &["S1", "SAS-1"],
        aws: &["EventBridge.3"],
        stride: &["S", "T"],
        others: &["bus_exposed", "bus_cross_account", "EventBusOpenAccess"],
        ..References::NONE
    },
    check,
};

const BUSES: &[&str] = &["AWS::Events::EventBus", "AWS::Events::EventBusPolicy"];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node, store) in policy::with_policy(cx, BUSES, out) {
        for s in &store.policy {
            match policy::outsider(cx, &store.policy, s) {
                Outsider::Let { at, who, .. } => {
                    let bus = if node.kind == NodeKind::Policy { "the event bus" } else { "it" };
                    let action = policy::covering(s, &["events:PutEvents"]);
                    let verb =
                        if action.is_some() { format!("put events on {bus}") } else { format!("use {bus}") };
                    out.push(
                        Found::at_value(
                            ix,
                            at,
                            s.span.or(node.span),
                            format!("{} lets {who} {verb}", policy::whose(node)),
                        )
                        .label("no condition says who")
                        .help("add a condition on `aws:PrincipalOrgID`, or name the accounts")
                        .evidence(policy::evidence(s)),
                    );
                }
                Outsider::CannotTell(val) => out.cannot_tell(ix, "Policy", val),
                Outsider::Nobody => {}
            }
        }
    }
}
