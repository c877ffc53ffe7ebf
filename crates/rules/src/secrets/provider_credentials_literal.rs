//! credentials of the deployment are written into the files
//!
//! ## What
//!
//! The provider block (`provider "aws"`), a backend or `provider.credentials` holds an access key, secret key or token as a literal.
//! References, profiles and roles are silent.
//!
//! ## Why
//!
//! These are the credentials that deploy: they can change every function, role and policy of the account. They lie in every copy of
//! the repository, and finding them takes one search.
//!
//! ## Example
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   credentials:
//!     accessKeyId: AKIAQ7LZ2MWX4RTB6NSV
//!     secretAccessKey: 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 # finding
//! functions:
//!   f: {handler: a.b}
//! ```
//!
//! ```yaml fixed serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   f: {handler: a.b}
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   credentials:
//!     accessKeyId: ${env:KEY}
//!     secretAccessKey: ${env:SECRET}
//! functions:
//!   f: {handler: a.b}
//! ```
//!
//! ```hcl bad main.tf
//! terraform {
//!   backend "s3" {
//!     bucket     = "states"
//!     key        = "shop"
//!     access_key = "AKIAQ7LZ2MWX4RTB6NSV"
//!     secret_key = "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" # finding
//!   }
//! }
//!
//! resource "aws_sns_topic" "orders" {
//!   name = "orders"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! terraform {
//!   backend "s3" {
//!     bucket     = "states"
//!     key        = "shop"
//!   }
//! }
//!
//! resource "aws_sns_topic" "orders" {
//!   name = "orders"
//! }
//! ```
//!
//! ```hcl bad main.tf
//! provider "aws" {
//!   region     = "eu-west-1"
//!   access_key = "AKIAQ7LZ2MWX4RTB6NSV"
//!   secret_key = "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" # finding
//! }
//!
//! resource "aws_sns_topic" "orders" {
//!   name = "orders"
//! }
//! ```
//!
//! ```hcl fixed main.tf
//! provider "aws" {
//!   region     = "eu-west-1"
//! }
//!
//! resource "aws_sns_topic" "orders" {
//!   name = "orders"
//! }
//! ```
//!
//! ```hcl good main.tf
//! provider "aws" {
//!   region  = "eu-west-1"
//!   profile = "deploy"
//! }
//!
//! resource "aws_sns_topic" "orders" {
//!   name = "orders"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! Whether a key is still valid is not tried: no request is ever made.
//!
//! ## How to fix
//!
//! **Deactivate the key first**, in IAM. Deploy with a role: a profile, an identity provider of the pipeline (OIDC), or environment
//! variables that the pipeline sets.
//!
//! ## Differs from
//!
//! `CKV_AWS_41` reads Terraform only.

use crate::prelude::*;
use crate::secret::is_placeholder;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Critical,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::Unsafe,
    since: "0.1.0",
    references: References {
        cwe: &[798],
        owasp_serverless: &["S3", "SAS-7"],
        checkov: &["CKV_AWS_41"],
        attack: &["T1552.001", "T1078.004"],
        stride: &["I", "E"],
        ..References::NONE
    },
    check,
};

const SECRET: &[&str] =
    &["secret_key", "secretaccesskey", "secret_access_key", "sessiontoken", "session_token", "token"];
const KEY: &[&str] = &["access_key", "accesskeyid", "access_key_id"];

/// The deployment then asks its environment. With several providers it is not known which entries belong together.
fn taken_out(credentials: &[palisade_graph::Entry]) -> Option<Proposal> {
    let mut names: Vec<&str> = credentials.iter().map(|e| e.key.as_str()).collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| pair.first() == pair.last()) {
        return None;
    }
    let changes = credentials.iter().map(|e| Change::Remove { at: e.key_span }).collect();
    Some(Proposal::new("take the credentials out of the file", Safety::Unsafe, changes))
}

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let credentials = &cx.graph.interface.credentials;
    let in_clear = |names: &[&str], e: &&palisade_graph::Entry| {
        names.contains(&e.key.to_ascii_lowercase().as_str())
            && e.val.as_str().is_some_and(|t| t.len() >= 16 && !is_placeholder(t) && !t.contains("${"))
    };
    let secrets: Vec<_> = credentials.iter().filter(|e| in_clear(SECRET, e)).collect();
    // A key alone opens nothing, but names what to deactivate.
    let key = credentials.iter().find(|e| in_clear(KEY, e));
    for entry in &secrets {
        out.hide(&entry.val);
        let mut found =
            Found::of_file(entry.key_span, "the credentials that deploy are written into this file")
                .label("anybody who reads this file can deploy")
                .help("deactivate the key, and deploy with a role, a profile or variables of the pipeline")
                .evidence(entry.key.to_ascii_lowercase())
                .fixes(taken_out(credentials));
        if let Some(key) = key {
            found = found.also(key.key_span, "the key to deactivate");
        }
        out.push(found);
    }
}
