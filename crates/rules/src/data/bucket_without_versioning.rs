//! a bucket keeps no earlier versions of its objects
//!
//! ## What
//!
//! `VersioningConfiguration.Status` is not `Enabled`.
//!
//! ## Why
//!
//! Whoever may write or delete, a compromised function among them, can destroy what is stored: overwrite
//! all objects with encrypted copies and ask for ransom. With versions the earlier content is still there.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Versions:
//!     Type: String
//!     Default: Suspended # finding
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       VersioningConfiguration:
//!         Status: !Ref Versions
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Uploads: # finding
//!       Type: AWS::S3::Bucket
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       VersioningConfiguration:
//!         Status: Enabled
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {versions: Enabled}
//! resources:
//!   Resources:
//!     Uploads:
//!       Type: AWS::S3::Bucket
//!       Properties:
//!         VersioningConfiguration: {Status: '${self:custom.versions}'}
//! ```
//!
//! ```hcl bad main.tf
//! variable "versioning" {
//!   type    = string
//!   default = "Suspended" # finding
//! }
//!
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_s3_bucket_versioning" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   versioning_configuration {
//!     status = var.versioning
//!   }
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//!   versioning {
//!     enabled = true
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Versions:
//!     Type: String
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       VersioningConfiguration:
//!         Status: !Ref Versions
//! ```
//!
//! ## How to fix
//!
//! Set `Status: Enabled`, and a lifecycle rule that removes old versions after some days: each version
//! costs as much as the object. Deleting the bucket then needs all versions deleted first.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        checkov: &["CKV_AWS_21"],
        aws: &["S3.14"],
        attack: &["T1485", "T1486"],
        stride: &["T", "D"],
        others: &["AWS-0090"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::S3::Bucket") {
        if node.logical_id == "ServerlessDeploymentBucket" {
            continue;
        }
        let status = node.props.lookup("VersioningConfiguration.Status");
        match status.is("Enabled") {
            Tri::Yes => {}
            Tri::Unknown => out.cannot_tell(ix, "VersioningConfiguration", status),
            Tri::No => out.push(
                Found::at_value(ix, status, node.span, "{subject} keeps no earlier versions of objects")
                    .label(if status.is_null() { "no versioning" } else { "not `Enabled`" })
                    .help("set `VersioningConfiguration.Status` to `Enabled` and let a lifecycle rule remove old versions")
                    .evidence(status.display()),
            ),
        }
    }
}
