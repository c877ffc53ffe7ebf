//! Adding things in the manner of their neighbours.

use super::lines::spaces;
use super::{Editor, New, Refusal, Value, Within, render};
use crate::edit::Edit;
use crate::hcl::{Block, Body, Expr, ExprKind, Item, Range};

impl Editor<'_> {
    /// Offset of the comma behind an item, before the closing bracket.
    pub(super) fn comma(&self, from: u32, close: u32) -> Option<u32> {
        let mut at = from;
        while at < close {
            let rest = self.slice(at, close);
            let length = rest.len() - rest.trim_start().len();
            at += u32::try_from(length).unwrap_or(0);
            if let Some(comment) = self.comment_at(at) {
                at = comment.end;
                continue;
            }
            return self.slice(at, close).starts_with(',').then_some(at);
        }
        None
    }

    pub(super) fn is_heredoc(&self, at: Range) -> bool {
        self.slice(at.start, at.end).starts_with("<<")
    }

    /// An edit that writes lines behind the line of an offset.
    fn lines_behind(&self, at: u32, lines: &str) -> Edit {
        let end = self.line_end(at);
        let behind = self.behind_break(end);
        if behind > end {
            return self.edit(Range::new(behind, behind), lines.to_owned());
        }
        // The last line of the file has no break, and gets none behind it.
        let newline = self.newline();
        let lines = lines.strip_suffix(newline).unwrap_or(lines);
        self.edit(Range::new(end, end), format!("{newline}{lines}"))
    }

    /// An edit that writes lines behind an item of a body: behind its line, or, where something else follows on that
    /// line, between the two.
    fn lines_behind_item(&self, end: u32, lines: &str, outer: &str) -> Edit {
        if self.trailing(end).is_ok() {
            return self.lines_behind(end, lines);
        }
        let gap = spaces(self.slice(end, self.line_end(end)));
        self.edit(Range::new(end, end + gap), format!("{}{lines}{outer}", self.newline()))
    }

    /// Behind the name: spaces up to where the `=` of the lines around an attribute stands.
    fn padding(&self, name: &str, neighbour: Range, sign: u32) -> String {
        let column = self.slice(neighbour.start, sign).chars().count();
        let length = name.chars().count();
        if self.one_line(neighbour) && length < column { " ".repeat(column - length) } else { " ".to_owned() }
    }
}

fn place(item: &Item) -> Range {
    match item {
        Item::Attribute(a) => a.range(),
        Item::Block(b) => b.at,
    }
}

pub(super) fn body(editor: &Editor<'_>, into: Within<'_>, items: &[New]) -> Vec<Edit> {
    if items.is_empty() {
        return Vec::new();
    }
    let (step, newline) = (editor.step(), editor.newline());
    let body = match into {
        Within::File => &editor.document.body,
        Within::Block(block) => &block.body,
    };
    let braces = match into {
        Within::File => None,
        Within::Block(block) => Some(Range::new(block.open, block.close + 1)),
    };
    let outer = braces.map_or("", |b| editor.indent(b.start)).to_owned();
    let indent = match into {
        Within::File => String::new(),
        Within::Block(_) => match body.items.iter().find(|i| editor.starts_line(place(i).start)) {
            Some(item) => editor.indent(place(item).start).to_owned(),
            None => format!("{outer}{step}"),
        },
    };
    // `{}` and `{ name = value }`
    if let Some(braces) = braces.filter(|b| editor.one_line(*b)) {
        let inside = Range::new(braces.start + 1, braces.end - 1);
        let kept = editor.slice(inside.start, inside.end).trim();
        let kept = if kept.is_empty() { String::new() } else { format!("{indent}{kept}{newline}") };
        let new = render::lines(items, &indent, &step, newline);
        let gap =
            if !kept.is_empty() && matches!(items.first(), Some(New::Block { .. })) { newline } else { "" };
        return vec![editor.edit(inside, format!("{newline}{kept}{gap}{new}{outer}"))];
    }
    let (attributes, blocks): (Vec<New>, Vec<New>) =
        items.iter().cloned().partition(|i| matches!(i, New::Attribute(..)));
    // Attributes stand before blocks.
    let run = body.items.iter().take_while(|i| matches!(i, Item::Attribute(_))).last();
    let mut behind_run = String::new();
    let mut at_top = String::new();
    if !attributes.is_empty() {
        match run {
            Some(Item::Attribute(last)) => {
                let sign = last.name_at.end + spaces(editor.slice(last.name_at.end, last.expr.at.start));
                behind_run = aligned(editor, &attributes, &indent, last.range(), sign);
            }
            _ => {
                at_top = render::lines(&attributes, &indent, &step, newline);
                if !body.items.is_empty() {
                    at_top.push_str(newline);
                }
            }
        }
    }
    let run = run.filter(|_| !behind_run.is_empty()).map(|i| place(i).end);
    let last = body.items.last().map(|i| place(i).end);
    let mut below = String::new();
    for block in &blocks {
        if last.is_some() || !below.is_empty() || !attributes.is_empty() {
            below.push_str(newline);
        }
        below.push_str(&render::block(block, &indent, &step, newline));
    }
    let mut edits = Vec::new();
    match last {
        None => at_top.push_str(&below),
        // At one place the order of edits is not told: they are written as one.
        Some(last) if run == Some(last) => {
            edits.push(editor.lines_behind_item(last, &format!("{behind_run}{below}"), &outer));
        }
        Some(last) => {
            edits.extend(run.map(|end| editor.lines_behind_item(end, &behind_run, &indent)));
            if !below.is_empty() {
                edits.push(editor.lines_behind_item(last, &below, &outer));
            }
        }
    }
    if let Some(braces) = braces {
        edits.extend(opened(editor, body, braces, (&indent, &outer), &edits, at_top.is_empty()));
    }
    if !at_top.is_empty() {
        edits.push(match braces {
            Some(braces) if body.items.is_empty() => {
                // Behind the comments of a body that has nothing else.
                let close = editor.line_start(braces.end - 1);
                if close > braces.start {
                    editor.edit(Range::new(close, close), at_top)
                } else {
                    editor.lines_behind(braces.start, &at_top)
                }
            }
            Some(braces) => editor.lines_behind_item(braces.start + 1, &at_top, &indent),
            None if editor.text.is_empty() || editor.text.ends_with(['\n', '\r']) => {
                editor.edit(Range::new(editor.end(), editor.end()), at_top)
            }
            None => editor.lines_behind(editor.end(), &at_top),
        });
    }
    edits
}

