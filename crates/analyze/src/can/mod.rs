//! Whether a function may do something: the decision of the policy engine, with the places that make it.

mod target;

use std::collections::BTreeSet;
use std::sync::Arc;

use palisade_graph::{EdgeKind, NodeIx, Val};
use palisade_iam::action::Action;
use palisade_iam::decide::{Decision, Gate, Hit, Policies, Verdict, explain};
use palisade_iam::document::{Effect, PolicyType, Values};
use palisade_iam::glob::Glob;
use palisade_iam::principal::Caller;
use palisade_iam::request::Request;
use palisade_iam::service;
use palisade_iam::symbol::Shape;
use palisade_iam::tri::Tri;
use palisade_source::Span;
use smol_str::SmolStr;

pub use target::{Target, Unknown, nearest_action, targets};

use crate::context::of_call;
use crate::policies::{Access, Attached, Origin};

/// A statement of an answer.
#[derive(Debug, Clone)]
pub struct Said {
    /// Which gate it belongs to, which document of it, which statement.
    pub hit: Hit,
    /// Its `Sid`.
    pub sid: Option<Arc<str>>,
    /// Where the document comes from.
    pub origin: Origin,
    /// Name of the document.
    pub name: SmolStr,
    /// Where the statement stands; for managed policies of AWS where they are attached.
    pub span: Span,
    /// The values of it that match, where they stand apart from it, and what they are.
    pub values: Vec<(Span, &'static str)>,
    /// Keys of its conditions.
    pub conditions: Vec<Arc<str>>,
}

/// An answer for one resource.
#[derive(Debug, Clone)]
pub struct Answer {
    /// What was asked about.
    pub target: Target,
    /// The resource as people read it.
    pub resource: String,
    /// The decision.
    pub decision: Decision,
    /// The statements that make it. When the boundary blocks: those that would allow.
    pub statements: Vec<Said>,
    /// Not allowed: statements that allow the action on other resources.
    pub near: Vec<Said>,
    /// Where the gates that block are attached.
    pub blocked_at: Vec<(Gate, SmolStr, Span)>,
    /// Cannot tell: policies that are not in the files or cannot be read, and where they are attached.
    pub unread: Vec<Attached>,
    /// What is taken for granted.
    pub notes: Vec<String>,
}

/// The role that a function runs as.
pub fn role_of(access: &Access<'_>, function: NodeIx) -> Option<NodeIx> {
    access.graph.out(function, EdgeKind::RunsAs).map(|e| e.to).find(|ix| access.role(*ix).is_some())
}

/// Decides whether a function may do an action on a resource.
///
/// `None` for an index of another graph.
pub fn answer(access: &mut Access<'_>, function: NodeIx, action: &Action, target: Target) -> Option<Answer> {
    let graph = access.graph;
    let function_node = graph.node(function)?;
    let mut notes = Vec::new();
    let role = role_of(access, function);
    let (identity, boundary, caller) = caller(access, function, role, &mut notes)?;
    let resource_policy = resource_policy(access, action, &target, &mut notes);
    let own = access.arn(function).map(str::to_owned);
    let context = of_call(
        access,
        function_node,
        own.as_deref(),
        role.and_then(|ix| graph.node(ix)),
        action,
        target.node.and_then(|ix| graph.node(ix)),
        &target.resource,
    );
    let request = Request::new(caller, action.clone(), &target.resource, None, context, access.symbols());
    let mut policies = Policies {
        identity: identity.iter().map(|a| a.policy.clone()).collect(),
        resource: resource_policy.as_ref().map(|a| a.policy.clone()),
        boundary: boundary.iter().map(|a| a.policy.clone()).collect(),
        ..Policies::default()
    };
    let mut decision = explain(&request, &policies, access.symbols());
    if decision.verdict == Verdict::Unknown
        && resource_policy.as_ref().is_some_and(|p| p.origin == Origin::Foreign)
    {
        // What the function's own policies do not allow is not allowed in another account either.
        let here = Request { resource_account: request.caller.account().map(Into::into), ..request.clone() };
        let own = Policies { resource: None, ..policies.clone() };
        let alone = explain(&here, &own, access.symbols());
        if matches!(alone.verdict, Verdict::ImplicitDeny | Verdict::ExplicitDeny) {
            decision = alone;
        }
    }
    let documents =
        Documents { identity: &identity, boundary: &boundary, resource: resource_policy.as_ref() };
    let mut hits = decision.because.clone();
    if decision.blocked_by.contains(&Gate::Boundary) {
        policies.boundary.clear();
        let open = explain(&request, &policies, access.symbols());
        hits = open.because.into_iter().filter(|h| h.effect == Effect::Allow).collect();
    }
    let says = |hit: &Hit| documents.said(access, hit, &request);
    let statements: Vec<Said> = hits.iter().filter_map(says).collect();
    let near = if decision.verdict == Verdict::ImplicitDeny && statements.is_empty() {
        documents.near(access, &request)
    } else {
        Vec::new()
    };
    decision.missing = missing(&decision, &request, access, &documents);
    let blocked_at = decision
        .blocked_by
        .iter()
        .filter(|g| **g != Gate::Identity)
        .filter_map(|g| documents.first(*g).map(|a| (*g, a.name.clone(), a.span)))
        .collect();
    if decision.assumptions.contains(&"principal-star") {
        notes.push("the resource's policy lets everybody in; AWS does not say that this includes roles whose own policies do not allow it".to_owned());
    }
    let open = decision.verdict == Verdict::Unknown;
    let all = identity.iter().chain(&boundary).chain(&resource_policy);
    let unread = all.filter(|a| open && a.policy.document.opaque && a.span.is_some()).cloned().collect();
    let resource = access.symbols().show(request.resource.as_str());
    Some(Answer { target, resource, decision, statements, near, blocked_at, unread, notes })
}

fn caller(
    access: &mut Access<'_>,
    function: NodeIx,
    role: Option<NodeIx>,
    notes: &mut Vec<String>,
) -> Option<(Vec<Attached>, Vec<Attached>, Caller)> {
    if let Some(known) = role.and_then(|ix| access.role(ix)) {
        let documents = (known.identity.clone(), known.boundary.iter().cloned().collect());
        if let Some(caller) = Caller::parse(&known.arn) {
            return Some((documents.0, documents.1, caller));
        }
    }
    let graph = access.graph;
    let written = graph.node(function).map_or_else(Val::default, |n| n.props.lookup("Role").clone());
    let text = access.text(&written).unwrap_or_default();
    let caller = Caller::parse(&text).filter(|c| c.kind() == palisade_iam::principal::CallerKind::Role);
    let caller = match caller {
        Some(known) => known,
        None => {
            let name = access.fresh(Shape::Name, 0, "${role}");
            let (account, _, partition) = access.deployed();
            Caller::parse(&format!("arn:{partition}:iam::{account}:role/{name}"))?
        }
    };
    notes.push("the role of the function is not in the files".to_owned());
    let name = written.display();
    let unknown = access.opaque(PolicyType::Identity, Origin::UnknownRole, &name, written.span);
    Some((vec![unknown], Vec::new(), caller))
}

fn resource_policy(
    access: &Access<'_>,
    action: &Action,
    target: &Target,
    notes: &mut Vec<String>,
) -> Option<Attached> {
    let tail = target.resource.splitn(6, ':').nth(5).unwrap_or_default();
    let takes_role = service::is_assume(action) && tail.starts_with("role/");
    if let Some(ix) = target.node {
        if takes_role && let Some(role) = access.role(ix) {
            return Some(role.trust.clone());
        }
        return access.resource(ix).cloned();
    }
    if target.resource == "*" {
        return None;
    }
    let account = target.resource.split(':').nth(4).unwrap_or_default();
    let elsewhere = !account.is_empty() && account != access.deployed().0;
    let key = action.service() == "kms" && tail.starts_with("key/");
    if takes_role || key || elsewhere {
        let what = if takes_role { "the trust policy of the role" } else { "the policy of the resource" };
        notes.push(format!("{what} is not in the files"));
        let policy_type = if takes_role { PolicyType::Trust } else { PolicyType::Resource };
        let origin = if takes_role || key { Origin::Resource } else { Origin::Foreign };
        return Some(access.opaque(policy_type, origin, "", Span::NONE));
    }
    if !target.any {
        notes.push("the resource is not in the files: taken to be of the same account, and without a policy of its own that denies".to_owned());
    }
    None
}

/// The keys and references that would decide it, those left out that stand on both sides.
fn missing(
    decision: &Decision,
    request: &Request,
    access: &Access<'_>,
    documents: &Documents<'_>,
) -> Vec<String> {
    if decision.verdict != Verdict::Unknown {
        return Vec::new();
    }
    // A reference on one side only is compared with something else; one on both is equal to itself.
    let symbols = access.symbols();
    let asked: BTreeSet<String> = request
        .resource
        .as_str()
        .chars()
        .filter_map(|c| symbols.get(c))
        .map(|s| s.name.to_string())
        .filter(|n| n != "*" && !n.starts_with("${any "))
        .collect();
    let named: BTreeSet<String> = decision.missing.iter().cloned().collect();
    let mut out: Vec<String> = named.difference(&asked).cloned().collect();
    if out.is_empty() {
        out.extend(asked.difference(&named).cloned());
    }
    if out.is_empty() {
        out.extend(named);
    }
    for name in &mut out {
        if let Some(policy) = documents.unread(name) {
            *name = policy;
        }
    }
    out.sort();
    out.dedup();
    out
}

struct Documents<'a> {
    identity: &'a [Attached],
    boundary: &'a [Attached],
    resource: Option<&'a Attached>,
}

