//! Rules of category `workflow`.
