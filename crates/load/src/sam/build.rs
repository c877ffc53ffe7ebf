//! Values as the transform writes them.

use std::sync::Arc;

use palisade_graph::{Entry, List, Map, Piece, State, Target, Val, Value, Via};
use palisade_source::Span;
use smol_str::SmolStr;

/// The place that generated values get: that of their cause.
#[derive(Debug, Clone, Copy)]
pub struct At(pub Span);

impl At {
    /// A text.
    pub fn text(self, text: impl Into<SmolStr>) -> Val {
        Val::str(text, self.0)
    }

    /// A boolean.
    pub fn bool(self, b: bool) -> Val {
        Val::bool(b, self.0)
    }

    /// A list.
    pub fn list(self, items: Vec<Val>) -> Val {
        Val::list(items, self.0)
    }

    /// A list of texts.
    pub fn texts(self, items: &[&'static str]) -> Val {
        self.list(items.iter().map(|t| self.text(*t)).collect())
    }

    /// A map; absent values are left out.
    pub fn object<const N: usize>(self, entries: [(&'static str, Val); N]) -> Val {
        let mut props = Props::default();
        for (key, val) in entries {
            props.put(key, val);
        }
        props.finish(self.0)
    }

    /// `Ref` of a resource.
    pub fn reference(self, id: &str) -> Val {
        Val::reference(id, self.0)
    }

    /// `Fn::GetAtt` of a resource.
    pub fn attribute(self, id: &str, attribute: &str) -> Val {
        Val::attribute(id, attribute, self.0)
    }

    /// A pseudo parameter.
    pub fn pseudo(self, name: &str) -> Val {
        Val::target(Target::Pseudo(name.into()), self.0)
    }

    /// `Fn::Sub`: `${name}` is the value of that name in `vars`, a pseudo parameter, or a resource.
    pub fn sub(self, text: &str, vars: &[(&str, &Val)]) -> Val {
        let mut pieces = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            let Some((name, next)) = after.split_once('}') else { break };
            pieces.push(Piece::Text(before.into()));
            let val = match vars.iter().find(|(n, _)| *n == name) {
                Some((_, val)) => (*val).clone(),
                None if name.starts_with("AWS::") => self.pseudo(name),
                None => match name.split_once('.') {
                    Some((id, attribute)) => self.attribute(id, attribute),
                    None => self.reference(name),
                },
            };
            pieces.push(Piece::Hole(val));
            rest = next;
        }
        pieces.push(Piece::Text(rest.into()));
        concat(pieces, self.0)
    }

    /// A value from a data table in which `Ref`, `Fn::Sub` and `Fn::GetAtt` occur; `names` answers what a
    /// `Ref` means.
    pub fn json(self, json: &serde_json::Value, names: &dyn Fn(&str) -> Option<Val>) -> Val {
        use serde_json::Value as J;
        match json {
            J::Null => Val::null().clone(),
            J::Bool(b) => self.bool(*b),
            J::Number(n) => Val::known(Value::Num(n.to_string().into()), self.0),
            J::String(s) => self.text(s.as_str()),
            J::Array(items) => self.list(items.iter().map(|i| self.json(i, names)).collect()),
            J::Object(map) => match map.iter().next() {
                Some((key, J::String(name))) if key == "Ref" && map.len() == 1 => match names(name) {
                    Some(val) => val,
                    None if name.starts_with("AWS::") => self.pseudo(name),
                    None => self.reference(name),
                },
                Some((key, J::String(text))) if key == "Fn::Sub" && map.len() == 1 => self.sub(text, &[]),
                Some((key, J::Array(parts))) if key == "Fn::Sub" && map.len() == 1 => {
                    let text = parts.first().and_then(J::as_str).unwrap_or_default();
                    let vars: Vec<(&str, Val)> = match parts.get(1) {
                        Some(J::Object(vars)) => {
                            vars.iter().map(|(k, v)| (k.as_str(), self.json(v, names))).collect()
                        }
                        _ => Vec::new(),
                    };
                    let vars: Vec<(&str, &Val)> = vars.iter().map(|(k, v)| (*k, v)).collect();
                    self.sub(text, &vars)
                }
                Some((key, J::Array(parts))) if key == "Fn::GetAtt" && map.len() == 1 => {
                    let part = |i: usize| parts.get(i).and_then(J::as_str).unwrap_or_default();
                    self.attribute(part(0), part(1))
                }
                _ => {
                    let entry = |(key, val): (&String, &J)| Entry {
                        key: key.as_str().into(),
                        key_span: self.0,
                        val: self.json(val, names),
                    };
                    Val::map(map.iter().map(entry).collect(), self.0)
                }
            },
        }
    }
}

/// A string from pieces: known scalars become text, neighbours are joined; without a hole it is known.
pub fn concat(pieces: Vec<Piece>, span: Span) -> Val {
    let mut out: Vec<Piece> = Vec::with_capacity(pieces.len());
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(t) => text.push_str(&t),
            Piece::Hole(val) => match &val.state {
                State::Known(Value::Str(_) | Value::Num(_) | Value::Bool(_) | Value::Null) => {
                    text.push_str(&val.display());
                }
                State::Partial(inner) => {
                    for piece in inner.iter() {
                        match piece {
                            Piece::Text(t) => text.push_str(t),
                            Piece::Hole(v) => {
                                flush(&mut out, &mut text);
                                out.push(Piece::Hole(v.clone()));
                            }
                        }
                    }
                }
                _ => {
                    flush(&mut out, &mut text);
                    out.push(Piece::Hole(val));
                }
            },
        }
    }
    if out.is_empty() {
        return Val::str(text, span);
    }
    flush(&mut out, &mut text);
    match out.as_slice() {
        [Piece::Hole(only)] => only.clone(),
        _ => Val::new(State::Partial(out.into()), span),
    }
}

