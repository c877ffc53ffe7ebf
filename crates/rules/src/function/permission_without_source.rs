//! a service may invoke the function on behalf of anybody
//!
//! ## What
//!
//! A permission has a service as principal and neither `SourceArn` nor `SourceAccount`, although the service
//! sends one. Services that send none (Alexa has a token of its own) are silent, and so are the permissions
//! that a framework writes for an event.
//!
//! ## Why
//!
//! The service calls for whoever configures it. An attacker creates an API, a rule, a topic or a bucket in an
//! account of his own, points it at the function's ARN, and the service invokes the function with an event that
//! the attacker has chosen (the confused deputy). The authorizer of the own API is not asked.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//! resources:
//!   Resources:
//!     FromBucket: # finding
//!       Type: AWS::Lambda::Permission
//!       Properties:
//!         FunctionName: !Ref OrderLambdaFunction
//!         Action: lambda:InvokeFunction
//!         Principal: s3.amazonaws.com
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
//! resources:
//!   Resources:
//!     FromBucket: # finding
//!       Type: AWS::Lambda::Permission
//!       Properties:
//!         FunctionName: !Ref OrderLambdaFunction
//!         Action: lambda:InvokeFunction
//!         Principal: s3.amazonaws.com
//!         SourceAccount: !Ref AWS::AccountId
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Service: {Type: String, Default: apigateway.amazonaws.com}
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   FromApi: # finding
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: lambda:InvokeFunction
//!       Principal: !Ref Service
//! ```
//!
//! The account is enough where the ARN would be a cycle, and Alexa cannot send a source:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   FromBucket:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: lambda:InvokeFunction
//!       Principal: s3.amazonaws.com
//!       SourceAccount: !Ref AWS::AccountId
//!   FromAlexa:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: lambda:InvokeFunction
//!       Principal: alexa-appkit.amazon.com
//!       EventSourceToken: amzn1.ask.skill.1
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//!     events:
//!       - http: GET /order
//!       - s3: uploads
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_lambda_function" "scan" {
//!   function_name = "scan"
//!   role          = "arn:aws:iam::123456789012:role/scan"
//!   handler       = "scan.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "scan.zip"
//! }
//!
//! resource "aws_s3_bucket_notification" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   lambda_function {
//!     lambda_function_arn = aws_lambda_function.scan.arn
//!     events              = ["s3:ObjectCreated:*"]
//!   }
//! }
//!
//! resource "aws_lambda_permission" "uploads" { # finding
//!   function_name = aws_lambda_function.scan.function_name
//!   action        = "lambda:InvokeFunction"
//!   principal     = "s3.amazonaws.com"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_lambda_function" "scan" {
//!   function_name = "scan"
//!   role          = "arn:aws:iam::123456789012:role/scan"
//!   handler       = "scan.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "scan.zip"
//! }
//!
//! resource "aws_s3_bucket_notification" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   lambda_function {
//!     lambda_function_arn = aws_lambda_function.scan.arn
//!     events              = ["s3:ObjectCreated:*"]
//!   }
//! }
//!
//! resource "aws_lambda_permission" "uploads" { # finding
//!   function_name = aws_lambda_function.scan.function_name
//!   action        = "lambda:InvokeFunction"
//!   principal     = "s3.amazonaws.com"
//!   source_arn    = aws_s3_bucket.uploads.arn
//! }
//! ```
//!
//! ```hcl good main.tf
//! data "aws_caller_identity" "me" {}
//!
//! resource "aws_lambda_function" "scan" {
//!   function_name = "scan"
//!   role          = "arn:aws:iam::123456789012:role/scan"
//!   handler       = "scan.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "scan.zip"
//! }
//!
//! resource "aws_lambda_permission" "uploads" {
//!   function_name  = aws_lambda_function.scan.function_name
//!   action         = "lambda:InvokeFunction"
//!   principal      = "s3.amazonaws.com"
//!   source_account = data.aws_caller_identity.me.account_id
//! }
//!
//! resource "aws_lambda_permission" "alexa" {
//!   function_name      = aws_lambda_function.scan.function_name
//!   action             = "lambda:InvokeFunction"
//!   principal          = "alexa-appkit.amazon.com"
//!   event_source_token = "amzn1.ask.skill.1"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Service: {Type: String}
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: order.handler
//!       Runtime: nodejs24.x
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {S3Bucket: b, S3Key: k}
//!   Some:
//!     Type: AWS::Lambda::Permission
//!     Properties:
//!       FunctionName: !GetAtt Order.Arn
//!       Action: lambda:InvokeFunction
//!       Principal: !Ref Service
//! ```
//!
//! ## How to fix
//!
//! Add `SourceArn` with the API, rule, topic or bucket that calls; for a bucket also `SourceAccount`, since its
//! ARN names no account. Where the ARN would close a cycle of references, `SourceAccount: !Ref AWS::AccountId`
//! is enough. A source that is forgotten is refused from then on. In serverless.yml the permission stands under
//! `resources.Resources`; the permissions of `events` have their source already.

