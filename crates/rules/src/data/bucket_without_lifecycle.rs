//! a bucket keeps its objects forever
//!
//! ## What
//!
//! A bucket has no lifecycle rule that is enabled.
//!
//! ## Why
//!
//! Data that nobody needs any more is still there to be stolen, and what privacy law wants deleted stays. Unfinished
//! uploads and old versions are kept, and paid for, without being listed anywhere.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Uploads: # finding
//!     Type: AWS::S3::Bucket
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {expire: Disabled} # finding
//! resources:
//!   Resources:
//!     Uploads:
//!       Type: AWS::S3::Bucket
//!       Properties:
//!         LifecycleConfiguration:
//!           Rules: [{Status: '${self:custom.expire}', ExpirationInDays: 30}]
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_s3_bucket" "uploads" { # finding
//!   bucket = "uploads"
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       LifecycleConfiguration:
//!         Rules:
//!           - {Status: Disabled, ExpirationInDays: 1}
//!           - {Status: Enabled, AbortIncompleteMultipartUpload: {DaysAfterInitiation: 7}}
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_s3_bucket_lifecycle_configuration" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   rule {
//!     id     = "expire"
//!     status = "Enabled"
//!     expiration {
//!       days = 90
//!     }
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Expire:
//!     Type: String
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       LifecycleConfiguration:
//!         Rules: [{Status: !Ref Expire, ExpirationInDays: 30}]
//! ```
//!
//! ## How to fix
//!
//! Add a rule to `LifecycleConfiguration`: at least one that ends unfinished uploads after a week, and, where versions are kept,
//! one that removes old versions. What may be deleted only the owner of the data can say.

use crate::bucket;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References { checkov: &["CKV2_AWS_61"], aws: &["S3.13"], stride: &["I"], ..References::NONE },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in bucket::written(cx) {
        let rules = node.props.lookup("LifecycleConfiguration.Rules");
        if !rules.is_known() {
            out.cannot_tell(ix, "LifecycleConfiguration", rules);
            continue;
        }
        let start = if rules.as_list().is_some_and(|l| l.open) { Tri::Unknown } else { Tri::No };
        let enabled = rules.items().iter().fold(start, |a, r| a.or(r.lookup("Status").is("Enabled")));
        match enabled {
            Tri::Yes => {}
            Tri::Unknown => out.cannot_tell(ix, "LifecycleConfiguration", rules),
            Tri::No => {
                let status = rules.items().first().map_or(Val::null(), |r| r.get("Status"));
                out.push(
                    Found::at_value(ix, status, node.span, "{subject} keeps objects forever")
                        .label(if status.is_null() {
                            "no lifecycle rule"
                        } else {
                            "the rule is switched off"
                        })
                        .help("add a lifecycle rule, at least one that ends unfinished uploads")
                        .evidence(status.display()),
                );
            }
        }
    }
}
