//! the API asks callers for no certificate
//!
//! ## What
//!
//! A stage of a REST API has no client certificate for its back end, and no custom domain that is mapped to it asks
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

use super::{Kind, domain_of, stages};
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
    let asking = asking(cx);
    for stage in stages(cx).into_iter().filter(|s| s.kind == Kind::Rest) {
        let certificate = stage.props.get("ClientCertificateId");
        let asked = asking.contains(&None) || asking.contains(&stage.api);
        if certificate.is_null() && !asked {
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

/// The APIs behind a domain that asks for certificates; `None` among them is one that cannot be told.
fn asking(cx: &Cx<'_>) -> Vec<Option<NodeIx>> {
    let asks = |node: &Node| !node.props.get("MutualTlsAuthentication").is_null();
    let domains = ["AWS::ApiGateway::DomainName", "AWS::ApiGatewayV2::DomainName"];
    if !domains.iter().any(|ty| cx.of_type(ty).any(|(_, d)| asks(d))) {
        return Vec::new();
    }
    let mappings =
        [("AWS::ApiGateway::BasePathMapping", "RestApiId"), ("AWS::ApiGatewayV2::ApiMapping", "ApiId")];
    let all = mappings.iter().flat_map(|(ty, key)| cx.of_type(ty).map(move |(_, m)| (m, *key)));
    // A mapping whose domain is not in the application may be to the domain that asks.
    let ours = all.filter(|(m, _)| domain_of(cx, m).is_none_or(asks));
    ours.map(|(m, key)| cx.graph.resolve(m.props.get(key))).collect()
}
