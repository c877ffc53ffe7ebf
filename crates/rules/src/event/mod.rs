//! Rules of category `event`.

pub mod batch_failures_not_reported;
pub mod bucket_trigger_writable_by_others;
pub mod bus_policy_open;
pub mod output_into_trigger_bucket;
pub mod queue_trigger_writable_by_others;
pub mod queue_visibility_too_short;
pub mod queue_without_redrive;
pub mod recursive_invocation;
pub mod stream_without_failure_target;
pub mod topic_subscription_plain_http;
pub mod topic_trigger_writable_by_others;
