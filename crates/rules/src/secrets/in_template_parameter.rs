//! the default of a parameter is a secret
//!
//! ## What
//!
//! The default of a parameter that is hidden (`NoEcho`, `sensitive`), or whose name says that it takes a secret, is written in clear and is
//! neither empty nor a placeholder; or a default has a format that a service gives its credentials. Where the default reaches
//! the environment of a function, `secrets-in-function-environment` reports it.
//!
//! ## Why
//!
//! The parameter was hidden so that nobody reads its value, and the value stands in the file. Defaults are what gets deployed when
//! nobody thinks of it: the password of the example becomes that of production.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Parameters:
//!   DbPassword:
//!     Type: String
//!     NoEcho: true
//!     Default: hunter2-x9 # finding
//! Resources:
//!   Topic: {Type: AWS::SNS::Topic}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! params:
//!   default:
//!     partnerApiKey: 9fX2mQ7vLk3RtY8pWz1a # finding
//! provider: {name: aws, runtime: nodejs24.x}
//! functions:
//!   f: {handler: a.b}
//! ```
//!
//! ```yaml good template.yaml
//! Parameters:
//!   DbPassword: {Type: String, NoEcho: true}
//!   ApiKey: {Type: String, NoEcho: true, Default: ''}
//!   Token: {Type: String, NoEcho: true, Default: changeme}
//!   SecretName: {Type: String, Default: prod-db-7f3a9}
//! Resources:
//!   Topic: {Type: AWS::SNS::Topic}
//! ```
//!
//! ```hcl bad main.tf
//! variable "db_password" {
//!   type      = string
//!   sensitive = true
//!   default   = "hunter2-x9" # finding
//! }
//!
//! resource "aws_sns_topic" "orders" {
//!   name = "orders"
//! }
//! ```
//!
//! ```hcl good main.tf
//! variable "db_password" {
//!   type      = string
//!   sensitive = true
//! }
//!
//! variable "api_key" {
//!   type    = string
//!   default = "changeme"
//! }
//!
//! resource "aws_sns_topic" "orders" {
//!   name = "orders"
//! }
//! ```
//!
//! ## Cannot tell
//!
//! A default that is put together from other values is not judged.
//!
//! ## How to fix
//!
//! **Rotate the secret first.** Remove the default, so that a deployment without a value fails, or take the value from Secrets
//! Manager (`{{resolve:secretsmanager:…}}`).

use super::spans_of_environments;
use crate::prelude::*;
use crate::secret::{Judgement, is_placeholder, judge_text};

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::Medium,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[798],
        owasp_serverless: &["S3", "SAS-7"],
        attack: &["T1552.001"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    let elsewhere = spans_of_environments(cx);
    for input in &cx.graph.interface.inputs {
        let Some(text) = input.default.as_str() else { continue };
        let hidden = input.hidden.is_some_and(Tri::is_yes);
        let what = match judge_text(&input.name, text) {
            Judgement::Literal { what, .. } => what,
            // Hidden, so that nobody reads what stands there.
            _ if hidden && text.chars().count() >= 4 && !is_placeholder(text) && !names_something(text) => {
                "a hidden value"
            }
            _ => continue,
        };
        out.hide(&input.default);
        if elsewhere.contains(&input.default.span) {
            continue;
        }
        let at = input.default.span;
        // The first character: how long a secret is, is nobody's business.
        let at = Span { end: at.end.min(at.start.saturating_add(1)), ..at };
        out.push(
            Found::of_file(at.or(input.span), format!("the default of `{}` is {what} in clear", input.name))
                .label("anybody who reads this file has it")
                .help("rotate it and remove the default")
                .evidence(input.name.as_str()),
        );
    }
}

/// A reference that somebody hides by habit.
pub(super) fn names_something(text: &str) -> bool {
    text.starts_with("arn:")
        || text.starts_with(['/', '~'])
        || text.starts_with("./")
        || text.starts_with("../")
        || text.contains("://")
        || text.contains("${")
        || text.starts_with("{{")
}
