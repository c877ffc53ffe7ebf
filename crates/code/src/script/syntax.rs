//! The tree.

use std::sync::Arc;

use smol_str::SmolStr;

/// A byte range `[start, end)` of the module's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Range {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// Which language a module is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// JavaScript or TypeScript.
    JavaScript,
    /// Python.
    Python,
}

/// One file.
#[derive(Debug, Clone)]
pub struct Module {
    /// Its language.
    pub language: Language,
    /// Top level statements.
    pub body: Vec<Stmt>,
    /// Comments: range and text without marks.
    pub comments: Vec<(Range, String)>,
    /// What could not be read: where, and one line.
    pub errors: Vec<(u32, String)>,
}

/// A statement and where it stands.
#[derive(Debug, Clone)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// Where.
    pub at: Range,
}

/// Kinds of statements.
#[derive(Debug, Clone)]
pub enum StmtKind {
    /// An import.
    Import(Import),
    /// `export { local as name }`, and the names of exported declarations; `default` for a default export.
    /// A re-export has the module it comes from; `*` as name for all.
    Export {
        /// (name outside, name inside)
        names: Vec<(SmolStr, SmolStr)>,
        /// Module of a re-export.
        from: Option<SmolStr>,
    },
    /// `const a = …`, `a = …` of Python, `a: T = …`; also assignments to members (`this.fn = …`). A declared
    /// name without value has none.
    Assign {
        /// What is assigned to.
        target: Pattern,
        /// The value.
        value: Option<Expr>,
        /// `+=` and the like.
        operator: Option<Binary>,
        /// Whether the names are new where they stand (`const`, `let`; every assignment of Python), not those of
        /// a scope around.
        declares: bool,
    },
    /// An expression for its effects.
    Expr(Expr),
    /// `if`, `elif` chains nested in the last.
    If(Expr, Vec<Stmt>, Vec<Stmt>),
    /// `for (const x of xs)`, `for x in xs`.
    ForOf(Pattern, Expr, Vec<Stmt>),
    /// `for (let i = 0; i < 3; i++)`: what is done before, the condition, the step, the body.
    For {
        /// Before the first turn.
        before: Vec<Stmt>,
        /// Goes on while this holds.
        test: Option<Expr>,
        /// After each turn.
        step: Vec<Stmt>,
        /// What is repeated.
        body: Vec<Stmt>,
    },
    /// Any other loop: its body is read once.
    Loop(Vec<Stmt>),
    /// `return`, of a module in JavaScript `module.exports = …`.
    Return(Option<Expr>),
    /// `throw`, `raise`
    Throw,
    /// `break`, `continue`
    Jump,
    /// A named function.
    Function(SmolStr, Arc<Function>),
    /// A named class.
    Class(SmolStr, Arc<Class>),
    /// `{ … }`, `try`, `with`, `switch` cases: statements in order.
    Block(Vec<Stmt>),
    /// What is not modelled.
    Other,
}

/// An import.
#[derive(Debug, Clone)]
pub struct Import {
    /// `aws-cdk-lib/aws-lambda`, `./stack`, `aws_cdk.aws_lambda`, `.stack` (Python, leading dots kept).
    pub module: SmolStr,
    /// (name in the module, local name); name `*` binds the module itself, `default` its default export. Python's
    /// `from m import *` is (`*`, ``).
    pub names: Vec<(SmolStr, SmolStr)>,
}

/// What is bound.
#[derive(Debug, Clone)]
pub enum Pattern {
    /// A name.
    Name(SmolStr),
    /// A member: `this.fn`, `self.fn`, `exports.handler`.
    Member(Box<Expr>, SmolStr),
    /// `base[key]`
    Index(Box<Expr>, Box<Expr>),
    /// `[a, b]`, `(a, b)`.
    List(Vec<Option<Pattern>>),
    /// `...rest`, `*rest` inside a list.
    Rest(Box<Pattern>),
    /// `a = default` inside a list.
    Default(Box<Pattern>, Box<Expr>),
    /// `{ a, b: c = default, ...rest }`: key, pattern, default. The key of a rest is `...`.
    Map(Vec<(SmolStr, Pattern, Option<Expr>)>),
    /// Anything else.
    Other,
}

/// A function, method, arrow function or lambda.
#[derive(Debug, Clone, Default)]
pub struct Function {
    /// Parameters, without Python's `self`/`cls` for methods.
    pub parameters: Vec<Parameter>,
    /// Body; an arrow's or lambda's expression is a `Return`.
    pub body: Vec<Stmt>,
}

