//! HCL native syntax, read with byte ranges and without giving up on a file for one bad block.
//!
//! The reader follows the reference implementation where the specification leaves a choice. Differences, all of
//! them towards reading more:
//!
//! - an attribute whose expression cannot be read stays in the tree with [`ExprKind::Error`];
//! - a block whose structure cannot be read is left out, and reading goes on behind it;
//! - several items on one line, commas behind attributes, quoted attribute names and repeated attributes are
//!   errors, and are in the tree nevertheless;
//! - a lone carriage return ends a line.

pub mod edit;
mod expression;
mod lexical;
mod parser;
mod path;
mod recover;
mod syntax;
mod template;
mod walk;

pub use parser::{parse, parse_expression, parse_template};
pub use syntax::{
    Attribute, BinaryOp, Block, Body, Document, ELEMENT, Expr, ExprKind, For, Item, Label, Part, Range,
    SyntaxError,
};
pub use walk::{move_parts, move_ranges};
