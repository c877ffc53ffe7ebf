//! public access to a bucket is not blocked
//!
//! ## What
//!
//! A public-access block is written and one of its four settings is false, or is left out and so false:
//! medium. No block is written: low and pedantic, since new buckets have all four on since April 2023 and
//! only older ones do not.
//!
//! ## Why
//!
//! The block is the second lock. Without it, whoever changes one ACL or policy by mistake, or gets the
//! right to, makes the bucket public with that one call; with it, S3 refuses.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Strict:
//!     Type: String
//!     Default: 'false' # finding
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       PublicAccessBlockConfiguration:
//!         BlockPublicAcls: true
//!         BlockPublicPolicy: !Ref Strict
//!         IgnorePublicAcls: true
//!         RestrictPublicBuckets: true
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Uploads:
//!       Type: AWS::S3::Bucket
//!       Properties:
//!         PublicAccessBlockConfiguration: # finding
//!           BlockPublicAcls: true
//!           BlockPublicPolicy: true
//! ```
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
//!     Properties:
//!       PublicAccessBlockConfiguration:
//!         BlockPublicAcls: true
//!         BlockPublicPolicy: true
//!         IgnorePublicAcls: true
//!         RestrictPublicBuckets: true
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       PublicAccessBlockConfiguration:
//!         BlockPublicAcls: true
//!         BlockPublicPolicy: true
//!         IgnorePublicAcls: 'true'
//!         RestrictPublicBuckets: true
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom:
//!   block: {BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true}
//! resources:
//!   Resources:
//!     Uploads:
//!       Type: AWS::S3::Bucket
//!       Properties:
//!         PublicAccessBlockConfiguration: ${self:custom.block}
//! ```
//!
//! ```hcl bad main.tf
//! variable "public" {
//!   type    = bool
//!   default = true
//! }
//!
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_s3_bucket_public_access_block" "uploads" {
//!   bucket                  = aws_s3_bucket.uploads.id
//!   block_public_acls       = true
//!   block_public_policy     = !var.public # finding
//!   ignore_public_acls      = true
//!   restrict_public_buckets = true
//! }
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_s3_bucket" "uploads" { # finding
//!   bucket = "uploads"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_s3_bucket" "uploads" { # finding
//!   bucket = "uploads"
//! }
//!
//! resource "aws_s3_bucket_public_access_block" "uploads" {
//!   bucket                  = aws_s3_bucket.uploads.id
//!   block_public_acls       = true
//!   block_public_policy     = true
//!   ignore_public_acls      = true
//!   restrict_public_buckets = true
//! }
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_s3_bucket" "uploads" {
//!   for_each = toset(["in", "out"])
//!   bucket   = "uploads-${each.key}"
//! }
//!
//! resource "aws_s3_bucket_public_access_block" "uploads" {
//!   for_each                = aws_s3_bucket.uploads
//!   bucket                  = each.value.id
//!   block_public_acls       = true
//!   block_public_policy     = true
//!   ignore_public_acls      = true
//!   restrict_public_buckets = true
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Strict:
//!     Type: String
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       PublicAccessBlockConfiguration:
//!         BlockPublicAcls: true
//!         BlockPublicPolicy: !Ref Strict
//!         IgnorePublicAcls: true
//!         RestrictPublicBuckets: true
//! ```
//!
//! ## How to fix
//!
//! Write all four settings as true. It costs nothing; where a policy or ACL of this bucket is public on
//! purpose, who uses it gets 403 afterwards.

use crate::bucket;
use crate::policy::{self, Outsider};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Safe,
    since: "0.1.0",
    references: References {
        cwe: &[284],
        owasp_serverless: &["S6", "SAS-3"],
        checkov: &["CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56", "CKV2_AWS_6"],
        aws: &["S3.8"],
        attack: &["T1530"],
        stride: &["I"],
        others: &["AWS-0086", "AWS-0087", "AWS-0091", "AWS-0093", "AWS-0094", "CIS-3.1.4"],
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::S3::Bucket") {
        if node.logical_id == "ServerlessDeploymentBucket" {
            continue;
        }
        let block = bucket::block(node);
        let fix = propose(cx, ix, node);
        if block.is_null() {
            out.push(
                Found::new(ix, node.span, "{subject} has no public-access block of its own")
                    .label("no public-access block is written")
                    .help("add a public-access block with all four settings true")
                    .severity(Severity::Low)
                    .persona(Persona::Pedantic)
                    .evidence("absent")
                    .fix(fix),
            );
            continue;
        }
        let off: Vec<&str> =
            bucket::SETTINGS.into_iter().filter(|s| bucket::is_on(block, s).is_no()).collect();
        if off.is_empty() {
            if let Some(open) = bucket::SETTINGS.into_iter().find(|s| bucket::is_on(block, s) == Tri::Unknown)
            {
                let val = if block.is_known() { block.get(open) } else { block };
                out.cannot_tell(ix, "PublicAccessBlockConfiguration", val);
            }
            continue;
        }
        let names = off.iter().map(|s| format!("`{s}`")).collect::<Vec<_>>().join(", ");
        let message = format!("the public-access block of {{subject}} leaves {names} off");
        let written = off.iter().map(|s| block.get(s)).find(|v| !v.is_null());
        let found = match written {
            Some(val) => Found::at_value(ix, val, node.span, message).label("off"),
            None => Found::new(ix, bucket::key_or_node(node, "PublicAccessBlockConfiguration"), message)
                .label("a setting that is left out is false"),
        };
        out.push(found.help("set all four settings to true").evidence(off.join(",")).fix(fix));
    }
}

/// All four settings on; safe where nothing of the bucket is meant to be public.
fn propose(cx: &Cx<'_>, ix: NodeIx, node: &Node) -> Proposal {
    let set = |key: &str| Change::Set {
        node: ix,
        path: format!("PublicAccessBlockConfiguration.{key}").into(),
        value: true.into(),
    };
    let changes = bucket::SETTINGS.into_iter().filter(|s| !bucket::is_on(bucket::block(node), s).is_yes());
    let safety = if is_private(cx, node) { Safety::Safe } else { Safety::Unsafe };
    Proposal::new("block public access", safety, changes.map(set).collect())
}

/// Whether neither an ACL nor a statement of the policy may let anybody in.
fn is_private(cx: &Cx<'_>, node: &Node) -> bool {
    let acl = node.props.get("AccessControl");
    let closed =
        acl.is_null() || acl.as_str().is_some_and(|a| !a.starts_with("Public") && a != "AuthenticatedRead");
    let Some(store) = node.store() else { return closed };
    let let_in = |s: &Statement| !matches!(policy::outsider(cx, &store.policy, s), Outsider::Nobody);
    closed && !bucket::is_website(node) && !store.unread_policy && !store.policy.iter().any(let_in)
}
