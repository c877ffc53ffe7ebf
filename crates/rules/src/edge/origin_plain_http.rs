//! a distribution calls its origin over plain HTTP or old TLS
//!
//! ## What
//!
//! The custom origin of an enabled CloudFront distribution has the protocol policy `http-only`, or `match-viewer` with a behaviour that leads to it and accepts plain HTTP; or its list of TLS versions has
//! one older than 1.2. A bucket's website speaks plain HTTP only and counts. An origin in a VPC (`VpcOriginConfig`) is another thing.
//!
//! ## Why
//!
//! Between CloudFront and the origin lies the internet. Somebody on that way reads what users send over HTTPS, cookies and passwords with it, or answers in the origin's name: what they answer stays
//! in the cache for everybody.
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
//!             CustomOriginConfig:
//!               OriginProtocolPolicy: http-only # finding
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
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
//!             CustomOriginConfig:
//!               OriginProtocolPolicy: https-only # finding
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
//! ```
//!
//! Users choose, and may choose plain HTTP:
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! custom:
//!   protocol: match-viewer # finding
//! resources:
//!   Resources:
//!     Site:
//!       Type: AWS::CloudFront::Distribution
//!       Properties:
//!         DistributionConfig:
//!           Enabled: true
//!           Origins:
//!             - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: '${self:custom.protocol}'}}
//!           DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: allow-all}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_cloudfront_distribution" "site" {
//!   enabled = true
//!   origin {
//!     origin_id   = "api"
//!     domain_name = "api.example.com"
//!     custom_origin_config {
//!       http_port              = 80
//!       https_port             = 443
//!       origin_protocol_policy = "https-only"
//!       origin_ssl_protocols   = ["TLSv1", "TLSv1.1", "TLSv1.2"] # finding
//!     }
//!   }
//!   default_cache_behavior {
//!     target_origin_id       = "api"
//!     viewer_protocol_policy = "https-only"
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
//!     origin_id   = "api"
//!     domain_name = "api.example.com"
//!     custom_origin_config {
//!       http_port              = 80
//!       https_port             = 443
//!       origin_protocol_policy = "https-only"
//!       origin_ssl_protocols   = ["TLSv1.2"] # finding
//!     }
//!   }
//!   default_cache_behavior {
//!     target_origin_id       = "api"
//!     viewer_protocol_policy = "https-only"
//!     allowed_methods        = ["GET", "HEAD"]
//!     cached_methods         = ["GET", "HEAD"]
//!   }
//! }
//! ```
//!
//! `match-viewer` where no behaviour accepts plain HTTP:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Site:
//!     Type: AWS::CloudFront::Distribution
//!     Properties:
//!       DistributionConfig:
//!         Enabled: true
//!         Origins:
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: match-viewer}}
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: redirect-to-https}
//! ```
//!
//! ```hcl good main.tf
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
//!           - {Id: api, DomainName: api.example.com, CustomOriginConfig: {OriginProtocolPolicy: !Ref Policy}}
//!         DefaultCacheBehavior: {TargetOriginId: api, ViewerProtocolPolicy: https-only}
//! ```
//!
//! ## How to fix
//!
//! Set `OriginProtocolPolicy` to `https-only` and `OriginSSLProtocols` to `[TLSv1.2]`. The origin needs a certificate that names its domain name or that of the request (a load balancer: a listener on
//! 443), else CloudFront answers 502. Instead of a bucket's website, name the bucket itself as origin, with an origin access control.

use std::collections::BTreeMap;

use super::{Distribution, Kind, Origin, Origins, buckets, distributions, rewritten};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[319, 326],
        owasp_serverless: &["S3", "SAS-3"],
        checkov: &["CKV2_AWS_72"],
        aws: &["CloudFront.9", "CloudFront.10"],
        attack: &["T1557", "T1040"],
        stride: &["I", "T"],
        others: &[],
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let known = buckets(cx);
    for distribution in distributions(cx) {
        let origins = distribution.origins(cx, &known);
        let (asked, anyhow) = asked(&distribution, &origins);
        let mut old: Vec<(&Origin<'_>, String)> = Vec::new();
        for (n, origin) in
            origins.all.iter().enumerate().filter(|(_, o)| !o.val.get("CustomOriginConfig").is_null())
        {
            let policy = origin.val.lookup("CustomOriginConfig.OriginProtocolPolicy");
            let plain = policy.is("http-only");
            let matching = match policy.is("match-viewer") {
                Tri::Yes => asked.get(&n).copied().unwrap_or(Tri::No).or(anyhow),
                other => other,
            };
            match plain.or(matching) {
                Tri::Yes => out.push(unencrypted(cx, &distribution, origin, policy)),
                Tri::Unknown => out.cannot_tell(distribution.ix, "OriginProtocolPolicy", policy),
                Tri::No => {}
            }
            if !plain.is_yes() {
                old.extend(old_versions(&distribution, origin, out).map(|versions| (origin, versions)));
            }
        }
        out.found.extend(old_origins(cx, &distribution, &old));
    }
}

