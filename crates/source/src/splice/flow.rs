//! New entries and items in brackets and braces, JSON among them.

use super::plan::{NewEntry, Plan, size};
use super::write::Manner;
use super::{Content, Refusal};
use crate::tree::{Kind, NodeId};

impl Plan<'_> {
    pub(super) fn insert_flow(&mut self, map: NodeId, entries: &[NewEntry]) -> Result<(), Refusal> {
        let manner = self.manner(map);
        let elements = self.elements(map);
        if elements.is_empty() {
            let content: Vec<_> = entries.iter().map(|(_, k, v)| (k.clone(), v.clone())).collect();
            return self.fill_empty(map, &Content::Map(content));
        }
        for (after, key, value) in entries {
            let write = |manner: &Manner, indent: Option<&str>| {
                let value = match indent {
                    Some(indent) => manner.spread(value, indent),
                    None => manner.inline(value),
                };
                format!("{}{}{value}", manner.key(key), manner.colon)
            };
            let n = after.and_then(|a| elements.iter().position(|(k, ..)| *k == a));
            self.add_flow(&manner, &elements, n, &write)?;
        }
        Ok(())
    }

    pub(super) fn append_flow(&mut self, list: NodeId, items: &[Content]) -> Result<(), Refusal> {
        let manner = self.manner(list);
        let elements = self.elements(list);
        if elements.is_empty() {
            return self.fill_empty(list, &Content::List(items.to_vec()));
        }
        for item in items {
            let write = |manner: &Manner, indent: Option<&str>| match indent {
                Some(indent) => manner.spread(item, indent),
                None => manner.inline(item),
            };
            self.add_flow(&manner, &elements, None, &write)?;
        }
        Ok(())
    }

    /// Writes one element behind another: behind the last one without a number.
    fn add_flow(
        &mut self,
        manner: &Manner,
        elements: &[(NodeId, u32, u32)],
        behind: Option<usize>,
        write: &dyn Fn(&Manner, Option<&str>) -> String,
    ) -> Result<(), Refusal> {
        let n = behind.unwrap_or(elements.len().saturating_sub(1));
        let (_, start, end) = *elements.get(n).ok_or(Refusal::Form("it is empty"))?;
        let prefix = self.before(start);
        let own_line = prefix.chars().all(|c| matches!(c, ' ' | '\t'));
        let comma = self.comma(end);
        let from = comma.map_or(end, |c| c + 1);
        let rest = self.text(from, self.line_end(from)).trim_start();
        let to_end = rest.is_empty() || rest.starts_with('#');
        let nl = manner.newline;
        if own_line {
            let text = write(manner, Some(prefix));
            let at = if to_end { self.line_end(from) } else { from };
            match comma {
                Some(_) => self.piece(at, at, format!("{nl}{prefix}{text},"), prefix.len()),
                None if at == end => self.piece(end, end, format!(",{nl}{prefix}{text}"), prefix.len()),
                None => {
                    self.piece(end, end, ",", usize::MAX);
                    self.piece(at, at, format!("{nl}{prefix}{text}"), prefix.len());
                }
            }
            return Ok(());
        }
        let text = write(manner, None);
        let space = if self.is_tight(manner, elements) { "" } else { " " };
        match comma {
            Some(_) => self.piece(from, from, format!("{space}{text},"), 0),
            None => self.piece(end, end, format!(",{space}{text}"), 0),
        }
        Ok(())
    }

    /// The comma behind an element.
    pub(super) fn comma(&self, end: u32) -> Option<u32> {
        let mut at = end;
        loop {
            let rest = self.text(at, self.len());
            let space = rest.len() - rest.trim_start().len();
            at += u32::try_from(space).ok()?;
            match self.text(at, at + 1) {
                "," => return Some(at),
                "#" => at = self.line_end(at),
                _ => return None,
            }
        }
    }

    /// Whether no space stands behind commas.
    fn is_tight(&self, manner: &Manner, elements: &[(NodeId, u32, u32)]) -> bool {
        match elements {
            [(_, _, end), (_, start, _), ..] => !self.text(*end, *start).ends_with(char::is_whitespace),
            _ => manner.json && !manner.colon.ends_with(' '),
        }
    }

    /// Writes the first elements of `{}` or `[]`.
    fn fill_empty(&mut self, collection: NodeId, content: &Content) -> Result<(), Refusal> {
        let node = self.tree.node(collection);
        let Some(parent) = self.index.parent(collection) else {
            let text = self.manner(collection).spread(content, "");
            self.piece(node.start, node.end, text, 0);
            return Ok(());
        };
        if !self.comments(node.start, node.end).is_empty() {
            return Err(Refusal::Form("a comment stands in it"));
        }
        let manner = self.manner(parent);
        if manner.flow {
            let line = self.before(node.start);
            let indent: String = line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
            let spread = manner.json && self.file.text.trim_end().contains('\n');
            let text = if spread { manner.spread(content, &indent) } else { manner.inline(content) };
            self.piece(node.start, node.end, text, 0);
            return Ok(());
        }
        match self.index.key_of(self.tree, collection) {
            Some(key) => {
                let indent = self.key_indent(key)?;
                let colon = self.after_colon(key).ok_or(Refusal::Form("no colon stands behind the key"))?;
                if self.text(colon, node.start).trim().is_empty() {
                    self.piece(colon, node.end, "", 0);
                    let line = self.line_end(node.end);
                    self.piece(line, line, manner.block(content, &indent), indent.len() + 1);
                    return Ok(());
                }
                self.piece(node.start, node.end, manner.inline(content), 0);
            }
            None => self.piece(node.start, node.end, manner.inline(content), 0),
        }
        Ok(())
    }

    /// Removes elements of a flow collection of which some stay.
    pub(super) fn remove_flow(
        &mut self,
        collection: NodeId,
        gone: &std::collections::BTreeSet<NodeId>,
    ) -> Result<(), Refusal> {
        let elements = self.elements(collection);
        let node = self.tree.node(collection);
        let mut edge = node.start + 1;
        let mut kept: Option<u32> = None;
        let mut n = 0;
        while let Some((id, start, end)) = elements.get(n).copied() {
            if !gone.contains(&id) {
                (edge, kept) = (end, Some(end));
                n += 1;
                continue;
            }
            let mut last = end;
            let mut m = n + 1;
            while let Some((_, _, end)) = elements.get(m).filter(|(id, ..)| gone.contains(id)) {
                last = *end;
                m += 1;
            }
            if self.text(edge, start).contains('&') {
                return Err(Refusal::Form("an anchor stands in front of it"));
            }
            match (elements.get(m), kept) {
                (Some((_, next, _)), _) => {
                    // Comments on lines of their own are about what follows.
                    let own = self
                        .comments(last, *next)
                        .iter()
                        .find(|c| c.placement == crate::tree::Placement::OwnLine);
                    self.piece(start, own.map_or(*next, |c| c.start), "", 0);
                }
                (None, Some(before)) => {
                    let until =
                        self.comment_behind(last).filter(|c| c.start < node.end).map_or(last, |c| c.end);
                    if let Some(comment) = self.comment_behind(before).filter(|c| c.start < start) {
                        let comma = self.comma(before).ok_or(Refusal::Form("its comma cannot be told"))?;
                        self.piece(comma, comma + 1, "", 0);
                        let from = comment.end.max(comma + 1);
                        self.piece(from, until, "", 0);
                    } else {
                        self.piece(before, until, "", 0);
                    }
                }
                (None, None) => self.piece(node.start + 1, node.end - size("}"), "", 0),
            }
            edge = last;
            n = m;
        }
        Ok(())
    }

    /// Whether a collection is written in brackets.
    pub(super) fn is_flow(&self, collection: NodeId) -> bool {
        matches!(self.tree.node(collection).kind, Kind::Map { flow: true } | Kind::Seq { flow: true })
    }
}
