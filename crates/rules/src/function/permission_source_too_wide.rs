//! the source of a permission matches more than the own application
//!
//! ## What
//!
//! `SourceArn` of a permission matches sources of other accounts (a bare `*`, a wildcard as account, a bucket
//! pattern without `SourceAccount`), or every API of the account.
//!
//! ## Why
//!
//! A wildcard where the account stands admits the attacker's account: he creates the API, rule or topic there,
//! and the service invokes the function for him. A wildcard where the API stands admits every other API of the
//! account, also the one without an authorizer.
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
//!     FromApi:
//!       Type: AWS::Lambda::Permission
//!       Properties:
//!         FunctionName: !Ref OrderLambdaFunction
//!         Action: lambda:InvokeFunction
//!         Principal: apigateway.amazonaws.com
//!         SourceArn: arn:aws:execute-api:*:*:* # finding
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Apis: {Type: String, Default: "*"}
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   FromApi:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: lambda:InvokeFunction
//!       Principal: apigateway.amazonaws.com
//!       SourceArn: !Sub arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Apis} # finding
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
//!   FromRule:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: lambda:InvokeFunction
//!       Principal: events.amazonaws.com
//!       SourceArn: arn:aws:events:*:*:rule/nightly # finding
//!   FromBucket:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: lambda:InvokeFunction
//!       Principal: s3.amazonaws.com
//!       SourceArn: arn:aws:s3:::* # finding
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
//!   FromRule:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: lambda:InvokeFunction
//!       Principal: events.amazonaws.com
//!       SourceArn: !Sub arn:aws:events:*:${AWS::AccountId}:rule/nightly # finding
//!   FromBucket:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: lambda:InvokeFunction
//!       Principal: s3.amazonaws.com
//!       SourceArn: arn:aws:s3:::* # finding
//!       SourceAccount: !Ref AWS::AccountId
//! ```
//!
//! All stages and methods of one API, and any bucket of the own account:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: shop}
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   FromApi:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: lambda:InvokeFunction
//!       Principal: apigateway.amazonaws.com
//!       SourceArn: !Sub arn:aws:execute-api:*:${AWS::AccountId}:${Api}/*/*/*
//!   FromBucket:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: lambda:InvokeFunction
//!       Principal: s3.amazonaws.com
//!       SourceArn: arn:aws:s3:::*
//!       SourceAccount: !Ref AWS::AccountId
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
//! resource "aws_apigatewayv2_api" "shop" {
//!   name          = "shop"
//!   protocol_type = "HTTP"
//! }
//!
//! resource "aws_apigatewayv2_integration" "order" {
//!   api_id           = aws_apigatewayv2_api.shop.id
//!   integration_type = "AWS_PROXY"
//!   integration_uri  = aws_lambda_function.order.invoke_arn
//! }
//!
//! resource "aws_apigatewayv2_route" "order" {
//!   api_id    = aws_apigatewayv2_api.shop.id
//!   route_key = "POST /orders"
//!   target    = "integrations/${aws_apigatewayv2_integration.order.id}"
//! }
//!
//! resource "aws_lambda_permission" "api" {
//!   function_name = aws_lambda_function.order.function_name
//!   action        = "lambda:InvokeFunction"
//!   principal     = "apigateway.amazonaws.com"
//!   source_arn    = "arn:aws:execute-api:*:*:*" # finding
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
//! resource "aws_apigatewayv2_api" "shop" {
//!   name          = "shop"
//!   protocol_type = "HTTP"
//! }
//!
//! resource "aws_apigatewayv2_integration" "order" {
//!   api_id           = aws_apigatewayv2_api.shop.id
//!   integration_type = "AWS_PROXY"
//!   integration_uri  = aws_lambda_function.order.invoke_arn
//! }
//!
//! resource "aws_apigatewayv2_route" "order" {
//!   api_id    = aws_apigatewayv2_api.shop.id
//!   route_key = "POST /orders"
//!   target    = "integrations/${aws_apigatewayv2_integration.order.id}"
//! }
//!
//! resource "aws_lambda_permission" "api" {
//!   function_name = aws_lambda_function.order.function_name
//!   action        = "lambda:InvokeFunction"
//!   principal     = "apigateway.amazonaws.com"
//!   source_arn    = "${aws_apigatewayv2_api.shop.execution_arn}/*" # finding
//! }
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_cloudwatch_event_rule" "night" {
//!   name                = "night"
//!   schedule_expression = "rate(1 day)"
//! }
//!
//! resource "aws_cloudwatch_event_target" "night" {
//!   rule = aws_cloudwatch_event_rule.night.name
//!   arn  = aws_lambda_function.scan.arn
//! }
//!
//! resource "aws_lambda_function" "scan" {
//!   function_name = "scan"
//!   role          = "arn:aws:iam::123456789012:role/scan"
//!   handler       = "scan.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "scan.zip"
//! }
//!
//! resource "aws_lambda_permission" "night" {
//!   function_name = aws_lambda_function.scan.function_name
//!   action        = "lambda:InvokeFunction"
//!   principal     = "events.amazonaws.com"
//!   source_arn    = "arn:aws:events:*:*:rule/*" # finding
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_cloudwatch_event_rule" "night" {
//!   name                = "night"
//!   schedule_expression = "rate(1 day)"
//! }
//!
//! resource "aws_cloudwatch_event_target" "night" {
//!   rule = aws_cloudwatch_event_rule.night.name
//!   arn  = aws_lambda_function.scan.arn
//! }
//!
//! resource "aws_lambda_function" "scan" {
//!   function_name = "scan"
//!   role          = "arn:aws:iam::123456789012:role/scan"
//!   handler       = "scan.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "scan.zip"
//! }
//!
//! resource "aws_lambda_permission" "night" {
//!   function_name = aws_lambda_function.scan.function_name
//!   action        = "lambda:InvokeFunction"
//!   principal     = "events.amazonaws.com"
//!   source_arn    = aws_cloudwatch_event_rule.night.arn # finding
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
//! resource "aws_api_gateway_rest_api" "shop" {
//!   name = "shop"
//! }
//!
//! resource "aws_lambda_permission" "api" {
//!   function_name = aws_lambda_function.order.function_name
//!   action        = "lambda:InvokeFunction"
//!   principal     = "apigateway.amazonaws.com"
//!   source_arn    = "${aws_api_gateway_rest_api.shop.execution_arn}/*/*"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Source: {Type: String}
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
//!       Action: lambda:InvokeFunction
//!       Principal: events.amazonaws.com
//!       SourceArn: !Ref Source
//! ```
//!
//! ## How to fix
//!
//! Write account and resource: `!Sub arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*`,
//! or `!GetAtt Rule.Arn`. Wildcards behind them (stage, method, path) are no harm. A source that does not match
//! any more is refused.

