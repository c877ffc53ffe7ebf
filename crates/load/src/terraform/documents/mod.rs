//! Documents inside of strings: JSON and YAML text with holes becomes a structure whose values stand where
//! their text is written, and `aws_iam_policy_document` becomes the document that it renders.

mod places;
mod policy;
mod reader;

use palisade_graph::{Entry, List, Map, Piece, Reason, State, Val, Value};
use palisade_source::{FileId, SourceFile, Span};

use crate::Files;
use crate::raw::{self, Typing};

pub use policy::policy;

use places::Places;

/// The structure of a value that is one already or holds JSON text, with or without holes. Text that is no
/// JSON stays as it is; text that begins as JSON and is not is unknown.
pub fn parse(files: &Files<'_>, val: &Val) -> Val {
    let Some(source) = Text::of(val) else { return val.clone() };
    let start = source.text.trim_start_matches('\u{feff}').trim_start();
    if source.holes.is_empty() && start.is_empty() {
        return val.clone();
    }
    if !start.starts_with(['{', '[']) {
        return val.clone();
    }
    json(files, val).unwrap_or_else(|| Val {
        via: val.via.clone(),
        ..Val::unknown(Reason::ParseError, "document", val.span)
    })
}

/// The structure of JSON text; `None` where it is none.
pub fn json(files: &Files<'_>, val: &Val) -> Option<Val> {
    let source = Text::of(val)?;
    if source.text.len() > files.limits.scalar_bytes {
        return Some(too_large(val));
    }
    let places = Places::new(files, val.span, &source);
    reader::read(&source, &places, val, files.limits.depth)
}

/// The structure of YAML text; `None` where it is none.
pub fn yaml(files: &Files<'_>, val: &Val) -> Option<Val> {
    let source = Text::of(val)?;
    if source.text.len() > files.limits.scalar_bytes {
        return Some(too_large(val));
    }
    let places = Places::new(files, val.span, &source);
    let (marked, marks) = source.marked()?;
    let file = SourceFile::new("", marked);
    let tree = palisade_source::parse(FileId(0), &file, files.limits).ok()?;
    let document = tree.documents.first().copied()?;
    let read = raw::read(&tree, document, Typing::Yaml12, files.limits.alias_nodes);
    Some(Placing { source: &source, marks: &marks, places: &places, val }.placed(read))
}

fn too_large(val: &Val) -> Val {
    Val { via: val.via.clone(), ..Val::unknown(Reason::Limit("size"), "document", val.span) }
}

/// Text with values standing between its bytes.
struct Text {
    text: String,
    /// Byte before which each stands, in order.
    holes: Vec<(usize, Val)>,
}

impl Text {
    fn of(val: &Val) -> Option<Text> {
        match &val.state {
            State::Known(Value::Str(s)) => Some(Text { text: s.to_string(), holes: Vec::new() }),
            State::Partial(pieces) => {
                let mut out = Text { text: String::new(), holes: Vec::new() };
                for piece in pieces.iter() {
                    match piece {
                        Piece::Text(t) => out.text.push_str(t),
                        Piece::Hole(v) => out.holes.push((out.text.len(), v.clone())),
                    }
                }
                Some(out)
            }
            _ => None,
        }
    }

    /// The text with `\u{E000}n\u{E001}` for its nth hole, and the bytes that all marks before a hole take.
    fn marked(&self) -> Option<(String, Vec<(usize, usize)>)> {
        if self.holes.is_empty() {
            return Some((self.text.clone(), Vec::new()));
        }
        if self.text.contains(['\u{e000}', '\u{e001}']) {
            return None;
        }
        let mut out = String::with_capacity(self.text.len() + self.holes.len() * 8);
        let mut marks = Vec::with_capacity(self.holes.len());
        let mut from = 0;
        for (n, (at, _)) in self.holes.iter().enumerate() {
            out.push_str(self.text.get(from..*at)?);
            let before = out.len();
            out.push_str(&format!("\u{e000}{n}\u{e001}"));
            marks.push((before, out.len() - before));
            from = *at;
        }
        out.push_str(self.text.get(from..)?);
        Some((out, marks))
    }
}

/// Brings values of marked text back: places in the source, holes in their places.
struct Placing<'a> {
    source: &'a Text,
    marks: &'a [(usize, usize)],
    places: &'a Places,
    val: &'a Val,
}

impl Placing<'_> {
    fn offset(&self, marked: u32) -> usize {
        let at = marked as usize;
        let before = self.marks.partition_point(|(start, _)| *start < at);
        // Each mark stands behind all that the marks before it take.
        let taken = before.checked_sub(1).and_then(|n| {
            let ((start, len), (hole, _)) = (self.marks.get(n)?, self.source.holes.get(n)?);
            Some(start + len - hole)
        });
        at.saturating_sub(taken.unwrap_or(0))
    }

    fn span(&self, span: Span) -> Span {
        let (from, to) = (span.start as usize, span.end as usize);
        let starting = self.marks.binary_search_by_key(&from, |(start, _)| *start).ok();
        let start = match starting {
            Some(n) => self.places.hole(n).map(|(start, _)| start),
            None => self.places.start(self.offset(span.start)),
        };
        let ending = self.marks.binary_search_by_key(&to, |(start, len)| start + len).ok();
        let end = match ending {
            Some(n) => self.places.hole(n).map(|(_, end)| end),
            None => self.places.end(self.offset(span.end)),
        };
        self.places.between(start, end, self.val.span)
    }

    fn placed(&self, read: Val) -> Val {
        let span = self.span(read.span);
        let state = match read.state {
            State::Known(Value::Str(s)) => self.filled(&s, span),
            State::Known(Value::List(l)) => {
                let items = l.items.iter().map(|i| self.placed(i.clone())).collect();
                State::Known(Value::List(List { items, open: l.open }.into()))
            }
            State::Known(Value::Map(m)) => {
                let mut open = m.open;
                let mut entries = Vec::with_capacity(m.entries.len());
                for e in &m.entries {
                    match Val::new(self.filled(&e.key, span), span) {
                        Val { state: State::Known(Value::Str(key)), .. } => entries.push(Entry {
                            key,
                            key_span: self.span(e.key_span),
                            val: self.placed(e.val.clone()),
                        }),
                        _ => open = true,
                    }
                }
                State::Known(Value::Map(Map { entries, open }.into()))
            }
            other => other,
        };
        Val { state, span, via: self.val.via.clone() }
    }

    fn filled(&self, text: &str, span: Span) -> State {
        if self.marks.is_empty() || !text.contains('\u{e000}') {
            return State::Known(Value::Str(text.into()));
        }
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('\u{e000}') {
            let Some((number, tail)) = after.split_once('\u{e001}') else { break };
            pieces.push(Piece::Text(before.into()));
            if let Some((_, hole)) = number.parse().ok().and_then(|n: usize| self.source.holes.get(n)) {
                pieces.push(Piece::Hole(hole.clone()));
            }
            rest = tail;
        }
        pieces.push(Piece::Text(rest.into()));
        crate::cloudformation::functions::concat(pieces, span, usize::MAX).state
    }
}

#[cfg(test)]
mod tests;
