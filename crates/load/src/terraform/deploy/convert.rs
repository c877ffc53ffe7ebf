//! The table applied: what a resource's attributes and blocks become.

use std::sync::Arc;

use palisade_graph::{Entry, List, Map, Piece, Reason, State, Val, Value};
use smol_str::SmolStr;

use super::awscc;
use super::build::{Build, Fields};
use super::index::Index;
use crate::Files;
use crate::terraform::table::{Attribute, Form, Type, Word};
use crate::terraform::{Instance, documents};

/// What a conversion may ask.
pub struct Convert<'a, 'f> {
    /// The files, for documents.
    pub files: &'a Files<'f>,
    /// The application.
    pub index: &'a Index<'a>,
}

/// More items than this come from no resource.
const COPIES: usize = 100;

impl Convert<'_, '_> {
    /// The properties that an instance gives, at the place where its type has them.
    pub fn properties(&self, ty: &'static Type, i: &Instance) -> Fields {
        let span = i.body.span.or(i.header);
        let mut out = Fields::at(span);
        if ty.base.ends_with("[]") {
            let mut item = Fields::at(span);
            self.attributes(&ty.attributes, &i.body, ty.base, i, &mut item);
            out.put(ty.base, i.header, Build::Map(item));
        } else {
            self.attributes(&ty.attributes, &i.body, "", i, &mut out);
        }
        out
    }

    /// What a list of attributes makes of a map. `list` is the path of the item of a list that is being made,
    /// with its `[]`; empty for the properties as a whole.
    fn attributes(&self, rows: &'static [Attribute], val: &Val, list: &str, i: &Instance, out: &mut Fields) {
        let Some(map) = val.as_map() else { return };
        for entry in map.entries.iter().filter(|e| !e.val.is_null()) {
            let Some(row) = rows.iter().find(|r| r.name == entry.key) else { continue };
            let path = relative(row.cfn, list);
            if row.children.is_empty() {
                self.leaf(row, path, entry, i, out);
            } else {
                self.block(row, path, list, entry, i, out);
            }
        }
    }

    fn block(
        &self,
        row: &'static Attribute,
        path: &str,
        list: &str,
        entry: &Entry,
        i: &Instance,
        out: &mut Fields,
    ) {
        let key = entry.key_span;
        match row.word {
            Word::Item(name, value) => out.put(name, key, Build::Leaf(Val::str(value, key))),
            Word::Named(..) => return self.leaf(row, path, entry, i, out),
            _ => {}
        }
        let inner_list = list_around(row.cfn);
        let makes_items = path.contains("[]");
        let at = if makes_items { relative(inner_list, list) } else { path };
        for item in entry.val.items().iter().filter(|item| !item.is_null()) {
            if item.as_map().is_none() {
                out.put(at, key, Build::Leaf(self.index.deployed(item)));
            } else if makes_items {
                let mut inner = Fields::at(item.span.or(key));
                // `Actions[].Lambda`: the block stands deeper in the item.
                inner.put(relative(row.cfn, inner_list), key, Build::Map(Fields::at(item.span.or(key))));
                self.attributes(&row.children, item, inner_list, i, &mut inner);
                for copy in copies(row, inner_list, inner) {
                    out.put(at, key, Build::Map(copy));
                }
            } else {
                out.put(at, key, Build::Map(Fields::at(item.span.or(key))));
                self.attributes(&row.children, item, list, i, out);
            }
        }
        if entry.val.as_list().is_some_and(|l| l.open) {
            if makes_items {
                out.open_at(at, key);
            } else if entry.val.items().is_empty() && !at.is_empty() {
                let name = smol_str::format_smolstr!("{}.{}", i.address, row.path);
                out.put(at, key, Build::Leaf(Val::unknown(Reason::Condition, name, entry.val.span)));
            }
        }
    }

