use std::collections::{HashMap, HashSet};

use palisade_graph::{Detail, EdgeKind, From, ManagedPolicy, NodeIx, Role, Statement, Val};
use smol_str::SmolStr;

use super::Lowering;
use super::document::{elements, origin, statements};
use crate::Resource;

/// Types that give statements to the principals they name, and where their names stand.
const ATTACHED: &[&str] = &[
    "AWS::IAM::Policy",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::RolePolicy",
    "AWS::IAM::UserPolicy",
    "AWS::IAM::GroupPolicy",
];

/// Roles, users and groups with what they may do.
pub fn lower(l: &mut Lowering<'_>) {
    let mut roles: HashMap<NodeIx, Role> = HashMap::new();
    let mut order = Vec::new();
    let mut attached: HashSet<(NodeIx, SmolStr)> = HashSet::new();
    let mut used: HashSet<SmolStr> = boundaries(l);
    for ty in ["AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group"] {
        for r in l.of(ty) {
            let Some(ix) = l.ix(r) else { continue };
            order.push(ix);
            let role = identity(l, r, ix, &mut attached, &mut used);
            roles.insert(ix, role);
        }
    }
    // In the order of the template, which is the order in which people read a role's policies.
    let stack = l.stack;
    for r in stack.resources.values().filter(|r| ATTACHED.contains(&r.ty.as_str())) {
        let Some(policy) = l.ix(r) else { continue };
        let document = r.props.get("PolicyDocument");
        let list = statements(l, document, origin(r, document, From::Managed), &r.id);
        let mut any = used.contains(&r.id);
        for (key, family) in [
            ("Roles", "role"),
            ("RoleName", "role"),
            ("Users", "user"),
            ("UserName", "user"),
            ("Groups", "group"),
            ("GroupName", "group"),
        ] {
            for named in r.props.get(key).items() {
                let Some(to) = l.find(named, family).filter(|ix| roles.contains_key(ix)) else { continue };
                any = true;
                l.connect(policy, to, EdgeKind::AttachedTo, named.span.or(r.key), "");
                if attached.insert((to, r.id.clone())) {
                    extend(&mut roles, to, &list, r);
                }
            }
        }
        if !any {
            // Nothing of the application carries it, so it is judged by itself.
            let role = Role { statements: list, ..Role::default() };
            if let Some(node) = l.graph.node_mut(policy) {
                node.detail = Detail::Role(Box::new(role));
            }
        }
    }
    for ix in order {
        if let (Some(role), Some(node)) = (roles.remove(&ix), l.graph.node_mut(ix)) {
            node.detail = Detail::Role(Box::new(role));
        }
    }
}

/// Managed policies that are boundaries: of a principal, or by a condition of those that somebody makes. A
/// boundary grants nothing.
fn boundaries(l: &Lowering<'_>) -> HashSet<SmolStr> {
    const KEY: &str = "PermissionsBoundary";
    let mut named: Vec<Val> = Vec::new();
    for r in l.stack.resources.values().filter(|r| r.ty.starts_with("AWS::IAM::")) {
        named.push(r.props.get(KEY).clone());
        let inline = r.props.get("Policies");
        let documents = inline.items().iter().map(|p| p.get("PolicyDocument"));
        for document in documents.chain([r.props.get("PolicyDocument")]) {
            for operator in
                document.get("Statement").items().iter().flat_map(|s| s.get("Condition").entries())
            {
                // A negated operator names a boundary that is refused.
                let asked = operator.val.entries().iter().filter(|e| {
                    e.key.eq_ignore_ascii_case("iam:PermissionsBoundary") && !operator.key.contains("Not")
                });
                named.extend(asked.flat_map(|e| e.val.items()).cloned());
            }
        }
    }
    let policies = named.iter().filter_map(|v| l.find(v, "policy")).filter(|ix| is_managed(l, *ix));
    policies.filter_map(|ix| l.graph.node(ix)).map(|n| n.logical_id.clone()).collect()
}

fn extend(roles: &mut HashMap<NodeIx, Role>, to: NodeIx, list: &[Statement], r: &Resource) {
    let Some(role) = roles.get_mut(&to) else { return };
    role.statements.extend(list.iter().cloned().map(|mut s| {
        if s.from == From::Connector && s.implied_by.is_none() {
            s.implied_by.clone_from(&r.implied_by);
        }
        s
    }));
}

fn identity(
    l: &mut Lowering<'_>,
    r: &Resource,
    ix: NodeIx,
    attached: &mut HashSet<(NodeIx, SmolStr)>,
    used: &mut HashSet<SmolStr>,
) -> Role {
    let mut role = Role {
        trust: statements(l, r.props.get("AssumeRolePolicyDocument"), From::Inline, ""),
        ..Role::default()
    };
    for policy in r.props.get("Policies").items() {
        if policy.as_map().is_none() {
            role.statements.extend(statements(l, policy, From::Inline, ""));
            continue;
        }
        let name = policy.get("PolicyName").display();
        let mut list = statements(l, policy.get("PolicyDocument"), From::Inline, &name);
        // What the framework says of the policy holds for its statements.
        for s in &mut list {
            mark(l, s, policy);
        }
        role.statements.extend(list);
    }
    for managed in elements(r.props.get("ManagedPolicyArns")) {
        if let Some(policy) = l.find(&managed, "policy").filter(|p| is_managed(l, *p)) {
            let id = l.graph.node(policy).map(|n| n.logical_id.clone()).unwrap_or_default();
            let Some(resource) = l.stack.get(&id) else { continue };
            used.insert(id.clone());
            l.connect(policy, ix, EdgeKind::AttachedTo, managed.span.or(r.key), "");
            if attached.insert((ix, id.clone())) {
                let document = resource.props.get("PolicyDocument");
                let from = origin(resource, document, From::Managed);
                role.statements.extend(statements(l, document, from, &id));
            }
            continue;
        }
        let implied = managed.links().find(|k| k.word == palisade_graph::Via::Implied);
        let implied_by = implied.map(|k| l.cause_at(k.span).unwrap_or_else(|| r.id.clone()));
        role.managed.push(ManagedPolicy { value: managed, implied_by });
    }
    let boundary = r.props.get("PermissionsBoundary");
    if !boundary.is_null() {
        role.boundary = Some(boundary.clone());
    }
    role
}

fn is_managed(l: &Lowering<'_>, ix: NodeIx) -> bool {
    l.graph.node(ix).is_some_and(|n| n.ty == "AWS::IAM::ManagedPolicy")
}

fn mark(l: &Lowering<'_>, s: &mut Statement, policy: &Val) {
    if s.from != From::Inline {
        return;
    }
    for link in policy.links().chain(policy.get("PolicyDocument").links()) {
        match link.word {
            palisade_graph::Via::PolicyTemplate => s.from = From::Template,
            palisade_graph::Via::Implied => {
                s.from = From::Implied;
                s.implied_by = l.cause_at(link.span).or_else(|| Some(s.policy.clone()));
            }
            _ => {}
        }
    }
}
