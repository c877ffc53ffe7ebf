//! the runtime gets no more security patches
//!
//! ## What
//!
//! The runtime of the function is past its deprecation date on the day of the scan (`--today`, else the clock).
//! Medium; high once AWS also refuses to create or to update functions with it. The dates are those that AWS
//! publishes; cfn-lint's table of them is taken over.
//!
//! ## Why
//!
//! From its deprecation date on, AWS no longer patches the language runtime and the libraries of its image. A
//! fault that becomes known afterwards (in the TLS library, in the parser of a request) stays open in every
//! function that uses it, and the exploit for it is public. Once updates are blocked, a fix of the own code
//! cannot be deployed either until the code has moved to another runtime.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs12.x # finding
//! functions:
//!   order:
//!     handler: order.handler
//!   cancel:
//!     handler: cancel.handler
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x # finding
//! functions:
//!   order:
//!     handler: order.handler
//!   cancel:
//!     handler: cancel.handler
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Runtime: {Type: String, Default: python3.8} # finding
//! Globals:
//!   Function:
//!     Runtime: !Ref Runtime
//! Resources:
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       CodeUri: .
//! ```
//!
//! ```yaml fixed template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Parameters:
//!   Runtime: {Type: String, Default: python3.14} # finding
//! Globals:
//!   Function:
//!     Runtime: !Ref Runtime
//! Resources:
//!   Order:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: order.handler
//!       CodeUri: .
//! ```
//!
//! The function has its own runtime:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs12.x
//! functions:
//!   order:
//!     handler: order.handler
//!     runtime: nodejs24.x
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       PackageType: Image
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {ImageUri: !Sub "${AWS::AccountId}.dkr.ecr.eu-west-1.amazonaws.com/order:1"}
//! ```
//!
//! ```hcl bad main.tf
//! variable "runtime" {
//!   type    = string
//!   default = "python3.8" # finding
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = var.runtime
//!   filename      = "order.zip"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! variable "runtime" {
//!   type    = string
//!   default = "python3.14" # finding
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   handler       = "order.handler"
//!   runtime       = var.runtime
//!   filename      = "order.zip"
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   package_type  = "Image"
//!   image_uri     = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/order:1"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Runtime: {Type: String}
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: !Ref Runtime
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//! ```
//!
//! ## How to fix
//!
//! Set the newest runtime of the language: `runtime` (function or `provider`) in serverless.yml, `Runtime` in
//! SAM and CloudFormation. Run the tests with it first: `nodejs24.x` takes no handlers with a callback, and
//! from `nodejs18.x` on the AWS SDK v2 is no longer part of the image.
//!
//! ## Differs from
//!
//! Prowler and Checkov have a list of runtimes; here the date of the scan decides, so a scan of an old commit
//! with `--today` says what was true then.

use crate::lambda::{Date, Runtime};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[1104, 937],
        owasp_serverless: &["S9", "SAS-6"],
        checkov: &["CKV_AWS_363"],
        aws: &["Lambda.2"],
        stride: &["E", "T"],
        others: &["using_supported_runtimes", "LambdaLatestVersion", "W2531"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let today = cx.settings.today;
    for (ix, node, val, name) in runtimes(cx, out) {
        let Some(row) = crate::lambda::runtime(name) else { continue };
        let past = |date: Option<Date>| date.filter(|d| d.day <= today);
        let Some(deprecated) = past(row.deprecated) else { continue };
        let (severity, consequence) = match (past(row.update_block), past(row.create_block)) {
            (Some(d), _) => {
                (Severity::High, format!("; functions cannot be updated with it since {}", d.text))
            }
            (_, Some(d)) => {
                (Severity::High, format!("; functions cannot be created with it since {}", d.text))
            }
            _ => (Severity::Medium, String::new()),
        };
        out.push(move_on(
            Found::at_value(
                ix,
                val,
                node.span,
                format!(
                    "runtime `{name}` of {{subject}} is past its deprecation date ({}){consequence}",
                    deprecated.text
                ),
            )
            .label("no more security patches")
            .help(successor(&row))
            .severity(severity)
            .evidence(name),
            (ix, val),
            &row,
        ));
    }
}

/// The functions whose runtime is known, with the value and its text; those of which it is not are filed.
pub(super) fn runtimes<'a>(cx: &Cx<'a>, out: &mut Findings) -> Vec<(NodeIx, &'a Node, &'a Val, &'a str)> {
    let mut all = Vec::new();
    for (ix, node) in cx.functions() {
        let val = node.props.get("Runtime");
        match val.as_str() {
            Some(name) => all.push((ix, node, val, name)),
            None if val.is_null() => {}
            None => out.cannot_tell(ix, "Runtime", val),
        }
    }
    all
}

/// A finding with the change to the newest runtime of the language.
pub(super) fn move_on(found: Found, (ix, val): (NodeIx, &Val), row: &Runtime) -> Found {
    let Some(name) = row.successor else { return found };
    found
        .fix(Proposal::set(ix, "Runtime", name, format!("move to `{name}`")).risky())
        .or_where_written(val, name)
}

/// What to set instead.
pub(super) fn successor(row: &Runtime) -> String {
    match row.successor {
        Some(s) if s.starts_with("nodejs") => {
            format!("move to `{s}`, which takes no callback handlers, and test with it")
        }
        Some(s) => format!("move to `{s}` and test with it"),
        None => "move to a supported runtime".to_owned(),
    }
}
