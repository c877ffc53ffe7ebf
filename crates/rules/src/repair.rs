//! Changes of resource policies that several rules propose.

use palisade_graph::{Edge, Node, NodeIx, Statement, Val};
use palisade_source::Span;

use crate::{Change, Cx, Literal, Proposal, Safety};

/// A principal `*` becomes the account that is deployed to.
pub fn own_account(cx: &Cx<'_>, s: &Statement, at: &Val) -> Option<Proposal> {
    if at.as_str() != Some("*") || !at.span.is_some() {
        return None;
    }
    let root = match cx.settings.account.as_deref() {
        Some(account) => format!("arn:aws:iam::{account}:root").as_str().into(),
        None => Literal::Text(vec!["arn:${AWS::Partition}:iam::${AWS::AccountId}:root".into()]),
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

/// Where the properties of a resource that is no node of its own are written: a permission, a mapping. `key` is
/// the key of its declaration or, in Terraform, the block's header.
pub fn properties(cx: &Cx<'_>, key: Span, props: &Val) -> Span {
    if cx.application.dialects.contains(&"terraform") { key } else { props.span }
}

/// In which words the mapping of a source to a function is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Those that are deployed.
    Deployed,
    /// An event of a SAM function.
    Sam,
    /// An event of serverless.yml.
    Serverless,
}

/// How the mapping behind an edge is written, and the map that takes its keys.
pub fn mapping(cx: &Cx<'_>, edge: &Edge, props: &Val) -> (Manner, Span) {
    let speaks = |dialect: &str| cx.application.dialects.contains(&dialect);
    // A framework says at the event itself which function it is.
    let name = props.get("FunctionName").span;
    if speaks("terraform") {
        (Manner::Deployed, edge.span)
    } else if name != edge.span && props.span.contains(name) {
        (Manner::Deployed, props.span)
    } else if speaks("serverless") {
        (Manner::Serverless, edge.span)
    } else {
        (Manner::Sam, props.span)
    }
}

/// The account that is deployed to.
pub fn account(cx: &Cx<'_>) -> Literal {
    let pseudo = || Literal::Text(vec!["${AWS::AccountId}".into()]);
    cx.settings.account.as_deref().map_or_else(pseudo, Literal::from)
}

/// What of the application calls a function by way of a service, as a permission names it: the property and
/// its value. `None` where that is nothing or several.
pub fn caller(cx: &Cx<'_>, function: NodeIx, principal: &str) -> Option<(&'static str, Literal)> {
    let service = principal.split('.').next().unwrap_or("");
    let terraform = cx.application.dialects.contains(&"terraform");
    let mut found: Vec<NodeIx> = cx
        .triggers(function)
        .filter_map(|edge| {
            let trigger = edge.trigger.as_deref()?;
            let node = cx.node(edge.from)?;
            match (service, trigger.event.as_str()) {
                ("apigateway", "apigateway-v1" | "apigateway-v2" | "websocket" | "authorizer") => {
                    node.entry()?.api
                }
                ("s3", "s3") => (node.ty == "AWS::S3::Bucket").then_some(edge.from),
                ("sns", "sns") => (node.ty == "AWS::SNS::Topic").then_some(edge.from),
                ("events", "schedule" | "eventbridge") => {
                    (node.ty == "AWS::Events::Rule").then_some(edge.from)
                }
                _ => None,
            }
        })
        .collect();
    found.sort();
    found.dedup();
    let [one] = found.as_slice() else { return None };
    // What a framework made has no name in the file.
    cx.node(*one).filter(|n| n.implied_by.is_none())?;
    let value = match service {
        "apigateway" if terraform => {
            Literal::Text(vec![Literal::Of(*one, Some("ExecutionArn".into())), "/*".into()])
        }
        "apigateway" => {
            let head = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:";
            Literal::Text(vec![head.into(), Literal::Of(*one, None), "/*".into()])
        }
        // A bucket waits for the permission that it needs: naming it there would be a cycle.
        "s3" if !terraform => return Some(("SourceAccount", account(cx))),
        "sns" => Literal::Of(*one, None),
        _ => Literal::Of(*one, Some("Arn".into())),
    };
    Some(("SourceArn", value))
}

/// A queue for what fails, declared behind a node.
pub fn dead_letters(after: NodeIx, fifo: bool) -> Change {
    // As long as SQS keeps anything: two weeks.
    let mut properties = vec![("MessageRetentionPeriod".into(), Literal::Int(1_209_600))];
    if fifo {
        properties.insert(0, ("FifoQueue".into(), Literal::Bool(true)));
    }
    Change::Declare { after, suffix: "DeadLetters".into(), ty: "AWS::SQS::Queue".into(), properties }
}

/// A policy by which the roles of the application that a function runs as may send to the queue that the first
/// change of the same proposal declares. Roles that a framework makes get the right from it.
pub fn may_send(cx: &Cx<'_>, function: NodeIx) -> Vec<Change> {
    let roles = cx.roles(function).filter(|(_, role)| role.implied_by.is_none());
    let change = |(ix, _): (NodeIx, &Node)| {
        let statement = Literal::Map(vec![
            ("Effect".into(), "Allow".into()),
            ("Action".into(), "sqs:SendMessage".into()),
            ("Resource".into(), Literal::Declared(0, Some("Arn".into()))),
        ]);
        let document = Literal::Map(vec![
            ("Version".into(), "2012-10-17".into()),
            ("Statement".into(), Literal::List(vec![statement])),
        ]);
        Change::Declare {
            after: ix,
            suffix: "DeadLetters".into(),
            ty: "AWS::IAM::RolePolicy".into(),
            properties: vec![
                ("PolicyName".into(), "dead-letters".into()),
                ("RoleName".into(), Literal::Of(ix, None)),
                ("PolicyDocument".into(), document),
            ],
        }
    };
    roles.map(change).collect()
}

/// The number of requests at a time that a proposal lets a function handle.
const AT_A_TIME: i64 = 10;

/// Concurrency of its own for a function that nothing limits.
pub fn reserve(function: NodeIx) -> Proposal {
    let title = format!("let it handle at most {AT_A_TIME} requests at a time");
    Proposal::set(function, "ReservedConcurrentExecutions", AT_A_TIME, title).risky()
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
