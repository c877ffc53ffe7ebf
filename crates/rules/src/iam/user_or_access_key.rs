//! the application creates an IAM user or an access key
//!
//! ## What
//!
//! The template or module creates an IAM user, a login profile or an access key.
//!
//! ## Why
//!
//! An access key does not expire: it lies in pipelines, on laptops and in logs until somebody finds it, and whoever has it is that user from
//! everywhere. The secret part of a key that a template creates stands in its outputs, or in the state of Terraform, in clear. Functions,
//! pipelines and people can all have a role instead, whose credentials last an hour.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Uploader: # finding
//!     Type: AWS::IAM::User
//!   Key: # finding
//!     Type: AWS::IAM::AccessKey
//!     Properties: {UserName: !Ref Uploader}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws}
//! resources:
//!   - Resources:
//!       Uploader: # finding
//!         Type: AWS::IAM::User
//!         Properties: {LoginProfile: {PasswordResetRequired: true, Password: "{{resolve:ssm-secure:p}}"}}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Uploader:
//!     Type: AWS::IAM::Role
//!     Properties:
//!       AssumeRolePolicyDocument:
//!         Statement:
//!           - Effect: Allow
//!             Principal: {AWS: "arn:aws:iam::123456789012:user/ann"}
//!             Action: sts:AssumeRole
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_iam_user" "uploader" { # finding
//!   name = "uploader"
//! }
//!
//! resource "aws_iam_access_key" "uploader" { # finding
//!   user = aws_iam_user.uploader.name
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_iam_user" "uploader" {
//!   count = 0
//!   name  = "uploader"
//! }
//!
//! data "aws_iam_user" "ann" {
//!   user_name = "ann"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Whether a user is for a person or a program is not told by its declaration.
//!
//! ## How to fix
//!
//! A role: of the function, of an identity provider for the pipeline (OIDC), of IAM Identity Center for people, IAM Roles Anywhere for machines
//! elsewhere. SMTP credentials of SES are the one thing that needs a user.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[798, 262],
        owasp_serverless: &["S2", "SAS-2"],
        checkov: &["CKV_AWS_273"],
        attack: &["T1078.004", "T1136.003"],
        stride: &["S", "E"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::IAM::User") {
        let console = !node.props.get("LoginProfile").is_null();
        let what = if console { "with a password" } else { "whose credentials last" };
        out.push(
            Found::new(ix, node.span, format!("the application creates {{subject}}, {what}"))
                .label("a user of the account")
                .help("use a role instead")
                .evidence("user"),
        );
    }
    for (ix, node) in cx.of_type("AWS::IAM::AccessKey") {
        out.push(
            Found::new(ix, node.span, "{subject} does not expire")
                .label("its secret stands in the deployment's outputs or state")
                .help("use a role instead")
                .evidence("access key"),
        );
    }
}
