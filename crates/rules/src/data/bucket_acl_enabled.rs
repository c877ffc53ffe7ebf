//! a bucket takes access control lists
//!
//! ## What
//!
//! The ownership of a bucket's objects is written and is not `BucketOwnerEnforced`, or an ACL other than `Private` is
//! set that S3 refuses without such ownership. Public ACLs are `data-bucket-public-acl`; buckets into which
//! CloudFront writes its standard logs need ACLs and are silent.
//!
//! ## Why
//!
//! With ACLs whoever may write an object also says who may read it, object by object, and no policy shows it. One upload with
//! `public-read` is public, and an object that another account wrote may stay that account's.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       AccessControl: Private
//!       OwnershipControls:
//!         Rules: [{ObjectOwnership: BucketOwnerPreferred}] # finding
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       OwnershipControls:
//!         Rules: [{ObjectOwnership: BucketOwnerEnforced}] # finding
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {acl: BucketOwnerFullControl} # finding
//! resources:
//!   Resources:
//!     Uploads:
//!       Type: AWS::S3::Bucket
//!       Properties:
//!         AccessControl: ${self:custom.acl}
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
//!     object_ownership = "BucketOwnerPreferred" # finding
//!   }
//! }
//!
//! resource "aws_s3_bucket_acl" "uploads" {
//!   depends_on = [aws_s3_bucket_ownership_controls.uploads]
//!   bucket     = aws_s3_bucket.uploads.id
//!   acl        = "private"
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       OwnershipControls:
//!         Rules: [{ObjectOwnership: BucketOwnerEnforced}]
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
//!     object_ownership = "ObjectWriter" # finding
//!   }
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//! }
//!
//! resource "aws_s3_bucket_ownership_controls" "uploads" {
//!   bucket = aws_s3_bucket.uploads.id
//!   rule {
//!     object_ownership = "BucketOwnerEnforced" # finding
//!   }
//! }
//! ```
//!
//! `Private` is the default, and no reason to take ACLs:
//!
//! ```hcl good main.tf
//! resource "aws_s3_bucket" "uploads" {
//!   bucket = "uploads"
//!   acl    = "private"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Ownership:
//!     Type: String
//! Resources:
//!   Uploads:
//!     Type: AWS::S3::Bucket
//!     Properties:
//!       AccessControl: Private
//!       OwnershipControls:
//!         Rules: [{ObjectOwnership: !Ref Ownership}]
//! ```
//!
//! ## How to fix
//!
//! Set `ObjectOwnership` to `BucketOwnerEnforced` and remove the ACL; what it gave to others a bucket policy gives. Uploads that send an ACL
//! are refused afterwards, unless it is `bucket-owner-full-control`.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[732],
        owasp_serverless: &["S6", "SAS-3"],
        checkov: &["CKV2_AWS_65"],
        aws: &["S3.12"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

/// Lists that let everybody in have a rule of their own.
const PUBLIC: &[&str] = &["PublicRead", "PublicReadWrite", "AuthenticatedRead"];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::S3::Bucket") {
        let acl = node.props.get("AccessControl");
        let rules = node.props.lookup("OwnershipControls.Rules");
        if acl.as_str().is_some_and(|a| PUBLIC.contains(&a)) || takes_edge_logs(cx, ix) {
            continue;
        }
        let written = rules.items().iter().map(|r| r.lookup("ObjectOwnership")).find(|o| !o.is_null());
        let (at, label) = match written {
            Some(ownership) => match ownership.is("BucketOwnerEnforced") {
                Tri::Yes => continue,
                Tri::Unknown => {
                    out.cannot_tell(ix, "OwnershipControls", ownership);
                    continue;
                }
                Tri::No => (ownership, "objects may have ACLs"),
            },
            None if acl.is_null() || acl.is("Private").is_yes() => continue,
            None if acl.as_str().is_none() => {
                out.cannot_tell(ix, "AccessControl", acl);
                continue;
            }
            None => (acl, "an ACL"),
        };
        let enforced = Literal::Map(vec![("ObjectOwnership".into(), "BucketOwnerEnforced".into())]);
        let fix = match written {
            Some(_) => Proposal::new(
                "disable ACLs",
                Safety::Unsafe,
                vec![Change::Replace { at: at.span, value: "BucketOwnerEnforced".into() }],
            ),
            None => {
                Proposal::set(ix, "OwnershipControls.Rules", Literal::List(vec![enforced]), "disable ACLs")
                    .risky()
            }
        };
        // An ACL that is written elsewhere cannot be taken away at its place, and Terraform has a resource for it.
        let terraform = cx.application.dialects.contains(&"terraform");
        let fix = match acl.links().next() {
            _ if acl.is_null() => Some(fix),
            None if !terraform => Some(fix.and(Change::Remove { at: acl.span })),
            _ => None,
        };
        let mut found = Found::at_value(ix, at, node.span, "access control lists of {subject} are enabled")
            .label(label)
            .help("set `ObjectOwnership` to `BucketOwnerEnforced` and let a bucket policy give access")
            .evidence(at.display());
        if let Some(fix) = fix {
            found = found.fix(fix);
        }
        if written.is_some() {
            found = found.also(acl.span, "its ACL");
        }
        out.push(found);
    }
}

/// Whether a distribution writes its standard logs here: it gives itself access by an ACL.
fn takes_edge_logs(cx: &Cx<'_>, bucket: NodeIx) -> bool {
    cx.of_type("AWS::CloudFront::Distribution").any(|(_, distribution)| {
        crate::api::refers_to(cx.graph, distribution.props.at("DistributionConfig.Logging"), bucket)
    })
}
