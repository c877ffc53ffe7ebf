//! the state machine is not encrypted with a customer key
//!
//! ## What
//!
//! `EncryptionConfiguration` names no key of KMS: the definition and the data of executions are encrypted with a key
//! that AWS owns.
//!
//! ## Why
//!
//! With a customer key its policy says who may read the history of executions, each use is in CloudTrail, and
//! taking the key away closes it at once, whatever other policies allow.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Orders: # finding
//!     Type: AWS::StepFunctions::StateMachine
//!     Properties:
//!       RoleArn: arn:aws:iam::123456789012:role/r
//!       DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Kind: {Type: String, Default: AWS_OWNED_KEY} # finding
//! Resources:
//!   Orders:
//!     Type: AWS::StepFunctions::StateMachine
//!     Properties:
//!       RoleArn: arn:aws:iam::123456789012:role/r
//!       DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
//!       EncryptionConfiguration: {Type: !Ref Kind}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Key: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true}}
//!   Orders:
//!     Type: AWS::StepFunctions::StateMachine
//!     Properties:
//!       RoleArn: arn:aws:iam::123456789012:role/r
//!       DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
//!       EncryptionConfiguration: {Type: CUSTOMER_MANAGED_KMS_KEY, KmsKeyId: !Ref Key}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_sfn_state_machine" "orders" { # finding
//!   name       = "orders"
//!   role_arn   = "arn:aws:iam::123456789012:role/r"
//!   definition = jsonencode({ StartAt = "A", States = { A = { Type = "Pass", End = true } } })
//! }
//! ```
//!
//! ```hcl good main.tf
//! variable "key" {
//!   default = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
//! }
//!
//! resource "aws_sfn_state_machine" "orders" {
//!   name       = "orders"
//!   role_arn   = "arn:aws:iam::123456789012:role/r"
//!   definition = jsonencode({ StartAt = "A", States = { A = { Type = "Pass", End = true } } })
//!   encryption_configuration {
//!     type       = "CUSTOMER_MANAGED_KMS_KEY"
//!     kms_key_id = var.key
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Kind: {Type: String}
//! Resources:
//!   Orders:
//!     Type: AWS::StepFunctions::StateMachine
//!     Properties:
//!       RoleArn: arn:aws:iam::123456789012:role/r
//!       DefinitionString: '{"StartAt": "A", "States": {"A": {"Type": "Pass", "End": true}}}'
//!       EncryptionConfiguration: {Type: !Ref Kind}
//! ```
//!
//! ## How to fix
//!
//! `EncryptionConfiguration` with `Type: CUSTOMER_MANAGED_KMS_KEY` and the key; the role and who reads executions need
//! `kms:Decrypt` on it. A key costs a monthly fee and a fee per use.

use super::machines;
use crate::prelude::*;
use crate::switch::absent_or;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[311],
        owasp_serverless: &["S3", "SAS-7"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

const KIND: &str = "EncryptionConfiguration.Type";

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in machines(cx) {
        let kind = node.props.lookup(KIND);
        let key = node.props.lookup("EncryptionConfiguration.KmsKeyId");
        if !key.is_null() || kind.as_str() == Some("CUSTOMER_MANAGED_KMS_KEY") {
            continue;
        }
        if !kind.is_null() && !kind.is_known() {
            out.cannot_tell(ix, KIND, kind);
            continue;
        }
        out.push(
            absent_or(
                ix,
                node,
                KIND,
                kind,
                "a key that AWS owns",
                "{subject} is not encrypted with a customer key",
            )
            .help("set `EncryptionConfiguration` with a type and a key")
            .evidence("no customer key"),
        );
    }
}
