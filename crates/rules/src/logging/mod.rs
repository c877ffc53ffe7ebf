//! Rules of category `logging`.

pub mod alarm_errors_missing;
pub mod debug_in_production;
pub mod group_unmanaged;
pub mod resource_policy_public;
pub mod retention_absent;