use super::{Grant, grants, written};
use crate::lambda::{Sends, sends};
use crate::prelude::*;
use crate::repair;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[441, 732],
        owasp_serverless: &["S5", "SAS-3"],
        checkov: &["CKV_AWS_364"],
        aws: &["Lambda.1"],
        attack: &["T1199"],
        stride: &["S", "E"],
        others: &["AWS-0067"],
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for grant in grants(cx) {
        let subject = grant.subject(cx);
        let source = written(grant.props, "SourceArn").or(written(grant.props, "SourceAccount"));
        if source.is_yes() || grant.names_organisation() {
            continue;
        }
        let principal = grant.props.get("Principal");
        let name = match &principal.state {
            State::Unknown(_) => {
                out.cannot_tell(grant.ix, "Principal", principal);
                continue;
            }
            // `logs.${AWS::Region}.amazonaws.com`
            _ => principal
                .display()
                .replace("${AWS::Region}.", "")
                .replace("${AWS::URLSuffix}", "amazonaws.com"),
        };
        if !is_service(&name) {
            continue;
        }
        let (what, confidence) = match sends(&name) {
            Some(Sends::Source(what)) => (what, Confidence::High),
            Some(Sends::Token | Sends::Nothing) => continue,
            None => ("the ARN of the calling resource", Confidence::Medium),
        };
        if source == Tri::Unknown {
            out.cannot_tell(grant.ix, "SourceArn", grant.props);
            continue;
        }
        let key = if what.starts_with("the own account") { "the condition" } else { "`SourceArn`" };
        out.push(
            Found::new(
                grant.ix,
                grant.span,
                format!("`{name}` may invoke {subject} on behalf of any AWS account: the permission names no source"),
            )
            .label("neither `SourceArn` nor `SourceAccount`")
            .also(principal.span, "this service")
            .help(format!("add {key}: {what}"))
            .confidence(confidence)
            .evidence(format!("{name} {}", grant.logical_id))
            .fixes(proposal(cx, &grant, &name)),
        );
    }
}

fn is_service(principal: &str) -> bool {
    ["amazonaws.com", "amazonaws.com.cn", "amazon.com"]
        .iter()
        .any(|suffix| principal.strip_suffix(suffix).is_some_and(|p| p.ends_with('.')))
}

/// The source that calls the function in the application; of a service that sends the account, that.
fn proposal(cx: &Cx<'_>, grant: &Grant<'_>, service: &str) -> Option<Proposal> {
    let known = repair::caller(cx, grant.ix, service);
    let by_account = || {
        let sends = matches!(sends(service), Some(Sends::Source(what)) if what.contains("`SourceAccount`"));
        sends.then(|| ("SourceAccount", repair::account(cx)))
    };
    let (key, value) = known.or_else(by_account)?;
    let map = repair::properties(cx, grant.span, grant.props);
    let change = Change::Insert { map, key: key.into(), value };
    Some(Proposal::new("name the source", Safety::Unsafe, vec![change]))
}
