//! Rules of category `data`.

pub mod bucket_acl_enabled;
pub mod bucket_allows_plain_http;
pub mod bucket_cors_wildcard;
pub mod bucket_cross_account;
pub mod bucket_name_predictable;
pub mod bucket_public_access_not_blocked;
pub mod bucket_public_acl;
pub mod bucket_public_policy;
pub mod bucket_website_public;
pub mod bucket_without_access_log;
pub mod bucket_without_customer_key;
pub mod bucket_without_lifecycle;
pub mod bucket_without_lock;
pub mod bucket_without_versioning;
pub mod cache_unencrypted;
pub mod cache_without_auth;
pub mod database_backup_weak;
pub mod database_log_exports_off;
pub mod database_public;
pub mod database_tls_not_enforced;
pub mod database_unencrypted;
pub mod database_without_iam_auth;
pub mod dax_unencrypted;
pub mod filesystem_access_point_root;
pub mod filesystem_unencrypted;
pub mod firehose_unencrypted;
pub mod key_deletion_window_short;
pub mod key_policy_wildcard;
pub mod key_rotation_off;
pub mod queue_allows_plain_http;
pub mod queue_policy_public;
pub mod queue_policy_wildcard_action;
pub mod queue_policy_without_source;
pub mod queue_unencrypted;
pub mod registry_public;
pub mod registry_scan_off;
pub mod registry_tags_mutable;
pub mod simple_table_without_sse;
pub mod stream_unencrypted;
pub mod table_deletion_unprotected;
pub mod table_policy_open;
pub mod table_without_backup_plan;
pub mod table_without_customer_key;
pub mod table_without_recovery;
pub mod topic_allows_plain_http;
pub mod topic_delivery_log_off;
pub mod topic_policy_public;
pub mod topic_unencrypted;

use palisade_graph::Node;

/// Whether a table was written as SAM's simple table.
fn is_simple(node: &Node) -> bool {
    node.attributes.get("WrittenAs").as_str() == Some("AWS::Serverless::SimpleTable")
}

/// Whether a resource stays when its stack goes.
fn is_retained(node: &Node) -> bool {
    node.attributes.get("DeletionPolicy").as_str().is_some_and(|p| p.starts_with("Retain"))
}
