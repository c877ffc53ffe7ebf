//! Rules of category `function`.
