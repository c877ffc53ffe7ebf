//! the secret is not encrypted with a customer key
//!
//! ## What
//!
//! `KmsKeyId` of a Secrets Manager secret is absent or the key of the service (`alias/aws/secretsmanager`).
//!
//! ## Why
//!
//! The key of the service lets in everybody of the account who may read the secret. A customer key is a second lock: its policy names who
//! may decrypt, also across accounts, and every use is recorded under that key.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Token: # finding
//!     Type: AWS::SecretsManager::Secret
//!     Properties: {GenerateSecretString: {}}
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Key: {Type: String, Default: alias/aws/secretsmanager} # finding
//! Resources:
//!   Token:
//!     Type: AWS::SecretsManager::Secret
//!     Properties: {GenerateSecretString: {}, KmsKeyId: !Ref Key}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Key: {Type: AWS::KMS::Key, Properties: {EnableKeyRotation: true}}
//!   Token:
//!     Type: AWS::SecretsManager::Secret
//!     Properties: {GenerateSecretString: {}, KmsKeyId: !Ref Key}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_secretsmanager_secret" "token" { # finding
//!   name = "token"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_kms_key" "secrets" {
//!   enable_key_rotation = true
//! }
//!
//! resource "aws_secretsmanager_secret" "token" {
//!   name       = "token"
//!   kms_key_id = aws_kms_key.secrets.arn
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A key that is a parameter without default is taken for one of the customer's.
//!
//! ## How to fix
//!
//! `KmsKeyId` with a key of your own; who reads the secret needs `kms:Decrypt` on it. A key costs a monthly fee.

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
        checkov: &["CKV_AWS_149"],
        stride: &["I"],
        others: &["W77", "AWS-0098"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::SecretsManager::Secret") {
        let key = node.props.get("KmsKeyId");
        if key.is_null() || key.display().ends_with("alias/aws/secretsmanager") {
            out.push(
                absent_or(
                    ix,
                    node,
                    "KmsKeyId",
                    key,
                    "the key of the service",
                    "{subject} is not encrypted with a customer key",
                )
                .help("set `KmsKeyId` to a key of your own")
                .evidence("no customer key"),
            );
        }
    }
}