/// Which origins somebody can ask over plain HTTP by way of the distribution; and whether that holds for any of them,
/// by a behaviour whose origins are not in the file.
fn asked(distribution: &Distribution<'_>, origins: &Origins<'_>) -> (BTreeMap<usize, Tri>, Tri) {
    let mut answers: BTreeMap<usize, Tri> = BTreeMap::new();
    let mut any = Tri::No;
    for behaviour in distribution.behaviours() {
        let plain = behaviour.val.lookup("ViewerProtocolPolicy").is("allow-all");
        let mut leads = false;
        for (n, _) in origins.of(&behaviour) {
            leads = true;
            let answer = answers.entry(n).or_insert(Tri::No);
            *answer = answer.or(plain);
        }
        if !leads {
            any = any.or(plain.and(Tri::Unknown));
        }
    }
    (answers, any)
}

/// What people call an origin.
fn who(cx: &Cx<'_>, origin: &Origin<'_>) -> String {
    match origin.node {
        Some(node) if origin.kind == Kind::Website => format!("the website of {}", cx.subject(node)),
        Some(node) => cx.subject(node),
        None if origin.domain.is_known() => format!("`{}`", origin.domain.display()),
        None => format!("origin `{}`", origin.id),
    }
}

fn unencrypted(cx: &Cx<'_>, distribution: &Distribution<'_>, origin: &Origin<'_>, policy: &Val) -> Found {
    let always = policy.is("http-only").is_yes();
    let sometimes = if always { "" } else { " when it is called so itself" };
    let message = format!("{{subject}} calls {} over plain HTTP{sometimes}", who(cx, origin));
    let help = if origin.kind == Kind::Website {
        "name the bucket itself as origin, with an origin access control: its website has no TLS"
    } else {
        "set `OriginProtocolPolicy` to `https-only`; the origin needs a certificate"
    };
    let label = if always { "plain HTTP" } else { "plain HTTP where a behaviour accepts it" };
    let proposal = rewritten([policy], "https-only", "call the origin over HTTPS");
    Found::at_value(distribution.ix, policy, origin.val.span.or(distribution.node.span), message)
        .label(label)
        .help(help)
        .evidence(format!("{} {}", policy.display(), origin.id))
        .fixes(proposal.filter(|_| may_speak_tls(cx, origin)))
}

/// Whether an origin may have a certificate: a server or load balancer of the application needs to be given one first.
fn may_speak_tls(cx: &Cx<'_>, origin: &Origin<'_>) -> bool {
    let own = origin.node.and_then(|ix| cx.node(ix));
    let bare =
        own.is_some_and(|n| n.ty.starts_with("AWS::EC2::") || n.ty.starts_with("AWS::ElasticLoadBalancing"));
    origin.kind != Kind::Website && !bare
}

/// The TLS versions older than 1.2 that an origin may be called with.
fn old_versions(distribution: &Distribution<'_>, origin: &Origin<'_>, out: &mut Findings) -> Option<String> {
    let list = versions(origin);
    let is_old = |v: &&Val| matches!(v.as_str(), Some("SSLv3" | "TLSv1" | "TLSv1.1"));
    let old: Vec<&str> = list.items().iter().filter(is_old).filter_map(Val::as_str).collect();
    if old.is_empty() && list.any_unknown() {
        out.cannot_tell(distribution.ix, "OriginSSLProtocols", list);
    }
    (!old.is_empty()).then(|| old.join(", "))
}

fn versions<'a>(origin: &Origin<'a>) -> &'a Val {
    origin.val.lookup("CustomOriginConfig.OriginSSLProtocols")
}

/// One finding for all origins of a distribution that may be called with old TLS.
fn old_origins(cx: &Cx<'_>, distribution: &Distribution<'_>, old: &[(&Origin<'_>, String)]) -> Option<Found> {
    let ((origin, names), rest) = old.split_first()?;
    let more = match rest.len() {
        0 => String::new(),
        1 => " and one more origin".to_owned(),
        n => format!(" and {n} more origins"),
    };
    let list = versions(origin);
    let message = format!("{{subject}} may call {}{more} with {names}", who(cx, origin));
    let better = Literal::List(vec!["TLSv1.2".into()]);
    let mut found =
        Found::at_value(distribution.ix, list, origin.val.span.or(distribution.node.span), message)
            .label("older than TLS 1.2")
            .help("set `OriginSSLProtocols` to `[TLSv1.2]`")
            .evidence(format!("origin TLS {names}"));
    for (other, names) in rest.iter().take(3) {
        found = found.also(versions(other).span, format!("and {} with {names}", who(cx, other)));
    }
    let lists = old.iter().map(|(origin, _)| versions(origin));
    Some(found.fixes(rewritten(lists, better, "call the origin with TLS 1.2 only")))
}
