//! a bucket policy lets everyone read or write the bucket
//!
//! ## What
//!
//! A statement of the bucket's policy allows principal `*` to write (critical) or to read (high), no
//! condition pins the caller, and neither `BlockPublicPolicy` nor `RestrictPublicBuckets` of a written
//! public-access block stops it. Where no block is written, new buckets (since April 2023) refuse the
//! policy and older ones obey it: one step lower, confidence medium. `s3:GetObject` alone on a bucket with
//! website hosting is `data-bucket-website-public`; a bucket that triggers a function here and may be
//! written is `event-bucket-trigger-writable-by-others`.
//!
//! ## Why
//!
//! Nobody needs credentials: with read access an attacker downloads what customers uploaded; with write
//! access they plant objects that the application trusts, or delete the originals and ask for ransom.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       PublicAccessBlockConfiguration: {BlockPublicPolicy: false, RestrictPublicBuckets: false}
//!   Policy:
//!     Type: AWS::S3::BucketPolicy
//!     Properties:
//!       Bucket: !Ref Uploads
//!       PolicyDocument:
//!         Statement:
//!           - Effect: Allow
//!             Principal:
//!               AWS: '*' # finding
//!             Action: [s3:GetObject, s3:PutObject]
//!             Resource: !Sub '${Uploads.Arn}/*'
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       PublicAccessBlockConfiguration: {BlockPublicPolicy: false, RestrictPublicBuckets: false}
//!   Policy:
//!     Type: AWS::S3::BucketPolicy
//!     Properties:
//!       Bucket: !Ref Uploads
//!       PolicyDocument:
//!         Statement:
//!           - Effect: Allow
//!             Principal:
//!               AWS: !Sub 'arn:${AWS::Partition}:iam::${AWS::AccountId}:root' # finding
//!             Action: [s3:GetObject, s3:PutObject]
//!             Resource: !Sub '${Uploads.Arn}/*'
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom:
//!   readers: '*' # finding
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
//!             Effect: Allow
//!             Principal: ${self:custom.readers}
//!             Action: s3:ListBucket
//!             Resource: !GetAtt Uploads.Arn
//! ```
//!
//! Everybody, but only from one organisation:
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
//!           - Effect: Allow
//!             Principal: '*'
//!             Action: s3:GetObject
//!             Resource: !Sub '${Uploads.Arn}/*'
//!             Condition: {StringEquals: {'aws:PrincipalOrgID': o-abcdefghij}}
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
//!               Action: s3:*
//!               Resource: !Sub '${Uploads.Arn}/*'
//!               Condition: {Bool: {'aws:SecureTransport': 'false'}}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_s3_bucket_policy" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   policy = <<-JSON
//!     {
//!       "Version": "2012-10-17",
//!       "Statement": [{
//!         "Effect": "Allow",
//!         "Principal": "*",
//!         "Action": "s3:GetObject",
//!         "Resource": "${aws_s3_bucket.uploads.arn}/*"
//!       }]
//!     }
//!   JSON
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! data "aws_iam_policy_document" "uploads" {
//!   statement {
//!     actions   = ["s3:GetObject"]
//!     resources = ["${aws_s3_bucket.uploads.arn}/*"]
//!     principals {
//!       type        = "*"
//!       identifiers = ["*"]
//!     }
//!     condition {
//!       test     = "StringEquals"
//!       variable = "aws:SourceVpce"
//!       values   = ["vpce-1a2b3c4d"]
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
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Reader:
//!     Type: String
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!   Policy:
//!     Type: AWS::S3::BucketPolicy
//!     Properties:
//!       Bucket: !Ref Uploads
//!       PolicyDocument:
//!         Statement:
//!           - Effect: Allow
//!             Principal: {AWS: !Ref Reader}
//!             Action: s3:GetObject
//!             Resource: !Sub '${Uploads.Arn}/*'
//! ```
//!
//! ## How to fix
//!
//! Name the principals that need it, or pin the caller by `aws:PrincipalOrgID`, `aws:SourceVpce` or
//! `aws:SourceArn`. Files for browsers go through CloudFront with origin access control (principal
//! `cloudfront.amazonaws.com` with `aws:SourceArn`), uploads from browsers through presigned posts. Who
//! used the open door gets 403 afterwards.
//!
//! ## Differs from
//!
//! CKV_AWS_70 looks at `*` whatever the condition; here a condition that pins the caller is enough.

use crate::bucket;
use crate::policy::{self, Outsider};
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
        cwe: &[284, 732],
        owasp_serverless: &["S5", "SAS-3"],
        checkov: &["CKV_AWS_70"],
        attack: &["T1530"],
        stride: &["I", "T"],
        others: &["F15", "F16"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node, store) in policy::with_policy(cx, policy::BUCKETS, out) {
        let stopped = bucket::stops_policy(node);
        if stopped.is_yes() {
            continue;
        }
        for s in &store.policy {
            let at = match policy::outsider(cx, &store.policy, s) {
                Outsider::Let { at, everybody: true, .. } => at,
                Outsider::CannotTell(val) if policy::is_everyone(&s.principal) != Tri::No => {
                    out.cannot_tell(ix, "Policy", val);
                    continue;
                }
                _ => continue,
            };
            if stopped == Tri::Unknown {
                out.cannot_tell(ix, "PublicAccessBlockConfiguration", bucket::block(node));
                continue;
            }
            if bucket::is_website(node) && bucket::only_reads_objects(s) {
                continue;
            }
            let write = bucket::writing(s);
            if write.is_some() && triggers(cx, ix) {
                continue;
            }
            let severity = if write.is_some() { Severity::Critical } else { Severity::High };
            let written = !bucket::block(node).is_null();
            let verb = if write.is_some() { "write to" } else { "read" };
            let action = write.map_or_else(|| first(s), |(_, a)| a.to_owned());
            let mut found = Found::at_value(
                ix,
                at,
                s.span,
                format!("{} lets everybody on the internet {verb} the bucket (`{action}`)", policy::whose(node)),
            )
            .label("everybody, without a condition on who")
            .help("name the principals, or pin the caller by `aws:PrincipalOrgID`, `aws:SourceVpce` or `aws:SourceArn`")
            .severity(severity)
            .evidence(policy::evidence(s));
            if let Some(val) = write.map(|(v, _)| v).or(s.actions.first()) {
                found = found.also(val.span, "what they may do");
            }
            if !written {
                found = found.severity(bucket::lower(severity)).confidence(Confidence::Medium);
            }
            if let Some(fix) = repair::own_account(cx, s, at) {
                found = found.fix(fix);
            }
            out.push(found);
        }
    }
}

fn first(s: &Statement) -> String {
    s.actions.first().map_or_else(|| "NotAction".to_owned(), |a| a.display().to_string())
}

/// Whether a bucket starts a function here.
fn triggers(cx: &Cx<'_>, ix: NodeIx) -> bool {
    cx.graph.out(ix, EdgeKind::Triggers).next().is_some()
}
