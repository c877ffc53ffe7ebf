//! a permission of the function allows more than to invoke it
//!
//! ## What
//!
//! The action of a permission is `lambda:*` or another one than `lambda:InvokeFunction`,
//! `lambda:InvokeFunctionUrl` and `lambda:GetLayerVersion`. High when the principal is everybody or another
//! account.
//!
//! ## Why
//!
//! The principal that should call the function may also change it. With `lambda:*` a caller replaces the code
//! (`UpdateFunctionCode`), and the next event runs what he uploaded, with the role of the function; or he reads
//! code and environment variables with `GetFunction`.
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
//! resources:
//!   Resources:
//!     Partner:
//!       Type: AWS::Lambda::Permission
//!       Properties:
//!         FunctionName: !Ref OrderLambdaFunction
//!         Action: lambda:* # finding
//!         Principal: "314159265358"
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
//! resources:
//!   Resources:
//!     Partner:
//!       Type: AWS::Lambda::Permission
//!       Properties:
//!         FunctionName: !Ref OrderLambdaFunction
//!         Action: lambda:InvokeFunction # finding
//!         Principal: "314159265358"
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Action: {Type: String, Default: lambda:UpdateFunctionCode} # finding
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Deploy:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: !Ref Action
//!       Principal: !Ref AWS::AccountId
//! ```
//!
//! ```yaml fixed template.yaml
//! Parameters:
//!   Action: {Type: String, Default: lambda:InvokeFunction} # finding
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Deploy:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: !Ref Action
//!       Principal: !Ref AWS::AccountId
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
//!   Call:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: lambda:invokeFunction
//!       Principal: !Ref AWS::AccountId
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
//!     events:
//!       - http: GET /order
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
//! resource "aws_lambda_permission" "partner" {
//!   function_name = aws_lambda_function.order.function_name
//!   action        = "lambda:*" # finding
//!   principal     = "123456789012"
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
//! resource "aws_lambda_permission" "partner" {
//!   function_name = aws_lambda_function.order.function_name
//!   action        = "lambda:InvokeFunction" # finding
//!   principal     = "123456789012"
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
//! resource "aws_lambda_permission" "partner" {
//!   function_name          = aws_lambda_function.order.function_name
//!   action                 = "lambda:InvokeFunctionUrl"
//!   principal              = "123456789012"
//!   function_url_auth_type = "AWS_IAM"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Action: {Type: String}
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Some:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: !Ref Action
//!       Principal: !Ref AWS::AccountId
//! ```
//!
//! ## How to fix
//!
//! Write `Action: lambda:InvokeFunction`. Who deploys the function gets that from a role of the own account,
//! not from the function's resource policy. In serverless.yml the permission stands under
//! `resources.Resources`.

use super::grants;
use crate::accounts::{Account, Standing, account_of, standing};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[250, 732],
        owasp_serverless: &["S5", "SAS-4"],
        attack: &["T1648", "T1098"],
        stride: &["T", "E"],
        others: &["W24"],
        ..References::NONE
    },
    check,
};

const MEANT: &[&str] = &["lambda:InvokeFunction", "lambda:InvokeFunctionUrl", "lambda:GetLayerVersion"];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for grant in grants(cx) {
        let subject = grant.subject(cx);
        let action = grant.props.get("Action");
        let Some(text) = action.as_str() else {
            if !action.is_null() {
                out.cannot_tell(grant.ix, "Action", action);
            }
            continue;
        };
        if MEANT.iter().any(|m| m.eq_ignore_ascii_case(text)) {
            continue;
        }
        let principal = grant.props.get("Principal");
        let foreign = principal.is("*").is_yes()
            || matches!(account_of(principal), Account::Id(id) if standing(cx, &id) == Standing::Foreign);
        out.push(
            Found::at_value(
                grant.ix,
                action,
                grant.span,
                format!("`{}` may do `{text}` on {subject}, not only invoke it", principal.display()),
            )
            .label("more than to invoke")
            .help("write `Action: lambda:InvokeFunction`")
            .also(principal.span, "to this principal")
            .severity(if foreign { Severity::High } else { Severity::Medium })
            .evidence(format!("{text} {}", grant.logical_id))
            .fix(only_invoke(action)),
        );
    }
}

/// Also where the value comes through a parameter, that is where it is written.
fn only_invoke(action: &Val) -> Proposal {
    let change = Change::Replace { at: action.span, value: "lambda:InvokeFunction".into() };
    Proposal::new("allow only to invoke it", Safety::Unsafe, vec![change])
}
