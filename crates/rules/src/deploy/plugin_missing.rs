//! a setting that only a plugin reads, and the plugin is not there
//!
//! ## What
//!
//! serverless.yml has keys that the framework itself does not read (`iamRoleStatements` of a function,
//! `stepFunctions`, `constructs`, `customDomain`) and `plugins` does not name a plugin that reads them. The
//! framework ignores them without a word.
//!
//! ## Why
//!
//! What is written is not what is deployed. `iamRoleStatements` of a function looks like a role of its own with
//! few rights; without the plugin the function runs with the shared role of all functions. Who takes over the
//! least of them has the rights of all.
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
//!     handler: order.handler
//!     iamRoleStatements: # finding
//!       - Effect: Allow
//!         Action: dynamodb:GetItem
//!         Resource: arn:aws:dynamodb:eu-west-1:123456789012:table/orders
//! ```
//!
//! ```yaml good serverless.yml
//! service: shop
//! plugins:
//!   - serverless-iam-roles-per-function
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//! functions:
//!   order:
//!     handler: order.handler
//!     iamRoleStatements:
//!       - Effect: Allow
//!         Action: dynamodb:GetItem
//!         Resource: arn:aws:dynamodb:eu-west-1:123456789012:table/orders
//! ```
//!
//! The key of the provider is read by the framework:
//!
//! ```yaml good serverless.yml
//! service: shop
//! provider:
//!   name: aws
//!   runtime: nodejs24.x
//!   iamRoleStatements:
//!     - Effect: Allow
//!       Action: dynamodb:GetItem
//!       Resource: arn:aws:dynamodb:eu-west-1:123456789012:table/orders
//! functions:
//!   order:
//!     handler: order.handler
//! ```
//!
//! Not meant: what a file above the service sets (`custom: ${file(../../common.yml):custom}`). Several services
//! share it, and the setting is for those that have the plugin.
//!
//! ## How to fix
//!
//! Install the plugin and name it under `plugins`, or remove the key. With the plugin the setting takes effect:
//! a function that used rights of the shared role may then be refused what it does not list. Palisade does not
//! write it: the plugin has to be installed as well, and what it changes in the deployment is more than this
//! setting.

use crate::prelude::*;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[1188],
        owasp_serverless: &["S6", "SAS-3"],
        stride: &["E"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for note in cx.application.notes.iter().filter(|n| n.kind == palisade_graph::NoteKind::PluginMissing) {
        let plugin = plugin(&note.name);
        for at in &note.spans {
            out.push(
                Found::of_file(*at, message(&note.name))
                    .label("read by a plugin only")
                    .help(match plugin {
                        Some(plugin) => format!("add `{plugin}` to `plugins`, or remove the setting"),
                        None => "add the plugin to `plugins`, or remove the setting".to_owned(),
                    })
                    .evidence(note.name.as_str()),
            );
        }
    }
}

fn message(key: &str) -> String {
    match key {
        // The source of a variable, not a key.
        "construct" => "`${construct:…}` has no value: `plugins` names no plugin that knows it".to_owned(),
        _ => format!("`{key}` does nothing: `plugins` names no plugin that reads it"),
    }
}

/// The plugin that most people use for a key.
fn plugin(key: &str) -> Option<&'static str> {
    Some(match key {
        "appSync" => "serverless-appsync-plugin",
        "associateWaf" => "serverless-associate-waf",
        "constructs" | "construct" => "serverless-lift",
        "customDomain" => "serverless-domain-manager",
        "stepFunctions" => "serverless-step-functions",
        _ if key.starts_with("iamRoleStatements") => "serverless-iam-roles-per-function",
        _ => return None,
    })
}
