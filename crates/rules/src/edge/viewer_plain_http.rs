//! a distribution answers requests without TLS
//!
//! ## What
//!
//! A cache behaviour of a CloudFront distribution that is enabled has the viewer protocol policy `allow-all`: what is asked for over plain HTTP is answered over plain HTTP. The `cloudFront` event of
//! serverless.yml has it where no other is written. One finding a distribution.
//!
//! ## Why
//!
//! Somebody in the same network reads and changes what goes over the line: session cookies, tokens in addresses, and the scripts of the page. One script that is exchanged on its way acts as the
//! user on every later page.
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
//!           - Id: api
//!             DomainName: api.example.com
//!             CustomOriginConfig: {OriginProtocolPolicy: https-only}
//!         DefaultCacheBehavior:
//!           TargetOriginId: api
//!           ViewerProtocolPolicy: allow-all # finding
//!         CacheBehaviors:
//!           - PathPattern: /static/*
//!             TargetOriginId: api
//!             ViewerProtocolPolicy: https-only
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         Origins:
//!           - Id: api
//!             DomainName: api.example.com
//!             CustomOriginConfig: {OriginProtocolPolicy: https-only}
//!         DefaultCacheBehavior:
//!           TargetOriginId: api
//!           ViewerProtocolPolicy: redirect-to-https # finding
//!         CacheBehaviors:
//!           - PathPattern: /static/*
//!             TargetOriginId: api
//!             ViewerProtocolPolicy: https-only
//! ```
//!
//! The framework's own default:
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! functions:
//!   headers:
//!     handler: headers.handler
//!     events:
//!       - cloudFront: # finding
//!           eventType: viewer-response
//!           origin: https://api.example.com
//! ```
//!
//! ```hcl bad main.tf
//! variable "protocol" {
//!   default = "allow-all" # finding
//! }
//!
//! resource "aws_cloudfront_distribution" "site" {
//!   enabled = true
//!   origin {
//!     origin_id   = "api"
//!     domain_name = "api.example.com"
//!     custom_origin_config {
//!       http_port              = 80
//!       https_port             = 443
//!       origin_protocol_policy = "https-only"
//!       origin_ssl_protocols   = ["TLSv1.2"]
//!     }
//!   }
//!   default_cache_behavior {
//!     target_origin_id       = "api"
//!     viewer_protocol_policy = var.protocol
//!     allowed_methods        = ["GET", "HEAD"]
//!     cached_methods         = ["GET", "HEAD"]
//!   }
//! }
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_cloudfront_distribution" "site" {
//!   enabled = true
//!   origin {
//!     origin_id                = "site"
//!     domain_name              = "site.s3.eu-west-1.amazonaws.com"
//!     origin_access_control_id = "E1"
//!   }
//!   default_cache_behavior {
//!     target_origin_id       = "site"
//!     viewer_protocol_policy = "redirect-to-https"
//!     allowed_methods        = ["GET", "HEAD"]
//!     cached_methods         = ["GET", "HEAD"]
//!   }
//!   ordered_cache_behavior {
//!     path_pattern           = "/old/*"
//!     target_origin_id       = "site"
//!     viewer_protocol_policy = "allow-all" # finding
//!     allowed_methods        = ["GET", "HEAD"]
//!     cached_methods         = ["GET", "HEAD"]
//!   }
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_cloudfront_distribution" "site" {
//!   enabled = true
//!   origin {
//!     origin_id                = "site"
//!     domain_name              = "site.s3.eu-west-1.amazonaws.com"
//!     origin_access_control_id = "E1"
//!   }
//!   default_cache_behavior {
//!     target_origin_id       = "site"
//!     viewer_protocol_policy = "redirect-to-https"
//!     allowed_methods        = ["GET", "HEAD"]
//!     cached_methods         = ["GET", "HEAD"]
//!   }
//!   ordered_cache_behavior {
//!     path_pattern           = "/old/*"
//!     target_origin_id       = "site"
//!     viewer_protocol_policy = "redirect-to-https" # finding
//!     allowed_methods        = ["GET", "HEAD"]
//!     cached_methods         = ["GET", "HEAD"]
//!   }
//! }
//! ```
//!
//! A distribution that is switched off answers nobody, and a redirect carries nothing:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Old:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: false
//!         Origins:
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: allow-all}
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         Origins:
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: redirect-to-https}
//! ```
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
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Policy: {Type: String}
//! Resources:
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         Origins:
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: !Ref Policy}
//! ```
//!
//! ## How to fix
//!
//! Set `ViewerProtocolPolicy` to `redirect-to-https` (under `behavior` of a `cloudFront` event, `viewer_protocol_policy` in Terraform), or to `https-only` for an interface that programs call: a
//! redirected `POST` arrives as a `GET`. Clients without TLS are refused or redirected.

use super::{Behaviour, Distribution, distributions, is_default, rewritten};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[319],
        owasp_serverless: &["S3", "SAS-3"],
        checkov: &["CKV_AWS_34"],
        aws: &["CloudFront.3"],
        attack: &["T1557", "T1040"],
        stride: &["I", "T"],
        others: &["AWS-0012"],
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for distribution in distributions(cx) {
        let mut plain: Vec<(Behaviour<'_>, &Val)> = Vec::new();
        for behaviour in distribution.behaviours() {
            let policy = behaviour.val.lookup("ViewerProtocolPolicy");
            match policy.is("allow-all") {
                Tri::No => {}
                Tri::Unknown => out.cannot_tell(distribution.ix, "ViewerProtocolPolicy", policy),
                Tri::Yes => plain.push((behaviour, policy)),
            }
        }
        out.found.extend(found(&distribution, &plain));
    }
}

fn found(distribution: &Distribution<'_>, plain: &[(Behaviour<'_>, &Val)]) -> Option<Found> {
    let ((behaviour, policy), rest) = plain.split_first()?;
    let (more, verb) = match rest.len() {
        0 => (String::new(), "answers"),
        1 => (" and one more behaviour".to_owned(), "answer"),
        n => (format!(" and {n} more behaviours"), "answer"),
    };
    let message = format!("{}{more} of {{subject}} {verb} over plain HTTP", behaviour.words());
    let label = if is_default(policy) {
        "answers plain HTTP where nothing else is said"
    } else {
        "answers plain HTTP, too"
    };
    let mut found = Found::at_value(distribution.ix, policy, behaviour.at, message)
        .label(label)
        .help("set `ViewerProtocolPolicy` to `redirect-to-https`, or to `https-only` where programs call")
        .evidence("allow-all");
    for (other, policy) in rest.iter().take(SHOWN) {
        found = found.also(policy.span.or(other.at), format!("so does {}", other.words()));
    }
    let values = plain.iter().map(|(_, policy)| *policy);
    Some(found.fixes(rewritten(values, "redirect-to-https", "redirect plain HTTP to HTTPS")))
}

/// Further behaviours that are shown with their places.
const SHOWN: usize = 5;
