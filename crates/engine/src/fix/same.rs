//! Whether two readings of an application differ in nothing but what a fix is meant to change.

use std::collections::BTreeSet;

use palisade_graph::{Application, Detail, Graph, Node, NodeIx, NodeKind, Permission, Statement, Val};
use palisade_source::Span;
use smol_str::SmolStr;

use super::plan::Intent;

/// What may differ.
pub struct Allowed<'a> {
    /// What the fixes are meant to change.
    pub intents: Vec<&'a Intent>,
    /// Ids of the nodes that the findings are about.
    pub affected: BTreeSet<&'a str>,
}

/// A text without the places in its symbols: `${each@0:12408}` is `${each@}`. What is not known may be told
/// apart by where it stands, and an edit in front of it moves it.
fn placeless(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut parts = text.split('@');
    out.push_str(parts.next().unwrap_or(""));
    for part in parts {
        out.push('@');
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit());
        let place = rest.strip_prefix(':').map(|r| r.trim_start_matches(|c: char| c.is_ascii_digit()));
        out.push_str(place.filter(|_| rest.len() < part.len()).unwrap_or(part));
    }
    out
}

/// The first thing that differs and is not meant to, in words.
pub fn unexpected(before: &Application, after: &Application, allowed: &Allowed<'_>) -> Result<(), String> {
    let facts = |a: &Application| a.worlds.iter().map(|(w, _)| w.facts.clone()).collect::<Vec<_>>();
    if facts(before) != facts(after) {
        return Err("the ways in which the application is deployed differ".to_owned());
    }
    let mut done: BTreeSet<(*const Graph, *const Graph)> = BTreeSet::new();
    for ((_, a), (_, b)) in before.worlds.iter().zip(&after.worlds) {
        if done.insert((std::sync::Arc::as_ptr(a), std::sync::Arc::as_ptr(b))) {
            let mut compare = Compare { a, b, allowed, touched: BTreeSet::new(), near: BTreeSet::new() };
            compare.touch();
            compare.nodes()?;
        }
    }
    Ok(())
}

/// Whether two values are the same but for places.
fn alike(a: &Val, b: &Val) -> bool {
    a.same(b) || a.any_unknown() && b.any_unknown() && placeless(&a.display()) == placeless(&b.display())
}

fn all_alike(a: &[Val], b: &[Val]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b))
}

fn same_statements(a: &[Statement], b: &[Statement]) -> bool {
    let same = |a: &Statement, b: &Statement| {
        let lists = [
            (&a.actions, &b.actions),
            (&a.not_actions, &b.not_actions),
            (&a.resources, &b.resources),
            (&a.not_resources, &b.not_resources),
        ];
        let values = [
            (&a.effect, &b.effect),
            (&a.principal, &b.principal),
            (&a.not_principal, &b.not_principal),
            (&a.condition, &b.condition),
        ];
        (&a.sid, a.from, &a.policy) == (&b.sid, b.from, &b.policy)
            && lists.iter().all(|(a, b)| all_alike(a, b))
            && values.iter().all(|(a, b)| alike(a, b))
    };
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
}

/// Whether what resources that are folded into a node say of it is the same.
fn same_detail(a: &Detail, b: &Detail) -> bool {
    match (a, b) {
        (Detail::None, Detail::None) => true,
        (Detail::Function(a), Detail::Function(b)) => {
            let permission =
                |a: &Permission, b: &Permission| a.logical_id == b.logical_id && alike(&a.props, &b.props);
            (&a.source_root, &a.handler_file, &a.aliases) == (&b.source_root, &b.handler_file, &b.aliases)
                && a.permissions.len() == b.permissions.len()
                && a.permissions.iter().zip(&b.permissions).all(|(a, b)| permission(a, b))
        }
        (Detail::Entry(a), Detail::Entry(b)) => {
            (&a.protocol, &a.method, &a.path, a.authorization)
                == (&b.protocol, &b.method, &b.path, b.authorization)
                && (a.validator, a.throttled, a.waf, a.public, a.api_key)
                    == (b.validator, b.throttled, b.waf, b.public, b.api_key)
                && alike(&a.props, &b.props)
        }
        (Detail::Role(a), Detail::Role(b)) => {
            let value = |m: &palisade_graph::ManagedPolicy| m.value.clone();
            let managed = |r: &palisade_graph::Role| r.managed.iter().map(value).collect::<Vec<_>>();
            same_statements(&a.trust, &b.trust)
                && same_statements(&a.statements, &b.statements)
                && all_alike(&managed(a), &managed(b))
                && alike(&a.boundary.clone().unwrap_or_default(), &b.boundary.clone().unwrap_or_default())
        }
        (Detail::Store(a), Detail::Store(b)) => {
            a.unread_policy == b.unread_policy && same_statements(&a.policy, &b.policy)
        }
        _ => false,
    }
}

