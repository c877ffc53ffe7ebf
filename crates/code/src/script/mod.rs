//! Programs that declare things (CDK applications), as an expression tree that JavaScript, TypeScript and
//! Python share. Types, comments and what only a running program knows are not in it.

mod syntax;

pub use syntax::{
    Argument, Binary, Class, Entry, Expr, ExprKind, Function, Import, Language, Logical, Member, Module,
    Parameter, Pattern, Piece, Range, Stmt, StmtKind,
};
