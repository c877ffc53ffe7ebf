//! Rules of category `deploy`.

pub mod bucket_weak;
pub mod duplicate_key;
pub mod file_unread;
pub mod ignore_stale;
pub mod module_unpinned;
pub mod plugin_missing;
pub mod plugin_unpinned;
pub mod state_backend_weak;
pub mod value_unresolved;
pub mod yaml_under_indented;
