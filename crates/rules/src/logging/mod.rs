//! Rules of category `logging`.
