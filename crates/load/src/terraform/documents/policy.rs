use std::collections::HashMap;

use palisade_graph::{Entry, List, Map, Piece, Reason, State, Val, Value, Via};
use palisade_source::Span;
use smol_str::SmolStr;

use super::parse;
use crate::Files;

/// The document that `data "aws_iam_policy_document"` renders, in IAM's words. `body` is the evaluated block,
/// `span` the block itself.
///
/// Documents of `source_policy_documents` come first, then the own statements, then those of
/// `override_policy_documents`; a statement replaces an earlier one of the same `sid`.
///
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document>
pub fn policy(files: &Files<'_>, body: &Val, span: Span) -> Val {
    let Some(map) = body.as_map() else { return body.clone() };
    let mut out = Document { open: map.open, ..Document::default() };
    for key in ["source_json", "source_policy_documents"] {
        out.merge_all(files, map.get(key));
    }
    out.own(body);
    for key in ["override_json", "override_policy_documents"] {
        out.merge_all(files, map.get(key));
    }
    out.finish(span)
}

#[derive(Default)]
struct Document {
    version: Option<Val>,
    id: Option<Val>,
    statements: Vec<Val>,
    /// Places of those that have a Sid.
    by_sid: HashMap<SmolStr, usize>,
    open: bool,
}

impl Document {
    /// Merges one document, or a list of them.
    fn merge_all(&mut self, files: &Files<'_>, given: Option<&Val>) {
        let Some(given) = given.filter(|g| !g.is_null()) else { return };
        match given.as_list() {
            Some(list) => {
                self.open |= list.open;
                for document in &list.items {
                    self.merge(files, document);
                }
            }
            None => self.merge(files, given),
        }
    }

    fn merge(&mut self, files: &Files<'_>, document: &Val) {
        let parsed = parse(files, document);
        if parsed.is_null() || parsed.as_str() == Some("") {
            return;
        }
        let Some(map) = parsed.as_map() else {
            // Which statements it has is not known, not even their number; one stands for them.
            self.open = true;
            return;
        };
        self.open |= map.open;
        if let Some(version) = map.get("Version").filter(|v| v.as_str().is_some()) {
            let newer = self.version.as_ref().is_none_or(|old| old.as_str() < version.as_str());
            if newer {
                self.version = Some(version.clone());
            }
        }
        if let Some(id) = map.get("Id") {
            self.id = Some(id.clone());
        }
        match map.get("Statement") {
            None => {}
            Some(statements) => {
                if let Some(list) = statements.as_list() {
                    self.open |= list.open;
                }
                for statement in statements.items() {
                    if matches!(statement.state, State::Known(Value::Map(_))) {
                        self.add(statement.clone().through(Via::Merged, document.span));
                    } else {
                        self.open = true;
                    }
                }
            }
        }
    }

    /// A statement takes the place of an earlier one of the same Sid.
    fn add(&mut self, statement: Val) {
        let sid = statement.get("Sid").as_str().filter(|s| !s.is_empty()).map(SmolStr::new);
        if let Some(sid) = sid {
            if let Some(old) = self.by_sid.get(&sid).and_then(|n| self.statements.get_mut(*n)) {
                *old = statement;
                return;
            }
            self.by_sid.insert(sid, self.statements.len());
        }
        self.statements.push(statement);
    }

    fn own(&mut self, body: &Val) {
        if let version @ Val { state: State::Known(Value::Str(_)), .. } = body.get("version") {
            self.version = Some(version.clone());
        }
        if !body.get("policy_id").is_null() {
            self.id = Some(body.get("policy_id").clone());
        }
        let blocks = body.get("statement");
        match blocks.as_list() {
            Some(list) => {
                self.open |= list.open;
                for block in &list.items {
                    self.add(statement(block));
                }
            }
            None if blocks.is_null() => {}
            None => self.add(statement(blocks)),
        }
    }

    fn finish(self, span: Span) -> Val {
        let version = self.version.unwrap_or_else(|| Val::str("2012-10-17", span));
        let statements =
            Val::known(Value::List(List { items: self.statements, open: self.open }.into()), span);
        let mut entries = vec![("Version", version)];
        entries.extend(self.id.map(|id| ("Id", id)));
        entries.push(("Statement", statements));
        Val::object(entries, span)
    }
}

/// Names of a block's attributes in the document.
const NAMES: [(&str, &str); 4] = [
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
];

