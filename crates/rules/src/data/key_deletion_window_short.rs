//! a key can be lost within days, or is disabled
//!
//! ## What
//!
//! `PendingWindowInDays` of a KMS key is below 14, or `Enabled` is false.
//!
//! ## Why
//!
//! What is encrypted under a deleted key is gone for good. The window is the time in which somebody notices; seven days are one holiday. A disabled key makes all its data unreadable now.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Key:
//!     Type: AWS::KMS::Key
//!     Properties:
//!       PendingWindowInDays: 7 # finding
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {active: false} # finding
//! resources:
//!   Resources:
//!     Key:
//!       Type: AWS::KMS::Key
//!       Properties: {Enabled: '${self:custom.active}'}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_kms_key" "data" {
//!   deletion_window_in_days = 7 # finding
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Key:
//!     Type: AWS::KMS::Key
//!     Properties: {PendingWindowInDays: 14}
//! ```
//!
//! Thirty days where nothing is written:
//!
//! ```hcl good main.tf
//! resource "aws_kms_key" "data" {
//!   is_enabled = true
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Days:
//!     Type: Number
//! Resources:
//!   Key:
//!     Type: AWS::KMS::Key
//!     Properties: {PendingWindowInDays: !Ref Days}
//! ```
//!
//! ## How to fix
//!
//! Set `PendingWindowInDays` to 30, or leave it out. Keys that wait for their deletion cost nothing.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        checkov: &["CKV_AWS_227"],
        aws: &["KMS.3"],
        attack: &["T1485"],
        stride: &["D"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::KMS::Key").chain(cx.of_type("AWS::KMS::ReplicaKey")) {
        let days = node.props.get("PendingWindowInDays");
        match days.as_int() {
            Some(n) if n < 14 => out.push(
                Found::at_value(
                    ix,
                    days,
                    node.span,
                    format!("{{subject}} is gone {n} days after somebody deletes it"),
                )
                .label("below 14 days")
                .help("set `PendingWindowInDays` to 30, or leave it out")
                .evidence(format!("{n} days")),
            ),
            None if !days.is_null() => out.cannot_tell(ix, "PendingWindowInDays", days),
            _ => {}
        }
        let enabled = node.props.get("Enabled");
        match enabled.as_bool() {
            Some(false) => out.push(
                Found::at_value(
                    ix,
                    enabled,
                    node.span,
                    "{subject} is disabled: what it encrypts cannot be read",
                )
                .label("disabled")
                .help("set `Enabled` to `true`, or remove the key and what it encrypts")
                .evidence("disabled"),
            ),
            None if !enabled.is_null() => out.cannot_tell(ix, "Enabled", enabled),
            _ => {}
        }
    }
}
