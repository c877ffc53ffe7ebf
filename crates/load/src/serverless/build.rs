//! Builds the template that the framework would package, as a raw value with intrinsics.

use std::sync::Arc;

use indexmap::IndexMap;
use palisade_graph::{Entry, Map, Piece, State, Val, Value, Via};
use palisade_source::Span;
use smol_str::SmolStr;

/// Makes values that stand for something at one place.
#[derive(Debug, Clone, Copy)]
pub struct At(pub Span);

impl At {
    /// A string.
    pub fn str(self, text: impl Into<SmolStr>) -> Val {
        Val::str(text, self.0)
    }

    /// A boolean.
    pub fn bool(self, b: bool) -> Val {
        Val::bool(b, self.0)
    }

    /// A list.
    pub fn list(self, items: impl IntoIterator<Item = Val>) -> Val {
        Val::list(items.into_iter().collect(), self.0)
    }

    /// A list of strings.
    pub fn strs(self, items: &[&str]) -> Val {
        self.list(items.iter().map(|s| self.str(*s)))
    }

    /// A map without the absent values.
    pub fn obj<K: Into<SmolStr>>(self, entries: impl IntoIterator<Item = (K, Val)>) -> Val {
        Val::object(entries.into_iter().filter(|(_, v)| !v.is_null()), self.0)
    }

    /// `Ref`.
    pub fn reference(self, id: impl Into<SmolStr>) -> Val {
        self.obj([("Ref", self.str(id))])
    }

    /// `Fn::GetAtt`.
    pub fn get_att(self, id: impl Into<SmolStr>, attribute: &str) -> Val {
        self.obj([("Fn::GetAtt", self.list([self.str(id), self.str(attribute)]))])
    }

    /// `Fn::Join`.
    pub fn join(self, separator: &str, parts: impl IntoIterator<Item = Val>) -> Val {
        self.obj([("Fn::Join", self.list([self.str(separator), self.list(parts)]))])
    }

    /// `Fn::Sub` of text that may have holes.
    pub fn sub(self, text: Val) -> Val {
        self.obj([("Fn::Sub", sub_argument(text))])
    }

    /// A pseudo parameter.
    pub fn pseudo(self, name: &str) -> Val {
        self.reference(format!("AWS::{name}"))
    }

    /// `arn:<partition>:…` joined from text and values.
    pub fn arn(self, service: &str, rest: impl IntoIterator<Item = Val>) -> Val {
        let mut parts = vec![
            self.str("arn:"),
            self.pseudo("Partition"),
            self.str(format!(":{service}:")),
            self.pseudo("Region"),
            self.str(":"),
            self.pseudo("AccountId"),
        ];
        parts.extend(rest);
        self.join("", parts)
    }

    /// Values put behind one another as text; what is not known stays a hole.
    pub fn concat(self, parts: impl IntoIterator<Item = Val>) -> Val {
        let mut pieces: Vec<Piece> = Vec::new();
        let mut text = String::new();
        for part in parts {
            match &part.state {
                State::Known(Value::Str(s) | Value::Num(s)) => text.push_str(s),
                State::Known(Value::Bool(b)) => text.push_str(if *b { "true" } else { "false" }),
                State::Known(Value::Null) => {}
                State::Partial(inner) => {
                    for piece in inner.iter() {
                        match piece {
                            Piece::Text(t) => text.push_str(t),
                            Piece::Hole(_) => {
                                if !text.is_empty() {
                                    pieces.push(Piece::Text(std::mem::take(&mut text).into()));
                                }
                                pieces.push(piece.clone());
                            }
                        }
                    }
                }
                _ => {
                    if !text.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut text).into()));
                    }
                    pieces.push(Piece::Hole(part));
                }
            }
        }
        if pieces.is_empty() {
            return self.str(text);
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text.into()));
        }
        Val::new(State::Partial(pieces.into()), self.0)
    }
}

/// A value of the platform or framework, at nobody's place.
pub fn default_str(text: &str, cause: Span) -> Val {
    Val::str(text, Span::NONE).through(Via::Defaulted, cause)
}

/// A number of the platform or framework.
pub fn default_int(n: i64, cause: Span) -> Val {
    Val::int(n, Span::NONE).through(Via::Defaulted, cause)
}

