//! nothing limits how often the internet calls the function URL
//!
//! ## What
//!
//! A function URL has the authorization type `NONE`, the function reserves no concurrency, and no CloudFront
//! distribution with a firewall stands in front. A URL that answers 403 for lack of a permission is silent.
//!
//! ## Why
//!
//! A function URL has no throttling of its own. A loop on one laptop starts as many instances as the account
//! has left: all other functions of the account and region are throttled, what the function calls is called as
//! often, and every request is billed.
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
//!     url: true
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order: # finding
//!     handler: order.handler
//!     url: true
//!     reservedConcurrency: 10
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function:
//!     FunctionUrlConfig:
//!       AuthType: NONE
//! Resources:
//!   Order: # finding
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
//!       AuthType: NONE
//! Resources:
//!   Order: # finding
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       ReservedConcurrentExecutions: 10
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
//!     reservedConcurrency: 10
//!     url: true
//! ```
//!
//! Only signed requests start it:
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
//!
//! resource "aws_lambda_function_url" "order" {
//!   function_name      = aws_lambda_function.order.function_name
//!   authorization_type = "NONE"
//! }
//!
//! resource "aws_lambda_permission" "url" {
//!   function_name          = aws_lambda_function.order.function_name
//!   action                 = "lambda:InvokeFunctionUrl"
//!   principal              = "*"
//!   function_url_auth_type = "NONE"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_lambda_function" "order" { # finding
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   reserved_concurrent_executions = 10
//! }
//!
//! resource "aws_lambda_function_url" "order" {
//!   function_name      = aws_lambda_function.order.function_name
//!   authorization_type = "NONE"
//! }
//!
//! resource "aws_lambda_permission" "url" {
//!   function_name          = aws_lambda_function.order.function_name
//!   action                 = "lambda:InvokeFunctionUrl"
//!   principal              = "*"
//!   function_url_auth_type = "NONE"
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
//!   reserved_concurrent_executions = 5
//! }
//!
//! resource "aws_lambda_function_url" "order" {
//!   function_name      = aws_lambda_function.order.function_name
//!   authorization_type = "NONE"
//! }
//!
//! resource "aws_lambda_permission" "url" {
//!   function_name          = aws_lambda_function.order.function_name
//!   action                 = "lambda:InvokeFunctionUrl"
//!   principal              = "*"
//!   function_url_auth_type = "NONE"
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
//! `reservedConcurrency` in serverless.yml, `ReservedConcurrentExecutions` in SAM and CloudFormation: requests
//! above it get 429, and the number is taken from the account's. Or put CloudFront with a rate rule of AWS WAF
//! in front and let only that call the URL.

use super::{advice, answers_everybody, reserved, urls};
use crate::prelude::*;
use crate::repair;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[770, 799],
        owasp_serverless: &["SAS-8"],
        attack: &["T1499", "T1496"],
        stride: &["D"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let mut seen: Vec<NodeIx> = Vec::new();
    for url in urls(cx) {
        let Some((ix, function)) = url.function else { continue };
        // Two URLs of one function (of its aliases) share its concurrency.
        if function.implied_by.is_some() || seen.contains(&ix) {
            continue;
        }
        match url.auth.is("NONE") {
            Tri::No => continue,
            Tri::Unknown => {
                out.cannot_tell(ix, "AuthType", url.auth);
                continue;
            }
            Tri::Yes if answers_everybody(cx, &url).is_no() => continue,
            Tri::Yes => {}
        }
        let firewall = url.node.entry().map_or(Tri::Unknown, |e| e.waf);
        match reserved(function).or(firewall) {
            Tri::Yes => continue,
            Tri::Unknown => {
                let key = "ReservedConcurrentExecutions";
                out.cannot_tell(ix, key, function.props.get(key));
                continue;
            }
            Tri::No => {}
        }
        seen.push(ix);
        out.push(
            Found::new(
                ix,
                function.span,
                "nothing limits how often anybody on the internet can start {subject} through its URL",
            )
            .label("no reserved concurrency")
            .also(url.auth.span, "no authorization")
            .help(advice(cx, "set `reservedConcurrency`", "set `ReservedConcurrentExecutions`"))
            .evidence("no limit")
            .fix(repair::reserve(ix)),
        );
    }
}