    fn leaf(&self, row: &'static Attribute, path: &str, entry: &Entry, i: &Instance, out: &mut Fields) {
        let key = entry.key_span;
        let val = &entry.val;
        // The provider takes an empty text for nothing.
        if val.as_str() == Some("") {
            return;
        }
        let val = match &row.word {
            Word::Special => return,
            Word::Each => return out.put(EACH, key, Build::Leaf(self.index.deployed(val))),
            Word::Json if row.cfn == "Body" => self.index.deployed(&description(self.files, val)),
            Word::Json => self.index.deployed(&document(self.files, val)),
            Word::Pascal => self.index.deployed(&pascal(val)),
            _ => self.index.deployed(val),
        };
        let val = match &row.word {
            Word::List if val.as_list().is_none() => Val::list(vec![val.clone()], val.span),
            Word::First => match val.as_list() {
                Some(list) => list.items.first().cloned().unwrap_or_default(),
                None => val,
            },
            Word::Pairs(k, v) => pairs(&val, k, v),
            Word::Named(k, v) => named(&val, k, v),
            Word::Words(words) => match exchanged(&val, words) {
                Some(val) => val,
                None => return,
            },
            Word::Not => match val.as_bool() {
                Some(b) => Val { state: State::Known(Value::Bool(!b)), ..val },
                None => val,
            },
            Word::Absent(nothing) if val.is_known() && val.display() == *nothing => {
                Val { state: State::Known(Value::Null), ..val }
            }
            Word::Prefix => {
                if out.has(path) {
                    return;
                }
                prefixed(&val, i)
            }
            Word::Item(k, v) => {
                let (list, inside) = path.rsplit_once("[].").unwrap_or(("", path));
                if list.is_empty() {
                    out.put(k, key, Build::Leaf(Val::str(*v, key)));
                    val
                } else {
                    for one in val.items() {
                        let mut item = Fields::at(one.span);
                        item.put(k, key, Build::Leaf(Val::str(*v, key)));
                        item.put(inside, key, Build::Leaf(one.clone()));
                        out.put(&format!("{list}[]"), key, Build::Map(item));
                    }
                    return;
                }
            }
            _ => val,
        };
        // A list written as blocks stays a list.
        if matches!(row.form, Form::Block | Form::Blocks) && path.ends_with("[]") {
            for item in val.items() {
                out.put(path, key, Build::Leaf(item.clone()));
            }
            return;
        }
        // A block of which the table knows nothing more is a map.
        let val = match val.as_list() {
            Some(list) if row.form == Form::Block => list.items.first().cloned().unwrap_or_default(),
            _ => val,
        };
        out.put(path, key, Build::Leaf(val));
    }
}

/// Where a value of which each element makes an item waits; no property is called so.
const EACH: &str = "(each)";

/// The item, or one for each element of the value that waits in it.
fn copies(row: &'static Attribute, list: &str, mut item: Fields) -> Vec<Fields> {
    let Some(each) = row.children.iter().find(|c| c.word == Word::Each) else { return vec![item] };
    let Some(val) = item.remove(EACH) else { return vec![item] };
    let name = relative(each.cfn, list);
    let mut out = Vec::new();
    for one in val.items().iter().take(COPIES) {
        let mut copy = item.clone();
        copy.put(name, one.span, Build::Leaf(one.clone()));
        out.push(copy);
    }
    if out.is_empty() { vec![item] } else { out }
}

/// The path of the innermost list around a path, with its `[]`; empty where there is none.
fn list_around(path: &str) -> &str {
    path.rfind("[]").and_then(|at| path.get(..at + 2)).unwrap_or("")
}

/// A path from what is around it.
fn relative<'p>(path: &'p str, around: &str) -> &'p str {
    match path.strip_prefix(around) {
        Some(rest) => rest.strip_prefix('.').unwrap_or(rest),
        None => path,
    }
}

/// A JSON document as a structure.
pub fn document(files: &Files<'_>, val: &Val) -> Val {
    documents::parse(files, val)
}

/// An OpenAPI document, which may be YAML, as a structure.
fn description(files: &Files<'_>, val: &Val) -> Val {
    let found = documents::parse(files, val);
    if found.as_map().is_some() {
        return found;
    }
    match documents::yaml(files, val) {
        Some(yaml) if yaml.as_map().is_some() => yaml,
        _ => found,
    }
}

/// A map as a list of maps of key and value.
fn pairs(val: &Val, k: &'static str, v: &'static str) -> Val {
    let Some(map) = val.as_map() else { return val.clone() };
    let pair = |e: &Entry| {
        let key = Entry { key: k.into(), key_span: e.key_span, val: Val::str(e.key.clone(), e.key_span) };
        let value = Entry { key: v.into(), key_span: e.key_span, val: e.val.clone() };
        Val::map(vec![key, value], e.key_span.or(e.val.span))
    };
    let items = map.entries.iter().map(pair).collect();
    let list = List { items, open: map.open };
    Val { state: State::Known(Value::List(Arc::new(list))), span: val.span, via: val.via.clone() }
}

