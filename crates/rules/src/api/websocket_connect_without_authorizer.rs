//! anybody can open a connection to a WebSocket API
//!
//! ## What
//!
//! The `$connect` route of a WebSocket API has neither an authorizer nor IAM authorization, or the API
//! has routes that start a function and no `$connect` route at all. A WebSocket API asks who the caller
//! is when the connection opens and never again.
//!
//! ## Why
//!
//! Somebody opens the address from a script and sends what the application's own pages send: joins
//! rooms, subscribes to events, posts messages in the name of others. Every message starts a function,
//! and a connection stays open for two hours; what the application pushes to all connections reaches the
//! stranger too.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: chat
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   connect:
//!     handler: src/connect.handler
//!     events:
//!       - websocket: # finding
//!           route: $connect
//!   send:
//!     handler: src/send.handler
//!     events:
//!       - websocket: send
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Authorization:
//!     Type: String
//!     Default: NONE # finding
//! Resources:
//!   Connect:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: connect.handler
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/connect
//!       Code: {S3Bucket: code, S3Key: connect.zip}
//!   Api:
//!     Type: AWS::ApiGatewayV2::Api
//!     Properties:
//!       Name: chat
//!       ProtocolType: WEBSOCKET
//!       RouteSelectionExpression: $request.body.action
//!   Integration:
//!     Type: AWS::ApiGatewayV2::Integration
//!     Properties:
//!       ApiId: !Ref Api
//!       IntegrationType: AWS_PROXY
//!       IntegrationUri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Connect.Arn}/invocations
//!   ConnectRoute:
//!     Type: AWS::ApiGatewayV2::Route
//!     Properties:
//!       ApiId: !Ref Api
//!       RouteKey: $connect
//!       AuthorizationType: !Ref Authorization
//!       Target: !Sub integrations/${Integration}
//! ```
//!
//! ```yaml fixed template.yaml
//! Parameters:
//!   Authorization:
//!     Type: String
//!     Default: AWS_IAM # finding
//! Resources:
//!   Connect:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: connect.handler
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/connect
//!       Code: {S3Bucket: code, S3Key: connect.zip}
//!   Api:
//!     Type: AWS::ApiGatewayV2::Api
//!     Properties:
//!       Name: chat
//!       ProtocolType: WEBSOCKET
//!       RouteSelectionExpression: $request.body.action
//!   Integration:
//!     Type: AWS::ApiGatewayV2::Integration
//!     Properties:
//!       ApiId: !Ref Api
//!       IntegrationType: AWS_PROXY
//!       IntegrationUri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Connect.Arn}/invocations
//!   ConnectRoute:
//!     Type: AWS::ApiGatewayV2::Route
//!     Properties:
//!       ApiId: !Ref Api
//!       RouteKey: $connect
//!       AuthorizationType: !Ref Authorization
//!       Target: !Sub integrations/${Integration}
//! ```
//!
//! Routes other than `$connect` have no authorizer and need none:
//!
//! ```yaml good serverless.yml
//! service: chat
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   auth:
//!     handler: src/auth.handler
//!   connect:
//!     handler: src/connect.handler
//!     events:
//!       - websocket:
//!           route: $connect
//!           authorizer: auth
//!   send:
//!     handler: src/send.handler
//!     events:
//!       - websocket: send
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Connect:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: connect.handler
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/connect
//!       Code: {S3Bucket: code, S3Key: connect.zip}
//!   Api:
//!     Type: AWS::ApiGatewayV2::Api
//!     Properties:
//!       Name: chat
//!       ProtocolType: WEBSOCKET
//!       RouteSelectionExpression: $request.body.action
//!   Integration:
//!     Type: AWS::ApiGatewayV2::Integration
//!     Properties:
//!       ApiId: !Ref Api
//!       IntegrationType: AWS_PROXY
//!       IntegrationUri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Connect.Arn}/invocations
//!   ConnectRoute:
//!     Type: AWS::ApiGatewayV2::Route
//!     Properties:
//!       ApiId: !Ref Api
//!       RouteKey: $connect
//!       AuthorizationType: AWS_IAM
//!       Target: !Sub integrations/${Integration}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "connect" {
//!   function_name = "connect"
//!   role          = "arn:aws:iam::123456789012:role/connect"
//!   handler       = "connect.handler"
//!   runtime       = "nodejs22.x"
//!   filename      = "connect.zip"
//! }
//!
//! resource "aws_apigatewayv2_api" "api" {
//!   name          = "chat"
//!   protocol_type = "WEBSOCKET"
//!   route_selection_expression = "$request.body.action"
//! }
//!
//! resource "aws_apigatewayv2_integration" "connect" {
//!   api_id           = aws_apigatewayv2_api.api.id
//!   integration_type = "AWS_PROXY"
//!   integration_uri  = aws_lambda_function.connect.invoke_arn
//! }
//!
//! resource "aws_apigatewayv2_route" "connect" { # finding
//!   api_id    = aws_apigatewayv2_api.api.id
//!   route_key = "$connect"
//!   target    = "integrations/${aws_apigatewayv2_integration.connect.id}"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_lambda_function" "connect" {
//!   function_name = "connect"
//!   role          = "arn:aws:iam::123456789012:role/connect"
//!   handler       = "connect.handler"
//!   runtime       = "nodejs22.x"
//!   filename      = "connect.zip"
//! }
//!
//! resource "aws_apigatewayv2_api" "api" {
//!   name          = "chat"
//!   protocol_type = "WEBSOCKET"
//!   route_selection_expression = "$request.body.action"
//! }
//!
//! resource "aws_apigatewayv2_integration" "connect" {
//!   api_id           = aws_apigatewayv2_api.api.id
//!   integration_type = "AWS_PROXY"
//!   integration_uri  = aws_lambda_function.connect.invoke_arn
//! }
//!
//! resource "aws_apigatewayv2_route" "connect" { # finding
//!   api_id    = aws_apigatewayv2_api.api.id
//!   route_key = "$connect"
//!   target    = "integrations/${aws_apigatewayv2_integration.connect.id}"
//!   authorization_type = "AWS_IAM"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_lambda_function" "connect" {
//!   function_name = "connect"
//!   role          = "arn:aws:iam::123456789012:role/connect"
//!   handler       = "connect.handler"
//!   runtime       = "nodejs22.x"
//!   filename      = "connect.zip"
//! }
//!
//! resource "aws_apigatewayv2_api" "api" {
//!   name          = "chat"
//!   protocol_type = "WEBSOCKET"
//!   route_selection_expression = "$request.body.action"
//! }
//!
//! resource "aws_apigatewayv2_integration" "connect" {
//!   api_id           = aws_apigatewayv2_api.api.id
//!   integration_type = "AWS_PROXY"
//!   integration_uri  = aws_lambda_function.connect.invoke_arn
//! }
//!
//! resource "aws_apigatewayv2_route" "connect" {
//!   api_id    = aws_apigatewayv2_api.api.id
//!   route_key = "$connect"
//!   target    = "integrations/${aws_apigatewayv2_integration.connect.id}"
//!   authorization_type = "AWS_IAM"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Authorization:
//!     Type: String
//! Resources:
//!   Connect:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: connect.handler
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::123456789012:role/connect
//!       Code: {S3Bucket: code, S3Key: connect.zip}
//!   Api:
//!     Type: AWS::ApiGatewayV2::Api
//!     Properties:
//!       Name: chat
//!       ProtocolType: WEBSOCKET
//!       RouteSelectionExpression: $request.body.action
//!   Integration:
//!     Type: AWS::ApiGatewayV2::Integration
//!     Properties:
//!       ApiId: !Ref Api
//!       IntegrationType: AWS_PROXY
//!       IntegrationUri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Connect.Arn}/invocations
//!   ConnectRoute:
//!     Type: AWS::ApiGatewayV2::Route
//!     Properties:
//!       ApiId: !Ref Api
//!       RouteKey: $connect
//!       AuthorizationType: !Ref Authorization
//!       Target: !Sub integrations/${Integration}
//! ```
//!
//! ## How to fix
//!
//! serverless.yml: `authorizer` on the `$connect` event. CloudFormation: `AuthorizationType: CUSTOM` with
//! `AuthorizerId`, or `AWS_IAM`. Browsers cannot send headers with a WebSocket: let the authorizer read a
//! short-lived token from the query string, and keep that out of the logs. Clients without credentials
//! can no longer connect.
//!
//! ## Differs from
//!
//! `CKV_AWS_309` asks every route; here only `$connect`, the only place where a WebSocket API can ask.

