//! the API asks callers for no certificate
//!
//! ## What
//!
//! A stage of a REST API has no client certificate for its back end, and no custom domain of the application asks
//! callers for theirs (mutual TLS). A benchmark's question.
//!
//! ## Why
//!
//! With mutual TLS a stolen token is not enough: who calls needs a key that never travels. For calls between companies
//! or devices it keeps the internet out altogether.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//!   Stage: # finding
//!     Type: AWS::ApiGateway::Stage
//!     Properties: {RestApiId: !Ref Api, DeploymentId: d, StageName: prod}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! functions:
//!   order:
//!     handler: order.handler
//!     events:
//!       - http: POST /orders # finding
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//!   Stage:
//!     Type: AWS::ApiGateway::Stage
//!     Properties: {RestApiId: !Ref Api, DeploymentId: d, StageName: prod}
//!   Domain:
//!     Type: AWS::ApiGateway::DomainName
//!     Properties:
//!       DomainName: api.example.com
//!       MutualTlsAuthentication: {TruststoreUri: "s3://trust/store.pem"}
//!   Map:
//!     Type: AWS::ApiGateway::BasePathMapping
//!     Properties: {DomainName: !Ref Domain, RestApiId: !Ref Api, Stage: !Ref Stage}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_stage" "prod" { # finding
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   deployment_id = "d"
//!   stage_name    = "prod"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_stage" "prod" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   deployment_id = "d"
//!   stage_name    = "prod"
//!   client_certificate_id = "c1"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Domain names outside of the application are not seen.
//!
//! ## How to fix
//!
//! A custom domain with `MutualTlsAuthentication` and `DisableExecuteApiEndpoint: true` for callers;
//! `ClientCertificateId` of the stage for the back end.

use super::{Kind, stages};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[295],
        owasp_serverless: &["S2", "SAS-2"],
        checkov: &["CKV2_AWS_51"],
        aws: &["APIGateway.2"],
        stride: &["S"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let domains =
        cx.of_type("AWS::ApiGateway::DomainName").chain(cx.of_type("AWS::ApiGatewayV2::DomainName"));
    if domains.into_iter().any(|(_, d)| !d.props.get("MutualTlsAuthentication").is_null()) {
        return;
    }
    for stage in stages(cx).into_iter().filter(|s| s.kind == Kind::Rest) {
        let certificate = stage.props.get("ClientCertificateId");
        if certificate.is_null() {
            out.push(
                stage
                    .found(cx, certificate, "{subject} asks nobody for a certificate")
                    .label("neither mutual TLS nor a client certificate")
                    .help("map a custom domain with `MutualTlsAuthentication`, or set `ClientCertificateId`")
                    .evidence("no certificate"),
            );
        }
    }
}
