//! Documents as trees of the engine.

use palisade_graph::Statement;
use palisade_iam::element::{Element, Node};

use super::text::Texts;

/// A document of statements. The graph keeps no version of resource policies; all but old ones are of the new one.
pub(super) fn of(statements: Vec<Element>) -> Element {
    Element::new(Node::Map(vec![
        ("Version".into(), Element::new(Node::Text("2012-10-17".into()))),
        ("Statement".into(), Element::new(Node::List(statements))),
    ]))
}

/// A statement of a resource's policy.
pub(super) fn statement(texts: &mut Texts<'_>, s: &Statement) -> Element {
    let mark = texts.mark(s.span);
    if s.effect.as_str().is_none() {
        return Element { node: Node::Unknown, mark };
    }
    let mut entries: Vec<(Box<str>, Element)> = Vec::new();
    if let Some(sid) = &s.sid {
        entries.push(("Sid".into(), Element { node: Node::Text(sid.as_str().into()), mark }));
    }
    entries.push(("Effect".into(), texts.element(&s.effect)));
    for (key, list) in [
        ("Action", &s.actions),
        ("NotAction", &s.not_actions),
        ("Resource", &s.resources),
        ("NotResource", &s.not_resources),
    ] {
        if !list.is_empty() {
            let items = list.iter().map(|v| texts.element(v)).collect();
            entries.push((key.into(), Element { node: Node::List(items), mark }));
        }
    }
    for (key, val) in
        [("Principal", &s.principal), ("NotPrincipal", &s.not_principal), ("Condition", &s.condition)]
    {
        if !val.is_null() {
            entries.push((key.into(), texts.element(val)));
        }
    }
    Element { node: Node::Map(entries), mark }
}

/// The elements of a list, or the one that stands for it.
pub(super) fn many(element: &mut Element) -> &mut [Element] {
    if !matches!(element.node, Node::List(_)) {
        return std::slice::from_mut(element);
    }
    match &mut element.node {
        Node::List(items) => items,
        _ => &mut [],
    }
}

/// Gives a policy of the commercial partition the partition and place of the application.
pub(super) fn settle(element: &mut Element, partition: &str, mark: u32) {
    element.mark = mark;
    match &mut element.node {
        Node::Text(text) => {
            if let Some(rest) = text.strip_prefix("arn:aws:") {
                *text = format!("arn:{partition}:{rest}").into();
            }
        }
        Node::List(items) => items.iter_mut().for_each(|e| settle(e, partition, mark)),
        Node::Map(entries) => entries.iter_mut().for_each(|(_, e)| settle(e, partition, mark)),
        _ => {}
    }
}
