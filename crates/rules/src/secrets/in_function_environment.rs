//! an environment variable of a function holds a secret in clear
//!
//! ## What
//!
//! A variable's value, after references, parameters, Globals and `provider.environment`, is written in clear and is a
//! secret: it has a format that a service gives its credentials (tokens, private keys, URLs with a password), or its
//! name says that a password, key or token is kept there and its value is neither a placeholder, a reference, nor a word
//! that only names something. Values that the deployment fetches are `secrets-resolved-into-env`.
//!
//! ## Why
//!
//! Whoever may call `lambda:GetFunctionConfiguration` reads it, as do all who can read the template, the repository or the
//! stack. Code that runs in the function (a dependency, an injected command) prints its environment and has it. It is
//! in the logs of every tool that dumps the environment, and changing it needs a deployment.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Globals:
//!   Function:
//!     Environment:
//!       Variables:
//!         DB_PASSWORD: hunter2-x9 # finding
//! Resources:
//!   Orders:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: python3.13
//!       CodeUri: .
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! custom:
//!   payments:
//!     key: 9fX2mQ7vLk3RtY8pWz1a
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   environment:
//!     PAYMENT_API_KEY: ${self:custom.payments.key} # finding
//! functions:
//!   pay: {handler: src/pay.handler}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Orders:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: python3.13
//!       CodeUri: .
//!       Environment:
//!         Variables:
//!           DB_SECRET: prod/orders/db
//!           DB_SECRET_ARN: !Ref Secret
//!           TOKEN_URL: https://login.example.com/oauth2/token
//!           API_KEY: changeme
//!   Secret:
//!     Type: AWS::SecretsManager::Secret
//!     Properties: {GenerateSecretString: {}}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   environment:
//!     DATABASE_URL: postgres://app:${env:DB_PASSWORD}@db.internal/app
//! functions:
//!   pay: {handler: src/pay.handler}
//! ```
//!
//! ```hcl bad main.tf
//! locals {
//!   shared = { LOG_LEVEL = "INFO" }
//! }
//!
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   role          = "arn:aws:iam::123456789012:role/orders"
//!   handler       = "orders.handler"
//!   runtime       = "python3.13"
//!   filename      = "orders.zip"
//!   environment {
//!     variables = merge(local.shared, {
//!       DB_PASSWORD = "hunter2-x9" # finding
//!     })
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! variable "db_password" {
//!   sensitive = true
//! }
//!
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   role          = "arn:aws:iam::123456789012:role/orders"
//!   handler       = "orders.handler"
//!   runtime       = "python3.13"
//!   filename      = "orders.zip"
//!   environment {
//!     variables = {
//!       DB_SECRET_ARN = aws_secretsmanager_secret.db.arn
//!       DB_PASSWORD   = var.db_password
//!     }
//!   }
//! }
//!
//! resource "aws_secretsmanager_secret" "db" {
//!   name = "orders/db"
//! }
//! ```
//!
//! ```hcl bad main.tf
//! locals {
//!   settings = {
//!     TABLE       = "orders"
//!     DB_PASSWORD = "hunter2-x9" # finding
//!   }
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
//!     variables = local.settings
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A value that the files do not hold (a parameter without default, an environment variable) is no finding: it may be a
//! secret that is never written down.
//!
//! ## How to fix
//!
//! **Rotate the secret first**: it has been read. Keep it in Secrets Manager or Parameter Store, give the function its
//! *name*, and let the code fetch it (the Powertools `parameters` utility or the Parameters and Secrets extension
//! caches it). A secret costs 0.40 dollars a month, a standard parameter nothing.
//!
//! ## Differs from
//!
//! `CKV_AWS_45` looks for the formats of AWS keys only, in the text before references are followed.

use super::literals;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::Medium,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[526, 798],
        owasp_serverless: &["S3", "SAS-7"],
        checkov: &["CKV_AWS_45"],
        attack: &["T1552"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.functions() {
        for (variable, what, confidence) in literals(node.props.at("Environment.Variables"), out) {
            out.push(
                Found::new(
                    ix,
                    variable.key_span.or(node.span),
                    format!("variable `{}` of {{subject}} holds {what} in clear", variable.key),
                )
                .confidence(confidence)
                .label("its value is readable by all who can read the function's configuration")
                .help("rotate it, keep it in Secrets Manager or Parameter Store, and give the function its name")
                .way(&variable.val)
                .evidence(variable.key.as_str()),
            );
        }
    }
}
