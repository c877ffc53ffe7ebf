//! Rules of category `workflow`.

pub mod role_wildcard;
