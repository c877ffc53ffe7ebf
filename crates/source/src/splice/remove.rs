//! Entries and items that go, with their own comments.

use std::collections::BTreeSet;

use super::Refusal;
use super::plan::Plan;
use crate::tree::{Kind, NodeId, Placement};

impl Plan<'_> {
    pub(super) fn remove(&mut self, collection: NodeId, gone: &BTreeSet<NodeId>) -> Result<(), Refusal> {
        if self.is_flow(collection) {
            return self.remove_flow(collection, gone);
        }
        let elements = self.elements(collection);
        if elements.iter().all(|(id, ..)| gone.contains(id)) {
            return self.empty(collection, &elements);
        }
        let list = matches!(self.tree.node(collection).kind, Kind::Seq { .. });
        let mut lines: Vec<(u32, u32)> = Vec::new();
        let mut n = 0;
        while let Some((id, start, end)) = elements.get(n).copied() {
            n += 1;
            if !gone.contains(&id) {
                continue;
            }
            let start =
                if list { self.dash(id).ok_or(Refusal::Form("its dash cannot be told"))? } else { start };
            let before = self.before(start);
            if before.trim().is_empty() {
                lines.push(self.lines(start, end));
                continue;
            }
            if !before.chars().all(|c| c == ' ' || c == '-') {
                return Err(Refusal::Form("something stands in front of it"));
            }
            // Behind a dash: what follows takes its place.
            let mut last = end;
            while let Some((_, _, end)) = elements.get(n).filter(|(id, ..)| gone.contains(id)) {
                last = *end;
                n += 1;
            }
            let (next, next_start, _) = *elements.get(n).ok_or(Refusal::Form("nothing is left"))?;
            let next_start = if list {
                self.dash(next).ok_or(Refusal::Form("its dash cannot be told"))?
            } else {
                next_start
            };
            let own = self.comments(last, next_start).iter().any(|c| c.placement == Placement::OwnLine);
            if own {
                let space = before.len() - before.trim_end().len();
                self.piece(start - u32::try_from(space).unwrap_or(0), self.line_end(last), "", 0);
            } else {
                self.piece(start, next_start, "", 0);
            }
        }
        self.cut(lines);
        Ok(())
    }

    /// The lines of an entry: its own comments above it, and those inside it.
    pub(super) fn lines(&self, start: u32, end: u32) -> (u32, u32) {
        let column = self.before(start).len();
        let mut from = self.line_start(start);
        while from > 0 {
            let above = self.line_start(from - 1);
            let own = self.comments(above, from).first().filter(|c| c.placement == Placement::OwnLine);
            if own.is_none_or(|c| self.before(c.start).len() != column) {
                break;
            }
            from = above;
        }
        let mut to = self.next_line(end);
        while to < self.len() {
            let next = self.next_line(to);
            let own = self.comments(to, next).first().filter(|c| c.placement == Placement::OwnLine);
            if own.is_none_or(|c| self.before(c.start).len() <= column) || next <= to {
                break;
            }
            to = next;
        }
        (from, to)
    }

    /// Takes out whole lines. Of empty lines on both sides those behind go too; the text ends with a line
    /// break only if it did.
    fn cut(&mut self, mut lines: Vec<(u32, u32)>) {
        lines.sort_unstable();
        let mut merged: Vec<(u32, u32)> = Vec::new();
        for (start, end) in lines {
            match merged.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => merged.push((start, end)),
            }
        }
        for (mut start, mut end) in merged {
            let blank = |at: u32, next: u32| self.text(at, next).trim().is_empty();
            let above = start > 0 && blank(self.line_start(start - 1), start);
            if above {
                while end < self.len() && blank(end, self.next_line(end)) {
                    end = self.next_line(end);
                }
            }
            if end == self.len() && start > 0 {
                let ended = self.text(start, end).ends_with(['\n', '\r']);
                while start > 0 && blank(self.line_start(start - 1), start) {
                    start = self.line_start(start - 1);
                }
                if !ended {
                    start = self.line_end(start.saturating_sub(1));
                }
            }
            self.piece(start, end, "", 0);
        }
    }

    /// Leaves an empty collection.
    fn empty(&mut self, collection: NodeId, elements: &[(NodeId, u32, u32)]) -> Result<(), Refusal> {
        let brackets = if matches!(self.tree.node(collection).kind, Kind::Map { .. }) { "{}" } else { "[]" };
        let (id, mut first, _) = *elements.first().ok_or(Refusal::Form("it is empty"))?;
        if brackets == "[]" {
            first = self.dash(id).ok_or(Refusal::Form("its dash cannot be told"))?;
        }
        let (.., end) = *elements.last().ok_or(Refusal::Form("it is empty"))?;
        let Some(key) = self.index.key_of(self.tree, collection) else {
            if self.index.parent(collection).is_none() {
                return Err(Refusal::Form("it is the whole file"));
            }
            let last = self.comment_behind(end).map_or(end, |c| c.end);
            self.piece(first, last, brackets, 0);
            return Ok(());
        };
        let colon = self.after_colon(key).ok_or(Refusal::Form("no colon stands behind the key"))?;
        let line_end = self.line_end(colon);
        let header = self.text(colon, line_end);
        let bare = header.split('#').next().unwrap_or("");
        if !bare.trim().is_empty() {
            return Err(Refusal::Form("an anchor or tag stands in front of it"));
        }
        self.piece(colon, colon, format!(" {brackets}"), 0);
        let (_, to) = self.lines(first, end);
        let cut = self.text(0, to).trim_end_matches(['\n', '\r']).len();
        self.piece(line_end, u32::try_from(cut).unwrap_or(to).max(line_end), "", 0);
        Ok(())
    }
}
