//! Properties of resources in the making.

use palisade_graph::{Entry, Map, Reason, State, Val, Value as Known};
use palisade_source::Span;

use super::super::interpret::Value;
use super::Library;

/// Sets a value inside maps, making those that are not there.
pub fn set_at(props: &mut Val, path: &[&str], key_span: Span, val: Val) {
    let Some((first, rest)) = path.split_first() else {
        *props = val;
        return;
    };
    if props.as_map().is_none() {
        if !props.is_null() && !matches!(props.state, State::Known(_)) {
            // What is there is not known: it keeps being so.
            return;
        }
        *props = Val::map(Vec::new(), key_span);
    }
    if let State::Known(Known::Map(map)) = &mut props.state {
        let map = std::sync::Arc::make_mut(map);
        match map.entries.iter_mut().find(|e| e.key == *first) {
            Some(entry) => set_at(&mut entry.val, rest, key_span, val),
            None => {
                let mut inner = Val::default();
                set_at(&mut inner, rest, key_span, val);
                map.entries.push(Entry { key: (*first).into(), key_span, val: inner });
            }
        }
    }
}

/// Properties in the making, in order; what is null is left out.
#[derive(Default)]
pub struct Props {
    entries: Vec<Entry>,
    open: bool,
}

impl Props {
    /// No properties.
    pub fn new() -> Self {
        Self::default()
    }

    /// A property, if there is one.
    #[must_use]
    pub fn set(mut self, key: &str, val: Val) -> Self {
        if !val.is_null() {
            let key_span = val.span;
            self.entries.push(Entry { key: key.into(), key_span, val });
        }
        self
    }

    /// A property that the construct's properties hold under another name, with the place of its key.
    #[must_use]
    pub fn from(mut self, lib: &Library<'_>, props: &Value, name: &str, key: &str) -> Self {
        if let Some((key_span, value)) = props.entry(name) {
            let val = lib.val(&value);
            if !val.is_null() {
                self.entries.push(Entry { key: key.into(), key_span, val });
            }
        } else if props.is_open() && !props.is_null() {
            let val = Val::unknown(Reason::NeedsCode, name, props.span());
            self.entries.push(Entry { key: key.into(), key_span: props.span(), val });
        }
        self
    }

    /// A property with the place of its key.
    #[must_use]
    pub fn with(mut self, key: &str, key_span: Span, val: Val) -> Self {
        if !val.is_null() {
            self.entries.push(Entry { key: key.into(), key_span, val });
        }
        self
    }

    /// With the properties of another.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.entries.extend(other.entries);
        self.open |= other.open;
        self
    }

    /// The map.
    pub fn done(self, span: Span) -> Val {
        Val::known(Known::Map(std::sync::Arc::new(Map { entries: self.entries, open: self.open })), span)
    }
}
