//! Rules of category `auth`.

pub mod api_key_only;
pub mod app_client_lax;
pub mod authorizer_cache_too_wide;
pub mod graphql_weak_mode;
pub mod identity_pool_allows_guests;
pub mod jwt_authorizer_lax;
pub mod route_opts_out;
pub mod route_without_scope;
pub mod user_pool_threat_protection_off;
pub mod user_pool_weak_password;
pub mod user_pool_without_mfa;
