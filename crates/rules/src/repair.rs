//! Changes of resource policies that several rules propose.

use palisade_graph::{Node, NodeIx, Statement, Val};

use crate::{Change, Cx, Literal, Proposal, Safety};

/// A principal `*` becomes the account that is deployed to.
pub fn own_account(cx: &Cx<'_>, s: &Statement, at: &Val) -> Option<Proposal> {
    if at.as_str() != Some("*") || !at.span.is_some() {
        return None;
    }
    let root = if cx.application.dialects.contains(&"terraform") {
        // Which account it is, only a data source knows.
        let account = cx.settings.account.as_deref()?;
        format!("arn:aws:iam::{account}:root").as_str().into()
    } else {
        Literal::Text(vec!["arn:${AWS::Partition}:iam::${AWS::AccountId}:root".into()])
    };
    let bare = s.principal.as_map().is_none();
    let value = if bare { Literal::Map(vec![("AWS".into(), root)]) } else { root };
    let change = Change::Replace { at: at.span, value };
    Some(Proposal::new("let the own account in instead of everybody", Safety::Unsafe, vec![change]))
}

/// A statement without condition gets one on the source: what of the application sends to the queue by way of
/// a service (`sns`, `events`, `s3`).
pub fn source_condition(cx: &Cx<'_>, queue: NodeIx, s: &Statement, services: &[&str]) -> Option<Proposal> {
    if !s.condition.is_null() || !s.span.is_some() {
        return None;
    }
    let senders = senders(cx, queue, services);
    let arns = Literal::List(senders.clone());
    let arn = if senders.len() == 1 { senders.into_iter().next()? } else { arns };
    if matches!(&arn, Literal::List(list) if list.is_empty()) {
        return None;
    }
    let test = Literal::Map(vec![("aws:SourceArn".into(), arn)]);
    let value = Literal::Map(vec![("ArnEquals".into(), test)]);
    let change = Change::Insert { map: s.span, key: "Condition".into(), value };
    Some(Proposal::new("ask for the source of the messages", Safety::Unsafe, vec![change]))
}

/// ARNs of what sends to a queue.
fn senders(cx: &Cx<'_>, queue: NodeIx, services: &[&str]) -> Vec<Literal> {
    let is_queue = |val: &Val| cx.graph.resolve(val) == Some(queue);
    let mut found: Vec<(NodeIx, Option<&str>)> = Vec::new();
    if services.contains(&"sns") {
        for (_, subscription) in cx.of_type("AWS::SNS::Subscription") {
            if is_queue(subscription.props.get("Endpoint")) {
                found.extend(cx.graph.resolve(subscription.props.get("TopicArn")).map(|t| (t, None)));
            }
        }
        for (ix, topic) in cx.of_type("AWS::SNS::Topic") {
            if topic.props.get("Subscription").items().iter().any(|s| is_queue(s.get("Endpoint"))) {
                found.push((ix, None));
            }
        }
    }
    if services.contains(&"events") {
        for (ix, rule) in cx.of_type("AWS::Events::Rule") {
            if rule.props.get("Targets").items().iter().any(|t| is_queue(t.get("Arn"))) {
                found.push((ix, Some("Arn")));
            }
        }
    }
    found.sort();
    found.dedup();
    // What a framework made cannot be referred to in the file.
    found.retain(|(ix, _)| cx.node(*ix).is_some_and(|n: &Node| n.implied_by.is_none()));
    found.into_iter().map(|(ix, attribute)| Literal::Of(ix, attribute.map(Into::into))).collect()
}
