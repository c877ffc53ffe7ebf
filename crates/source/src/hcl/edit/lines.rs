//! Lines around a place.

use super::Editor;
use crate::hcl::{Body, Item, Range};
use crate::tree::{Comment, Placement};

/// Indentation where the file shows none.
const STEP: &str = "  ";

impl<'a> Editor<'a> {
    pub(super) fn slice(&self, start: u32, end: u32) -> &'a str {
        self.text.get(start as usize..end as usize).unwrap_or("")
    }

    pub(super) fn end(&self) -> u32 {
        u32::try_from(self.text.len()).unwrap_or(u32::MAX)
    }

    /// Line break of the file.
    pub(super) fn newline(&self) -> &'static str {
        match self.text.find(['\n', '\r']) {
            Some(at) if self.text.get(at..).is_some_and(|t| t.starts_with("\r\n")) => "\r\n",
            Some(at) if self.text.as_bytes().get(at) == Some(&b'\r') => "\r",
            _ => "\n",
        }
    }

    /// Start of the line of an offset.
    pub(super) fn line_start(&self, at: u32) -> u32 {
        let before = self.slice(0, at);
        let start = before.rfind(['\n', '\r']).map_or(0, |n| n + 1);
        // The byte-order mark is no part of the first line.
        let mark = if start == 0 && self.text.starts_with('\u{feff}') { 3 } else { start };
        u32::try_from(mark).unwrap_or(u32::MAX).min(at)
    }

    /// End of the line of an offset, without its break.
    pub(super) fn line_end(&self, at: u32) -> u32 {
        let rest = self.slice(at, self.end());
        let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
        at + u32::try_from(length).unwrap_or(0)
    }

    /// Offset behind a line break at an offset, or the offset.
    pub(super) fn behind_break(&self, at: u32) -> u32 {
        let rest = self.slice(at, self.end());
        at + if rest.starts_with("\r\n") { 2 } else { u32::from(rest.starts_with(['\n', '\r'])) }
    }

    /// Spaces at the start of the line of an offset.
    pub(super) fn indent(&self, at: u32) -> &'a str {
        let line = self.slice(self.line_start(at), self.line_end(at));
        line.get(..line.len() - line.trim_start_matches([' ', '\t']).len()).unwrap_or("")
    }

    pub(super) fn one_line(&self, at: Range) -> bool {
        !self.slice(at.start, at.end).contains(['\n', '\r'])
    }

    /// Whether only spaces stand before an offset on its line.
    pub(super) fn starts_line(&self, at: u32) -> bool {
        self.slice(self.line_start(at), at).trim_matches([' ', '\t']).is_empty()
    }

    /// The comment that is all that stands behind an offset on its line; `Err` where something else does.
    pub(super) fn trailing(&self, at: u32) -> Result<Option<&'a Comment>, ()> {
        let end = self.line_end(at);
        let from = at + spaces(self.slice(at, end));
        if from == end {
            return Ok(None);
        }
        let comment = self.comment_at(from).ok_or(())?;
        let behind = self.slice(comment.end.min(end), end);
        if comment.end <= end && behind.trim().is_empty() { Ok(Some(comment)) } else { Err(()) }
    }

    pub(super) fn comment_at(&self, at: u32) -> Option<&'a Comment> {
        let comments = &self.document.comments;
        let index = comments.binary_search_by_key(&at, |c| c.start).ok()?;
        comments.get(index)
    }

    /// Whether a comment stands in a range.
    pub(super) fn has_comment(&self, at: Range) -> bool {
        let index = self.document.comments.partition_point(|c| c.end <= at.start);
        self.document.comments.get(index).is_some_and(|c| c.start < at.end)
    }

    /// Start of the comment lines that stand right above a line, or of the line.
    pub(super) fn with_comments_above(&self, line: u32) -> u32 {
        let mut start = line;
        loop {
            let index = self.document.comments.partition_point(|c| c.start < start);
            let Some(comment) = index.checked_sub(1).and_then(|n| self.document.comments.get(n)) else {
                return start;
            };
            let own = comment.placement == Placement::OwnLine;
            let between = self.slice(comment.end.min(start), start);
            let adjacent = between.trim().is_empty() && breaks(between) == 1;
            if !own || !adjacent || self.line_start(comment.start) >= start {
                return start;
            }
            start = self.line_start(comment.start);
        }
    }

    /// One step of indentation, as the first nested item of the file shows it.
    pub(super) fn step(&self) -> String {
        self.step_in(&self.document.body, 0).unwrap_or(STEP).to_owned()
    }

    fn step_in(&self, body: &Body, depth: usize) -> Option<&'a str> {
        body.blocks().find_map(|block| {
            let first = block.body.items.first().map(|item| match item {
                Item::Attribute(a) => a.name_at.start,
                Item::Block(b) => b.at.start,
            });
            let outer = self.indent(block.at.start);
            let inner = first.filter(|at| self.starts_line(*at)).map(|at| self.indent(at));
            inner
                .and_then(|inner| inner.strip_prefix(outer))
                .filter(|step| !step.is_empty())
                .or_else(|| if depth < 8 { self.step_in(&block.body, depth + 1) } else { None })
        })
    }

    /// Whether a value at a place may be written over several lines.
    pub(super) fn spread_at(&self, at: Range) -> bool {
        let line = self.slice(self.line_start(at.start), at.start);
        // `name = ` alone on its line, or an item alone on its line.
        let head = line.trim_start();
        let name = head.trim_end().strip_suffix(['=', ':']).map(str::trim);
        let alone =
            head.is_empty() || name.is_some_and(|n| !n.contains([' ', '\t', '{', '(', '[', ',', '=']));
        let ends = || {
            let rest = self.slice(at.end, self.line_end(at.end)).trim();
            rest == "," || self.trailing(at.end).is_ok()
        };
        alone && ends()
    }
}

pub(super) fn spaces(text: &str) -> u32 {
    u32::try_from(text.len() - text.trim_start_matches([' ', '\t']).len()).unwrap_or(0)
}

/// Number of line breaks in a text.
pub(super) fn breaks(text: &str) -> usize {
    text.matches('\n').count() + text.matches('\r').count() - text.matches("\r\n").count()
}
