//! the internet can start the function without any rate limit
//!
//! ## What
//!
//! A route of an API or a rule of a public load balancer starts the function, no throttling of the stage, the
//! route or a usage plan holds for that route, and the function reserves no concurrency. Where a stage of the
//! application has no limit at all, api-without-throttling reports the stage and this rule is silent; function
//! URLs are function-url-without-limit.
//!
//! ## Why
//!
//! Whoever sends requests as fast as he can makes the function scale to the concurrency of the whole account:
//! every other function of the account and region is throttled, the database behind it runs out of
//! connections, and the bill grows with every request. All that it needs is a loop and the address.
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
//!     events:
//!       - httpApi: GET /orders
//!   search: # finding
//!     handler: search.handler
//!     events:
//!       - httpApi: GET /search
//! resources:
//!   extensions:
//!     HttpApiStage:
//!       Properties:
//!         RouteSettings:
//!           GET /orders: {ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20}
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
//!     events:
//!       - httpApi: GET /orders
//!   search: # finding
//!     handler: search.handler
//!     events:
//!       - httpApi: GET /search
//!     reservedConcurrency: 10
//! resources:
//!   extensions:
//!     HttpApiStage:
//!       Properties:
//!         RouteSettings:
//!           GET /orders: {ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20}
//! ```
//!
//! The throttling is that of another route:
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGatewayV2::Api
//!     Properties: {Name: shop, ProtocolType: HTTP}
//!   Stage:
//!     Type: AWS::ApiGatewayV2::Stage
//!     Properties:
//!       ApiId: !Ref Api
//!       StageName: $default
//!       AutoDeploy: true
//!       RouteSettings:
//!         GET /orders: {ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20}
//!   Search: # finding
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: search.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Integration:
//!     Type: AWS::ApiGatewayV2::Integration
//!     Properties:
//!       ApiId: !Ref Api
//!       IntegrationType: AWS_PROXY
//!       IntegrationUri: !GetAtt Search.Arn
//!       PayloadFormatVersion: "2.0"
//!   SearchRoute:
//!     Type: AWS::ApiGatewayV2::Route
//!     Properties: {ApiId: !Ref Api, RouteKey: GET /search, Target: !Sub "integrations/${Integration}"}
//!   OrdersRoute:
//!     Type: AWS::ApiGatewayV2::Route
//!     Properties: {ApiId: !Ref Api, RouteKey: GET /orders, Target: !Sub "integrations/${Integration}"}
//!   Permission:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !Ref Search
//!       Action: lambda:InvokeFunction
//!       Principal: apigateway.amazonaws.com
//!       SourceArn: !Sub arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGatewayV2::Api
//!     Properties: {Name: shop, ProtocolType: HTTP}
//!   Stage:
//!     Type: AWS::ApiGatewayV2::Stage
//!     Properties:
//!       ApiId: !Ref Api
//!       StageName: $default
//!       AutoDeploy: true
//!       RouteSettings:
//!         GET /orders: {ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20}
//!   Search: # finding
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: search.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       ReservedConcurrentExecutions: 10
//!   Integration:
//!     Type: AWS::ApiGatewayV2::Integration
//!     Properties:
//!       ApiId: !Ref Api
//!       IntegrationType: AWS_PROXY
//!       IntegrationUri: !GetAtt Search.Arn
//!       PayloadFormatVersion: "2.0"
//!   SearchRoute:
//!     Type: AWS::ApiGatewayV2::Route
//!     Properties: {ApiId: !Ref Api, RouteKey: GET /search, Target: !Sub "integrations/${Integration}"}
//!   OrdersRoute:
//!     Type: AWS::ApiGatewayV2::Route
//!     Properties: {ApiId: !Ref Api, RouteKey: GET /orders, Target: !Sub "integrations/${Integration}"}
//!   Permission:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !Ref Search
//!       Action: lambda:InvokeFunction
//!       Principal: apigateway.amazonaws.com
//!       SourceArn: !Sub arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   apiGateway:
//!     restApiId: a1b2c3d4e5
//!     restApiRootResourceId: f6g7h8i9j0
//! functions:
//!   search:
//!     handler: search.handler
//!     reservedConcurrency: 20
//!     events:
//!       - http: GET /search
//! ```
//!
//! No limit anywhere, but the stage is reported for that:
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Search:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: search.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       Events:
//!         Get:
//!           Type: Api
//!           Properties: {Path: /search, Method: GET}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_apigatewayv2_api" "shop" {
//!   name          = "shop"
//!   protocol_type = "HTTP"
//! }
//!
//! resource "aws_apigatewayv2_stage" "live" {
//!   api_id      = aws_apigatewayv2_api.shop.id
//!   name        = "$default"
//!   auto_deploy = true
//!   route_settings {
//!     route_key              = "GET /orders"
//!     throttling_rate_limit  = 10
//!     throttling_burst_limit = 20
//!   }
//! }
//!
//! resource "aws_lambda_function" "search" { # finding
//!   function_name = "search"
//!   role          = "arn:aws:iam::123456789012:role/search"
//!   handler       = "search.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "search.zip"
//! }
//!
//! resource "aws_apigatewayv2_integration" "search" {
//!   api_id           = aws_apigatewayv2_api.shop.id
//!   integration_type = "AWS_PROXY"
//!   integration_uri  = aws_lambda_function.search.invoke_arn
//! }
//!
//! resource "aws_apigatewayv2_route" "search" {
//!   api_id    = aws_apigatewayv2_api.shop.id
//!   route_key = "GET /search"
//!   target    = "integrations/${aws_apigatewayv2_integration.search.id}"
//! }
//!
//! resource "aws_apigatewayv2_route" "orders" {
//!   api_id    = aws_apigatewayv2_api.shop.id
//!   route_key = "GET /orders"
//!   target    = "integrations/${aws_apigatewayv2_integration.search.id}"
//! }
//!
//! resource "aws_lambda_permission" "api" {
//!   function_name = aws_lambda_function.search.function_name
//!   action        = "lambda:InvokeFunction"
//!   principal     = "apigateway.amazonaws.com"
//!   source_arn    = "${aws_apigatewayv2_api.shop.execution_arn}/*"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_apigatewayv2_api" "shop" {
//!   name          = "shop"
//!   protocol_type = "HTTP"
//! }
//!
//! resource "aws_apigatewayv2_stage" "live" {
//!   api_id      = aws_apigatewayv2_api.shop.id
//!   name        = "$default"
//!   auto_deploy = true
//!   route_settings {
//!     route_key              = "GET /orders"
//!     throttling_rate_limit  = 10
//!     throttling_burst_limit = 20
//!   }
//! }
//!
//! resource "aws_lambda_function" "search" { # finding
//!   function_name = "search"
//!   role          = "arn:aws:iam::123456789012:role/search"
//!   handler       = "search.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "search.zip"
//!   reserved_concurrent_executions = 10
//! }
//!
//! resource "aws_apigatewayv2_integration" "search" {
//!   api_id           = aws_apigatewayv2_api.shop.id
//!   integration_type = "AWS_PROXY"
//!   integration_uri  = aws_lambda_function.search.invoke_arn
//! }
//!
//! resource "aws_apigatewayv2_route" "search" {
//!   api_id    = aws_apigatewayv2_api.shop.id
//!   route_key = "GET /search"
//!   target    = "integrations/${aws_apigatewayv2_integration.search.id}"
//! }
//!
//! resource "aws_apigatewayv2_route" "orders" {
//!   api_id    = aws_apigatewayv2_api.shop.id
//!   route_key = "GET /orders"
//!   target    = "integrations/${aws_apigatewayv2_integration.search.id}"
//! }
//!
//! resource "aws_lambda_permission" "api" {
//!   function_name = aws_lambda_function.search.function_name
//!   action        = "lambda:InvokeFunction"
//!   principal     = "apigateway.amazonaws.com"
//!   source_arn    = "${aws_apigatewayv2_api.shop.execution_arn}/*"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_apigatewayv2_api" "shop" {
//!   name          = "shop"
//!   protocol_type = "HTTP"
//! }
//!
//! resource "aws_apigatewayv2_stage" "live" {
//!   api_id      = aws_apigatewayv2_api.shop.id
//!   name        = "$default"
//!   auto_deploy = true
//!   default_route_settings {
//!     throttling_rate_limit  = 10
//!     throttling_burst_limit = 20
//!   }
//! }
//!
//! resource "aws_lambda_function" "search" {
//!   function_name = "search"
//!   role          = "arn:aws:iam::123456789012:role/search"
//!   handler       = "search.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "search.zip"
//! }
//!
//! resource "aws_apigatewayv2_integration" "search" {
//!   api_id           = aws_apigatewayv2_api.shop.id
//!   integration_type = "AWS_PROXY"
//!   integration_uri  = aws_lambda_function.search.invoke_arn
//! }
//!
//! resource "aws_apigatewayv2_route" "search" {
//!   api_id    = aws_apigatewayv2_api.shop.id
//!   route_key = "GET /search"
//!   target    = "integrations/${aws_apigatewayv2_integration.search.id}"
//! }
//!
//! resource "aws_apigatewayv2_route" "orders" {
//!   api_id    = aws_apigatewayv2_api.shop.id
//!   route_key = "GET /orders"
//!   target    = "integrations/${aws_apigatewayv2_integration.search.id}"
//! }
//!
//! resource "aws_lambda_permission" "api" {
//!   function_name = aws_lambda_function.search.function_name
//!   action        = "lambda:InvokeFunction"
//!   principal     = "apigateway.amazonaws.com"
//!   source_arn    = "${aws_apigatewayv2_api.shop.execution_arn}/*"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! The stage belongs to another stack:
//!
//! ```yaml unknown serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   apiGateway:
//!     restApiId: a1b2c3d4e5
//!     restApiRootResourceId: f6g7h8i9j0
//! functions:
//!   search:
//!     handler: search.handler
//!     events:
//!       - http: GET /search
//! ```
//!
//! ## How to fix
//!
//! Set a limit where the requests come in: `MethodSettings` of the stage, `DefaultRouteSettings` or
//! `RouteSettings` of an HTTP API, `provider.apiGateway.usagePlan.throttle` in serverless.yml. Behind a load
//! balancer, reserve concurrency: `reservedConcurrency`, `ReservedConcurrentExecutions`. Requests above the
//! limit are refused with 429; reserved concurrency is taken from the account's.
//!
//! ## Differs from
//!
//! Checkov, cfn-nag and Guard ask every function for reserved concurrency. Here only a function that the
//! internet can start is asked, and throttling in front of it counts.

