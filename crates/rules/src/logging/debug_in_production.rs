//! a function logs at debug level, or as text, in production
//!
//! ## What
//!
//! In a stage that is named as production (`production-stages`) a function's `LoggingConfig` has level
//! `DEBUG` or `TRACE`, or its format is written as `Text`, or an environment variable such as `LOG_LEVEL`
//! or `POWERTOOLS_LOG_LEVEL` is `debug` or `trace`. The stage is `provider.stage`, or a parameter whose
//! name speaks of a stage or an environment.
//!
//! ## Why
//!
//! Debug logs hold whole events: tokens, passwords, personal data, readable for everybody who may read
//! logs. Text cannot be searched by field when something has happened.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   stage: prod
//!   environment:
//!     LOG_LEVEL: debug # finding
//! functions:
//!   hello: {handler: a.b}
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   stage: prod
//!   environment:
//!     LOG_LEVEL: info # finding
//! functions:
//!   hello: {handler: a.b}
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Stage: {Type: String, Default: prod}
//! Resources:
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       LoggingConfig: {LogFormat: JSON, ApplicationLogLevel: DEBUG} # finding
//!       Environment: {Variables: {STAGE: !Ref Stage}}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   stage: dev
//!   environment: {LOG_LEVEL: debug}
//! functions:
//!   hello: {handler: a.b}
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Stage: {Type: String, Default: prod}
//! Resources:
//!   Hello:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       LoggingConfig: {LogFormat: JSON, ApplicationLogLevel: INFO}
//!       Environment: {Variables: {STAGE: !Ref Stage}}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_iam_role" "orders" {
//!   assume_role_policy = jsonencode({
//!     Version = "2012-10-17"
//!     Statement = [{
//!       Effect    = "Allow"
//!       Action    = "sts:AssumeRole"
//!       Principal = { Service = "lambda.amazonaws.com" }
//!     }]
//!   })
//! }
//!
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   role          = aws_iam_role.orders.arn
//!   handler       = "orders.handler"
//!   runtime       = "python3.13"
//!   filename      = "orders.zip"
//!   logging_config {
//!     log_format            = "JSON"
//!     application_log_level = "DEBUG" # finding
//!   }
//!   environment {
//!     variables = { STAGE = "prod" }
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_iam_role" "orders" {
//!   assume_role_policy = jsonencode({
//!     Version = "2012-10-17"
//!     Statement = [{
//!       Effect    = "Allow"
//!       Action    = "sts:AssumeRole"
//!       Principal = { Service = "lambda.amazonaws.com" }
//!     }]
//!   })
//! }
//!
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   role          = aws_iam_role.orders.arn
//!   handler       = "orders.handler"
//!   runtime       = "python3.13"
//!   filename      = "orders.zip"
//!   logging_config {
//!     log_format            = "JSON"
//!     application_log_level = "INFO"
//!   }
//!   environment {
//!     variables = { STAGE = "prod" }
//!   }
//! }
//! ```
//!
//! ```hcl bad main.tf
//! variable "stage" {
//!   default = "prod"
//! }
//!
//! locals {
//!   levels = { dev = "debug", prod = "debug" } # finding
//! }
//!
//! resource "aws_lambda_function" "hello" {
//!   function_name = "hello"
//!   role          = "arn:aws:iam::123456789012:role/shop"
//!   handler       = "a.b"
//!   runtime       = "nodejs24.x"
//!   filename      = "a.zip"
//!
//!   environment {
//!     variables = { STAGE = var.stage, LOG_LEVEL = local.levels[var.stage] }
//!   }
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! variable "stage" {
//!   default = "prod"
//! }
//!
//! locals {
//!   levels = { dev = "debug", prod = "info" } # finding
//! }
//!
//! resource "aws_lambda_function" "hello" {
//!   function_name = "hello"
//!   role          = "arn:aws:iam::123456789012:role/shop"
//!   handler       = "a.b"
//!   runtime       = "nodejs24.x"
//!   filename      = "a.zip"
//!
//!   environment {
//!     variables = { STAGE = var.stage, LOG_LEVEL = local.levels[var.stage] }
//!   }
//! }
//! ```
//!
//! ## How to fix
//!
//! Set the level to `INFO` or higher and the format to `JSON` in production. Fewer entries cost less.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[532],
        owasp_serverless: &["S10", "SAS-5"],
        stride: &["I"],
        others: &["LambdaLogLevel"],
        ..References::NONE
    },
    check,
};

const VARIABLES: &[&str] = &["LOG_LEVEL", "LOGLEVEL", "POWERTOOLS_LOG_LEVEL", "LOGGING_LEVEL"];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (fx, node) in cx.functions() {
        let Some(stage) = production(cx, node) else { continue };
        let config = node.props.get("LoggingConfig");
        let level = config.lookup("ApplicationLogLevel");
        if is_debug(level) {
            file(fx, node, level, &format!("logs at level `{}`", level.display()), &stage, out);
        }
        let format = config.lookup("LogFormat");
        if format.is("Text").is_yes() && format.span.is_some() {
            file(fx, node, format, "logs as text", &stage, out);
        }
        for variable in node.props.at("Environment.Variables").entries() {
            let name = variable.key.to_ascii_uppercase();
            if VARIABLES.contains(&name.as_str()) && is_debug(&variable.val) {
                let what = format!("logs at level `{}` (`{}`)", variable.val.display(), variable.key);
                file(fx, node, &variable.val, &what, &stage, out);
            }
        }
    }
}

fn file(fx: NodeIx, node: &Node, val: &Val, what: &str, stage: &str, out: &mut Findings) {
    let value = match val.as_str() {
        _ if what == "logs as text" => "JSON",
        Some(text) if text.chars().all(char::is_uppercase) => "INFO",
        _ => "info",
    };
    let change = Change::Replace { at: val.span, value: value.into() };
    out.push(
        Found::at_value(fx, val, node.span, format!("{{subject}} {what} in stage `{stage}`"))
            .label("in production")
            .help("use level `INFO` or higher, and JSON, in production")
            .evidence(what)
            .fix(Proposal::new(format!("log as `{value}` in production"), Safety::Unsafe, vec![change])),
    );
}

fn is_debug(val: &Val) -> bool {
    val.as_str().is_some_and(|t| matches!(t.to_ascii_lowercase().as_str(), "debug" | "trace"))
}

/// The stage, if it is named as production.
fn production(cx: &Cx<'_>, node: &Node) -> Option<String> {
    let is_production = |v: &str| {
        cx.settings.production_stages.iter().find(|p| p.eq_ignore_ascii_case(v)).map(|_| v.to_owned())
    };
    let mut facts = cx.world.facts.iter().filter(|(k, _)| speaks_of_a_stage(k));
    if let Some(found) = facts.find_map(|(_, v)| is_production(v)) {
        return Some(found);
    }
    // What a function is told about its stage.
    let variables = node.props.at("Environment.Variables").entries().iter();
    variables.filter(|v| speaks_of_a_stage(&v.key)).find_map(|v| is_production(v.val.as_str()?))
}

fn speaks_of_a_stage(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("stage") || name.contains("environment") || name == "env"
}
