//! a route takes a body that the gateway does not check
//!
//! ## What
//!
//! A method of a REST API that accepts a body (POST, PUT, PATCH, ANY) and reaches a function or an AWS
//! service has no request validator with a model. The routes of one API that start one function are one
//! finding. HTTP APIs cannot validate: silent.
//!
//! ## Why
//!
//! What the gateway lets through, the function must withstand: an array where a string was meant, a
//! string of a megabyte, `{"$gt": ""}` in place of a password, `"role": "admin"` among the fields that
//! are written to the table as they come. A model refuses such a request before the function runs, and
//! before anybody pays for it.
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
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Api:
//!     Auth:
//!       DefaultAuthorizer: AWS_IAM
//! Resources:
//!   Create:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: create.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         Put: # finding
//!           Type: Api
//!           Properties:
//!             Path: /orders/{id}
//!             Method: put
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
//!           request:
//!             schemas:
//!               application/json:
//!                 name: Order
//!                 schema: {type: object, required: [id]}
//! ```
//!
//! DELETE takes no body, and an HTTP API cannot validate one:
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Orders:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         Delete:
//!           Type: Api
//!           Properties:
//!             Path: /orders/{id}
//!             Method: delete
//!         Post:
//!           Type: HttpApi
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
//! resource "aws_api_gateway_method" "post" { # finding
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   resource_id   = aws_api_gateway_resource.orders.id
//!   http_method   = "POST"
//!   authorization = "AWS_IAM"
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
//! resource "aws_api_gateway_model" "order" {
//!   rest_api_id  = aws_api_gateway_rest_api.api.id
//!   name         = "order"
//!   content_type = "application/json"
//!   schema       = jsonencode({ type = "object" })
//! }
//!
//! resource "aws_api_gateway_request_validator" "body" {
//!   rest_api_id           = aws_api_gateway_rest_api.api.id
//!   name                  = "body"
//!   validate_request_body = true
//! }
//!
//! resource "aws_api_gateway_method" "post" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   resource_id   = aws_api_gateway_resource.orders.id
//!   http_method   = "POST"
//!   authorization = "AWS_IAM"
//!
//!   request_validator_id = aws_api_gateway_request_validator.body.id
//!   request_models       = { "application/json" = aws_api_gateway_model.order.name }
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
//!   Validator:
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
//!       AuthorizationType: AWS_IAM
//!       RequestModels: {application/json: Order}
//!       RequestValidatorId: !Ref Validator
//!       Integration:
//!         Type: AWS_PROXY
//!         IntegrationHttpMethod: POST
//!         Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Create.Arn}/invocations
//! ```
//!
//! ## How to fix
//!
//! serverless.yml: `request.schemas` on the event. SAM: `RequestModel` with `ValidateBody: true` on the
//! event and `Models` on the API. CloudFormation: `AWS::ApiGateway::Model`, an
//! `AWS::ApiGateway::RequestValidator` with `ValidateRequestBody`, and both on the method. Requests that
//! do not fit get 400: take the model from what real callers send.
//!
//! ## Differs from
//!
//! `CKV2_AWS_53` asks for a validator alone; without a model it has nothing to compare a body with.

use std::collections::BTreeMap;

use super::{Group, Route, advice, api_of, routes};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[20],
        owasp_serverless: &["S1", "SAS-1"],
        checkov: &["CKV2_AWS_53"],
        attack: &["T1190"],
        stride: &["T"],
        others: &["APIGWRequestValidation"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut index: BTreeMap<(Option<NodeIx>, String), usize> = BTreeMap::new();
    for route in routes(cx) {
        let takes_body = matches!(route.entry.method.as_str(), "POST" | "PUT" | "PATCH" | "ANY");
        if route.entry.protocol != "rest" || !takes_body {
            continue;
        }
        match route.entry.validator {
            Tri::Yes => continue,
            Tri::Unknown => {
                out.cannot_tell(route.ix, "RequestValidatorId", validator(&route));
                continue;
            }
            Tri::No => {}
        }
        let (api, function) = (api_of(cx, route.entry), route.function(cx));
        let n = *index.entry((api, route.target(cx))).or_insert_with(|| {
            groups.push(Group { function, api, routes: Vec::new() });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(n) {
            group.routes.push(route);
        }
    }
    for group in groups {
        let message = format!("nothing checks the body of {} before {}", group.words(cx), group.target(cx));
        let label = "no request validator with a model";
        let Some(found) = group.found_at(cx, message, label, validator) else { continue };
        out.push(found.help(advice(
            cx,
            "add `request.schemas` to the event",
            "add `RequestModel` with `ValidateBody: true` to the event, and the model to `Models` of the API",
            "add `RequestModels` and a `RequestValidatorId` whose validator has `ValidateRequestBody: true`",
        )));
    }
}

fn validator<'a>(route: &Route<'a>) -> &'a Val {
    route.entry.props.get("RequestValidatorId")
}
