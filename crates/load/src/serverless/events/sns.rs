//! Topics that a function subscribes to.

use palisade_graph::Val;
use smol_str::{SmolStr, format_smolstr};

use super::super::build::{At, Made, push, truthy};
use super::super::naming;
use super::super::service::{Draft, Event, Function};
use super::{permission, source_name};

pub(super) fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    for (function, event) in service.events("sns") {
        subscribe(draft, function, event);
    }
}

fn subscribe(draft: &mut Draft<'_>, function: &Function, event: &Event) {
    let cause = function.caused(event);
    let (val, at) = (&event.val, event.at());
    let text = val.as_map().is_none();
    let given = if text { val } else { val.get("arn") };
    let is_arn = !given.is_null() && (!text || !given.is_known() || given.display().starts_with("arn:"));
    let name: Val = if text && !is_arn {
        val.clone()
    } else if truthy(val.get("topicName")) {
        val.get("topicName").clone()
    } else {
        At(given.span).str(source_name(given, ':'))
    };
    let word = naming::alphanumeric(&name.display());
    let arn = if is_arn {
        given.clone()
    } else {
        let rest = [at.str(":"), name.clone()];
        at.arn("sns", rest)
    };
    let redrive = redrive(draft, function, event, &word, &arn);
    let subscription_id = format_smolstr!("{}SnsSubscription{word}", function.normalized());
    let filter = val.get("filterPolicy");
    if is_arn {
        let region = given.as_str().and_then(|s| s.split(':').nth(3)).filter(|r| !r.is_empty());
        let region = region.filter(|r| draft.service.region.as_str().is_some_and(|own| own != *r));
        let made = Made::new(
            "AWS::SNS::Subscription",
            &cause,
            [
                ("TopicArn", arn.clone()),
                ("Protocol", at.str("lambda")),
                ("Endpoint", function.target(at)),
                ("FilterPolicy", filter.clone()),
                ("FilterPolicyScope", val.get("filterPolicyScope").clone()),
                ("RedrivePolicy", redrive),
                ("Region", region.map_or_else(|| Val::null().clone(), |r| at.str(r))),
            ],
        );
        draft.template.add(subscription_id, made.depends(function.alias_id()));
    } else {
        let topic_id = format_smolstr!("SNSTopic{word}");
        if !draft.template.resources.contains_key(&topic_id) {
            let display = val.get("displayName").clone();
            let made =
                Made::new("AWS::SNS::Topic", &cause, [("TopicName", name.clone()), ("DisplayName", display)]);
            draft.template.add(topic_id.clone(), made.depends(function.alias_id()));
        }
        let endpoint = [("Endpoint", function.target(at)), ("Protocol", at.str("lambda"))];
        if truthy(filter) || truthy(&redrive) {
            let mut made = Made::new("AWS::SNS::Subscription", &cause, endpoint);
            made.prop("TopicArn", at.reference(topic_id));
            made.prop("FilterPolicy", filter.clone());
            made.prop("FilterPolicyScope", val.get("filterPolicyScope").clone());
            made.prop("RedrivePolicy", redrive);
            draft.template.add(subscription_id, made.depends(function.alias_id()));
        } else {
            let item = at.obj(endpoint);
            match draft.template.prop_mut(&topic_id, "Subscription") {
                Some(list) => push(list, item),
                None => {
                    if let Some(topic) = draft.template.resources.get_mut(&topic_id) {
                        topic.prop("Subscription", at.list([item]));
                    }
                }
            }
        }
    }
    let made = permission(function, &cause, at.str("sns.amazonaws.com"), arn);
    draft.template.add(format_smolstr!("{}LambdaPermission{word}SNS", function.normalized()), made);
}

/// The redrive policy of a subscription; makes the queue policy that lets the topic send there.
fn redrive(draft: &mut Draft<'_>, function: &Function, event: &Event, topic: &SmolStr, arn: &Val) -> Val {
    let policy = event.get("redrivePolicy");
    if !truthy(policy) {
        return Val::null().clone();
    }
    let at = At(policy.span);
    let direct = policy.get("deadLetterTargetArn");
    let reference = policy.get("deadLetterTargetRef");
    let import = policy.get("deadLetterTargetImport");
    let (target, url) = if truthy(direct) {
        let shown = direct.display();
        let mut parts = shown.rsplit(':');
        let (queue, account, region) =
            (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        let url = at.join(
            "",
            [
                at.str(format!("https://sqs.{region}.")),
                at.pseudo("URLSuffix"),
                at.str(format!("/{account}/{queue}")),
            ],
        );
        (direct.clone(), url)
    } else if truthy(reference) {
        let id = reference.display();
        (at.get_att(id.clone(), "Arn"), at.reference(id))
    } else {
        let value = |key: &str| at.obj([("Fn::ImportValue", import.get(key).clone())]);
        (value("arn"), value("url"))
    };
    let id = format_smolstr!("{topic}To{}DLQPolicy", function.normalized());
    let statement = at.obj([
        ("Effect", at.str("Allow")),
        ("Principal", at.obj([("Service", at.str("sns.amazonaws.com"))])),
        ("Action", at.str("sqs:SendMessage")),
        ("Resource", target.clone()),
        ("Condition", at.obj([("ArnEquals", at.obj([("aws:SourceArn", arn.clone())]))])),
    ]);
    let document = at.obj([
        ("Version", at.str("2012-10-17")),
        ("Id", at.str(id.clone())),
        ("Statement", at.list([statement])),
    ]);
    let made = Made::new(
        "AWS::SQS::QueuePolicy",
        &function.caused(event),
        [("PolicyDocument", document), ("Queues", at.list([url]))],
    );
    draft.template.add(id, made);
    at.obj([("deadLetterTargetArn", target)])
}
