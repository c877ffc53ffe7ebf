//! Rules of category `api`.
