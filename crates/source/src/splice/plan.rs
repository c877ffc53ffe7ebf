use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::write::{Manner, is_plain};
use super::{Content, Index, Refusal, Splice};
use crate::edit::Edit;
use crate::file::SourceFile;
use crate::tree::{Comment, Kind, NodeId, Placement, Style, Tree};

/// One replaced range; of several insertions at one place the deepest is written first.
pub(super) struct Piece {
    pub start: u32,
    pub end: u32,
    pub text: String,
    /// Columns at which it stands.
    pub depth: usize,
}

/// A new entry of a map: behind which key, key, value.
pub(super) type NewEntry = (Option<NodeId>, SmolStr, Content);

/// Changes of one text under way.
pub(super) struct Plan<'a> {
    pub file: &'a SourceFile,
    pub tree: &'a Tree,
    pub index: &'a Index,
    pub pieces: Vec<Piece>,
}

#[derive(Default)]
struct Groups {
    replaced: BTreeMap<NodeId, Content>,
    inserted: BTreeMap<NodeId, Vec<NewEntry>>,
    appended: BTreeMap<NodeId, Vec<Content>>,
    removed: BTreeMap<NodeId, BTreeSet<NodeId>>,
}

impl<'a> Plan<'a> {
    pub fn new(file: &'a SourceFile, tree: &'a Tree, index: &'a Index) -> Self {
        Self { file, tree, index, pieces: Vec::new() }
    }

    pub fn edits(mut self, changes: &[Splice]) -> Result<Vec<Edit>, Refusal> {
        let mut groups = self.groups(changes)?;
        self.exchange(&mut groups);
        for (value, with) in &groups.replaced {
            self.replace(*value, with)?;
        }
        for (map, entries) in &groups.inserted {
            match self.tree.node(*map).kind {
                Kind::Map { flow: true } => self.insert_flow(*map, entries)?,
                _ => self.insert_block(*map, entries)?,
            }
        }
        for (list, items) in &groups.appended {
            match self.tree.node(*list).kind {
                Kind::Seq { flow: true } => self.append_flow(*list, items)?,
                Kind::Seq { flow: false } => self.append_block(*list, items)?,
                _ => return Err(Refusal::Form("there is no list")),
            }
        }
        for (collection, entries) in &groups.removed {
            self.remove(*collection, entries)?;
        }
        self.joined()
    }

    /// A new entry takes the place of one that goes from the same map.
    fn exchange(&mut self, groups: &mut Groups) {
        for (map, entries) in &mut groups.inserted {
            let Some(gone) = groups.removed.get_mut(map) else { continue };
            let manner = self.manner(*map);
            let flow = matches!(self.tree.node(*map).kind, Kind::Map { flow: true });
            for (id, start, end) in self.elements(*map) {
                if !gone.contains(&id) {
                    continue;
                }
                let Some(n) = entries.iter().position(|(after, ..)| after.is_none()) else { break };
                let (_, key, value) = entries.remove(n);
                let before = self.before(start);
                let own_line = before.chars().all(|c| matches!(c, ' ' | '\t'));
                let indent = " ".repeat(before.len());
                let key = manner.key(&key);
                let text = if !flow {
                    format!("{key}:{}", manner.block(&value, &indent))
                } else if own_line {
                    format!("{key}{}{}", manner.colon, manner.spread(&value, before))
                } else {
                    format!("{key}{}{}", manner.colon, manner.inline(&value))
                };
                // Its own comments go with it.
                let start = if flow || !own_line { start } else { self.lines(start, end).0 + size(before) };
                // A text of several lines ends where the next line begins.
                let end = size(self.text(0, end).trim_end());
                let comment = if flow { None } else { self.comment_behind(end) };
                self.piece(start, comment.map_or(end, |c| c.end), text, 0);
                gone.remove(&id);
            }
            if gone.is_empty() {
                groups.removed.remove(map);
            }
        }
        groups.inserted.retain(|_, entries| !entries.is_empty());
    }

