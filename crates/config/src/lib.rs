//! `palisade.toml`, ignores wherever they are written (comments, metadata of templates, `[[ignore]]`), and the
//! baseline.

mod baseline;
mod error;
mod file;
mod ignores;
mod pattern;
mod read;

pub use baseline::{
    Accepted, BASELINE, Baseline, BaselineError, Compared, Looked, compare, is_baselinable, read_baseline,
    write_baseline,
};
pub use error::{ConfigError, Place};
pub use file::{Config, FailOn, IgnoreEntry, Scan, Tool};
pub use ignores::{Applied, Ask, Stale, Trail, apply, stale};
pub use pattern::Pattern;
pub use read::{KEYS, parse};

/// A day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// `YYYY-MM-DD`.
    pub text: String,
    /// Days since 1970-01-01.
    pub days: i64,
}

impl Day {
    /// From `YYYY-MM-DD`.
    pub fn parse(text: &str) -> Option<Self> {
        palisade_rules::parse_date(text).map(|days| Day { text: text.to_owned(), days })
    }
}
