//! a route reaches a function without an authorizer
//!
//! ## What
//!
//! A method of a REST API or a route of an HTTP API reaches a function or an AWS service and has neither
//! an authorizer nor IAM authorization, and no resource policy of the API keeps strangers out. High for
//! POST, PUT, PATCH, DELETE and ANY, medium for GET and HEAD.
//!
//! The routes of one API that start one function are one finding on that function. OPTIONS, mock
//! integrations, plain HTTP backends, private APIs and the paths in `public-routes` are silent. Routes
//! that have a rule of their own are reported there: a catch-all, a route that switches off what its
//! siblings have, one with an API key only, one that stands only in an OpenAPI document.
//!
//! ## Why
//!
//! The address of an API is no secret: it is in the JavaScript of the site, in the app, in certificate
//! logs. Somebody reads `POST /orders` from the browser's network tab, repeats it with other ids and in
//! a loop, and creates, reads or deletes what belongs to others, at the owner's cost. Nothing of it
//! looks wrong to the gateway, because nobody was ever asked who they are.
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
//!       - http: # finding
//!           method: post
//!           path: orders
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   create:
//!     handler: src/create.handler
//!     events:
//!       - http: # finding
//!           method: post
//!           path: orders
//!           authorizer: aws_iam
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
//!     events:
//!       - httpApi: GET /orders/{id}
//!       - httpApi: DELETE /orders/{id} # finding
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function:
//!     Runtime: nodejs22.x
//! Resources:
//!   Create:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: create.handler
//!       CodeUri: src
//!       Events:
//!         Post: # finding
//!           Type: Api
//!           Properties:
//!             Path: /orders
//!             Method: post
//! ```
//!
//! The value comes from the default of a parameter:
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Authorization:
//!     Type: String
//!     Default: NONE # finding
//! Resources:
//!   Create:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: create.handler
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/create
//!       Code: {S3Bucket: code, S3Key: create.zip}
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: orders
//!   Orders:
//!     Type: AWS::ApiGateway::Resource
//!     Properties:
//!       RestApiId: !Ref Api
//!       ParentId: !GetAtt Api.RootResourceId
//!       PathPart: orders
//!   Post:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !Ref Orders
//!       HttpMethod: POST
//!       AuthorizationType: !Ref Authorization
//!       Integration:
//!         Type: AWS_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Create.Arn}/invocations
//! ```
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
//!           authorizer: aws_iam
//! ```
//!
//! The event says nothing, but the API has a default authorizer:
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Pool:
//!     Type: AWS::Cognito::UserPool
//!   Api:
//!     Type: AWS::Serverless::Api
//!     Properties:
//!       StageName: prod
//!       Auth:
//!         DefaultAuthorizer: Users
//!         Authorizers:
//!           Users:
//!             UserPoolArn: !GetAtt Pool.Arn
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
//!             RestApiId: !Ref Api
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
//!   path_part   = "orders"
//! }
//!
//! resource "aws_api_gateway_method" "post" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   resource_id   = aws_api_gateway_resource.orders.id
//!   http_method   = "POST"
//!   authorization = "AWS_IAM" # finding
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
//! resource "aws_apigatewayv2_route" "create" {
//!   api_id    = aws_apigatewayv2_api.api.id
//!   route_key = "POST /orders"
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
//!   Create:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: create.handler
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/create
//!       Code: {S3Bucket: code, S3Key: create.zip}
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: orders
//!   Post:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !GetAtt Api.RootResourceId
//!       HttpMethod: POST
//!       AuthorizationType: !Ref Authorization
//!       Integration:
//!         Type: AWS_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Create.Arn}/invocations
//! ```
//!
//! ## How to fix
//!
//! serverless.yml: `authorizer` on the event: `aws_iam`, a Cognito pool (`arn`), the name of a function,
//! or for `httpApi` an entry of `provider.httpApi.authorizers`. SAM: `Auth.DefaultAuthorizer` on the API,
//! so that routes written later are covered too. CloudFormation: `AuthorizationType` with
//! `AuthorizerId`. Callers without credentials are refused from then on. JWT and Cognito authorizers
//! and IAM cost nothing; a Lambda authorizer costs its invocations, which its cache makes few.
//! A route that is meant to be public belongs in `public-routes` of palisade.toml.
//!
//! ## Differs from
//!
//! `CKV_AWS_59`, `W59` and the like judge a method alone: they report mock methods, and do not see resource
//! policies, private endpoints or the defaults of serverless.yml and SAM. For `CKV_AWS_59` an API key is
//! enough; here auth-api-key-only reports it.

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
        checkov: &["CKV_AWS_59", "CKV_AWS_309", "CKV2_AWS_70"],
        aws: &["APIGateway.8"],
        attack: &["T1190"],
        stride: &["S", "E"],
        others: &[
            "W59",
            "AWS-0004",
            "apigateway_restapi_authorizers_enabled",
            "apigateway_restapi_public_with_authorizer",
            "APIGWAuthorization",
        ],
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for group in gaps(cx, Gap::Plain, out) {
        let target = group.target(cx);
        let reach = if group.routes.len() == 1 { "reaches" } else { "reach" };
        let message = format!("anybody on the internet can call {}, which {reach} {target}", group.words(cx));
        let Some(mut found) = group.found(cx, message, "no authorizer") else { continue };
        found.proposals = guards(cx, group.api, &group.routes);
        out.push(found.severity(group.severity()).help(advice(
            cx,
            "set `authorizer` on the event, or list the path in `public-routes` if it is meant to be public",
            "set `Auth.DefaultAuthorizer` on the API, or list the path in `public-routes` if it is meant to be public",
            "set `AuthorizationType` and an authorizer, or list the path in `public-routes` if it is meant to be public",
        )));
    }
}