    /// Changes by the node that they change.
    fn groups(&self, changes: &[Splice]) -> Result<Groups, Refusal> {
        let mut groups = Groups::default();
        let mut within: BTreeMap<NodeId, NodeId> = BTreeMap::new();
        for change in changes {
            match change {
                Splice::Replace { value, with } => {
                    self.changeable(*value)?;
                    let old = groups.replaced.insert(*value, with.clone());
                    if old.is_some_and(|old| old != *with) {
                        return Err(Refusal::Conflict);
                    }
                }
                Splice::Insert { map, after, key, value } => {
                    self.changeable(*map)?;
                    match self.tree.node(*map).kind {
                        Kind::Map { .. } => {
                            if self.tree.get(*map, key).is_some() {
                                return Err(Refusal::Form("the key is there already"));
                            }
                            let list = groups.inserted.entry(*map).or_default();
                            match list.iter_mut().find(|(_, k, _)| k == key) {
                                Some((.., old)) => join(old, value)?,
                                None => list.push((*after, key.clone(), value.clone())),
                            }
                        }
                        Kind::Scalar { .. } if self.is_nothing(*map) => {
                            let new = Content::Map(vec![(key.clone(), value.clone())]);
                            match groups.replaced.get_mut(map) {
                                Some(old) => join(old, &new)?,
                                None => {
                                    groups.replaced.insert(*map, new);
                                }
                            }
                        }
                        _ => return Err(Refusal::Form("there is no map")),
                    }
                }
                Splice::Append { list, item } => {
                    self.changeable(*list)?;
                    let items = groups.appended.entry(*list).or_default();
                    if !items.contains(item) {
                        items.push(item.clone());
                    }
                }
                Splice::Remove { entry, within: limit } => {
                    let parent = self.index.parent(*entry).ok_or(Refusal::Form("it is the whole file"))?;
                    if self.index.is_aliased(*entry)
                        || self.index.value_of(self.tree, *entry).is_some_and(|v| self.index.is_aliased(v))
                    {
                        return Err(Refusal::Aliased);
                    }
                    groups.removed.entry(parent).or_default().insert(*entry);
                    if let Some(limit) = limit {
                        within.insert(parent, *limit);
                    }
                }
            }
        }
        self.prune(&mut groups.removed, &within)?;
        Ok(groups)
    }

    /// A collection of which nothing is left goes as a whole, up to the given one.
    fn prune(
        &self,
        removed: &mut BTreeMap<NodeId, BTreeSet<NodeId>>,
        within: &BTreeMap<NodeId, NodeId>,
    ) -> Result<(), Refusal> {
        for (start, limit) in within {
            let mut at = *start;
            while at != *limit && self.index.ancestors(at).any(|a| a == *limit) {
                let Some(gone) = removed.get(&at) else { break };
                if gone.len() < self.elements(at).len() {
                    break;
                }
                let Some(parent) = self.index.parent(at) else { break };
                let entry = self.index.key_of(self.tree, at).unwrap_or(at);
                if self.tree.node(at).tag.is_some() {
                    return Err(Refusal::Form("a tag stands in front of it"));
                }
                removed.remove(&at);
                removed.entry(parent).or_default().insert(entry);
                at = parent;
            }
        }
        Ok(())
    }

    /// Whether a value may be changed at all.
    fn changeable(&self, id: NodeId) -> Result<(), Refusal> {
        let node = self.tree.node(id);
        if self.index.is_aliased(id) || matches!(node.kind, Kind::Alias(_)) {
            return Err(Refusal::Aliased);
        }
        match &node.tag {
            // Types of YAML itself only say what stands there.
            Some(tag) if !tag.starts_with("!!") && !tag.contains("yaml.org") => {
                Err(Refusal::Tagged(tag.clone()))
            }
            _ => Ok(()),
        }
    }

    /// Whether nothing is written, or `null`.
    pub fn is_nothing(&self, id: NodeId) -> bool {
        let node = self.tree.node(id);
        match &node.kind {
            Kind::Scalar { style: Style::Plain, text } => {
                node.start == node.end || matches!(text.as_str(), "~" | "null" | "Null" | "NULL")
            }
            _ => false,
        }
    }

    /// Entries or items as (node, first byte, one past the last byte).
    pub fn elements(&self, collection: NodeId) -> Vec<(NodeId, u32, u32)> {
        let start = |id: NodeId| self.tree.node(id).start.min(self.tree.node(id).tag_start);
        match self.tree.node(collection).kind {
            Kind::Map { .. } => {
                let end = |k: NodeId, v: NodeId| self.tree.node(v).end.max(self.tree.node(k).end);
                self.tree.entries(collection).map(|(k, v)| (k, start(k), end(k, v))).collect()
            }
            _ => self.tree.children(collection).map(|c| (c, start(c), self.tree.node(c).end)).collect(),
        }
    }

    /// Sorted, without overlap, insertions at one place joined.
    fn joined(mut self) -> Result<Vec<Edit>, Refusal> {
        self.pieces.sort_by(|a, b| (a.start, a.end, b.depth).cmp(&(b.start, b.end, a.depth)));
        let mut edits: Vec<Edit> = Vec::with_capacity(self.pieces.len());
        for piece in self.pieces {
            if let Some(last) = edits.last_mut() {
                if piece.start < last.end {
                    return Err(Refusal::Conflict);
                }
                if piece.start == last.end {
                    last.end = piece.end;
                    last.replacement.push_str(&piece.text);
                    continue;
                }
            }
            edits.push(Edit {
                path: self.file.path.to_string(),
                start: piece.start,
                end: piece.end,
                replacement: piece.text,
            });
        }
        Ok(edits)
    }

