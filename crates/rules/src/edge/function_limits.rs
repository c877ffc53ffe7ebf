//! a function at the edge is set up as CloudFront does not take it
//!
//! ## What
//!
//! The function of a Lambda@Edge association of an enabled CloudFront distribution has environment variables, is in a VPC, or has a timeout above 30 seconds (5 for `viewer-request` and
//! `viewer-response`): CloudFront refuses it. Or its role may be assumed by others than `lambda.amazonaws.com` and `edgelambda.amazonaws.com`.
//!
//! ## Why
//!
//! A deployment that fails half-way leaves the old code at the edge, without the check that the new one brings. A role that others may assume is theirs as well: whoever makes that service run
//! something has what the function at the edge may do.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function:
//!     Timeout: 10 # finding
//! Resources:
//!   Check:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: check.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       AutoPublishAlias: live
//!       Environment: {Variables: {KEY: one}} # finding
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
//!           LambdaFunctionAssociations:
//!             - {EventType: viewer-request, LambdaFunctionARN: !Ref Check.Version}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! functions:
//!   check:
//!     handler: check.handler
//!     timeout: 31 # finding
//!     events:
//!       - cloudFront:
//!           eventType: origin-request
//!           origin: https://api.example.com
//!           behavior: {ViewerProtocolPolicy: https-only}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_iam_role" "check" {
//!   assume_role_policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Action    = "sts:AssumeRole"
//!       Principal = {
//!         Service = [
//!           "lambda.amazonaws.com",
//!           "edgelambda.amazonaws.com",
//!           "ec2.amazonaws.com" # finding
//!         ]
//!       }
//!     }]
//!   })
//! }
//!
//! resource "aws_lambda_function" "check" {
//!   function_name = "check"
//!   role          = aws_iam_role.check.arn
//!   handler       = "check.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "check.zip"
//!   publish       = true
//!   vpc_config { # finding
//!     subnet_ids         = ["subnet-1"]
//!     security_group_ids = ["sg-1"]
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
//!     target_origin_id       = "site"
//!     viewer_protocol_policy = "https-only"
//!     allowed_methods        = ["GET", "HEAD"]
//!     cached_methods         = ["GET", "HEAD"]
//!     lambda_function_association {
//!       event_type = "origin-response"
//!       lambda_arn = aws_lambda_function.check.qualified_arn
//!     }
//!   }
//! }
//! ```
//!
//! Thirty seconds are fine before the origin:
//!
//! ```hcl good main.tf
//! resource "aws_iam_role" "check" {
//!   assume_role_policy = jsonencode({
//!     Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"] } }]
//!   })
//! }
//!
//! resource "aws_lambda_function" "check" {
//!   function_name = "check"
//!   role          = aws_iam_role.check.arn
//!   handler       = "check.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "check.zip"
//!   publish       = true
//!   timeout       = 30
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
//!     target_origin_id       = "site"
//!     viewer_protocol_policy = "https-only"
//!     allowed_methods        = ["GET", "HEAD"]
//!     cached_methods         = ["GET", "HEAD"]
//!     lambda_function_association {
//!       event_type = "origin-request"
//!       lambda_arn = aws_lambda_function.check.qualified_arn
//!     }
//!   }
//! }
//! ```
//!
//! The framework leaves the variables of the provider out of functions at the edge:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   environment: {KEY: one}
//! functions:
//!   check:
//!     handler: check.handler
//!     events:
//!       - cloudFront:
//!           eventType: viewer-request
//!           origin: https://api.example.com
//!           behavior: {ViewerProtocolPolicy: https-only}
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Seconds: {Type: Number}
//! Resources:
//!   Check:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: check.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       AutoPublishAlias: live
//!       Timeout: !Ref Seconds
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
//!           LambdaFunctionAssociations:
//!             - {EventType: viewer-request, LambdaFunctionARN: !Ref Check.Version}
//! ```
//!
//! ## How to fix
//!
//! Write what the function needs to know into its code when it is packaged, or have it ask Systems Manager; take it out of the VPC; set `Timeout` to 5 for viewer events, 30 for origin events. Give
//! functions at the edge a role of their own that `lambda.amazonaws.com` and `edgelambda.amazonaws.com` may assume.

use std::collections::BTreeMap;

