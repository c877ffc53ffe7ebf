//! a function may write into the bucket that starts it
//!
//! ## What
//!
//! A bucket starts a function for new objects, the function's role may `s3:PutObject` there, and no prefix
//! or suffix filter separates input from output. Medium; high with `RecursiveLoop: Allow`. With a filter it
//! is a finding only where the role may write nothing but what passes it.
//!
//! ## Why
//!
//! Each object that the function writes starts it again: a thumbnail of a thumbnail, without end. Lambda
//! stops such a loop after about 16 rounds; every upload costs that much, and whoever may upload makes the
//! bill and uses up the account's concurrency.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties: {BucketName: shop-uploads}
//!   Resize:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Policies:
//!         - S3CrudPolicy: {BucketName: shop-uploads}
//!       Events:
//!         Up: # finding
//!           Type: S3
//!           Properties: {Bucket: !Ref Uploads, Events: 's3:ObjectCreated:*'}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   iam:
//!     role:
//!       statements:
//!         - Effect: Allow
//!           Action: s3:*Object
//!           Resource: arn:aws:s3:::shop-uploads/*
//! functions:
//!   resize:
//!     handler: a.b
//! resources:
//!   Resources:
//!     Uploads:
//!       Type: AWS::S3::Bucket
//!       Properties:
//!         BucketName: shop-uploads
//!         NotificationConfiguration:
//!           LambdaConfigurations:
//!             - {Event: 's3:ObjectCreated:*', Function: !GetAtt ResizeLambdaFunction.Arn} # finding
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties: {BucketName: shop-uploads}
//!   Resize:
//!     Type: AWS::Serverless::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       CodeUri: .
//!       Policies:
//!         - S3CrudPolicy: {BucketName: shop-uploads}
//!       Events:
//!         Up:
//!           Type: S3
//!           Properties:
//!             Bucket: !Ref Uploads
//!             Events: s3:ObjectCreated:*
//!             Filter: {S3Key: {Rules: [{Name: prefix, Value: in/}]}}
//! ```
//!
//! The function writes elsewhere:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   iam:
//!     role:
//!       statements:
//!         - Effect: Allow
//!           Action: s3:PutObject
//!           Resource: arn:aws:s3:::shop-thumbnails/*
//! functions:
//!   resize:
//!     handler: a.b
//! resources:
//!   Resources:
//!     Uploads:
//!       Type: AWS::S3::Bucket
//!       Properties:
//!         BucketName: shop-uploads
//!         NotificationConfiguration:
//!           LambdaConfigurations:
//!             - {Event: 's3:ObjectCreated:*', Function: !GetAtt ResizeLambdaFunction.Arn}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_iam_role" "scan" {
//!   name = "scan"
//!   assume_role_policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = { Service = "lambda.amazonaws.com" }
//!       Action    = "sts:AssumeRole"
//!     }]
//!   })
//! }
//!
//! resource "aws_iam_role_policy" "scan" {
//!   role = aws_iam_role.scan.id
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect   = "Allow"
//!       Action   = "s3:PutObject"
//!       Resource = "${aws_s3_bucket.uploads.arn}/*"
//!     }]
//!   })
//! }
//!
//! resource "aws_lambda_function" "scan" {
//!   function_name = "scan"
//!   role          = aws_iam_role.scan.arn
//!   handler       = "scan.handler"
//!   runtime       = "nodejs24.x"
//!   filename      = "scan.zip"
//! }
//!
//! resource "aws_s3_bucket_notification" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   lambda_function { # finding
//!     lambda_function_arn = aws_lambda_function.scan.arn
//!     events              = ["s3:ObjectCreated:*"]
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_iam_role" "scan" {
//!   name = "scan"
//!   assume_role_policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = { Service = "lambda.amazonaws.com" }
//!       Action    = "sts:AssumeRole"
//!     }]
//!   })
//! }
//!
//! resource "aws_iam_role_policy" "scan" {
//!   role = aws_iam_role.scan.id
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect   = "Allow"
//!       Action   = "s3:PutObject"
//!       Resource = "${aws_s3_bucket.uploads.arn}/out/*"
//!     }]
//!   })
//! }
//!
//! resource "aws_lambda_function" "scan" {
//!   function_name = "scan"
//!   role          = aws_iam_role.scan.arn
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
//!     filter_prefix       = "in/"
//!   }
//! }
//! ```
//!
//! ## How to fix
//!
//! Write to a second bucket, or give the trigger a prefix (`in/`) and limit the role's `s3:PutObject` to
//! another one (`out/*`).

use crate::loops;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[674, 835],
        owasp_serverless: &["SAS-8"],
        attack: &["T1496"],
        stride: &["D"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (fx, _) in cx.functions() {
        for edge in cx.triggers(fx) {
            let (Some(bucket), Some(trigger)) = (cx.node(edge.from), edge.trigger.as_deref()) else {
                continue;
            };
            if bucket.ty != "AWS::S3::Bucket" || !for_new_objects(&trigger.props) {
                continue;
            }
            let Some(way) = loops::may_write(cx, fx, edge.from) else { continue };
            if !trigger.filter.is_null() && !stays_inside(&trigger.filter, &way) {
                continue;
            }
            let allowed = loops::is_allowed(cx, fx).is_yes();
            let mut found = Found::new(
                fx,
                edge.span,
                format!("{{subject}} may write to bucket `{}`, and what it writes starts it again", bucket.name),
            )
            .label(if trigger.filter.is_null() { "for every new object" } else { "for all that it may write" })
            .also(way.at().span, "may write")
            .help("write to another bucket, or separate input from output by a prefix in the trigger and in the role")
            .severity(if allowed { Severity::High } else { Severity::Medium })
            .evidence(format!("{} into {}", way.action, bucket.name));
            if !way.meant {
                found = found.confidence(Confidence::Low);
            }
            out.push(found);
        }
    }
}

/// Whether a notification is about objects that are written.
fn for_new_objects(config: &Val) -> bool {
    let events = ["Event", "Events"].map(|k| config.get(k));
    let mut names = events.iter().flat_map(|e| e.items()).peekable();
    names.peek().is_none()
        || names.any(|e| e.as_str().is_none_or(|t| t.contains("ObjectCreated") || t == "s3:*"))
}

/// Whether everything that a statement lets the function write passes the filter of its trigger.
fn stays_inside(filter: &Val, way: &loops::Way<'_>) -> bool {
    let rules = filter.at("S3Key.Rules");
    let rules = if rules.is_null() { filter } else { rules };
    let mut prefix = String::new();
    for rule in rules.items() {
        let value = ["Value", "value"].iter().find_map(|k| rule.get(k).as_str());
        let name = ["Name", "name"].iter().find_map(|k| rule.get(k).as_str());
        match (name.map(str::to_ascii_lowercase).as_deref(), value) {
            (Some("prefix"), Some(text)) => text.clone_into(&mut prefix),
            _ => return false,
        }
    }
    !prefix.is_empty()
        && way.statement.resources.iter().all(|r| {
            let text = r.display();
            text.split_once('/').is_some_and(|(_, key)| key.starts_with(&prefix))
        })
}