/// A parameter.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// What it binds.
    pub pattern: Pattern,
    /// Default.
    pub default: Option<Expr>,
    /// `...rest`, `*args`.
    pub rest: bool,
    /// `**kwargs`
    pub keywords: bool,
    /// `private readonly x` of a TypeScript constructor: also a member of `this`.
    pub member: bool,
}

/// A class.
#[derive(Debug, Clone)]
pub struct Class {
    /// What it extends; the first that is an expression.
    pub base: Option<Box<Expr>>,
    /// Constructor (`constructor`, `__init__`).
    pub constructor: Option<Arc<Function>>,
    /// Methods, getters and static methods by name.
    pub methods: Vec<(SmolStr, Member)>,
    /// Fields with initial values, also Python's class attributes: name, value, whether static.
    pub fields: Vec<(SmolStr, Option<Expr>, bool)>,
}

/// A method of a class.
#[derive(Debug, Clone)]
pub struct Member {
    /// The function.
    pub function: Arc<Function>,
    /// `static`, `@staticmethod`, `@classmethod`.
    pub is_static: bool,
    /// `get x()`, `@property`.
    pub getter: bool,
}

/// An expression and where it stands.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where.
    pub at: Range,
}

/// Kinds of expressions. Casts, `await`, non-null marks and parentheses are taken away.
#[derive(Debug, Clone)]
pub enum ExprKind {
    /// `null`, `undefined`, `None`.
    Null,
    /// A boolean.
    Bool(bool),
    /// A number in decimal.
    Num(SmolStr),
    /// A plain string.
    Str(SmolStr),
    /// Template literal, f-string.
    Template(Vec<Piece>),
    /// A name.
    Name(SmolStr),
    /// `this`, `self`.
    This,
    /// `super`, `super()`. Python's `super().__init__(…)` is a call of this, as JavaScript's `super(…)`.
    Super,
    /// `base.name`, `base?.name`.
    Member(Box<Expr>, SmolStr, Range),
    /// `base[key]`
    Index(Box<Expr>, Box<Expr>),
    /// `f(…)`; `new` is true for `new F(…)` (Python classes are called).
    Call {
        /// What is called.
        callee: Box<Expr>,
        /// Arguments.
        arguments: Vec<Argument>,
        /// `new`
        new: bool,
    },
    /// `[…]`, tuples, sets.
    List(Vec<Argument>),
    /// `{…}`, Python's dictionaries.
    Map(Vec<Entry>),
    /// Arrow function, lambda, function expression.
    Function(Arc<Function>),
    /// Class expression.
    Class(Arc<Class>),
    /// `c ? a : b`, `a if c else b`.
    Conditional(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `a && b`, `a || b`, `a ?? b`, `and`, `or`.
    Logical(Logical, Box<Expr>, Box<Expr>),
    /// Arithmetic and comparison.
    Binary(Binary, Box<Expr>, Box<Expr>),
    /// `!a`, `not a`.
    Not(Box<Expr>),
    /// `-a`
    Minus(Box<Expr>),
    /// `a = b` as a part of an expression, `a := b`.
    Assign(Box<Pattern>, Box<Expr>),
    /// `[f(x) for x in xs if c]`: element, pattern, collection, condition. A dictionary's is a call of `dict` with
    /// pairs; of several collections the outer ones are flattened by a call of `flat`.
    Comprehension(Box<Expr>, Box<Pattern>, Box<Expr>, Option<Box<Expr>>),
    /// What is not modelled.
    Other,
}

/// A piece of a template.
#[derive(Debug, Clone)]
pub enum Piece {
    /// Text after escapes.
    Text(SmolStr),
    /// `${…}`, `{…}`.
    Expr(Expr),
}

/// An argument of a call, or an element of a list.
#[derive(Debug, Clone)]
pub struct Argument {
    /// Name of a keyword argument.
    pub name: Option<SmolStr>,
    /// The value.
    pub value: Expr,
    /// `...xs`, `*xs`; of a keyword `**kw` with an empty name.
    pub spread: bool,
}

/// An entry of a map.
#[derive(Debug, Clone)]
pub enum Entry {
    /// `key: value`, and where the key stands.
    Pair(SmolStr, Range, Expr),
    /// `[expression]: value`, keys of Python that are no literals.
    Computed(Expr, Expr),
    /// `...base`, `**base`.
    Spread(Expr),
}

/// Short-circuit operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Logical {
    /// Both.
    And,
    /// Either.
    Or,
    /// `??`
    Nullish,
}

/// Other binary operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Binary {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`
    Modulo,
    /// `==`, `===`, `is`
    Equal,
    /// `!=`, `!==`, `is not`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `in`
    In,
    /// Any other.
    Other,
}