use super::{advice, reserved};
use std::collections::BTreeMap;

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
        checkov: &["CKV_AWS_115"],
        attack: &["T1499", "T1496"],
        stride: &["D"],
        others: &["W92", "LAMBDA_CONCURRENCY_CHECK", "LambdaConcurrency"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let mut reported: BTreeMap<NodeIx, bool> = BTreeMap::new();
    let mut stage_is_reported = |entry: &palisade_graph::EntryDetail| match entry.api {
        Some(api) if entry.protocol != "alb" => {
            *reported.entry(api).or_insert_with(|| stage_is_reported(cx, api))
        }
        _ => false,
    };
    for (ix, node) in cx.functions() {
        let limit = reserved(node);
        if limit.is_yes() {
            continue;
        }
        let mut open: Vec<(Span, String)> = Vec::new();
        let mut unknown = false;
        for edge in cx.triggers(ix).filter(|e| e.label != "blocked") {
            let Some((entry_node, entry)) = cx.node(edge.from).and_then(|n| Some((n, n.entry()?))) else {
                continue;
            };
            let fits = matches!(entry.protocol.as_str(), "rest" | "http" | "websocket" | "alb");
            if !fits || entry.public.is_no() || stage_is_reported(entry) {
                continue;
            }
            // Of a route that only a permission tells of, the API lies elsewhere.
            let elsewhere = entry_node.ty == "AWS::Lambda::Permission";
            match if elsewhere { Tri::Unknown } else { entry.throttled.or(entry.public.negate()) } {
                Tri::No => open.push((edge.span.or(entry_node.span), route(entry))),
                Tri::Unknown => unknown = true,
                Tri::Yes => {}
            }
        }
        if limit == Tri::Unknown || (unknown && open.is_empty()) {
            if limit == Tri::Unknown && !open.is_empty() {
                let key = "ReservedConcurrentExecutions";
                out.cannot_tell(ix, key, node.props.get(key));
            } else if unknown {
                let reason = "the API belongs to another stack".to_owned();
                out.unknown.push((ix, "throttling".to_owned(), reason, node.span));
            }
            continue;
        }
        let Some((_, first)) = open.first() else { continue };
        let more = if open.len() > 1 { format!(" and {} more", open.len() - 1) } else { String::new() };
        let mut found = Found::new(
            ix,
            node.span,
            format!(
                "nothing limits how often callers on the internet can start {{subject}} through {first}{more}"
            ),
        )
        .label("no reserved concurrency")
        .help(advice(
            cx,
            "throttle the route or stage, or set `reservedConcurrency`",
            "throttle the route or stage, or set `ReservedConcurrentExecutions`",
        ))
        .evidence("no limit")
        .fix(repair::reserve(ix));
        for (span, words) in open.into_iter().take(3) {
            found = found.also(span, format!("{words} is not throttled"));
        }
        out.push(found);
    }
}

fn route(entry: &palisade_graph::EntryDetail) -> String {
    match entry.protocol.as_str() {
        "websocket" => format!("the WebSocket route `{}`", entry.path),
        "alb" => "a load balancer".to_owned(),
        _ => format!("`{} {}`", entry.method, entry.path),
    }
}

/// Whether `api-without-throttling` reports the stage of an API: it has a stage in the application and no
/// route of it is limited.
fn stage_is_reported(cx: &Cx<'_>, api: NodeIx) -> bool {
    let of_api = |node: &Node| {
        ["RestApiId", "ApiId"].iter().any(|key| cx.graph.resolve(node.props.get(key)) == Some(api))
    };
    let staged = cx.graph.iter().any(|(_, n)| match n.ty.as_str() {
        "AWS::ApiGateway::Stage" | "AWS::ApiGatewayV2::Stage" => of_api(n),
        "AWS::ApiGateway::Deployment" => !n.props.get("StageName").is_null() && of_api(n),
        _ => false,
    });
    staged && !cx.entries().any(|(_, _, e)| e.api == Some(api) && e.throttled.is_yes())
}
