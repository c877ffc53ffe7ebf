//! a website bucket is public instead of standing behind CloudFront
//!
//! ## What
//!
//! A bucket has website hosting and its policy lets everybody `s3:GetObject` and nothing else. More than
//! that is `data-bucket-public-policy`.
//!
//! ## Why
//!
//! The website endpoint of S3 speaks only plain HTTP, so whoever sits between reads and changes the pages
//! and scripts that customers load. And because the bucket is public, everything that is ever put into it
//! is: a backup, a source map, a file of settings.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Site:
//!       Type: AWS::S3::Bucket
//!       Properties:
//!         WebsiteConfiguration: {IndexDocument: index.html}
//!         PublicAccessBlockConfiguration: {BlockPublicPolicy: false}
//!     SitePolicy:
//!       Type: AWS::S3::BucketPolicy
//!       Properties:
//!         Bucket: !Ref Site
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Allow
//!               Principal: '*' # finding
//!               Action: s3:GetObject
//!               Resource: !Sub '${Site.Arn}/*'
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Readers:
//!     Type: String
//!     Default: '*' # finding
//! Resources:
//!   Site:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       WebsiteConfiguration: {IndexDocument: index.html}
//!   SitePolicy:
//!     Type: AWS::S3::BucketPolicy
//!     Properties:
//!       Bucket: !Ref Site
//!       PolicyDocument:
//!         Statement:
//!           - Effect: Allow
//!             Principal: !Ref Readers
//!             Action: [s3:GetObject]
//!             Resource: !Join ['', ['arn:aws:s3:::', !Ref Site, '/*']]
//! ```
//!
//! A website that only redirects has nothing to read:
//!
//! A distribution in front of it that the bucket does not insist on:
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Site:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       WebsiteConfiguration: {IndexDocument: index.html}
//!       PublicAccessBlockConfiguration: {BlockPublicAcls: true, IgnorePublicAcls: true, BlockPublicPolicy: false, RestrictPublicBuckets: false}
//!   Policy:
//!     Type: AWS::S3::BucketPolicy
//!     Properties:
//!       Bucket: !Ref Site
//!       PolicyDocument: {Statement: {Effect: Allow, Principal: '*', Action: 's3:GetObject', Resource: !Sub '${Site.Arn}/*'}} # finding
//!   Distribution:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         Origins: [{Id: site, DomainName: !GetAtt Site.DomainName, CustomOriginConfig: {OriginProtocolPolicy: http-only}}]
//!         DefaultCacheBehavior: {TargetOriginId: site, ViewerProtocolPolicy: redirect-to-https}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Site:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       WebsiteConfiguration:
//!         RedirectAllRequestsTo: {HostName: www.example.com}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Site:
//!       Type: AWS::S3::Bucket
//!     SitePolicy:
//!       Type: AWS::S3::BucketPolicy
//!       Properties:
//!         Bucket: !Ref Site
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Allow
//!               Principal: {Service: cloudfront.amazonaws.com}
//!               Action: s3:GetObject
//!               Resource: !Sub '${Site.Arn}/*'
//!               Condition: {StringEquals: {'aws:SourceArn': !Sub 'arn:aws:cloudfront::${AWS::AccountId}:distribution/E1'}}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_s3_bucket" "site" {
//!   bucket = "site"
//! }
//!
//! resource "aws_s3_bucket_website_configuration" "site" {
//!   bucket = aws_s3_bucket.site.id
//!   index_document {
//!     suffix = "index.html"
//!   }
//! }
//!
//! data "aws_iam_policy_document" "site" {
//!   statement {
//!     actions   = ["s3:GetObject"]
//!     resources = ["${aws_s3_bucket.site.arn}/*"]
//!     principals {
//!       type        = "AWS"
//!       identifiers = ["*"] # finding
//!     }
//!   }
//! }
//!
//! resource "aws_s3_bucket_policy" "site" {
//!   bucket = aws_s3_bucket.site.id
//!   policy = data.aws_iam_policy_document.site.json
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_s3_bucket" "site" {
//!   bucket = "site"
//!   website {
//!     index_document = "index.html"
//!   }
//! }
//!
//! resource "aws_s3_bucket_policy" "site" {
//!   bucket = aws_s3_bucket.site.id
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = { Service = "cloudfront.amazonaws.com" }
//!       Action    = "s3:GetObject"
//!       Resource  = "${aws_s3_bucket.site.arn}/*"
//!       Condition = { StringEquals = { "aws:SourceArn" = "arn:aws:cloudfront::314159265358:distribution/E1" } }
//!     }]
//!   })
//! }
//! ```
//!
//! ## How to fix
//!
//! Put a CloudFront distribution with origin access control before the bucket, allow only
//! `cloudfront.amazonaws.com` with `aws:SourceArn`, remove `WebsiteConfiguration` and switch on the public
//! access block. Index documents of sub-folders then need a function at the edge. CloudFront's free tier
//! covers small sites.

use crate::bucket;
use crate::policy::{self, Outsider};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[319, 732],
        owasp_serverless: &["S6", "SAS-3"],
        attack: &["T1530"],
        stride: &["I", "T"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node, store) in policy::with_policy(cx, &["AWS::S3::Bucket"], out) {
        if !bucket::is_website(node) || bucket::stops_policy(node).is_yes() {
            continue;
        }
        for s in store.policy.iter().filter(|s| bucket::only_reads_objects(s)) {
            match policy::outsider(cx, &store.policy, s) {
                Outsider::Let { at, everybody: true, .. } => {
                    if bucket::stops_policy(node) == Tri::Unknown {
                        out.cannot_tell(ix, "PublicAccessBlockConfiguration", bucket::block(node));
                        continue;
                    }
                    let message = if is_origin(cx, ix, node) {
                        "website {subject} is public on plain HTTP, past the CloudFront distribution in front of it"
                    } else {
                        "website {subject} is public on plain HTTP instead of standing behind CloudFront"
                    };
                    let mut found = Found::at_value(ix, at, s.span, message)
                    .label("everybody may read every object")
                    .also(bucket::key_or_node(node, "WebsiteConfiguration"), "website hosting speaks no TLS")
                    .help("serve it through CloudFront with origin access control and allow only `cloudfront.amazonaws.com`")
                    .evidence(policy::evidence(s));
                    if bucket::block(node).is_null() {
                        found = found.confidence(Confidence::Medium);
                    }
                    out.push(found);
                }
                Outsider::CannotTell(val) => out.cannot_tell(ix, "Policy", val),
                _ => {}
            }
        }
    }
}

/// Whether a distribution of the application serves a bucket, by reference or by its name.
fn is_origin(cx: &Cx<'_>, ix: NodeIx, bucket: &Node) -> bool {
    let name = bucket.props.get("BucketName").as_str().map(|n| format!("{n}.s3"));
    cx.of_type("AWS::CloudFront::Distribution").any(|(_, distribution)| {
        distribution.props.at("DistributionConfig.Origins").items().iter().any(|origin| {
            let domain = origin.get("DomainName");
            crate::api::refers_to(cx.graph, domain, ix)
                || name.as_deref().is_some_and(|n| domain.display().starts_with(n))
        })
    })
}
