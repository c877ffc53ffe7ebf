//! the function may run longer than its caller waits
//!
//! ## What
//!
//! The timeout is more than 2 s longer than a synchronous caller waits: a REST or WebSocket API 29 s or the
//! `TimeoutInMillis` of the integration, an HTTP API 30 s or its own, a load balancer its idle timeout (60 s
//! unless the application says otherwise). Or it is above 900 s, which Lambda refuses. Methods that stream
//! their response, and those that start the function asynchronously, are silent.
//!
//! ## Why
//!
//! The caller gets an error while the function goes on, and retries: work is done twice, an order is placed
//! twice, and each request of an attacker who found a slow path keeps an instance busy long after the
//! gateway has answered. What the function writes after the caller has gone is seen by nobody.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   timeout: 120 # finding
//! functions:
//!   search:
//!     handler: search.handler
//!     events:
//!       - http: GET /search
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Search:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: search.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       Timeout: 60 # finding
//!       Events:
//!         Get:
//!           Type: HttpApi
//!           Properties: {Path: /search, Method: GET}
//! ```
//!
//! A queue waits for nobody, and two seconds more than the API are no harm:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   search:
//!     handler: search.handler
//!     timeout: 30
//!     events:
//!       - http: GET /search
//!   worker:
//!     handler: worker.handler
//!     timeout: 300
//!     events:
//!       - sqs: arn:aws:sqs:eu-west-1:123456789012:jobs
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Search:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: search.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       Timeout: 28
//!       Events:
//!         Get:
//!           Type: Api
//!           Properties: {Path: /search, Method: GET}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_api_gateway_rest_api" "shop" {
//!   name = "shop"
//! }
//!
//! resource "aws_api_gateway_resource" "report" {
//!   rest_api_id = aws_api_gateway_rest_api.shop.id
//!   parent_id   = aws_api_gateway_rest_api.shop.root_resource_id
//!   path_part   = "report"
//! }
//!
//! resource "aws_api_gateway_method" "report" {
//!   rest_api_id   = aws_api_gateway_rest_api.shop.id
//!   resource_id   = aws_api_gateway_resource.report.id
//!   http_method   = "GET"
//!   authorization = "AWS_IAM"
//! }
//!
//! resource "aws_api_gateway_integration" "report" {
//!   rest_api_id             = aws_api_gateway_rest_api.shop.id
//!   resource_id             = aws_api_gateway_resource.report.id
//!   http_method             = aws_api_gateway_method.report.http_method
//!   type                    = "AWS_PROXY"
//!   integration_http_method = "POST"
//!   uri                     = aws_lambda_function.report.invoke_arn
//!   timeout_milliseconds    = 10000
//! }
//!
//! resource "aws_lambda_function" "report" {
//!   function_name = "report"
//!   role          = "arn:aws:iam::123456789012:role/report"
//!   handler       = "report.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "report.zip"
//!   timeout       = 20 # finding
//! }
//!
//! resource "aws_lambda_permission" "api" {
//!   function_name = aws_lambda_function.report.function_name
//!   action        = "lambda:InvokeFunction"
//!   principal     = "apigateway.amazonaws.com"
//!   source_arn    = "${aws_api_gateway_rest_api.shop.execution_arn}/*"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_api_gateway_rest_api" "shop" {
//!   name = "shop"
//! }
//!
//! resource "aws_api_gateway_resource" "report" {
//!   rest_api_id = aws_api_gateway_rest_api.shop.id
//!   parent_id   = aws_api_gateway_rest_api.shop.root_resource_id
//!   path_part   = "report"
//! }
//!
//! resource "aws_api_gateway_method" "report" {
//!   rest_api_id   = aws_api_gateway_rest_api.shop.id
//!   resource_id   = aws_api_gateway_resource.report.id
//!   http_method   = "GET"
//!   authorization = "AWS_IAM"
//! }
//!
//! resource "aws_api_gateway_integration" "report" {
//!   rest_api_id             = aws_api_gateway_rest_api.shop.id
//!   resource_id             = aws_api_gateway_resource.report.id
//!   http_method             = aws_api_gateway_method.report.http_method
//!   type                    = "AWS_PROXY"
//!   integration_http_method = "POST"
//!   uri                     = aws_lambda_function.report.invoke_arn
//! }
//!
//! resource "aws_lambda_function" "report" {
//!   function_name = "report"
//!   role          = "arn:aws:iam::123456789012:role/report"
//!   handler       = "report.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "report.zip"
//!   timeout       = 29
//! }
//!
//! resource "aws_lambda_permission" "api" {
//!   function_name = aws_lambda_function.report.function_name
//!   action        = "lambda:InvokeFunction"
//!   principal     = "apigateway.amazonaws.com"
//!   source_arn    = "${aws_api_gateway_rest_api.shop.execution_arn}/*"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Seconds: {Type: Number}
//! Resources:
//!   Search:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: search.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       Timeout: !Ref Seconds
//!       Events:
//!         Get:
//!           Type: Api
//!           Properties: {Path: /search, Method: GET}
//! ```
//!
//! ## How to fix
//!
//! Set the timeout to what the caller waits or a little less, or let the API put the work into a queue and
//! answer at once. A shorter timeout ends work that took longer until now.

