//! Changes of YAML and JSON as byte splices: what is not changed stays byte for byte, and what is written
//! looks like its neighbours. Trees are never printed.

mod block;
mod flow;
mod index;
mod plan;
mod remove;
mod replace;
mod write;

use smol_str::SmolStr;

use crate::edit::Edit;
use crate::file::SourceFile;
use crate::tree::{NodeId, Tree};

pub use index::Index;

/// What is written at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// A string, quoted where it has to be.
    Str(SmolStr),
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A list.
    List(Vec<Content>),
    /// A map.
    Map(Vec<(SmolStr, Content)>),
    /// A value behind a local tag of YAML: `!Ref`, `!GetAtt`, `!Sub`.
    Tagged(SmolStr, Box<Content>),
}

/// One change of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Splice {
    /// Puts another value in the place of one.
    Replace {
        /// The value.
        value: NodeId,
        /// What stands there afterwards.
        with: Content,
    },
    /// Removes an entry of a map or an item of a list, with its own comments and its separator.
    Remove {
        /// The key of the entry, or the item.
        entry: NodeId,
        /// Collections that get empty go too, up to this one, which stays; without it the nearest stays,
        /// empty.
        within: Option<NodeId>,
    },
    /// Adds an entry to a map; to nothing at all (`Properties:`) as well.
    Insert {
        /// The map, or the value that is to become one.
        map: NodeId,
        /// The key behind whose entry it is written; behind the last one without it.
        after: Option<NodeId>,
        /// The key.
        key: SmolStr,
        /// Its value.
        value: Content,
    },
    /// Adds an item to a list.
    Append {
        /// The list.
        list: NodeId,
        /// The item.
        item: Content,
    },
}

/// Why a change cannot be made in a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// An anchor is on it, and aliases use it elsewhere.
    #[error("the text is used elsewhere through an alias")]
    Aliased,
    /// The value is behind a tag: a function computes it.
    #[error("the value is computed by `{0}`")]
    Tagged(SmolStr),
    /// Something is written in a way that is not changed.
    #[error("{0}")]
    Form(&'static str),
    /// Two changes of the same place.
    #[error("another change is made in the same place")]
    Conflict,
}

/// The edits that make changes. Several changes of one map are written together: entries of the same new
/// map are joined.
pub fn splice(
    file: &SourceFile,
    tree: &Tree,
    index: &Index,
    changes: &[Splice],
) -> Result<Vec<Edit>, Refusal> {
    plan::Plan::new(file, tree, index).edits(changes)
}

#[cfg(test)]
mod tests;
