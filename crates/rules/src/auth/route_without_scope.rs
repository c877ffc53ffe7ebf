//! a route that changes something asks its token for no scope
//!
//! ## What
//!
//! A route for POST, PUT, PATCH, DELETE or any method under a Cognito or JWT authorizer names no scope. The routes of one API that reach one function are one finding.
//!
//! ## Why
//!
//! A token without a scope says only who somebody is. Whatever application a user signed in to, its token does everything here that the user may do: a reporting tool that was to read orders cancels them, when it is taken over or wants to. A REST API without scopes moreover takes ID tokens, which are made for the client and travel further than access tokens.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Create:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: create.handler
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/create
//!       Code: {S3Bucket: code, S3Key: create.zip}
//!   Api:
//!     Type: AWS::ApiGatewayV2::Api
//!     Properties: {Name: orders, ProtocolType: HTTP}
//!   Users:
//!     Type: AWS::ApiGatewayV2::Authorizer
//!     Properties:
//!       ApiId: !Ref Api
//!       Name: users
//!       AuthorizerType: JWT
//!       IdentitySource: [$request.header.Authorization]
//!       JwtConfiguration: {Issuer: https://id.example.com/, Audience: [orders]}
//!   Integration:
//!     Type: AWS::ApiGatewayV2::Integration
//!     Properties:
//!       ApiId: !Ref Api
//!       IntegrationType: AWS_PROXY
//!       IntegrationUri: !GetAtt Create.Arn
//!       PayloadFormatVersion: "2.0"
//!   Post: # finding
//!     Type: AWS::ApiGatewayV2::Route
//!     Properties:
//!       ApiId: !Ref Api
//!       RouteKey: POST /orders
//!       AuthorizationType: JWT
//!       AuthorizerId: !Ref Users
//!       Target: !Sub integrations/${Integration}
//! ```
//!
//! The authorizer comes from the defaults of the API:
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   HttpApi:
//!     Auth:
//!       DefaultAuthorizer: Users
//!       Authorizers:
//!         Users:
//!           IdentitySource: $request.header.Authorization
//!           JwtConfiguration: {issuer: https://id.example.com/, audience: [orders]}
//! Resources:
//!   Create:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: create.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         Post:
//!           Type: HttpApi
//!           Properties: {Path: /orders, Method: post}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: orders
//! provider: {name: aws, runtime: nodejs22.x}
//! functions:
//!   create:
//!     handler: src/create.handler
//!     events:
//!       - http:
//!           method: post
//!           path: /orders
//!           authorizer:
//!             arn: arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a
//! ```
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider: {name: aws, runtime: nodejs22.x}
//! functions:
//!   create:
//!     handler: src/create.handler
//!     events:
//!       - http:
//!           method: post
//!           path: /orders
//!           authorizer:
//!             arn: arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a
//!             scopes: [orders/write]
//! ```
//!
//! Reading needs no scope of its own:
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider: {name: aws, runtime: nodejs22.x}
//! functions:
//!   list:
//!     handler: src/list.handler
//!     events:
//!       - http:
//!           method: get
//!           path: /orders
//!           authorizer:
//!             arn: arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   HttpApi:
//!     Auth:
//!       DefaultAuthorizer: Users
//!       Authorizers:
//!         Users:
//!           AuthorizationScopes: [orders/write]
//!           IdentitySource: $request.header.Authorization
//!           JwtConfiguration: {issuer: https://id.example.com/, audience: [orders]}
//! Resources:
//!   Create:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: create.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         Post:
//!           Type: HttpApi
//!           Properties: {Path: /orders, Method: post}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_authorizer" "users" {
//!   name          = "users"
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   type          = "COGNITO_USER_POOLS"
//!   provider_arns = ["arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a"]
//! }
//!
//! resource "aws_api_gateway_method" "post" { # finding
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   resource_id   = aws_api_gateway_rest_api.api.root_resource_id
//!   http_method   = "POST"
//!   authorization = "COGNITO_USER_POOLS"
//!   authorizer_id = aws_api_gateway_authorizer.users.id
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_authorizer" "users" {
//!   name          = "users"
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   type          = "COGNITO_USER_POOLS"
//!   provider_arns = ["arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a"]
//! }
//!
//! resource "aws_api_gateway_method" "post" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   resource_id   = aws_api_gateway_rest_api.api.root_resource_id
//!   http_method   = "POST"
//!   authorization = "COGNITO_USER_POOLS"
//!   authorizer_id = aws_api_gateway_authorizer.users.id
//!
//!   authorization_scopes = ["orders/write"]
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```hcl unknown main.tf
//! variable "scopes" {
//!   type = list(string)
//! }
//!
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_authorizer" "users" {
//!   name          = "users"
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   type          = "COGNITO_USER_POOLS"
//!   provider_arns = ["arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_a"]
//! }
//!
//! resource "aws_api_gateway_method" "post" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   resource_id   = aws_api_gateway_rest_api.api.root_resource_id
//!   http_method   = "POST"
//!   authorization = "COGNITO_USER_POOLS"
//!   authorizer_id = aws_api_gateway_authorizer.users.id
//!
//!   authorization_scopes = var.scopes
//! }
//! ```
//!
//! ## How to fix
//!
//! Declare scopes where tokens are made (Cognito: a resource server) and name the one that a route needs: `AuthorizationScopes`, in SAM too (event or authorizer), in serverless.yml `authorizer.scopes`. Clients have to ask for the scope when users sign in; tokens without it are refused.

