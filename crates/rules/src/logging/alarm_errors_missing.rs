//! nobody is told when a public function fails
//!
//! ## What
//!
//! A function that the internet can start has no CloudWatch alarm on its `Errors` or `Throttles`, by
//! dimension `FunctionName` or for all functions.
//!
//! ## Why
//!
//! Somebody who tries inputs until one works makes errors first; a flood makes throttles. Without an alarm
//! both are seen when customers complain.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! functions:
//!   hello: # finding
//!     handler: a.b
//!     events:
//!       - httpApi: GET /hello
//! ```
//!
//! An alarm on something else:
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Metric: {Type: String, Default: Duration}
//! Resources:
//!   Hello: # finding
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         Get: {Type: HttpApi, Properties: {Path: /hello, Method: GET}}
//!   Slow:
//!     Type: AWS::CloudWatch::Alarm
//!     Properties:
//!       Namespace: AWS/Lambda
//!       MetricName: !Ref Metric
//!       Dimensions: [{Name: FunctionName, Value: !Ref Hello}]
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Events:
//!         Get: {Type: HttpApi, Properties: {Path: /hello, Method: GET}}
//!   Failing:
//!     Type: AWS::CloudWatch::Alarm
//!     Properties:
//!       Namespace: AWS/Lambda
//!       MetricName: Errors
//!       Dimensions: [{Name: FunctionName, Value: !Ref Hello}]
//! ```
//!
//! Nobody outside can start it:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! functions:
//!   nightly:
//!     handler: a.b
//!     events:
//!       - schedule: rate(1 day)
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_iam_role" "orders" {
//!   assume_role_policy = jsonencode({
//!     Version = "2012-10-17"
//!     Statement = [{
//!       Effect    = "Allow"
//!       Action    = "sts:AssumeRole"
//!       Principal = { Service = "lambda.amazonaws.com" }
//!     }]
//!   })
//! }
//!
//! resource "aws_lambda_function" "orders" { # finding
//!   function_name = "orders"
//!   role          = aws_iam_role.orders.arn
//!   handler       = "orders.handler"
//!   runtime       = "python3.13"
//!   filename      = "orders.zip"
//! }
//!
//! resource "aws_lambda_function_url" "orders" {
//!   function_name      = aws_lambda_function.orders.function_name
//!   authorization_type = "NONE"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_iam_role" "orders" {
//!   assume_role_policy = jsonencode({
//!     Version = "2012-10-17"
//!     Statement = [{
//!       Effect    = "Allow"
//!       Action    = "sts:AssumeRole"
//!       Principal = { Service = "lambda.amazonaws.com" }
//!     }]
//!   })
//! }
//!
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   role          = aws_iam_role.orders.arn
//!   handler       = "orders.handler"
//!   runtime       = "python3.13"
//!   filename      = "orders.zip"
//! }
//!
//! resource "aws_lambda_function_url" "orders" {
//!   function_name      = aws_lambda_function.orders.function_name
//!   authorization_type = "NONE"
//! }
//!
//! resource "aws_cloudwatch_metric_alarm" "errors" {
//!   alarm_name          = "orders"
//!   namespace           = "AWS/Lambda"
//!   metric_name         = "Errors"
//!   comparison_operator = "GreaterThanThreshold"
//!   evaluation_periods  = 1
//!   threshold           = 0
//!   dimensions          = { FunctionName = aws_lambda_function.orders.function_name }
//!   alarm_actions       = ["arn:aws:sns:eu-west-1:123456789012:oncall"]
//! }
//! ```
//!
//! ## How to fix
//!
//! Add an `AWS::CloudWatch::Alarm` on `Errors` of namespace `AWS/Lambda` with `FunctionName` and somebody
//! to tell. An alarm costs ten cents a month.

use crate::alarms::Watched;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References { owasp_serverless: &["S10", "SAS-5"], stride: &["R", "D"], ..References::NONE },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let watched = Watched::of(cx, "AWS/Lambda", &["Errors", "Throttles"], "FunctionName");
    if watched.all {
        return;
    }
    for (fx, node) in cx.functions() {
        if watched.has(fx, node.props.get("FunctionName")) || !cx.is_public(fx).is_yes() {
            continue;
        }
        if let Some(open) = watched.open {
            out.cannot_tell(fx, "Alarm", open);
            continue;
        }
        out.push(
            Found::new(fx, node.span, "nobody is told when {subject}, which the internet can start, fails")
                .label("no alarm on `Errors` or `Throttles`")
                .help("add an `AWS::CloudWatch::Alarm` on `Errors` with dimension `FunctionName`")
                .evidence("no alarm"),
        );
    }
}
