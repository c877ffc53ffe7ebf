//! From the deployed shape to the application graph.
//!
//! Every resource becomes a node or is folded into one; what resources say of each other becomes edges.
//! A file of this folder is one row, or a few that belong together, of the lowering table.

mod arn;
mod controls;
mod document;
mod edge;
mod entries;
mod events;
mod function;
mod graphql;
mod http;
mod kinds;
mod mappings;
mod network;
mod notifications;
mod openapi;
mod permissions;
mod reach;
mod rest;
mod role;
mod stores;
mod url;
mod workflows;

use std::collections::{HashMap, HashSet};

use palisade_graph::{
    Detail, Edge, EdgeKind, EntryDetail, Graph, Node, NodeIx, NodeKind, Piece, State, Target, Trigger, Val,
};
use palisade_source::Span;
use smol_str::SmolStr;

pub use document::parsed;

use crate::{Files, Resource, Stack};

/// Lowers one stack. `root` is the application's root as it stands in node ids.
pub fn lower(files: &Files<'_>, root: &str, stack: &Stack) -> Graph {
    let mut l = Lowering::new(files, root, stack);
    l.resources();
    function::names(&mut l);
    function::key_aliases(&mut l);
    function::lower(&mut l);
    permissions::collect(&mut l);
    role::lower(&mut l);
    stores::lower(&mut l);
    mappings::lower(&mut l);
    notifications::lower(&mut l);
    events::lower(&mut l);
    let reach = reach::Reach::new(&l);
    rest::lower(&mut l, &reach);
    http::lower(&mut l, &reach);
    url::lower(&mut l);
    graphql::lower(&mut l, &reach);
    edge::lower(&mut l, &reach);
    workflows::lower(&mut l);
    network::lower(&mut l);
    controls::lower(&mut l);
    permissions::finish(&mut l, &reach);
    l.finish()
}

/// A graph in the making.
struct Lowering<'a> {
    files: &'a Files<'a>,
    root: &'a str,
    stack: &'a Stack,
    graph: Graph,
    edges: Vec<Edge>,
    /// Resources of each type, in order of their ids.
    by_type: HashMap<&'a str, Vec<&'a Resource>>,
    /// Physical names as they are displayed: (family, name) → node.
    names: HashMap<(&'static str, SmolStr), NodeIx>,
    /// Resources that are part of another node.
    folded: HashSet<SmolStr>,
    /// Entries counted so far by (function, kind of event).
    ordinals: HashMap<(NodeIx, SmolStr), u32>,
    /// Blocks of functions by their start, to find the cause of a generated statement.
    blocks: Vec<(Span, SmolStr)>,
    /// Services whose permission names a function that is not known.
    loose: Vec<Val>,
}

/// Deeper nesting of holes in holes is not followed.
const HOLES: u8 = 8;

impl<'a> Lowering<'a> {
    fn new(files: &'a Files<'a>, root: &'a str, stack: &'a Stack) -> Self {
        let mut by_type: HashMap<&'a str, Vec<&'a Resource>> = HashMap::new();
        let mut blocks = Vec::new();
        for r in stack.resources.values() {
            by_type.entry(r.ty.as_str()).or_default().push(r);
            if r.block.is_some() && matches!(r.ty.as_str(), kinds::FUNCTION | kinds::STATE_MACHINE) {
                blocks.push((r.block, r.id.clone()));
            }
        }
        #[expect(clippy::iter_over_hash_type, reason = "each list is sorted by itself")]
        for list in by_type.values_mut() {
            list.sort_by(|a, b| a.id.cmp(&b.id));
        }
        blocks.sort();
        Self {
            files,
            root,
            stack,
            graph: Graph::default(),
            edges: Vec::new(),
            by_type,
            names: HashMap::new(),
            folded: HashSet::new(),
            ordinals: HashMap::new(),
            blocks,
            loose: Vec::new(),
        }
    }

