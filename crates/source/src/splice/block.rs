//! New entries and items in block style.

use super::plan::{NewEntry, Plan};
use super::{Content, Refusal};
use crate::tree::{Kind, NodeId, Style};

impl Plan<'_> {
    pub(super) fn insert_block(&mut self, map: NodeId, entries: &[NewEntry]) -> Result<(), Refusal> {
        let manner = self.manner(map);
        let (first, _) = self.tree.entries(map).next().ok_or(Refusal::Form("the map is empty"))?;
        let indent = self.key_indent(first)?;
        let written: Vec<(NodeId, NodeId)> = self.tree.entries(map).collect();
        for (after, key, value) in entries {
            let behind = match after {
                Some(key) => written.iter().find(|(k, _)| k == key),
                None => written.last(),
            };
            let (at_key, at_value) = *behind.ok_or(Refusal::Form("the map is empty"))?;
            if self.keeps_lines(at_key, at_value) {
                return Err(Refusal::Form("text that keeps its empty lines stands in front"));
            }
            let end = self.tree.node(at_value).end.max(self.tree.node(at_key).end);
            let line = self.line_end(end);
            let apart = after.is_some() && self.stand_apart(&written, at_key);
            let blank = if apart { self.index.newline } else { "" };
            let text = format!(
                "{blank}{}{indent}{}:{}",
                self.index.newline,
                manner.key(key),
                manner.block(value, &indent)
            );
            self.piece(line, line, text, indent.len());
        }
        Ok(())
    }

    /// Whether empty lines behind a value are part of it (`|+`).
    fn keeps_lines(&self, key: NodeId, value: NodeId) -> bool {
        // The last line of the value may be that of a scalar deep in it.
        let mut at = value;
        loop {
            match self.tree.node(at).kind {
                Kind::Map { flow: false } => match self.tree.entries(at).last() {
                    Some((k, v)) if self.keeps_lines_of(k, v) => return true,
                    Some((_, v)) => at = v,
                    None => return false,
                },
                Kind::Seq { flow: false } => match self.tree.children(at).last() {
                    Some(v) => at = v,
                    None => return false,
                },
                _ => break,
            }
        }
        self.keeps_lines_of(key, value)
    }

    fn keeps_lines_of(&self, key: NodeId, value: NodeId) -> bool {
        let node = self.tree.node(value);
        matches!(node.kind, Kind::Scalar { style: Style::Literal | Style::Folded, .. })
            && self.text(self.tree.node(key).end, node.start).lines().next().is_some_and(|l| l.contains('+'))
    }

    /// Whether an empty line stands between an entry and its neighbour.
    fn stand_apart(&self, entries: &[(NodeId, NodeId)], key: NodeId) -> bool {
        let Some(n) = entries.iter().position(|(k, _)| *k == key) else { return false };
        let gap = |a: usize, b: usize| {
            let (Some((_, v)), Some((k, _))) = (entries.get(a), entries.get(b)) else { return None };
            let text = self.text(self.tree.node(*v).end, self.tree.node(*k).start);
            let lines: Vec<&str> = text.split('\n').collect();
            let inner = lines.get(1..lines.len().saturating_sub(1)).unwrap_or(&[]);
            Some(inner.iter().any(|l| l.trim().is_empty()))
        };
        gap(n, n + 1).or_else(|| n.checked_sub(1).and_then(|p| gap(p, n))).unwrap_or(false)
    }

    pub(super) fn append_block(&mut self, list: NodeId, items: &[Content]) -> Result<(), Refusal> {
        let manner = self.manner(list);
        let last = self.tree.children(list).last().ok_or(Refusal::Form("the list is empty"))?;
        let dash = self.dash(last).ok_or(Refusal::Form("its dash cannot be told"))?;
        let before = self.before(dash);
        if !before.chars().all(|c| c == ' ' || c == '-') {
            return Err(Refusal::Form("its indentation cannot be told"));
        }
        let indent = " ".repeat(before.len());
        if self.keeps_lines(last, last) {
            return Err(Refusal::Form("text that keeps its empty lines stands in front"));
        }
        let line = self.line_end(self.tree.node(last).end);
        for item in items {
            let text = format!("{}{indent}- {}", self.index.newline, manner.item(item, &indent));
            self.piece(line, line, text, indent.len());
        }
        Ok(())
    }

    /// The dash of an item of a block list.
    pub(super) fn dash(&self, item: NodeId) -> Option<u32> {
        let node = self.tree.node(item);
        let mut at = node.start.min(node.tag_start);
        loop {
            let before = self.text(0, at).trim_end();
            let word = before.rsplit(|c: char| c.is_whitespace() || c == '\u{feff}').next()?;
            if word == "-" {
                return u32::try_from(before.len() - 1).ok();
            }
            if !word.starts_with(['&', '!']) {
                return None;
            }
            at = u32::try_from(before.len() - word.len()).ok()?;
        }
    }
}