use std::collections::BTreeMap;

use super::{Route, advice, api_of, guards};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[306, 1385],
        owasp_serverless: &["S2", "SAS-2"],
        checkov: &["CKV_AWS_309"],
        attack: &["T1190"],
        stride: &["S", "I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let mut apis: BTreeMap<Option<NodeIx>, Vec<Route<'_>>> = BTreeMap::new();
    for (ix, node, entry) in cx.entries().filter(|(_, _, e)| e.protocol == "websocket") {
        apis.entry(api_of(cx, entry)).or_default().push(Route { ix, node, entry });
    }
    for (api, routes) in apis {
        match routes.iter().find(|r| r.entry.path == "$connect") {
            Some(connect) => connected(cx, connect, out),
            None => unasked(cx, api, &routes, out),
        }
    }
}

fn connected(cx: &Cx<'_>, route: &Route<'_>, out: &mut Findings) {
    if cx.settings.is_public_route("$connect", "$connect") || route.entry.public.is_no() {
        return;
    }
    match route.entry.authorization {
        Authorization::None | Authorization::Key => {
            let api =
                api_of(cx, route.entry).map_or_else(|| "a WebSocket API".to_owned(), |ix| cx.subject(ix));
            let message = match route.function(cx) {
                Some(f) => format!(
                    "anybody on the internet can open a connection to {api}: `$connect` ({}) has no authorizer",
                    cx.subject(f)
                ),
                None => {
                    format!(
                        "anybody on the internet can open a connection to {api}: `$connect` has no authorizer"
                    )
                }
            };
            let mut found =
                Found::at_value(route.ix, &route.entry.authorization_at, route.node.span, message)
                    .label("no authorizer on `$connect`")
                    .help(advice(
                        cx,
                        "set `authorizer` on the `$connect` event",
                        "set `AuthorizationType` and `AuthorizerId` on the `$connect` route",
                        "set `AuthorizationType` and `AuthorizerId` on the `$connect` route",
                    ))
                    .evidence("$connect");
            found.proposals = guards(cx, api_of(cx, route.entry), std::slice::from_ref(route));
            out.push(found);
        }
        Authorization::Unknown => {
            out.cannot_tell(route.ix, "AuthorizationType", &route.entry.authorization_at);
        }
        _ => {}
    }
}

/// Without a `$connect` route every connection is accepted.
fn unasked(cx: &Cx<'_>, api: Option<NodeIx>, routes: &[Route<'_>], out: &mut Findings) {
    // An API that is not in the application may have its `$connect` route elsewhere.
    let Some((ix, node)) = api.and_then(|ix| Some((ix, cx.node(ix)?))) else { return };
    let Some(first) = routes.iter().find(|r| r.function(cx).is_some()) else { return };
    out.push(
        Found::new(
            ix,
            node.span,
            "anybody on the internet can open a connection to {subject}: it has no `$connect` route"
                .to_owned(),
        )
        .label("no `$connect` route")
        .also(first.node.span, format!("messages for `{}` start a function", first.entry.path))
        .help("add a `$connect` route with an authorizer")
        .evidence("no $connect"),
    );
}
