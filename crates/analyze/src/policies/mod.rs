//! From the graph to documents of the engine: what every role may do, and what resources let in.
//!
//! A reference that only the deployment resolves becomes a symbol: `!GetAtt Orders.Arn` is
//! `arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Orders}`, in which each hole is equal to itself only.

mod document;
pub(crate) mod kinds;
mod permission;
mod text;

use std::collections::BTreeMap;
use std::sync::Arc;

use palisade_graph::{Detail, EdgeKind, Graph, Node as GraphNode, NodeIx, NodeKind, Val};
use palisade_iam::catalogue;
use palisade_iam::document::{Document, PolicyType};
use palisade_iam::element::{Element, Node};
use palisade_iam::statement::Policy;
use palisade_iam::symbol::{Shape, Symbols};
use palisade_source::Span;
use smol_str::SmolStr;

pub use text::Place;
use text::Texts;

/// Where a document comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// Written in the role.
    Inline,
    /// A policy of the application that is attached to it.
    Attached,
    /// A managed policy of AWS.
    Aws,
    /// A managed policy that is not in the files.
    Elsewhere,
    /// Nothing is known of the role's policies.
    UnknownRole,
    /// The trust policy.
    Trust,
    /// The resource's own policy.
    Resource,
    /// The policy of a resource that may be of another account.
    Foreign,
    /// Permissions of a function.
    Permissions,
    /// The policy that a key has when none is written.
    KeyDefault,
}

/// A document with its way to the role or resource.
#[derive(Debug, Clone)]
pub struct Attached {
    /// The document.
    pub policy: Arc<Policy>,
    /// Where it comes from.
    pub origin: Origin,
    /// Its name as its author knows it.
    pub name: SmolStr,
    /// Where it is written, or attached.
    pub span: Span,
}

/// What is attached to a role.
#[derive(Debug, Clone)]
pub struct RolePolicies {
    /// ARN, with symbols.
    pub arn: String,
    /// What it may do, a document each.
    pub identity: Vec<Attached>,
    /// Who may become it.
    pub trust: Attached,
    /// Its boundary; none is no limit.
    pub boundary: Option<Attached>,
}

/// Every policy of a graph.
pub struct Access<'g> {
    /// The graph.
    pub graph: &'g Graph,
    roles: BTreeMap<NodeIx, RolePolicies>,
    resources: BTreeMap<NodeIx, Attached>,
    arns: BTreeMap<NodeIx, String>,
    texts: Texts<'g>,
}

impl<'g> Access<'g> {
    /// Lowers the policies of a graph.
    pub fn of(graph: &'g Graph, place: &Place) -> Self {
        let mut access = Self {
            graph,
            roles: BTreeMap::new(),
            resources: BTreeMap::new(),
            arns: BTreeMap::new(),
            texts: Texts::new(graph, place),
        };
        for (ix, node) in graph.iter() {
            if let Some(arn) = access.texts.arn(ix) {
                access.arns.insert(ix, arn);
            }
            if node.ty == "AWS::IAM::Role" {
                let role = access.lower_role(ix, node);
                access.roles.insert(ix, role);
            }
            if let Some(own) = access.lower_resource(ix, node) {
                access.resources.insert(ix, own);
            }
        }
        access
    }

    /// The policies of a role.
    pub fn role(&self, ix: NodeIx) -> Option<&RolePolicies> {
        self.roles.get(&ix)
    }

    /// The roles with their policies, in order of their nodes.
    pub fn roles(&self) -> impl Iterator<Item = (NodeIx, &RolePolicies)> {
        self.roles.iter().map(|(ix, role)| (*ix, role))
    }

    /// The policy of a resource: of a store, a key, a function.
    pub fn resource(&self, ix: NodeIx) -> Option<&Attached> {
        self.resources.get(&ix)
    }

    /// The ARN of a node, with symbols; `None` for types that no policy of the application names.
    pub fn arn(&self, ix: NodeIx) -> Option<&str> {
        self.arns.get(&ix).map(String::as_str)
    }

    /// The symbols of all documents.
    pub fn symbols(&self) -> &Symbols {
        &self.texts.symbols
    }

    /// The place that a mark of a document points at.
    pub fn place(&self, mark: u32) -> Span {
        self.texts.places.get(mark as usize).copied().unwrap_or(Span::NONE)
    }

