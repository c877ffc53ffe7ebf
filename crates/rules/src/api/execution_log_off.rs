//! an API does not log errors of its integrations and authorizers
//!
//! ## What
//!
//! A stage of a REST or WebSocket API has no settings for all methods with `LoggingLevel` `INFO` or
//! `ERROR`, or switches it off for one method. HTTP APIs have no execution log.
//!
//! ## Why
//!
//! The execution log says why the gateway refused or failed: which authorizer answered what, which
//! validation failed, which integration was not permitted. Somebody probes the authorizer with forged
//! tokens for a week; without that log the probing is a number of 403 in a metric, and when one
//! succeeds nobody can say how.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Level:
//!     Type: String
//!     Default: 'OFF' # finding
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
//!           LoggingLevel: !Ref Level
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
//!       - http: GET /orders
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Api:
//!     MethodSettings:
//!       - HttpMethod: '*'
//!         ResourcePath: /*
//!         LoggingLevel: ERROR
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
//! An HTTP API has no execution log to switch on:
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - httpApi: GET /orders
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
//!     logging_level = "OFF" # finding
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
//!     logging_level = "ERROR" # finding
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
//!     logging_level = "ERROR"
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Level:
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
//!           LoggingLevel: !Ref Level
//! ```
//!
//! ## How to fix
//!
//! serverless.yml: `provider.logs.restApi.level: ERROR` (with `executionLogging` on, the default). SAM and
//! CloudFormation: `MethodSettings` for `*` and `/*` with `LoggingLevel: ERROR`; WebSocket:
//! `DefaultRouteSettings.LoggingLevel`. The account needs a role for these logs
//! (`AWS::ApiGateway::Account`). `ERROR` writes little; leave `DataTraceEnabled` off.

use super::{Kind, Stage, advice, stages};
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
        checkov: &["CKV2_AWS_4"],
        aws: &["APIGateway.1"],
        attack: &[],
        stride: &["R"],
        others: &[],
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for stage in stages(cx).into_iter().filter(|s| s.kind != Kind::Http) {
        if let Some((key, val)) = stage.unknown_settings() {
            out.cannot_tell(stage.ix, key, val);
            continue;
        }
        let mut general = false;
        for settings in stage.settings() {
            let level = settings.val.get("LoggingLevel");
            match level.as_str() {
                Some("INFO" | "ERROR") => general |= settings.everywhere,
                Some(text) => {
                    general |= settings.everywhere;
                    file(cx, &stage, level, text, out);
                }
                None if level.is_null() => {}
                None => {
                    general |= settings.everywhere;
                    out.cannot_tell(stage.ix, "LoggingLevel", level);
                }
            }
        }
        if !general {
            file(cx, &stage, Val::null(), "", out);
        }
    }
}

fn file(cx: &Cx<'_>, stage: &Stage<'_>, level: &Val, text: &str, out: &mut Findings) {
    let label = if text.is_empty() { "no `LoggingLevel` for all methods" } else { "no execution log" };
    out.push(
        stage
            .found(cx, level, "{subject} does not log why requests were refused or failed")
            .label(label)
            .help(match stage.kind {
                Kind::Rest => advice(
                    cx,
                    "set `provider.logs.restApi.level: ERROR`",
                    "add `MethodSettings` for `*` and `/*` with `LoggingLevel: ERROR`",
                    "add `MethodSettings` for `*` and `/*` with `LoggingLevel: ERROR`",
                ),
                _ => advice(
                    cx,
                    "set `provider.logs.websocket.level: ERROR`",
                    "set `DefaultRouteSettings.LoggingLevel: ERROR`",
                    "set `DefaultRouteSettings.LoggingLevel: ERROR`",
                ),
            })
            .evidence(format!("LoggingLevel {text}"))
            .fixes(proposal(cx, stage, level)),
    );
}

/// API Gateway refuses the setting in an account that gave it no role for logs.
fn proposal(cx: &Cx<'_>, stage: &Stage<'_>, level: &Val) -> Option<Proposal> {
    let change = if !level.is_null() && level.span.is_some() {
        Change::Replace { at: level.span, value: "ERROR".into() }
    } else if stage.kind == Kind::WebSocket {
        let path = "DefaultRouteSettings.LoggingLevel".into();
        Change::Set { node: stage.ix, path, value: "ERROR".into() }
    } else {
        return None;
    };
    let mut accounts = cx.of_type("AWS::ApiGateway::Account");
    let role = accounts.any(|(_, n)| !n.props.get("CloudWatchRoleArn").is_null());
    let safety = if role { Safety::Safe } else { Safety::Unsafe };
    Some(Proposal::new("log errors of the gateway", safety, vec![change]))
}
