//! Values as properties hold them.

use std::sync::Arc;

use palisade_graph::{Entry, List, Map, Piece, Reason, State, Val, Value as Known};
use palisade_source::Span;
use smol_str::SmolStr;

use super::value::{Handle, Value};

/// Bytes of a string that evaluation builds.
const STRING: usize = 1 << 20;

/// A value as a property: lists and maps with all that is in them, constructs as what `reference` says. At most
/// `budget` values are made, the rest is unknown.
pub fn plain(value: &Value, reference: &dyn Fn(Handle, Span) -> Val, budget: &mut usize) -> Val {
    deep(value, reference, budget, 0)
}

fn deep(value: &Value, reference: &dyn Fn(Handle, Span) -> Val, budget: &mut usize, depth: u32) -> Val {
    if *budget == 0 || depth > 64 {
        *budget = 0;
        return Val::unknown(Reason::Limit("size"), "", value.span());
    }
    *budget -= 1;
    match value {
        Value::Val(v) => v.clone(),
        Value::List(l) => {
            let items = l.items.borrow().iter().map(|v| deep(v, reference, budget, depth + 1)).collect();
            let list = List { items, open: l.open.get() };
            Val::known(Known::List(Arc::new(list)), l.span.get())
        }
        Value::Map(m) => {
            let entries = m.entries.borrow();
            let entries = entries
                .iter()
                .map(|(key, (key_span, v))| Entry {
                    key: key.clone(),
                    key_span: *key_span,
                    val: deep(v, reference, budget, depth + 1),
                })
                .collect();
            Val::known(Known::Map(Arc::new(Map { entries, open: m.open.get() })), m.span.get())
        }
        Value::Host(h) => reference(*h, Span::NONE),
        Value::Object(o) => match o.handle.get() {
            Some(h) => reference(h, Span::NONE),
            None => {
                let fields = o.fields.borrow();
                let entries = fields
                    .iter()
                    .map(|(key, v)| Entry {
                        key: key.clone(),
                        key_span: v.span(),
                        val: deep(v, reference, budget, depth + 1),
                    })
                    .collect();
                Val::map(entries, Span::NONE)
            }
        },
        Value::Native(path, span) => Val::unknown(Reason::NeedsCode, path.clone(), *span),
        _ => Val::unknown(Reason::NeedsCode, "", Span::NONE),
    }
}

/// Strings and values one after the other.
pub fn concat(parts: Vec<Val>, span: Span) -> Val {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut size = 0_usize;
    let mut push_text = |pieces: &mut Vec<Piece>, text: &str| {
        size += text.len();
        if size > STRING || text.is_empty() {
            return;
        }
        match pieces.last_mut() {
            Some(Piece::Text(last)) => *last = smol_str::format_smolstr!("{last}{text}"),
            _ => pieces.push(Piece::Text(text.into())),
        }
    };
    let mut holes = false;
    for part in parts {
        match &part.state {
            State::Known(Known::Str(t) | Known::Num(t)) => push_text(&mut pieces, t),
            State::Known(Known::Bool(b)) => push_text(&mut pieces, if *b { "true" } else { "false" }),
            State::Known(Known::Null) => {}
            State::Partial(inner) => {
                for piece in inner.iter() {
                    match piece {
                        Piece::Text(t) => push_text(&mut pieces, t),
                        Piece::Hole(_) => {
                            holes = true;
                            pieces.push(piece.clone());
                        }
                    }
                }
            }
            _ => {
                holes = true;
                pieces.push(Piece::Hole(part));
            }
        }
    }
    if size > STRING || pieces.len() > 4_096 {
        return Val::unknown(Reason::Limit("size"), "", span);
    }
    if holes {
        return Val::new(State::Partial(pieces.into()), span);
    }
    let text = match pieces.into_iter().next() {
        Some(Piece::Text(t)) => t,
        _ => SmolStr::default(),
    };
    Val::str(text, span)
}
