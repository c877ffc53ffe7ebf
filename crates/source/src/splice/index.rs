use std::collections::BTreeSet;

use crate::file::{SourceFile, Span};
use crate::tree::{Kind, NodeId, Tree};

/// What changes need to know of a tree beside its nodes.
#[derive(Debug)]
pub struct Index {
    parents: Vec<Option<NodeId>>,
    /// (start, end, node), sorted.
    places: Vec<(u32, u32, NodeId)>,
    aliased: BTreeSet<NodeId>,
    /// Whether the text is JSON.
    pub json: bool,
    /// Line break of the text.
    pub newline: &'static str,
    /// Columns by which a map stands deeper than the map around it.
    pub step: usize,
    /// Columns by which a list in a map stands deeper than its key.
    pub list_step: usize,
    /// Whether functions are written with tags (`!Ref`).
    pub short_tags: bool,
}

impl Index {
    /// Looks through a tree once.
    pub fn new(file: &SourceFile, tree: &Tree) -> Self {
        let mut index = Self {
            parents: vec![None; tree.len()],
            places: Vec::with_capacity(tree.len()),
            aliased: BTreeSet::new(),
            json: file.text.trim_start_matches('\u{feff}').trim_start().starts_with(['{', '[']),
            newline: newline(&file.text),
            step: 2,
            list_step: 2,
            short_tags: false,
        };
        let (mut step, mut list_step) = (None, None);
        let mut long = false;
        for n in 0..u32::try_from(tree.len()).unwrap_or(u32::MAX) {
            let id = NodeId(n);
            let node = tree.node(id);
            index.places.push((node.start, node.end, id));
            index.short_tags |= node.tag.as_ref().is_some_and(|t| t.starts_with('!') && !t.starts_with("!!"));
            if let Kind::Alias(Some(target)) = node.kind {
                index.aliased.insert(target);
            }
            long |= tree.text(id).is_some_and(|t| t.starts_with("Fn::"));
            for child in tree.children(id) {
                if let Some(slot) = index.parents.get_mut(child.0 as usize) {
                    *slot = Some(id);
                }
            }
            if step.is_some() && list_step.is_some() || !matches!(node.kind, Kind::Map { .. }) {
                continue;
            }
            for (key, value) in tree.entries(id) {
                let Some(first) = tree.children(value).next() else { continue };
                let (outer, inner) =
                    (line_of(file, tree.node(key).start), line_of(file, tree.node(first).start));
                if outer.0 == inner.0 {
                    continue;
                }
                let flow =
                    matches!(tree.node(value).kind, Kind::Map { flow: true } | Kind::Seq { flow: true });
                match tree.node(value).kind {
                    Kind::Map { .. } => step = step.or(inner.1.checked_sub(outer.1).filter(|n| *n > 0)),
                    Kind::Seq { .. } if !flow => list_step = list_step.or(inner.1.checked_sub(outer.1)),
                    _ => {}
                }
            }
        }
        index.places.sort_unstable();
        let tabs = file.text.contains("\n\t");
        index.step = step.unwrap_or(if tabs { 1 } else { 2 });
        index.list_step = list_step.unwrap_or(index.step);
        index.short_tags = !index.json && (index.short_tags || !long);
        index
    }

    /// The collection that a node stands in.
    pub fn parent(&self, id: NodeId) -> Option<NodeId> {
        self.parents.get(id.0 as usize).copied().flatten()
    }

    /// The nodes from a node's collection to the root.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        std::iter::successors(self.parent(id), |id| self.parent(*id))
    }

    /// Whether an alias elsewhere means the node, or something that it stands in.
    pub fn is_aliased(&self, id: NodeId) -> bool {
        self.aliased.contains(&id) || self.ancestors(id).any(|a| self.aliased.contains(&a))
    }

    /// Whether a node is a key of a map.
    pub fn is_key(&self, tree: &Tree, id: NodeId) -> bool {
        self.parent(id).is_some_and(|map| tree.entries(map).any(|(k, _)| k == id))
    }

    /// The key of the entry whose value a node is.
    pub fn key_of(&self, tree: &Tree, value: NodeId) -> Option<NodeId> {
        tree.entries(self.parent(value)?).find(|(_, v)| *v == value).map(|(k, _)| k)
    }

    /// The value of a key.
    pub fn value_of(&self, tree: &Tree, key: NodeId) -> Option<NodeId> {
        tree.entries(self.parent(key)?).find(|(k, _)| *k == key).map(|(_, v)| v)
    }

    /// The nodes that cover exactly a place, with or without their tag; outer ones last.
    fn at(&self, tree: &Tree, span: Span) -> Vec<NodeId> {
        let from = self.places.partition_point(|(s, ..)| *s < span.start);
        let mut found: Vec<NodeId> = self
            .places
            .iter()
            .skip(from)
            .take_while(|(s, ..)| *s == span.start)
            .filter(|(_, e, _)| *e == span.end)
            .map(|(.., id)| *id)
            .collect();
        if found.is_empty() {
            // A tag in front belongs to the value.
            let inside = self.places.iter().skip(from).take_while(|(s, ..)| *s <= span.end);
            let tagged = |id: NodeId| tree.node(id).tag.is_some() && tree.node(id).tag_start == span.start;
            found.extend(inside.filter(|(_, e, id)| *e == span.end && tagged(*id)).map(|(.., id)| *id));
        }
        found.sort_by(|a, b| b.cmp(a));
        found
    }

    /// The value that is written at a place: no key.
    pub fn value_at(&self, tree: &Tree, span: Span) -> Option<NodeId> {
        // Of a value and the map that holds nothing else, the outer one was meant.
        self.at(tree, span).into_iter().rfind(|id| !self.is_key(tree, *id))
    }

    /// The key that is written at a place.
    pub fn key_at(&self, tree: &Tree, span: Span) -> Option<NodeId> {
        self.at(tree, span).into_iter().find(|id| self.is_key(tree, *id))
    }

    /// The entry or item of which a place is the key, the value, or all: its key, or the item.
    pub fn entry_at(&self, tree: &Tree, span: Span) -> Option<NodeId> {
        if let Some(key) = self.key_at(tree, span) {
            return Some(key);
        }
        if let Some(value) = self.at(tree, span).first().copied() {
            return match tree.node(self.parent(value)?).kind {
                Kind::Map { .. } => self.key_of(tree, value),
                _ => Some(value),
            };
        }
        let from = self.places.partition_point(|(s, ..)| *s < span.start);
        let starts = self.places.iter().skip(from).take_while(|(s, ..)| *s == span.start).map(|(.., id)| *id);
        starts.into_iter().find(|id| {
            self.is_key(tree, *id) && self.value_of(tree, *id).is_some_and(|v| tree.node(v).end == span.end)
        })
    }
}

fn newline(text: &str) -> &'static str {
    match text.find('\n').and_then(|at| text.get(..at)) {
        Some(before) if before.ends_with('\r') => "\r\n",
        _ => "\n",
    }
}

/// Number of the line, and the columns of white space at its start.
fn line_of(file: &SourceFile, offset: u32) -> (u32, usize) {
    let line = file.position(offset).line;
    let start = file.index().line_start(line).unwrap_or(0);
    let text = file.text.get(start as usize..).unwrap_or("");
    let indent = text.bytes().take_while(|b| matches!(b, b' ' | b'\t')).count();
    (line, indent)
}
