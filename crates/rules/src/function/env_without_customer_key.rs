//! environment variables are encrypted without a customer key
//!
//! ## What
//!
//! The function has environment variables and no customer managed KMS key for them. Lambda then encrypts them
//! with a key that AWS manages. Secrets among them are secrets-in-function-environment.
//!
//! ## Why
//!
//! With the key that AWS manages, whoever may read the function's configuration reads the variables: no policy
//! of a key stands between `lambda:GetFunctionConfiguration` and the values, and no use of the key is written
//! to the trail. A stolen read-only credential shows them all.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   environment:
//!     TABLE: orders
//! functions:
//!   order: # finding
//!     handler: order.handler
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   environment:
//!     TABLE: orders
//! functions:
//!   order: # finding
//!     handler: order.handler
//!     kmsKeyArn:
//!       Fn::GetAtt:
//!         - OrderLambdaFunctionKey
//!         - Arn
//! resources:
//!   Resources:
//!     OrderLambdaFunctionKey:
//!       Type: AWS::KMS::Key
//!       Properties:
//!         EnableKeyRotation: true
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function:
//!     Environment: {Variables: {TABLE: orders}}
//! Resources:
//!   Order: # finding
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!   Cancel: # finding
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: cancel.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//! ```
//!
//! ```yaml fixed template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function:
//!     Environment: {Variables: {TABLE: orders}}
//! Resources:
//!   Order: # finding
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       KmsKeyArn: !GetAtt OrderKey.Arn
//!   OrderKey:
//!     Type: AWS::KMS::Key
//!     Properties:
//!       EnableKeyRotation: true
//!   Cancel: # finding
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: cancel.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       KmsKeyArn: !GetAtt OrderKey.Arn
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   kmsKeyArn: arn:aws:kms:eu-west-1:123456789012:key/0b0c3d1e-2f3a-4b5c-8d7e-9f0a1b2c3d4e
//!   environment:
//!     TABLE: orders
//! functions:
//!   order:
//!     handler: order.handler
//! ```
//!
//! There is nothing to encrypt:
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
//!       Environment: {Variables: {}}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_kms_key" "shop" {
//!   enable_key_rotation = true
//! }
//!
//! resource "aws_lambda_function" "order" { # finding
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   environment {
//!     variables = {
//!       TABLE = "orders"
//!     }
//!   }
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_kms_key" "shop" {
//!   enable_key_rotation = true
//! }
//!
//! resource "aws_lambda_function" "order" { # finding
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   kms_key_arn   = aws_kms_key.shop.arn
//!   environment {
//!     variables = {
//!       TABLE = "orders"
//!     }
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_kms_key" "shop" {
//!   enable_key_rotation = true
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   kms_key_arn   = aws_kms_key.shop.arn
//!   environment {
//!     variables = {
//!       TABLE = "orders"
//!     }
//!   }
//! }
//!
//! resource "aws_lambda_function" "cancel" {
//!   function_name = "cancel"
//!   role          = "arn:aws:iam::123456789012:role/cancel"
//!   handler       = "cancel.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "cancel.zip"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Variables: {Type: String}
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       Environment: !Ref Variables
//! ```
//!
//! ## How to fix
//!
//! `kmsKeyArn` (function or `provider`) in serverless.yml, `KmsKeyArn` in SAM and CloudFormation. The role
//! needs `kms:Decrypt` on the key; a key costs a fixed sum a month and each cold start one call.

use super::{advice, written};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[311],
        owasp_serverless: &["S3", "SAS-7"],
        checkov: &["CKV_AWS_173"],
        stride: &["I"],
        others: &["env_vars_not_encrypted_with_cmk"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.functions() {
        let variables = node.props.lookup("Environment.Variables");
        if written(&node.props, "KmsKeyArn").is_yes() || variables.is_null() {
            continue;
        }
        let unknown = match variables.as_map() {
            Some(map) if map.entries.is_empty() => map.open,
            Some(_) => written(&node.props, "KmsKeyArn") == Tri::Unknown,
            None => true,
        };
        if unknown {
            out.cannot_tell(ix, "Environment.Variables", variables);
            continue;
        }
        if variables.entries().is_empty() {
            continue;
        }
        out.push(
            Found::new(ix, node.span, "environment variables of {subject} have no customer managed key")
                .label("no key here or above")
                .help(advice(cx, "set `kmsKeyArn`", "set `KmsKeyArn`"))
                .also(variables.span, "these variables")
                .evidence("no key")
                .fix(proposal(cx, ix)),
        );
    }
}

/// The one key of the application, else a new one: its default policy leaves who may use it to the policies of the
/// account.
fn proposal(cx: &Cx<'_>, ix: NodeIx) -> Proposal {
    let keys = cx.of_type("AWS::KMS::Key").filter(|(_, n)| n.implied_by.is_none());
    if let [(key, _)] = keys.collect::<Vec<_>>().as_slice() {
        let value = Literal::Of(*key, Some("Arn".into()));
        return Proposal::set(ix, "KmsKeyArn", value, "encrypt the variables with the application's key")
            .risky();
    }
    // All functions of a file that have none get the same one: the same change in each proposal.
    let file = cx.node(ix).map(|n| n.span.file);
    let keyless = |n: &Node| written(&n.props, "KmsKeyArn").is_no() && Some(n.span.file) == file;
    let has_variables = |n: &Node| !n.props.at("Environment.Variables").entries().is_empty();
    let alike = cx.functions().filter(|(_, n)| keyless(n) && has_variables(n));
    let first = alike.min_by_key(|(_, n)| n.span.start).map_or(ix, |(first, _)| first);
    let key = Change::Declare {
        after: first,
        suffix: "Key".into(),
        ty: "AWS::KMS::Key".into(),
        properties: vec![("EnableKeyRotation".into(), Literal::Bool(true))],
    };
    let set =
        Change::Set { node: ix, path: "KmsKeyArn".into(), value: Literal::Declared(0, Some("Arn".into())) };
    Proposal::new("encrypt the variables with a key of the application", Safety::Unsafe, vec![key, set])
}
