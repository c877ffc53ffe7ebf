//! `Globals`: what the resources of a template share.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use palisade_graph::{Entry, Link, List, Map, NoteKind, State, Val, Value, Via, link};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::SamContext;
use crate::Resource;

#[derive(serde::Deserialize)]
struct Table {
    /// Section → properties that the transform accepts in it.
    sections: BTreeMap<SmolStr, Vec<SmolStr>>,
    /// Paths, section first, that are not merged in the usual way.
    rules: BTreeMap<SmolStr, Rule>,
}

#[derive(serde::Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Rule {
    /// The local value alone.
    Replace,
    /// Only keys that the local value has.
    PruneAndMerge,
}

fn table() -> &'static Table {
    static TABLE: OnceLock<Table> = OnceLock::new();
    TABLE.get_or_init(|| {
        serde_json::from_str(include_str!("../../data/sam/globals.json"))
            .unwrap_or(Table { sections: BTreeMap::new(), rules: BTreeMap::new() })
    })
}

/// The name of the type behind `AWS::Serverless::`.
pub fn section(ty: &str) -> Option<&str> {
    ty.strip_prefix("AWS::Serverless::")
}

/// Names what the transform does not know in `Globals`.
pub fn note_unknown(cx: &SamContext<'_>) {
    for section in cx.globals.entries() {
        let Some(known) = table().sections.get(&section.key) else {
            let words = format_smolstr!(
                "`Globals.{}` is left out: the SAM transform knows no such section",
                section.key
            );
            cx.files.note(NoteKind::Info, &words, vec![section.key_span]);
            continue;
        };
        for property in section.val.entries() {
            if !known.contains(&property.key) {
                let words = format_smolstr!(
                    "`{}` in `Globals.{}` is not known to the SAM transform; it was merged all the same",
                    property.key,
                    section.key
                );
                cx.files.note(NoteKind::Info, &words, vec![property.key_span]);
            }
        }
    }
}

/// The properties of a resource with what `Globals` has for its type.
pub fn merged(globals: &Val, resource: &Resource) -> Val {
    let own = &resource.props;
    let Some(section) = section(&resource.ty) else { return own.clone() };
    if !table().sections.contains_key(section) {
        return own.clone();
    }
    let shared = globals.get(section);
    let ignored = resource.attributes.get("IgnoreGlobals");
    if shared.as_map().is_none() || ignored.as_str() == Some("*") {
        return own.clone();
    }
    let ignored: Vec<&str> = ignored.items().iter().filter_map(Val::as_str).collect();
    let merger = Merger { section, key: resource.key, link: link(Via::Inherited, resource.key, None) };
    let mut shared = shared.clone();
    if !ignored.is_empty()
        && let Some(map) = super::build::map_mut(&mut shared)
    {
        map.entries.retain(|e| !ignored.contains(&e.key.as_str()));
    }
    let local = if own.is_null() { Val::map(Vec::new(), own.span) } else { own.clone() };
    let mut val = merger.merge(&shared, &local, "", 0);
    // The declaration is the resource's; only what stands in it may come from elsewhere.
    val.span = own.span;
    val.via.clone_from(&own.via);
    val
}

struct Merger<'a> {
    section: &'a str,
    key: Span,
    /// The link that every value from `Globals` gets.
    link: Arc<Link>,
}

/// Deeper maps are merged no further: the reader of files bounds depth as well.
const DEPTH: usize = 64;

