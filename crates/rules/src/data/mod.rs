//! Rules of category `data`.