use super::distributions;
use crate::policy;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[16, 250],
        owasp_serverless: &["S6", "SAS-3"],
        stride: &["D", "E"],
        ..References::NONE
    },
    check,
};

/// Who has to be able to assume the role, and nobody else.
const SERVICES: &[&str] = &["lambda.amazonaws.com", "edgelambda.amazonaws.com"];

/// Seconds that CloudFront waits for a function before the viewer's cache, and behind it.
const VIEWER: i64 = 5;
const ORIGIN: i64 = 30;

/// How a function stands at the edge: the shortest time that it has there, and where that is written.
struct Place {
    seconds: i64,
    at: Span,
}

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let mut functions: BTreeMap<NodeIx, Place> = BTreeMap::new();
    for distribution in distributions(cx) {
        for behaviour in distribution.behaviours() {
            for association in behaviour.val.get("LambdaFunctionAssociations").items() {
                let Some(ix) = cx.graph.resolve(association.get("LambdaFunctionARN")) else { continue };
                let viewer = association.get("EventType").starts_with("viewer").is_yes();
                let seconds = if viewer { VIEWER } else { ORIGIN };
                let place = functions.entry(ix).or_insert(Place { seconds, at: association.span });
                if seconds < place.seconds {
                    *place = Place { seconds, at: association.span };
                }
            }
        }
    }
    for (ix, place) in functions {
        if let Some(node) = cx.node(ix).filter(|n| n.kind == NodeKind::Function) {
            refused(ix, node, &place, out);
            trust(cx, ix, &place, out);
        }
    }
}

/// What CloudFront does not take.
fn refused(ix: NodeIx, node: &Node, place: &Place, out: &mut Findings) {
    let mut report = |val: &Val, what: &str, label: &str, help: &str| {
        out.push(
            Found::at_value(ix, val, node.span, format!("CloudFront does not take {{subject}}: {what}"))
                .label(label)
                .help(help)
                .also(place.at, "it stands at the edge here")
                .evidence(what),
        );
    };
    let variables = node.props.at("Environment.Variables");
    if !variables.entries().is_empty() {
        report(
            variables,
            "it has environment variables",
            "not at the edge",
            "write what the function needs to know into its code when it is packaged",
        );
    }
    let network = node.props.get("VpcConfig");
    if network.get("SubnetIds").items().iter().any(|s| !s.is_null()) {
        report(network, "it is in a VPC", "not at the edge", "take the function out of the VPC");
    }
    let timeout = node.props.get("Timeout");
    match timeout.as_int() {
        Some(seconds) if seconds > place.seconds => report(
            timeout,
            &format!("it may run for {seconds} seconds"),
            &format!("at most {} seconds here", place.seconds),
            &format!("set `Timeout` to {} or less", place.seconds),
        ),
        None if !timeout.is_null() => out.cannot_tell(ix, "Timeout", timeout),
        _ => {}
    }
}

/// Who else may assume the role.
fn trust(cx: &Cx<'_>, ix: NodeIx, place: &Place, out: &mut Findings) {
    let roles = cx.roles(ix).filter(|(_, n)| n.implied_by.is_none());
    for (role, statement) in
        roles.filter_map(|(_, n)| Some((n, n.role()?))).flat_map(|(n, r)| r.trust.iter().map(move |s| (n, s)))
    {
        if !statement.allows().is_yes() || statement.implied_by.is_some() {
            continue;
        }
        let services = policy::principals(&statement.principal, "Service").iter();
        let strangers = services.filter(|s| s.as_str().is_some_and(|name| !SERVICES.contains(&name)));
        let all: Vec<&Val> = strangers.chain(policy::principals(&statement.principal, "AWS")).collect();
        let Some(first) = all.first() else { continue };
        let names: Vec<String> = all.iter().map(|v| format!("`{}`", v.display())).collect();
        let message =
            format!("{} may assume the role of {{subject}}, which runs at the edge", names.join(", "));
        out.push(
            Found::at_value(ix, first, role.span, message)
                .label("neither Lambda nor Lambda@Edge")
                .help("give the function a role of its own that only `lambda.amazonaws.com` and `edgelambda.amazonaws.com` may assume")
                .also(place.at, "it stands at the edge here")
                .evidence(format!("trusts {}", names.join(", "))),
        );
    }
}
