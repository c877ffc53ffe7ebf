//! Resolution of variables for one world of a service.
//!
//! A value is resolved in two steps: its *head* is what a string with variables stands for, with what lies
//! inside still as written; resolving *deeply* goes on below. Looking a path up only needs heads, so that a
//! file may refer to its own siblings without being a cycle.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use palisade_graph::{Entry, List, Map, Piece, Reason, State, Unknown, Val, Value, Via};
use palisade_source::Span;
use smol_str::SmolStr;

use super::sources::Outcome;
use super::syntax::{self, Delimiters, Part, Source};
use crate::{Files, Inputs};

/// What differs between the worlds of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// Name of the stage.
    pub stage: SmolStr,
    /// Whether the stage is given as an option, rather than found in the file.
    pub given: bool,
    /// Whether environment variables that have a fallback are taken to be set.
    pub environment: bool,
}

/// What resolution noticed on the way.
#[derive(Debug, Default)]
pub struct Seen {
    /// Keys of maps that are indexed by the stage, in file order.
    pub stages: Vec<SmolStr>,
    /// An environment variable with a fallback was asked for.
    pub environment: bool,
    /// One of them was given.
    pub environment_given: bool,
    /// Sources that a plugin would have to provide.
    pub plugins: BTreeSet<(SmolStr, Span)>,
}

/// Resolves the variables of one document in one world.
pub struct Resolver<'a> {
    pub(super) files: &'a Files<'a>,
    /// Folder of the service, relative to the scan root.
    pub(super) folder: &'a str,
    pub(super) document: &'a Val,
    pub(super) inputs: &'a Inputs,
    pub(super) scope: Scope,
    pub(super) seen: RefCell<Seen>,
    pub(super) dotenv: RefCell<Option<HashMap<String, String>>>,
    /// Files that variables name, so that the jail is asked once for each.
    pub(super) contents: RefCell<HashMap<String, Result<Val, Reason>>>,
    delimiters: Delimiters,
    steps: Cell<usize>,
    depth: Cell<usize>,
    heads: RefCell<HashMap<Span, Val>>,
    deep: RefCell<HashMap<Span, (Val, usize)>>,
    active: RefCell<Vec<Span>>,
    /// Cycles met so far: an answer found inside one depends on where it was entered and is not kept.
    cycles: Cell<usize>,
}

/// Values nested deeper than this arise only through chains of variables.
const DEPTH: usize = 256;

impl<'a> Resolver<'a> {
    /// A resolver for one world.
    pub fn new(
        files: &'a Files<'a>,
        folder: &'a str,
        document: &'a Val,
        inputs: &'a Inputs,
        scope: Scope,
    ) -> Self {
        let pattern = document.at("provider.variableSyntax").as_str();
        Self {
            files,
            folder,
            document,
            inputs,
            scope,
            seen: RefCell::default(),
            dotenv: RefCell::default(),
            contents: RefCell::default(),
            delimiters: pattern.map_or_else(Delimiters::default, Delimiters::from_pattern),
            steps: Cell::new(0),
            depth: Cell::new(0),
            heads: RefCell::default(),
            deep: RefCell::default(),
            active: RefCell::default(),
            cycles: Cell::new(0),
        }
    }

    /// The wholly resolved value of a top-level key.
    pub fn section(&self, key: &str) -> Val {
        self.resolve(self.document.get(key))
    }

    /// A value with all variables in it resolved.
    pub fn resolve(&self, val: &Val) -> Val {
        self.deeply(val, 0).0.unwrap_or_else(|| val.clone())
    }

    /// What a path of the document stands for, one level deep; absent where there is nothing.
    pub fn peek(&self, path: &str) -> Val {
        self.walk(self.document, path).unwrap_or_default()
    }

    fn spend(&self, steps: usize) -> bool {
        let spent = self.steps.get().saturating_add(steps);
        self.steps.set(spent);
        spent <= self.files.limits.steps
    }

    /// The resolved value, none where it is the same as written; and how many values are in it.
    fn deeply(&self, val: &Val, depth: usize) -> (Option<Val>, usize) {
        if depth > DEPTH {
            return (Some(Val::unknown(Reason::Limit("depth"), "", val.span)), 1);
        }
        match &val.state {
            State::Known(Value::Str(text)) => self.string(val, text, depth),
            State::Known(Value::List(list)) => {
                let mut size = 1;
                let mut items: Option<Vec<Val>> = None;
                for (i, item) in list.items.iter().enumerate() {
                    let (changed, n) = self.deeply(item, depth + 1);
                    size += n;
                    if let Some(new) = changed {
                        let items = items.get_or_insert_with(|| list.items.clone());
                        if let Some(place) = items.get_mut(i) {
                            *place = new;
                        }
                    }
                }
                let rebuilt = items.map(|items| Val {
                    state: State::Known(Value::List(Arc::new(List { items, open: list.open }))),
                    ..val.clone()
                });
                (rebuilt, size)
            }
            State::Known(Value::Map(map)) => {
                let mut size = 1;
                let mut entries: Option<Vec<Entry>> = None;
                for (i, entry) in map.entries.iter().enumerate() {
                    let (changed, n) = self.deeply(&entry.val, depth + 1);
                    size += n;
                    if let Some(new) = changed {
                        let entries = entries.get_or_insert_with(|| map.entries.clone());
                        if let Some(place) = entries.get_mut(i) {
                            place.val =
                                if entry.key == "Fn::Sub" { super::build::sub_argument(new) } else { new };
                        }
                    }
                }
                let rebuilt = entries.map(|entries| Val {
                    state: State::Known(Value::Map(Arc::new(Map { entries, open: map.open }))),
                    ..val.clone()
                });
                (rebuilt, size)
            }
            _ => (None, 1),
        }
    }

