//! the function runs a container image of another account
//!
//! ## What
//!
//! The image of the function lies in a registry of an account that is neither the one that is deployed to nor
//! in `trusted-accounts`. Without a configured account, an id is another's if it differs from every account
//! that the application uses as its own.
//!
//! ## Why
//!
//! Whoever can push to that repository decides what the next deployment runs, with all rights of the function's
//! role. The tag that was reviewed and the image that is pulled need not be the same: the owner of the other
//! account, or whoever has taken it over, moves the tag and waits for the next deployment.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   iam:
//!     role: arn:aws:iam::271828182845:role/shop
//! functions:
//!   order:
//!     image: 314159265358.dkr.ecr.eu-west-1.amazonaws.com/vendor/order:latest # finding
//! ```
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   Image:
//!     Type: String
//!     Default: 314159265358.dkr.ecr.eu-west-1.amazonaws.com/vendor/order:latest # finding
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       PackageType: Image
//!       Role: arn:aws:iam::271828182845:role/shop
//!       Code:
//!         ImageUri: !Ref Image
//! ```
//!
//! The own account, by reference and by the id that the role has:
//!
//! ```yaml good template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       PackageType: Image
//!       Role: arn:aws:iam::271828182845:role/shop
//!       Code:
//!         ImageUri: !Sub ${AWS::AccountId}.dkr.ecr.${AWS::Region}.amazonaws.com/order:7
//!   Cancel:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       PackageType: Image
//!       Role: arn:aws:iam::271828182845:role/shop
//!       Code:
//!         ImageUri: 271828182845.dkr.ecr.eu-west-1.amazonaws.com/cancel:7
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   ecr:
//!     images:
//!       order:
//!         path: ./order
//! functions:
//!   order:
//!     image:
//!       name: order
//! ```
//!
//! ```hcl bad main.tf
//! variable "registry" {
//!   type    = string
//!   default = "314159265358.dkr.ecr.eu-west-1.amazonaws.com"
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::271828182845:role/shop"
//!   package_type  = "Image"
//!   image_uri     = "${var.registry}/vendor/order:latest" # finding
//! }
//! ```
//!
//! ```hcl good main.tf
//! data "aws_caller_identity" "me" {}
//!
//! resource "aws_ecr_repository" "order" {
//!   name = "order"
//! }
//!
//! resource "aws_lambda_function" "order" {
//!   function_name = "order"
//!   role          = "arn:aws:iam::271828182845:role/shop"
//!   package_type  = "Image"
//!   image_uri     = "${aws_ecr_repository.order.repository_url}:7"
//! }
//!
//! resource "aws_lambda_function" "cancel" {
//!   function_name = "cancel"
//!   role          = "arn:aws:iam::271828182845:role/shop"
//!   package_type  = "Image"
//!   image_uri     = "${data.aws_caller_identity.me.account_id}.dkr.ecr.eu-west-1.amazonaws.com/cancel:7"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! The only account that the application names may be its own:
//!
//! ```yaml unknown template.yaml
//! Resources:
//!   Order:
//!     Type: AWS::Lambda::Function
//!     Properties:
//!       PackageType: Image
//!       Role: !ImportValue role
//!       Code:
//!         ImageUri: 314159265358.dkr.ecr.eu-west-1.amazonaws.com/order:7
//! ```
//!
//! ## How to fix
//!
//! Copy the image into a repository of the own account and name it by digest, or list the account in
//! `trusted-accounts` of palisade.toml. A copy has to be renewed when the publisher has a new version.

use crate::accounts::{Standing, is_id, standing};
use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[829, 1357],
        owasp_serverless: &["SAS-6"],
        attack: &["T1195.002"],
        stride: &["T", "E"],
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
        let Some((registry, repository)) = text.split_once('/').filter(|(r, _)| r.contains(".dkr.ecr."))
        else {
            // A repository of the application, or a value of which nothing is known.
            if !matches!(image.state, State::Known(_)) && cx.graph.resolve(image).is_none() {
                out.cannot_tell(ix, "Code.ImageUri", image);
            }
            continue;
        };
        let account = registry.split(".dkr.ecr.").next().unwrap_or("");
        if account == "${AWS::AccountId}" {
            continue;
        }
        if !is_id(account) {
            out.cannot_tell(ix, "Code.ImageUri", image);
            continue;
        }
        match standing(cx, account) {
            Standing::Own => {}
            Standing::Unknown => super::cannot_place(out, ix, "Code.ImageUri", image),
            Standing::Foreign => out.push(
                Found::at_value(
                    ix,
                    image,
                    node.span,
                    format!("image of {{subject}} comes from account `{account}`, which is not an own one"),
                )
                .label("whoever can push there decides what runs")
                .help("copy the image to an own repository, or list the account in `trusted-accounts`")
                .evidence(format!("{account}/{}", repository.split([':', '@']).next().unwrap_or(repository)))
                .confidence(super::confidence_of_accounts(cx)),
            ),
        }
    }
}
