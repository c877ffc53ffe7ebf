//! a plugin or provider is installed in whatever version there is
//!
//! ## What
//!
//! A plugin of the Serverless Framework is not in a `package.json` of the service's folder or those above it, or its version
//! there is open (`*`, `latest`, `>=1.0`, a repository without commit), and no lock file stands beside it. A provider in
//! `required_providers` has no version, and no `.terraform.lock.hcl` stands beside the module.
//!
//! Not meant: services without any `package.json`, and plugins in the repository itself.
//!
//! ## Why
//!
//! Plugins and providers run where the deployment runs, with its credentials. Whoever publishes a new version of one, or takes
//! over the account of who does, has them at the next deployment.
//!
//! ## Example
//!
//! ```hcl bad main.tf
//! terraform {
//!   required_providers {
//!     aws = { # finding
//!       source = "hashicorp/aws"
//!     }
//!   }
//! }
//!
//! resource "aws_sqs_queue" "orders" {
//! }
//! ```
//!
//! ```hcl good main.tf
//! terraform {
//!   required_providers {
//!     aws = {
//!       source  = "hashicorp/aws"
//!       version = "~> 6.0"
//!     }
//!   }
//! }
//!
//! resource "aws_sqs_queue" "orders" {
//! }
//! ```
//!
//! It stands in the repository:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! plugins:
//!   - ./plugins/own
//! ```
//!
//! ## How to fix
//!
//! Ask for a version (`npm install --save-dev --save-exact`, `version = "~> 6.0"`) and commit the lock file
//! (`package-lock.json`, `.terraform.lock.hcl`), with which `npm ci` and `terraform init` take the same everywhere.

use super::module_unpinned::open_ended;
use crate::prelude::*;
use palisade_graph::FetchedKind;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Low,
    confidence: Confidence::High,
    persona: Persona::Pedantic,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[494, 829],
        owasp_serverless: &["S9", "SAS-6"],
        attack: &["T1195"],
        stride: &["T", "E"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for fetched in cx.graph.interface.fetched.iter().filter(|f| !f.locked) {
        let version = &fetched.version;
        let (what, help) = match fetched.kind {
            FetchedKind::Provider => ("provider", "add `version`, and commit `.terraform.lock.hcl`"),
            FetchedKind::Plugin => {
                ("plugin", "ask for a version in `package.json`, and commit the lock file")
            }
        };
        let open = match version.as_str() {
            Some(text) if fetched.kind == FetchedKind::Plugin => is_open(text),
            Some(_) => false,
            None => version.is_null(),
        };
        if !open {
            continue;
        }
        let label = match version.as_str() {
            Some(_) => "any version",
            None if fetched.kind == FetchedKind::Plugin => "no version in `package.json`",
            None => "no `version`",
        };
        let message =
            format!("{what} `{}` is installed in the newest version at each deployment", fetched.name);
        out.push(
            Found::of_file(version.span.or(fetched.span), message)
                .label(label)
                .help(help)
                .evidence(format!("{what} {}", fetched.name)),
        );
    }
}

/// Whether what npm takes for a version may be anything.
fn is_open(version: &str) -> bool {
    let version = version.trim();
    if let Some(rest) = version.strip_prefix("npm:") {
        // `npm:name@version`
        return rest.rsplit_once('@').is_none_or(|(name, v)| name.is_empty() || is_open(v));
    }
    if ["file:", "link:", "portal:", "workspace:", "catalog:"].iter().any(|p| version.starts_with(p)) {
        return false;
    }
    let repository = version.contains("://") || version.contains('/');
    if repository {
        let archive = version.starts_with("http") && !version.contains(".git");
        return !archive
            && !version.split_once('#').is_some_and(|(_, at)| at.bytes().any(|b| b.is_ascii_digit()));
    }
    // Tags of npm (`latest`, `next`) and wildcards have no digit.
    !version.bytes().any(|b| b.is_ascii_digit())
        || version.starts_with('>') && !version.contains('<') && open_ended(version)
}

#[cfg(test)]
mod tests {
    use super::is_open;

    #[test]
    fn versions_of_npm() {
        for open in
            ["*", "latest", "", "x", ">=1.0", "github:shop/plugin", "shop/plugin#main", "npm:a@latest"]
        {
            assert!(is_open(open), "{open}");
        }
        for pinned in
            ["1.2.3", "^1.2.3", "~1.2", ">=1.0 <2", "shop/plugin#v1.0", "file:../x", "npm:a@1.0.0", "1.x"]
        {
            assert!(!is_open(pinned), "{pinned}");
        }
    }
}
