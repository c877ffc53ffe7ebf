//! a distribution accepts TLS older than 1.2
//!
//! ## What
//!
//! The viewer certificate of an enabled CloudFront distribution is one of the author's own, and `MinimumProtocolVersion` is `SSLv3`, `TLSv1`, `TLSv1_2016` or `TLSv1.1_2016`, or is left out: then it is
//! `TLSv1`. With CloudFront's own certificate (`*.cloudfront.net`) the minimum is CloudFront's and cannot be chosen.
//!
//! ## Why
//!
//! Protocols before TLS 1.2 fall to known attacks on their ciphers. Somebody who sits between a browser and the distribution forces the oldest version that both accept, and reads cookies out of what
//! was recorded.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         Aliases: [shop.example.com]
//!         Origins:
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
//!         ViewerCertificate:
//!           AcmCertificateArn: arn:aws:acm:us-east-1:123456789012:certificate/1
//!           SslSupportMethod: sni-only
//!           MinimumProtocolVersion: TLSv1.1_2016 # finding
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         Aliases: [shop.example.com]
//!         Origins:
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
//!         ViewerCertificate:
//!           AcmCertificateArn: arn:aws:acm:us-east-1:123456789012:certificate/1
//!           SslSupportMethod: sni-only
//!           MinimumProtocolVersion: TLSv1.2_2021 # finding
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! custom:
//!   tls: TLSv1 # finding
//! resources:
//!   Resources:
//!     Site:
//!       Type: AWS::CloudFront::Distribution
//!       Properties:
//!         DistributionConfig:
//!           Enabled: true
//!           Aliases: [shop.example.com]
//!           Origins:
//!             - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!           DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
//!           ViewerCertificate:
//!             AcmCertificateArn: arn:aws:acm:us-east-1:123456789012:certificate/1
//!             SslSupportMethod: sni-only
//!             MinimumProtocolVersion: ${self:custom.tls}
//! ```
//!
//! Nothing is written:
//!
//! ```hcl bad main.tf
//! resource "aws_cloudfront_distribution" "site" {
//!   enabled = true
//!   aliases = ["shop.example.com"]
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
//!   viewer_certificate { # finding
//!     acm_certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1"
//!     ssl_support_method  = "sni-only"
//!   }
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_cloudfront_distribution" "site" {
//!   enabled = true
//!   aliases = ["shop.example.com"]
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
//!   viewer_certificate { # finding
//!     acm_certificate_arn = "arn:aws:acm:us-east-1:123456789012:certificate/1"
//!     ssl_support_method  = "sni-only"
//!     minimum_protocol_version = "TLSv1.2_2021"
//!   }
//! }
//! ```
//!
//! CloudFront's own certificate, for which nothing can be chosen:
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
//!   viewer_certificate {
//!     cloudfront_default_certificate = true
//!     minimum_protocol_version       = "TLSv1"
//!   }
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
//!         Aliases: [shop.example.com]
//!         Origins:
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
//!         ViewerCertificate:
//!           AcmCertificateArn: arn:aws:acm:us-east-1:123456789012:certificate/1
//!           SslSupportMethod: sni-only
//!           MinimumProtocolVersion: TLSv1.2_2019
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Tls: {Type: String}
//! Resources:
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         Origins:
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
//!         ViewerCertificate:
//!           AcmCertificateArn: arn:aws:acm:us-east-1:123456789012:certificate/1
//!           SslSupportMethod: sni-only
//!           MinimumProtocolVersion: !Ref Tls
//! ```
//!
//! ## How to fix
//!
//! Set `MinimumProtocolVersion` to `TLSv1.2_2021` (`minimum_protocol_version` in Terraform). Clients that know nothing newer than TLS 1.1 can no longer connect.

use super::{Said, distributions, said};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[326, 327],
        owasp_serverless: &["S3", "SAS-3"],
        checkov: &["CKV_AWS_174"],
        attack: &["T1557", "T1040"],
        stride: &["I", "T"],
        others: &["W70", "AWS-0013"],
        ..References::NONE
    },
    check,
};

/// What is to be asked for.
const ENOUGH: &str = "TLSv1.2_2021";

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for distribution in distributions(cx) {
        let Some(certificate) = distribution.config.entry("ViewerCertificate") else { continue };
        // The author's own certificate stands in one of these.
        let own = ["AcmCertificateArn", "IamCertificateId"];
        let default = certificate.val.get("CloudFrontDefaultCertificate");
        if default.as_bool() == Some(true)
            || own.iter().all(|key| matches!(said(&certificate.val, key), Said::Nothing(_)))
        {
            continue;
        }
        let (at, old) = match said(&certificate.val, "MinimumProtocolVersion") {
            Said::Unknown(val) => {
                out.cannot_tell(distribution.ix, "MinimumProtocolVersion", val);
                continue;
            }
            Said::Nothing(val) => (val, "TLSv1"),
            Said::Something(val) => match val.as_str() {
                Some(version) => (val, version),
                None => {
                    out.cannot_tell(distribution.ix, "MinimumProtocolVersion", val);
                    continue;
                }
            },
        };
        let is_old = old.starts_with("SSL")
            || old == "TLSv1"
            || old.starts_with("TLSv1_")
            || old.starts_with("TLSv1.1");
        if !is_old {
            continue;
        }
        if matches!(default.state, State::Unknown(_)) {
            out.cannot_tell(distribution.ix, "CloudFrontDefaultCertificate", default);
            continue;
        }
        let version =
            old.split('_').next().unwrap_or(old).replace("TLSv1.1", "TLS 1.1").replace("TLSv1", "TLS 1.0");
        let written = at.span.is_some();
        let label = if written {
            format!("{version} is enough")
        } else {
            format!("no `MinimumProtocolVersion`: {version} is enough")
        };
        let path = "DistributionConfig.ViewerCertificate.MinimumProtocolVersion";
        let proposal = Proposal::set(distribution.ix, path, ENOUGH, "ask for TLS 1.2").risky();
        let message = format!("{{subject}} accepts {version}");
        let place = certificate.key_span.or(distribution.node.span);
        out.push(
            Found::at_value(distribution.ix, at, place, message)
                .label(label)
                .help(format!("set `MinimumProtocolVersion` to `{ENOUGH}`"))
                .evidence(format!("minimum {old}"))
                .fix(proposal)
                .or_where_written(at, ENOUGH),
        );
    }
}
