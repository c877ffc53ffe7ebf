//! a bucket behind a distribution has to be public
//!
//! ## What
//!
//! An origin of an enabled CloudFront distribution is a bucket, and the distribution has neither an origin access control nor the older origin access identity for it. A bucket's website is another
//! thing: it is always public (`data-bucket-website-public`).
//!
//! ## Why
//!
//! CloudFront then asks the bucket as a stranger would, so every object that it is to serve must be readable by everybody. An attacker asks the bucket itself, past the firewall, the signed cookies
//! and the log of the distribution, and lists what a public policy lets them list.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Files: {Type: AWS::S3::Bucket}
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         Origins:
//!           - Id: files # finding
//!             DomainName: !GetAtt Files.RegionalDomainName
//!             S3OriginConfig: {}
//!         DefaultCacheBehavior: {TargetOriginId: files, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! custom:
//!   identity: '' # finding
//! resources:
//!   Resources:
//!     Files: {Type: AWS::S3::Bucket, Properties: {BucketName: shop-files}}
//!     Site:
//!       Type: AWS::CloudFront::Distribution
//!       Properties:
//!         DistributionConfig:
//!           Enabled: true
//!           Origins:
//!             - Id: files
//!               DomainName: shop-files.s3.amazonaws.com
//!               S3OriginConfig: {OriginAccessIdentity: '${self:custom.identity}'}
//!           DefaultCacheBehavior: {TargetOriginId: files, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_s3_bucket" "files" {
//!   bucket = "shop-files"
//! }
//!
//! resource "aws_cloudfront_distribution" "site" {
//!   enabled = true
//!   origin { # finding
//!     origin_id   = "files"
//!     domain_name = aws_s3_bucket.files.bucket_regional_domain_name
//!   }
//!   default_cache_behavior {
//!     target_origin_id       = "files"
//!     viewer_protocol_policy = "https-only"
//!     allowed_methods        = ["GET", "HEAD"]
//!     cached_methods         = ["GET", "HEAD"]
//!   }
//! }
//! ```
//!
//! The older way lets nobody else in either:
//!
//! ```hcl good main.tf
//! resource "aws_s3_bucket" "files" {
//!   bucket = "shop-files"
//! }
//!
//! resource "aws_cloudfront_origin_access_identity" "site" {}
//!
//! resource "aws_cloudfront_distribution" "site" {
//!   enabled = true
//!   origin {
//!     origin_id   = "files"
//!     domain_name = aws_s3_bucket.files.bucket_regional_domain_name
//!     s3_origin_config {
//!       origin_access_identity = aws_cloudfront_origin_access_identity.site.cloudfront_access_identity_path
//!     }
//!   }
//!   default_cache_behavior {
//!     target_origin_id       = "files"
//!     viewer_protocol_policy = "https-only"
//!     allowed_methods        = ["GET", "HEAD"]
//!     cached_methods         = ["GET", "HEAD"]
//!   }
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Files: {Type: AWS::S3::Bucket}
//!   Control:
//!     Type: AWS::CloudFront::OriginAccessControl
//!     Properties:
//!       OriginAccessControlConfig: {Name: files, OriginAccessControlOriginType: s3, SigningBehavior: always, SigningProtocol: sigv4}
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         Origins:
//!           - Id: files
//!             DomainName: !GetAtt Files.RegionalDomainName
//!             OriginAccessControlId: !Ref Control
//!             S3OriginConfig: {OriginAccessIdentity: ''}
//!         DefaultCacheBehavior: {TargetOriginId: files, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Identity: {Type: String}
//! Resources:
//!   Files: {Type: AWS::S3::Bucket}
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         Origins:
//!           - Id: files
//!             DomainName: !GetAtt Files.RegionalDomainName
//!             S3OriginConfig: {OriginAccessIdentity: !Ref Identity}
//!         DefaultCacheBehavior: {TargetOriginId: files, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ## How to fix
//!
//! Make an `AWS::CloudFront::OriginAccessControl` of type `s3`, name it in `OriginAccessControlId` of the origin, and let `cloudfront.amazonaws.com` with the ARN of the distribution as
//! `AWS:SourceArn` read the bucket in its policy. Then block public access to the bucket. Who has used the bucket's own address until now is refused.
//!
//! ## Differs from
//!
//! `CKV2_AWS_46` and `CloudFront.13` fail for an origin access identity, too.

use super::{Kind, Said, bucket_of, buckets, distributions, said};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[284, 732],
        owasp_serverless: &["S5", "SAS-3"],
        checkov: &["CKV2_AWS_46"],
        aws: &["CloudFront.13"],
        attack: &["T1530"],
        stride: &["I"],
        others: &[],
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let known = buckets(cx);
    for distribution in distributions(cx) {
        let ix = distribution.ix;
        for origin in distribution.origins(cx, &known).all.iter().filter(|o| o.kind == Kind::Bucket) {
            let control = said(origin.val, "OriginAccessControlId");
            let identity = said(origin.val, "S3OriginConfig.OriginAccessIdentity");
            let empty = match (control, identity) {
                (Said::Something(_), _) | (_, Said::Something(_)) => continue,
                (Said::Unknown(val), _) => {
                    out.cannot_tell(ix, "OriginAccessControlId", val);
                    continue;
                }
                (_, Said::Unknown(val)) => {
                    out.cannot_tell(ix, "OriginAccessIdentity", val);
                    continue;
                }
                (Said::Nothing(control), Said::Nothing(identity)) => {
                    if identity.span.is_some() {
                        identity
                    } else {
                        control
                    }
                }
            };
            let bucket = match origin.node {
                Some(bucket) => cx.subject(bucket),
                None => match bucket_of(origin.domain) {
                    Some(name) => format!("bucket `{name}`"),
                    None => format!("`{}`", origin.domain.display()),
                },
            };
            let message = format!("{{subject}} can serve {bucket} only if everybody may read it");
            let label = "neither an origin access control nor an identity";
            let mut found = Found::at_value(ix, empty, origin.val.span.or(distribution.node.span), message)
                .label(label)
                .help("give the origin an `AWS::CloudFront::OriginAccessControl`, and the bucket a policy for it")
                .evidence(format!("open bucket origin {}", origin.id));
            if let Some(bucket) = origin.node.and_then(|b| cx.node(b)) {
                found = found.also(bucket.span, "the bucket");
            }
            out.push(found);
        }
    }
}
