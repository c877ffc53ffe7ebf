//! a distribution before a bucket has no default root object
//!
//! ## What
//!
//! The default behaviour of an enabled CloudFront distribution leads to a bucket, and the distribution has no `DefaultRootObject`. A bucket's website has a start page of its own.
//!
//! ## Why
//!
//! A request for `/` then asks the bucket for its list of objects. Whoever gets it knows the names of all files, those that no page refers to as well; where the list is refused, the start page is
//! an error.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Files: {Type: AWS::S3::Bucket}
//!   Site: # finding
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         Origins:
//!           - {Id: files, DomainName: !GetAtt Files.RegionalDomainName, OriginAccessControlId: E1, S3OriginConfig: {}}
//!         DefaultCacheBehavior: {TargetOriginId: files, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! custom:
//!   root: '' # finding
//! resources:
//!   Resources:
//!     Files: {Type: AWS::S3::Bucket}
//!     Site:
//!       Type: AWS::CloudFront::Distribution
//!       Properties:
//!         DistributionConfig:
//!           Enabled: true
//!           DefaultRootObject: ${self:custom.root}
//!           Origins:
//!             - {Id: files, DomainName: !GetAtt Files.RegionalDomainName, OriginAccessControlId: E1, S3OriginConfig: {}}
//!           DefaultCacheBehavior: {TargetOriginId: files, ViewerProtocolPolicy: https-only}
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
//! The start page comes from an API, the bucket has the pictures:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Files: {Type: AWS::S3::Bucket}
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         Origins:
//!           - {Id: files, DomainName: !GetAtt Files.RegionalDomainName, OriginAccessControlId: E1, S3OriginConfig: {}}
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
//!         CacheBehaviors:
//!           - {PathPattern: /pictures/*, TargetOriginId: files, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_cloudfront_distribution" "site" {
//!   enabled             = true
//!   default_root_object = "index.html"
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
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Root: {Type: String}
//! Resources:
//!   Files: {Type: AWS::S3::Bucket}
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         DefaultRootObject: !Ref Root
//!         Origins:
//!           - {Id: files, DomainName: !GetAtt Files.RegionalDomainName, OriginAccessControlId: E1, S3OriginConfig: {}}
//!         DefaultCacheBehavior: {TargetOriginId: files, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ## How to fix
//!
//! Set `DefaultRootObject` to the start page (`index.html`), without a slash in front.
//!
//! ## Differs from
//!
//! `CKV_AWS_305` and `CloudFront.1` ask every distribution that has a bucket among its origins.

use super::{Kind, Said, buckets, distributions, said};
use crate::prelude::*;
use crate::switch;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[548],
        owasp_serverless: &["S6", "SAS-3"],
        checkov: &["CKV_AWS_305"],
        aws: &["CloudFront.1"],
        attack: &["T1530"],
        stride: &["I"],
        others: &[],
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let known = buckets(cx);
    for distribution in distributions(cx) {
        let (ix, node) = (distribution.ix, distribution.node);
        let origins = distribution.origins(cx, &known);
        let behaviours = distribution.behaviours();
        let Some(default) = behaviours.first().filter(|b| b.pattern.is_none()) else { continue };
        if !origins.of(default).any(|(_, o)| o.kind == Kind::Bucket) {
            continue;
        }
        match said(distribution.config, "DefaultRootObject") {
            Said::Something(_) => {}
            Said::Unknown(val) => out.cannot_tell(ix, "DefaultRootObject", val),
            Said::Nothing(val) => {
                let message = "{subject} asks its bucket for a list of objects where the path is `/`";
                out.push(
                    switch::absent_or(ix, node, "DefaultRootObject", val, "no object", message)
                        .help("set `DefaultRootObject` to the start page, `index.html`")
                        .evidence("no default root object"),
                );
            }
        }
    }
}