/// A boolean of the platform or framework.
pub fn default_bool(b: bool, cause: Span) -> Val {
    Val::bool(b, Span::NONE).through(Via::Defaulted, cause)
}

/// Whether JavaScript takes the value for true; what is not known counts as given.
pub fn truthy(val: &Val) -> bool {
    match &val.state {
        State::Known(Value::Null | Value::Bool(false)) => false,
        State::Known(Value::Str(s)) => !s.is_empty(),
        State::Known(Value::Num(n)) => n.parse::<f64>() != Ok(0.0),
        _ => true,
    }
}

/// The first value that JavaScript takes for true, or the last.
pub fn or<'a>(first: &'a Val, second: &'a Val) -> &'a Val {
    if truthy(first) { first } else { second }
}

/// An entry of a map literal.
pub fn entry(key: impl Into<SmolStr>, val: Val) -> Entry {
    Entry { key: key.into(), key_span: val.span, val }
}

/// What made the framework create a resource.
#[derive(Debug, Clone)]
pub struct Cause {
    /// Key of the function, event or setting.
    pub key: Span,
    /// All of it.
    pub block: Span,
    /// Logical id of the function or resource.
    pub id: SmolStr,
}

impl Cause {
    /// Values at the cause's place.
    pub fn at(&self) -> At {
        At(self.key)
    }
}

/// A resource of the template.
#[derive(Debug, Clone)]
pub struct Made {
    ty: SmolStr,
    /// Its properties.
    pub props: Map,
    /// `DependsOn`, `Condition` and the like.
    pub attributes: Map,
    key: Span,
    block: Span,
    /// What the author called it.
    pub name: Option<SmolStr>,
    /// Logical id of its cause.
    pub implied_by: Option<SmolStr>,
    /// Folder of its code.
    pub source_root: Option<SmolStr>,
}

impl Made {
    /// A resource that exists because of `cause`.
    pub fn new<K: Into<SmolStr>>(ty: &str, cause: &Cause, props: impl IntoIterator<Item = (K, Val)>) -> Self {
        let mut made = Self {
            ty: ty.into(),
            props: Map::default(),
            attributes: Map::default(),
            key: cause.key,
            block: cause.block,
            name: None,
            implied_by: Some(cause.id.clone()),
            source_root: None,
        };
        for (key, val) in props {
            made.prop(key, val);
        }
        made
    }

    /// Sets a property unless the value is absent.
    pub fn prop(&mut self, key: impl Into<SmolStr>, val: Val) {
        if !val.is_null() {
            let span = val.span.or(self.key);
            self.props.set(key, span, val);
        }
    }

    /// Sets an attribute unless the value is absent.
    pub fn attribute(&mut self, key: &str, val: Val) {
        if !val.is_null() {
            self.attributes.set(key, val.span, val);
        }
    }

    /// Adds what it depends on.
    #[must_use]
    pub fn depends<S: Into<SmolStr>>(mut self, on: impl IntoIterator<Item = S>) -> Self {
        let at = At(self.key);
        let mut items = match self.attributes.get("DependsOn") {
            Some(val) => val.items().to_vec(),
            None => Vec::new(),
        };
        items.extend(on.into_iter().map(|id| at.str(id.into())));
        if !items.is_empty() {
            self.attributes.set("DependsOn", self.key, at.list(items));
        }
        self
    }

    fn finish(self) -> Val {
        let at = At(self.key);
        let mut entries = vec![entry("Type", at.str(self.ty))];
        if let Some(name) = self.name {
            entries.push(entry("@name", at.str(name)));
        }
        if let Some(id) = self.implied_by {
            entries.push(entry("@implied_by", at.str(id)));
        }
        if let Some(root) = self.source_root {
            entries.push(entry("@source_root", at.str(root)));
        }
        entries.push(entry("Properties", Val::known(Value::Map(Arc::new(self.props)), self.block)));
        entries.extend(self.attributes.entries);
        Val::map(entries, self.block)
    }
}

/// The template that is being built.
#[derive(Debug, Default)]
pub struct Template {
    /// Resources by logical id, in the order of the framework.
    pub resources: IndexMap<SmolStr, Made>,
    /// Entries of `Outputs`.
    pub outputs: Vec<Entry>,
}

impl Template {
    /// Adds or replaces a resource.
    pub fn add(&mut self, id: impl Into<SmolStr>, made: Made) {
        self.resources.insert(id.into(), made);
    }