    /// Account, region and partition of the deployment, known or as symbols.
    pub fn deployed(&self) -> (&str, &str, &str) {
        (&self.texts.account, &self.texts.region, &self.texts.partition)
    }

    /// A value as the text that policies are compared with.
    pub fn text(&mut self, val: &Val) -> Option<String> {
        self.texts.text(val)
    }

    /// A symbol for something that is asked about.
    pub(crate) fn fresh(&mut self, shape: Shape, group: u32, name: &str) -> String {
        self.texts.fresh(shape, group, name)
    }

    /// A policy of which nothing is known.
    pub fn opaque(&self, policy_type: PolicyType, origin: Origin, name: &str, span: Span) -> Attached {
        self.compiled(&Element::new(Node::Unknown), policy_type, origin, name, span)
    }

    fn compiled(
        &self,
        element: &Element,
        policy_type: PolicyType,
        origin: Origin,
        name: &str,
        span: Span,
    ) -> Attached {
        let policy = Policy::new(Document::read(element, policy_type), &self.texts.symbols);
        Attached { policy: Arc::new(policy), origin, name: name.into(), span }
    }

    /// A document as it stands in a property; `None` where frameworks write nothing to take it away.
    fn written(
        &mut self,
        document: &Val,
        policy_type: PolicyType,
        origin: Origin,
        name: &str,
        span: Span,
    ) -> Option<Attached> {
        if document.is_null() || document.as_str() == Some("") {
            return None;
        }
        let document = palisade_load::lower::parsed(document);
        let mut element = self.texts.element(&document);
        // A text that is no document, or a reference to one.
        if matches!(element.node, Node::Text(_)) {
            element.node = Node::Unknown;
        }
        if let Some(statement) = element.get("Effect").is_some().then(|| element.clone()) {
            element.node = Node::Map(vec![("Statement".into(), statement)]);
        }
        self.accounts(&mut element);
        Some(self.compiled(&element, policy_type, origin, name, document.span.or(span)))
    }

    /// The bare number of an account means its root user.
    fn accounts(&self, document: &mut Element) {
        let Node::Map(entries) = &mut document.node else { return };
        for (_, statements) in entries.iter_mut().filter(|(k, _)| &**k == "Statement") {
            for statement in document::many(statements) {
                let Node::Map(parts) = &mut statement.node else { continue };
                for (_, who) in parts.iter_mut().filter(|(k, _)| matches!(&**k, "Principal" | "NotPrincipal"))
                {
                    let Node::Map(kinds) = &mut who.node else { continue };
                    for (_, values) in kinds.iter_mut().filter(|(k, _)| &**k == "AWS") {
                        for value in document::many(values) {
                            if matches!(&value.node, Node::Text(t) if **t == *self.texts.account) {
                                value.node = Node::Text(self.root().into());
                            }
                        }
                    }
                }
            }
        }
    }

    fn root(&self) -> String {
        format!("arn:{}:iam::{}:root", self.texts.partition, self.texts.account)
    }

    fn lower_role(&mut self, ix: NodeIx, node: &GraphNode) -> RolePolicies {
        let mut identity = Vec::new();
        let inline = node.props.lookup("Policies");
        for policy in inline.items() {
            if policy.is_null() {
                continue;
            }
            let name = policy.get("PolicyName").display();
            let document = policy.lookup("PolicyDocument");
            identity.extend(self.written(document, PolicyType::Identity, Origin::Inline, &name, policy.span));
        }
        if inline.as_list().is_some_and(|l| l.open) {
            identity.push(self.opaque(PolicyType::Identity, Origin::Inline, "", inline.span));
        }
        let graph = self.graph;
        let attached = graph.into(ix, EdgeKind::AttachedTo).filter_map(|e| graph.node(e.from));
        for policy in attached.filter(|p| p.kind == NodeKind::Policy) {
            let (document, name) = (policy.props.lookup("PolicyDocument"), &policy.logical_id);
            identity.extend(self.written(
                document,
                PolicyType::Identity,
                Origin::Attached,
                name,
                policy.span,
            ));
        }
        let managed: &[_] = node.role().map_or(&[], |r| &r.managed);
        for one in managed {
            identity.push(self.managed(&one.value, PolicyType::Identity));
        }
        let trust = node.props.lookup("AssumeRolePolicyDocument");
        let trust = self
            .written(trust, PolicyType::Trust, Origin::Trust, &node.name, node.span)
            .unwrap_or_else(|| {
                self.compiled(
                    &Element::new(Node::Map(Vec::new())),
                    PolicyType::Trust,
                    Origin::Trust,
                    &node.name,
                    node.span,
                )
            });
        let boundary = node.props.lookup("PermissionsBoundary");
        let boundary = (!boundary.is_null()).then(|| self.boundary(boundary));
        RolePolicies { arn: self.texts.arn(ix).unwrap_or_default(), identity, trust, boundary }
    }

