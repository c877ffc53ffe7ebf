//! a customer key is not rotated
//!
//! ## What
//!
//! A symmetric key with key material of KMS has no `EnableKeyRotation: true`. Asymmetric and HMAC keys,
//! imported material and custom key stores cannot rotate by themselves and are silent.
//!
//! ## Why
//!
//! The more is encrypted under one key material, and the longer, the more is lost when it is. Rotation
//! limits it to a year without anybody noticing.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Key: # finding
//!     Type: AWS::KMS::Key
//!     Properties:
//!       KeyPolicy: {Statement: []}
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Key: # finding
//!     Type: AWS::KMS::Key
//!     Properties:
//!       KeyPolicy: {Statement: []}
//!       EnableKeyRotation: true
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {rotate: false} # finding
//! resources:
//!   Resources:
//!     Key:
//!       Type: AWS::KMS::Key
//!       Properties:
//!         EnableKeyRotation: ${self:custom.rotate}
//!         KeyPolicy: {Statement: []}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Signing:
//!     Type: AWS::KMS::Key
//!     Properties:
//!       KeySpec: ECC_NIST_P256
//!       KeyUsage: SIGN_VERIFY
//!       KeyPolicy: {Statement: []}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Key:
//!       Type: AWS::KMS::Key
//!       Properties:
//!         EnableKeyRotation: 'true'
//!         KeyPolicy: {Statement: []}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_kms_key" "data" { # finding
//!   description = "orders"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_kms_key" "data" { # finding
//!   description = "orders"
//!   enable_key_rotation = true
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_kms_key" "signing" {
//!   customer_master_key_spec = "ECC_NIST_P256"
//!   key_usage                = "SIGN_VERIFY"
//! }
//!
//! resource "aws_kms_key" "data" {
//!   enable_key_rotation = true
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Rotate:
//!     Type: String
//! Resources:
//!   Key:
//!     Type: AWS::KMS::Key
//!     Properties:
//!       EnableKeyRotation: !Ref Rotate
//!       KeyPolicy: {Statement: []}
//! ```
//!
//! ## How to fix
//!
//! Set `EnableKeyRotation: true`. Data stays readable, ids and ARNs stay the same; the first and second
//! rotation add one dollar a month each.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Safe,
    since: "0.1.0",
    references: References {
        cwe: &[324],
        owasp_serverless: &["S3"],
        checkov: &["CKV_AWS_7"],
        aws: &["KMS.4"],
        stride: &["I"],
        others: &["F19", "AWS-0065", "CIS-4.6"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::KMS::Key") {
        let spec = node.props.lookup("KeySpec");
        let origin = node.props.lookup("Origin");
        let symmetric = if spec.is_null() { Tri::Yes } else { spec.is("SYMMETRIC_DEFAULT") };
        let made_by_kms = if origin.is_null() { Tri::Yes } else { origin.is("AWS_KMS") };
        let rotation = node.props.lookup("EnableKeyRotation");
        match (symmetric.and(made_by_kms), rotation.as_bool()) {
            (Tri::No, _) | (_, Some(true)) => {}
            (Tri::Unknown, _) => out.cannot_tell(ix, "KeySpec", if spec.is_null() { origin } else { spec }),
            (Tri::Yes, None) if !rotation.is_null() => out.cannot_tell(ix, "EnableKeyRotation", rotation),
            (Tri::Yes, _) => out.push(
                Found::at_value(ix, rotation, node.span, "{subject} is not rotated")
                    .label(if rotation.is_null() { "no `EnableKeyRotation`" } else { "off" })
                    .help("set `EnableKeyRotation: true`")
                    .evidence("rotation off")
                    .fix(Proposal::set(ix, "EnableKeyRotation", true, "rotate the key every year"))
                    .or_where_written(rotation, true),
            ),
        }
    }
}
