//! anybody on the internet can call the function URL
//!
//! ## What
//!
//! A function URL has the authorization type `NONE`; in serverless.yml `url: true` is that. High where a
//! permission lets everybody call it, which Serverless and SAM add by themselves. Medium in a template without
//! such a permission: the URL then answers 403 until somebody adds it. Since October 2025 a new URL needs
//! `lambda:InvokeFunctionUrl` and `lambda:InvokeFunction` for `*`.
//!
//! ## Why
//!
//! The address is not secret: it is in the client, in logs, in certificates' neighbourhoods and in search
//! engines of DNS data. Whoever has it starts the function with any body that he likes, as often as he likes,
//! and the function acts with all rights of its role. Nothing stands in front that could refuse: no
//! authorizer, no firewall, no throttling.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//!     url: true # finding
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//!     url: # finding
//!       authorizer: aws_iam
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function:
//!     FunctionUrlConfig:
//!       AuthType: NONE # finding
//! Resources:
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//! ```
//!
//! ```yaml fixed template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function:
//!     FunctionUrlConfig:
//!       AuthType: AWS_IAM # finding
//! Resources:
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//! ```
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Url:
//!     Type: AWS::Lambda::Url
//!     Properties:
//!       TargetFunctionArn: !GetAtt Order.Arn
//!       AuthType: NONE # finding
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Url:
//!     Type: AWS::Lambda::Url
//!     Properties:
//!       TargetFunctionArn: !GetAtt Order.Arn
//!       AuthType: AWS_IAM # finding
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//!     url:
//!       authorizer: aws_iam
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       FunctionUrlConfig:
//!         AuthType: AWS_IAM
//!         Cors: {AllowOrigins: ["*"]}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//! }
//!
//! resource "aws_lambda_function_url" "order" {
//!   function_name      = aws_lambda_function.order.function_name
//!   authorization_type = "NONE" # finding
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//! }
//!
//! resource "aws_lambda_function_url" "order" {
//!   function_name      = aws_lambda_function.order.function_name
//!   authorization_type = "AWS_IAM" # finding
//! }
//! ```
//!
//! ```hcl good main.tf
//! variable "auth" {
//!   type    = string
//!   default = "AWS_IAM"
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//! }
//!
//! resource "aws_lambda_function_url" "order" {
//!   function_name      = aws_lambda_function.order.function_name
//!   authorization_type = var.auth
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Auth: {Type: String}
//! Resources:
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       FunctionUrlConfig:
//!         AuthType: !Ref Auth
//! ```
//!
//! ## How to fix
//!
//! `url: {authorizer: aws_iam}` in serverless.yml, `AuthType: AWS_IAM` in SAM and CloudFormation. Callers then
//! have to sign their requests, so browsers need credentials first; behind CloudFront, an origin access control
//! signs for them. Where strangers must call it (a webhook), put an API in front or check the sender's
//! signature in the code, and ignore this rule there with that reason.
//!
//! ## Differs from
//!
//! Checkov, Prowler and cdk-nag report every URL with `NONE` alike; here the missing permission of plain
//! CloudFormation is taken into account.

use super::{advice, answers_everybody, urls};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[306],
        owasp_serverless: &["S2", "SAS-2"],
        checkov: &["CKV_AWS_258"],
        attack: &["T1190"],
        stride: &["S", "E"],
        others: &["url_public", "LambdaFunctionUrlAuth"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for url in urls(cx) {
        let ix = url.subject();
        match url.auth.is("NONE") {
            Tri::No => continue,
            Tri::Unknown => {
                out.cannot_tell(ix, "AuthType", url.auth);
                continue;
            }
            Tri::Yes => {}
        }
        let (severity, message) = if answers_everybody(cx, &url).is_no() {
            (
                Severity::Medium,
                "the URL of {subject} asks for no authorization; it answers 403 until a permission lets \
                 everybody call it",
            )
        } else {
            (Severity::High, "anybody on the internet can call {subject} through its URL")
        };
        out.push(
            Found::at_value(ix, url.auth, url.node.span, message)
                .label("no authorization")
                .help(advice(cx, "set `url: {authorizer: aws_iam}`", "set `AuthType: AWS_IAM`"))
                .severity(severity)
                .evidence("AuthType NONE")
                .fix(Proposal::set(url.ix, "AuthType", "AWS_IAM", "ask callers to sign requests").risky()),
        );
    }
}
