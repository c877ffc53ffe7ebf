//! a public API has no web application firewall
//!
//! ## What
//!
//! A stage of a REST API that the internet can reach has no association with a web ACL, and no CloudFront
//! distribution of the application with a web ACL stands before the API. HTTP and WebSocket APIs cannot
//! carry a web ACL: they are silent unless a CloudFront distribution of the application stands before
//! them and has none.
//!
//! ## Why
//!
//! A web ACL drops requests before they start a function: known bad addresses, requests above a rate for
//! each address, injection strings, the first wave after a new vulnerability of a framework. Without
//! it each of them is paid for and reaches the code; an attacker who spreads a password-guessing run
//! over a night meets nothing that counts attempts by address.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function:
//!     Runtime: nodejs22.x
//! Resources:
//!   Api: # finding
//!     Type: AWS::Serverless::Api
//!     Properties:
//!       StageName: prod
//!   Orders:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: orders.handler
//!       CodeUri: src
//!       Events:
//!         Get:
//!           Type: Api
//!           Properties:
//!             RestApiId: !Ref Api
//!             Path: /orders
//!             Method: get
//! ```
//!
//! ```yaml bad serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - http: GET /orders
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Api:
//!     Type: AWS::Serverless::Api
//!     Properties:
//!       StageName: prod
//!   Orders:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         Get:
//!           Type: Api
//!           Properties:
//!             RestApiId: !Ref Api
//!             Path: /orders
//!             Method: get
//!   Firewall:
//!     Type: AWS::WAFv2::WebACLAssociation
//!     Properties:
//!       ResourceArn: !Sub arn:aws:apigateway:${AWS::Region}::/restapis/${Api}/stages/${Api.Stage}
//!       WebACLArn: arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/main/1
//! ```
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! plugins:
//!   - serverless-associate-waf
//! custom:
//!   associateWaf:
//!     name: main
//!     version: V2
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - http: GET /orders
//! ```
//!
//! An HTTP API cannot carry a web ACL:
//!
//! ```yaml good serverless.yml
//! service: orders
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//! functions:
//!   orders:
//!     handler: src/orders.handler
//!     events:
//!       - httpApi: GET /orders
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   role          = "arn:aws:iam::123456789012:role/orders"
//!   handler       = "orders.handler"
//!   runtime       = "nodejs22.x"
//!   filename      = "orders.zip"
//! }
//!
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_resource" "orders" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//!   parent_id   = aws_api_gateway_rest_api.api.root_resource_id
//!   path_part   = "orders"
//! }
//!
//! resource "aws_api_gateway_method" "get" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   resource_id   = aws_api_gateway_resource.orders.id
//!   http_method   = "GET"
//!   authorization = "AWS_IAM"
//! }
//!
//! resource "aws_api_gateway_integration" "get" {
//!   rest_api_id             = aws_api_gateway_rest_api.api.id
//!   resource_id             = aws_api_gateway_resource.orders.id
//!   http_method             = aws_api_gateway_method.get.http_method
//!   integration_http_method = "POST"
//!   type                    = "AWS_PROXY"
//!   uri                     = aws_lambda_function.orders.invoke_arn
//! }
//!
//! resource "aws_api_gateway_deployment" "now" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//! }
//!
//! resource "aws_api_gateway_stage" "prod" { # finding
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   deployment_id = aws_api_gateway_deployment.now.id
//!   stage_name    = "prod"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   role          = "arn:aws:iam::123456789012:role/orders"
//!   handler       = "orders.handler"
//!   runtime       = "nodejs22.x"
//!   filename      = "orders.zip"
//! }
//!
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_resource" "orders" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//!   parent_id   = aws_api_gateway_rest_api.api.root_resource_id
//!   path_part   = "orders"
//! }
//!
//! resource "aws_api_gateway_method" "get" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   resource_id   = aws_api_gateway_resource.orders.id
//!   http_method   = "GET"
//!   authorization = "AWS_IAM"
//! }
//!
//! resource "aws_api_gateway_integration" "get" {
//!   rest_api_id             = aws_api_gateway_rest_api.api.id
//!   resource_id             = aws_api_gateway_resource.orders.id
//!   http_method             = aws_api_gateway_method.get.http_method
//!   integration_http_method = "POST"
//!   type                    = "AWS_PROXY"
//!   uri                     = aws_lambda_function.orders.invoke_arn
//! }
//!
//! resource "aws_api_gateway_deployment" "now" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//! }
//!
//! resource "aws_api_gateway_stage" "prod" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   deployment_id = aws_api_gateway_deployment.now.id
//!   stage_name    = "prod"
//! }
//!
//! resource "aws_wafv2_web_acl_association" "api" {
//!   resource_arn = aws_api_gateway_stage.prod.arn
//!   web_acl_arn  = "arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/api/11111111-2222-3333-4444-555555555555"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Protected:
//!     Type: String
//! Resources:
//!   Orders:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         Get:
//!           Type: Api
//!           Properties:
//!             Path: /orders
//!             Method: get
//!   Firewall:
//!     Type: AWS::WAFv2::WebACLAssociation
//!     Properties:
//!       ResourceArn: !Ref Protected
//!       WebACLArn: arn:aws:wafv2:eu-west-1:123456789012:regional/webacl/main/1
//! ```
//!
//! ## How to fix
//!
//! Add an `AWS::WAFv2::WebACL` with a rate rule and the managed core rules, and an
//! `AWS::WAFv2::WebACLAssociation` for the stage (serverless.yml: under `resources`, or the plugin
//! serverless-associate-waf). It costs about 5 US dollars a month for the ACL, 1 a rule, and 0.60 a
//! million requests. Start with the rules in count mode: false alarms refuse real callers.
//!
//! ## Differs from
//!
//! `CKV2_AWS_29` and `APIGateway.4` do not count a web ACL of a CloudFront distribution before the API.

