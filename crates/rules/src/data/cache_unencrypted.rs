//! a cache is not encrypted
//!
//! ## What
//!
//! An ElastiCache replication group is not encrypted at rest or not in transit. Valkey is encrypted at rest where nothing is written; a member of a global datastore takes what its primary has.
//!
//! ## Why
//!
//! Caches hold sessions, tokens and whole records. In transit they can be read off the network of the VPC, at rest on disks and in snapshots.
//!
//! ## Example
//!
//! ```yaml bad template.yaml
//! Resources:
//!   Cache: # finding
//!     Type: AWS::ElastiCache::ReplicationGroup
//!     Properties: {Engine: redis, ReplicationGroupDescription: sessions, AtRestEncryptionEnabled: true}
//! ```
//!
//! ```yaml bad serverless.yml
//! service: shop
//! provider: {name: aws, runtime: nodejs22.x}
//! custom: {encrypt: false} # finding
//! resources:
//!   Resources:
//!     Cache:
//!       Type: AWS::ElastiCache::ReplicationGroup
//!       Properties:
//!         Engine: valkey
//!         ReplicationGroupDescription: sessions
//!         TransitEncryptionEnabled: true
//!         AtRestEncryptionEnabled: ${self:custom.encrypt}
//! ```
//!
//! ```hcl bad main.tf
//! resource "aws_elasticache_replication_group" "sessions" {
//!   replication_group_id       = "sessions"
//!   description                = "sessions"
//!   engine                     = "valkey"
//!   transit_encryption_enabled = false # finding
//! }
//! ```
//!
//! ```yaml good template.yaml
//! Resources:
//!   Cache:
//!     Type: AWS::ElastiCache::ReplicationGroup
//!     Properties:
//!       ReplicationGroupDescription: sessions
//!       AtRestEncryptionEnabled: true
//!       TransitEncryptionEnabled: true
//! ```
//!
//! ```hcl good main.tf
//! resource "aws_elasticache_replication_group" "sessions" {
//!   replication_group_id       = "sessions"
//!   description                = "sessions"
//!   engine                     = "valkey"
//!   transit_encryption_enabled = true
//! }
//! ```
//!
//! ## Cannot tell
//!
//! ```yaml unknown template.yaml
//! Parameters:
//!   Encrypt:
//!     Type: String
//! Resources:
//!   Cache:
//!     Type: AWS::ElastiCache::ReplicationGroup
//!     Properties:
//!       ReplicationGroupDescription: sessions
//!       AtRestEncryptionEnabled: true
//!       TransitEncryptionEnabled: !Ref Encrypt
//! ```
//!
//! ## How to fix
//!
//! Set `AtRestEncryptionEnabled` and `TransitEncryptionEnabled` to `true`. The former replaces the group, the latter too before Redis 7; clients have to speak TLS.

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
        cwe: &[311, 319],
        owasp_serverless: &["S3", "SAS-3"],
        checkov: &["CKV_AWS_29", "CKV_AWS_30"],
        stride: &["I"],
        ..References::NONE
    },
    check,
};

fn check(cx: &Cx<'_>, out: &mut Findings) {
    for (ix, node) in cx.of_type("AWS::ElastiCache::ReplicationGroup") {
        let global = !node.props.get("GlobalReplicationGroupId").is_null();
        let valkey = node.props.get("Engine").is("valkey");
        for (path, what) in
            [("AtRestEncryptionEnabled", "at rest"), ("TransitEncryptionEnabled", "in transit")]
        {
            if node.props.get(path).is_null() {
                let by_default = path == "AtRestEncryptionEnabled" && valkey.is_yes();
                if global || by_default {
                    continue;
                }
                if path == "AtRestEncryptionEnabled" && valkey == Tri::Unknown {
                    out.cannot_tell(ix, "Engine", node.props.get("Engine"));
                    continue;
                }
            }
            let message = format!("{{subject}} is not encrypted {what}");
            if let Some(found) = switch::off(out, ix, node, path, message) {
                out.push(found.help(format!("set `{path}` to `true`; it may replace the group")));
            }
        }
    }
}