    /// Nodes of all resources whose kind their type says; the others get theirs from their own row.
    fn resources(&mut self) {
        let mut all: Vec<&'a Resource> = self.stack.resources.values().collect();
        all.sort_by(|a, b| a.id.cmp(&b.id));
        for r in all {
            if let Some(kind) = kinds::kind(&r.ty) {
                let ix = self.add(r, kind, &r.name);
                if let Some((family, key)) = kinds::named(&r.ty) {
                    let name = r.props.get(key);
                    if !name.is_null() {
                        self.names.entry((family, name.display())).or_insert(ix);
                    }
                }
            }
        }
    }

    fn finish(mut self) -> Graph {
        let mut rest: Vec<&'a Resource> = self.stack.resources.values().collect();
        rest.retain(|r| self.graph.by_logical(&r.id).is_none() && !self.folded.contains(&r.id));
        rest.sort_by(|a, b| a.id.cmp(&b.id));
        for r in rest {
            self.add(r, kinds::fallback(&r.ty), &r.name);
        }
        for n in 0..self.graph.nodes.len() {
            let ix = NodeIx(u32::try_from(n).unwrap_or(u32::MAX));
            let cause = self.graph.node(ix).and_then(|n| n.implied_by.clone());
            let id = cause.and_then(|c| self.graph.by_logical(&c)).filter(|c| *c != ix);
            let id = id.and_then(|c| self.graph.node(c)).map(|c| c.id.clone());
            if let (Some(id), Some(node)) = (id, self.graph.node_mut(ix)) {
                node.implied_by = Some(id);
            }
        }
        for edge in self.edges {
            self.graph.connect(edge);
        }
        let mut graph = self.graph.sorted();
        graph.interface = self.stack.interface.clone();
        graph
    }

