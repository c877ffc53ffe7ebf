//! a distribution tells browsers nothing about security
//!
//! ## What
//!
//! A behaviour of an enabled CloudFront distribution has no response headers policy and no function that sees the answers; or it has a policy, of the application or of AWS, that does not set
//! `Strict-Transport-Security`. One finding a distribution or policy.
//!
//! ## Why
//!
//! Without `Strict-Transport-Security` a browser asks for plain HTTP again on the first request of the next visit, and somebody in the same network answers it. Without `X-Frame-Options` a foreign
//! page shows this one in a frame and has its users click; without a content security policy one injected script may load all others.
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
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!         DefaultCacheBehavior: # finding
//!           TargetOriginId: api
//!           ViewerProtocolPolicy: https-only
//! ```
//!
//! A policy for other headers:
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! resources:
//!   Resources:
//!     Headers: # finding
//!       Type: AWS::CloudFront::ResponseHeadersPolicy
//!       Properties:
//!         ResponseHeadersPolicyConfig:
//!           Name: shop
//!           CorsConfig:
//!             AccessControlAllowCredentials: false
//!             AccessControlAllowHeaders: {Items: ['*']}
//!             AccessControlAllowMethods: {Items: [GET]}
//!             AccessControlAllowOrigins: {Items: ['https://example.com']}
//!             OriginOverride: true
//!     Site:
//!       Type: AWS::CloudFront::Distribution
//!       Properties:
//!         DistributionConfig:
//!           Enabled: true
//!           Origins:
//!             - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!           DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only, ResponseHeadersPolicyId: !Ref Headers}
//! ```
//!
//! ```hcl bad main.tf
//! variable "headers" {
//!   default = "60669652-455b-4ae9-85a4-c4c02393f86c" # finding
//! }
//!
//! resource "aws_cloudfront_distribution" "site" {
//!   enabled = true
//!   origin {
//!     origin_id                = "site"
//!     domain_name              = "site.s3.eu-west-1.amazonaws.com"
//!     origin_access_control_id = "E1"
//!   }
//!   default_cache_behavior {
//!     target_origin_id           = "site"
//!     viewer_protocol_policy     = "https-only"
//!     response_headers_policy_id = var.headers
//!     allowed_methods            = ["GET", "HEAD"]
//!     cached_methods             = ["GET", "HEAD"]
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_cloudfront_response_headers_policy" "site" {
//!   name = "site"
//!   security_headers_config {
//!     strict_transport_security {
//!       access_control_max_age_sec = 31536000
//!       include_subdomains         = true
//!       override                   = true
//!     }
//!   }
//! }
//!
//! resource "aws_cloudfront_distribution" "site" {
//!   enabled = true
//!   origin {
//!     origin_id                = "site"
//!     domain_name              = "site.s3.eu-west-1.amazonaws.com"
//!     origin_access_control_id = "E1"
//!   }
//!   default_cache_behavior {
//!     target_origin_id           = "site"
//!     viewer_protocol_policy     = "https-only"
//!     response_headers_policy_id = aws_cloudfront_response_headers_policy.site.id
//!     allowed_methods            = ["GET", "HEAD"]
//!     cached_methods             = ["GET", "HEAD"]
//!   }
//! }
//! ```
//!
//! A function sees every answer:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Headers:
//!     Type: AWS::CloudFront::Function
//!     Properties:
//!       Name: headers
//!       AutoPublish: true
//!       FunctionConfig: {Comment: headers, Runtime: cloudfront-js-2.0}
//!       FunctionCode: 'function handler(event) { return event.response; }'
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         Origins:
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}
//!         DefaultCacheBehavior:
//!           TargetOriginId: api
//!           ViewerProtocolPolicy: https-only
//!           FunctionAssociations:
//!             - {EventType: viewer-response, FunctionARN: !GetAtt Headers.FunctionARN}
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
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only, ResponseHeadersPolicyId: !Ref Policy}
//! ```
//!
//! ## How to fix
//!
//! Name AWS's policy `SecurityHeadersPolicy` (`67f7725c-6f97-4210-82d7-5512b31e9d03`) in `ResponseHeadersPolicyId` of each behaviour, or a policy of your own with `SecurityHeadersConfig`. Pages that
//! others show in frames need another `X-Frame-Options` than AWS's policy gives. It costs nothing.

use std::collections::BTreeSet;

use super::{Behaviour, Distribution, Said, distributions, said};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[693, 1021],
        owasp_serverless: &["S6", "SAS-3"],
        checkov: &["CKV_AWS_259", "CKV2_AWS_32"],
        attack: &["T1557"],
        stride: &["T", "I"],
        ..References::NONE
    },
    check,
};