use std::collections::BTreeMap;

use crate::api::{Group, Route, advice, api_of, routes};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[863],
        owasp_serverless: &["S5", "SAS-4"],
        attack: &["T1550.001"],
        stride: &["E"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let mut groups: Vec<Group<'_>> = Vec::new();
    let mut index: BTreeMap<(Option<NodeIx>, String), usize> = BTreeMap::new();
    for route in routes(cx).into_iter().filter(Route::mutating) {
        if !matches!(route.entry.authorization, Authorization::Cognito | Authorization::Jwt) {
            continue;
        }
        let scopes = scopes(cx, &route);
        if !scopes.is_known() || scopes.as_list().is_some_and(|l| l.open && l.items.is_empty()) {
            out.cannot_tell(route.ix, "AuthorizationScopes", scopes);
            continue;
        }
        if scopes.items().iter().any(|s| !s.is("").is_yes()) {
            continue;
        }
        let (api, function) = (api_of(cx, route.entry), route.function(cx));
        let n = *index.entry((api, route.target(cx))).or_insert_with(|| {
            groups.push(Group { function, api, routes: Vec::new() });
            groups.len() - 1
        });
        if let Some(group) = groups.get_mut(n) {
            group.routes.push(route);
        }
    }
    for group in groups {
        let asks = if group.routes.len() == 1 { "asks" } else { "ask" };
        let message = format!("{} {asks} for no scope: every valid token passes", group.words(cx));
        let Some(found) = group.found_at(cx, message, "no scope", written) else { continue };
        out.push(found.help(advice(
            cx,
            "name the scope in `authorizer.scopes` of the event",
            "name the scope in `AuthorizationScopes` of the event or the authorizer",
            "name the scope in `AuthorizationScopes` of the route",
        )));
    }
}

/// The scopes that a route itself names.
fn written<'a>(route: &Route<'a>) -> &'a Val {
    route.entry.props.get("AuthorizationScopes")
}

/// The scopes of a route: its own, or those that its operation's document asks of the authorizer.
fn scopes<'a>(cx: &Cx<'a>, route: &Route<'a>) -> &'a Val {
    let props = &route.entry.props;
    let Some(operation) = props.entry("Operation") else { return written(route) };
    let own = operation.val.entry("security").map(|e| &e.val);
    let api = route.entry.api.and_then(|ix| cx.node(ix));
    let security = own.or_else(|| api.map(|n| n.props.at("Body.security"))).unwrap_or(Val::null());
    let requirements = security.items().iter().flat_map(Val::entries);
    let lists = || requirements.clone().map(|e| &e.val);
    lists().find(|v| !v.items().is_empty()).or_else(|| lists().next()).unwrap_or(security)
}
