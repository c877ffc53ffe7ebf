//! another account may write to a bucket or change who may
//!
//! ## What
//!
//! The bucket's policy allows an account that is neither own nor trusted (`trusted-accounts`) to write, to
//! delete or to change permissions. The own account is the configured one, else that of a function's role.
//! A bucket that triggers a function here is `event-bucket-trigger-writable-by-others`.
//!
//! ## Why
//!
//! Whoever controls that account, or steals one credential of it, writes objects that this application
//! trusts, deletes what it stores, or with `s3:PutBucketPolicy` lets in whom they like.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Reports:
//!     Type: AWS::S3::Bucket
//!   Policy:
//!     Type: AWS::S3::BucketPolicy
//!     Properties:
//!       Bucket: !Ref Reports
//!       PolicyDocument:
//!         Statement:
//!           - Effect: Allow
//!             Principal: {AWS: 'arn:aws:iam::271828182845:root'} # finding
//!             Action: [s3:PutObject, s3:DeleteObject]
//!             Resource: !Sub '${Reports.Arn}/*'
//!   Hello:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::314159265358:role/hello
//!       Code: {S3Bucket: b, S3Key: k}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs22.x
//!   iam: {role: 'arn:aws:iam::314159265358:role/hello'}
//! custom: {partner: '271828182845'} # finding
//! functions:
//!   hello: {handler: a.b}
//! resources:
//!   Resources:
//!     Reports:
//!       Type: AWS::S3::Bucket
//!     Policy:
//!       Type: AWS::S3::BucketPolicy
//!       Properties:
//!         Bucket: !Ref Reports
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Allow
//!               Principal: {AWS: '${self:custom.partner}'}
//!               Action: s3:*
//!               Resource: !Sub '${Reports.Arn}/*'
//! ```
//!
//! Another account that only reads:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Reports:
//!     Type: AWS::S3::Bucket
//!   Policy:
//!     Type: AWS::S3::BucketPolicy
//!     Properties:
//!       Bucket: !Ref Reports
//!       PolicyDocument:
//!         Statement:
//!           - Effect: Allow
//!             Principal: {AWS: 'arn:aws:iam::271828182845:root'}
//!             Action: s3:GetObject
//!             Resource: !Sub '${Reports.Arn}/*'
//!   Hello:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       Handler: a.b
//!       Runtime: nodejs22.x
//!       Role: arn:aws:iam::314159265358:role/hello
//!       Code: {S3Bucket: b, S3Key: k}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Reports:
//!       Type: AWS::S3::Bucket
//!     Policy:
//!       Type: AWS::S3::BucketPolicy
//!       Properties:
//!         Bucket: !Ref Reports
//!         PolicyDocument:
//!           Statement:
//!             - Effect: Allow
//!               Principal: {AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}
//!               Action: s3:*
//!               Resource: !Sub '${Reports.Arn}/*'
//! ```
//!
//! ```hcl bad main.tf
//! locals {
//!   partner = "271828182845"
//! }
//!
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_s3_bucket_policy" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   policy = jsonencode({
//!     Statement = [
//!       {
//!         Effect    = "Allow"
//!         Principal = { AWS = "arn:aws:iam::${local.partner}:root" } # finding
//!         Action    = "s3:PutBucketPolicy"
//!         Resource  = aws_s3_bucket.uploads.arn
//!       },
//!       {
//!         Effect    = "Allow"
//!         Principal = { AWS = "arn:aws:iam::314159265358:root" }
//!         Action    = "s3:GetObject"
//!         Resource  = "${aws_s3_bucket.uploads.arn}/*"
//!       }
//!     ]
//!   })
//! }
//! ```
//!
//! ```hcl good main.tf
//! data "aws_caller_identity" "me" {}
//!
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_s3_bucket_policy" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   policy = jsonencode({
//!     Statement = [{
//!       Effect    = "Allow"
//!       Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }
//!       Action    = "s3:*"
//!       Resource  = "${aws_s3_bucket.uploads.arn}/*"
//!     }]
//!   })
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Nothing says which account is the own one:
//!
//! ```yaml unknown template.yaml
//! Resources:
//!   Reports:
//!     Type: AWS::S3::Bucket
//!   Policy:
//!     Type: AWS::S3::BucketPolicy
//!     Properties:
//!       Bucket: !Ref Reports
//!       PolicyDocument:
//!         Statement:
//!           - Effect: Allow
//!             Principal: {AWS: 'arn:aws:iam::271828182845:root'}
//!             Action: s3:PutObject
//!             Resource: !Sub '${Reports.Arn}/*'
//! ```
//!
//! ## How to fix
//!
//! Take the statement out, or limit it to the one role and prefix that need it and write the account into
//! `trusted-accounts` of palisade.toml. Accounts of one organisation can be let in by
//! `aws:PrincipalOrgID`.

use crate::bucket;
use crate::policy::{self, Outsider};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[284],
        owasp_serverless: &["S5", "SAS-3"],
        aws: &["S3.6"],
        attack: &["T1530"],
        stride: &["T", "E"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, _, store) in policy::with_policy(cx, policy::BUCKETS, out) {
        let triggers = cx.graph.out(ix, EdgeKind::Triggers).next().is_some();
        for s in &store.policy {
            let permission = bucket::permitting(s);
            let Some((val, action)) = permission.or_else(|| bucket::writing(s)) else { continue };
            match policy::outsider(cx, &store.policy, s) {
                Outsider::Let { at, who, everybody: false } => {
                    if triggers && permission.is_none() {
                        continue;
                    }
                    out.push(
                        Found::at_value(ix, at, s.span, format!("{who} may `{action}` on {{subject}}"))
                            .label("neither own nor trusted")
                            .also(val.span, "what it may do")
                            .help(
                                "limit it to one role and prefix, or list the account in `trusted-accounts`",
                            )
                            .evidence(policy::evidence(s)),
                    );
                }
                Outsider::CannotTell(open) if !policy::is_everyone(&s.principal).is_yes() => {
                    out.cannot_tell(ix, "Policy", open);
                }
                _ => {}
            }
        }
    }
}
