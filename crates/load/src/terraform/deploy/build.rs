//! Properties in the making: values are put at paths, from one resource or from several.

use std::sync::Arc;

use palisade_graph::{Entry, List, Map, State, Val, Value};
use palisade_source::Span;
use smol_str::SmolStr;

/// A value that can still be added to.
#[derive(Debug, Clone)]
pub enum Build {
    /// A value as it is.
    Leaf(Val),
    /// A map.
    Map(Fields),
    /// A list.
    List(Items),
}

/// A map in the making.
#[derive(Debug, Clone)]
pub struct Fields {
    entries: Vec<(SmolStr, Span, Build)>,
    /// Where it stands.
    pub span: Span,
    /// Whether there may be more entries.
    pub open: bool,
}

/// A list in the making.
#[derive(Debug, Clone)]
pub struct Items {
    list: Vec<Build>,
    span: Span,
    open: bool,
}

/// Paths deeper than this come from no table.
const DEPTH: usize = 24;

impl Fields {
    /// An empty map at a place.
    pub fn at(span: Span) -> Self {
        Self { entries: Vec::new(), span, open: false }
    }

    /// Puts a value at a path (`A.B[].C`); `key` is where the last key stands. An empty path adds the entries of
    /// a map to this one.
    pub fn put(&mut self, path: &str, key: Span, val: Build) {
        if path.is_empty() {
            match val {
                Build::Map(fields) => self.merge(fields),
                Build::Leaf(Val { state: State::Known(Value::Map(map)), span, .. }) => {
                    self.merge(fields(&map, span));
                }
                Build::Leaf(_) | Build::List(_) => {}
            }
            return;
        }
        let steps: Vec<&str> = path.split('.').take(DEPTH).collect();
        self.place(&steps, key, val);
    }

    fn place(&mut self, steps: &[&str], key: Span, val: Build) {
        let Some((step, rest)) = steps.split_first() else { return };
        let (name, in_list) = match step.strip_suffix("[]") {
            Some(name) => (name, true),
            None => (*step, false),
        };
        if in_list {
            let item = if rest.is_empty() {
                val
            } else {
                let mut inner = Fields::at(val.span());
                inner.place(rest, key, val);
                Build::Map(inner)
            };
            match self
                .slot(name, key, || Build::List(Items { list: Vec::new(), span: Span::NONE, open: false }))
            {
                Build::List(list) => {
                    if !list.span.is_some() {
                        list.span = item.span();
                    }
                    list.list.push(item);
                }
                slot @ Build::Leaf(_) => {
                    slot.join(Build::List(Items { span: item.span(), list: vec![item], open: false }));
                }
                Build::Map(_) => {}
            }
            return;
        }
        if rest.is_empty() {
            match self.entries.iter_mut().find(|(k, _, _)| k == name) {
                Some((_, span, slot)) => {
                    if slot.is_null() {
                        *span = key;
                    }
                    slot.join(val);
                }
                None => self.entries.push((name.into(), key, val)),
            }
            return;
        }
        let span = val.span();
        match self.slot(name, key, || Build::Map(Fields::at(span))) {
            Build::Map(inner) => inner.place(rest, key, val),
            slot @ Build::Leaf(_) => {
                let mut inner = Fields::at(span);
                inner.place(rest, key, val);
                slot.join(Build::Map(inner));
            }
            Build::List(_) => {}
        }
    }

    /// The value of a key, made if it is not there.
    fn slot(&mut self, name: &str, key: Span, new: impl FnOnce() -> Build) -> &mut Build {
        let at = match self.entries.iter().position(|(k, _, _)| k == name) {
            Some(at) => at,
            None => {
                self.entries.push((name.into(), key, new()));
                self.entries.len() - 1
            }
        };
        #[expect(clippy::indexing_slicing, reason = "the position was found or made just above")]
        &mut self.entries[at].2
    }

    /// Marks the list or map at a path as one that may hold more.
    pub fn open_at(&mut self, path: &str, span: Span) {
        let (outer, name) = path.rsplit_once('.').map_or(("", path), |(outer, name)| (outer, name));
        if outer.contains("[]") {
            return;
        }
        let list = Items { list: Vec::new(), span, open: true };
        let name = name.trim_end_matches("[]");
        let whole = if outer.is_empty() { name.to_owned() } else { format!("{outer}.{name}") };
        self.put(&whole, span, Build::List(list));
    }

    /// Adds the entries of another map.
    pub fn merge(&mut self, other: Fields) {
        self.open |= other.open;
        for (name, key, val) in other.entries {
            match self.entries.iter_mut().find(|(k, _, _)| *k == name) {
                Some((_, _, slot)) => slot.join(val),
                None => self.entries.push((name, key, val)),
            }
        }
    }

