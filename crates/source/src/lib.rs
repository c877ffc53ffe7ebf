//! Files as they were written: spans, line index, lossless trees of YAML, JSON and HCL, splice edits,
//! atomic writes, and the jail that keeps every read inside the scanned tree.

mod edit;
mod file;
pub mod hcl;
mod jail;
mod limits;
mod parse;
pub mod splice;
mod tree;

pub use edit::{Edit, EditError, apply_edits, write_atomic};
pub use file::{FileId, LineIndex, Position, ReadError, SourceFile, Span, Store, read_text};
pub use jail::{Jail, JailError};
pub use limits::Limits;
pub use parse::{ParseError, parse};
pub use tree::{Comment, Duplicate, Kind, Node, NodeId, Placement, Style, Tree};
