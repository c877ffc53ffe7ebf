//! Another value in the place of one.

use super::plan::{Plan, size};
use super::{Content, Refusal};
use crate::tree::{Kind, NodeId, Style};

impl Plan<'_> {
    pub(super) fn replace(&mut self, value: NodeId, with: &Content) -> Result<(), Refusal> {
        let parent = self.index.parent(value).ok_or(Refusal::Form("it is the whole file"))?;
        let mut manner = self.manner(parent);
        let node = self.tree.node(value);
        if let Kind::Scalar { style: style @ (Style::Single | Style::Double), .. } = node.kind {
            manner.quotes = style;
        }
        let start = node.start.min(node.tag_start);
        let collection = match with {
            Content::Map(entries) => !entries.is_empty(),
            Content::List(items) => !items.is_empty(),
            _ => false,
        };
        if manner.flow {
            let text = self.flowing(&manner, value, with);
            if node.start == node.end {
                return self.fill(value, &text);
            }
            self.piece(start, node.end, text, 0);
            return Ok(());
        }
        let multi_line = match &node.kind {
            Kind::Scalar { style: Style::Literal | Style::Folded, .. } => true,
            Kind::Map { flow } | Kind::Seq { flow } => !flow,
            _ => false,
        };
        let Some(key) = self.index.key_of(self.tree, value) else {
            // An item of a block list.
            if multi_line {
                return Err(Refusal::Form("it is written over several lines"));
            }
            let indent = " ".repeat(self.before(start).chars().count().saturating_sub(2));
            let text = if collection && self.comment_behind(node.end).is_none() {
                manner.item(with, &indent)
            } else {
                manner.inline(with)
            };
            self.piece(start, node.end, text, 0);
            return Ok(());
        };
        let colon = self.after_colon(key).ok_or(Refusal::Form("no colon stands behind the key"))?;
        if multi_line {
            let header = self.text(colon, node.start);
            if header.contains('&') || !self.comments(colon, node.end).is_empty() {
                return Err(Refusal::Form("comments or an anchor stand in it"));
            }
        }
        if collection {
            let indent = self.key_indent(key)?;
            let text = manner.block(with, &indent);
            let end = node.end.max(colon);
            let depth = indent.len() + 1;
            if multi_line {
                self.piece(colon, end, text, depth);
            } else {
                // A comment behind the old value stays on the line of the key.
                if self.text(colon, start.max(colon)).contains('&') {
                    return Err(Refusal::Form("an anchor stands in front of it"));
                }
                let line_end = self.line_end(end);
                if end > colon {
                    self.piece(colon, end, "", depth);
                }
                self.piece(line_end, line_end, text, depth);
            }
            return Ok(());
        }
        let text = manner.inline(with);
        if node.start == node.end {
            return self.fill(value, &text);
        }
        if multi_line {
            self.piece(colon, node.end, format!(" {text}"), 0);
        } else {
            self.piece(start, node.end, text, 0);
        }
        Ok(())
    }

    /// Writes a value where none stands.
    fn fill(&mut self, value: NodeId, text: &str) -> Result<(), Refusal> {
        let key = self.index.key_of(self.tree, value).ok_or(Refusal::Form("nothing is written there"))?;
        let colon = self.after_colon(key).ok_or(Refusal::Form("no colon stands behind the key"))?;
        if self.text(colon, self.line_end(colon)).contains('&') {
            return Err(Refusal::Form("an anchor stands in front of it"));
        }
        self.piece(colon, colon, format!(" {text}"), 0);
        Ok(())
    }

    /// A value in brackets: over several lines where its neighbours are.
    fn flowing(&self, manner: &super::write::Manner, value: NodeId, with: &Content) -> String {
        let start = self.tree.node(value).start;
        let line = self.before(start);
        let indent: String = line.chars().take_while(|c| matches!(c, ' ' | '\t')).collect();
        let own_line = self
            .index
            .key_of(self.tree, value)
            .is_some_and(|k| self.before(self.tree.node(k).start).chars().all(|c| matches!(c, ' ' | '\t')));
        if manner.json && own_line && !line.is_empty() {
            manner.spread(with, &indent)
        } else {
            manner.inline(with)
        }
    }

    /// Indentation of a key of a block map.
    pub(super) fn key_indent(&self, key: NodeId) -> Result<String, Refusal> {
        let before = self.before(self.tree.node(key).start);
        if before.chars().all(|c| c == ' ' || c == '-') {
            return Ok(" ".repeat(size(before) as usize));
        }
        // `- &a b: 1`: a key on a line of its own says it.
        let map = self.index.parent(key).ok_or(Refusal::Form("it is the whole file"))?;
        let own = self.tree.entries(map).map(|(k, _)| self.before(self.tree.node(k).start));
        own.into_iter()
            .find(|b| b.chars().all(|c| c == ' '))
            .map(ToOwned::to_owned)
            .ok_or(Refusal::Form("its indentation cannot be told"))
    }
}
