//! Permissions of functions, as the statements that Lambda makes of them.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html>

use palisade_graph::{Permission, Val};
use palisade_iam::element::{Element, Node};

use super::text::Texts;

/// The statement of a permission of the function with this ARN.
pub(super) fn statement(texts: &mut Texts<'_>, permission: &Permission, own: &str) -> Element {
    let mark = texts.mark(permission.span);
    let props = &permission.props;
    if props.as_map().is_none() {
        return Element { node: Node::Unknown, mark };
    }
    let text = |t: &str| Element { node: Node::Text(t.into()), mark };
    let map = |entries: Vec<(Box<str>, Element)>| Element { node: Node::Map(entries), mark };
    let principal = texts.element(props.lookup("Principal"));
    let principal = match &principal.node {
        Node::Text(who) if &**who == "*" => principal,
        Node::Text(who) if **who == *texts.account => {
            map(vec![("AWS".into(), text(&format!("arn:{}:iam::{who}:root", texts.partition)))])
        }
        Node::Text(who) if who.starts_with("arn:") || who.bytes().all(|b| b.is_ascii_digit()) => {
            map(vec![("AWS".into(), principal)])
        }
        Node::Text(who) if !texts.symbols.any_in(who) => map(vec![("Service".into(), principal)]),
        Node::Number(_) => map(vec![("AWS".into(), principal)]),
        _ => Element { node: Node::Unknown, mark },
    };
    let resource = match texts.text(props.lookup("FunctionName")) {
        Some(arn) if arn.starts_with("arn:") => arn,
        Some(name) => match name.split_once(':') {
            Some((_, qualifier)) => format!("{own}:{qualifier}"),
            None => own.to_owned(),
        },
        None => own.to_owned(),
    };
    let mut entries: Vec<(Box<str>, Element)> = vec![
        ("Sid".into(), text(&permission.logical_id)),
        ("Effect".into(), text("Allow")),
        ("Principal".into(), principal),
        ("Action".into(), texts.element(props.lookup("Action"))),
        ("Resource".into(), text(&resource)),
    ];
    let mut tests: Vec<(Box<str>, Element)> = Vec::new();
    for (property, operator, key) in [
        ("SourceArn", "ArnLike", "aws:SourceArn"),
        ("SourceAccount", "StringEquals", "aws:SourceAccount"),
        ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
        ("EventSourceToken", "StringEquals", "lambda:EventSourceToken"),
        ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
        ("InvokedViaFunctionUrl", "Bool", "lambda:InvokedViaFunctionUrl"),
    ] {
        let val: &Val = props.lookup(property);
        if val.is_null() {
            continue;
        }
        let test: (Box<str>, Element) = (key.into(), texts.element(val));
        match tests.iter_mut().find(|(o, _)| &**o == operator) {
            Some((_, Element { node: Node::Map(keys), .. })) => keys.push(test),
            _ => tests.push((operator.into(), map(vec![test]))),
        }
    }
    if !tests.is_empty() {
        entries.push(("Condition".into(), map(tests)));
    }
    map(entries)
}
