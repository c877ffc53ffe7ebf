//! an API writes full requests and responses to its log
//!
//! ## What
//!
//! `DataTraceEnabled` is true in a setting of a stage: API Gateway writes headers, query strings and
//! bodies of every request and response to the execution log.
//!
//! ## Why
//!
//! Bodies hold passwords, card numbers and personal data, headers hold tokens. Logs are read by more
//! people and services than the data itself, are copied to other accounts and kept for years. Somebody
//! with `logs:FilterLogEvents`, a permission given to every developer, reads a session token from the
//! log and acts as that customer.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
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
//!       MethodSettings:
//!         - HttpMethod: '*'
//!           ResourcePath: /*
//!           LoggingLevel: INFO
//!           DataTraceEnabled: true # finding
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Api:
//!     MethodSettings:
//!       - HttpMethod: '*'
//!         ResourcePath: /*
//!         DataTraceEnabled: true # finding
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
//! ```yaml bad serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   logs:
//!     restApi:
//!       fullExecutionData: true # finding
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - http: GET /orders
//! ```
//!
//! The framework logs the data unless told otherwise:
//!
//! ```yaml bad serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   logs:
//!     restApi: true # finding
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - http: GET /orders
//! ```
//!
//! Without execution log there is nowhere to write it:
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   logs:
//!     restApi: {executionLogging: false}
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - http: GET /orders
//! ```
//!
//! Execution logs at level INFO, without the data:
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   logs:
//!     restApi:
//!       level: INFO
//!       fullExecutionData: false
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - http: GET /orders
//! ```
//!
//! ```yaml good template.yaml
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
//!       MethodSettings:
//!         - HttpMethod: '*'
//!           ResourcePath: /*
//!           LoggingLevel: INFO
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
//! resource "aws_api_gateway_stage" "prod" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   deployment_id = aws_api_gateway_deployment.now.id
//!   stage_name    = "prod"
//! }
//!
//! resource "aws_api_gateway_method_settings" "all" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//!   stage_name  = aws_api_gateway_stage.prod.stage_name
//!   method_path = "*/*"
//!   settings {
//!     logging_level      = "INFO"
//!     data_trace_enabled = true # finding
//!   }
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
//! resource "aws_api_gateway_stage" "prod" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   deployment_id = aws_api_gateway_deployment.now.id
//!   stage_name    = "prod"
//! }
//!
//! resource "aws_api_gateway_method_settings" "all" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//!   stage_name  = aws_api_gateway_stage.prod.stage_name
//!   method_path = "*/*"
//!   settings {
//!     logging_level      = "INFO"
//!     data_trace_enabled = false # finding
//!   }
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
//! }
//!
//! resource "aws_api_gateway_method_settings" "all" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//!   stage_name  = aws_api_gateway_stage.prod.stage_name
//!   method_path = "*/*"
//!   settings {
//!     logging_level      = "INFO"
//!     data_trace_enabled = false
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Trace:
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
//!       MethodSettings:
//!         - HttpMethod: '*'
//!           ResourcePath: /*
//!           DataTraceEnabled: !Ref Trace
//! ```
//!
//! ## How to fix
//!
//! Remove `DataTraceEnabled`, or set it to false (serverless.yml:
//! `provider.logs.restApi.fullExecutionData: false`). Callers see no difference and the log costs less.
//! What was written stays: let the log group expire, and treat tokens in it as known to its readers.

use super::{Kind, advice, stages};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Safe,
    since: "0.1.0",
    references: References {
        cwe: &[532],
        owasp_serverless: &["S3"],
        checkov: &["CKV_AWS_276"],
        attack: &["T1552"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for stage in stages(cx).into_iter().filter(|s| s.kind != Kind::Http) {
        for settings in stage.settings() {
            let trace = settings.val.get("DataTraceEnabled");
            match trace.as_bool() {
                // The data is part of the execution log, which is off.
                Some(true) if settings.val.get("LoggingLevel").is("OFF").is_yes() => {}
                Some(true) => out.push(
                    stage
                        .found(cx, trace, "{subject} writes full requests and responses to its log")
                        .at(trace.span.or(settings.val.span))
                        .label("bodies and headers are logged")
                        .help(advice(
                            cx,
                            "set `fullExecutionData: false`",
                            "set `DataTraceEnabled: false`",
                            "set `DataTraceEnabled: false`",
                        ))
                        .evidence("DataTraceEnabled")
                        .fixes(proposal(trace)),
                ),
                None if !trace.is_null() => out.cannot_tell(stage.ix, "DataTraceEnabled", trace),
                _ => {}
            }
        }
        if let Some((key, val)) = stage.unknown_settings() {
            out.cannot_tell(stage.ix, key, val);
        }
    }
}

fn proposal(trace: &Val) -> Option<Proposal> {
    let change = Change::Replace { at: trace.span, value: false.into() };
    let title = "keep bodies and headers out of the log";
    trace.span.is_some().then(|| Proposal::new(title, Safety::Safe, vec![change]))
}
