//! HCL native syntax, read with byte ranges and without giving up on a file for one bad block.

mod syntax;

pub use syntax::{
    Attribute, BinaryOp, Block, Body, Document, ELEMENT, Expr, ExprKind, For, Item, Label, Part, Range,
    SyntaxError,
};
