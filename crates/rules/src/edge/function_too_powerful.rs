//! a function at the edge reads request bodies and may do more than log
//!
//! ## What
//!
//! A Lambda@Edge association of an enabled CloudFront distribution has `IncludeBody`, and the role of its function allows more than writing logs, traces and metrics, by a statement or a managed policy.
//!
//! ## Why
//!
//! The function runs before everything that could check a request, with all that anybody on the internet sends, copied to every region. A fault in how it reads a body gives the attacker what its
//! role may do, and the attack begins in whichever region is nearest to them, where nobody looks for logs.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Check:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: check.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       AutoPublishAlias: live
//!       Policies:
//!         - Statement:
//!             - Effect: Allow
//!               Action: dynamodb:PutItem
//!               Resource: arn:aws:dynamodb:eu-west-1:123456789012:table/orders
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
//!             - EventType: viewer-request
//!               LambdaFunctionARN: !Ref Check.Version
//!               IncludeBody: true # finding
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   iam:
//!     role:
//!       statements:
//!         - Effect: Allow
//!           Action: dynamodb:PutItem
//!           Resource: arn:aws:dynamodb:eu-west-1:123456789012:table/orders
//! custom:
//!   body: true # finding
//! functions:
//!   check:
//!     handler: check.handler
//!     events:
//!       - cloudFront:
//!           eventType: viewer-request
//!           includeBody: ${self:custom.body}
//!           origin: https://api.example.com
//!           behavior: {ViewerProtocolPolicy: https-only}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_iam_role" "check" {
//!   assume_role_policy = jsonencode({
//!     Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"] } }]
//!   })
//! }
//!
//! resource "aws_iam_role_policy_attachment" "check" {
//!   role       = aws_iam_role.check.name
//!   policy_arn = "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"
//! }
//!
//! resource "aws_lambda_function" "check" {
//!   function_name = "check"
//!   role          = aws_iam_role.check.arn
//!   handler       = "check.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "check.zip"
//!   publish       = true
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
//!       event_type   = "viewer-request"
//!       lambda_arn   = aws_lambda_function.check.qualified_arn
//!       include_body = true # finding
//!     }
//!   }
//! }
//! ```
//!
//! It reads bodies, and writes logs:
//!
//! ```hcl good main.tf
//! resource "aws_iam_role" "check" {
//!   assume_role_policy = jsonencode({
//!     Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = ["lambda.amazonaws.com", "edgelambda.amazonaws.com"] } }]
//!   })
//! }
//!
//! resource "aws_iam_role_policy_attachment" "check" {
//!   role       = aws_iam_role.check.name
//!   policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
//! }
//!
//! resource "aws_lambda_function" "check" {
//!   function_name = "check"
//!   role          = aws_iam_role.check.arn
//!   handler       = "check.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "check.zip"
//!   publish       = true
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
//!       event_type   = "viewer-request"
//!       lambda_arn   = aws_lambda_function.check.qualified_arn
//!       include_body = true
//!     }
//!   }
//! }
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! functions:
//!   check:
//!     handler: check.handler
//!     events:
//!       - cloudFront:
//!           eventType: viewer-request
//!           includeBody: true
//!           origin: https://api.example.com
//!           behavior: {ViewerProtocolPolicy: https-only}
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Check:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: check.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       AutoPublishAlias: live
//!       Role: arn:aws:iam::123456789012:role/check
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
//!             - {EventType: viewer-request, LambdaFunctionARN: !Ref Check.Version, IncludeBody: true}
//! ```
//!
//! ## How to fix
//!
//! Leave the body to the origin: take `IncludeBody` away. If the function needs it, give it a role of its own that writes logs only, and let a function in the region, behind the distribution, do the
//! rest.

use super::distributions;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[250],
        owasp_serverless: &["S5", "SAS-4"],
        attack: &["T1190", "T1078.004"],
        stride: &["E"],
        ..References::NONE
    },
    check,
};

/// Managed policies that let a function write logs and traces, and nothing else.
const WRITES_LOGS: &[&str] =
    &["AWSLambdaBasicExecutionRole", "AWSXRayDaemonWriteAccess", "AWSXrayWriteOnlyAccess"];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for distribution in distributions(cx) {
        for behaviour in distribution.behaviours() {
            for association in behaviour.val.get("LambdaFunctionAssociations").items() {
                let body = association.get("IncludeBody");
                let Some(function) = cx.graph.resolve(association.get("LambdaFunctionARN")) else { continue };
                match (body.as_bool(), cx.node(function).filter(|n| n.kind == NodeKind::Function)) {
                    (Some(true), Some(node)) => reads(cx, (function, node), body, association, out),
                    (None, Some(_)) if !body.is_null() => out.cannot_tell(function, "IncludeBody", body),
                    _ => {}
                }
            }
        }
    }
}

fn reads(cx: &Cx<'_>, (ix, node): (NodeIx, &Node), body: &Val, association: &Val, out: &mut Findings) {
    let mut roles = cx.roles(ix).filter_map(|(_, n)| n.role()).peekable();
    if roles.peek().is_none() {
        out.cannot_tell(ix, "Role", node.props.get("Role"));
        return;
    }
    let Some((what, at)) = roles.find_map(beyond_logs) else { return };
    let message = format!("{{subject}} reads request bodies at the edge and may do {what}");
    out.push(
        Found::at_value(ix, body, association.span.or(node.span), message)
            .label("every request with its body")
            .also(at, "more than logs")
            .help("take `IncludeBody` away, or give the function a role that writes logs only")
            .evidence(format!("body and {what}")),
    );
}

/// What a role allows beyond logs, traces and metrics, with its place.
fn beyond_logs(role: &palisade_graph::Role) -> Option<(String, Span)> {
    let statements = role.statements.iter().filter(|s| s.allows().is_yes());
    let mut actions = statements.flat_map(|s| s.actions.iter().chain(&s.not_actions).map(move |a| (s, a)));
    let action = actions.find_map(|(s, a)| {
        let text = a.as_str()?;
        let (service, name) = text.split_once(':').unwrap_or(("*", text));
        let harmless = matches!(service.to_ascii_lowercase().as_str(), "logs" | "xray")
            || (service.eq_ignore_ascii_case("cloudwatch") && name.eq_ignore_ascii_case("PutMetricData"));
        let through_not = !s.not_actions.is_empty();
        (!harmless || through_not).then(|| {
            let words =
                if through_not { "all but what a statement names".to_owned() } else { format!("`{text}`") };
            (words, a.span.or(s.span))
        })
    });
    action.or_else(|| {
        role.managed.iter().find_map(|policy| {
            let name = policy.value.as_str()?;
            let short = name.rsplit('/').next().unwrap_or(name);
            let aws = !name.contains(':') || name.contains(":iam::aws:policy/");
            (aws && !WRITES_LOGS.contains(&short))
                .then(|| (format!("what `{short}` allows"), policy.value.span))
        })
    })
}