fn short(id: &str) -> &str {
    id.split_once('#').map_or(id, |(_, name)| name)
}

struct Compare<'a> {
    a: &'a Graph,
    b: &'a Graph,
    allowed: &'a Allowed<'a>,
    /// Nodes that the changes are about.
    touched: BTreeSet<SmolStr>,
    /// They, and what a framework makes because of them.
    near: BTreeSet<SmolStr>,
}

impl Compare<'_> {
    fn touch(&mut self) {
        self.touched.extend(self.allowed.affected.iter().map(SmolStr::new));
        for intent in &self.allowed.intents {
            if let Intent::Property { node, .. } = intent {
                self.touched.insert(node.clone());
            }
        }
        let places: Vec<Span> = self
            .allowed
            .intents
            .iter()
            .filter_map(|i| match i {
                Intent::Written(span) | Intent::Added(span) => Some(*span),
                _ => None,
            })
            .collect();
        if !places.is_empty() {
            for (_, node) in self.a.iter() {
                if places.iter().any(|p| node.block.contains(*p)) || came_from(node, &places) {
                    self.touched.insert(node.id.clone());
                }
            }
        }
        self.near = self.touched.clone();
        for graph in [self.a, self.b] {
            self.spread(graph);
        }
    }

    /// Adds what is made because of a touched node, and what stands beside it.
    fn spread(&mut self, graph: &Graph) {
        let inside =
            |near: &BTreeSet<SmolStr>, ix: NodeIx| graph.node(ix).is_some_and(|n| near.contains(&n.id));
        let caused = |near: &BTreeSet<SmolStr>, node: &Node| {
            node.implied_by.as_deref().is_some_and(|cause| {
                near.contains(cause)
                    || graph
                        .by_logical(cause)
                        .and_then(|ix| graph.node(ix))
                        .is_some_and(|n| near.contains(&n.id))
            })
        };
        let mut found: BTreeSet<SmolStr> = BTreeSet::new();
        for edge in &graph.edges {
            for (one, other) in [(edge.from, edge.to), (edge.to, edge.from)] {
                if inside(&self.touched, one)
                    && let Some(node) = graph.node(other)
                {
                    found.insert(node.id.clone());
                }
            }
        }
        for (_, node) in graph.iter() {
            let of_api = node.entry().is_some_and(|e| {
                [e.api, e.authorizer].into_iter().flatten().any(|ix| inside(&self.touched, ix))
            });
            if of_api || caused(&self.touched, node) {
                found.insert(node.id.clone());
            }
        }
        self.near.extend(found);
        // What such a node causes in turn.
        let more: Vec<SmolStr> =
            graph.iter().filter(|(_, n)| caused(&self.near, n)).map(|(_, n)| n.id.clone()).collect();
        self.near.extend(more);
    }

    /// Routes behind a touched stage: what is answered about them, whether they are throttled, comes from there.
    /// Their own properties are compared all the same.
    fn behind_stages(&self) -> BTreeSet<SmolStr> {
        let mut found = BTreeSet::new();
        for graph in [self.a, self.b] {
            let stages = graph.iter().filter(|(_, n)| {
                let ty = n.ty.as_str();
                self.touched.contains(&n.id)
                    && ty.starts_with("AWS::ApiGateway")
                    && (ty.ends_with("::Stage") || ty.ends_with("::Deployment"))
            });
            let apis: Vec<NodeIx> = stages
                .flat_map(|(_, n)| ["RestApiId", "ApiId"].map(|key| graph.resolve(n.props.get(key))))
                .flatten()
                .collect();
            let routes = graph
                .iter()
                .filter(|(_, n)| n.entry().and_then(|e| e.api).is_some_and(|a| apis.contains(&a)));
            found.extend(routes.map(|(_, n)| n.id.clone()));
        }
        found
    }

    fn nodes(&self) -> Result<(), String> {
        let behind = self.behind_stages();
        for (_, old) in self.a.iter() {
            match self.b.by_id(&old.id).and_then(|ix| self.b.node(ix)) {
                Some(new) => {
                    self.node(old, new)?;
                    let told = self.near.contains(&old.id) || behind.contains(&old.id);
                    if !told && !same_detail(&old.detail, &new.detail) {
                        return Err(format!("`{}` differs", short(&old.id)));
                    }
                }
                None if self.follows(old) => {}
                None => return Err(format!("`{}` is gone", short(&old.id))),
            }
        }
        for (_, new) in self.b.iter() {
            let declared = self.allowed.intents.iter().any(|i| {
                matches!(i, Intent::Declared(id) if id == new.deployed_id())
                    || matches!(i, Intent::Declared(id) if new.implied_by.as_deref() == Some(id.as_str()))
            });
            if self.a.by_id(&new.id).is_none() && !declared && !self.follows(new) {
                return Err(format!("`{}` is new", short(&new.id)));
            }
        }
        Ok(())
    }

    /// Whether a node is made by a framework, or out of another node, because of a touched one.
    fn follows(&self, node: &Node) -> bool {
        let made = node.implied_by.is_some() || matches!(node.kind, NodeKind::Entry | NodeKind::Principal);
        let removed =
            self.allowed.intents.iter().any(|i| matches!(i, Intent::Written(s) if s.contains(node.block)));
        removed || made && self.near.contains(&node.id)
    }

    fn node(&self, old: &Node, new: &Node) -> Result<(), String> {
        if self.follows(old) {
            return Ok(());
        }
        let differs = |what: &str| Err(format!("`{}` differs in {what}", short(&old.id)));
        if old.kind != new.kind || old.ty != new.ty || old.implied_by != new.implied_by {
            return differs("its kind");
        }
        let mut wrong = None;
        let mut difference = Difference { of: self, node: old, wrong: &mut wrong };
        difference.val(&old.props, &new.props, "");
        if let Some(path) = wrong {
            return differs(&format!("`{path}`"));
        }
        let mut difference = Difference { of: self, node: old, wrong: &mut wrong };
        difference.val(&old.attributes, &new.attributes, "");
        match wrong {
            Some(path) => differs(&format!("`{path}`")),
            None => Ok(()),
        }
    }

    /// Whether a value at a path of a node may differ.
    fn may(&self, node: &Node, path: &str, old: Option<&Val>) -> bool {
        self.allowed.intents.iter().any(|intent| match intent {
            Intent::Property { node: id, path: meant } => {
                let inside = |outer: &str| {
                    path.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
                };
                // SAM says some settings of an API in its document too.
                let document =
                    matches!(node.ty.as_str(), "AWS::ApiGateway::RestApi" | "AWS::ApiGatewayV2::Api")
                        && !meant.starts_with("Body")
                        && inside("Body");
                *id == node.id && (inside(meant) || document)
            }
            Intent::Written(span) => old.is_some_and(|v| span.contains(v.span)),
            _ => false,
        })
    }

    /// Whether something may be added at a path of a node.
    fn may_add(&self, node: &Node, path: &str, holder: &Val, new: &Val) -> bool {
        if self.may(node, path, None) {
            return true;
        }
        self.allowed.intents.iter().any(|intent| match intent {
            // A map that leads to what is meant.
            Intent::Property { node: id, path: meant } => {
                let leads =
                    path.is_empty() || meant.strip_prefix(path).is_some_and(|rest| rest.starts_with('.'));
                let inner =
                    |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
                let mut entries = new.entries().iter();
                *id == node.id
                    && leads
                    && !new.entries().is_empty()
                    && entries.all(|e| self.may_add(node, &inner(&e.key), new, &e.val))
            }
            Intent::Added(span) => {
                holder.span == *span
                    || node.block.contains(*span) && self.touched.contains(&node.id)
                    || came_at(holder, *span)
            }
            // What was a scalar and is a map now.
            Intent::Written(span) => holder.span == *span && holder.span.is_some(),
            Intent::Declared(_) => false,
        })
    }
}

