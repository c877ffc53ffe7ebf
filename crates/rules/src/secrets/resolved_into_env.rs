//! a secret is fetched at deployment and written into the environment
//!
//! ## What
//!
//! A variable's value is a secret that the deployment fetches: `{{resolve:secretsmanager…}}`, `${ssm:…}` of a parameter whose
//! name or the variable's name says that it is a secret, an output of another stack that is one, or in Terraform the value of
//! `aws_secretsmanager_secret_version` or such a parameter. Parameters with harmless names are silent.
//!
//! ## Why
//!
//! The secret leaves its vault at every deployment and stands in clear in the function's configuration: whoever may call
//! `lambda:GetFunctionConfiguration` reads it without any permission on the secret, no read of it is logged, and a
//! rotation does not reach the function until it is deployed again.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Orders:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: orders.handler
//!       Runtime: python3.13
//!       CodeUri: .
//!       Environment:
//!         Variables:
//!           DB_PASSWORD: '{{resolve:secretsmanager:orders/db:SecretString:password}}' # finding
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! custom:
//!   db: ${ssm:/orders/db-password}
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   environment:
//!     DB_PASSWORD: ${self:custom.db} # finding
//! functions:
//!   pay: {handler: src/pay.handler}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   environment:
//!     TABLE: ${ssm:/orders/table-name}
//!     DB_SECRET_NAME: orders/db
//! functions:
//!   pay: {handler: src/pay.handler}
//! ```
//!
//! ```hcl bad main.tf
//! data "aws_secretsmanager_secret_version" "db" {
//!   secret_id = "orders/db"
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
//!       DB_PASSWORD = data.aws_secretsmanager_secret_version.db.secret_string # finding
//!     }
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_lambda_function" "orders" {
//!   function_name = "orders"
//!   role          = "arn:aws:iam::123456789012:role/orders"
//!   handler       = "orders.handler"
//!   runtime       = "python3.13"
//!   filename      = "orders.zip"
//!   environment {
//!     variables = {
//!       DB_SECRET_NAME = "orders/db"
//!     }
//!   }
//! }
//! ```
//!
//! ```hcl bad main.tf
//! data "aws_secretsmanager_secret_version" "db" {
//!   secret_id = "orders/db"
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
//!     variables = {
//!       DB_PASSWORD = jsondecode(data.aws_secretsmanager_secret_version.db.secret_string)["password"] # finding
//!     }
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! data "aws_secretsmanager_secret" "db" {
//!   name = "orders/db"
//! }
//!
//! data "aws_ssm_parameter" "table" {
//!   name = "/orders/table-name"
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
//!     variables = {
//!       DB_SECRET = data.aws_secretsmanager_secret.db.arn
//!       TABLE     = data.aws_ssm_parameter.table.value
//!     }
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Whether an SSM parameter is a `SecureString` stands in the account: where neither its name nor the variable's speaks of a
//! secret, the rule is silent.
//!
//! ## How to fix
//!
//! Give the function the *name* of the secret or parameter and the permission to read it, and fetch it in code, cached (the
//! Powertools `parameters` utility, or the Parameters and Secrets extension). The first request of an instance takes
//! some milliseconds longer.

use crate::prelude::*;
use crate::secret::{Judgement, judge};

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[526],
        owasp_serverless: &["S3", "SAS-7"],
        attack: &["T1552"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.functions() {
        for variable in node.props.at("Environment.Variables").entries() {
            if judge(&variable.key, &variable.val) != Judgement::Fetched {
                continue;
            }
            out.push(
                Found::at_value(
                    ix,
                    &variable.val,
                    variable.key_span,
                    format!(
                        "the deployment writes a secret in clear into variable `{}` of {{subject}}",
                        variable.key
                    ),
                )
                .at(variable.key_span)
                .label("fetched at deployment, readable in the function's configuration")
                .help("give the function the secret's name and let its code fetch it")
                .evidence(variable.key.as_str()),
            );
        }
    }
}