    /// Whether a key has a value.
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|(k, _, v)| k == name && !v.is_null())
    }

    /// The value of a key as it stands.
    pub fn get(&self, name: &str) -> Val {
        self.entries
            .iter()
            .find(|(k, _, _)| k == name)
            .map(|(_, _, v)| v.clone().finish())
            .unwrap_or_default()
    }

    /// Takes a key out.
    pub fn remove(&mut self, name: &str) -> Option<Val> {
        let at = self.entries.iter().position(|(k, _, _)| k == name)?;
        Some(self.entries.remove(at).2.finish())
    }

    /// Puts a value in the place of what a key has.
    pub fn replace(&mut self, name: &str, val: Val) {
        match self.entries.iter_mut().find(|(k, _, _)| k == name) {
            Some((_, _, slot)) => *slot = Build::Leaf(val),
            None => self.entries.push((name.into(), val.span, Build::Leaf(val))),
        }
    }

    /// The finished map.
    pub fn finish(self) -> Val {
        let entries = self
            .entries
            .into_iter()
            .map(|(key, key_span, val)| Entry { key, key_span, val: val.finish() })
            .collect();
        Val::known(Value::Map(Arc::new(Map { entries, open: self.open })), self.span)
    }
}

impl Build {
    /// Where it stands.
    fn span(&self) -> Span {
        match self {
            Build::Leaf(val) => val.span,
            Build::Map(map) => map.span,
            Build::List(list) => list.span,
        }
    }

    fn is_null(&self) -> bool {
        matches!(self, Build::Leaf(val) if val.is_null())
    }

    /// Adds a second value for the same key: maps and lists grow, of two others the later one holds.
    fn join(&mut self, other: Build) {
        if other.is_null() {
            return;
        }
        let own = std::mem::replace(self, Build::Leaf(Val::default()));
        *self = match (own.into_fields(), other.into_fields()) {
            (Ok(mut own), Ok(more)) => {
                own.merge(more);
                Build::Map(own)
            }
            (Ok(_), Err(other)) => other,
            (Err(_), Ok(more)) => Build::Map(more),
            (Err(own), Err(other)) => match (own.into_items(), other.into_items()) {
                (Ok(mut own), Ok(more)) => {
                    own.open |= more.open;
                    if !own.span.is_some() {
                        own.span = more.span;
                    }
                    own.list.extend(more.list);
                    Build::List(own)
                }
                (_, Ok(more)) => Build::List(more),
                (_, Err(other)) => other,
            },
        };
    }

    fn into_fields(self) -> Result<Fields, Build> {
        match self {
            Build::Map(map) => Ok(map),
            Build::Leaf(Val { state: State::Known(Value::Map(map)), span, .. }) => Ok(fields(&map, span)),
            other => Err(other),
        }
    }

    fn into_items(self) -> Result<Items, Build> {
        match self {
            Build::List(list) => Ok(list),
            Build::Leaf(Val { state: State::Known(Value::List(list)), span, .. }) => {
                let items = list.items.iter().cloned().map(Build::Leaf).collect();
                Ok(Items { list: items, span, open: list.open })
            }
            other => Err(other),
        }
    }

    /// The finished value.
    pub fn finish(self) -> Val {
        match self {
            Build::Leaf(val) => val,
            Build::Map(map) => map.finish(),
            Build::List(list) => {
                let items = list.list.into_iter().map(Build::finish).collect();
                Val::known(Value::List(Arc::new(List { items, open: list.open })), list.span)
            }
        }
    }
}

fn fields(map: &Map, span: Span) -> Fields {
    let entries =
        map.entries.iter().map(|e| (e.key.clone(), e.key_span, Build::Leaf(e.val.clone()))).collect();
    Fields { entries, span, open: map.open }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Build {
        Build::Leaf(Val::str(text, Span::NONE))
    }

    #[test]
    fn paths_make_maps_and_lists_on_their_way() {
        let mut fields = Fields::at(Span::NONE);
        fields.put("A.B", Span::NONE, text("1"));
        fields.put("A.C[].D", Span::NONE, text("2"));
        fields.put("A.C[].D", Span::NONE, text("3"));
        fields.put("L[]", Span::NONE, text("4"));
        let json = fields.finish().to_json();
        assert_eq!(json, serde_json::json!({"A": {"B": "1", "C": [{"D": "2"}, {"D": "3"}]}, "L": ["4"]}));
    }

    #[test]
    fn a_second_value_joins_the_first() {
        let mut fields = Fields::at(Span::NONE);
        fields.put("A", Span::NONE, Build::Leaf(Val::list(vec![Val::int(1, Span::NONE)], Span::NONE)));
        fields.put("A", Span::NONE, Build::Leaf(Val::list(vec![Val::int(2, Span::NONE)], Span::NONE)));
        fields.put("A[]", Span::NONE, Build::Leaf(Val::int(3, Span::NONE)));
        fields.put("B", Span::NONE, text("old"));
        fields.put("B", Span::NONE, text("new"));
        fields.put("B", Span::NONE, Build::Leaf(Val::default()));
        fields.put("C", Span::NONE, Build::Leaf(Val::object([("x", Val::int(1, Span::NONE))], Span::NONE)));
        fields.put("C.y", Span::NONE, text("2"));
        fields.put("", Span::NONE, Build::Leaf(Val::object([("D", Val::int(4, Span::NONE))], Span::NONE)));
        let json = fields.finish().to_json();
        let wanted = serde_json::json!({"A": [1, 2, 3], "B": "new", "C": {"x": 1, "y": "2"}, "D": 4});
        assert_eq!(json, wanted);
    }
}
