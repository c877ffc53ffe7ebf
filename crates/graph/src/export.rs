use std::collections::{BTreeMap, BTreeSet};

use palisade_source::{Span, Store};
use serde_json::{Map, Value as Json, json};
use smol_str::SmolStr;

use crate::export_node::{self, NodeJson};
use crate::model::{Application, Edge, Graph, deployed_id};
use crate::value::Val;

pub use crate::export_text::{to_dot, to_mermaid};

/// The graphs of all applications as canonical JSON: the same bytes for the same input.
///
/// Nodes are the union over the worlds of an application. A property has its value in the default world,
/// or in the first that has the node; `varies` names those that differ elsewhere.
pub fn graph_json(applications: &[Application]) -> Json {
    let list: Vec<Json> = applications.iter().map(application).collect();
    json!({ "schema": "palisade/graph/1", "applications": list })
}

fn application(app: &Application) -> Json {
    let mut nodes: BTreeMap<SmolStr, (NodeJson, BTreeSet<&'static str>)> = BTreeMap::new();
    let mut edges: BTreeMap<EdgeKey, Json> = BTreeMap::new();
    for (_, graph) in &app.worlds {
        for (_, node) in graph.iter() {
            let this = export_node::node(graph, node, &app.store);
            match nodes.get_mut(&node.id) {
                Some((first, varies)) => first.differences(&this, varies),
                None => {
                    nodes.insert(node.id.clone(), (this, BTreeSet::new()));
                }
            }
        }
        let mut repeated: BTreeMap<EdgeKey, u32> = BTreeMap::new();
        for edge in &graph.edges {
            if let Some(mut key) = EdgeKey::of(graph, edge) {
                // Several edges that no name tells apart (two notifications of one bucket) all stay.
                let n = repeated.entry(key.clone()).or_default();
                key.number = *n;
                *n += 1;
                edges.entry(key).or_insert_with(|| edge_json(graph, edge, &app.store));
            }
        }
    }
    let nodes: Vec<Json> = nodes.into_values().map(|(node, varies)| node.finish(&varies)).collect();
    let edges: Vec<Json> = edges.into_values().collect();
    json!({ "root": app.root, "dialects": app.dialects, "nodes": nodes, "edges": edges })
}

/// What makes an edge the same in two worlds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct EdgeKey {
    from: SmolStr,
    to: SmolStr,
    kind: &'static str,
    event: SmolStr,
    via: &'static str,
    logical_id: SmolStr,
    label: SmolStr,
    number: u32,
}

impl EdgeKey {
    fn of(graph: &Graph, edge: &Edge) -> Option<Self> {
        let trigger = edge.trigger.as_deref();
        Some(Self {
            from: graph.node(edge.from)?.id.clone(),
            to: graph.node(edge.to)?.id.clone(),
            kind: edge.kind.word(),
            event: trigger.map(|t| t.event.clone()).unwrap_or_default(),
            via: trigger.map_or("", |t| t.via),
            logical_id: trigger.map(|t| t.logical_id.clone()).unwrap_or_default(),
            // Whether a trigger is blocked may differ; which variable names a node makes another edge.
            label: if trigger.is_some() { SmolStr::default() } else { edge.label.clone() },
            number: 0,
        })
    }
}

fn edge_json(graph: &Graph, edge: &Edge, store: &Store) -> Json {
    let mut out = Map::new();
    let id = |ix| graph.node(ix).map_or(Json::Null, |n| json!(n.id));
    out.insert("from".into(), id(edge.from));
    out.insert("to".into(), id(edge.to));
    out.insert("kind".into(), json!(edge.kind.word()));
    if let Some(t) = &edge.trigger {
        out.insert("event".into(), json!(t.event));
        out.insert("via".into(), json!(t.via));
        out.insert("enabled".into(), shown(&t.enabled));
        out.insert("batch_size".into(), shown(&t.batch_size));
        out.insert("filter".into(), shown(&t.filter));
        out.insert("logical_id".into(), json!(deployed_id(&t.logical_id)));
        out.insert("source".into(), json!(t.source));
        out.insert("asynchronous".into(), json!(t.asynchronous));
        out.insert("blocked".into(), json!(edge.label == "blocked"));
    } else if !edge.label.is_empty() {
        out.insert("label".into(), json!(edge.label));
    }
    out.insert("location".into(), location(store, edge.span));
    Json::Object(out)
}

/// A value as JSON; numbers and booleans that CloudFormation takes as text have their own type.
pub(crate) fn shown(val: &Val) -> Json {
    if let Some(b) = val.as_bool() {
        return Json::Bool(b);
    }
    match (val.is_known(), val.as_int()) {
        (true, Some(n)) => json!(n),
        _ => val.to_json(),
    }
}

/// `{path, line}`, empty for what stands nowhere.
pub(crate) fn location(store: &Store, span: Span) -> Json {
    match store.get(span.file) {
        Some(file) => json!({ "path": file.path, "line": file.position(span.start).line }),
        None => json!({}),
    }
}
