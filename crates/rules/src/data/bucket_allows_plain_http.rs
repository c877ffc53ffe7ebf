//! a bucket answers requests without TLS
//!
//! ## What
//!
//! No statement of the bucket's policy denies everybody what comes with `aws:SecureTransport` false.
//!
//! ## Why
//!
//! S3 answers on plain HTTP. A client, script or old SDK that is configured so sends objects and presigned
//! URLs readable for everybody on the way, and whoever sits there reads or replaces them.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Uploads: # finding
//!     Type: AWS::S3::Bucket
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Uploads: # finding
//!     Type: AWS::S3::Bucket
//!   UploadsPolicy:
//!     Type: AWS::S3::BucketPolicy
//!     Properties:
//!       Bucket: !Ref Uploads
//!       PolicyDocument:
//!         Version: '2012-10-17'
//!         Statement:
//!           - Sid: DenyPlainHttp
//!             Effect: Deny
//!             Principal: '*'
//!             Action: s3:*
//!             Resource:
//!               - !GetAtt Uploads.Arn
//!               - !Sub ${Uploads.Arn}/*
//!             Condition:
//!               Bool:
//!                 aws:SecureTransport: 'false'
//! ```
//!
//! The condition is there, but asks the wrong way round:
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom:
//!   secure: 'true'
//! resources:
//!   Resources:
//!     Uploads: # finding
//!       Type: AWS::S3::Bucket
//!     Policy:
//!       Type: AWS::S3::BucketPolicy
//!       Properties:
//!         Bucket: !Ref Uploads
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Deny
//!               Principal: '*'
//!               Action: s3:*
//!               Resource: !Sub '${Uploads.Arn}/*'
//!               Condition: {Bool: {'aws:SecureTransport': '${self:custom.secure}'}}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!   Policy:
//!     Type: AWS::S3::BucketPolicy
//!     Properties:
//!       Bucket: !Ref Uploads
//!       PolicyDocument:
//!         Statement:
//!           - Effect: Deny
//!             Principal: {AWS: '*'}
//!             Action: s3:*
//!             Resource: [!GetAtt Uploads.Arn, !Sub '${Uploads.Arn}/*']
//!             Condition: {Bool: {'aws:SecureTransport': false}}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Uploads:
//!       Type: AWS::S3::Bucket
//!     Policy:
//!       Type: AWS::S3::BucketPolicy
//!       Properties:
//!         Bucket: !Ref Uploads
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Deny
//!               Principal: '*'
//!               Action: ['s3:GetObject', 's3:PutObject']
//!               Resource: !Sub '${Uploads.Arn}/*'
//!               Condition: {BoolIfExists: {'aws:SecureTransport': 'false'}}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_s3_bucket" "uploads" { # finding
//!   bucket = "uploads"
//! }
//!
//! data "aws_iam_policy_document" "uploads" {
//!   statement {
//!     effect    = "Deny"
//!     actions   = ["s3:*"]
//!     resources = ["${aws_s3_bucket.uploads.arn}/*"]
//!     principals {
//!       type        = "AWS"
//!       identifiers = ["*"]
//!     }
//!     condition {
//!       test     = "Bool"
//!       variable = "aws:SecureTransport"
//!       values   = ["true"]
//!     }
//!   }
//! }
//!
//! resource "aws_s3_bucket_policy" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   policy = data.aws_iam_policy_document.uploads.json
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_s3_bucket" "uploads" { # finding
//!   bucket = "uploads"
//! }
//!
//! data "aws_iam_policy_document" "uploads" {
//!   statement {
//!     effect    = "Deny"
//!     actions   = ["s3:*"]
//!     resources = ["${aws_s3_bucket.uploads.arn}/*"]
//!     principals {
//!       type        = "AWS"
//!       identifiers = ["*"]
//!     }
//!     condition {
//!       test     = "Bool"
//!       variable = "aws:SecureTransport"
//!       values   = ["true"]
//!     }
//!   }
//!
//!   statement {
//!     sid       = "DenyPlainHttp"
//!     effect    = "Deny"
//!     actions   = ["s3:*"]
//!     resources = [aws_s3_bucket.uploads.arn, "${aws_s3_bucket.uploads.arn}/*"]
//!
//!     principals {
//!       type        = "*"
//!       identifiers = ["*"]
//!     }
//!
//!     condition {
//!       test     = "Bool"
//!       variable = "aws:SecureTransport"
//!       values   = ["false"]
//!     }
//!   }
//! }
//!
//! resource "aws_s3_bucket_policy" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   policy = data.aws_iam_policy_document.uploads.json
//! }
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_s3_bucket" "plain" { # finding
//!   bucket = "plain"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_s3_bucket" "plain" { # finding
//!   bucket = "plain"
//! }
//!
//! resource "aws_s3_bucket_policy" "plain_policy" {
//!   bucket = aws_s3_bucket.plain.id
//!   policy = jsonencode({
//!     Version   = "2012-10-17"
//!     Statement = [{
//!       Sid       = "DenyPlainHttp"
//!       Effect    = "Deny"
//!       Principal = "*"
//!       Action    = "s3:*"
//!       Resource  = [aws_s3_bucket.plain.arn, "${aws_s3_bucket.plain.arn}/*"]
//!       Condition = {
//!         Bool = {
//!           "aws:SecureTransport" = "false"
//!         }
//!       }
//!     }]
//!   })
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_s3_bucket_policy" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   policy = jsonencode({
//!     Version = "2012-10-17"
//!     Statement = [{
//!       Effect    = "Deny"
//!       Principal = "*"
//!       Action    = "s3:*"
//!       Resource  = [aws_s3_bucket.uploads.arn, "${aws_s3_bucket.uploads.arn}/*"]
//!       Condition = { Bool = { "aws:SecureTransport" = "false" } }
//!     }]
//!   })
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Statements:
//!     Type: String
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!   Policy:
//!     Type: AWS::S3::BucketPolicy
//!     Properties:
//!       Bucket: !Ref Uploads
//!       PolicyDocument: !Ref Statements
//! ```
//!
//! ## How to fix
//!
//! Add a bucket policy with a Deny for `*` on `s3:*`, on the bucket and its objects, under
//! `Bool: {aws:SecureTransport: false}`. Clients on plain HTTP are refused afterwards; there is no cost.

use crate::prelude::*;
use crate::transport;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[319],
        owasp_serverless: &["S3", "SAS-3"],
        checkov: &["CKV_AWS_379"],
        aws: &["S3.5"],
        attack: &["T1040"],
        stride: &["I", "T"],
        others: &["CIS-3.1.1"],
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in transport::unguarded(cx, "AWS::S3::Bucket", "s3:GetObject", out) {
        if node.logical_id == "ServerlessDeploymentBucket" {
            continue;
        }
        let arn = Literal::Of(ix, Some("Arn".into()));
        let objects = Literal::Text(vec![arn.clone(), "/*".into()]);
        let of = ("AWS::S3::BucketPolicy", ("Bucket", Literal::Of(ix, None)));
        let mut found = transport::found(
            ix,
            node,
            "add a bucket policy that denies `s3:*` to `*` when `aws:SecureTransport` is false",
        );
        if let Some(proposal) = transport::propose(cx, ix, "s3:*", vec![arn, objects], of) {
            found = found.fix(proposal);
        }
        out.push(found);
    }
}