    /// Adds an output.
    pub fn output(&mut self, name: &str, at: At, value: Val) {
        let val = at.obj([("Value", value)]);
        self.outputs.push(Entry { key: name.into(), key_span: at.0, val });
    }

    /// A property of a resource, to change it.
    pub fn prop_mut(&mut self, id: &str, property: &str) -> Option<&mut Val> {
        let made = self.resources.get_mut(id)?;
        made.props.entries.iter_mut().find(|e| e.key == property).map(|e| &mut e.val)
    }

    /// The resources as entries of `Resources`.
    pub fn finish(self) -> (IndexMap<SmolStr, Entry>, Vec<Entry>) {
        let resources = self
            .resources
            .into_iter()
            .map(|(id, made)| {
                let key_span = made.key;
                (id.clone(), Entry { key: id, key_span, val: made.finish() })
            })
            .collect();
        (resources, self.outputs)
    }
}

/// Appends to a known list; anything else is left.
pub fn push(val: &mut Val, item: Val) {
    if let State::Known(Value::List(list)) = &mut val.state {
        Arc::make_mut(list).items.push(item);
    }
}

/// Sets a key of a known map.
pub fn set(val: &mut Val, key: &str, item: Val) {
    if let State::Known(Value::Map(map)) = &mut val.state {
        let span = item.span;
        Arc::make_mut(map).set(key, span, item);
    }
}

/// Merges two values as the framework does: maps by key, lists by place, else the second wins.
pub fn merge(first: Val, second: &Val) -> Val {
    merge_to(first, second, 0)
}

fn merge_to(mut first: Val, second: &Val, depth: usize) -> Val {
    if depth > 200 {
        return second.clone();
    }
    match (&mut first.state, &second.state) {
        (State::Known(Value::Map(a)), State::Known(Value::Map(b))) => {
            let a = Arc::make_mut(a);
            a.open |= b.open;
            let mut index: IndexMap<SmolStr, usize> = IndexMap::new();
            if a.entries.len() + b.entries.len() > 32 {
                index.extend(a.entries.iter().enumerate().map(|(i, e)| (e.key.clone(), i)));
            }
            for entry in &b.entries {
                let found = if index.is_empty() {
                    a.entries.iter().position(|e| e.key == entry.key)
                } else {
                    index.get(&entry.key).copied()
                };
                if let Some(old) = found.and_then(|i| a.entries.get_mut(i)) {
                    let merged = merge_to(std::mem::take(&mut old.val), &entry.val, depth + 1);
                    old.val = merged;
                    if entry.val.as_map().is_none() {
                        old.key_span = entry.key_span;
                    }
                } else {
                    if !index.is_empty() {
                        index.insert(entry.key.clone(), a.entries.len());
                    }
                    a.entries.push(entry.clone());
                }
            }
            first
        }
        (State::Known(Value::List(a)), State::Known(Value::List(b))) => {
            let a = Arc::make_mut(a);
            a.open |= b.open;
            for (i, item) in b.items.iter().enumerate() {
                match a.items.get_mut(i) {
                    Some(old) => *old = merge_to(std::mem::take(old), item, depth + 1),
                    None => a.items.push(item.clone()),
                }
            }
            first
        }
        _ => second.clone(),
    }
}

/// The argument of `Fn::Sub` with holes as its own variables, so that the names in its text are still
/// substituted.
pub fn sub_argument(arg: Val) -> Val {
    let (text, variables) = match &arg.state {
        State::Partial(_) => (&arg, Val::null()),
        State::Known(Value::List(list)) => match list.items.as_slice() {
            [text @ Val { state: State::Partial(_), .. }, variables] => (text, variables),
            _ => return arg,
        },
        _ => return arg,
    };
    let State::Partial(pieces) = &text.state else { return arg };
    let at = At(text.span);
    let mut written = String::new();
    let mut holes = variables.entries().to_vec();
    for piece in pieces.iter() {
        match piece {
            Piece::Text(t) => written.push_str(t),
            Piece::Hole(val) => {
                let name = format!("@{}", holes.len());
                written.push_str("${");
                written.push_str(&name);
                written.push('}');
                holes.push(entry(name, val.clone()));
            }
        }
    }
    let text = Val { via: text.via.clone(), ..at.str(written) };
    at.list([text, Val::map(holes, at.0)])
}
