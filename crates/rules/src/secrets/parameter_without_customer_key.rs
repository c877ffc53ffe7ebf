//! the SecureString is not encrypted with a customer key
//!
//! ## What
//!
//! A Parameter Store parameter of type `SecureString` names no key, or the key of the service (`alias/aws/ssm`). CloudFormation cannot make such
//! parameters; Terraform can.
//!
//! ## Why
//!
//! With the key of the service, `ssm:GetParameter` on the parameter is all that an attacker in a function needs. A customer key is a second lock, and
//! its uses are recorded under it.
//!
//! ## Example
//!
//! ```hcl bad main.tf
//! resource "aws_ssm_parameter" "token" { # finding
//!   name  = "/shop/token"
//!   type  = "SecureString"
//!   value = var.token
//! }
//!
//! variable "token" {
//!   sensitive = true
//! }
//! ```
//!
//! ```hcl bad main.tf
//! locals {
//!   key = "alias/aws/ssm" # finding
//! }
//!
//! variable "token" {
//!   sensitive = true
//! }
//!
//! resource "aws_ssm_parameter" "token" {
//!   name   = "/shop/token"
//!   type   = "SecureString"
//!   value  = var.token
//!   key_id = local.key
//! }
//! ```
//!
//! ```hcl good main.tf
//! variable "token" {
//!   sensitive = true
//! }
//!
//! resource "aws_kms_key" "shop" {
//!   enable_key_rotation = true
//! }
//!
//! resource "aws_ssm_parameter" "token" {
//!   name   = "/shop/token"
//!   type   = "SecureString"
//!   value  = var.token
//!   key_id = aws_kms_key.shop.arn
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Limit:
//!     Type: AWS::SSM::Parameter
//!     Properties: {Name: /shop/limit, Type: String, Value: "10"}
//! ```
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Token: # finding
//!     Type: AWS::SSM::Parameter
//!     Properties: {Name: /shop/token, Type: SecureString, Value: "{{resolve:secretsmanager:token}}"}
//! ```
//!
//! ## Cannot tell
//!
//! A key that is a variable without value is taken for one of the customer's.
//!
//! ## How to fix
//!
//! `key_id` with a key of your own; who reads the parameter needs `kms:Decrypt` on it. A key costs a monthly fee.

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
        checkov: &["CKV_AWS_337"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::SSM::Parameter") {
        if !node.props.get("Type").is("SecureString").is_yes() {
            continue;
        }
        let key = node.props.get("KeyId");
        if key.is_null() || key.display().ends_with("alias/aws/ssm") {
            out.push(
                absent_or(
                    ix,
                    node,
                    "KeyId",
                    key,
                    "the key of the service",
                    "{subject} is not encrypted with a customer key",
                )
                .help("set `key_id` to a key of your own")
                .evidence("no customer key"),
            );
        }
    }
}
