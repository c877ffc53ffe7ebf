//! Rules of category `deploy`.

pub mod value_unresolved;
