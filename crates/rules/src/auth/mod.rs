//! Rules of category `auth`.