impl Merger<'_> {
    fn rule(&self, path: &str) -> Option<Rule> {
        let mut rules = table().rules.iter();
        let of_path = |name: &str| {
            name.strip_prefix(self.section).and_then(|n| n.strip_prefix('.')).is_some_and(|n| n == path)
        };
        rules.find(|(name, _)| of_path(name)).map(|(_, rule)| *rule)
    }

    fn merge(&self, global: &Val, local: &Val, path: &str, depth: usize) -> Val {
        // A function on either side is no map or list when the transform merges.
        let function = |v: &Val| v.links().any(|l| matches!(l.word, Via::Evaluated | Via::Parameter));
        if depth > DEPTH || function(local) || function(global) {
            return local.clone();
        }
        match (&global.state, &local.state) {
            (State::Known(Value::Map(shared)), State::Known(Value::Map(own))) => {
                let rule = self.rule(path);
                if rule == Some(Rule::Replace) {
                    return local.clone();
                }
                let prune = rule == Some(Rule::PruneAndMerge) && !own.entries.is_empty();
                let mut map = Map { entries: Vec::new(), open: shared.open || own.open };
                for entry in &shared.entries {
                    match own.entries.iter().find(|e| e.key == entry.key) {
                        Some(mine) => {
                            let path =
                                format!("{path}{}{}", if path.is_empty() { "" } else { "." }, entry.key);
                            let val = self.merge(&entry.val, &mine.val, &path, depth + 1);
                            map.entries.push(Entry { key: mine.key.clone(), key_span: mine.key_span, val });
                        }
                        None if prune => {}
                        None => map.entries.push(Entry {
                            key: entry.key.clone(),
                            key_span: entry.key_span,
                            val: self.inherited(&entry.val, 0),
                        }),
                    }
                }
                for mine in &own.entries {
                    if !shared.entries.iter().any(|e| e.key == mine.key) {
                        map.entries.push(mine.clone());
                    }
                }
                let mut val = Val::known(Value::Map(Arc::new(map)), local.span);
                val.via.clone_from(&local.via);
                val.through(Via::Merged, global.span)
            }
            (State::Known(Value::List(shared)), State::Known(Value::List(own))) => {
                if self.rule(path) == Some(Rule::Replace) {
                    return local.clone();
                }
                let mut items: Vec<Val> = shared.items.iter().map(|v| self.inherited(v, 0)).collect();
                items.extend(own.items.iter().cloned());
                let list = List { items, open: shared.open || own.open };
                let mut val = Val::known(Value::List(Arc::new(list)), local.span);
                val.via.clone_from(&local.via);
                val.through(Via::Merged, global.span)
            }
            _ => local.clone(),
        }
    }

    /// A value of `Globals` as the resource's own; a rule may look at any part of it.
    fn inherited(&self, val: &Val, depth: usize) -> Val {
        let mut val = val.clone();
        match &mut val.state {
            State::Known(Value::Map(map)) if depth < 8 => {
                let map = Arc::make_mut(map);
                for entry in &mut map.entries {
                    entry.val = self.inherited(&entry.val, depth + 1);
                }
            }
            State::Known(Value::List(list)) if depth < 8 => {
                let list = Arc::make_mut(list);
                for item in &mut list.items {
                    *item = self.inherited(item, depth + 1);
                }
            }
            _ => {}
        }
        if val.via.is_none() {
            val.via = Some(self.link.clone());
            return val;
        }
        val.through(Via::Inherited, self.key)
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{resource, val};
    use super::*;

    #[test]
    fn maps_merge_lists_join_and_the_function_wins() {
        let globals = val(
            "{Function: {Runtime: a, Layers: [g], Architectures: [x86_64], Environment: {Variables: {A: 1, B: 1}}}}",
        );
        let function = resource(
            "F",
            "AWS::Serverless::Function",
            "{Runtime: b, Layers: [l], Architectures: [arm64], Environment: {Variables: {B: 2}}, X: 1}",
        );
        let merged = merged(&globals, &function);
        assert_eq!(
            merged.to_json(),
            serde_json::json!({
                "Runtime": "b", "Layers": ["g", "l"], "Architectures": ["arm64"],
                "Environment": {"Variables": {"A": 1, "B": 2}}, "X": 1
            })
        );
        let from_globals = merged.at("Environment.Variables.A");
        assert_eq!(
            from_globals.links().next().map(|l| (l.word, l.span)),
            Some((Via::Inherited, function.key))
        );
        assert!(merged.at("Environment.Variables.B").via.is_none());
    }

    #[test]
    fn a_resource_may_refuse_globals() {
        let globals = val("{Function: {Runtime: a, Timeout: 3}, Nonsense: {A: 1}}");
        let mut function = resource("F", "AWS::Serverless::Function", "{}");
        function.attributes = val("{IgnoreGlobals: [Timeout]}");
        assert_eq!(merged(&globals, &function).to_json(), serde_json::json!({"Runtime": "a"}));
        function.attributes = val("{IgnoreGlobals: '*'}");
        assert_eq!(merged(&globals, &function).to_json(), serde_json::json!({}));
        let other = resource("N", "AWS::Serverless::Nonsense", "{}");
        assert_eq!(merged(&globals, &other).to_json(), serde_json::json!({}));
    }
}