use std::collections::BTreeSet;

use super::{Kind, Stage, refers_to, stages};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[693],
        owasp_serverless: &["SAS-8"],
        checkov: &["CKV2_AWS_29"],
        aws: &["APIGateway.4"],
        attack: &["T1190", "T1110"],
        stride: &["D"],
        others: &[],
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for stage in stages(cx) {
        if !stage.public(cx).is_yes() {
            continue;
        }
        match stage.kind {
            Kind::Rest => rest(cx, &stage, out),
            _ => behind_cloudfront(cx, &stage, out),
        }
    }
}

fn rest(cx: &Cx<'_>, stage: &Stage<'_>, out: &mut Findings) {
    if distributions(cx, stage).any(|(_, d)| !acl(d).is_null()) {
        return;
    }
    let mut answer = stage.routes(cx).iter().fold(Tri::No, |a, r| a.or(r.entry.waf));
    let mut open = Val::null();
    for (_, association) in cx.graph.iter().filter(|(_, n)| n.ty.ends_with("::WebACLAssociation")) {
        let arn = association.props.get("ResourceArn");
        if refers_to(cx.graph, arn, stage.ix) || stage.api.is_some_and(|api| refers_to(cx.graph, arn, api)) {
            answer = Tri::Yes;
        } else if matches!(arn.state, State::Unknown(_)) {
            answer = answer.or(Tri::Unknown);
            open = arn;
        }
    }
    match answer {
        Tri::Yes => {}
        Tri::Unknown => out.cannot_tell(stage.ix, "ResourceArn", open),
        Tri::No => out.push(
            stage
                .found(cx, Val::null(), "no web application firewall stands before {subject}")
                .label("no web ACL association")
                .help("associate an `AWS::WAFv2::WebACL` with the stage (`AWS::WAFv2::WebACLAssociation`)")
                .evidence("no web ACL"),
        ),
    }
}

/// Distributions without a web ACL before APIs that cannot carry one: what this rule says of distributions.
pub fn before_apis(cx: &Cx<'_>) -> BTreeSet<NodeIx> {
    let asked = stages(cx).into_iter().filter(|s| s.kind != Kind::Rest && s.public(cx).is_yes());
    asked.flat_map(|stage| bare(cx, &stage)).map(|(ix, _)| ix).collect()
}

/// Distributions before a stage that have no web ACL.
fn bare<'a>(cx: &Cx<'a>, stage: &Stage<'_>) -> Vec<(NodeIx, &'a Node)> {
    distributions(cx, stage).filter(|(_, node)| acl(node).is_null() || acl(node).is("").is_yes()).collect()
}

fn behind_cloudfront(cx: &Cx<'_>, stage: &Stage<'_>, out: &mut Findings) {
    for (ix, node) in bare(cx, stage) {
        out.push(
            Found::new(
                ix,
                node.span,
                format!(
                    "{{subject}} stands before {} and has no web application firewall",
                    stage.api.map_or_else(|| "an API".to_owned(), |a| cx.subject(a))
                ),
            )
            .label("no `WebACLId`")
            .help("set `DistributionConfig.WebACLId` to a web ACL of scope CLOUDFRONT")
            .evidence("no web ACL"),
        );
    }
}

fn acl(distribution: &Node) -> &Val {
    distribution.props.at("DistributionConfig.WebACLId")
}

/// CloudFront distributions that have the stage's API among their origins.
fn distributions<'a>(cx: &Cx<'a>, stage: &Stage<'_>) -> impl Iterator<Item = (NodeIx, &'a Node)> + use<'a> {
    let (api, graph) = (stage.api, cx.graph);
    cx.of_type("AWS::CloudFront::Distribution").filter(move |(_, n)| {
        api.is_some_and(|api| refers_to(graph, n.props.at("DistributionConfig.Origins"), api))
    })
}
