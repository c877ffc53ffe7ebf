//! every AWS account can download the layer
//!
//! ## What
//!
//! A permission of a layer version has the principal `*` and names no organisation.
//!
//! ## Why
//!
//! Any account that knows or guesses the layer's ARN (name, account and region are enough) downloads its
//! content: proprietary code, internal host names, and whatever credentials were built into it. Lambda shows
//! no log of these downloads to the owner.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//! layers:
//!   common:
//!     path: layer
//!     allowedAccounts:
//!       - "*" # finding
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Audience: {Type: String, Default: "*"} # finding
//! Resources:
//!   Common:
//!     Type: AWS::Lambda::LayerVersion
//!     Properties:
//!       Content: {S3Bucket: b, S3Key: k}
//!   Permission:
//!     Type: AWS::Lambda::LayerVersionPermission
//!     Properties:
//!       Action: lambda:GetLayerVersion
//!       LayerVersionArn: !Ref Common
//!       Principal: !Ref Audience
//! ```
//!
//! Everybody of one organisation:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Common:
//!     Type: AWS::Lambda::LayerVersion
//!     Properties:
//!       Content: {S3Bucket: b, S3Key: k}
//!   Permission:
//!     Type: AWS::Lambda::LayerVersionPermission
//!     Properties:
//!       Action: lambda:GetLayerVersion
//!       LayerVersionArn: !Ref Common
//!       Principal: "*"
//!       OrganizationId: o-a1b2c3d4e5
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//! layers:
//!   common:
//!     path: layer
//!     allowedAccounts:
//!       - "271828182845"
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_layer_version" "common" {
//!   layer_name = "common"
//!   filename   = "layer.zip"
//! }
//!
//! resource "aws_lambda_layer_version_permission" "common" {
//!   layer_name     = aws_lambda_layer_version.common.layer_arn
//!   version_number = aws_lambda_layer_version.common.version
//!   statement_id   = "everybody"
//!   action         = "lambda:GetLayerVersion"
//!   principal      = "*" # finding
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_lambda_layer_version" "common" {
//!   layer_name = "common"
//!   filename   = "layer.zip"
//! }
//!
//! resource "aws_lambda_layer_version_permission" "common" {
//!   layer_name     = aws_lambda_layer_version.common.layer_arn
//!   version_number = aws_lambda_layer_version.common.version
//!   statement_id   = "everybody"
//!   action         = "lambda:GetLayerVersion"
//!   principal      = "*"
//!   organization_id = "o-a1b2c3d4e5"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Audience: {Type: String}
//! Resources:
//!   Common:
//!     Type: AWS::Lambda::LayerVersion
//!     Properties:
//!       Content: {S3Bucket: b, S3Key: k}
//!   Permission:
//!     Type: AWS::Lambda::LayerVersionPermission
//!     Properties:
//!       Action: lambda:GetLayerVersion
//!       LayerVersionArn: !Ref Common
//!       Principal: !Ref Audience
//! ```
//!
//! ## How to fix
//!
//! Name the accounts (`allowedAccounts` in serverless.yml, one permission each in CloudFormation), or add
//! `OrganizationId`. Functions of other accounts that use the layer keep the version that they have and cannot
//! be deployed with it again. A layer that is meant for everybody: ignore this rule there and say so.

use super::advice;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[732, 668],
        owasp_serverless: &["S5", "SAS-3"],
        attack: &["T1530"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (permission, node) in cx.of_type("AWS::Lambda::LayerVersionPermission") {
        let principal = node.props.get("Principal");
        if !node.props.get("OrganizationId").is_null() {
            continue;
        }
        let layer = cx.graph.resolve(node.props.get("LayerVersionArn"));
        let ix = layer.unwrap_or(permission);
        match principal.is("*") {
            Tri::No => {}
            Tri::Unknown => out.cannot_tell(ix, "Principal", principal),
            Tri::Yes => out.push(
                Found::at_value(ix, principal, node.span, "every AWS account can download {subject}")
                    .label("everybody")
                    .help(advice(
                        cx,
                        "name the accounts in `allowedAccounts`",
                        "name the account as `Principal`, or add `OrganizationId`",
                    ))
                    .evidence("principal *"),
            ),
        }
    }
}
