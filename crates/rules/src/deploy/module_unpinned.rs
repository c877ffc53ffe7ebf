//! a module is taken from elsewhere in whatever version is there today
//!
//! ## What
//!
//! A Terraform module comes from a registry without `version`, or from a repository without `?ref=` (or with the name of a branch that moves:
//! `main`, `master`, `develop`, `HEAD`). `.terraform.lock.hcl` does not lock modules.
//!
//! ## Why
//!
//! The next deployment runs what the module's author, or whoever took over their account, has published since: with the rights of your pipeline, which can change
//! every function and role. Nobody reviews a change that is not in the repository.
//!
//! ## Example
//!
//! ```hcl bad main.tf
//! module "orders" {
//!   source        = "terraform-aws-modules/lambda/aws" # finding
//!   function_name = "orders"
//! }
//! ```
//!
//! ```hcl bad main.tf
//! module "orders" {
//!   source = "git::https://github.com/example/modules.git//lambda?ref=main" # finding
//! }
//!
//! module "topic" {
//!   source = "github.com/example/modules//topic" # finding
//! }
//!
//! resource "aws_sns_topic" "t" {}
//! ```
//!
//! ```hcl good main.tf
//! module "orders" {
//!   source        = "terraform-aws-modules/lambda/aws"
//!   version       = "~> 7.0"
//!   function_name = "orders"
//! }
//!
//! module "topic" {
//!   source = "git::https://github.com/example/modules.git//topic?ref=94729229cfcb754146c82a566227e55df6612228"
//! }
//!
//! module "local" {
//!   source = "./modules/local"
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   App:
//!     Type: AWS::Serverless::Application
//!     Properties:
//!       Location: {ApplicationId: "arn:aws:serverlessrepo:us-east-1:123456789012:applications/a", SemanticVersion: 1.0.0}
//! ```
//!
//! ```yaml bad template.yaml
//! Transform: AWS::Serverless-2016-10-31
//! Resources:
//!   App: # finding
//!     Type: AWS::Serverless::Application
//!     Properties:
//!       Location: https://s3.amazonaws.com/someone/template.yaml
//! ```
//!
//! ## Cannot tell
//!
//! Tags are taken for versions, although whoever owns the repository can move them; archives behind an address (`https://…zip`, `s3::…`) are not asked.
//!
//! ## How to fix
//!
//! `version = "~> 7.0"` with a registry, `?ref=` and a commit with a repository. A template of somebody else is copied and reviewed, or nested from your own bucket.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[829, 494],
        owasp_serverless: &["S6", "SAS-6"],
        checkov: &["CKV_TF_1", "CKV_TF_2"],
        attack: &["T1195.001"],
        stride: &["T", "E"],
        ..References::NONE
    },
    check,
};

/// Names of branches that move.
const BRANCHES: &[&str] = &["main", "master", "develop", "development", "dev", "trunk", "HEAD"];

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for call in &cx.graph.interface.modules {
        let Some(label) = unpinned(&call.source, &call.version) else { continue };
        out.push(
            Found::of_file(
                call.at,
                format!("module `{}` is taken from elsewhere in whatever version is there today", call.name),
            )
            .label(label)
            .help("name a version, or a commit in `?ref=`")
            .evidence(call.name.as_str()),
        );
    }
    for (ix, node) in
        cx.of_type("AWS::Serverless::Application").chain(cx.of_type("AWS::CloudFormation::Stack"))
    {
        let location = node.props.get("Location");
        let url = if location.is_null() { node.props.get("TemplateURL") } else { location };
        let Some(text) = url.as_str().filter(|t| is_of_others(t)) else { continue };
        out.push(
            Found::at_value(ix, url, node.span, "{subject} deploys a template that somebody else can change")
                .at(node.span)
                .label("whoever owns the bucket can change it")
                .help("copy the template, review it, and nest it from the repository or a bucket of your own")
                .evidence(text),
        );
    }
}

/// Why a source is not pinned.
fn unpinned(source: &str, version: &str) -> Option<String> {
    let repository = source.starts_with("git")
        || source.starts_with("bitbucket.org/")
        || source.starts_with("hg::")
        || source.contains(".git");
    if repository {
        let query = source.split_once('?').map_or("", |(_, query)| query);
        let reference =
            query.split('&').find_map(|p| p.strip_prefix("ref=").or_else(|| p.strip_prefix("rev=")));
        return match reference {
            None => Some("no `?ref=`".to_owned()),
            Some(name) if BRANCHES.contains(&name) => Some(format!("`{name}` is a branch, and moves")),
            Some(_) => None,
        };
    }
    // `namespace/name/provider`, with a host before it or a folder behind it.
    let address = source.split("//").next().unwrap_or(source);
    let parts = address.split('/').count();
    let registry = !source.contains("://") && !source.contains("::") && matches!(parts, 3 | 4);
    (registry && version.is_empty()).then(|| "no `version`".to_owned())
}

/// A template behind an address that is not of the application's own deployment.
fn is_of_others(url: &str) -> bool {
    let public = url.starts_with("https://s3.amazonaws.com/") || url.starts_with("http://s3.amazonaws.com/");
    public && !url.contains("${")
}