    fn string(&self, val: &Val, text: &SmolStr, depth: usize) -> (Option<Val>, usize) {
        if !text.contains(self.delimiters.open.as_str()) {
            return (None, 1);
        }
        if let Some((found, size)) = self.deep.borrow().get(&val.span) {
            let found = if self.spend(*size) {
                found.clone()
            } else {
                Val::unknown(Reason::Limit("steps"), "", val.span)
            };
            return (Some(found), *size);
        }
        if !self.spend(1) {
            return (Some(Val::unknown(Reason::Limit("steps"), "", val.span)), 1);
        }
        let cycles = self.cycles.get();
        let head = self.head(val);
        // A string is final once its head is known; only what holds more values goes on below.
        let (out, size) = match &head.state {
            State::Known(Value::List(_) | Value::Map(_)) => {
                if self.enter(val.span) {
                    let (below, size) = self.deeply(&head, depth + 1);
                    self.leave();
                    (below.unwrap_or(head), size)
                } else {
                    (Val::unknown(Reason::Cycle, symbol(text), val.span), 1)
                }
            }
            _ => (head, 1),
        };
        if val.span.is_some() && self.cycles.get() == cycles {
            self.deep.borrow_mut().insert(val.span, (out.clone(), size));
        }
        (Some(out), size)
    }

    fn enter(&self, span: Span) -> bool {
        let mut active = self.active.borrow_mut();
        if span.is_some() && active.contains(&span) {
            self.cycles.set(self.cycles.get() + 1);
            return false;
        }
        active.push(span);
        true
    }

    fn leave(&self) {
        self.active.borrow_mut().pop();
    }

    /// What a value stands for, with what lies inside left as written.
    pub fn head(&self, val: &Val) -> Val {
        let State::Known(Value::Str(text)) = &val.state else { return val.clone() };
        if !text.contains(self.delimiters.open.as_str()) {
            return val.clone();
        }
        if let Some(found) = self.heads.borrow().get(&val.span) {
            return found.clone();
        }
        let limit = self.files.limits.variable_depth;
        if self.depth.get() > limit || syntax::deeper_than(text, &self.delimiters, limit) {
            return Val::unknown(Reason::Limit("depth"), symbol(text), val.span);
        }
        let Some(parts) = syntax::parse(text, &self.delimiters, limit) else { return val.clone() };
        if !self.spend(1) {
            return Val::unknown(Reason::Limit("steps"), symbol(text), val.span);
        }
        if !self.enter(val.span) {
            return Val::unknown(Reason::Cycle, symbol(text), val.span);
        }
        self.depth.set(self.depth.get() + 1);
        let cycles = self.cycles.get();
        let out = self.parts(&parts, val.span);
        self.depth.set(self.depth.get() - 1);
        self.leave();
        if val.span.is_some() && self.cycles.get() == cycles {
            self.heads.borrow_mut().insert(val.span, out.clone());
        }
        out
    }

