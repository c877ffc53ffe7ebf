//! a distribution writes no access log
//!
//! ## What
//!
//! An enabled CloudFront distribution has no `Logging`, no delivery of the application (`AWS::Logs::DeliverySource`) takes its logs, and none of its behaviours names a real-time log.
//!
//! ## Why
//!
//! What the distribution answers from its cache, or refuses, no function sees. After an attack nobody can say which addresses tried which paths, since when, and what they got.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Site: # finding
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         Origins:
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! custom:
//!   logs: '' # finding
//! resources:
//!   Resources:
//!     Site:
//!       Type: AWS::CloudFront::Distribution
//!       Properties:
//!         DistributionConfig:
//!           Enabled: true
//!           Logging: {Bucket: '${self:custom.logs}'}
//!           Origins:
//!             - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!           DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_cloudfront_distribution" "site" { # finding
//!   enabled = true
//!   origin {
//!     origin_id                = "site"
//!     domain_name              = "site.s3.eu-west-1.amazonaws.com"
//!     origin_access_control_id = "E1"
//!   }
//!   default_cache_behavior {
//!     target_origin_id       = "site"
//!     viewer_protocol_policy = "https-only"
//!     allowed_methods        = ["GET", "HEAD"]
//!     cached_methods         = ["GET", "HEAD"]
//!   }
//! }
//! ```
//!
//! The logs go by way of CloudWatch:
//!
//! ```hcl good main.tf
//! resource "aws_cloudfront_distribution" "site" {
//!   enabled = true
//!   origin {
//!     origin_id                = "site"
//!     domain_name              = "site.s3.eu-west-1.amazonaws.com"
//!     origin_access_control_id = "E1"
//!   }
//!   default_cache_behavior {
//!     target_origin_id       = "site"
//!     viewer_protocol_policy = "https-only"
//!     allowed_methods        = ["GET", "HEAD"]
//!     cached_methods         = ["GET", "HEAD"]
//!   }
//! }
//!
//! resource "aws_cloudwatch_log_delivery_source" "site" {
//!   name         = "site"
//!   log_type     = "ACCESS_LOGS"
//!   resource_arn = aws_cloudfront_distribution.site.arn
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         Logging: {Bucket: logs.s3.amazonaws.com, Prefix: site/}
//!         Origins:
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Logs: {Type: String}
//! Resources:
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         Logging: {Bucket: !Ref Logs}
//!         Origins:
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ## How to fix
//!
//! Name a bucket in `Logging` (`logging_config` in Terraform); its ACLs must be enabled for this. The newer way takes a bucket, a log group or a stream: `AWS::Logs::DeliverySource` with the
//! distribution, a `DeliveryDestination` and a `Delivery`. CloudFront takes nothing for standard logs, storing them costs what the destination costs.
//!
//! ## Differs from
//!
//! `CKV_AWS_86`, `W10` and `AWS-0010` ask for `Logging` only.

use super::{Said, distributions, named, said};
use crate::prelude::*;
use crate::switch;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[778],
        owasp_serverless: &["S10", "SAS-5"],
        checkov: &["CKV_AWS_86"],
        aws: &["CloudFront.5"],
        attack: &["T1562.008"],
        stride: &["R"],
        others: &["W10", "AWS-0010"],
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let (sources, unknown) = named(cx, "AWS::Logs::DeliverySource", "ResourceArn");
    for distribution in distributions(cx) {
        let (ix, node) = (distribution.ix, distribution.node);
        let live = |key| matches!(said(key, "RealtimeLogConfigArn"), Said::Something(_) | Said::Unknown(_));
        if distribution.behaviours().iter().any(|b| live(b.val)) {
            continue;
        }
        let delivered = match unknown {
            _ if sources.contains(&ix) => Tri::Yes,
            Some(_) => Tri::Unknown,
            None => Tri::No,
        };
        match (said(distribution.config, "Logging.Bucket"), delivered) {
            (Said::Something(_), _) | (_, Tri::Yes) => {}
            (Said::Unknown(val), _) => out.cannot_tell(ix, "Logging", val),
            (_, Tri::Unknown) => out.cannot_tell(ix, "ResourceArn", unknown.unwrap_or(Val::null())),
            (Said::Nothing(val), Tri::No) => out.push(
                switch::absent_or(ix, node, "Logging", val, "no bucket", "{subject} writes no access log")
                    .help("name a bucket in `Logging`, or deliver the logs with `AWS::Logs::DeliverySource`")
                    .evidence("no access log"),
            ),
        }
    }
}
