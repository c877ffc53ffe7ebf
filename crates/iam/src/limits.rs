//! How much of a document is looked at. AWS accepts far less of everything: what exceeds a limit is no
//! policy that could be deployed, and is named instead of evaluated.

/// Statements of one document.
pub const STATEMENTS: usize = 10_000;

/// Characters of one value.
pub const VALUE: usize = 65_536;

/// Values of one condition key.
pub const CONDITION_VALUES: usize = 4_096;

/// Values of one element (`Action`, `Resource`, a principal type): more than there are actions, so that `*`
/// may be spelled out.
pub const VALUES: usize = 32_768;

/// Nesting of values.
pub const DEPTH: usize = 64;

/// Keys of one object.
pub const ENTRIES: usize = 20_000;

/// Bytes of one document.
pub const DOCUMENT: usize = 1 << 20;
