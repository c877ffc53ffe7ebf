//! a stage of a REST API has no cache
//!
//! ## What
//!
//! A stage of a REST API has no cache cluster.
//!
//! ## Why
//!
//! Answers that are the same for everybody can come from a cache: a flood of equal requests then stops at the gateway instead of starting functions that somebody pays for. Where answers differ with the caller a cache is of no use, and costs by the hour.
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
//!     Properties: {RestApiId: !Ref Api, DeploymentId: abc123, StageName: prod}
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Api:
//!     CacheClusterEnabled: false # finding
//! Resources:
//!   Orders:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: nodejs22.x
//!       CodeUri: src
//!       Events:
//!         Get: {Type: Api, Properties: {Path: /orders, Method: get}}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//!   Stage:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: abc123
//!       StageName: prod
//!       CacheClusterEnabled: true
//!       CacheClusterSize: "0.5"
//! ```
//!
//! An HTTP API has no cache to switch on:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGatewayV2::Api
//!     Properties: {Name: orders, ProtocolType: HTTP}
//!   Stage:
//!     Type: AWS::ApiGatewayV2::Stage
//!     Properties: {ApiId: !Ref Api, StageName: $default}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
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
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_deployment" "now" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//! }
//!
//! resource "aws_api_gateway_stage" "prod" {
//!   rest_api_id           = aws_api_gateway_rest_api.api.id
//!   deployment_id         = aws_api_gateway_deployment.now.id
//!   stage_name            = "prod"
//!   cache_cluster_enabled = true
//!   cache_cluster_size    = "0.5"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Cache:
//!     Type: String
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//!   Stage:
//!     Type: AWS::ApiGateway::Stage
//!     Properties: {RestApiId: !Ref Api, DeploymentId: abc123, StageName: prod, CacheClusterEnabled: !Ref Cache}
//! ```
//!
//! ## How to fix
//!
//! Set `CacheClusterEnabled: true`, a size, and `CachingEnabled` for the methods whose answers are the same for every caller. The smallest cache costs 0.02 US dollars an hour. An answer for one caller in the cache of a method that does not have the caller in its key goes to another: that is worse than no cache.

use super::{Kind, stages};
use crate::prelude::*;
use crate::switch;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[400],
        owasp_serverless: &["SAS-8"],
        checkov: &["CKV_AWS_120"],
        stride: &["D"],
        others: &["AWS-0190"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for stage in stages(cx).into_iter().filter(|s| s.kind == Kind::Rest) {
        let cache = stage.props.lookup("CacheClusterEnabled");
        match switch::on(cache) {
            Tri::Yes => {}
            Tri::Unknown => out.cannot_tell(stage.ix, "CacheClusterEnabled", cache),
            Tri::No => out.push(
                stage
                    .found(cx, cache, "{subject} has no cache")
                    .label(if cache.span.is_some() { "off" } else { "no `CacheClusterEnabled`" })
                    .help("set `CacheClusterEnabled: true` where answers are the same for every caller")
                    .evidence("CacheClusterEnabled"),
            ),
        }
    }
}
