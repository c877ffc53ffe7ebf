//! an operation of the API's OpenAPI document has no security
//!
//! ## What
//!
//! An operation that stands only in the OpenAPI document of an API (inline or in a local file), reaches a
//! function or an AWS service, and has neither its own `security` nor that of the document. High for
//! post, put, patch, delete and `x-amazon-apigateway-any-method`, medium for get and head. Operations
//! that one function answers are one finding. OPTIONS, mock integrations, plain HTTP backends, private
//! APIs and the paths in `public-routes` are silent.
//!
//! ## Why
//!
//! `securitySchemes` alone protect nothing: API Gateway attaches an authorizer to an operation only
//! where `security` names it. In a document of a thousand lines the one operation that lacks it looks
//! like its neighbours. Somebody who has the document, or guesses the path, calls that operation without
//! a token and gets what the function behind it gives.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Orders:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!   Api:
//!     Type: AWS::Serverless::Api
//!     Properties:
//!       StageName: prod
//!       DefinitionBody:
//!         openapi: 3.0.1
//!         info: {title: orders, version: '1'}
//!         paths:
//!           /orders:
//!             post: # finding
//!               x-amazon-apigateway-integration:
//!                 type: aws_proxy
//!                 httpMethod: POST
//!                 uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Orders.Arn}/invocations
//! ```
//!
//! ```yaml bad serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   orders:
//!     handler: src/orders.handler
//! resources:
//!   Resources:
//!     Api:
//!       Type: AWS::ApiGateway::RestApi
//!       Properties:
//!         Name: orders
//!         Body:
//!           openapi: 3.0.1
//!           info: {title: orders, version: '1'}
//!           paths:
//!             /orders:
//!               get: # finding
//!                 x-amazon-apigateway-integration:
//!                   type: aws_proxy
//!                   httpMethod: POST
//!                   uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${OrdersLambdaFunction.Arn}/invocations
//! ```
//!
//! The document's own `security` holds for operations that say nothing, and a mock answers by itself:
//!
//! ```yaml good template.yaml
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
//!       Body:
//!         openapi: 3.0.1
//!         info: {title: orders, version: '1'}
//!         security:
//!           - sigv4: []
//!         components:
//!           securitySchemes:
//!             sigv4:
//!               type: apiKey
//!               name: Authorization
//!               in: header
//!               x-amazon-apigateway-authtype: awsSigv4
//!         paths:
//!           /orders:
//!             post:
//!               x-amazon-apigateway-integration:
//!                 type: aws_proxy
//!                 httpMethod: POST
//!                 uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Orders.Arn}/invocations
//!           /health:
//!             get:
//!               security: []
//!               x-amazon-apigateway-integration:
//!                 type: mock
//! ```
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   orders:
//!     handler: src/orders.handler
//! resources:
//!   Resources:
//!     Api:
//!       Type: AWS::ApiGateway::RestApi
//!       Properties:
//!         Name: orders
//!         EndpointConfiguration:
//!           Types: [PRIVATE]
//!         Body:
//!           openapi: 3.0.1
//!           info: {title: orders, version: '1'}
//!           paths:
//!             /orders:
//!               get:
//!                 x-amazon-apigateway-integration:
//!                   type: aws_proxy
//!                   httpMethod: POST
//!                   uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${OrdersLambdaFunction.Arn}/invocations
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
//!   body = jsonencode({
//!     openapi = "3.0.1"
//!     info    = { title = "orders", version = "1.0" }
//!     paths = {
//!       "/orders" = {
//!         post = { # finding
//!           x-amazon-apigateway-integration = {
//!             type       = "aws_proxy"
//!             httpMethod = "POST"
//!             uri        = aws_lambda_function.orders.invoke_arn
//!           }
//!         }
//!       }
//!     }
//!   })
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
//!   body = jsonencode({
//!     openapi = "3.0.1"
//!     info    = { title = "orders", version = "1.0" }
//!     paths = {
//!       "/orders" = {
//!         post = {
//!           security = [{ sigv4 = [] }]
//!           x-amazon-apigateway-integration = {
//!             type       = "aws_proxy"
//!             httpMethod = "POST"
//!             uri        = aws_lambda_function.orders.invoke_arn
//!           }
//!         }
//!       }
//!     }
//!     components = {
//!       securitySchemes = {
//!         sigv4 = {
//!           type                         = "apiKey"
//!           name                         = "Authorization"
//!           in                           = "header"
//!           x-amazon-apigateway-authtype = "awsSigv4"
//!         }
//!       }
//!     }
//!   })
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Schemes:
//!     Type: CommaDelimitedList
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
//!       Body:
//!         openapi: 3.0.1
//!         info: {title: orders, version: '1'}
//!         paths:
//!           /orders:
//!             post:
//!               security: !Ref Schemes
//!               x-amazon-apigateway-integration:
//!                 type: aws_proxy
//!                 httpMethod: POST
//!                 uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Orders.Arn}/invocations
//! ```
//!
//! ## How to fix
//!
//! Write `security` at the top of the document, so that it holds for every operation, and define the
//! scheme with `x-amazon-apigateway-authorizer` (or `x-amazon-apigateway-authtype: awsSigv4` for IAM).
//! An operation that is meant to be public belongs in `public-routes` of palisade.toml. Callers without
//! credentials are refused from then on.

use super::{Gap, gaps};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[306, 862],
        owasp_serverless: &["S2", "SAS-2"],
        attack: &["T1190"],
        stride: &["S", "E"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for group in gaps(cx, Gap::OpenApi, out) {
        let target = group.target(cx);
        let message = format!(
            "anybody on the internet can call {}: its OpenAPI document asks for no security before {target}",
            group.words(cx)
        );
        let Some(found) = group.found(cx, message, "no `security`") else { continue };
        out.push(
            found
                .severity(group.severity())
                .help("add `security` at the top of the document, or to the operation, with a scheme that has an authorizer"),
        );
    }
}
