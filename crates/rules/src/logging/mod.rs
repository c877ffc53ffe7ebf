//! Rules of category `logging`.

pub mod alarm_cost_missing;
pub mod alarm_dead_letter_missing;
pub mod alarm_errors_missing;
pub mod alarm_without_action;
pub mod data_events_missing;
pub mod debug_in_production;
pub mod group_unmanaged;
pub mod group_without_customer_key;
pub mod resource_policy_public;
pub mod retention_absent;
pub mod subscription_foreign_account;
