//! the tags of images can be moved
//!
//! ## What
//!
//! `ImageTagMutability` of an ECR repository is not `IMMUTABLE`.
//!
//! ## Why
//!
//! Whoever may push can put another image behind the tag that a function names; the next deployment runs it, and the template looks the same as before.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Images: # finding
//!     Type: AWS::ECR::Repository
//! ```
//!
//! ```yaml fixed template.yaml
//! Resources:
//!   Images: # finding
//!     Type: AWS::ECR::Repository
//!     Properties:
//!       ImageTagMutability: IMMUTABLE
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {tags: MUTABLE} # finding
//! resources:
//!   Resources:
//!     Images:
//!       Type: AWS::ECR::Repository
//!       Properties: {ImageTagMutability: '${self:custom.tags}'}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_ecr_repository" "images" {
//!   name                 = "shop"
//!   image_tag_mutability = "MUTABLE" # finding
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! resource "aws_ecr_repository" "images" {
//!   name                 = "shop"
//!   image_tag_mutability = "IMMUTABLE" # finding
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Images:
//!     Type: AWS::ECR::Repository
//!     Properties: {ImageTagMutability: IMMUTABLE}
//! ```
//!
//! All but the tags that a filter names:
//!
//! ```hcl good main.tf
//! resource "aws_ecr_repository" "images" {
//!   name                 = "shop"
//!   image_tag_mutability = "IMMUTABLE_WITH_EXCLUSION"
//!   image_tag_mutability_exclusion_filter {
//!     filter      = "cache*"
//!     filter_type = "WILDCARD"
//!   }
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Tags:
//!     Type: String
//! Resources:
//!   Images:
//!     Type: AWS::ECR::Repository
//!     Properties: {ImageTagMutability: !Ref Tags}
//! ```
//!
//! ## How to fix
//!
//! Set `ImageTagMutability` to `IMMUTABLE` and tag images by commit. A pipeline that pushes `latest` again and again is refused from then on.

use crate::prelude::*;
use crate::switch;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[345],
        owasp_serverless: &["S9", "SAS-6"],
        checkov: &["CKV_AWS_51"],
        aws: &["ECR.2"],
        attack: &["T1525"],
        stride: &["T"],
        ..References::NONE
    },
    check,
};

const PATH: &str = "ImageTagMutability";

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::ECR::Repository") {
        let tags = node.props.get(PATH);
        match tags.starts_with("IMMUTABLE") {
            Tri::Yes => {}
            Tri::Unknown => out.cannot_tell(ix, PATH, tags),
            Tri::No => {
                let message = "tags in {subject} can be moved to another image";
                out.push(
                    switch::absent_or(ix, node, PATH, tags, "tags can be moved", message)
                        .help("set `ImageTagMutability` to `IMMUTABLE` and tag images by commit")
                        .evidence("mutable")
                        .fix(Proposal::set(ix, PATH, "IMMUTABLE", "fix tags to their images").risky())
                        .or_where_written(tags, "IMMUTABLE"),
                );
            }
        }
    }
}
