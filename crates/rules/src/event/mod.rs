//! Rules of category `event`.
