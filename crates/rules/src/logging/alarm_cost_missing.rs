//! nobody is told when the internet runs up the bill
//!
//! ## What
//!
//! Anybody on the internet can start functions of the application, and it has neither a budget nor an alarm on what requests cost: invocations or concurrency of
//! Lambda, requests of an API or distribution, or estimated charges. One finding an application.
//!
//! ## Why
//!
//! Denial of wallet: a script that calls the endpoint all night costs its author nothing. Functions scale as far as the account lets them, and the first to notice
//! is who reads next month's bill.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! functions:
//!   order: # finding
//!     handler: order.handler
//!     events:
//!       - httpApi: POST /orders
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Globals:
//!   Function: {Runtime: nodejs24.x, Handler: a.b, CodeUri: .}
//! Resources:
//!   Order: # finding
//!     Type: AWS::Serverless::Function
//!     Properties: {FunctionUrlConfig: {AuthType: NONE}}
//!   Errors:
//!     Type: AWS::CloudWatch::Alarm
//!     Properties: {Namespace: AWS/Lambda, MetricName: Errors, Threshold: 1}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs24.x}
//! functions:
//!   order:
//!     handler: order.handler
//!     events:
//!       - httpApi: POST /orders
//! resources:
//!   Resources:
//!     Budget:
//!       Type: AWS::Budgets::Budget
//!       Properties:
//!         Budget: {BudgetType: COST, TimeUnit: MONTHLY, BudgetLimit: {Amount: 50, Unit: USD}}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "order" { # finding
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//! }
//!
//! resource "aws_lambda_function_url" "order" {
//!   function_name      = aws_lambda_function.order.function_name
//!   authorization_type = "NONE"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//! }
//!
//! resource "aws_lambda_function_url" "order" {
//!   function_name      = aws_lambda_function.order.function_name
//!   authorization_type = "NONE"
//! }
//!
//! resource "aws_cloudwatch_metric_alarm" "busy" {
//!   alarm_name          = "busy"
//!   namespace           = "AWS/Lambda"
//!   metric_name         = "ConcurrentExecutions"
//!   comparison_operator = "GreaterThanThreshold"
//!   evaluation_periods  = 1
//!   threshold           = 100
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A budget of the whole account, outside of the application, is not seen.
//!
//! ## How to fix
//!
//! An alarm on `ConcurrentExecutions` or `Invocations` of the function, or a budget with a notification. An alarm tells; throttling and reserved concurrency limit.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::Medium,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[400],
        owasp_serverless: &["S9", "SAS-8"],
        attack: &["T1496"],
        stride: &["D"],
        ..References::NONE
    },
    check,
};

/// Metrics that grow with what requests cost, by namespace.
const METRICS: &[(&str, &[&str])] = &[
    (
        "AWS/Lambda",
        &["ConcurrentExecutions", "ClaimedAccountConcurrency", "Invocations", "Duration", "UrlRequestCount"],
    ),
    ("AWS/ApiGateway", &["Count", "DataProcessed"]),
    ("AWS/CloudFront", &["Requests", "BytesDownloaded"]),
    ("AWS/ApplicationELB", &["RequestCount", "ConsumedLCUs"]),
    ("AWS/Billing", &["EstimatedCharges"]),
    ("AWS/WAFV2", &["AllowedRequests", "BlockedRequests"]),
];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    if cx.of_type("AWS::Budgets::Budget").next().is_some() {
        return;
    }
    let public: Vec<(NodeIx, &Node)> = cx.functions().filter(|(ix, _)| cx.is_public(*ix).is_yes()).collect();
    let Some((first, node)) = public.first().copied() else { return };
    let mut open = None;
    for (_, alarm) in cx.of_type("AWS::CloudWatch::Alarm") {
        let single = std::iter::once(&alarm.props);
        let several = alarm.props.get("Metrics").items().iter().map(|m| m.at("MetricStat.Metric"));
        for metric in single.chain(several) {
            let (namespace, name) = (metric.get("Namespace"), metric.get("MetricName"));
            let counts = METRICS.iter().fold(Tri::No, |any, (space, names)| {
                let named = names.iter().fold(Tri::No, |any, n| any.or(name.is(n)));
                any.or(namespace.is(space).and(named))
            });
            match counts {
                Tri::Yes => return,
                Tri::Unknown => open = open.or(Some(name)),
                Tri::No => {}
            }
        }
    }
    if let Some(open) = open {
        out.cannot_tell(first, "Alarm", open);
        return;
    }
    let mut found =
        Found::new(first, node.span, "nobody is told when the internet runs up the bill of {subject}")
            .label("no alarm on what requests cost, and no budget")
            .help("add an alarm on `ConcurrentExecutions` or `Invocations`, or a budget")
            .evidence("no alarm on cost");
    for (ix, _) in public.iter().skip(1) {
        found = found.affects(*ix);
    }
    out.push(found);
}
