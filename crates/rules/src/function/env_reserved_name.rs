//! an environment variable has a name that Lambda reserves
//!
//! ## What
//!
//! The function sets a variable that the Lambda runtime sets itself (`AWS_REGION`, `_HANDLER`,
//! `AWS_ACCESS_KEY_ID` and others). Lambda refuses the function; not every `AWS_LAMBDA_…` is reserved.
//!
//! ## Why
//!
//! The deployment fails, and it fails for the whole stack: a security fix in the same change does not go out
//! either. Static keys in `AWS_ACCESS_KEY_ID` would moreover take the place of the role's short-lived ones, if
//! Lambda let them.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   environment:
//!     AWS_REGION: eu-west-1 # finding
//! functions:
//!   order:
//!     handler: order.handler
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//! ```
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       Environment:
//!         Variables:
//!           TABLE: orders
//!           AWS_DEFAULT_REGION: !Ref AWS::Region # finding
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!       Environment:
//!         Variables:
//!           TABLE: orders
//! ```
//!
//! These look alike and may be set; a null takes an inherited variable away:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   environment:
//!     AWS_LAMBDA_EXEC_WRAPPER: /opt/datadog_wrapper
//!     AWS_NODEJS_CONNECTION_REUSE_ENABLED: "1"
//!     TZ: Europe/Vienna
//! functions:
//!   order:
//!     handler: order.handler
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       CodeUri: .
//!       Environment: {Variables: {REGION: !Ref AWS::Region}}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   environment {
//!     variables = {
//!       AWS_REGION = "eu-west-1" # finding
//!       TABLE      = "orders"
//!     }
//!   }
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "order.zip"
//!   environment {
//!     variables = {
//!       TABLE      = "orders"
//!     }
//!   }
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
//!   environment {
//!     variables = {
//!       AWS_NODEJS_CONNECTION_REUSE_ENABLED = "1"
//!       REGION                              = "eu-west-1"
//!     }
//!   }
//! }
//! ```
//!
//! ## How to fix
//!
//! Remove the variable: the runtime sets it. Where the code needs another value than the runtime's, give the
//! variable another name and read that.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Safe,
    since: "0.1.0",
    references: References { owasp_serverless: &["SAS-3"], stride: &["D"], ..References::NONE },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.functions() {
        for variable in node.props.at("Environment.Variables").entries() {
            if variable.val.is_null() || !crate::lambda::is_reserved_variable(&variable.key) {
                continue;
            }
            out.push(
                Found::new(
                    ix,
                    variable.key_span.or(node.span),
                    format!(
                        "`{}` is a name that Lambda reserves: the deployment of {{subject}} fails",
                        variable.key
                    ),
                )
                .label("reserved name")
                .help("remove the variable: the runtime sets it")
                .evidence(variable.key.as_str())
                .fix(Proposal::new(
                    format!("remove `{}`", variable.key),
                    Safety::Safe,
                    vec![Change::Remove { at: variable.key_span }],
                )),
            );
        }
    }
}
