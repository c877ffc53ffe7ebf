use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use smol_str::SmolStr;

use crate::model::{Application, Detail, EdgeKind, Graph, Node, NodeKind};

/// A node to draw.
struct Drawn {
    /// `n1`, `n2`… in order of the ids.
    name: String,
    lines: Vec<String>,
    kind: NodeKind,
}

/// What is drawn of an application: the union over its worlds.
struct Picture {
    nodes: BTreeMap<SmolStr, Drawn>,
    edges: BTreeSet<(SmolStr, SmolStr, &'static str, SmolStr)>,
}

/// Whether a node is drawn although nothing is connected with it.
fn always(kind: NodeKind) -> bool {
    matches!(kind, NodeKind::Function | NodeKind::Entry | NodeKind::Store | NodeKind::Role)
}

fn picture(app: &Application, first: usize) -> Picture {
    let mut nodes: BTreeMap<SmolStr, (NodeKind, Vec<String>)> = BTreeMap::new();
    let mut edges = BTreeSet::new();
    for (_, graph) in &app.worlds {
        let mut connected = BTreeSet::new();
        for edge in &graph.edges {
            let (Some(from), Some(to)) = (graph.node(edge.from), graph.node(edge.to)) else { continue };
            // A part that hangs on nothing but another part says nothing in a picture.
            if !always(from.kind) && !always(to.kind) {
                continue;
            }
            connected.extend([edge.from, edge.to]);
            let label = match (&edge.trigger, edge.kind) {
                (Some(t), _) if edge.label == "blocked" => smol_str::format_smolstr!("{} (blocked)", t.event),
                (Some(t), _) => t.event.clone(),
                (None, EdgeKind::ReadsEnv) => edge.label.clone(),
                _ => SmolStr::default(),
            };
            edges.insert((from.id.clone(), to.id.clone(), edge.kind.word(), label));
        }
        for (ix, node) in graph.iter() {
            if always(node.kind) || connected.contains(&ix) {
                nodes.entry(node.id.clone()).or_insert_with(|| (node.kind, lines(graph, node)));
            }
        }
    }
    let named = nodes.into_iter().enumerate();
    let nodes = named
        .map(|(n, (id, (kind, lines)))| (id, Drawn { name: format!("n{}", first + n), lines, kind }))
        .collect();
    Picture { nodes, edges }
}

fn lines(graph: &Graph, node: &Node) -> Vec<String> {
    let mut lines = vec![node.name.to_string()];
    match &node.detail {
        Detail::Function(_) => {
            let runtime = node.props.get("Runtime").display();
            if !runtime.is_empty() {
                lines.push(runtime.to_string());
            }
        }
        Detail::Entry(e) => {
            lines = vec![if e.method.is_empty() && e.path.is_empty() {
                e.protocol.to_string()
            } else {
                format!("{} {}", e.method, e.path).trim().to_owned()
            }];
            let api = e.api.and_then(|ix| graph.node(ix)).map(|n| format!("{} ", n.name)).unwrap_or_default();
            lines.push(format!("{api}{} auth: {}", e.protocol, e.authorization.word()));
        }
        _ => {
            let ty = node.ty.strip_prefix("AWS::").unwrap_or(&node.ty);
            lines.push(if ty.is_empty() { node.kind.word().to_owned() } else { ty.to_owned() });
        }
    }
    lines
}

/// The graphs in Graphviz's language.
pub fn to_dot(applications: &[Application]) -> String {
    let mut out = String::from(
        "digraph palisade {\n  rankdir=LR;\n  node [fontname=\"Helvetica\", fontsize=11];\n  edge [fontname=\"Helvetica\", fontsize=9];\n",
    );
    let mut first = 1;
    for (n, app) in applications.iter().enumerate() {
        let picture = picture(app, first);
        first += picture.nodes.len();
        let _ = writeln!(out, "  subgraph cluster_{n} {{\n    label=\"{}\";", dot(&app.root));
        for node in picture.nodes.values() {
            let label: Vec<String> = node.lines.iter().map(|l| dot(l)).collect();
            let shape = match node.kind {
                NodeKind::Function => "box, style=\"rounded,filled\", fillcolor=\"#fde8c8\"",
                NodeKind::Entry => "cds, style=filled, fillcolor=\"#d6e9fb\"",
                NodeKind::Store => "cylinder, style=filled, fillcolor=\"#dff3e0\"",
                NodeKind::Role => "octagon, style=filled, fillcolor=\"#f1e4f7\"",
                NodeKind::Principal => "ellipse",
                _ => "box, style=dashed",
            };
            let _ = writeln!(out, "    {} [label=\"{}\", shape={shape}];", node.name, label.join("\\n"));
        }
        for (from, to, kind, label) in &picture.edges {
            if let (Some(from), Some(to)) = (picture.nodes.get(from), picture.nodes.get(to)) {
                let label = edge_label(kind, label);
                let _ = writeln!(out, "    {} -> {} [label=\"{}\"];", from.name, to.name, dot(&label));
            }
        }
        out.push_str("  }\n");
    }
    out.push_str("}\n");
    out
}

/// The graphs in Mermaid's language.
pub fn to_mermaid(applications: &[Application]) -> String {
    let mut out = String::from("flowchart LR\n");
    let mut first = 1;
    for (n, app) in applications.iter().enumerate() {
        let picture = picture(app, first);
        first += picture.nodes.len();
        let _ = writeln!(out, "  subgraph app{n}[\"{}\"]", mermaid(&app.root));
        for node in picture.nodes.values() {
            let label: Vec<String> = node.lines.iter().map(|l| mermaid(l)).collect();
            let (open, close) = match node.kind {
                NodeKind::Function => ("(", ")"),
                NodeKind::Entry => (">", "]"),
                NodeKind::Store => ("[(", ")]"),
                NodeKind::Role => ("{{", "}}"),
                NodeKind::Principal => ("((", "))"),
                _ => ("[", "]"),
            };
            let _ = writeln!(out, "    {}{open}\"{}\"{close}", node.name, label.join("<br/>"));
        }
        for (from, to, kind, label) in &picture.edges {
            if let (Some(from), Some(to)) = (picture.nodes.get(from), picture.nodes.get(to)) {
                let label = mermaid(&edge_label(kind, label));
                let _ = writeln!(out, "    {} -->|\"{label}\"| {}", from.name, to.name);
            }
        }
        out.push_str("  end\n");
    }
    out
}

fn edge_label(kind: &str, label: &str) -> String {
    let verb = kind.replace('_', " ");
    if label.is_empty() { verb } else { format!("{verb} {label}") }
}

/// Escapes a text in a quoted string of Graphviz.
fn dot(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Escapes a text in a quoted label of Mermaid, which reads HTML and `#…;` entities.
fn mermaid(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '"' => out.push_str("#quot;"),
            '#' => out.push_str("#35;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '&' => out.push_str("#amp;"),
            '`' => out.push_str("#96;"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
