//! an API sends requests on to a server without TLS
//!
//! ## What
//!
//! An integration of type HTTP of a REST or HTTP API has an address that starts with `http://` and does not go through a VPC link.
//!
//! ## Why
//!
//! What callers send to the API under TLS, tokens and orders included, goes on from there over the internet in plain text. Whoever stands between the gateway and the server reads it and changes the answers, and nobody at either end can tell.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//!   Get:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !GetAtt Api.RootResourceId
//!       HttpMethod: GET
//!       AuthorizationType: AWS_IAM
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: GET
//!         Uri: http://orders.example.com/list # finding
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//!   Get:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !GetAtt Api.RootResourceId
//!       HttpMethod: GET
//!       AuthorizationType: AWS_IAM
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: GET
//!         Uri: https://orders.example.com/list # finding
//! ```
//!
//! The address is the default of a parameter, and its scheme alone decides:
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Scheme:
//!     Type: String
//!     Default: http
//!   Host:
//!     Type: String
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//!   Get:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !GetAtt Api.RootResourceId
//!       HttpMethod: GET
//!       AuthorizationType: AWS_IAM
//!       Integration:
//!         Type: HTTP
//!         IntegrationHttpMethod: GET
//!         Uri: !Sub ${Scheme}://${Host}/list # finding
//! ```
//!
//! ```yaml bad serverless.yml
//! service: orders
//! provider: {name: aws, runtime: nodejs22.x}
//! functions:
//!   list:
//!     handler: src/list.handler
//!     events:
//!       - http: {method: get, path: /orders, authorizer: aws_iam}
//! resources:
//!   Resources:
//!     Proxy:
//!       Type: AWS::ApiGatewayV2::Integration
//!       Properties:
//!         ApiId: abc123
//!         IntegrationType: HTTP_PROXY
//!         IntegrationMethod: GET
//!         IntegrationUri: http://orders.example.com:8080/list # finding
//!         PayloadFormatVersion: "1.0"
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//!   Get:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !GetAtt Api.RootResourceId
//!       HttpMethod: GET
//!       AuthorizationType: AWS_IAM
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: GET
//!         Uri: https://orders.example.com/list
//! ```
//!
//! Through a VPC link the request does not leave AWS:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//!   Get:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !GetAtt Api.RootResourceId
//!       HttpMethod: GET
//!       AuthorizationType: AWS_IAM
//!       Integration:
//!         Type: HTTP_PROXY
//!         IntegrationHttpMethod: GET
//!         ConnectionType: VPC_LINK
//!         ConnectionId: link-1
//!         Uri: http://orders.internal/list
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_apigatewayv2_api" "api" {
//!   name          = "orders"
//!   protocol_type = "HTTP"
//! }
//!
//! resource "aws_apigatewayv2_integration" "orders" {
//!   api_id             = aws_apigatewayv2_api.api.id
//!   integration_type   = "HTTP_PROXY"
//!   integration_method = "ANY"
//!   integration_uri    = "http://orders.example.com/list" # finding
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_apigatewayv2_api" "api" {
//!   name          = "orders"
//!   protocol_type = "HTTP"
//! }
//!
//! resource "aws_apigatewayv2_integration" "orders" {
//!   api_id             = aws_apigatewayv2_api.api.id
//!   integration_type   = "HTTP_PROXY"
//!   integration_method = "ANY"
//!   integration_uri    = "https://orders.example.com/list" # finding
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_apigatewayv2_api" "api" {
//!   name          = "orders"
//!   protocol_type = "HTTP"
//! }
//!
//! resource "aws_apigatewayv2_integration" "orders" {
//!   api_id             = aws_apigatewayv2_api.api.id
//!   integration_type   = "HTTP_PROXY"
//!   integration_method = "ANY"
//!   integration_uri    = "https://orders.example.com/list"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Target:
//!     Type: String
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//!   Get:
//!     Type: AWS::ApiGateway::Method
//!     Properties:
//!       RestApiId: !Ref Api
//!       ResourceId: !GetAtt Api.RootResourceId
//!       HttpMethod: GET
//!       AuthorizationType: AWS_IAM
//!       Integration: {Type: HTTP_PROXY, IntegrationHttpMethod: GET, Uri: !Ref Target}
//! ```
//!
//! ## How to fix
//!
//! Write `https://` and make sure that the server answers there with a certificate for that name: API Gateway refuses one that nobody known has signed. Where the server is a load balancer of your own, give it a certificate and a name, or a VPC link and no place on the internet. Websites of S3 speak no HTTPS: take the bucket's REST address or a distribution.

