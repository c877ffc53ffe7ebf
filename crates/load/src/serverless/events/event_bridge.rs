//! Rules of EventBridge, and the bus where it is given by name.

use palisade_graph::{Entry, Val};
use smol_str::{SmolStr, format_smolstr};

use super::super::build::{At, Made, default_str, truthy};
use super::super::naming;
use super::super::service::{Draft, Event, Function};
use super::{json_text, permission};

pub(super) fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    for (function, event) in service.events("eventBridge") {
        rule(draft, function, event);
    }
}

fn rule(draft: &mut Draft<'_>, function: &Function, event: &Event) {
    let cause = function.caused(event);
    let (val, at) = (&event.val, event.at());
    // The framework numbers by the place among all events.
    let number = event.index + 1;
    let stub = at.concat([function.name.clone(), at.str(format!("-rule-{number}"))]);
    let name = if truthy(val.get("name")) { val.get("name").clone() } else { stub.clone() };
    let bus = val.get("eventBus");
    let given = !bus.is_null();
    let is_arn = bus.display().starts_with("arn");
    let is_default = bus.as_str() == Some("default");
    let bus_name = match bus.as_str() {
        Some(text) if is_arn => At(bus.span).str(text.split_once('/').map_or(text, |(_, n)| n)),
        _ => bus.clone(),
    };
    let create = given && bus.as_map().is_none() && !is_arn && !is_default;
    let mut depends: Vec<SmolStr> = function.alias_id().into_iter().collect();
    if create {
        let id = format_smolstr!("{}EventBridgeEventBus", naming::normalized(&bus_name.display()));
        let made = Made::new("AWS::Events::EventBus", &cause, [("Name", bus_name.clone())]);
        draft.template.add(id.clone(), made);
        depends.push(id);
    }
    let state = match val.get("enabled").as_bool() {
        Some(false) => At(val.get("enabled").span).str("DISABLED"),
        _ => default_str("ENABLED", cause.key),
    };
    let retry = val.get("retryPolicy");
    let retry = if truthy(retry) {
        At(retry.span).obj([
            ("MaximumEventAgeInSeconds", retry.get("maximumEventAge").clone()),
            ("MaximumRetryAttempts", retry.get("maximumRetryAttempts").clone()),
        ])
    } else {
        Val::null().clone()
    };
    let queue = val.get("deadLetterQueueArn");
    let queue =
        if truthy(queue) { At(queue.span).obj([("Arn", queue.clone())]) } else { Val::null().clone() };
    let input = if truthy(val.get("input")) { json_text(val.get("input")) } else { Val::null().clone() };
    let transformer = val.get("inputTransformer");
    let transformer = if transformer.as_map().is_some() {
        let upper = |e: &Entry| Entry { key: naming::upper_first(&e.key).into(), ..e.clone() };
        Val::map(transformer.entries().iter().map(upper).collect(), transformer.span)
    } else {
        transformer.clone()
    };
    let target = at.obj([
        ("Arn", function.target(at)),
        ("Id", at.concat([name.clone(), at.str("-target")])),
        ("RetryPolicy", retry),
        ("DeadLetterConfig", queue),
        ("Input", input),
        ("InputPath", val.get("inputPath").clone()),
        ("InputTransformer", transformer),
    ]);
    let made = Made::new(
        "AWS::Events::Rule",
        &cause,
        [
            ("Description", val.get("description").clone()),
            ("EventBusName", if is_default { Val::null().clone() } else { bus_name.clone() }),
            ("EventPattern", val.get("pattern").clone()),
            ("Name", name.clone()),
            ("ScheduleExpression", val.get("schedule").clone()),
            ("State", state),
            ("Targets", at.list([target])),
        ],
    );
    let id = format_smolstr!("{}EventBridgeRule", naming::alphanumeric(&stub.display()));
    draft.template.add(id, made.depends(depends));
    let mut path = vec![at.str("rule")];
    if given && !is_default {
        path.push(bus_name);
    }
    path.push(name);
    let source = at.join(
        ":",
        [
            at.str("arn"),
            at.pseudo("Partition"),
            at.str("events"),
            at.pseudo("Region"),
            at.pseudo("AccountId"),
            at.join("/", path),
        ],
    );
    let made = permission(function, &cause, at.str("events.amazonaws.com"), source);
    draft.template.add(format_smolstr!("{}EventBridgeLambdaPermission{number}", function.normalized()), made);
}
