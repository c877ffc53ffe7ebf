//! a REST API has an endpoint on the internet
//!
//! ## What
//!
//! The endpoint type of a REST API is not `PRIVATE`. Left out it is `EDGE`, for SAM and serverless.yml too. HTTP, WebSocket and GraphQL APIs have other words for it and are not asked.
//!
//! ## Why
//!
//! An API that only the own network needs is safest where only that network reaches it. On the internet a route whose authorizer somebody forgot is open to everybody. Most APIs are meant to be public: this finding is for lists that ask for it.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Api: # finding
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Type:
//!     Type: String
//!     Default: REGIONAL # finding
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders, EndpointConfiguration: {Types: [!Ref Type]}}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders, EndpointConfiguration: {Types: [PRIVATE]}}
//! ```
//!
//! The framework writes the type in capital letters:
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   endpointType: private
//!   vpcEndpointIds: [vpce-123]
//!   apiGateway:
//!     resourcePolicy:
//!       - Effect: Allow
//!         Principal: "*"
//!         Action: execute-api:Invoke
//!         Resource: execute-api:/*
//!         Condition: {StringEquals: {"aws:SourceVpce": vpce-123}}
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - http: GET /orders
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//!   endpoint_configuration {
//!     types = ["REGIONAL"] # finding
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//!   endpoint_configuration {
//!     types = ["PRIVATE"]
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Type:
//!     Type: String
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders, EndpointConfiguration: {Types: [!Ref Type]}}
//! ```
//!
//! ## How to fix
//!
//! Where only the own network calls: `EndpointConfiguration: {Types: [PRIVATE]}` (serverless.yml: `provider.endpointType: PRIVATE`), an interface endpoint for `execute-api` and a resource policy that names it. Everybody else is refused from then on; the endpoint costs some 0.01 US dollars an hour in each zone.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[668],
        owasp_serverless: &["SAS-3"],
        attack: &["T1190"],
        stride: &["I"],
        others: &["API_GW_ENDPOINT_TYPE_CHECK"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::ApiGateway::RestApi") {
        let types = node.props.lookup("EndpointConfiguration.Types");
        match types.items().iter().fold(Tri::No, |a, t| a.or(t.is("PRIVATE"))) {
            Tri::Yes => {}
            Tri::Unknown => out.cannot_tell(ix, "EndpointConfiguration.Types", types),
            Tri::No => {
                let at = types.items().first().unwrap_or(types);
                let words = if at.span.is_some() { "not `PRIVATE`" } else { "no `EndpointConfiguration`" };
                out.push(
                    Found::at_value(ix, at, node.span, "{subject} has an endpoint on the internet")
                        .label(words)
                        .help("set the endpoint type to `PRIVATE` where only your own network calls the API")
                        .evidence("EndpointConfiguration"),
                );
            }
        }
    }
}
