//! Whether a resource policy refuses what comes without TLS.

use palisade_graph::{Node, NodeIx, Statement, Tri, Val};

use crate::{Change, Cx, Findings, Found, Literal, Proposal, Safety, policy};

/// Whether one of the statements denies everybody an action on plain HTTP.
pub fn refuses_plain_http(statements: &[Statement], action: &str) -> Tri {
    statements.iter().fold(Tri::No, |answer, s| {
        let everyone = policy::is_everyone(&s.principal);
        let covers = policy::covers_action(s, action);
        answer.or(s.effect.is("Deny").and(everyone).and(covers).and(insecure(&s.condition)))
    })
}

/// Whether a condition holds for plain HTTP.
fn insecure(condition: &Val) -> Tri {
    if condition.is_null() {
        return Tri::No;
    }
    let Some(map) = condition.as_map() else { return Tri::Unknown };
    let mut answer = if map.open { Tri::Unknown } else { Tri::No };
    for operator in &map.entries {
        for key in operator.val.entries().iter().filter(|k| k.key.eq_ignore_ascii_case("aws:SecureTransport"))
        {
            let off = |v: &Val| v.as_bool().map_or_else(|| v.is("false"), |b| (!b).into());
            answer = answer.or(key.val.items().iter().fold(Tri::No, |a, v| a.or(off(v))));
        }
    }
    answer
}

/// Asks every resource of a type; answers those of which no policy refuses plain HTTP.
pub fn unguarded<'a>(
    cx: &Cx<'a>,
    ty: &'static str,
    action: &str,
    out: &mut Findings,
) -> Vec<(NodeIx, &'a Node)> {
    let mut open = Vec::new();
    for (ix, node) in cx.of_type(ty) {
        let statements = node.store().map_or(&[][..], |s| &s.policy);
        let unread = node.store().is_some_and(|s| s.unread_policy);
        let refused = refuses_plain_http(statements, action);
        match if unread { refused.or(Tri::Unknown) } else { refused } {
            Tri::Yes => {}
            Tri::Unknown => {
                let nothing = Val::default();
                out.cannot_tell(ix, "Policy", statements.first().map_or(&nothing, |s| &s.effect));
            }
            Tri::No => open.push((ix, node)),
        }
    }
    open
}

/// The finding at a resource.
pub fn found(ix: NodeIx, node: &Node, help: &str) -> Found {
    Found::new(ix, node.span, "{subject} answers requests without TLS")
        .label("no policy denies plain HTTP")
        .help(help)
        .evidence("no deny of plain HTTP")
}

/// A statement that denies everybody an action without TLS, on some resources.
fn statement(action: &str, resources: Vec<Literal>) -> Literal {
    let secure = Literal::Map(vec![("aws:SecureTransport".into(), "false".into())]);
    Literal::Map(vec![
        ("Sid".into(), "DenyPlainHttp".into()),
        ("Effect".into(), "Deny".into()),
        ("Principal".into(), "*".into()),
        ("Action".into(), action.into()),
        ("Resource".into(), Literal::List(resources)),
        ("Condition".into(), Literal::Map(vec![("Bool".into(), secure)])),
    ])
}

/// A change that adds the Deny to the policy of a resource that has none yet.
pub fn declare(
    ix: NodeIx,
    action: &str,
    resources: Vec<Literal>,
    (ty, target): (&str, (&str, Literal)),
) -> Proposal {
    let document = Literal::Map(vec![
        ("Version".into(), "2012-10-17".into()),
        ("Statement".into(), Literal::List(vec![statement(action, resources)])),
    ]);
    let change = Change::Declare {
        after: ix,
        suffix: "Policy".into(),
        ty: ty.into(),
        properties: vec![(target.0.into(), target.1), ("PolicyDocument".into(), document)],
    };
    Proposal::new("deny requests without TLS", Safety::Unsafe, vec![change])
}

/// A change that adds the Deny to the policy that a resource has, where its list of statements is written.
pub fn append(cx: &Cx<'_>, ix: NodeIx, action: &str, resources: Vec<Literal>) -> Option<Proposal> {
    let policy = cx.graph.into(ix, palisade_graph::EdgeKind::AttachedTo).find_map(|e| {
        let node = cx.node(e.from).filter(|n| n.kind == palisade_graph::NodeKind::Policy)?;
        let list = node.props.at("PolicyDocument.Statement");
        (list.as_list().is_some() && list.span.is_some()).then_some(list.span)
    })?;
    let change = Change::Append { list: policy, value: statement(action, resources) };
    Some(Proposal::new("deny requests without TLS", Safety::Unsafe, vec![change]))
}

/// The change that fits: the Deny in the policy that there is, else a policy of its own.
pub fn propose(
    cx: &Cx<'_>,
    ix: NodeIx,
    action: &str,
    resources: Vec<Literal>,
    of: (&str, (&str, Literal)),
) -> Option<Proposal> {
    let has = cx.node(ix).and_then(Node::store).is_some_and(|s| !s.policy.is_empty());
    if has { append(cx, ix, action, resources) } else { Some(declare(ix, action, resources, of)) }
}
