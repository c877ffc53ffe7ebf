//! Schedules, as rules of EventBridge or as schedules of its scheduler.

use palisade_graph::{State, Val, Value, Via};
use smol_str::{SmolStr, format_smolstr};

use super::super::build::{At, Made, default_str, truthy};
use super::super::role::{DEFAULT, statement};
use super::super::service::{Draft, Event, Function};
use super::{json_text, permission};

pub(super) fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    let mut scheduled = Vec::new();
    let mut place = None;
    for function in &service.functions {
        let mut number = 0;
        let mut by_scheduler = None;
        for event in function.events_of("schedule") {
            if schedule(draft, function, event, &mut number) {
                by_scheduler = by_scheduler.or(Some(event.key_span));
            }
        }
        if let Some(span) = by_scheduler {
            let at = At(span);
            let prefix = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:";
            scheduled.push(at.sub(at.concat([at.str(prefix), function.name.clone()])));
            scheduled.push(at.sub(at.concat([at.str(prefix), function.name.clone(), at.str(":*")])));
            place = place.or(Some(span));
        }
    }
    if let (Some(span), Some(role)) = (place, &mut draft.role) {
        let at = At(span);
        role.trust.push(at.str("scheduler.amazonaws.com").through(Via::Implied, span));
        role.statements.push(statement("Allow", &["lambda:InvokeFunction"], at.list(scheduled), span));
    }
}

/// Makes the schedules of one event; answers whether the scheduler runs them.
fn schedule(draft: &mut Draft<'_>, function: &Function, event: &Event, number: &mut usize) -> bool {
    let cause = function.caused(event);
    let (val, at) = (&event.val, event.at());
    let settings = val.as_map().is_some() && !val.get("rate").is_null();
    let rates = if settings { val.get("rate").items() } else { std::slice::from_ref(val) };
    let scheduler = val.get("method").as_str() == Some("scheduler");
    let state = match val.get("enabled").as_bool() {
        Some(false) => At(val.get("enabled").span).str("DISABLED"),
        _ if !val.get("enabled").is_known() => val.get("enabled").clone(),
        _ => default_str("ENABLED", cause.key),
    };
    let input = val.get("input");
    let input =
        if input.as_map().is_some() || input.as_list().is_some() { json_text(input) } else { input.clone() };
    for rate in rates {
        *number += 1;
        if scheduler {
            let own = val.get("roleArn");
            let role = if truthy(own) { own.clone() } else { role_of(draft, function, at) };
            let target = at.obj([("Arn", function.target(at)), ("RoleArn", role), ("Input", input.clone())]);
            let made = Made::new(
                "AWS::Scheduler::Schedule",
                &cause,
                [
                    ("ScheduleExpression", rate.clone()),
                    ("State", state.clone()),
                    ("Target", target),
                    ("FlexibleTimeWindow", at.obj([("Mode", at.str("OFF"))])),
                    ("Name", val.get("name").clone()),
                    ("GroupName", val.get("groupName").clone()),
                    ("Description", val.get("description").clone()),
                    ("ScheduleExpressionTimezone", val.get("timezone").clone()),
                ],
            );
            let id = format_smolstr!("{}SchedulerSchedule{number}", function.normalized());
            draft.template.add(id, made.depends(function.alias_id()));
            continue;
        }
        let id: SmolStr = format_smolstr!("{}EventsRuleSchedule{number}", function.normalized());
        let target = at.obj([
            ("Input", input.clone()),
            ("InputPath", val.get("inputPath").clone()),
            ("InputTransformer", transformer(val.get("inputTransformer"))),
            ("Arn", function.target(at)),
            ("Id", at.str(format_smolstr!("{}Schedule", function.key))),
        ]);
        let made = Made::new(
            "AWS::Events::Rule",
            &cause,
            [
                ("ScheduleExpression", rate.clone()),
                ("State", state.clone()),
                ("Name", val.get("name").clone()),
                ("Description", val.get("description").clone()),
                ("Targets", at.list([target])),
            ],
        );
        draft.template.add(id.clone(), made.depends(function.alias_id()));
        let made = permission(function, &cause, at.str("events.amazonaws.com"), at.get_att(id, "Arn"));
        let id = format_smolstr!("{}LambdaPermissionEventsRuleSchedule{number}", function.normalized());
        draft.template.add(id, made);
    }
    scheduler
}

/// The role that a function runs as, which the scheduler takes too.
fn role_of(draft: &mut Draft<'_>, function: &Function, at: At) -> Val {
    match draft.template.prop_mut(&function.id, "Role") {
        Some(role) => role.clone(),
        None => at.get_att(DEFAULT, "Arn"),
    }
}

/// An input transformer with the property names of CloudFormation.
pub(super) fn transformer(val: &Val) -> Val {
    match &val.state {
        State::Known(Value::Map(_)) => At(val.span).obj([
            ("InputTemplate", val.get("inputTemplate").clone()),
            ("InputPathsMap", val.get("inputPathsMap").clone()),
        ]),
        _ => val.clone(),
    }
}