    /// What text with variables stands for.
    pub(super) fn parts(&self, parts: &[Part], span: Span) -> Val {
        if let [Part::Variable(sources, written)] = parts {
            let val = self.variable(sources, written, span);
            return if val.span == span && val.via.is_some() {
                val
            } else {
                val.through(Via::Evaluated, span)
            };
        }
        let mut pieces: Vec<Piece> = Vec::new();
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Text(t) => text.push_str(t),
                Part::Variable(sources, written) => {
                    let val = self.variable(sources, written, span);
                    push(&mut pieces, &mut text, val, written);
                }
            }
            // Holes double as text does when a variable stands for several of its like.
            if text.len() > self.files.limits.string_bytes || pieces.len() > PIECES {
                return Val::unknown(Reason::Limit("size"), "", span);
            }
        }
        if pieces.is_empty() {
            return Val::str(text, span).through(Via::Evaluated, span);
        }
        if !text.is_empty() {
            pieces.push(Piece::Text(text.into()));
        }
        Val::new(State::Partial(pieces.into()), span).through(Via::Evaluated, span)
    }

    /// The text that parts stand for, or why it is not known.
    pub(super) fn text(&self, parts: &[Part], span: Span) -> Result<String, Val> {
        if parts.is_empty() {
            return Ok(String::new());
        }
        if let [Part::Text(t)] = parts {
            return Ok(t.clone());
        }
        let val = self.parts(parts, span);
        match &val.state {
            State::Known(Value::Str(s) | Value::Num(s)) => Ok(s.to_string()),
            State::Known(Value::Bool(b)) => Ok(b.to_string()),
            _ => Err(val),
        }
    }

    /// The first of the sources that is fulfilled.
    fn variable(&self, sources: &[Source], written: &str, span: Span) -> Val {
        let mut missing = Reason::Undeclared;
        let mut explicit_null = false;
        for (i, source) in sources.iter().enumerate() {
            match source {
                Source::Str(text) => return Val::str(text.as_str(), span),
                Source::Literal(text) => match literal(text) {
                    Value::Null => explicit_null = true,
                    value => return Val::known(value, span),
                },
                Source::Lookup { kind, params, address } => {
                    let fallback = i + 1 < sources.len();
                    match self.lookup(kind, params, address, fallback, written, span) {
                        Outcome::Found(val) if val.is_null() => explicit_null = true,
                        Outcome::Found(val) => return val,
                        Outcome::Missing(reason) => missing = reason,
                    }
                }
            }
        }
        if explicit_null {
            return Val::known(Value::Null, span);
        }
        Val::unknown(missing, symbol(written), span)
    }

    /// Follows a dotted path, resolving the heads on the way; none where a step is missing.
    pub(super) fn walk(&self, root: &Val, path: &str) -> Option<Val> {
        let mut val = self.head(root);
        for key in path.split('.').filter(|k| !k.is_empty()) {
            let next = match &val.state {
                State::Known(Value::Map(map)) => match map.get(key) {
                    Some(next) => next.clone(),
                    None if map.open => return Some(Val::unknown(Reason::NeedsCode, key, val.span)),
                    None => return None,
                },
                State::Known(Value::List(list)) => list.items.get(key.parse::<usize>().ok()?)?.clone(),
                State::Known(_) => return None,
                State::Unknown(u) => {
                    let symbol = smol_str::format_smolstr!("{}.{key}", u.symbol);
                    let state = State::Unknown(Unknown { reason: u.reason.clone(), symbol });
                    return Some(Val { state, ..val });
                }
                State::Partial(_) | State::Ref(_) => {
                    return Some(Val::unknown(Reason::ExternalLookup, val.display(), val.span));
                }
            };
            val = self.head(&next);
        }
        Some(val)
    }
}

/// Pieces of one string with holes.
const PIECES: usize = 4096;

/// A piece of an interpolated string.
fn push(pieces: &mut Vec<Piece>, text: &mut String, val: Val, written: &str) {
    let hole = |pieces: &mut Vec<Piece>, text: &mut String, val: Val| {
        if !text.is_empty() {
            pieces.push(Piece::Text(std::mem::take(text).into()));
        }
        pieces.push(Piece::Hole(val));
    };
    match &val.state {
        State::Known(Value::Str(s) | Value::Num(s)) => text.push_str(s),
        State::Known(Value::Bool(b)) => text.push_str(if *b { "true" } else { "false" }),
        State::Known(Value::Null) => {}
        // The service object of version 1 stands for its name.
        State::Known(Value::Map(map)) => match map.get("name").and_then(Val::as_str) {
            Some(name) if map.entries.len() <= 3 => text.push_str(name),
            _ => {
                let unknown = Val::unknown(Reason::NeedsCode, symbol(written), val.span);
                hole(pieces, text, unknown);
            }
        },
        State::Known(Value::List(_)) => {
            let unknown = Val::unknown(Reason::NeedsCode, symbol(written), val.span);
            hole(pieces, text, unknown);
        }
        State::Partial(inner) => {
            for piece in inner.iter() {
                match piece {
                    Piece::Text(t) => text.push_str(t),
                    Piece::Hole(v) => hole(pieces, text, v.clone()),
                }
            }
        }
        State::Ref(_) | State::Unknown(_) => hole(pieces, text, val),
    }
}

/// The value of a literal source.
fn literal(text: &str) -> Value {
    match text {
        "true" => Value::Bool(true),
        "false" => Value::Bool(false),
        "null" => Value::Null,
        _ if text.parse::<f64>().is_ok() && !text.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            Value::Num(text.into())
        }
        _ => Value::Str(text.into()),
    }
}

/// A variable as it is shown: without its braces.
pub(super) fn symbol(written: &str) -> SmolStr {
    let inner = written.strip_prefix("${").and_then(|w| w.strip_suffix('}')).unwrap_or(written);
    let short: String = inner.chars().take(200).collect();
    short.into()
}
