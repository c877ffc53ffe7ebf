//! Changes of HCL as byte splices: what is not changed stays byte for byte, and what is written looks like its
//! neighbours. Trees are never printed.

mod insert;
mod lines;
mod place;
mod remove;
mod render;

use smol_str::SmolStr;

use super::{Block, Document, Expr, Range};
use crate::edit::Edit;
use crate::file::SourceFile;

pub use render::{inline, key, string};

/// A value that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A string, escaped.
    Str(SmolStr),
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A list.
    List(Vec<Value>),
    /// An object.
    Map(Vec<(SmolStr, Value)>),
    /// An expression as it is to stand there: `aws_sqs_queue.dead.arn`.
    Expression(SmolStr),
    /// A string made of strings, which are escaped, and of expressions, which are interpolated.
    Text(Vec<Value>),
}

/// An attribute or block that is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum New {
    /// `name = value`
    Attribute(SmolStr, Value),
    /// `kind "label" { … }`
    Block {
        /// Its kind.
        kind: SmolStr,
        /// Its labels.
        labels: Vec<SmolStr>,
        /// What is in it.
        items: Vec<New>,
    },
}

/// Why a change cannot be made in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Nothing of the kind asked for is written at the place.
    #[error("nothing is written at this place that can be changed so")]
    Nothing,
    /// The place shares its line with something else in a way that is not changed.
    #[error("it shares its line with something else")]
    Shared,
    /// A comment would be lost that is not its own.
    #[error("a comment stands in between")]
    Comment,
}

/// Makes edits of one file.
#[derive(Debug, Clone, Copy)]
pub struct Editor<'a> {
    text: &'a str,
    path: &'a str,
    document: &'a Document,
}

/// Where something is inserted.
#[derive(Debug, Clone, Copy)]
pub enum Within<'a> {
    /// The top level.
    File,
    /// A block.
    Block(&'a Block),
}

impl<'a> Editor<'a> {
    /// For a file and the tree that was read from it.
    pub fn new(file: &'a SourceFile, document: &'a Document) -> Self {
        Self { text: &file.text, path: &file.path, document }
    }

    /// Puts another value in the place of an expression.
    pub fn replace(&self, expr: &Expr, value: &Value) -> Edit {
        let indent = self.indent(expr.at.start);
        let value = if self.spread_at(expr.at) {
            render::spread(value, indent, &self.step(), self.newline())
        } else {
            render::inline(value)
        };
        self.edit(expr.at, value)
    }

    /// The block that a place names: its whole, its header, its kind or its braces.
    pub fn block(&self, at: Range) -> Option<&'a Block> {
        place::block(&self.document.body, at)
    }

    /// The expression at a place, or that of the attribute whose name or whole is there.
    pub fn expr(&self, at: Range) -> Option<&'a Expr> {
        place::expr(&self.document.body, at)
    }

    /// Removes the attribute, block, list item or object entry whose name, value or whole is at a place: with its
    /// lines, the comment behind it and the comment lines right above it.
    pub fn remove(&self, at: Range) -> Result<Edit, Refusal> {
        remove::remove(self, at)
    }

    /// Adds attributes and blocks to a body, each where such things stand in it.
    pub fn insert(&self, into: Within<'_>, items: &[New]) -> Vec<Edit> {
        insert::body(self, into, items)
    }

    /// Adds an entry to an object.
    pub fn insert_entry(&self, object: &Expr, name: &str, value: &Value) -> Result<Edit, Refusal> {
        insert::entry(self, object, name, value)
    }

    /// Adds an item to a list.
    pub fn append(&self, list: &Expr, item: &Value) -> Result<Vec<Edit>, Refusal> {
        insert::item(self, list, item)
    }

    /// Adds a block of the top level behind another.
    pub fn insert_after(&self, block: &Block, new: &New) -> Edit {
        insert::after(self, block, new)
    }

    fn edit(&self, at: Range, replacement: String) -> Edit {
        Edit { path: self.path.to_owned(), start: at.start, end: at.end, replacement }
    }
}