use super::advice;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[400],
        owasp_serverless: &["SAS-8"],
        attack: &["T1499"],
        stride: &["D"],
        ..References::NONE
    },
    check,
};

/// <https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>
const LONGEST: i64 = 900;

/// A caller that waits for a function.
struct Caller {
    words: &'static str,
    millis: i64,
    at: Span,
}

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.functions() {
        let timeout = node.props.get("Timeout");
        if timeout.is_null() {
            continue;
        }
        let callers: Vec<Caller> =
            cx.triggers(ix).filter(|e| e.label != "blocked").filter_map(|e| caller(cx, e)).collect();
        let Some(seconds) = timeout.as_int() else {
            if !callers.is_empty() {
                out.cannot_tell(ix, "Timeout", timeout);
            }
            continue;
        };
        if seconds > LONGEST {
            out.push(
                Found::at_value(
                    ix,
                    timeout,
                    node.span,
                    format!("timeout of {{subject}} is {seconds} s: Lambda refuses more than {LONGEST} s"),
                )
                .label("deployment fails")
                .help("set at most 900 s, or split the work")
                .evidence(format!("{seconds} > {LONGEST}")),
            );
            continue;
        }
        let Some(first) =
            callers.iter().min_by_key(|c| c.millis).filter(|c| seconds * 1000 > c.millis + 2000)
        else {
            continue;
        };
        let waits = waits(first.millis);
        let mut found = Found::at_value(
            ix,
            timeout,
            node.span,
            format!("timeout of {{subject}} is {seconds} s, but {} in front waits only {waits}", first.words),
        )
        .label("goes on after the caller has given up")
        .help(advice(
            cx,
            "set `timeout` to what the caller waits, or answer at once and work behind a queue",
            "set `Timeout` to what the caller waits, or answer at once and work behind a queue",
        ))
        .evidence(format!("{seconds} > {waits}"));
        for caller in callers.iter().take(3) {
            found = found.also(caller.at, format!("waits {}", self::waits(caller.millis)));
        }
        out.push(found);
    }
}

fn waits(millis: i64) -> String {
    if millis % 1000 == 0 { format!("{} s", millis / 1000) } else { format!("{millis} ms") }
}

/// <https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html>
fn caller(cx: &Cx<'_>, edge: &Edge) -> Option<Caller> {
    let entry = cx.node(edge.from)?.entry()?;
    if edge.trigger.as_deref().is_some_and(|t| t.asynchronous) {
        return None;
    }
    let declared = |val: &Val| if val.is_null() { None } else { Some(val.as_int()) };
    let integration = entry.props.lookup("Integration.TimeoutInMillis");
    let own = declared(integration).or_else(|| declared(entry.props.lookup("TimeoutInMillis")));
    let (words, default) = match entry.protocol.as_str() {
        "rest" => ("the REST API", 29_000),
        "websocket" => ("the WebSocket API", 29_000),
        "http" => ("the HTTP API", 30_000),
        "alb" => ("the load balancer", idle_timeout(cx, entry.api)?),
        _ => return None,
    };
    if entry.props.lookup("Integration.ResponseTransferMode").is("STREAM").is_yes() {
        return None;
    }
    let millis = match own {
        None => default,
        // A limit that is not known says nothing.
        Some(known) => known?,
    };
    Some(Caller { words, millis, at: edge.span })
}

/// Idle timeout of the load balancer of a listener, where that is in the application.
fn idle_timeout(cx: &Cx<'_>, listener: Option<NodeIx>) -> Option<i64> {
    let listener = cx.node(listener?)?;
    let balancer = match listener.ty.as_str() {
        "AWS::ElasticLoadBalancingV2::LoadBalancer" => listener,
        _ => cx.node(cx.graph.resolve(listener.props.get("LoadBalancerArn"))?)?,
    };
    let attributes = balancer.props.get("LoadBalancerAttributes");
    let idle = attributes.items().iter().find(|a| a.get("Key").is("idle_timeout.timeout_seconds").is_yes());
    match idle {
        Some(attribute) => attribute.get("Value").as_int().map(|s| s * 1000),
        None if attributes.is_known() => Some(60_000),
        None => None,
    }
}