use super::{Grant, grants};
use crate::accounts::{Account, account_of, fields};
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
        cwe: &[441, 732],
        owasp_serverless: &["S5", "SAS-3"],
        attack: &["T1199"],
        stride: &["S", "E"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for grant in grants(cx) {
        let subject = grant.subject(cx);
        let source = grant.props.get("SourceArn");
        if source.is_null() {
            continue;
        }
        let by_account = !grant.props.get("SourceAccount").is_null();
        let admits = match width(source, by_account) {
            Width::Narrow => continue,
            Width::Unknown => {
                out.cannot_tell(grant.ix, "SourceArn", source);
                continue;
            }
            Width::Accounts => "sources of every AWS account",
            Width::Apis => "every API of the account",
        };
        let text = source.display();
        out.push(
            Found::at_value(grant.ix, source, grant.span, format!("`{text}` lets {admits} invoke {subject}"))
                .label(format!("matches {admits}"))
                .help(
                    "write the account and the resource: `!GetAtt Rule.Arn`, `…:${AWS::AccountId}:${Api}/*`",
                )
                .evidence(format!("{text} {}", grant.logical_id))
                .fixes(proposal(cx, &grant, source)),
        );
    }
}

enum Width {
    Narrow,
    Unknown,
    /// Of other accounts.
    Accounts,
    /// All APIs of an account.
    Apis,
}

fn width(source: &Val, by_account: bool) -> Width {
    let text = source.display();
    if !text.is_empty() && text.chars().all(|c| c == '*') {
        return if by_account { Width::Narrow } else { Width::Accounts };
    }
    let parts = fields(&text);
    let service = parts.get(2).copied().unwrap_or("");
    let resource = parts.get(5).copied().unwrap_or("");
    // A pattern that ends in a wildcard before the account covers what follows.
    let cut = parts.len() < 6 && text.starts_with("arn:") && text.ends_with('*');
    let others = match account_of(source) {
        _ if cut => true,
        Account::Any => true,
        Account::Empty => resource.starts_with('*'),
        Account::Unknown if matches!(source.state, State::Unknown(_)) => return Width::Unknown,
        Account::Unknown => return Width::Narrow,
        Account::Id(_) | Account::Own | Account::None => false,
    };
    if others && !by_account {
        Width::Accounts
    } else if service == "execute-api" && resource.starts_with('*') {
        Width::Apis
    } else {
        Width::Narrow
    }
}

/// The source that calls the function in the application; else the own account, where the ARN has a wildcard for
/// it or none.
fn proposal(cx: &Cx<'_>, grant: &Grant<'_>, source: &Val) -> Option<Proposal> {
    let title = "name the own source";
    let principal = grant.props.get("Principal").display();
    let add = |key: &str, value| {
        let map = repair::properties(cx, grant.span, grant.props);
        let change = Change::Insert { map, key: key.into(), value };
        Some(Proposal::new(title, Safety::Unsafe, vec![change]))
    };
    match repair::caller(cx, grant.ix, &principal) {
        Some(("SourceArn", value)) if source.links().next().is_none() => {
            let change = Change::Replace { at: source.span, value };
            return Some(Proposal::new(title, Safety::Unsafe, vec![change]));
        }
        Some((key, value)) => return add(key, value),
        None => {}
    }
    let text = source.as_str()?;
    let parts = fields(text);
    let account = repair::account(cx);
    match (parts.get(4).copied(), parts.get(5)) {
        (Some(""), Some(_)) => add("SourceAccount", account),
        (Some(field), Some(resource)) if field.contains(['*', '?']) && !resource.starts_with('*') => {
            let account = match account {
                Literal::Text(pieces) => pieces,
                id => vec![id],
            };
            let head = format!("{}:", parts.get(..4)?.join(":"));
            let mut pieces = vec![head.as_str().into()];
            pieces.extend(account);
            pieces.push(format!(":{resource}").as_str().into());
            let value = Literal::Text(pieces);
            if source.links().next().is_some() {
                return add("SourceArn", value);
            }
            let change = Change::Replace { at: source.span, value };
            Some(Proposal::new(title, Safety::Unsafe, vec![change]))
        }
        _ => None,
    }
}
