//! cached answers of an API are not encrypted
//!
//! ## What
//!
//! A stage of a REST API has a cache, and a setting of its methods switches caching on without `CacheDataEncrypted`.
//!
//! ## Why
//!
//! The cache holds whole answers: orders, addresses, whatever the API gives to its customers, for up to an hour. Not encrypted, they lie in plain text on the cache's disks, which no other control of the application covers.
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
//!       DeploymentId: abc123
//!       StageName: prod
//!       CacheClusterEnabled: true
//!       CacheClusterSize: "0.5"
//!       MethodSettings:
//!         - HttpMethod: "*"
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
//!       DeploymentId: abc123
//!       StageName: prod
//!       CacheClusterEnabled: true
//!       CacheClusterSize: "0.5"
//!       MethodSettings:
//!         - HttpMethod: "*"
//!           ResourcePath: /*
//!           CachingEnabled: true # finding
//!           CacheDataEncrypted: true
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Encrypted:
//!     Type: String
//!     Default: "false" # finding
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
//!       MethodSettings:
//!         - {HttpMethod: "*", ResourcePath: "/*", CachingEnabled: true, CacheDataEncrypted: !Ref Encrypted}
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
//!       MethodSettings:
//!         - {HttpMethod: "*", ResourcePath: "/*", CachingEnabled: true, CacheDataEncrypted: true}
//! ```
//!
//! The stage has no cache: the setting caches nothing.
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
//!       MethodSettings:
//!         - {HttpMethod: "*", ResourcePath: "/*", CachingEnabled: true}
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
//! resource "aws_api_gateway_stage" "prod" {
//!   rest_api_id           = aws_api_gateway_rest_api.api.id
//!   deployment_id         = aws_api_gateway_deployment.now.id
//!   stage_name            = "prod"
//!   cache_cluster_enabled = true
//! }
//!
//! resource "aws_api_gateway_method_settings" "all" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//!   stage_name  = aws_api_gateway_stage.prod.stage_name
//!   method_path = "*/*"
//!   settings {
//!     caching_enabled      = true
//!     cache_data_encrypted = false # finding
//!   }
//! }
//! ```
//!
//! ```hcl fixed main.tf
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
//! }
//!
//! resource "aws_api_gateway_method_settings" "all" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//!   stage_name  = aws_api_gateway_stage.prod.stage_name
//!   method_path = "*/*"
//!   settings {
//!     caching_enabled      = true
//!     cache_data_encrypted = true # finding
//!   }
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
//! }
//!
//! resource "aws_api_gateway_method_settings" "all" {
//!   rest_api_id = aws_api_gateway_rest_api.api.id
//!   stage_name  = aws_api_gateway_stage.prod.stage_name
//!   method_path = "*/*"
//!   settings {
//!     caching_enabled      = true
//!     cache_data_encrypted = true
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Encrypted:
//!     Type: String
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
//!       MethodSettings:
//!         - {HttpMethod: "*", ResourcePath: "/*", CachingEnabled: true, CacheDataEncrypted: !Ref Encrypted}
//! ```
//!
//! ## How to fix
//!
//! Set `CacheDataEncrypted: true` beside `CachingEnabled`. Encryption costs nothing; what is cached at that moment is fetched again.

use super::{Kind, Settings, Stage, stages};
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
        owasp_serverless: &["S3", "SAS-3"],
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
        let cluster = stage.props.lookup("CacheClusterEnabled");
        match switch::on(cluster) {
            Tri::No => continue,
            Tri::Unknown => out.cannot_tell(stage.ix, "CacheClusterEnabled", cluster),
            Tri::Yes => {
                for settings in stage.settings() {
                    ask(cx, &stage, &settings, out);
                }
            }
        }
        if let Some((key, val)) = stage.unknown_settings() {
            out.cannot_tell(stage.ix, key, val);
        }
    }
}

fn ask(cx: &Cx<'_>, stage: &Stage<'_>, settings: &Settings<'_>, out: &mut Findings) {
    let (caching, encrypted) = (settings.val.get("CachingEnabled"), settings.val.get("CacheDataEncrypted"));
    match (switch::on(caching), switch::on(encrypted)) {
        (Tri::No, _) | (_, Tri::Yes) => {}
        (Tri::Unknown, _) => out.cannot_tell(stage.ix, "CachingEnabled", caching),
        (Tri::Yes, Tri::Unknown) => out.cannot_tell(stage.ix, "CacheDataEncrypted", encrypted),
        (Tri::Yes, Tri::No) => {
            let written = encrypted.span.is_some();
            let at = if written { encrypted } else { caching };
            let method = settings.val.get("HttpMethod").display();
            let path = settings.val.get("ResourcePath").display();
            out.push(
                stage
                    .found(cx, at, "{subject} keeps answers in its cache unencrypted")
                    .at(at.span.or(settings.val.span))
                    .label(if written { "not encrypted" } else { "cached without `CacheDataEncrypted`" })
                    .help("set `CacheDataEncrypted: true`")
                    .evidence(format!("CacheDataEncrypted {method} {path}"))
                    .fixes(proposal(settings.val, encrypted)),
            );
        }
    }
}

fn proposal(settings: &Val, encrypted: &Val) -> Option<Proposal> {
    let change = if encrypted.span.is_some() {
        Change::Replace { at: encrypted.span, value: true.into() }
    } else if settings.span.is_some() {
        Change::Insert { map: settings.span, key: "CacheDataEncrypted".into(), value: true.into() }
    } else {
        return None;
    };
    Some(Proposal::new("encrypt cached answers", Safety::Safe, vec![change]))
}