fn statement(block: &Val) -> Val {
    let Some(map) = block.as_map() else {
        // Not known as a whole: what a loop over unknown keys makes.
        return block.clone();
    };
    let mut out = Map { entries: Vec::new(), open: map.open };
    let place = |key: &str| map.entries.iter().find(|e| e.key == key).map_or(block.span, |e| e.key_span);
    if let Some(sid) = map.get("sid").filter(|s| !s.is_null() && s.as_str() != Some("")) {
        out.set("Sid", place("sid"), sid.clone());
    }
    let effect = match map.get("effect").filter(|e| !e.is_null()) {
        Some(effect) => effect.clone(),
        None => Val::str("Allow", block.span).through(Via::Defaulted, block.span),
    };
    out.set("Effect", place("effect"), effect);
    for (from, to) in NAMES {
        if let Some(val) = map.get(from).filter(|v| !v.is_null()) {
            let empty = val.as_list().is_some_and(|l| l.items.is_empty() && !l.open);
            if !empty {
                out.set(to, place(from), variables(val));
            }
        }
    }
    for (from, to) in [("principals", "Principal"), ("not_principals", "NotPrincipal")] {
        if let Some(principal) = map.get(from).and_then(principals) {
            out.set(to, place(from), principal);
        }
    }
    if let Some(condition) = map.get("condition").and_then(conditions) {
        out.set("Condition", place("condition"), condition);
    }
    let span = block.span;
    Val { via: block.via.clone(), ..Val::known(Value::Map(out.into()), span) }
}

/// `principals` blocks: `"*"` for one of that type, else lists by type.
fn principals(blocks: &Val) -> Option<Val> {
    let items = blocks.items();
    let first = items.first();
    let list_open = blocks.as_list().is_some_and(|l| l.open);
    if first.is_none() && !list_open {
        return None;
    }
    if let ([only], false) = (items, list_open)
        && only.get("type").as_str() == Some("*")
        && only.get("identifiers").items().iter().all(|i| i.as_str() == Some("*"))
    {
        let star = only.get("identifiers").items().first().cloned();
        return Some(star.unwrap_or_else(|| Val::str("*", only.span)));
    }
    let mut out = Map { entries: Vec::new(), open: list_open };
    for block in items {
        match block.get("type").as_str() {
            Some(ty) => {
                let identifiers = variables(block.get("identifiers"));
                let val = match out.get(ty) {
                    Some(before) => joined(before, &identifiers),
                    None => identifiers,
                };
                out.set(ty, block.get("type").span.or(block.span), val);
            }
            None => out.open = true,
        }
    }
    let span = first.map_or(blocks.span, |f| f.span);
    if out.entries.is_empty() {
        return Some(Val::unknown(Reason::KnownAfterApply, "principals", span));
    }
    Some(Val::known(Value::Map(out.into()), span))
}

/// `condition` blocks: values by operator and key; equal ones are put together.
fn conditions(blocks: &Val) -> Option<Val> {
    let items = blocks.items();
    let list_open = blocks.as_list().is_some_and(|l| l.open);
    let first = items.first();
    if first.is_none() && !list_open {
        return None;
    }
    let span = first.map_or(blocks.span, |f| f.span);
    let mut out = Map { entries: Vec::new(), open: list_open };
    for block in items {
        let (Some(test), Some(variable)) = (block.get("test").as_str(), block.get("variable").as_str())
        else {
            out.open = true;
            continue;
        };
        let values = variables(block.get("values"));
        let mut keys = out.get(test).and_then(Val::as_map).cloned().unwrap_or_default();
        let val = match keys.get(variable) {
            Some(before) => joined(before, &values),
            None => values,
        };
        keys.set(variable, block.get("variable").span.or(block.span), val);
        let test_span = block.get("test").span.or(block.span);
        out.set(test, test_span, Val::known(Value::Map(keys.into()), block.span));
    }
    if out.entries.is_empty() && out.open {
        return Some(Val::unknown(Reason::KnownAfterApply, "condition", span));
    }
    Some(Val::known(Value::Map(out.into()), span))
}

/// Two lists as one.
fn joined(a: &Val, b: &Val) -> Val {
    let known = |v: &Val| v.as_list().is_none_or(|l| !l.open);
    let items = a.items().iter().chain(b.items()).cloned().collect();
    Val::known(Value::List(List { items, open: !known(a) || !known(b) }.into()), a.span)
}

/// `&{aws:username}` is how a policy variable is written where HCL would take `${` for its own.
fn variables(val: &Val) -> Val {
    let state = match &val.state {
        State::Known(Value::Str(s)) if s.contains("&{") => {
            State::Known(Value::Str(s.replace("&{", "${").into()))
        }
        State::Partial(pieces) => State::Partial(
            pieces
                .iter()
                .map(|p| match p {
                    Piece::Text(t) if t.contains("&{") => Piece::Text(t.replace("&{", "${").into()),
                    other => other.clone(),
                })
                .collect(),
        ),
        State::Known(Value::List(l)) => {
            let items = l.items.iter().map(variables).collect();
            State::Known(Value::List(List { items, open: l.open }.into()))
        }
        State::Known(Value::Map(m)) => {
            let entry = |e: &Entry| Entry { val: variables(&e.val), ..e.clone() };
            let entries = m.entries.iter().map(entry).collect();
            State::Known(Value::Map(Map { entries, open: m.open }.into()))
        }
        _ => return val.clone(),
    };
    Val { state, span: val.span, via: val.via.clone() }
}
