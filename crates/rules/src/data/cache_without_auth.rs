//! a cache asks nobody for a password
//!
//! ## What
//!
//! An ElastiCache replication group or serverless cache for Redis or Valkey has neither `AuthToken` nor user groups.
//!
//! ## Why
//!
//! Whoever reaches the port is in: one other function in the same subnet, one open security group, one request forged by a server, and all sessions can be read and written.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Cache: # finding
//!     Type: AWS::ElastiCache::ReplicationGroup
//!     Properties: {ReplicationGroupDescription: sessions, AtRestEncryptionEnabled: true, TransitEncryptionEnabled: true}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {users: []} # finding
//! resources:
//!   Resources:
//!     Cache:
//!       Type: AWS::ElastiCache::ReplicationGroup
//!       Properties: {ReplicationGroupDescription: sessions, UserGroupIds: '${self:custom.users}'}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_elasticache_replication_group" "sessions" { # finding
//!   replication_group_id       = "sessions"
//!   description                = "sessions"
//!   transit_encryption_enabled = true
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Cache:
//!     Type: AWS::ElastiCache::ServerlessCache
//!     Properties: {ServerlessCacheName: pages, Engine: memcached}
//! ```
//!
//! ```hcl good main.tf
//! variable "token" {
//!   type      = string
//!   sensitive = true
//! }
//!
//! resource "aws_elasticache_replication_group" "sessions" {
//!   replication_group_id       = "sessions"
//!   description                = "sessions"
//!   transit_encryption_enabled = true
//!   auth_token                 = var.token
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Engine:
//!     Type: String
//! Resources:
//!   Cache:
//!     Type: AWS::ElastiCache::ServerlessCache
//!     Properties: {ServerlessCacheName: pages, Engine: !Ref Engine}
//! ```
//!
//! ## How to fix
//!
//! Set `UserGroupIds` to a group of users that log in with IAM, or `AuthToken` to a reference to a secret. Both ask for encryption in transit, and clients have to send the password.

use crate::prelude::*;
use crate::switch;

/// Metadata.
pub const RULE: Rule = Rule {
    severity: Severity::Medium,
    confidence: Confidence::High,
    persona: Persona::Regular,
    fix: FixKind::None,
    since: "0.1.0",
    references: References {
        cwe: &[306],
        owasp_serverless: &["S2", "SAS-2"],
        checkov: &["CKV_AWS_31"],
        attack: &["T1213"],
        stride: &["S", "I", "T"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::ElastiCache::ReplicationGroup") {
        let (token, users) = (node.props.get("AuthToken"), node.props.get("UserGroupIds"));
        let global = !node.props.get("GlobalReplicationGroupId").is_null();
        let empty = users.is_null() || users.as_list().is_some_and(|l| l.items.is_empty() && !l.open);
        // A token that is not known is a token.
        if global || !(token.is_null() || token.as_str() == Some("")) || !empty {
            continue;
        }
        out.push(found(ix, node, users, "UserGroupIds"));
    }
    for (ix, node) in cx.of_type("AWS::ElastiCache::ServerlessCache") {
        if !node.props.get("UserGroupId").is_null() {
            continue;
        }
        let engine = node.props.get("Engine");
        match engine.is("redis").or(engine.is("valkey")) {
            Tri::No => {}
            Tri::Unknown => out.cannot_tell(ix, "Engine", engine),
            Tri::Yes => out.push(found(ix, node, Val::null(), "UserGroupId")),
        }
    }
}

fn found(ix: NodeIx, node: &Node, at: &Val, users: &str) -> Found {
    let message = "whoever reaches {subject} may read and write it";
    switch::absent_or(ix, node, users, at, "no users", message)
        .help(format!("set `{users}` to a group of users that log in with IAM"))
        .evidence("no auth")
}
