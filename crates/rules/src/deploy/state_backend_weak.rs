//! two deployments at once may break the state of Terraform
//!
//! ## What
//!
//! The state is in a bucket (`backend "s3"`) without locking: neither `use_lockfile = true` nor `dynamodb_table`.
//!
//! Or a state file (`terraform.tfstate`, or the `path` of backend `local`) stands beside a module whose state is kept locally, and no
//! `.gitignore` names it: it holds every attribute in clear text, passwords and keys among them.
//!
//! ## Why
//!
//! Two pipelines that apply at the same time write over each other's state. What the lost half created is known to nobody any more: roles and functions live on
//! without an owner, and nobody patches or removes them.
//!
//! ## Example
//!
//! ```hcl bad main.tf
//! terraform {
//!   backend "s3" { # finding
//!     bucket = "states"
//!     key    = "shop"
//!     region = "eu-west-1"
//!   }
//! }
//!
//! resource "aws_sns_topic" "t" {}
//! ```
//!
//! ```hcl bad main.tf
//! terraform {
//!   backend "s3" {
//!     bucket       = "states"
//!     key          = "shop"
//!     use_lockfile = false # finding
//!   }
//! }
//!
//! resource "aws_sns_topic" "t" {}
//! ```
//!
//! ```hcl good main.tf
//! terraform {
//!   backend "s3" {
//!     bucket       = "states"
//!     key          = "shop"
//!     use_lockfile = true
//!   }
//! }
//!
//! resource "aws_sns_topic" "t" {}
//! ```
//!
//! ```hcl good main.tf
//! terraform {
//!   backend "s3" {
//!     bucket         = "states"
//!     key            = "shop"
//!     dynamodb_table = "locks"
//!   }
//! }
//!
//! resource "aws_sns_topic" "t" {}
//! ```
//!
//! ```hcl good main.tf
//! terraform {
//!   backend "s3" {}
//! }
//!
//! resource "aws_sns_topic" "t" {}
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   T: {Type: AWS::SNS::Topic}
//! ```
//!
//! ## Cannot tell
//!
//! A backend without a bucket gets its arguments from the command line, and is not asked. Whether a local state is committed is not seen: it is left out by most
//! `.gitignore` files, and holds secrets where it is not.
//!
//! ## How to fix
//!
//! `use_lockfile = true` (Terraform 1.10 and later, OpenTofu 1.10), else `dynamodb_table` with a table whose key is `LockID`.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::Medium,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[362],
        owasp_serverless: &["S6"],
        stride: &["T", "D"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    if let Some(file) = cx.graph.interface.state_file {
        let message = "Terraform's state, with every secret in it, stands among the files of the project";
        out.push(
            Found::of_file(file, message)
                .label("no `.gitignore` names it")
                .help("keep the state in a bucket, remove the file from the history, change what it holds")
                .evidence("state file"),
        );
    }
    let Some((kind, at, arguments)) = &cx.graph.interface.backend else { return };
    if kind != "s3" || arguments.get("bucket").is_null() || !arguments.get("dynamodb_table").is_null() {
        return;
    }
    let lock = arguments.get("use_lockfile");
    if lock.as_bool() == Some(true) || !lock.is_null() && lock.as_bool().is_none() {
        return;
    }
    out.push(
        Found::of_file(lock.span.or(*at), "two deployments at once may break the state")
            .label("nothing locks the state")
            .help("set `use_lockfile = true`")
            .evidence("no lock"),
    );
}
