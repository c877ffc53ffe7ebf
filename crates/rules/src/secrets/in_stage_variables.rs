//! a stage variable of an API holds a secret in clear
//!
//! ## What
//!
//! A variable of a REST, HTTP or WebSocket stage is written in clear and is a secret, judged as in
//! `secrets-in-function-environment`.
//!
//! ## Why
//!
//! Stage variables are sent with every request to the integration, stand in its logs, and are read by whoever may call
//! `apigateway:GET` on the stage.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::Serverless::Api
//!     Properties:
//!       StageName: live
//!       Variables:
//!         backendPassword: hunter2-x9 # finding
//! ```
//!
//! ```yaml bad api.yaml
//! Parameters:
//!   Key: {Type: String, Default: 9fX2mQ7vLk3RtY8pWz1a}
//! Resources:
//!   Api:
//!     Type: AWS::ApiGatewayV2::Api
//!     Properties: {Name: shop, ProtocolType: HTTP}
//!   Stage:
//!     Type: AWS::ApiGatewayV2::Stage
//!     Properties:
//!       ApiId: !Ref Api
//!       StageName: live
//!       StageVariables:
//!         apiKey: !Ref Key # finding
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::Serverless::Api
//!     Properties:
//!       StageName: live
//!       Variables:
//!         function: orders-live
//!         passwordPolicy: strict
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_apigatewayv2_api" "shop" {
//!   name          = "shop"
//!   protocol_type = "HTTP"
//! }
//!
//! resource "aws_apigatewayv2_stage" "live" {
//!   api_id = aws_apigatewayv2_api.shop.id
//!   name   = "live"
//!   stage_variables = {
//!     apiKey = "9fX2mQ7vLk3RtY8pWz1a" # finding
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_api_gateway_rest_api" "shop" {
//!   name = "shop"
//! }
//!
//! resource "aws_api_gateway_stage" "live" {
//!   rest_api_id   = aws_api_gateway_rest_api.shop.id
//!   deployment_id = "d1"
//!   stage_name    = "live"
//!   variables = {
//!     function = "orders-live"
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A variable whose value the files do not hold is no finding.
//!
//! ## How to fix
//!
//! **Rotate the secret first.** Let the function behind the stage read it by its name from Secrets Manager or Parameter
//! Store; a stage variable may hold that name.

use super::literals;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::Medium,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[522, 798],
        owasp_serverless: &["S3", "SAS-7"],
        attack: &["T1552"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

const PLACES: &[(&str, &str)] = &[
    ("AWS::ApiGateway::Stage", "Variables"),
    ("AWS::ApiGatewayV2::Stage", "StageVariables"),
    ("AWS::ApiGateway::Deployment", "StageDescription.Variables"),
];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ty, path) in PLACES {
        for (ix, node) in cx.of_type(ty) {
            for (variable, what, confidence) in literals(node.props.at(path), out) {
                out.push(
                    Found::new(
                        ix,
                        variable.key_span.or(node.span),
                        format!("variable `{}` of {{subject}} holds {what} in clear", variable.key),
                    )
                    .confidence(confidence)
                    .label("sent with every request and readable in the stage's settings")
                    .help("rotate it, and let the function read it by its name")
                    .evidence(variable.key.as_str()),
                );
            }
        }
    }
}
