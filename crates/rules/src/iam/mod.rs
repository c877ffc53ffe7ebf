//! Rules of category `iam`.

pub mod action_star;
pub mod admin_managed_policy;
pub mod admin_statement;
pub mod all_iam_actions;
pub mod allow_with_not_action;
pub mod allow_with_not_resource;
pub mod full_access_managed_policy;
pub mod full_access_to_iam_attached;
pub mod inline_policy;
pub mod pass_role_wildcard;
pub mod resource_policy_cross_account;
pub mod resource_policy_weak_condition;
pub mod service_wide_arn;
pub mod trust_policy_open;
pub mod user_or_access_key;
pub mod wildcard_action;