/// A body whose first item stands on the line of its opening brace may have no other: that item and the closing
/// brace get lines of their own, where no edit gives them one.
fn opened(
    editor: &Editor<'_>,
    body: &Body,
    braces: Range,
    (indent, outer): (&str, &str),
    edits: &[Edit],
    top_too: bool,
) -> Vec<Edit> {
    let (Some(first), Some(last)) = (body.items.first(), body.items.last()) else { return Vec::new() };
    if editor.trailing(braces.start + 1).is_ok() {
        return Vec::new();
    }
    let (newline, close) = (editor.newline(), braces.end - 1);
    let bare = |r: Range| editor.slice(r.start, r.end).trim_matches([' ', '\t']).is_empty();
    let before = Range::new(braces.start + 1, place(first).start);
    let behind = Range::new(place(last).end, close);
    let mut out = Vec::new();
    if top_too && bare(before) {
        out.push(editor.edit(before, format!("{newline}{indent}")));
    }
    if bare(behind) && !edits.iter().any(|e| e.start == behind.start) {
        out.push(editor.edit(behind, format!("{newline}{outer}")));
    }
    out
}

/// Attributes in lines, their `=` under that of the neighbour before them.
fn aligned(editor: &Editor<'_>, attributes: &[New], indent: &str, neighbour: Range, sign: u32) -> String {
    let (step, newline) = (editor.step(), editor.newline());
    let fits = |name: &str| name.chars().count() < editor.slice(neighbour.start, sign).chars().count();
    let all_fit = attributes.iter().all(|a| matches!(a, New::Attribute(name, _) if fits(name)));
    if !all_fit || !editor.one_line(neighbour) {
        return render::lines(attributes, indent, &step, newline);
    }
    let mut out = String::new();
    for attribute in attributes {
        let New::Attribute(name, value) = attribute else { continue };
        let value = render::spread(value, indent, &step, newline);
        let padding =
            if value.contains(['\n', '\r']) { " ".to_owned() } else { editor.padding(name, neighbour, sign) };
        out.push_str(&format!("{indent}{name}{padding}= {value}{newline}"));
    }
    out
}