    pub fn piece(&mut self, start: u32, end: u32, text: impl Into<String>, depth: usize) {
        self.pieces.push(Piece { start, end, text: text.into(), depth });
    }

    pub fn text(&self, start: u32, end: u32) -> &'a str {
        self.file.text.get(start as usize..end as usize).unwrap_or("")
    }

    /// First byte of the line.
    pub fn line_start(&self, offset: u32) -> u32 {
        let line = self.file.position(offset).line;
        self.file.index().line_start(line).unwrap_or(0)
    }

    /// First byte of the next line; the end of the text behind the last one.
    pub fn next_line(&self, offset: u32) -> u32 {
        let line = self.file.position(offset).line;
        self.file.index().line_start(line + 1).unwrap_or_else(|| self.len())
    }

    /// One past the last byte of the line, without its line break.
    pub fn line_end(&self, offset: u32) -> u32 {
        let start = self.line_start(offset);
        let line = self.text(start, self.next_line(offset)).trim_end_matches(['\n', '\r']);
        start + size(line)
    }

    pub fn len(&self) -> u32 {
        size(&self.file.text)
    }

    /// What stands on the line in front of a byte, without a byte-order mark.
    pub fn before(&self, offset: u32) -> &'a str {
        self.text(self.line_start(offset), offset).trim_start_matches('\u{feff}')
    }

    /// Comments whose `#` lies in a range.
    pub fn comments(&self, start: u32, end: u32) -> &'a [Comment] {
        let all = &self.tree.comments;
        let from = all.partition_point(|c| c.start < start);
        let to = all.partition_point(|c| c.start < end);
        all.get(from..to.max(from)).unwrap_or(&[])
    }

    /// The comment that a line ends in, behind a byte.
    pub fn comment_behind(&self, offset: u32) -> Option<&'a Comment> {
        let found = self.comments(offset, self.line_end(offset));
        found.iter().find(|c| c.placement == Placement::EndOfLine)
    }

    /// One past the colon of a key.
    pub fn after_colon(&self, key: NodeId) -> Option<u32> {
        let end = self.tree.node(key).end;
        let rest = self.text(end, self.len());
        let at = rest.find(':')?;
        let only_space = rest.get(..at).is_some_and(|t| t.trim().is_empty());
        only_space.then(|| end + size(rest.get(..=at).unwrap_or("")))
    }

    /// How values are written in a collection.
    pub fn manner(&self, collection: NodeId) -> Manner {
        let flow =
            matches!(self.tree.node(collection).kind, Kind::Map { flow: true } | Kind::Seq { flow: true });
        let json = self.index.json;
        let mut manner = Manner {
            json,
            flow,
            quotes: Style::Plain,
            key_quotes: Style::Plain,
            colon: ": ".to_owned(),
            newline: self.index.newline,
            step: " ".repeat(self.index.step),
            list_step: self.index.list_step,
        };
        if json && self.file.text.contains("\n\t") {
            manner.step = "\t".repeat(self.index.step.max(1));
        }
        let values: Vec<NodeId> = match self.tree.node(collection).kind {
            Kind::Map { .. } => self.tree.entries(collection).map(|(_, v)| v).collect(),
            _ => self.tree.children(collection).collect(),
        };
        // What could stand bare and is quoted shows the author's habit.
        for value in values {
            if let Kind::Scalar { style, text } = &self.tree.node(value).kind
                && is_plain(text, flow)
                && self.tree.node(value).tag.is_none()
                && self.tree.node(value).start < self.tree.node(value).end
            {
                if matches!(style, Style::Single | Style::Double) {
                    manner.quotes = *style;
                }
                break;
            }
        }
        if let Some((key, value)) = self.tree.entries(collection).next() {
            if let Kind::Scalar { style: style @ (Style::Single | Style::Double), text } =
                &self.tree.node(key).kind
                && is_plain(text, flow)
            {
                manner.key_quotes = *style;
            }
            let between = self.text(self.tree.node(key).end, self.tree.node(value).tag_start);
            if flow && between.trim() == ":" && !between.contains(['\n', '\r']) {
                between.clone_into(&mut manner.colon);
                if !json && !between.ends_with(' ') {
                    ": ".clone_into(&mut manner.colon);
                }
            }
        }
        manner
    }
}

pub(super) fn size(text: &str) -> u32 {
    u32::try_from(text.len()).unwrap_or(u32::MAX)
}

/// Joins what two changes write in one new place.
fn join(old: &mut Content, new: &Content) -> Result<(), Refusal> {
    match (old, new) {
        (Content::Map(old), Content::Map(new)) => {
            for (key, value) in new {
                match old.iter_mut().find(|(k, _)| k == key) {
                    Some((_, old)) => join(old, value)?,
                    None => old.push((key.clone(), value.clone())),
                }
            }
            Ok(())
        }
        (old, new) if old == new => Ok(()),
        _ => Err(Refusal::Conflict),
    }
}