fn came_at(val: &Val, span: Span) -> bool {
    val.links().any(|l| l.span == span)
}

/// The first difference between two values that nobody means.
struct Difference<'a, 'w> {
    of: &'a Compare<'a>,
    node: &'a Node,
    wrong: &'w mut Option<String>,
}

impl Difference<'_, '_> {
    fn fail(&mut self, path: &str) {
        if self.wrong.is_none() {
            *self.wrong = Some(path.to_owned());
        }
    }

    fn val(&mut self, old: &Val, new: &Val, path: &str) {
        if self.wrong.is_some() || old.same(new) || self.of.may(self.node, path, Some(old)) {
            return;
        }
        if !old.is_known() && !new.is_known() && placeless(&old.display()) == placeless(&new.display()) {
            return;
        }
        match (old.as_map(), new.as_map(), old.as_list(), new.as_list()) {
            (Some(a), Some(b), ..) => {
                let deeper =
                    |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
                for entry in &a.entries {
                    let path = deeper(&entry.key);
                    match b.get(&entry.key) {
                        Some(val) => self.val(&entry.val, val, &path),
                        None => self.gone(entry.key_span, &entry.val, &path),
                    }
                }
                for entry in b.entries.iter().filter(|e| a.get(&e.key).is_none()) {
                    let path = deeper(&entry.key);
                    if !self.of.may_add(self.node, &path, old, &entry.val) {
                        self.fail(&path);
                    }
                }
            }
            (_, _, Some(a), Some(b)) => {
                let more = |i: &Intent| matches!(i, Intent::Added(span) if *span == old.span);
                // As many items as before: what was written anew stands where it stood.
                let replaced =
                    a.items.len() == b.items.len() && !self.of.allowed.intents.iter().any(|i| more(i));
                let mut rest = b.items.iter();
                for item in &a.items {
                    if !replaced && self.is_gone(item.span, item) {
                        continue;
                    }
                    match rest.next() {
                        Some(new) => self.val(item, new, path),
                        None => self.fail(path),
                    }
                }
                let added = rest.count() > 0;
                if added && !self.of.allowed.intents.iter().any(|i| more(i)) {
                    self.fail(path);
                }
            }
            // Nothing, and then a map that leads to what is meant.
            _ if old.is_null() && self.of.may_add(self.node, path, old, new) => {}
            _ if new.is_null() => self.gone(old.span, old, path),
            _ => self.fail(if path.is_empty() { "its properties" } else { path }),
        }
    }

