use palisade_graph::NodeIx;
use palisade_source::Span;
use smol_str::SmolStr;

/// How far a fix can be trusted (rules.md, section 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Safety {
    /// What legitimate callers and the code see does not change; nothing is replaced or deleted.
    Safe,
    /// The edit is right as far as can be seen, and somebody must look.
    Unsafe,
}

/// A change that a rule proposes, in terms of the deployed shape and of places: it knows no dialect. It is made
/// into edits, and proven, before anybody sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// What it does, in the imperative, at most 70 characters.
    pub title: String,
    /// How far it can be trusted.
    pub safety: Safety,
    /// What changes; all or nothing.
    pub changes: Vec<Change>,
}

/// One change of a [`Proposal`].
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Gives a property of a resource a value. Written in the resource's own declaration, in the words of its
    /// dialect; maps that are missing on the way are made. A value that is written already is replaced where it
    /// is written.
    Set {
        /// The resource.
        node: NodeIx,
        /// Path of keys in the deployed shape: `TracingConfig.Mode`.
        path: SmolStr,
        /// The value.
        value: Literal,
    },
    /// Replaces the value that is written at a place.
    Replace {
        /// The value's span.
        at: Span,
        /// What stands there afterwards.
        value: Literal,
    },
    /// Removes the entry, list item, attribute or block whose key or value is written at a place, with its own
    /// comment.
    Remove {
        /// The span of its value, key or block.
        at: Span,
    },
    /// Adds an item to the list that is written at a place.
    Append {
        /// The list's span.
        list: Span,
        /// The item.
        value: Literal,
    },
    /// Sets a key of the map (or HCL body) that is written at a place, in the words of that place.
    Insert {
        /// The map's span.
        map: Span,
        /// The key.
        key: SmolStr,
        /// Its value.
        value: Literal,
    },
    /// Declares one more resource behind another, in its dialect.
    Declare {
        /// The resource behind which it is written.
        after: NodeIx,
        /// Ending of its name: the name of `after` and this, made unique.
        suffix: SmolStr,
        /// CloudFormation type.
        ty: SmolStr,
        /// Properties in the deployed shape.
        properties: Vec<(SmolStr, Literal)>,
    },
}

/// A value that a fix writes.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// A string.
    Str(SmolStr),
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A list.
    List(Vec<Literal>),
    /// A map.
    Map(Vec<(SmolStr, Literal)>),
    /// A node of the application, or an attribute of it: `!Ref`, `!GetAtt X.Arn`, `aws_sqs_queue.x.arn`.
    Of(NodeIx, Option<SmolStr>),
    /// An attribute of the resource that a [`Change::Declare`] of the same proposal makes, by its place in the
    /// list of changes.
    Declared(usize, Option<SmolStr>),
    /// Text with references in it: `arn:aws:s3:::${bucket}/*`.
    Text(Vec<Literal>),
}

impl From<&str> for Literal {
    fn from(text: &str) -> Self {
        Literal::Str(text.into())
    }
}

impl From<bool> for Literal {
    fn from(b: bool) -> Self {
        Literal::Bool(b)
    }
}

impl From<i64> for Literal {
    fn from(n: i64) -> Self {
        Literal::Int(n)
    }
}

impl Proposal {
    /// A safe change of one property.
    pub fn set(node: NodeIx, path: &str, value: impl Into<Literal>, title: impl Into<String>) -> Self {
        let change = Change::Set { node, path: path.into(), value: value.into() };
        Self { title: title.into(), safety: Safety::Safe, changes: vec![change] }
    }

    /// Changes that belong together.
    pub fn new(title: impl Into<String>, safety: Safety, changes: Vec<Change>) -> Self {
        Self { title: title.into(), safety, changes }
    }

    /// The same, to be looked at.
    #[must_use]
    pub fn risky(mut self) -> Self {
        self.safety = Safety::Unsafe;
        self
    }

    /// With one more change.
    #[must_use]
    pub fn and(mut self, change: Change) -> Self {
        self.changes.push(change);
        self
    }
}