    fn boundary(&mut self, val: &Val) -> Attached {
        let graph = self.graph;
        let policy = graph.resolve(val).and_then(|ix| graph.node(ix));
        if let Some(policy) = policy.filter(|p| p.ty == "AWS::IAM::ManagedPolicy") {
            let document = policy.props.lookup("PolicyDocument");
            let read =
                self.written(document, PolicyType::Boundary, Origin::Attached, &policy.logical_id, val.span);
            return read.unwrap_or_else(|| {
                self.opaque(PolicyType::Boundary, Origin::Attached, &policy.logical_id, val.span)
            });
        }
        self.managed(val, PolicyType::Boundary)
    }

    /// A managed policy by its name or ARN.
    fn managed(&mut self, val: &Val, policy_type: PolicyType) -> Attached {
        let text = self.texts.text(val).unwrap_or_default();
        let shown = self.texts.symbols.show(&text);
        let aws = match text.split_once(":iam::aws:policy") {
            Some((_, rest)) => Some(format!("arn:aws:iam::aws:policy{rest}")),
            None if text.contains(':') => None,
            None => Some(text.clone()),
        };
        let known = aws.as_deref().and_then(catalogue::managed::document);
        let Some(mut element) = known.and_then(|json| Element::from_json(&json).ok()) else {
            let origin = if text.contains(":iam::aws:") { Origin::Aws } else { Origin::Elsewhere };
            return self.opaque(policy_type, origin, &shown, val.span);
        };
        let mark = self.texts.mark(val.span);
        document::settle(&mut element, &self.texts.partition, mark);
        let name = shown.rsplit('/').next().unwrap_or_default();
        self.compiled(&element, policy_type, Origin::Aws, name, val.span)
    }

    fn lower_resource(&mut self, ix: NodeIx, node: &GraphNode) -> Option<Attached> {
        match &node.detail {
            Detail::Function(function) => {
                let own = self.texts.arn(ix)?;
                let items: Vec<Element> = function
                    .permissions
                    .iter()
                    .map(|p| permission::statement(&mut self.texts, p, &own))
                    .collect();
                if items.is_empty() {
                    return None;
                }
                let element = document::of(items);
                Some(self.compiled(
                    &element,
                    PolicyType::Resource,
                    Origin::Permissions,
                    &node.name,
                    node.span,
                ))
            }
            Detail::Store(store) if !store.policy.is_empty() => {
                let mut items: Vec<Element> =
                    store.policy.iter().map(|s| document::statement(&mut self.texts, s)).collect();
                if store.unread_policy {
                    items.push(Element::new(Node::Unknown));
                }
                let mut element = document::of(items);
                self.accounts(&mut element);
                Some(self.compiled(&element, PolicyType::Resource, Origin::Resource, &node.name, node.span))
            }
            _ if node.ty == "AWS::KMS::Key" || node.ty == "AWS::KMS::ReplicaKey" => {
                Some(self.key_default(&node.name, node.span))
            }
            _ => None,
        }
    }

    /// The policy of a key that has none: it delegates to the account.
    ///
    /// <https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html>
    pub(crate) fn key_default(&self, name: &str, span: Span) -> Attached {
        let text = |t: &str| Element::new(Node::Text(t.into()));
        let root = Element::new(Node::Map(vec![("AWS".into(), text(&self.root()))]));
        let statement = Node::Map(vec![
            ("Effect".into(), text("Allow")),
            ("Principal".into(), root),
            ("Action".into(), text("kms:*")),
            ("Resource".into(), text("*")),
        ]);
        let element = Node::Map(vec![
            ("Version".into(), text("2012-10-17")),
            ("Statement".into(), Element::new(statement)),
        ]);
        self.compiled(&Element::new(element), PolicyType::Resource, Origin::KeyDefault, name, span)
    }
}