/// Policies that AWS manages and that set headers for cross-origin requests only.
const CROSS_ORIGIN_ONLY: &[(&str, &str)] = &[
    ("60669652-455b-4ae9-85a4-c4c02393f86c", "SimpleCORS"),
    ("5cc3b908-e619-4b99-88e5-2cf7f45965bd", "CORS-With-Preflight"),
];

const HELP: &str = "name `SecurityHeadersPolicy` of AWS, or a policy with `SecurityHeadersConfig`, in `ResponseHeadersPolicyId`";

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let mut policies = BTreeSet::new();
    for distribution in distributions(cx) {
        let mut bare: Vec<Behaviour<'_>> = Vec::new();
        for behaviour in distribution.behaviours() {
            // A pattern that is not known may stand for no behaviour at all.
            let maybe = behaviour.pattern.as_deref() == Some("");
            if maybe || sees_answers(&behaviour) {
                continue;
            }
            match said(behaviour.val, "ResponseHeadersPolicyId") {
                Said::Nothing(_) => bare.push(behaviour),
                Said::Unknown(val) => out.cannot_tell(distribution.ix, "ResponseHeadersPolicyId", val),
                Said::Something(val) => {
                    if let Some(policy) = cx.graph.resolve(val) {
                        policies.insert(policy);
                    } else if let Some((_, name)) =
                        CROSS_ORIGIN_ONLY.iter().find(|(id, _)| val.is(id).is_yes())
                    {
                        out.push(of_amazon(&distribution, &behaviour, val, name));
                    }
                }
            }
        }
        if let [first, rest @ ..] = bare.as_slice() {
            out.push(without(&distribution, first, rest));
        }
    }
    for (ix, node) in policies.into_iter().filter_map(|ix| Some((ix, cx.node(ix)?))) {
        own(ix, node, out);
    }
}

/// Whether a function may add headers to the answers.
fn sees_answers(behaviour: &Behaviour<'_>) -> bool {
    let lists = ["FunctionAssociations", "LambdaFunctionAssociations"];
    let mut all = lists.iter().flat_map(|key| behaviour.val.get(key).items());
    all.any(|a| {
        !a.get("EventType").is("viewer-request").is_yes() && !a.get("EventType").is("origin-request").is_yes()
    })
}

fn without(distribution: &Distribution<'_>, first: &Behaviour<'_>, rest: &[Behaviour<'_>]) -> Found {
    let more = match rest.len() {
        0 => String::new(),
        1 => " and one more behaviour".to_owned(),
        n => format!(" and {n} more behaviours"),
    };
    let verb = if rest.is_empty() { "sets" } else { "set" };
    let message = format!("{}{more} of {{subject}} {verb} no security headers", first.words());
    let place = if first.at.is_some() { first.at } else { distribution.node.span };
    let mut found = Found::new(distribution.ix, place, message)
        .label("no response headers policy")
        .help(HELP)
        .evidence("no response headers policy");
    for other in rest.iter().take(3) {
        found = found.also(other.at, format!("nor does {}", other.words()));
    }
    found
}

fn of_amazon(distribution: &Distribution<'_>, behaviour: &Behaviour<'_>, val: &Val, name: &str) -> Found {
    let message = format!("{} of {{subject}} sets no security headers", behaviour.words());
    Found::at_value(distribution.ix, val, behaviour.at, message)
        .label(format!("`{name}` is for cross-origin requests only"))
        .help(HELP)
        .evidence(format!("{name} {}", behaviour.words()))
}

/// A policy of the application that does not tell browsers to stay with HTTPS.
fn own(ix: NodeIx, node: &Node, out: &mut Findings) {
    if node.ty != "AWS::CloudFront::ResponseHeadersPolicy" {
        return;
    }
    let config = node.props.get("ResponseHeadersPolicyConfig");
    let custom = config.at("CustomHeadersConfig.Items").items().iter();
    let by_hand = custom.map(|h| h.get("Header")).any(|name| {
        !name.is_known() || name.as_str().is_some_and(|n| n.eq_ignore_ascii_case("Strict-Transport-Security"))
    });
    match said(config, "SecurityHeadersConfig.StrictTransportSecurity") {
        Said::Nothing(_) if !by_hand => out.push(
            Found::new(ix, node.span, "{subject} does not tell browsers to stay with HTTPS")
                .label("no `StrictTransportSecurity`")
                .help("add `SecurityHeadersConfig` with `StrictTransportSecurity`")
                .evidence("no strict transport security"),
        ),
        Said::Unknown(val) => out.cannot_tell(ix, "SecurityHeadersConfig", val),
        _ => {}
    }
}
