use smol_str::SmolStr;

use crate::tree::Comment;

/// A byte range `[start, end)` of the document's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Range {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Range {
    /// A range from its ends.
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end }
    }

    /// Whether an offset lies in it.
    pub fn contains(self, offset: u32) -> bool {
        self.start <= offset && offset < self.end
    }
}

/// One file of HCL native syntax.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// Its top level.
    pub body: Body,
    /// What could not be read; the rest is in `body`.
    pub errors: Vec<SyntaxError>,
    /// `#`, `//` and `/* */` comments in order of their place, without their marks.
    pub comments: Vec<Comment>,
}

/// A part of the text that is not HCL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// One line, lower case.
    pub message: String,
    /// Where it was noticed.
    pub at: u32,
    /// What is lost by it: a block, an attribute.
    pub lost: Range,
}

/// Attributes and blocks in the order in which they are written.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// The items.
    pub items: Vec<Item>,
}

/// One item of a [`Body`].
#[derive(Debug, Clone)]
pub enum Item {
    /// `name = expression`
    Attribute(Attribute),
    /// `kind "label" { … }`
    Block(Block),
}

/// `name = expression`
#[derive(Debug, Clone)]
pub struct Attribute {
    /// Name.
    pub name: SmolStr,
    /// Where the name stands.
    pub name_at: Range,
    /// The value.
    pub expr: Expr,
}

impl Attribute {
    /// From the name to the end of the expression.
    pub fn range(&self) -> Range {
        Range::new(self.name_at.start, self.expr.at.end)
    }
}

/// `kind "label" … { … }`
#[derive(Debug, Clone)]
pub struct Block {
    /// `resource`, `module`, `dynamic`, or the name of a nested block.
    pub kind: SmolStr,
    /// Where that word stands.
    pub kind_at: Range,
    /// Labels, quoted or bare.
    pub labels: Vec<Label>,
    /// What is between the braces.
    pub body: Body,
    /// From the kind to behind the closing brace.
    pub at: Range,
    /// From the kind to behind the last label.
    pub header: Range,
    /// Byte of `{`.
    pub open: u32,
    /// Byte of `}`; the end of the text where it is missing.
    pub close: u32,
}

impl Block {
    /// A label's text.
    pub fn label(&self, n: usize) -> Option<&str> {
        self.labels.get(n).map(|l| l.text.as_str())
    }
}

/// A label of a block.
#[derive(Debug, Clone)]
pub struct Label {
    /// Its text, unquoted.
    pub text: SmolStr,
    /// Where it stands, quotes included.
    pub at: Range,
}

impl Body {
    /// Attributes, in order.
    pub fn attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.items.iter().filter_map(|i| match i {
            Item::Attribute(a) => Some(a),
            Item::Block(_) => None,
        })
    }

    /// Blocks, in order.
    pub fn blocks(&self) -> impl Iterator<Item = &Block> {
        self.items.iter().filter_map(|i| match i {
            Item::Block(b) => Some(b),
            Item::Attribute(_) => None,
        })
    }

    /// An attribute by name; the last of several.
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        self.attributes().filter(|a| a.name == name).last()
    }

    /// Blocks of one kind.
    pub fn blocks_of<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Block> + 'a {
        self.blocks().filter(move |b| b.kind == kind)
    }
}

/// An expression and where it stands.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where; of a heredoc from `<<` to the end of its closing word.
    pub at: Range,
}

/// Kinds of expressions (HCL native syntax specification, "Expressions").
#[derive(Debug, Clone)]
pub enum ExprKind {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number in its canonical decimal text.
    Number(SmolStr),
    /// A quoted string or heredoc; one literal part (or none) is a plain string.
    Template(Vec<Part>),
    /// The first name of a traversal (`var`, `local`, `aws_s3_bucket`, an iterator).
    Variable(SmolStr),
    /// `base.name`; a legacy `base.0` has the name `0`.
    Attr(Box<Expr>, SmolStr, Range),
    /// `base[key]`
    Index(Box<Expr>, Box<Expr>),
    /// `base.*` (`full` is false) or `base[*]`; the steps that follow are applied to each element and stand
    /// in `each`, in which the element is the variable [`ELEMENT`].
    Splat {
        /// What is iterated.
        base: Box<Expr>,
        /// `[*]`
        full: bool,
        /// What is taken of each element.
        each: Box<Expr>,
    },
    /// `name(arguments…)`; a provider's function has `::` in its name.
    Call {
        /// Name.
        name: SmolStr,
        /// Where the name stands.
        name_at: Range,
        /// Arguments.
        arguments: Vec<Expr>,
        /// Whether the last argument is followed by `...`.
        expand: bool,
    },
    /// `[…]`
    List(Vec<Expr>),
    /// `{…}`; a bare key is a plain string.
    Object(Vec<(Expr, Expr)>),
    /// `[for …]`, `{for …}`
    For(Box<For>),
    /// `condition ? yes : no`
    Conditional(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `left op right`
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `!a`
    Not(Box<Expr>),
    /// `-a`
    Minus(Box<Expr>),
    /// `(a)`
    Parens(Box<Expr>),
    /// What could not be read.
    Error,
}

/// Name of the element in [`ExprKind::Splat`]; no HCL identifier.
pub const ELEMENT: &str = "*";

/// A `for` expression.
#[derive(Debug, Clone)]
pub struct For {
    /// Name of the key, if two names are given.
    pub key_name: Option<SmolStr>,
    /// Name of the value.
    pub value_name: SmolStr,
    /// What is iterated.
    pub collection: Expr,
    /// Key of each result: `{…}` form; none for a list.
    pub key: Option<Expr>,
    /// Each result.
    pub value: Expr,
    /// `if` clause.
    pub condition: Option<Expr>,
    /// `...`: results of equal keys are gathered in lists.
    pub group: bool,
}

/// Binary operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BinaryOp {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
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
}

/// A part of a template.
#[derive(Debug, Clone)]
pub enum Part {
    /// Text after escapes; of `<<-` heredocs with the common indentation taken away. `at` is the text as
    /// written.
    Text(SmolStr, Range),
    /// `${…}`; `~` marks have been applied to the texts beside it.
    Interpolation(Expr),
    /// `%{ if … } … %{ else } … %{ endif }`
    If(Expr, Vec<Part>, Vec<Part>),
    /// `%{ for … } … %{ endfor }`
    For {
        /// Name of the key, if two names are given.
        key_name: Option<SmolStr>,
        /// Name of the value.
        value_name: SmolStr,
        /// What is iterated.
        collection: Expr,
        /// What is written for each.
        parts: Vec<Part>,
    },
}

impl Expr {
    /// Text of a plain string.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::Template(parts) => match parts.as_slice() {
                [] => Some(""),
                [Part::Text(text, _)] => Some(text),
                _ => None,
            },
            ExprKind::Parens(inner) => inner.as_str(),
            _ => None,
        }
    }
}
