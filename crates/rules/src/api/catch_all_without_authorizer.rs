//! a catch-all route hands every request to a function without an authorizer
//!
//! ## What
//!
//! `ANY /{proxy+}` (or below another path) or the `$default` route, without an authorizer, IAM or a
//! resource policy that keeps strangers out. Other open routes of the same function at or below the
//! catch-all are part of the finding. Paths in `public-routes` are silent.
//!
//! ## Why
//!
//! A catch-all gives the gateway's work to the router inside the function: paths, methods and who may
//! call them. Whatever that router answers is reachable: the debug page, the admin path a plug-in
//! brings along, the new route whose author took protection for granted. The attacker tries paths from
//! a word list, and each request runs the function with its role and at the owner's cost.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   app:
//!     handler: src/app.handler
//!     events:
//!       - http: ANY /
//!       - http: ANY /{proxy+} # finding
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   app:
//!     handler: src/app.handler
//!     events:
//!       - http:
//!           method: ANY
//!           path: /
//!           authorizer: aws_iam
//!       - http: # finding
//!           method: ANY
//!           path: /{proxy+}
//!           authorizer: aws_iam
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! custom:
//!   path: '{proxy+}'
//! functions:
//!   app:
//!     handler: src/app.handler
//!     events:
//!       - http: # finding
//!           method: any
//!           path: ${self:custom.path}
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   App:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: app.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         All: # finding
//!           Type: HttpApi
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   app:
//!     handler: src/app.handler
//!     events:
//!       - http:
//!           method: any
//!           path: '{proxy+}'
//!           authorizer: aws_iam
//! ```
//!
//! One path without a rest is no catch-all (api-route-without-authorizer reports it):
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Ping:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: ping.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         Any:
//!           Type: Api
//!           Properties:
//!             Path: /ping/{name}
//!             Method: any
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   role          = "arn:aws:iam::123456789012:role/orders"
//!   handler       = "orders.handler"
//!   runtime       = "nodejs22.x"
//!   filename      = "orders.zip"
//! }
//!
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_resource" "orders" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//!   parent_id   = aws_api_gateway_rest_api.api.root_resource_id
//!   path_part   = "{proxy+}"
//! }
//!
//! resource "aws_api_gateway_method" "any" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   resource_id   = aws_api_gateway_resource.orders.id
//!   http_method   = "ANY"
//!   authorization = "NONE" # finding
//! }
//!
//! resource "aws_api_gateway_integration" "any" {
//!   rest_api_id             = aws_api_gateway_rest_api.api.id
//!   resource_id             = aws_api_gateway_resource.orders.id
//!   http_method             = aws_api_gateway_method.any.http_method
//!   integration_http_method = "POST"
//!   type                    = "AWS_PROXY"
//!   uri                     = aws_lambda_function.orders.invoke_arn
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   role          = "arn:aws:iam::123456789012:role/orders"
//!   handler       = "orders.handler"
//!   runtime       = "nodejs22.x"
//!   filename      = "orders.zip"
//! }
//!
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_resource" "orders" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//!   parent_id   = aws_api_gateway_rest_api.api.root_resource_id
//!   path_part   = "{proxy+}"
//! }
//!
//! resource "aws_api_gateway_method" "any" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   resource_id   = aws_api_gateway_resource.orders.id
//!   http_method   = "ANY"
//!   authorization = "AWS_IAM" # finding
//! }
//!
//! resource "aws_api_gateway_integration" "any" {
//!   rest_api_id             = aws_api_gateway_rest_api.api.id
//!   resource_id             = aws_api_gateway_resource.orders.id
//!   http_method             = aws_api_gateway_method.any.http_method
//!   integration_http_method = "POST"
//!   type                    = "AWS_PROXY"
//!   uri                     = aws_lambda_function.orders.invoke_arn
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   role          = "arn:aws:iam::123456789012:role/orders"
//!   handler       = "orders.handler"
//!   runtime       = "nodejs22.x"
//!   filename      = "orders.zip"
//! }
//!
//! resource "aws_apigatewayv2_api" "api" {
//!   name          = "orders"
//!   protocol_type = "HTTP"
//! }
//!
//! resource "aws_apigatewayv2_integration" "orders" {
//!   api_id                 = aws_apigatewayv2_api.api.id
//!   integration_type       = "AWS_PROXY"
//!   integration_uri        = aws_lambda_function.orders.invoke_arn
//!   payload_format_version = "2.0"
//! }
//!
//! resource "aws_apigatewayv2_route" "all" {
//!   api_id    = aws_apigatewayv2_api.api.id
//!   route_key = "$default"
//!   target    = "integrations/${aws_apigatewayv2_integration.orders.id}"
//!   authorization_type = "AWS_IAM"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Authorization:
//!     Type: String
//! Resources:
//!   App:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: app.handler
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/app
//!       Code: {S3Bucket: code, S3Key: app.zip}
//!   Api:
//!     Type: AWS::ApiGatewayV2::Api
//!     Properties:
//!       Name: shop
//!       ProtocolType: HTTP
//!   Integration:
//!     Type: AWS::ApiGatewayV2::Integration
//!     Properties:
//!       ApiId: !Ref Api
//!       IntegrationType: AWS_PROXY
//!       IntegrationUri: !GetAtt App.Arn
//!       PayloadFormatVersion: '2.0'
//!   Default:
//!     Type: AWS::ApiGatewayV2::Route
//!     Properties:
//!       ApiId: !Ref Api
//!       RouteKey: $default
//!       AuthorizationType: !Ref Authorization
//!       Target: !Sub integrations/${Integration}
//! ```
//!
//! ## How to fix
//!
//! Put an authorizer on the catch-all and write the paths that are meant to be public as routes of their
//! own: the gateway prefers the more exact route. serverless.yml: `authorizer` on the event; SAM:
//! `Auth.DefaultAuthorizer` on the API; CloudFormation: `AuthorizationType` with `AuthorizerId`. Callers
//! of paths that were open until now are refused.

use super::{Gap, advice, gaps, guards};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[306, 862],
        owasp_serverless: &["S2", "SAS-2"],
        attack: &["T1190", "T1595.003"],
        stride: &["S", "E"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for group in gaps(cx, Gap::CatchAll, out) {
        let target = group.target(cx);
        let message =
            format!("anybody on the internet can send any request to {target} through {}", group.words(cx));
        let Some(mut found) = group.found(cx, message, "no authorizer") else { continue };
        found.proposals = guards(cx, group.api, &group.routes);
        out.push(found.help(advice(
            cx,
            "set `authorizer` on the event and write public paths as events of their own",
            "set `Auth.DefaultAuthorizer` on the API and write public paths as events of their own",
            "set `AuthorizationType` and an authorizer, and write public paths as routes of their own",
        )));
    }
}
