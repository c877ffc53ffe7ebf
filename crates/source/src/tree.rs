use smol_str::SmolStr;

use crate::file::{FileId, Span};

/// A node of one [`Tree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u32);

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// `'…'`
    Single,
    /// `"…"`
    Double,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind {
    /// A mapping; its children are key, value, key, value…
    Map {
        /// Written in braces.
        flow: bool,
    },
    /// A sequence.
    Seq {
        /// Written in brackets.
        flow: bool,
    },
    /// A scalar with its decoded text.
    Scalar {
        /// How it was written.
        style: Style,
        /// Text after escapes and folding.
        text: SmolStr,
    },
    /// `*name` of an anchored node; `None` when no anchor of that name precedes it.
    Alias(Option<NodeId>),
}

/// One node: its kind, where it stands, and its place in the tree.
#[derive(Debug, Clone)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// First byte, of the content without tag and anchor.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Tag with its leading `!`, as written (`!Ref`).
    pub tag: Option<SmolStr>,
    /// First byte of the tag.
    pub tag_start: u32,
    pub(crate) first_child: Option<NodeId>,
    pub(crate) next_sibling: Option<NodeId>,
}

/// Where a comment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// On a line of its own.
    OwnLine,
    /// Behind something on its line.
    EndOfLine,
}

/// A comment, `#` included in its range and not in its text.
#[derive(Debug, Clone)]
pub struct Comment {
    /// Text behind the `#`.
    pub text: String,
    /// Byte of the `#`.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// Where it stands.
    pub placement: Placement,
}

/// A key that stands more than once in one mapping; the last occurrence wins.
#[derive(Debug, Clone)]
pub struct Duplicate {
    /// The key.
    pub key: SmolStr,
    /// All occurrences in order.
    pub spans: Vec<Span>,
}

/// The lossless tree of one file.
#[derive(Debug, Clone)]
pub struct Tree {
    /// The file.
    pub file: FileId,
    /// Root of each document.
    pub documents: Vec<NodeId>,
    /// Comments in order of their place.
    pub comments: Vec<Comment>,
    /// Keys written twice.
    pub duplicates: Vec<Duplicate>,
    /// Continuation lines indented less than YAML 1.2 asks; AWS's readers accept them.
    pub under_indented: Vec<Span>,
    pub(crate) nodes: Vec<Node>,
}

static MISSING: Node = Node {
    kind: Kind::Alias(None),
    start: 0,
    end: 0,
    tag: None,
    tag_start: 0,
    first_child: None,
    next_sibling: None,
};

impl Tree {
    /// A node by id.
    pub fn node(&self, id: NodeId) -> &Node {
        self.nodes.get(id.0 as usize).unwrap_or(&MISSING)
    }

    /// Number of nodes.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether the file holds nothing.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Span of a node's content.
    pub fn span(&self, id: NodeId) -> Span {
        let node = self.node(id);
        Span::new(self.file, node.start, node.end)
    }

    /// Children in order; a mapping's alternate key and value.
    pub fn children(&self, id: NodeId) -> Children<'_> {
        Children { tree: self, next: self.node(id).first_child }
    }

    /// Key and value of each entry of a mapping; nothing for other kinds.
    pub fn entries(&self, id: NodeId) -> impl Iterator<Item = (NodeId, NodeId)> + '_ {
        let map = matches!(self.node(id).kind, Kind::Map { .. });
        let mut children = self.children(id);
        std::iter::from_fn(move || if map { Some((children.next()?, children.next()?)) } else { None })
    }

    /// Keys and indexes on the way from the root to the node at a byte offset: `["functions", "a", "0"]`.
    /// Aliases are not followed.
    pub fn key_path(&self, offset: u32) -> Vec<String> {
        let inside = |id: NodeId| {
            let node = self.node(id);
            node.start <= offset && offset < node.end.max(node.start + 1)
        };
        let mut path = Vec::new();
        let mut at = self.documents.iter().copied().find(|d| inside(*d));
        while let Some(id) = at {
            at = None;
            match self.node(id).kind {
                Kind::Map { .. } => {
                    for (key, value) in self.entries(id) {
                        if inside(key) || inside(value) {
                            path.push(self.text(key).map(ToString::to_string).unwrap_or_default());
                            at = inside(value).then_some(value);
                            break;
                        }
                    }
                }
                Kind::Seq { .. } => {
                    let found = self.children(id).enumerate().find(|(_, c)| inside(*c));
                    if let Some((n, child)) = found {
                        path.push(n.to_string());
                        at = Some(child);
                    }
                }
                Kind::Scalar { .. } | Kind::Alias(_) => {}
            }
        }
        path
    }

    /// Decoded text of a scalar.
    pub fn text(&self, id: NodeId) -> Option<&SmolStr> {
        match &self.node(id).kind {
            Kind::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// Value of a key of a mapping, the last one where it stands twice.
    pub fn get(&self, id: NodeId, key: &str) -> Option<NodeId> {
        self.entries(id).filter(|(k, _)| self.text(*k).is_some_and(|t| t == key)).map(|(_, v)| v).last()
    }
}

/// Iterator over the children of a node.
#[derive(Debug, Clone)]
pub struct Children<'a> {
    tree: &'a Tree,
    next: Option<NodeId>,
}

impl Iterator for Children<'_> {
    type Item = NodeId;

    fn next(&mut self) -> Option<NodeId> {
        let id = self.next?;
        self.next = self.tree.node(id).next_sibling;
        Some(id)
    }
}