impl<'a> Documents<'a> {
    fn of(&self, gate: Gate) -> &'a [Attached] {
        match gate {
            Gate::Identity => self.identity,
            Gate::Boundary => self.boundary,
            Gate::Resource => self.resource.map_or(&[], std::slice::from_ref),
            _ => &[],
        }
    }

    /// What the engine calls by its number, by its name.
    fn unread(&self, name: &str) -> Option<String> {
        let (policy, statement) = match name.strip_suffix(", which cannot be read")?.split_once(" of ") {
            Some((_, policy)) => (policy, true),
            None => (name.strip_suffix(", which cannot be read")?, false),
        };
        let (gate, number) = policy.split_once(" policy ")?;
        let gate =
            [Gate::Identity, Gate::Boundary, Gate::Resource].into_iter().find(|g| g.as_str() == gate)?;
        let attached = self.of(gate).get(number.parse::<usize>().ok()?)?;
        let part = if statement { "a statement of " } else { "" };
        Some(match (attached.origin, gate) {
            (Origin::UnknownRole, _) => "the policies of the role".to_owned(),
            (_, Gate::Resource) => format!("{part}the policy of the resource"),
            (_, Gate::Boundary) => format!("{part}the permissions boundary `{}`", attached.name),
            _ if attached.name.is_empty() => format!("{part}a policy of the role"),
            _ => format!("{part}policy `{}`", attached.name),
        })
    }

    fn first(&self, gate: Gate) -> Option<&'a Attached> {
        self.of(gate).first()
    }

    fn said(&self, access: &Access<'_>, hit: &Hit, request: &Request) -> Option<Said> {
        let attached = self.of(hit.gate).get(hit.document as usize)?;
        let statement = attached.policy.document.statements.iter().find(|s| s.index == hit.statement)?;
        let place = access.place(statement.mark);
        let mut values = Vec::new();
        let mut see = |mark: Option<u32>, word| {
            let at = mark.map_or(Span::NONE, |m| access.place(m));
            if at.is_some() && at != place && values.iter().all(|(known, _)| *known != at) {
                values.push((at, word));
            }
        };
        if let Some(listed) = &statement.actions {
            see(matching(listed, request.action.lower(), true, access), "the action");
        }
        if let Some(listed) = &statement.resources {
            see(matching(listed, request.resource.as_str(), false, access), "the resource");
        }
        for condition in &statement.conditions {
            see(Some(condition.mark), "a condition");
        }
        Some(Said {
            hit: *hit,
            sid: statement.sid.clone().filter(|s| !s.is_empty()),
            origin: attached.origin,
            name: attached.name.clone(),
            span: place.or(attached.span),
            values,
            conditions: statement.conditions.iter().map(|c| c.key.clone()).collect(),
        })
    }

    /// Statements that allow the action, and not on this resource.
    fn near(&self, access: &Access<'_>, request: &Request) -> Vec<Said> {
        let mut out = Vec::new();
        for (n, attached) in self.identity.iter().enumerate() {
            for statement in &attached.policy.document.statements {
                let names = statement.actions.as_ref().filter(|a| !a.negated);
                let listed = names.and_then(|a| matching(a, request.action.lower(), true, access));
                if statement.effect != Some(Effect::Allow) || listed.is_none() {
                    continue;
                }
                let hit = Hit {
                    gate: Gate::Identity,
                    level: 0,
                    document: u32::try_from(n).unwrap_or(u32::MAX),
                    statement: statement.index,
                    effect: Effect::Allow,
                    certain: false,
                };
                out.extend(self.said(access, &hit, request).map(|mut said| {
                    for text in statement.resources.iter().flat_map(|r| &r.items) {
                        let at = access.place(text.mark);
                        if at.is_some() && at != said.span && said.values.iter().all(|(s, _)| *s != at) {
                            said.values.push((at, "another resource"));
                        }
                    }
                    said
                }));
            }
        }
        out
    }
}

/// The mark of the first value that matches for certain, or else perhaps.
fn matching(values: &Values, text: &str, fold: bool, access: &Access<'_>) -> Option<u32> {
    if values.negated {
        return Some(values.mark);
    }
    let symbols = access.symbols();
    let how = |value: &str| {
        let glob = if fold { Glob::new(&value.to_ascii_lowercase()) } else { Glob::new(value) };
        glob.matches_symbolic(text, symbols)
    };
    let all: Vec<(Tri, u32)> = values.items.iter().map(|t| (how(&t.value), t.mark)).collect();
    let first = |wanted: Tri| all.iter().find(|(tri, _)| *tri == wanted).map(|(_, mark)| *mark);
    first(Tri::True).or_else(|| first(Tri::Unknown))
}
