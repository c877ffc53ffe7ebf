//! a JWT authorizer accepts tokens that were not made for this API
//!
//! ## What
//!
//! A JWT authorizer of an HTTP API names no audience, or an issuer whose address is not `https://`.
//!
//! ## Why
//!
//! A token says for whom it was made. Without an audience every token of the same issuer passes: the one
//! for the newsletter, for the partner's application, for a tenant of the same identity service. Somebody
//! registers an own application there, for nothing, and its tokens open this API. From an issuer without
//! TLS, whoever stands on the way hands out the keys that tokens are checked with.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGatewayV2::Api
//!     Properties:
//!       Name: orders
//!       ProtocolType: HTTP
//!   Authorizer: # finding
//!     Type: AWS::ApiGatewayV2::Authorizer
//!     Properties:
//!       Name: users
//!       ApiId: !Ref Api
//!       AuthorizerType: JWT
//!       IdentitySource: [$request.header.Authorization]
//!       JwtConfiguration:
//!         Issuer: https://id.example.com/
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Issuer:
//!     Type: String
//!     Default: http://id.example.com/ # finding
//! Resources:
//!   Api:
//!     Type: AWS::ApiGatewayV2::Api
//!     Properties:
//!       Name: orders
//!       ProtocolType: HTTP
//!   Authorizer:
//!     Type: AWS::ApiGatewayV2::Authorizer
//!     Properties:
//!       Name: users
//!       ApiId: !Ref Api
//!       AuthorizerType: JWT
//!       IdentitySource: [$request.header.Authorization]
//!       JwtConfiguration:
//!         Issuer: !Ref Issuer
//!         Audience: [orders]
//! ```
//!
//! ```yaml bad serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   httpApi:
//!     authorizers:
//!       users:
//!         type: jwt
//!         identitySource: $request.header.Authorization
//!         issuerUrl: http://id.example.com/ # finding
//!         audience:
//!           - orders
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - httpApi:
//!           method: get
//!           path: /orders
//!           authorizer:
//!             name: users
//! ```
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   httpApi:
//!     authorizers:
//!       users:
//!         type: jwt
//!         identitySource: $request.header.Authorization
//!         issuerUrl: https://id.example.com/
//!         audience:
//!           - orders
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - httpApi:
//!           method: get
//!           path: /orders
//!           authorizer:
//!             name: users
//! ```
//!
//! The start of the issuer's address decides, and a reference is an audience:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Pool:
//!     Type: AWS::Cognito::UserPool
//!   Client:
//!     Type: AWS::Cognito::UserPoolClient
//!     Properties:
//!       UserPoolId: !Ref Pool
//!   Api:
//!     Type: AWS::ApiGatewayV2::Api
//!     Properties:
//!       Name: orders
//!       ProtocolType: HTTP
//!   Authorizer:
//!     Type: AWS::ApiGatewayV2::Authorizer
//!     Properties:
//!       Name: users
//!       ApiId: !Ref Api
//!       AuthorizerType: JWT
//!       IdentitySource: [$request.header.Authorization]
//!       JwtConfiguration:
//!         Issuer: !Sub https://cognito-idp.${AWS::Region}.amazonaws.com/${Pool}
//!         Audience: [!Ref Client]
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_apigatewayv2_api" "api" {
//!   name          = "orders"
//!   protocol_type = "HTTP"
//! }
//!
//! resource "aws_apigatewayv2_authorizer" "jwt" { # finding
//!   api_id           = aws_apigatewayv2_api.api.id
//!   name             = "jwt"
//!   authorizer_type  = "JWT"
//!   identity_sources = ["$request.header.Authorization"]
//!   jwt_configuration {
//!     issuer = "https://login.example.com/"
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_apigatewayv2_api" "api" {
//!   name          = "orders"
//!   protocol_type = "HTTP"
//! }
//!
//! resource "aws_apigatewayv2_authorizer" "jwt" {
//!   api_id           = aws_apigatewayv2_api.api.id
//!   name             = "jwt"
//!   authorizer_type  = "JWT"
//!   identity_sources = ["$request.header.Authorization"]
//!   jwt_configuration {
//!     issuer   = "https://login.example.com/"
//!     audience = ["orders"]
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Issuer:
//!     Type: String
//! Resources:
//!   Api:
//!     Type: AWS::ApiGatewayV2::Api
//!     Properties:
//!       Name: orders
//!       ProtocolType: HTTP
//!   Authorizer:
//!     Type: AWS::ApiGatewayV2::Authorizer
//!     Properties:
//!       Name: users
//!       ApiId: !Ref Api
//!       AuthorizerType: JWT
//!       JwtConfiguration:
//!         Issuer: !Ref Issuer
//!         Audience: [orders]
//! ```
//!
//! ## How to fix
//!
//! Name the audience that the identity service writes into tokens for this API (`aud`; with Cognito
//! access tokens the id of the app client), and an issuer with `https://`: serverless.yml
//! `provider.httpApi.authorizers.*.audience`, SAM and CloudFormation `JwtConfiguration`. Tokens for other
//! applications are refused from then on.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[287, 345],
        owasp_serverless: &["S2", "SAS-2"],
        attack: &["T1550.001"],
        stride: &["S"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::ApiGatewayV2::Authorizer") {
        if node.props.get("AuthorizerType").is("JWT").is_yes() {
            audience(ix, node, out);
            issuer(ix, node, out);
        }
    }
}

/// A setting by its name in a resource, else by that in an OpenAPI document.
fn setting<'a>(node: &'a Node, resource: &str, document: &str) -> &'a Val {
    let val = node.props.lookup(resource);
    if val.is_null() { node.props.lookup(document) } else { val }
}

fn audience(ix: NodeIx, node: &Node, out: &mut Findings) {
    let audience = setting(node, "JwtConfiguration.Audience", "JwtConfiguration.audience");
    if matches!(audience.state, State::Unknown(_)) || audience.as_list().is_some_and(|l| l.open) {
        out.cannot_tell(ix, "Audience", audience);
    } else if audience.items().iter().all(|a| a.is("").is_yes()) {
        out.push(
            Found::at_value(
                ix,
                audience,
                node.span,
                "{subject} accepts any token of its issuer: it names no audience",
            )
            .label("no audience")
            .help("name the audience of tokens for this API")
            .evidence("no audience"),
        );
    }
}

fn issuer(ix: NodeIx, node: &Node, out: &mut Findings) {
    let issuer = setting(node, "JwtConfiguration.Issuer", "JwtConfiguration.issuer");
    if issuer.is_null() {
        return;
    }
    match issuer.starts_with("https://") {
        Tri::Yes => {}
        // The provider URL of a pool of this application starts with https.
        Tri::No | Tri::Unknown if matches!(issuer.state, State::Ref(_)) => {}
        Tri::Unknown => out.cannot_tell(ix, "Issuer", issuer),
        Tri::No => out.push(
            Found::at_value(
                ix,
                issuer,
                node.span,
                format!("{{subject}} takes the keys for its tokens from `{}`, without TLS", issuer.display()),
            )
            .confidence(if issuer.is_known() { Confidence::High } else { Confidence::Medium })
            .label("not `https://`")
            .help("use the issuer's `https://` address")
            .evidence(format!("issuer {}", issuer.display())),
        ),
    }
}