pub(super) fn entry(editor: &Editor<'_>, object: &Expr, name: &str, value: &Value) -> Result<Edit, Refusal> {
    let ExprKind::Object(entries) = &object.kind else { return Err(Refusal::Nothing) };
    let (step, newline) = (editor.step(), editor.newline());
    let mut name = render::key(name);
    let close = object.at.end - 1;
    let outer = editor.indent(object.at.start);
    let Some((key, last)) = entries.last() else {
        let inside = Range::new(object.at.start + 1, close);
        if editor.has_comment(inside) {
            let line = editor.line_start(close);
            let value = render::spread(value, &format!("{outer}{step}"), &step, newline);
            let lines = format!("{outer}{step}{name} = {value}{newline}");
            return Ok(editor.edit(Range::new(line, line), lines));
        }
        if !editor.spread_at(object.at) {
            return Ok(editor.edit(inside, format!(" {name} = {} ", render::inline(value))));
        }
        let value = render::spread(value, &format!("{outer}{step}"), &step, newline);
        return Ok(editor.edit(inside, format!("{newline}{outer}{step}{name} = {value}{newline}{outer}")));
    };
    if editor.slice(key.at.start, key.at.end).starts_with('"') && !name.starts_with('"') {
        name = render::string(&name);
    }
    let between = editor.slice(key.at.end, last.at.start);
    let offset = between.find(['=', ':']).unwrap_or(0);
    let sign = if between.get(offset..).is_some_and(|t| t.starts_with(':')) { ":" } else { "=" };
    let sign_at = key.at.end + u32::try_from(offset).unwrap_or(0);
    let comma = editor.comma(last.at.end, close);
    let end = comma.map_or(last.at.end, |c| c + 1);
    let own_line = editor.starts_line(key.at.start) && editor.trailing(end).is_ok();
    if !own_line {
        let spread = !editor.one_line(object.at) && editor.is_heredoc(last.at);
        if spread {
            return Err(Refusal::Shared);
        }
        let separator = if comma.is_some() { " " } else { ", " };
        let space = if sign == ":" { "" } else { " " };
        let comma = if comma.is_some() { "," } else { "" };
        let written = format!("{separator}{name}{space}{sign} {}{comma}", render::inline(value));
        return Ok(editor.edit(Range::new(end, end), written));
    }
    let indent = editor.indent(key.at.start);
    let value = render::spread(value, indent, &step, newline);
    let neighbour = Range::new(key.at.start, last.at.end);
    let padding = if sign == ":" && sign_at == key.at.end {
        String::new()
    } else if value.contains(['\n', '\r']) {
        " ".to_owned()
    } else {
        editor.padding(&name, neighbour, sign_at)
    };
    let comma = if comma.is_some() { "," } else { "" };
    Ok(editor.lines_behind(end, &format!("{indent}{name}{padding}{sign} {value}{comma}{newline}")))
}

pub(super) fn item(editor: &Editor<'_>, list: &Expr, item: &Value) -> Result<Vec<Edit>, Refusal> {
    let ExprKind::List(items) = &list.kind else { return Err(Refusal::Nothing) };
    let (step, newline) = (editor.step(), editor.newline());
    let close = list.at.end - 1;
    let Some(last) = items.last() else {
        let inside = Range::new(list.at.start + 1, close);
        if !editor.has_comment(inside) {
            return Ok(vec![editor.edit(inside, render::inline(item))]);
        }
        let indent = format!("{}{step}", editor.indent(list.at.start));
        let written = format!("{indent}{},{newline}", render::spread(item, &indent, &step, newline));
        let line = editor.line_start(close);
        return if line > list.at.start {
            Ok(vec![editor.edit(Range::new(line, line), written)])
        } else {
            Err(Refusal::Comment)
        };
    };
    let comma = editor.comma(last.at.end, close);
    let end = comma.map_or(last.at.end, |c| c + 1);
    let indent = editor.indent(last.at.start);
    let own_line =
        editor.starts_line(last.at.start) && editor.trailing(end).is_ok() && editor.line_end(end) < close;
    if !own_line && editor.is_heredoc(last.at) && comma.is_none() {
        return Err(Refusal::Shared);
    }
    if !own_line {
        let (before, behind) = if comma.is_some() { (" ", ",") } else { (", ", "") };
        let written = format!("{before}{}{behind}", render::inline(item));
        return Ok(vec![editor.edit(Range::new(end, end), written)]);
    }
    let value = render::spread(item, indent, &step, newline);
    if comma.is_some() {
        return Ok(vec![editor.lines_behind(end, &format!("{indent}{value},{newline}"))]);
    }
    if editor.is_heredoc(last.at) {
        // The closing word stands alone on its line.
        return Ok(vec![editor.lines_behind(end, &format!("{indent}, {value}{newline}"))]);
    }
    let line = editor.lines_behind(end, &format!("{indent}{value}{newline}"));
    Ok(vec![editor.edit(Range::new(end, end), ",".to_owned()), line])
}

pub(super) fn after(editor: &Editor<'_>, block: &Block, new: &New) -> Edit {
    let newline = editor.newline();
    let indent = editor.indent(block.at.start);
    let written = render::block(new, indent, &editor.step(), newline);
    editor.lines_behind(block.at.end, &format!("{newline}{written}"))
}
