//! answers of the API are cached without encryption
//!
//! ## What
//!
//! A stage of a REST API caches (its cache cluster is on and a method has `CachingEnabled`) and `CacheDataEncrypted` is
//! not true there.
//!
//! ## Why
//!
//! The cache holds what callers were answered, with personal data and tokens among it, for up to an hour. Encrypted, it
//! is of no use to who gets at the disks.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//!   Stage:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: d
//!       StageName: prod
//!       CacheClusterEnabled: true
//!       MethodSettings:
//!         - HttpMethod: '*'
//!           ResourcePath: /*
//!           CachingEnabled: true # finding
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//!   Stage:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: d
//!       StageName: prod
//!       CacheClusterEnabled: true
//!       MethodSettings:
//!         - HttpMethod: '*'
//!           ResourcePath: /*
//!           CachingEnabled: true # finding
//!           CacheDataEncrypted: true
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_api_gateway_rest_api" "api" {
//!   name = "orders"
//! }
//!
//! resource "aws_api_gateway_stage" "prod" {
//!   rest_api_id   = aws_api_gateway_rest_api.api.id
//!   deployment_id = "d"
//!   stage_name    = "prod"
//!   cache_cluster_enabled = true
//! }
//!
//! resource "aws_api_gateway_method_settings" "all" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//!   stage_name  = aws_api_gateway_stage.prod.stage_name
//!   method_path = "*/*"
//!   settings {
//!     caching_enabled      = true
//!     cache_data_encrypted = local.encrypted
//!   }
//! }
//!
//! locals {
//!   encrypted = false # finding
//! }
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
//!       DeploymentId: d
//!       StageName: prod
//!       CacheClusterEnabled: true
//!       MethodSettings:
//!         - HttpMethod: '*'
//!           ResourcePath: /*
//!           CachingEnabled: true
//!           CacheDataEncrypted: true
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
//!       DeploymentId: d
//!       StageName: prod
//!       MethodSettings:
//!         - HttpMethod: '*'
//!           ResourcePath: /*
//!           CachingEnabled: true
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
//!   cache_cluster_enabled = true
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Encrypt: {Type: String}
//! Resources:
//!   Api:
//!     Type: AWS::ApiGateway::RestApi
//!     Properties: {Name: orders}
//!   Stage:
//!     Type: AWS::ApiGateway::Stage
//!     Properties:
//!       RestApiId: !Ref Api
//!       DeploymentId: d
//!       StageName: prod
//!       CacheClusterEnabled: true
//!       MethodSettings:
//!         - HttpMethod: '*'
//!           ResourcePath: /*
//!           CachingEnabled: true
//!           CacheDataEncrypted: !Ref Encrypt
//! ```
//!
//! ## How to fix
//!
//! `CacheDataEncrypted: true` in the method settings. The cache is emptied when it is switched on.

use super::{Kind, stages};
use crate::prelude::*;
use crate::switch;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Safe,
    since: "0.1.0",
    references: References {
        cwe: &[311],
        owasp_serverless: &["S3", "SAS-7"],
        checkov: &["CKV_AWS_308"],
        aws: &["APIGateway.5"],
        stride: &["I"],
        others: &["W87", "AWS-0002", "AWS-0110"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for stage in stages(cx).into_iter().filter(|s| s.kind == Kind::Rest) {
        let cluster = stage.props.get("CacheClusterEnabled");
        if switch::on(cluster).is_no() {
            continue;
        }
        for settings in stage.settings() {
            if !switch::on(settings.val.get("CachingEnabled")).is_yes() {
                continue;
            }
            let encrypted = settings.val.get("CacheDataEncrypted");
            match switch::on(encrypted) {
                Tri::Yes => continue,
                Tri::Unknown => {
                    out.cannot_tell(stage.ix, "CacheDataEncrypted", encrypted);
                    continue;
                }
                Tri::No if !switch::on(cluster).is_yes() => {
                    out.cannot_tell(stage.ix, "CacheClusterEnabled", cluster);
                    continue;
                }
                Tri::No => {}
            }
            let caching = settings.val.entry("CachingEnabled").map_or(Span::NONE, |e| e.val.span);
            let mut found = stage
                .found(cx, encrypted, "answers of {subject} are cached without encryption")
                .label(if encrypted.is_null() { "cached, and no `CacheDataEncrypted`" } else { "off" })
                .help("set `CacheDataEncrypted: true`")
                .evidence(format!("cache {}", settings.val.get("ResourcePath").display()));
            let change = if encrypted.is_null() {
                found = found.at(caching);
                Change::Insert {
                    map: settings.val.span,
                    key: "CacheDataEncrypted".into(),
                    value: true.into(),
                }
            } else {
                Change::Replace { at: encrypted.span, value: true.into() }
            };
            out.push(found.fix(Proposal::new("encrypt what is cached", Safety::Safe, vec![change])));
        }
    }
}