use super::{Route, api_of};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[319],
        owasp_serverless: &["S3", "SAS-3"],
        attack: &["T1557", "T1040"],
        stride: &["I", "T"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node, entry) in cx.entries().filter(|(_, _, e)| matches!(e.protocol.as_str(), "rest" | "http")) {
        let integration = entry.props.get("Integration");
        let proxy = Proxy {
            ix,
            node,
            ty: integration.get("Type"),
            uri: integration.get("Uri"),
            connection: integration.get("ConnectionType"),
        };
        let route = Route { ix, node, entry };
        let api = api_of(cx, entry).map_or_else(String::new, |api| format!(" of {}", cx.subject(api)));
        proxy.ask(&format!("{}{api}", route.words()), out);
    }
    for (ix, node) in cx.of_type("AWS::ApiGatewayV2::Integration") {
        let proxy = Proxy {
            ix,
            node,
            ty: node.props.get("IntegrationType"),
            uri: node.props.get("IntegrationUri"),
            connection: node.props.get("ConnectionType"),
        };
        proxy.ask(&format!("integration `{}`", node.name), out);
    }
}

/// An integration that may send requests on.
struct Proxy<'a> {
    ix: NodeIx,
    node: &'a Node,
    ty: &'a Val,
    uri: &'a Val,
    connection: &'a Val,
}

impl Proxy<'_> {
    fn ask(&self, subject: &str, out: &mut Findings) {
        let http = self.ty.as_str().map(str::to_ascii_uppercase);
        if !matches!(http.as_deref(), Some("HTTP" | "HTTP_PROXY")) || self.connection.is("VPC_LINK").is_yes()
        {
            return;
        }
        match self.uri.starts_with("http://") {
            Tri::No => {}
            Tri::Unknown => out.cannot_tell(self.ix, "Uri", self.uri),
            Tri::Yes if !self.connection.is_null() && !self.connection.is_known() => {
                out.cannot_tell(self.ix, "ConnectionType", self.connection);
            }
            Tri::Yes => {
                let text = self.uri.display();
                let host = host(&text);
                out.push(
                    Found::at_value(
                        self.ix,
                        self.uri,
                        self.node.span,
                        format!("{subject} sends what it gets on to `{host}` without TLS"),
                    )
                    .confidence(if self.uri.is_known() { Confidence::High } else { Confidence::Medium })
                    .label("without TLS")
                    .help("write `https://`, or go through a VPC link")
                    .evidence(format!("http://{host}"))
                    .fixes(proposal(self.uri)),
                );
            }
        }
    }
}

fn host(uri: &str) -> &str {
    uri.strip_prefix("http://").and_then(|rest| rest.split(['/', '?']).next()).unwrap_or("")
}

/// Where a port is named, TLS stands behind another; these names have no certificate.
fn proposal(uri: &Val) -> Option<Proposal> {
    const BARE: &[&str] =
        &[".elb.amazonaws.com", ".elasticbeanstalk.com", ".compute.amazonaws.com", "localhost"];
    let text = uri.as_str()?;
    let host = host(text);
    let number = host.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let bare = number || host.contains(".s3-website") || BARE.iter().any(|end| host.ends_with(end));
    if bare || host.is_empty() || host.contains([':', '$', '{']) || !uri.span.is_some() {
        return None;
    }
    let value = text.replacen("http://", "https://", 1);
    let change = Change::Replace { at: uri.span, value: value.as_str().into() };
    Some(Proposal::new("send requests on under TLS", Safety::Unsafe, vec![change]))
}