fn flush(out: &mut Vec<Piece>, text: &mut String) {
    if !text.is_empty() {
        out.push(Piece::Text(std::mem::take(text).into()));
    }
}

/// Properties under construction; an absent value leaves its key out.
#[derive(Debug, Default, Clone)]
pub struct Props(pub Map);

impl Props {
    /// Sets a key at the place of its value.
    pub fn put(&mut self, key: &str, val: Val) {
        let span = val.span;
        self.put_at(key, span, val);
    }

    /// Sets a key that stands at a place.
    pub fn put_at(&mut self, key: &str, key_span: Span, val: Val) {
        if !val.is_null() {
            self.0.set(key, key_span, val);
        }
    }

    /// Takes over a property as it is written.
    pub fn copy(&mut self, from: &Val, key: &str) {
        self.rename(from, key, key);
    }

    /// Takes over a property under another name.
    pub fn rename(&mut self, from: &Val, key: &str, new: &str) {
        if let Some(entry) = from.entry(key) {
            self.put_at(new, entry.key_span, entry.val.clone());
        }
    }

    /// Takes over properties that are set to something.
    pub fn copy_set(&mut self, from: &Val, keys: &[&str]) {
        for key in keys {
            if truthy(from.get(key)) {
                self.copy(from, key);
            }
        }
    }

    /// Takes over properties as they are written.
    pub fn copy_all(&mut self, from: &Val, keys: &[&str]) {
        for key in keys {
            self.copy(from, key);
        }
    }

    /// The map.
    pub fn finish(self, span: Span) -> Val {
        Val::known(Value::Map(Arc::new(self.0)), span)
    }
}

/// Whether the transform takes a property for set: neither absent nor empty, false or zero. What is not
/// known is set.
pub fn truthy(val: &Val) -> bool {
    match &val.state {
        State::Known(Value::Null) => false,
        State::Known(Value::Bool(b)) => *b,
        State::Known(Value::Num(n)) => n.parse::<f64>() != Ok(0.0),
        State::Known(Value::Str(s)) => !s.is_empty(),
        State::Known(Value::List(l)) => l.open || !l.items.is_empty(),
        State::Known(Value::Map(m)) => m.open || !m.entries.is_empty(),
        _ => true,
    }
}

/// The value, or the absent one where the transform takes it for not set.
pub fn set_or_null(val: &Val) -> Val {
    if truthy(val) { val.clone() } else { Val::null().clone() }
}

/// The map of a value, to be changed in place.
pub fn map_mut(val: &mut Val) -> Option<&mut Map> {
    match &mut val.state {
        State::Known(Value::Map(m)) => Some(Arc::make_mut(m)),
        _ => None,
    }
}

/// The list of a value, to be changed in place.
pub fn list_mut(val: &mut Val) -> Option<&mut List> {
    match &mut val.state {
        State::Known(Value::List(l)) => Some(Arc::make_mut(l)),
        _ => None,
    }
}

/// The map below a key, made where it is absent; `None` where something else stands there.
pub fn child_map<'v>(val: &'v mut Val, key: &str, span: Span) -> Option<&'v mut Map> {
    map_mut(child(val, key, || Val::map(Vec::new(), span))?)
}

/// The list below a key, made where it is absent; `None` where something else stands there.
pub fn child_list<'v>(val: &'v mut Val, key: &str, span: Span) -> Option<&'v mut List> {
    list_mut(child(val, key, || Val::list(Vec::new(), span))?)
}

/// The value below a key, made where it is absent.
pub fn child<'v>(val: &'v mut Val, key: &str, make: impl FnOnce() -> Val) -> Option<&'v mut Val> {
    if val.is_null() {
        *val = Val::map(Vec::new(), val.span);
    }
    let map = map_mut(val)?;
    if map.get(key).is_none_or(Val::is_null) {
        let made = make();
        map.set(key, made.span, made);
    }
    map.entries.iter_mut().find(|e| e.key == key).map(|e| &mut e.val)
}

/// Text that stands literally in the template; parameters and functions that yield text do not count, as
/// the transform does not see what they yield.
pub fn literal(val: &Val) -> Option<&str> {
    let computed = val.links().any(|l| matches!(l.word, Via::Parameter | Via::Evaluated));
    if computed { None } else { val.as_str() }
}

/// Logical id of the resource that a `Ref` or `Fn::GetAtt` names.
pub fn referred(val: &Val) -> Option<&SmolStr> {
    match val.as_target() {
        Some(Target::Resource { id, .. }) => Some(id),
        _ => None,
    }
}

/// Logical id in a property that names a resource by `Ref` or by its plain id.
pub fn named(val: &Val) -> Option<SmolStr> {
    match val.as_target() {
        Some(Target::Resource { id, attribute: None }) => Some(id.clone()),
        _ => val.as_str().map(Into::into),
    }
}

/// From the start of one place to the end of another, if they are in the same file.
pub fn cover(from: Span, to: Span) -> Span {
    if from.file == to.file && from.start <= to.start {
        Span::new(from.file, from.start, from.end.max(to.end))
    } else {
        from
    }
}
