//! a bucket's ACL lets everyone read or write it
//!
//! ## What
//!
//! `AccessControl` of a bucket is `PublicReadWrite` (critical), `PublicRead` or `AuthenticatedRead` (every
//! AWS account; high), and neither `IgnorePublicAcls` or `BlockPublicAcls` of a written public-access block
//! nor the ownership `BucketOwnerEnforced` takes its effect away. Where no block is written, new buckets
//! (since April 2023) refuse the ACL and older ones obey it: one step lower, confidence medium.
//!
//! ## Why
//!
//! Bucket names are guessed and listed by robots all day. With `PublicRead` an attacker lists every key and
//! downloads every object without credentials; with `PublicReadWrite` they also replace what the
//! application reads: uploads that start functions, scripts that customers load, configuration.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       AccessControl: PublicReadWrite # finding
//!       PublicAccessBlockConfiguration:
//!         BlockPublicAcls: false
//!         IgnorePublicAcls: false
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       AccessControl: Private # finding
//!       PublicAccessBlockConfiguration:
//!         BlockPublicAcls: true
//!         IgnorePublicAcls: true
//!         BlockPublicPolicy: true
//!         RestrictPublicBuckets: true
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Parameters:
//!     Acl:
//!       Type: String
//!       Default: PublicRead # finding
//!   Resources:
//!     Assets:
//!       Type: AWS::S3::Bucket
//!       Properties:
//!         AccessControl: !Ref Acl
//! ```
//!
//! The ACL is written, but ignored:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       AccessControl: PublicRead
//!       PublicAccessBlockConfiguration:
//!         IgnorePublicAcls: true
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! resources:
//!   Resources:
//!     Logs:
//!       Type: AWS::S3::Bucket
//!       Properties:
//!         AccessControl: LogDeliveryWrite
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_s3_bucket_ownership_controls" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   rule {
//!     object_ownership = "BucketOwnerPreferred"
//!   }
//! }
//!
//! resource "aws_s3_bucket_acl" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   access_control_policy {
//!     grant {
//!       grantee {
//!         type = "Group"
//!         uri  = "http://acs.amazonaws.com/groups/global/AllUsers" # finding
//!       }
//!       permission = "READ"
//!     }
//!     owner {
//!       id = "abc"
//!     }
//!   }
//! }
//! ```
//!
//! ```hcl bad main.tf
//! variable "acl" {
//!   default = "public-read" # finding
//! }
//!
//! resource "aws_s3_bucket" "site" {
//!   bucket = "site"
//!   acl    = var.acl
//! }
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_s3_bucket" "site" {
//!   bucket = "site"
//! }
//!
//! resource "aws_s3_bucket_acl" "site" {
//!   bucket = aws_s3_bucket.site.id
//!   acl    = "public-read" # finding
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_s3_bucket" "site" {
//!   bucket = "site"
//! }
//!
//! resource "aws_s3_bucket_public_access_block" "site" {
//!   bucket                  = aws_s3_bucket.site.id
//!   block_public_acls       = true
//!   block_public_policy     = true
//!   ignore_public_acls      = true
//!   restrict_public_buckets = true
//! }
//!
//! resource "aws_s3_bucket_acl" "site" {
//!   bucket = aws_s3_bucket.site.id
//!   acl    = "private" # finding
//! }
//! ```
//!
//! The block takes its effect:
//!
//! ```hcl good main.tf
//! resource "aws_s3_bucket" "site" {
//!   bucket = "site"
//! }
//!
//! resource "aws_s3_bucket_acl" "site" {
//!   bucket = aws_s3_bucket.site.id
//!   acl    = "public-read"
//! }
//!
//! resource "aws_s3_bucket_public_access_block" "site" {
//!   bucket             = aws_s3_bucket.site.id
//!   ignore_public_acls = true
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Acl:
//!     Type: String
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       AccessControl: !Ref Acl
//! ```
//!
//! ## How to fix
//!
//! Remove `AccessControl`, and write a `PublicAccessBlockConfiguration` with all four settings on. Who
//! read the bucket anonymously gets 403 afterwards: give files to browsers through CloudFront with origin
//! access control, or by presigned URLs. Neither setting costs anything.

use crate::bucket;
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::High,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[284, 732],
        owasp_serverless: &["S3", "SAS-3"],
        checkov: &["CKV_AWS_20", "CKV_AWS_57"],
        aws: &["S3.2", "S3.3"],
        attack: &["T1530"],
        stride: &["I", "T"],
        others: &["F14", "W31", "AWS-0092"],
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::S3::Bucket") {
        let acl = node.props.get("AccessControl");
        if acl.is_null() {
            continue;
        }
        let Some(text) = acl.as_str() else {
            if !bucket::stops_acl(node).is_yes() {
                out.cannot_tell(ix, "AccessControl", acl);
            }
            continue;
        };
        let (who, may, severity) = match text {
            "PublicReadWrite" => ("everybody on the internet", "read and write", Severity::Critical),
            "PublicRead" => ("everybody on the internet", "list and read", Severity::High),
            "AuthenticatedRead" => ("every AWS account", "list and read", Severity::High),
            _ => continue,
        };
        // What strangers write starts a function: `event-bucket-trigger-writable-by-others`.
        if severity == Severity::Critical && cx.graph.out(ix, EdgeKind::Triggers).next().is_some() {
            continue;
        }
        let block = bucket::block(node);
        match bucket::stops_acl(node) {
            Tri::Yes => continue,
            Tri::Unknown => {
                let what =
                    if block.is_null() { "OwnershipControls" } else { "PublicAccessBlockConfiguration" };
                out.cannot_tell(ix, what, node.props.get(what));
                continue;
            }
            Tri::No => {}
        }
        let mut found =
            Found::at_value(ix, acl, node.span, format!("the ACL of {{subject}} lets {who} {may} it"))
                .label(format!("{who} may {may}"))
                .help("remove the ACL and switch on all four settings of the public-access block")
                .severity(severity)
                .evidence(text)
                .fix(close(ix, node));
        if block.is_null() {
            found = found.severity(bucket::lower(severity)).confidence(Confidence::Medium);
        } else {
            found =
                found.also(bucket::key_or_node(node, "PublicAccessBlockConfiguration"), "does not stop it");
        }
        out.push(found);
    }
}

/// The ACL of the owner alone, and all four settings that keep others from being added.
fn close(ix: NodeIx, node: &Node) -> Proposal {
    let set = |key: &str| Change::Set {
        node: ix,
        path: format!("PublicAccessBlockConfiguration.{key}").into(),
        value: true.into(),
    };
    let off = bucket::SETTINGS.into_iter().filter(|s| !bucket::is_on(bucket::block(node), s).is_yes());
    let private = Proposal::set(ix, "AccessControl", "Private", "take the public ACL away").risky();
    off.map(set).fold(private, Proposal::and)
}
