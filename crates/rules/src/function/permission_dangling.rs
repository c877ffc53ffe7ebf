//! a permission names a function that the application does not have
//!
//! ## What
//!
//! `FunctionName` of a permission is a literal name or ARN, and no function of the application has it.
//!
//! ## Why
//!
//! The permission may be for a function of another stack, and then it is changed where nobody looks for it. Or the
//! function is gone: whoever creates one of that name inherits a caller that nobody has granted.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Name: {Type: String, Default: cancel} # finding
//! Resources:
//!   FromTopic:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !Ref Name
//!       Action: lambda:InvokeFunction
//!       Principal: sns.amazonaws.com
//!       SourceArn: arn:aws:sns:eu-west-1:123456789012:orders
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//! resources:
//!   Resources:
//!     FromTopic:
//!       Type: AWS::Lambda::Permission
//!       Properties:
//!         FunctionName: arn:aws:lambda:eu-west-1:123456789012:function:cancel # finding
//!         Action: lambda:InvokeFunction
//!         Principal: sns.amazonaws.com
//!         SourceArn: arn:aws:sns:eu-west-1:123456789012:orders
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       FunctionName: order
//!   FromTopic:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: order
//!       Action: lambda:InvokeFunction
//!       Principal: sns.amazonaws.com
//!       SourceArn: arn:aws:sns:eu-west-1:123456789012:orders
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
//! resource "aws_lambda_permission" "topic" {
//!   function_name = "cancel" # finding
//!   action        = "lambda:InvokeFunction"
//!   principal     = "sns.amazonaws.com"
//!   source_arn    = "arn:aws:sns:eu-west-1:123456789012:orders"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//! }
//!
//! resource "aws_lambda_permission" "topic" {
//!   function_name = aws_lambda_function.order.arn
//!   action        = "lambda:InvokeFunction"
//!   principal     = "sns.amazonaws.com"
//!   source_arn    = "arn:aws:sns:eu-west-1:123456789012:orders"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Name: {Type: String}
//! Resources:
//!   FromTopic:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !Ref Name
//!       Action: lambda:InvokeFunction
//!       Principal: sns.amazonaws.com
//!       SourceArn: arn:aws:sns:eu-west-1:123456789012:orders
//! ```
//!
//! ## How to fix
//!
//! Remove the permission, or move it to where its function is. Refer to the function and not to its name.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References { owasp_serverless: &["S5", "SAS-3"], stride: &["S"], ..References::NONE },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let loose = cx.of_type("AWS::Lambda::Permission").filter(|(_, n)| n.kind != NodeKind::Entry);
    for (ix, node) in loose.filter(|(_, n)| n.implied_by.is_none()) {
        let name = node.props.get("FunctionName");
        let Some(text) = name.as_str() else {
            if !name.is_null() {
                out.cannot_tell(ix, "FunctionName", name);
            }
            continue;
        };
        out.push(
            Found::at_value(
                ix,
                name,
                node.span,
                format!("a permission is for function `{text}`, which the application does not have"),
            )
            .label("no function of this name")
            .help("remove the permission, or move it to where its function is")
            .evidence(format!("no function {text}")),
        );
    }
}
