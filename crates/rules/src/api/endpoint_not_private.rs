//! the API has an endpoint on the internet
//!
//! ## What
//!
//! The endpoint type of a REST API is not `PRIVATE`. A benchmark's question: most APIs are meant for the internet.
//!
//! ## Why
//!
//! What only the own network calls need not answer strangers: one wrong authorizer on a public endpoint is a breach, on
//! a private one it is a bug.
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
//!   Kind: {Type: String, Default: EDGE} # finding
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders, EndpointConfiguration: {Types: [!Ref Kind]}}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders, EndpointConfiguration: {Types: [PRIVATE]}}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_api_gateway_rest_api" "api" { # finding
//!   name = "orders"
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
//!   Kind: {Type: String}
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders, EndpointConfiguration: {Types: [!Ref Kind]}}
//! ```
//!
//! ## How to fix
//!
//! `EndpointConfiguration: {Types: [PRIVATE]}` with a VPC endpoint and a policy that names it.

use crate::prelude::*;
use crate::switch::absent_or;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[668],
        owasp_serverless: &["S6", "SAS-3"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::ApiGateway::RestApi") {
        let types = node.props.lookup("EndpointConfiguration.Types");
        let private = types.items().iter().fold(Tri::No, |any, t| any.or(t.is("PRIVATE")));
        match private {
            Tri::Yes => {}
            Tri::Unknown => out.cannot_tell(ix, "EndpointConfiguration", types),
            Tri::No => {
                let at = types.items().first().unwrap_or(types);
                let message = "{subject} has an endpoint on the internet";
                out.push(
                    absent_or(ix, node, "EndpointConfiguration", at, "not `PRIVATE`", message)
                        .help("set `EndpointConfiguration: {Types: [PRIVATE]}` if only the own network calls it")
                        .evidence("not private"),
                );
            }
        }
    }
}