    fn is_gone(&self, key: Span, val: &Val) -> bool {
        self.of.allowed.intents.iter().any(|i| match i {
            Intent::Written(span) => span.contains(key) || val.span.is_some() && span.contains(val.span),
            _ => false,
        })
    }

    /// A value that is not there any more: it, or all in it, was meant to go.
    fn gone(&mut self, key: Span, old: &Val, path: &str) {
        if old.is_null() || self.is_gone(key, old) || self.of.may(self.node, path, Some(old)) {
            return;
        }
        if old.entries().is_empty() {
            self.fail(path);
        }
        for entry in old.entries() {
            self.gone(entry.key_span, &entry.val, &format!("{path}.{}", entry.key));
        }
    }
}

/// Whether something of a node came from one of some places.
fn came_from(node: &Node, places: &[Span]) -> bool {
    let inside = |span: Span| span.is_some() && places.iter().any(|p| p.contains(span));
    if holds(&node.props, &inside, 0) || holds(&node.attributes, &inside, 0) {
        return true;
    }
    match &node.detail {
        Detail::Role(role) => {
            role.statements
                .iter()
                .chain(&role.trust)
                .any(|s| inside(s.span) || s.actions.iter().any(|v| inside(v.span)))
                || role.managed.iter().any(|m| inside(m.value.span))
        }
        Detail::Function(f) => f.permissions.iter().any(|p| inside(p.span) || holds(&p.props, &inside, 0)),
        Detail::Store(s) => {
            s.policy.iter().any(|s| inside(s.span) || s.actions.iter().any(|v| inside(v.span)))
        }
        Detail::Entry(e) => inside(e.authorization_at.span) || holds(&e.props, &inside, 0),
        Detail::None => false,
    }
}

fn holds(val: &Val, inside: &dyn Fn(Span) -> bool, depth: usize) -> bool {
    if depth > 128 {
        return false;
    }
    inside(val.span)
        || val.entries().iter().any(|e| inside(e.key_span) || holds(&e.val, inside, depth + 1))
        || val.as_list().is_some_and(|l| l.items.iter().any(|v| holds(v, inside, depth + 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_symbols_do_not_count() {
        assert_eq!(placeless("a ${x@0:12} b ${y@3:4}"), "a ${x@} b ${y@}");
        assert_eq!(placeless("me@example.com:25 @1 @1:"), "me@example.com:25 @1 @");
    }
}
