//! Rules of category `event`.

pub mod batch_failures_not_reported;
pub mod broker_public_or_unaudited;
pub mod bucket_trigger_writable_by_others;
pub mod bus_policy_open;
pub mod iot_policy_wildcard;
pub mod kafka_plaintext_or_public;
pub mod output_into_trigger_bucket;
pub mod queue_concurrency_unbounded;
pub mod queue_trigger_writable_by_others;
pub mod queue_visibility_too_short;
pub mod queue_without_redrive;
pub mod recursive_invocation;
pub mod redrive_count_extreme;
pub mod rule_matches_everything;
pub mod schedule_without_customer_key;
pub mod stream_without_failure_target;
pub mod subscription_without_redrive;
pub mod target_without_dead_letter;
pub mod topic_subscription_plain_http;
pub mod topic_trigger_writable_by_others;
