//! Rules of category `network`.
