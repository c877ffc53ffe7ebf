//! a distribution serves a bucket that somebody else may own
//!
//! ## What
//!
//! An origin of an enabled CloudFront distribution names a bucket by its name, the application makes no bucket of that name, and nothing in it proves that there is one: no bucket policy for it, no
//! function whose code lies in it or that it starts, no log that goes to it. Names are looked at that are known in full.
//!
//! ## Why
//!
//! Names of buckets are free for all: a bucket that was deleted, or never made in this stage, belongs to whoever makes it next. Then the pages and scripts under the application's own domain are the
//! attacker's, with its certificate and its cookies.
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
//!         Origins:
//!           - Id: files
//!             DomainName: shop-files.s3.amazonaws.com # finding
//!             OriginAccessControlId: E1
//!             S3OriginConfig: {}
//!         DefaultCacheBehavior: {TargetOriginId: files, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! custom:
//!   site: shop-files-old.s3-website-eu-west-1.amazonaws.com # finding
//! resources:
//!   Resources:
//!     Files: {Type: AWS::S3::Bucket, Properties: {BucketName: shop-files}}
//!     Site:
//!       Type: AWS::CloudFront::Distribution
//!       Properties:
//!         DistributionConfig:
//!           Enabled: true
//!           Origins:
//!             - {Id: files, DomainName: '${self:custom.site}', CustomOriginConfig: {OriginProtocolPolicy: http-only}}
//!           DefaultCacheBehavior: {TargetOriginId: files, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_cloudfront_distribution" "site" {
//!   enabled = true
//!   origin {
//!     origin_id                = "site"
//!     domain_name              = "shop-files.s3.eu-west-1.amazonaws.com" # finding
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
//! The bucket is not made here, but this does not deploy without it:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Policy:
//!     Type: AWS::S3::BucketPolicy
//!     Properties:
//!       Bucket: shop-files
//!       PolicyDocument:
//!         Version: "2012-10-17"
//!         Statement:
//!           - Effect: Allow
//!             Principal: {Service: cloudfront.amazonaws.com}
//!             Action: s3:GetObject
//!             Resource: arn:aws:s3:::shop-files/*
//!             Condition: {StringEquals: {'AWS:SourceArn': !Sub 'arn:aws:cloudfront::${AWS::AccountId}:distribution/${Site}'}}
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         Origins:
//!           - {Id: files, DomainName: shop-files.s3.amazonaws.com, OriginAccessControlId: E1, S3OriginConfig: {}}
//!         DefaultCacheBehavior: {TargetOriginId: files, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! resources:
//!   Resources:
//!     Files: {Type: AWS::S3::Bucket, Properties: {BucketName: 'shop-files-${sls:stage}'}}
//!     Site:
//!       Type: AWS::CloudFront::Distribution
//!       Properties:
//!         DistributionConfig:
//!           Enabled: true
//!           Origins:
//!             - {Id: files, DomainName: 'shop-files-${sls:stage}.s3.amazonaws.com', OriginAccessControlId: E1, S3OriginConfig: {}}
//!           DefaultCacheBehavior: {TargetOriginId: files, ViewerProtocolPolicy: https-only}
//! ```
//!
//! The framework finds the bucket when it is deployed:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! functions:
//!   thumbnail:
//!     handler: thumbnail.handler
//!     events:
//!       - s3: {bucket: shop-files, existing: true}
//! resources:
//!   Resources:
//!     Site:
//!       Type: AWS::CloudFront::Distribution
//!       Properties:
//!         DistributionConfig:
//!           Enabled: true
//!           Origins:
//!             - {Id: files, DomainName: shop-files.s3.amazonaws.com, OriginAccessControlId: E1, S3OriginConfig: {}}
//!           DefaultCacheBehavior: {TargetOriginId: files, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ```hcl good main.tf
//! data "aws_s3_bucket" "files" {
//!   bucket = "shop-files"
//! }
//!
//! resource "aws_cloudfront_distribution" "site" {
//!   enabled = true
//!   origin {
//!     origin_id                = "site"
//!     domain_name              = data.aws_s3_bucket.files.bucket_regional_domain_name
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
//!   Bucket: {Type: String}
//! Resources:
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         Origins:
//!           - {Id: files, DomainName: !Sub '${Bucket}.s3.amazonaws.com', OriginAccessControlId: E1, S3OriginConfig: {}}
//!         DefaultCacheBehavior: {TargetOriginId: files, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ## How to fix
//!
//! Make the bucket in the same application and refer to it (`!GetAtt Files.RegionalDomainName`, `aws_s3_bucket.files.bucket_regional_domain_name`), or look it up in the account (a data source in
//! Terraform, an export of the stack that makes it). Take origins out whose bucket is gone.
//!
//! ## Differs from
//!
//! `CloudFront.12` asks the account whether the bucket is there.

use std::collections::BTreeSet;

use super::{Kind, Origin, bucket_of, buckets, distributions};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    // The account may have what the files do not show.
    confidence: Confidence::Medium,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[672],
        owasp_serverless: &["S6", "SAS-3"],
        aws: &["CloudFront.12"],
        attack: &["T1584"],
        stride: &["S", "T"],
        ..References::NONE
    },
    check,
};

/// Properties that name a bucket without which the resource is not deployed.
const PROOFS: &[(&str, &str)] = &[
    ("AWS::S3::BucketPolicy", "Bucket"),
    ("AWS::Lambda::Function", "Code.S3Bucket"),
    ("AWS::Lambda::LayerVersion", "Content.S3Bucket"),
    ("AWS::CloudTrail::Trail", "S3BucketName"),
    ("AWS::S3::Bucket", "LoggingConfiguration.DestinationBucketName"),
];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let known = buckets(cx);
    let proven = proven(cx);
    for distribution in distributions(cx) {
        let origins = distribution.origins(cx, &known);
        let buckets = origins.all.iter().filter(|o| o.kind != Kind::Other && o.node.is_none());
        for (origin, name) in buckets.filter_map(|o| Some((o, name(o)?))) {
            if !origin.domain.is_known() {
                if !matches!(origin.domain.state, State::Ref(_)) {
                    out.cannot_tell(distribution.ix, "DomainName", origin.domain);
                }
                continue;
            }
            if proven.contains(name.as_str()) {
                continue;
            }
            let message = format!("{{subject}} serves bucket `{name}`, which the application does not make");
            out.push(
                Found::at_value(
                    distribution.ix,
                    origin.domain,
                    origin.val.span.or(distribution.node.span),
                    message,
                )
                .label("whoever makes this bucket decides what is served")
                .help("make the bucket here and refer to it, or look it up in the account")
                .evidence(format!("origin bucket {name}")),
            );
        }
    }
}

/// The name of the bucket, holes as `${…}`; its website has another domain name.
fn name(origin: &Origin<'_>) -> Option<String> {
    bucket_of(origin.domain)
}

/// Names of buckets that have to be there for the application to be deployed.
fn proven<'a>(cx: &Cx<'a>) -> BTreeSet<&'a str> {
    let mut names = BTreeSet::new();
    for (ty, path) in PROOFS {
        names.extend(cx.of_type(ty).filter_map(|(_, n)| n.props.at(path).as_str()));
    }
    // A bucket whose notifications the framework sets is there already: `thumbnail/s3/shop-files`.
    names.extend(cx.of_type("Custom::S3").filter_map(|(_, n)| n.name.rsplit('/').next()));
    names
}
