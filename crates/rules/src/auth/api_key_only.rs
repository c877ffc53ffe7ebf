//! an API key is the only credential of a route
//!
//! ## What
//!
//! A method of a REST API requires an API key and has no authorizer and no IAM authorization. Routes of one
//! API that start one function are one finding; OPTIONS, mock integrations, private APIs and the paths in
//! `public-routes` are silent.
//!
//! ## Why
//!
//! API keys are for counting: they say under which usage plan a request falls. They do not expire, are
//! not bound to a person, travel in a header that proxies and logs record, and end up in the JavaScript
//! of the page or the code of the app. Whoever finds the key there is every customer at once, until
//! somebody changes it for all of them.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   create:
//!     handler: src/create.handler
//!     events:
//!       - http:
//!           method: post
//!           path: orders
//!           private: true
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Api:
//!     Auth:
//!       ApiKeyRequired: true # finding
//! Resources:
//!   Create:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: create.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         Post:
//!           Type: Api
//!           Properties:
//!             Path: /orders
//!             Method: post
//! ```
//!
//! A key for the plan, and an authorizer for the caller:
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   create:
//!     handler: src/create.handler
//!     events:
//!       - http:
//!           method: post
//!           path: orders
//!           private: true
//!           authorizer: aws_iam
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Api:
//!     Auth:
//!       ApiKeyRequired: true
//!       DefaultAuthorizer: AWS_IAM
//! Resources:
//!   Create:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: create.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         Post:
//!           Type: Api
//!           Properties:
//!             Path: /orders
//!             Method: post
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
//!   path_part   = "orders"
//! }
//!
//! resource "aws_api_gateway_method" "post" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   resource_id   = aws_api_gateway_resource.orders.id
//!   http_method   = "POST"
//!   authorization = "NONE" # finding
//!   api_key_required = true
//! }
//!
//! resource "aws_api_gateway_integration" "post" {
//!   rest_api_id             = aws_api_gateway_rest_api.api.id
//!   resource_id             = aws_api_gateway_resource.orders.id
//!   http_method             = aws_api_gateway_method.post.http_method
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
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_resource" "orders" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//!   parent_id   = aws_api_gateway_rest_api.api.root_resource_id
//!   path_part   = "orders"
//! }
//!
//! resource "aws_api_gateway_method" "post" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   resource_id   = aws_api_gateway_resource.orders.id
//!   http_method   = "POST"
//!   authorization = "AWS_IAM"
//!   api_key_required = true
//! }
//!
//! resource "aws_api_gateway_integration" "post" {
//!   rest_api_id             = aws_api_gateway_rest_api.api.id
//!   resource_id             = aws_api_gateway_resource.orders.id
//!   http_method             = aws_api_gateway_method.post.http_method
//!   integration_http_method = "POST"
//!   type                    = "AWS_PROXY"
//!   uri                     = aws_lambda_function.orders.invoke_arn
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Key:
//!     Type: String
//! Resources:
//!   Orders:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/orders
//!       Code: {S3Bucket: code, S3Key: orders.zip}
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: orders
//!   Get:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !GetAtt Api.RootResourceId
//!       HttpMethod: GET
//!       AuthorizationType: NONE
//!       ApiKeyRequired: !Ref Key
//!       Integration:
//!         Type: AWS_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Orders.Arn}/invocations
//! ```
//!
//! ## How to fix
//!
//! Keep the key for the usage plan and add an authorizer: IAM for other services, a JWT or Cognito
//! authorizer for people. Callers must then send a credential of their own.

use crate::api::{Gap, advice, gaps};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[287, 306],
        owasp_serverless: &["S2", "SAS-2"],
        attack: &["T1552", "T1190"],
        stride: &["S"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for group in gaps(cx, Gap::KeyOnly, out) {
        let message = format!(
            "an API key alone opens {} to {}; keys identify a usage plan and authenticate nobody",
            group.words(cx),
            group.target(cx)
        );
        let Some(found) = group.found(cx, message, "an API key and no authorizer") else { continue };
        out.push(found.help(advice(
            cx,
            "add `authorizer` to the event beside `private: true`",
            "add `Auth.DefaultAuthorizer` to the API beside `ApiKeyRequired`",
            "set `AuthorizationType` and an authorizer beside `ApiKeyRequired`",
        )));
    }
}
