//! nothing checks who built the code of the function
//!
//! ## What
//!
//! The function has no code-signing configuration. Functions from container images cannot have one and are silent.
//!
//! ## Why
//!
//! Whoever may update the function's code, or put an object into the bucket that it is deployed from, decides what
//! runs with its role. With code signing, Lambda refuses a package that the own signing profile has not signed.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order: # finding
//!     handler: order.handler
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function: {Runtime: nodejs24.x, CodeUri: .}
//! Resources:
//!   Order: # finding
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//! ```
//!
//! Signatures of images are checked elsewhere:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       PackageType: Image
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {ImageUri: "123456789012.dkr.ecr.eu-west-1.amazonaws.com/order:1"}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "order" { # finding
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_lambda_code_signing_config" "own" {
//!   allowed_publishers {
//!     signing_profile_version_arns = ["arn:aws:signer:eu-west-1:123456789012:/signing-profiles/own/abcdefghij"]
//!   }
//!
//!   policies {
//!     untrusted_artifact_on_deployment = "Enforce"
//!   }
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   code_signing_config_arn = aws_lambda_code_signing_config.own.arn
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Fn::Transform:
//!         Name: AWS::Include
//!         Parameters: {Location: s3://shared/function.yaml}
//! ```
//!
//! ## How to fix
//!
//! Make a signing profile and an `AWS::Lambda::CodeSigningConfig` with `UntrustedArtifactOnDeployment: Enforce`, name
//! it in `CodeSigningConfigArn`, and sign packages in the pipeline.

use super::written;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[345, 494],
        owasp_serverless: &["SAS-6"],
        checkov: &["CKV_AWS_272"],
        stride: &["T"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.functions() {
        let image = !node.props.at("Code.ImageUri").is_null();
        if image || node.props.get("PackageType").is("Image").is_yes() {
            continue;
        }
        match written(&node.props, "CodeSigningConfigArn") {
            Tri::Yes => {}
            Tri::Unknown => out.cannot_tell(ix, "CodeSigningConfigArn", &node.props),
            Tri::No => out.push(
                Found::new(ix, node.span, "Lambda does not check who built the code of {subject}")
                    .label("no code-signing configuration")
                    .help("set `CodeSigningConfigArn`")
                    .evidence("no code signing"),
            ),
        }
    }
}