/// Blocks of name and value as a map.
fn named(val: &Val, k: &str, v: &str) -> Val {
    let Some(list) = val.as_list() else { return val.clone() };
    let entry = |item: &Val| {
        let key = item.get(k);
        Entry { key: key.display(), key_span: key.span.or(item.span), val: item.get(v).clone() }
    };
    let mut map = Map { entries: Vec::new(), open: list.open };
    for item in &list.items {
        if item.as_map().is_some() {
            let Entry { key, key_span, val } = entry(item);
            map.set(key, key_span, val);
        } else {
            map.open = true;
        }
    }
    Val { state: State::Known(Value::Map(Arc::new(map))), span: val.span, via: val.via.clone() }
}

/// One word for another; `None` where the word says that there is nothing.
fn exchanged(val: &Val, words: &[(&'static str, &'static str)]) -> Option<Val> {
    if !val.is_known() {
        return Some(val.clone());
    }
    let shown = val.display();
    match words.iter().find(|(from, _)| *from == shown) {
        Some((_, "")) => None,
        Some((_, to)) => {
            Some(Val { state: State::Known(Value::Str(SmolStr::new_static(to))), ..val.clone() })
        }
        None => Some(val.clone()),
    }
}

/// A name of which the provider makes up the end.
fn prefixed(val: &Val, i: &Instance) -> Val {
    let name = smol_str::format_smolstr!("{}.id", i.address);
    let end = Piece::Hole(Val::unknown(Reason::KnownAfterApply, name, val.span));
    let mut pieces = match &val.state {
        State::Known(Value::Str(s)) => vec![Piece::Text(s.clone())],
        State::Partial(p) => p.to_vec(),
        _ => vec![Piece::Hole(val.clone())],
    };
    pieces.push(end);
    Val { state: State::Partial(pieces.into()), span: val.span, via: val.via.clone() }
}

/// Blocks of a firewall that occur more than once in what stands around them.
const REPEATED: &[&str] = &[
    "rule_action_override",
    "excluded_rule",
    "text_transformation",
    "custom_key",
    "managed_rule_group_configs",
    "insert_header",
    "response_header",
    "rule_label",
];

/// Deeper statements stay as they are.
const DEPTH: u8 = 24;

/// A statement of a firewall.
fn pascal(val: &Val) -> Val {
    single(&firewall(val, "", DEPTH))
}

/// The one element of a list.
fn single(val: &Val) -> Val {
    match val.as_list() {
        Some(list) if !list.open => match list.items.as_slice() {
            [one] => one.clone(),
            _ => val.clone(),
        },
        _ => val.clone(),
    }
}

fn firewall(val: &Val, around: &str, depth: u8) -> Val {
    let Some(less) = depth.checked_sub(1) else { return val.clone() };
    let state = match &val.state {
        State::Known(Value::Map(map)) => {
            let entry = |e: &Entry| {
                let several = e.key == "statement" && matches!(around, "and_statement" | "or_statement");
                let repeated = several || REPEATED.contains(&e.key.as_str());
                let inner = firewall(&e.val, &e.key, less);
                let blocks = inner.as_list().is_some_and(|l| l.items.iter().all(|i| i.as_map().is_some()));
                let key = awscc::firewall(&e.key);
                Entry {
                    key: if repeated { smol_str::format_smolstr!("{key}s") } else { key },
                    key_span: e.key_span,
                    val: if blocks && !repeated { single(&inner) } else { inner },
                }
            };
            let entries = map.entries.iter().filter(|e| !e.val.is_null()).map(entry).collect();
            State::Known(Value::Map(Arc::new(Map { entries, open: map.open })))
        }
        State::Known(Value::List(list)) => {
            let items = list.items.iter().map(|v| firewall(v, around, less)).collect();
            State::Known(Value::List(Arc::new(List { items, open: list.open })))
        }
        _ => return val.clone(),
    };
    Val { state, span: val.span, via: val.via.clone() }
}

/// A map of an entry for each name, from a list of maps that have it in a key.
pub fn keyed(list: &Val, key: &str) -> Val {
    let Some(items) = list.as_list() else { return list.clone() };
    let mut map = Map { entries: Vec::new(), open: items.open };
    for item in &items.items {
        let name = item.get(key);
        if !name.is_null() {
            map.set(name.display(), name.span, item.clone());
        }
    }
    Val::known(Value::Map(Arc::new(map)), list.span)
}
