//! Rules of category `deploy`.

pub mod ignore_stale;
pub mod value_unresolved;
