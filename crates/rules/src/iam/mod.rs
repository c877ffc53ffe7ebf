//! Rules of category `iam`.
