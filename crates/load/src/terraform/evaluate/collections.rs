use std::sync::Arc;

use palisade_graph::{Piece, Reason, State, Target, Val, Value, Via};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::functions;
use super::expressions::{bare, key_text, reason_of};
use super::{App, Located};
use crate::cloudformation::functions::concat;

impl App<'_> {
    /// `val.name`
    pub(super) fn attr(&self, val: &Val, name: &str, span: Span) -> Val {
        let symbol = || format_smolstr!("{}.{name}", bare(val));
        match &val.state {
            State::Known(Value::Map(map)) => {
                self.spend(map.entries.len() / 256);
                match map.get(name) {
                    Some(found) => found.clone(),
                    None if map.open => match map.get("*") {
                        // An instance whose key is not known.
                        Some(any) => any.clone(),
                        None => Val::unknown(Reason::KnownAfterApply, place_symbol(val, name), span),
                    },
                    None => Val::unknown(Reason::Undeclared, place_symbol(val, name), span),
                }
            }
            State::Known(Value::List(_)) if name.bytes().all(|b| b.is_ascii_digit()) => {
                self.index(val, &Val::known(Value::Num(name.into()), span), span)
            }
            State::Known(_) => Val::unknown(Reason::Undeclared, place_symbol(val, name), span),
            State::Ref(target) => match &**target {
                Target::Resource { id, attribute: None } => self.attribute_of(id, name, span),
                Target::Resource { id, attribute: Some(path) } => {
                    Val::attribute(id.clone(), format_smolstr!("{path}.{name}"), span)
                }
                Target::External { kind, name: outer, secret } => {
                    let name = format_smolstr!("{outer}.{name}");
                    Val::target(Target::External { kind: *kind, name, secret: *secret }, span)
                }
                Target::Pseudo(_) => Val::unknown(Reason::KnownAfterApply, symbol(), span),
            },
            State::Unknown(_) | State::Partial(_) => {
                Val { via: val.via.clone(), ..Val::unknown(reason_of(val), symbol(), val.span.or(span)) }
            }
        }
    }

    /// `val[key]`
    pub(super) fn index(&self, val: &Val, key: &Val, span: Span) -> Val {
        if functions::failure(key) {
            return Val { span, ..key.clone() };
        }
        if key.is_null() && val.is_known() {
            return Val::unknown(Reason::Undeclared, place_symbol(val, "null"), span);
        }
        let key = self.dereferenced(key);
        let Some(text) = key_text(&key) else { return self.any_of(val, &key, span) };
        match &val.state {
            State::Known(Value::List(list)) => {
                let at = text.parse::<usize>().ok();
                match at.and_then(|n| list.items.get(n)) {
                    Some(found) => found.clone(),
                    None if list.open && at.is_some() => match list.items.last() {
                        Some(last) if list.items.len() == 1 => last.clone(),
                        _ => Val::unknown(Reason::KnownAfterApply, place_symbol(val, &text), span),
                    },
                    None => Val::unknown(Reason::Undeclared, place_symbol(val, &text), span),
                }
            }
            State::Known(Value::Map(_)) => self.attr(val, &text, span),
            State::Ref(target) => match &**target {
                // What is one thing is asked for as if it were several; or a block of it.
                Target::Resource { id, attribute: None } => {
                    if text.bytes().all(|b| b.is_ascii_digit()) {
                        Val::unknown(Reason::Undeclared, format_smolstr!("{id}[{text}]"), span)
                    } else {
                        self.attribute_of(id, &text, span)
                    }
                }
                _ => self.attr(val, &text, span),
            },
            State::Unknown(_) | State::Partial(_) => {
                let quoted = if matches!(key.state, State::Known(Value::Str(_))) {
                    format_smolstr!("{}[{text:?}]", bare(val))
                } else {
                    format_smolstr!("{}[{text}]", bare(val))
                };
                Val { via: val.via.clone(), ..Val::unknown(reason_of(val), quoted, val.span.or(span)) }
            }
            State::Known(_) => Val::unknown(Reason::Undeclared, place_symbol(val, &text), span),
        }
    }

    /// One of several, which is not known.
    fn any_of(&self, val: &Val, key: &Val, span: Span) -> Val {
        let symbol =
            format_smolstr!("{}[{}]", if val.is_known() { "…".into() } else { bare(val) }, bare(key));
        let unknown = || Val::unknown(reason_of(key), symbol.clone(), span);
        let mut all: Vec<&Val> = match &val.state {
            State::Known(Value::List(list)) if !list.open => list.items.iter().collect(),
            State::Known(Value::Map(map)) => {
                if let Some(any) = map.get("*") {
                    return any.clone();
                }
                if map.open { Vec::new() } else { map.entries.iter().map(|e| &e.val).collect() }
            }
            State::Unknown(_) => return Val::unknown(reason_of(val), symbol, span),
            _ => return unknown(),
        };
        self.spend(all.len());
        let Some(first) = all.pop() else { return unknown() };
        all.into_iter().fold(first.clone(), |known, other| super::either(&known, other, &unknown))
    }

    /// The text that a resource's name has, where it is written; other values as they are.
    ///
    /// A name that is asked for is a reference to its resource. Where text has to be known, to compare it or
    /// to cut it, the text counts.
    pub(super) fn dereferenced(&self, val: &Val) -> Val {
        match &val.state {
            State::Ref(target) => {
                let Target::Resource { id, attribute: Some(name) } = &**target else { return val.clone() };
                let located = self.located(id);
                let Some(Located::Resource(module, decl, each)) = located else { return val.clone() };
                let Some(found) = self.configured(module, decl, each, name) else { return val.clone() };
                match &found.state {
                    State::Known(Value::Str(_) | Value::Num(_)) => found.through(Via::Evaluated, val.span),
                    State::Partial(_) => {
                        let text = self.deeper(found.span, || self.dereferenced(&found));
                        text.through(Via::Evaluated, val.span)
                    }
                    _ => val.clone(),
                }
            }
            State::Partial(pieces) => {
                let named = |p: &Piece| match p {
                    Piece::Hole(hole) => matches!(hole.state, State::Ref(_)),
                    Piece::Text(_) => false,
                };
                if !pieces.iter().any(named) {
                    return val.clone();
                }
                let mut out = Vec::with_capacity(pieces.len());
                for piece in pieces.iter() {
                    out.push(match piece {
                        Piece::Hole(hole) if matches!(hole.state, State::Ref(_)) => {
                            // Counted: a name that needs itself would go on for ever.
                            Piece::Hole(self.deeper(hole.span, || self.dereferenced(hole)))
                        }
                        other => other.clone(),
                    });
                }
                let done = concat(out, val.span, self.files.limits.string_bytes);
                Val { via: val.via.clone(), ..done }
            }
            _ => val.clone(),
        }
    }

    /// What stands behind an address.
    pub(super) fn located(&self, address: &str) -> Option<Located> {
        self.addresses.borrow().get(address).copied()
    }

    /// A reference to what stands behind an address.
    pub(super) fn address(&self, address: SmolStr, located: Located, span: Span) -> Val {
        self.addresses.borrow_mut().entry(address.clone()).or_insert(located);
        Val::new(State::Ref(Arc::new(Target::Resource { id: address, attribute: None })), span)
    }
}

/// How a part of a value is called that has no name of its own.
fn place_symbol(val: &Val, name: &str) -> SmolStr {
    if val.is_known() {
        format_smolstr!("{name}@{}:{}", val.span.file.0, val.span.start)
    } else {
        format_smolstr!("{}.{name}", bare(val))
    }
}
