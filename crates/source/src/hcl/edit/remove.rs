//! Removing things with their comments, separators and lines.

use super::lines::breaks;
use super::place::{self, Found};
use super::{Editor, Refusal};
use crate::edit::Edit;
use crate::hcl::{Block, ExprKind, Item, Range};

pub(super) fn remove(editor: &Editor<'_>, at: Range) -> Result<Edit, Refusal> {
    match place::removable(None, &editor.document.body, at).ok_or(Refusal::Nothing)? {
        Found::Item(around, item) => body_item(editor, around, item),
        Found::Element(list, n) => {
            let ExprKind::List(items) = &list.kind else { return Err(Refusal::Nothing) };
            let ranges: Vec<Range> = items.iter().map(|i| i.at).collect();
            element(editor, list.at, &ranges, n)
        }
        Found::Entry(object, n) => {
            let ExprKind::Object(entries) = &object.kind else { return Err(Refusal::Nothing) };
            let ranges: Vec<Range> = entries.iter().map(|(k, v)| Range::new(k.at.start, v.at.end)).collect();
            element(editor, object.at, &ranges, n)
        }
    }
}

fn body_item(editor: &Editor<'_>, around: Option<&Block>, item: &Item) -> Result<Edit, Refusal> {
    let at = match item {
        Item::Attribute(a) => a.range(),
        Item::Block(b) => b.at,
    };
    if editor.starts_line(at.start) && editor.trailing(at.end).is_ok() {
        return Ok(whole_lines(editor, at));
    }
    // `kind { name = value }`
    let only = around.filter(|b| b.body.items.len() == 1).ok_or(Refusal::Shared)?;
    let inside = Range::new(only.open + 1, only.close);
    let before = Range::new(inside.start, at.start);
    let behind = Range::new(at.end, inside.end);
    let bare = |r: Range| editor.slice(r.start, r.end).trim_matches([' ', '\t', ',']).is_empty();
    if bare(before) && bare(behind) { Ok(editor.edit(inside, String::new())) } else { Err(Refusal::Shared) }
}

/// Removes the lines of something that has them for itself, the comments that are its own, and a blank line
/// that would stand beside another or beside a brace.
fn whole_lines(editor: &Editor<'_>, at: Range) -> Edit {
    let line = editor.line_start(at.start);
    let mut start = editor.with_comments_above(line);
    let mut end = editor.behind_break(editor.line_end(at.end));
    let before = editor.slice(0, start);
    let above = before.trim_end();
    let blank_above = breaks(before.get(above.len()..).unwrap_or("")) > 1;
    let behind = editor.slice(end, editor.end());
    let below = behind.trim_start();
    let gap = behind.get(..behind.len() - below.len()).unwrap_or("");
    let blank_below = breaks(gap) > 0;
    let opened = above.is_empty() || above.ends_with('{') || above == "\u{feff}";
    let closed = below.is_empty() || below.starts_with('}');
    if blank_below && (blank_above || opened) {
        // down to the last break of the gap: the indentation of what follows stays
        let kept = gap.rfind(['\n', '\r']).map_or(0, |n| n + 1);
        end += u32::try_from(kept).unwrap_or(0);
    } else if blank_above && closed {
        let above = u32::try_from(above.len()).unwrap_or(0);
        start = editor.behind_break(editor.line_end(above));
    }
    editor.edit(Range::new(start, end), String::new())
}

/// Removes one of the things between brackets.
fn element(editor: &Editor<'_>, brackets: Range, all: &[Range], n: usize) -> Result<Edit, Refusal> {
    let at = *all.get(n).ok_or(Refusal::Nothing)?;
    let close = brackets.end.saturating_sub(1);
    let comma = editor.comma(at.end, close);
    // With its comma it has its lines for itself.
    let end = comma.map_or(at.end, |c| c + 1);
    if editor.starts_line(at.start)
        && editor.trailing(end).is_ok()
        && editor.line_end(at.end) == editor.line_end(end)
    {
        return Ok(whole_lines(editor, Range::new(at.start, end)));
    }
    let next = n.checked_add(1).and_then(|n| all.get(n));
    let previous = n.checked_sub(1).and_then(|n| all.get(n));
    let gone = match (next, previous) {
        (Some(next), _) => Range::new(at.start, next.start),
        (None, Some(previous)) => Range::new(previous.end, at.end),
        (None, None) => Range::new(brackets.start + 1, close),
    };
    let around =
        [Range::new(gone.start, at.start.max(gone.start)), Range::new(at.end.min(gone.end), gone.end)];
    if around.into_iter().any(|r| editor.has_comment(r)) {
        return Err(Refusal::Comment);
    }
    // A heredoc ends with its line.
    let heredoc = previous.is_some_and(|p| editor.is_heredoc(*p));
    if next.is_none() && heredoc {
        let start = editor.behind_break(editor.line_end(gone.start));
        return Ok(editor.edit(Range::new(start, gone.end), String::new()));
    }
    Ok(editor.edit(gone, String::new()))
}