    /// Resources of a type, in order of their ids.
    fn of(&self, ty: &str) -> Vec<&'a Resource> {
        self.by_type.get(ty).cloned().unwrap_or_default()
    }

    /// Adds the node of a resource.
    fn add(&mut self, r: &Resource, kind: NodeKind, name: &str) -> NodeIx {
        let mut node = Node::new(kind, self.root, name, &r.ty, r.key, r.props.clone());
        node.name = if kind == NodeKind::Entry { name.into() } else { r.name.clone() };
        node.logical_id = r.id.clone();
        node.address = r.address.clone();
        node.block = r.block;
        node.attributes = r.attributes.clone();
        node.implied_by.clone_from(&r.implied_by);
        self.graph.add(node)
    }

    /// Adds an entry that stands inside a resource (an operation of a document, a behaviour, a trigger
    /// of a pool). The resource's logical id goes on meaning the resource.
    fn add_part(&mut self, r: &Resource, ty: &str, name: &str, span: Span, entry: EntryDetail) -> NodeIx {
        let mut node = Node::new(NodeKind::Entry, self.root, name, ty, span.or(r.key), entry.props.clone());
        node.logical_id = r.id.clone();
        node.address = r.address.clone();
        node.block = if span.is_some() { span } else { r.block };
        node.implied_by.clone_from(&r.implied_by);
        node.detail = Detail::Entry(Box::new(entry));
        self.graph.add(node)
    }

    /// Adds the entry that a resource is.
    fn add_entry(&mut self, r: &Resource, name: &str, entry: EntryDetail) -> NodeIx {
        let ix = self.add(r, NodeKind::Entry, name);
        if let Some(node) = self.graph.node_mut(ix) {
            node.detail = Detail::Entry(Box::new(entry));
        }
        ix
    }

    /// The node of a resource.
    fn ix(&self, r: &Resource) -> Option<NodeIx> {
        self.graph.by_logical(&r.id)
    }

    fn name(&self, ix: NodeIx) -> SmolStr {
        self.graph.node(ix).map(|n| n.name.clone()).unwrap_or_default()
    }

    fn kind(&self, ix: NodeIx) -> Option<NodeKind> {
        self.graph.node(ix).map(|n| n.kind)
    }

    /// The next number of an entry of this kind at a function, from 1.
    fn ordinal(&mut self, function: NodeIx, event: &str) -> u32 {
        let n = self.ordinals.entry((function, event.into())).or_default();
        *n += 1;
        *n
    }

    fn connect(&mut self, from: NodeIx, to: NodeIx, kind: EdgeKind, span: Span, label: &str) {
        self.edges.push(Edge { from, to, kind, trigger: None, span, label: label.into() });
    }

    fn trigger(&mut self, from: NodeIx, to: NodeIx, span: Span, trigger: Trigger) {
        let kind = EdgeKind::Triggers;
        self.edges.push(Edge {
            from,
            to,
            kind,
            trigger: Some(Box::new(trigger)),
            span,
            label: SmolStr::default(),
        });
    }

    /// The nodes that a value refers to, in the order in which they stand in it.
    fn targets(&self, val: &Val) -> Vec<NodeIx> {
        let mut out = Vec::new();
        self.collect_targets(val, HOLES, &mut out);
        out
    }

    fn collect_targets(&self, val: &Val, depth: u8, out: &mut Vec<NodeIx>) {
        match &val.state {
            State::Ref(t) => {
                if let Target::Resource { id, .. } = &**t
                    && let Some(ix) = self.graph.by_logical(id)
                    && !out.contains(&ix)
                {
                    out.push(ix);
                }
            }
            State::Partial(pieces) if depth > 0 => {
                for piece in pieces.iter() {
                    if let Piece::Hole(v) = piece {
                        self.collect_targets(v, depth - 1, out);
                    }
                }
            }
            _ => {}
        }
    }

    /// The node of a family (`function`, `queue`…) that a value names: by reference, ARN or name.
    fn find(&self, val: &Val, family: &'static str) -> Option<NodeIx> {
        if val.is_null() {
            return None;
        }
        let fits = |ix: &NodeIx| {
            self.graph.node(*ix).is_some_and(|n| kinds::family(&n.ty).is_none_or(|f| f == family))
        };
        if let Some(ix) = self.targets(val).into_iter().find(fits) {
            return Some(ix);
        }
        let text = val.display();
        if text.is_empty() {
            return None;
        }
        match arn::parse(&text) {
            Some(arn) if arn.family == family => self.names.get(&(family, arn.name)).copied(),
            Some(_) => None,
            None => self.names.get(&(family, text)).copied(),
        }
    }

    /// The function that a value names: reference, name, ARN with or without qualifier, or an
    /// invocation address of API Gateway.
    fn function(&self, val: &Val) -> Option<NodeIx> {
        if val.is_null() {
            return None;
        }
        let is_function = |ix: &NodeIx| self.kind(*ix) == Some(NodeKind::Function);
        if let Some(ix) = self.targets(val).into_iter().find(is_function) {
            return Some(ix);
        }
        let text = val.display();
        let name = arn::function_name(&text)?;
        self.names.get(&("function", name)).copied()
    }

    /// Any node that a value names, by reference or ARN.
    fn any(&self, val: &Val) -> Option<NodeIx> {
        if let Some(ix) = self.targets(val).first() {
            return Some(*ix);
        }
        let arn = arn::parse(&val.display())?;
        self.names.get(&(arn.family, arn.name)).copied()
    }

    /// Logical id of the function in whose declaration a place lies.
    fn cause_at(&self, span: Span) -> Option<SmolStr> {
        if !span.is_some() {
            return None;
        }
        let after = self.blocks.partition_point(|(b, _)| (b.file, b.start) <= (span.file, span.start));
        let (block, id) = self.blocks.get(after.checked_sub(1)?)?;
        block.contains(span).then(|| id.clone())
    }
}

/// A trigger of which only the kind is known.
fn trigger(event: &str, via: &'static str, props: &Val) -> Trigger {
    Trigger {
        event: event.into(),
        via,
        enabled: Val::bool(true, Span::NONE),
        batch_size: Val::default(),
        filter: Val::default(),
        logical_id: SmolStr::default(),
        source: SmolStr::default(),
        asynchronous: asynchronous(event),
        props: props.clone(),
    }
}

/// Whether Lambda queues events of this kind, so that nobody waits for the function's answer.
///
/// <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async.html>
fn asynchronous(event: &str) -> bool {
    matches!(
        event,
        "s3" | "sns"
            | "eventbridge"
            | "schedule"
            | "iot"
            | "logs"
            | "ses"
            | "config"
            | "codecommit"
            | "cloudformation"
            | "alarm"
    )
}
