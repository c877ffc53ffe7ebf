//! everybody may write to or read the account's logs
//!
//! ## What
//!
//! A statement of a `AWS::Logs::ResourcePolicy` allows principal `*` without a condition that pins the
//! caller, or an account that is neither own nor trusted.
//!
//! ## Why
//!
//! A resource policy of CloudWatch Logs holds for the region's log groups. Strangers fill them with
//! entries of their own, so that what happened is not found among them and the bill grows, or read what
//! functions logged.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Policy:
//!     Type: AWS::Logs::ResourcePolicy
//!     Properties:
//!       PolicyName: open
//!       PolicyDocument: '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "logs:PutLogEvents", "Resource": "*"}]}' # finding
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom:
//!   document: '{"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "logs:*", "Resource": "*"}}' # finding
//! resources:
//!   Resources:
//!     Policy:
//!       Type: AWS::Logs::ResourcePolicy
//!       Properties:
//!         PolicyName: open
//!         PolicyDocument: ${self:custom.document}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Policy:
//!     Type: AWS::Logs::ResourcePolicy
//!     Properties:
//!       PolicyName: events
//!       PolicyDocument: '{"Statement": [{"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}]}'
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Policy:
//!       Type: AWS::Logs::ResourcePolicy
//!       Properties:
//!         PolicyName: own
//!         PolicyDocument: '{"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "logs:PutLogEvents", "Resource": "*", "Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-abcdefghij"}}}]}'
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_cloudwatch_log_resource_policy" "open" {
//!   policy_name = "open"
//!   policy_document = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = "*" # finding
//!       Action    = "logs:PutLogEvents"
//!       Resource  = "*"
//!     }]
//!   })
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_cloudwatch_log_resource_policy" "events" {
//!   policy_name = "events"
//!   policy_document = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = { Service = "events.amazonaws.com" }
//!       Action    = "logs:PutLogEvents"
//!       Resource  = "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/events/*"
//!     }]
//!   })
//! }
//! ```
//!
//! ## How to fix
//!
//! Name the service that delivers logs, with `aws:SourceAccount` or `aws:SourceArn`.

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
        owasp_serverless: &["S5", "SAS-3"],
        stride: &["R", "I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node, store) in policy::with_policy(cx, &["AWS::Logs::ResourcePolicy"], out) {
        for s in &store.policy {
            match policy::outsider(cx, &store.policy, s) {
                Outsider::Let { at, who, .. } => {
                    let what = s.actions.first().map_or_else(|| "NotAction".into(), Val::display);
                    out.push(
                        Found::at_value(
                            ix,
                            at,
                            s.span.or(node.span),
                            format!("{} lets {who} `{what}` on log groups", policy::whose(node)),
                        )
                        .label("no condition says who")
                        .help("name the service that delivers logs, with `aws:SourceAccount`")
                        .evidence(policy::evidence(s)),
                    );
                }
                Outsider::CannotTell(val) => out.cannot_tell(ix, "PolicyDocument", val),
                Outsider::Nobody => {}
            }
        }
    }
}
