//! deliveries of a topic are not logged
//!
//! ## What
//!
//! A topic has no role for the delivery status of any protocol (`DeliveryStatusLogging`).
//!
//! ## Why
//!
//! SNS tries, gives up and forgets. Without a log nobody can say whether a message arrived, was refused by an endpoint that somebody took over, or never was.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Orders: # finding
//!     Type: AWS::SNS::Topic
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {logs: []}
//! resources:
//!   Resources:
//!     Orders: # finding
//!       Type: AWS::SNS::Topic
//!       Properties: {DeliveryStatusLogging: '${self:custom.logs}'}
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
//!     Properties:
//!       DeliveryStatusLogging:
//!         - {Protocol: lambda, FailureFeedbackRoleArn: 'arn:aws:iam::314159265358:role/sns'}
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_sns_topic" "orders" {
//!   name                             = "orders"
//!   lambda_success_feedback_role_arn = "arn:aws:iam::314159265358:role/sns"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Logs:
//!     Type: String
//! Resources:
//!   Orders:
//!     Type: AWS::SNS::Topic
//!     Properties:
//!       DeliveryStatusLogging: !Ref Logs
//! ```
//!
//! ## How to fix
//!
//! Name a role that may write to CloudWatch Logs in `DeliveryStatusLogging`, for each protocol that has subscribers. It costs the logs.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[778],
        owasp_serverless: &["S10", "SAS-5"],
        aws: &["SNS.2"],
        stride: &["R"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::SNS::Topic") {
        let logs = node.props.get("DeliveryStatusLogging");
        if !logs.is_known() || logs.as_list().is_some_and(|l| l.open) {
            out.cannot_tell(ix, "DeliveryStatusLogging", logs);
        } else if logs.items().is_empty() {
            out.push(
                Found::new(ix, node.span, "nothing records whether messages of {subject} arrive")
                    .label("no `DeliveryStatusLogging`")
                    .help("name a role in `DeliveryStatusLogging` for each protocol that has subscribers")
                    .evidence("no delivery log"),
            );
        }
    }
}
