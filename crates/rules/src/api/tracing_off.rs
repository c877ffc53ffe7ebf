//! an API does not trace requests
//!
//! ## What
//!
//! A stage of a REST API has tracing off, which is the default. HTTP and WebSocket APIs cannot be traced.
//!
//! ## Why
//!
//! A trace connects a request at the gateway with the functions, tables and other services it touched.
//! After an attack that is the question: the stolen token was used for these ten requests, what did
//! each of them reach? Without traces somebody joins log groups by time and guesses.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Api:
//!     TracingEnabled: false # finding
//! Resources:
//!   Orders:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         Get:
//!           Type: Api
//!           Properties:
//!             Path: /orders
//!             Method: get
//! ```
//!
//! ```yaml fixed template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Api:
//!     TracingEnabled: true # finding
//! Resources:
//!   Orders:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         Get:
//!           Type: Api
//!           Properties:
//!             Path: /orders
//!             Method: get
//! ```
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: orders
//!   Stage: # finding
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: abc123
//!       StageName: prod
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: orders
//!   Stage: # finding
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: abc123
//!       StageName: prod
//!       TracingEnabled: true
//! ```
//!
//! ```yaml bad serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   tracing:
//!     lambda: true
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - http: GET /orders
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   tracing:
//!     lambda: true
//!     apiGateway: true
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - http: GET /orders
//! ```
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   tracing:
//!     apiGateway: true
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - http: GET /orders
//! ```
//!
//! An HTTP API cannot be traced:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGatewayV2::Api
//!     Properties:
//!       Name: orders
//!       ProtocolType: HTTP
//!   Stage:
//!     Type: AWS::ApiGatewayV2::Stage
//!     Properties:
//!       ApiId: !Ref Api
//!       StageName: $default
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_deployment" "now" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//! }
//!
//! resource "aws_api_gateway_stage" "prod" { # finding
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   deployment_id = aws_api_gateway_deployment.now.id
//!   stage_name    = "prod"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_deployment" "now" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//! }
//!
//! resource "aws_api_gateway_stage" "prod" { # finding
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   deployment_id = aws_api_gateway_deployment.now.id
//!   stage_name    = "prod"
//!   xray_tracing_enabled = true
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_deployment" "now" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//! }
//!
//! resource "aws_api_gateway_stage" "prod" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   deployment_id = aws_api_gateway_deployment.now.id
//!   stage_name    = "prod"
//!   xray_tracing_enabled = true
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Tracing:
//!     Type: String
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties:
//!       Name: orders
//!   Stage:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: abc123
//!       StageName: prod
//!       TracingEnabled: !Ref Tracing
//! ```
//!
//! ## How to fix
//!
//! serverless.yml: `provider.tracing.apiGateway: true`. SAM and CloudFormation: `TracingEnabled: true`.
//! Traces cost 5 US dollars a million recorded; the default sampling records one request a second and
//! 5 % of the rest.

use super::{Kind, advice, stages};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Safe,
    since: "0.1.0",
    references: References {
        cwe: &[778],
        owasp_serverless: &["S10", "SAS-5"],
        checkov: &["CKV_AWS_73"],
        aws: &["APIGateway.3"],
        attack: &[],
        stride: &["R"],
        others: &["AWS-0003", "AWS-0111"],
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for stage in stages(cx).into_iter().filter(|s| s.kind == Kind::Rest) {
        let tracing = stage.props.lookup("TracingEnabled");
        match tracing.as_bool() {
            Some(true) => {}
            None if !tracing.is_null() => out.cannot_tell(stage.ix, "TracingEnabled", tracing),
            _ => out.push(
                stage
                    .found(cx, tracing, "requests to {subject} are not traced")
                    .label("tracing is off")
                    .help(advice(
                        cx,
                        "set `provider.tracing.apiGateway: true`",
                        "set `TracingEnabled: true`",
                        "set `TracingEnabled: true`",
                    ))
                    .evidence("TracingEnabled")
                    .fix(Proposal::set(stage.ix, &stage.path("TracingEnabled"), true, "trace requests")),
            ),
        }
    }
}
