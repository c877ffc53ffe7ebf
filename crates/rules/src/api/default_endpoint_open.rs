//! the API answers around its domain with mutual TLS
//!
//! ## What
//!
//! A custom domain of the application asks callers for a certificate (`MutualTlsAuthentication`), is mapped to the API,
//! and the default endpoint of the API (`execute-api`) still answers.
//!
//! ## Why
//!
//! The id of an API is no secret: it is in old clients, in certificate logs, in the answer of every redirect. Whoever
//! calls `https://id.execute-api.region.amazonaws.com` needs no certificate.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Api: # finding
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//!   Domain:
//!     Type: AWS::ApiGateway::DomainName
//!     Properties:
//!       DomainName: api.example.com
//!       MutualTlsAuthentication: {TruststoreUri: "s3://trust/store.pem"}
//!   Map:
//!     Type: AWS::ApiGateway::BasePathMapping
//!     Properties: {DomainName: !Ref Domain, RestApiId: !Ref Api, Stage: prod}
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Api: # finding
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders, DisableExecuteApiEndpoint: true}
//!   Domain:
//!     Type: AWS::ApiGateway::DomainName
//!     Properties:
//!       DomainName: api.example.com
//!       MutualTlsAuthentication: {TruststoreUri: "s3://trust/store.pem"}
//!   Map:
//!     Type: AWS::ApiGateway::BasePathMapping
//!     Properties: {DomainName: !Ref Domain, RestApiId: !Ref Api, Stage: prod}
//! ```
//!
//! ```hcl bad main.tf
//! variable "closed" {
//!   default = false # finding
//! }
//!
//! resource "aws_apigatewayv2_api" "api" {
//!   name                         = "orders"
//!   protocol_type                = "HTTP"
//!   disable_execute_api_endpoint = var.closed
//! }
//!
//! resource "aws_apigatewayv2_domain_name" "api" {
//!   domain_name = "api.example.com"
//!   mutual_tls_authentication {
//!     truststore_uri = "s3://trust/store.pem"
//!   }
//! }
//!
//! resource "aws_apigatewayv2_api_mapping" "api" {
//!   api_id      = aws_apigatewayv2_api.api.id
//!   domain_name = aws_apigatewayv2_domain_name.api.id
//!   stage       = "$default"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! variable "closed" {
//!   default = true # finding
//! }
//!
//! resource "aws_apigatewayv2_api" "api" {
//!   name                         = "orders"
//!   protocol_type                = "HTTP"
//!   disable_execute_api_endpoint = var.closed
//! }
//!
//! resource "aws_apigatewayv2_domain_name" "api" {
//!   domain_name = "api.example.com"
//!   mutual_tls_authentication {
//!     truststore_uri = "s3://trust/store.pem"
//!   }
//! }
//!
//! resource "aws_apigatewayv2_api_mapping" "api" {
//!   api_id      = aws_apigatewayv2_api.api.id
//!   domain_name = aws_apigatewayv2_domain_name.api.id
//!   stage       = "$default"
//! }
//! ```
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Api: # finding
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//!   Domain:
//!     Type: AWS::ApiGateway::DomainName
//!     Properties:
//!       DomainName: api.example.com
//!       MutualTlsAuthentication: {TruststoreUri: "s3://trust/store.pem"}
//!   Map:
//!     Type: AWS::ApiGateway::BasePathMapping
//!     DependsOn: Domain
//!     Properties: {DomainName: api.example.com, RestApiId: !Ref Api, Stage: prod}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders, DisableExecuteApiEndpoint: true}
//!   Domain:
//!     Type: AWS::ApiGateway::DomainName
//!     Properties:
//!       DomainName: api.example.com
//!       MutualTlsAuthentication: {TruststoreUri: "s3://trust/store.pem"}
//!   Map:
//!     Type: AWS::ApiGateway::BasePathMapping
//!     Properties: {DomainName: !Ref Domain, RestApiId: !Ref Api, Stage: prod}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//!   Domain:
//!     Type: AWS::ApiGateway::DomainName
//!     Properties: {DomainName: api.example.com}
//!   Map:
//!     Type: AWS::ApiGateway::BasePathMapping
//!     Properties: {DomainName: !Ref Domain, RestApiId: !Ref Api, Stage: prod}
//! ```
//!
//! ## Cannot tell
//!
//! Domain names and mappings outside of the application are not seen, nor is a firewall that only a distribution in
//! front has.
//!
//! ## How to fix
//!
//! `DisableExecuteApiEndpoint: true` (serverless.yml: `provider.apiGateway.disableDefaultEndpoint`). Clients that still
//! use the old address are refused.

use super::domain_of;
use crate::prelude::*;
use crate::switch;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[288],
        owasp_serverless: &["S2", "SAS-2"],
        attack: &["T1190"],
        stride: &["S"],
        ..References::NONE
    },
    check,
};

const CLOSED: &str = "DisableExecuteApiEndpoint";

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let mappings =
        [("AWS::ApiGateway::BasePathMapping", "RestApiId"), ("AWS::ApiGatewayV2::ApiMapping", "ApiId")];
    let mut done: Vec<NodeIx> = Vec::new();
    for (ty, key) in mappings {
        for (_, mapping) in cx.of_type(ty) {
            let domain = domain_of(cx, mapping);
            let asks = domain.is_some_and(|d| !d.props.get("MutualTlsAuthentication").is_null());
            let Some(api) = cx.graph.resolve(mapping.props.get(key)).filter(|ix| asks && !done.contains(ix))
            else {
                continue;
            };
            done.push(api);
            let Some(node) = cx.node(api) else { continue };
            let message = "{subject} answers around its domain with mutual TLS";
            let Some(found) = switch::off(out, api, node, CLOSED, message) else { continue };
            out.push(
                found
                    .help("set `DisableExecuteApiEndpoint: true`")
                    .fix(Proposal::set(api, CLOSED, true, "close the default endpoint").risky())
                    .or_where_written(node.props.lookup(CLOSED), true),
            );
        }
    }
}
