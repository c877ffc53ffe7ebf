//! nothing keeps a copy of a bucket's objects safe from deletion
//!
//! ## What
//!
//! A bucket has no object lock, is not replicated, and does not ask for a second factor before versions are deleted.
//!
//! ## Why
//!
//! Versions alone do not help against somebody who may delete them too. A lock, a copy elsewhere or a second factor does: ransom notes in
//! emptied buckets come from credentials that were allowed to delete.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Uploads: # finding
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       VersioningConfiguration: {Status: Enabled}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {lock: false} # finding
//! resources:
//!   Resources:
//!     Uploads:
//!       Type: AWS::S3::Bucket
//!       Properties: {ObjectLockEnabled: '${self:custom.lock}'}
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
//!       ObjectLockEnabled: true
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_s3_bucket_replication_configuration" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   role   = "arn:aws:iam::314159265358:role/replicate"
//!   rule {
//!     status = "Enabled"
//!     destination {
//!       bucket = "arn:aws:s3:::uploads-copy"
//!     }
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Lock:
//!     Type: String
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       ObjectLockEnabled: !Ref Lock
//! ```
//!
//! ## How to fix
//!
//! Set `ObjectLockEnabled` with a default retention for what must not be lost, or replicate the bucket into another account.
//! Locked objects cannot be deleted before their time by anybody: begin with governance mode.

use crate::bucket;
use crate::prelude::*;
use crate::switch;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Info,
    confidence: Confidence::High,
    persona: Persona::Auditor,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        checkov: &["CKV_AWS_143", "CKV_AWS_144"],
        aws: &["S3.7", "S3.15", "S3.20"],
        attack: &["T1485", "T1486"],
        stride: &["T", "D"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in bucket::written(cx) {
        let enabled = node.props.lookup("ObjectLockEnabled");
        let configured = node.props.lookup("ObjectLockConfiguration.ObjectLockEnabled");
        let copied = node.props.lookup("ReplicationConfiguration.Rules");
        let factor = node.props.lookup("VersioningConfiguration.MfaDelete");
        let lock = switch::on(enabled).or(configured.is("Enabled"));
        let start = if copied.is_known() { Tri::No } else { Tri::Unknown };
        let copy = copied.items().iter().fold(start, |a, r| a.or(r.lookup("Status").is("Enabled")));
        match lock.or(copy).or(factor.is("Enabled")) {
            Tri::Yes => {}
            Tri::Unknown => {
                let open = [enabled, configured, copied, factor].into_iter().find(|v| v.any_unknown());
                out.cannot_tell(ix, "ObjectLockEnabled", open.unwrap_or(enabled));
            }
            Tri::No => out.push(
                Found::at_value(
                    ix,
                    enabled,
                    node.span,
                    "objects of {subject} can be deleted for good by one call",
                )
                .label("no object lock, no copy elsewhere, no second factor")
                .help("set `ObjectLockEnabled`, or replicate the bucket into another account")
                .evidence("no lock"),
            ),
        }
    }
}
