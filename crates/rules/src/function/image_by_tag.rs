//! a container image is named by a tag that can move
//!
//! ## What
//!
//! The image of the function is named by a tag (or by nothing, which is `latest`) and not by its digest.
//!
//! ## Why
//!
//! Lambda takes the digest at deployment, so running code does not change by itself. But whoever may push to the
//! repository puts another image under the same tag, and the next deployment runs it although nothing in the
//! reviewed files has changed.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/order:latest # finding
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Image: {Type: String, Default: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/order:7'} # finding
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       PackageType: Image
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {ImageUri: !Ref Image}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       PackageType: Image
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code:
//!         ImageUri: !Sub "${AWS::AccountId}.dkr.ecr.eu-west-1.amazonaws.com/order@sha256:6c3c624b58dbbcd3c0dd82b4c53f04194d1247c6eebdaab7c610cf7d66709b3b"
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_ecr_repository" "order" {
//!   name = "order"
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   package_type  = "Image"
//!   image_uri     = "${aws_ecr_repository.order.repository_url}:latest" # finding
//! }
//! ```
//!
//! ```hcl good main.tf
//! variable "digest" {
//!   type = string
//! }
//!
//! resource "aws_ecr_repository" "order" {
//!   name = "order"
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::123456789012:role/order"
//!   package_type  = "Image"
//!   image_uri     = "${aws_ecr_repository.order.repository_url}@${var.digest}"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Image: {Type: String}
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       PackageType: Image
//!       Role: arn:aws:iam::123456789012:role/r
//!       Code: {ImageUri: !Ref Image}
//! ```
//!
//! ## How to fix
//!
//! Name the image by digest (`order@sha256:…`), as the build prints it, and make the tags of the repository
//! immutable. The digest has to be written anew for each release.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[829, 494],
        owasp_serverless: &["SAS-6"],
        attack: &["T1195.002"],
        stride: &["T"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.functions() {
        let image = node.props.lookup("Code.ImageUri");
        if image.is_null() {
            continue;
        }
        let text = image.display();
        let tag = match tag(&text) {
            Named::Digest => continue,
            Named::Unknown => {
                out.cannot_tell(ix, "Code.ImageUri", image);
                continue;
            }
            Named::Tag(tag) => tag,
        };
        // What the CDK builds has the digest of its sources as its tag.
        if tag == "${asset}" || tag.len() == 64 && tag.bytes().all(|b| b.is_ascii_hexdigit()) {
            continue;
        }
        let by = if tag.is_empty() { "no tag, which is `latest`".to_owned() } else { format!("tag `{tag}`") };
        let message = format!("the image of {{subject}} is named by {by}, and not by its digest");
        out.push(
            Found::at_value(ix, image, node.span, message)
                .label("the tag can be given to another image")
                .help("name the image by digest: `…@sha256:…`")
                .evidence(format!("image by tag {tag}")),
        );
    }
}

enum Named<'a> {
    Digest,
    Tag(&'a str),
    Unknown,
}

/// How an image is named, from its address with holes as `${…}`.
fn tag(text: &str) -> Named<'_> {
    if text.contains('@') {
        return Named::Digest;
    }
    // A colon inside of a hole separates nothing.
    let end = text.rfind('}').map_or(0, |at| at + 1);
    let last = text.get(end..).unwrap_or("");
    let name = last.rsplit('/').next().unwrap_or(last);
    match name.split_once(':') {
        Some((_, tag)) => Named::Tag(tag),
        None if end == text.len() => match text.rfind("${").and_then(|at| text.get(..at)) {
            Some(before) if before.ends_with(':') => Named::Tag(text.get(before.len()..).unwrap_or("")),
            _ => Named::Unknown,
        },
        // `${registry}/order`, `registry/order`
        None if end == 0 || last.contains('/') => Named::Tag(""),
        None => Named::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_stand_behind_the_last_colon() {
        let named = |text| match tag(text) {
            Named::Digest => "digest".to_owned(),
            Named::Tag(tag) => format!("tag {tag}"),
            Named::Unknown => "unknown".to_owned(),
        };
        assert_eq!(named("host:5000/order"), "tag ");
        assert_eq!(named("host/order:1"), "tag 1");
        assert_eq!(named("host/order:1@sha256:ab"), "digest");
        assert_eq!(named("${AWS::AccountId}.dkr.ecr.x/order"), "tag ");
        assert_eq!(named("${Repo.Uri}:${Tag}"), "tag ${Tag}");
        assert_eq!(named("${Repo.Uri}@${Digest}"), "digest");
        assert_eq!(named("${Image}"), "unknown");
        assert_eq!(named("host/${name}"), "unknown");
        assert_eq!(named("host/${name}-x"), "unknown");
    }
}
