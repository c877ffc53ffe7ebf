//! a distribution has no web application firewall
//!
//! ## What
//!
//! An enabled CloudFront distribution names no web ACL in `WebACLId`, or one of the application whose scope is `REGIONAL`: CloudFront takes `CLOUDFRONT` only. Silent where an HTTP or WebSocket API of the application stands behind it: `api-public-without-waf` says it there.
//!
//! ## Why
//!
//! A web ACL drops requests before they cost anything: known bad addresses, too many from one address, injection strings, the first wave after a new hole in a framework. Without it each of them is
//! answered, and paid for.
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
//!   firewall: '' # finding
//! resources:
//!   Resources:
//!     Site:
//!       Type: AWS::CloudFront::Distribution
//!       Properties:
//!         DistributionConfig:
//!           Enabled: true
//!           WebACLId: ${self:custom.firewall}
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
//! ```yaml bad template.yaml
//! Resources:
//!   Firewall:
//!     Type: AWS::WAFv2::WebACL
//!     Properties:
//!       Scope: REGIONAL
//!       DefaultAction: {Allow: {}}
//!       VisibilityConfig: {MetricName: api, CloudWatchMetricsEnabled: true, SampledRequestsEnabled: true}
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         WebACLId: !GetAtt Firewall.Arn # finding
//!         Origins:
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
//! ```
//!
//! A web ACL that is made elsewhere protects as well:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         WebACLId: arn:aws:wafv2:us-east-1:123456789012:global/webacl/main/11111111-2222-3333-4444-555555555555
//!         Origins:
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_wafv2_web_acl" "site" {
//!   name  = "site"
//!   scope = "CLOUDFRONT"
//!   default_action {
//!     allow {}
//!   }
//!   visibility_config {
//!     metric_name                = "site"
//!     cloudwatch_metrics_enabled = true
//!     sampled_requests_enabled   = true
//!   }
//! }
//!
//! resource "aws_cloudfront_distribution" "site" {
//!   enabled    = true
//!   web_acl_id = aws_wafv2_web_acl.site.arn
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
//! Another stack is to say which:
//!
//! ```yaml unknown template.yaml
//! Resources:
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         WebACLId: !ImportValue firewall
//!         Origins:
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ## How to fix
//!
//! Make an `AWS::WAFv2::WebACL` of scope `CLOUDFRONT` (in us-east-1) with a rate rule and the managed core rules, and name its ARN in `WebACLId`. It costs about 5 US dollars a month for the ACL, 1
//! a rule and 0.60 a million requests. Begin with the rules in count mode: false alarms refuse real users.

use super::{Distribution, Said, distributions, said};
use crate::api::public_without_waf;
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
        cwe: &[693],
        owasp_serverless: &["SAS-8"],
        checkov: &["CKV_AWS_68"],
        aws: &["CloudFront.6"],
        attack: &["T1190", "T1110"],
        stride: &["D"],
        others: &["AWS-0011"],
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let reported = public_without_waf::before_apis(cx);
    for distribution in distributions(cx).filter(|d| !reported.contains(&d.ix)) {
        let (ix, node) = (distribution.ix, distribution.node);
        match said(distribution.config, "WebACLId") {
            Said::Something(val) => named(cx, &distribution, val, out),
            Said::Unknown(val) => out.cannot_tell(ix, "WebACLId", val),
            Said::Nothing(val) => out.push(
                switch::absent_or(
                    ix,
                    node,
                    "WebACLId",
                    val,
                    "no web ACL",
                    "no web application firewall stands before {subject}",
                )
                .help("set `WebACLId` to the ARN of an `AWS::WAFv2::WebACL` of scope `CLOUDFRONT`")
                .evidence("no web ACL"),
            ),
        }
    }
}

/// A web ACL that is named: one of the application has to be for CloudFront.
fn named(cx: &Cx<'_>, distribution: &Distribution<'_>, val: &Val, out: &mut Findings) {
    let ix = distribution.ix;
    match cx.graph.resolve(val).and_then(|acl| cx.node(acl)) {
        Some(acl) if acl.ty == "AWS::WAFv2::WebACL" && acl.props.get("Scope").is("REGIONAL").is_yes() => {
            let message = format!(
                "the web ACL of {{subject}}, `{}`, is for one region: CloudFront does not take it",
                acl.name
            );
            out.push(
                Found::at_value(ix, val, distribution.node.span, message)
                    .label("a web ACL of scope `REGIONAL`")
                    .help("make a web ACL of scope `CLOUDFRONT` in us-east-1")
                    .also(acl.props.get("Scope").span, "its scope")
                    .evidence("regional web ACL"),
            );
        }
        None if matches!(val.state, State::Ref(_)) => out.cannot_tell(ix, "WebACLId", val),
        _ => {}
    }
}
