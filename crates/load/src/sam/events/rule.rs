//! `Schedule`, `CloudWatchEvent` and `EventBridgeRule`.

use palisade_graph::{Val, Via};
use smol_str::{SmolStr, format_smolstr};

use super::super::build::{Props, literal, truthy};
use super::super::function::Target;
use super::super::role::{Role, start_execution, trust};
use super::{Event, dead_letters, permission};
use crate::Resource;

/// The rule, its permission and its queue.
pub fn of_function(event: &Event<'_>, target: &Target, schedule: bool) -> Vec<Resource> {
    let at = event.at();
    let arn = at.attribute(&event.id, "Arn");
    let (queue, queues) = dead_letters(event, Some(&arn));
    let mut made = vec![rule(event, schedule, target.arn(at), Val::default(), queue, "LambdaTarget")];
    made.extend(queues);
    let id = format_smolstr!("{}Permission", event.id);
    made.push(permission(event, id, target, "events.amazonaws.com", [("SourceArn", arn)]));
    made
}

/// The rule, its role and its queue.
pub fn of_state_machine(event: &Event<'_>, target: &str, boundary: &Val, schedule: bool) -> Vec<Resource> {
    let at = event.at();
    let machine = at.reference(target);
    let given = event.props.get("RoleArn");
    let (role_arn, role) = if schedule && !given.is_null() {
        (given.clone(), None)
    } else {
        let role = starting_role(event, &machine, boundary, "events.amazonaws.com");
        (at.attribute(&role.id, "Arn"), Some(role))
    };
    let arn = at.attribute(&event.id, "Arn");
    let (queue, queues) = dead_letters(event, Some(&arn));
    let mut made = vec![rule(event, schedule, machine, role_arn, queue, "StepFunctionsTarget")];
    made.extend(role.map(|r| r.resource(&event.cause, false)));
    made.extend(queues);
    made
}

/// A role with which a service starts a state machine.
pub fn starting_role(event: &Event<'_>, machine: &Val, boundary: &Val, service: &'static str) -> Role {
    let id = format_smolstr!("{}Role", event.id);
    let mut role = Role::new(id.clone(), trust(event.cause.key, service));
    role.add(start_execution(event.cause.key, &id, machine));
    if truthy(boundary) {
        role.boundary = boundary.clone();
    }
    role
}

fn rule(event: &Event<'_>, schedule: bool, arn: Val, role: Val, queue: Val, suffix: &str) -> Resource {
    let at = event.at();
    let own = event.props;
    let mut props = Props::default();
    props.copy(own, "Description");
    if schedule {
        props.rename(own, "Schedule", "ScheduleExpression");
        props.copy(own, "Name");
    } else {
        props.copy(own, "EventBusName");
        props.rename(own, "Pattern", "EventPattern");
        props.rename(own, "RuleName", "Name");
    }
    props.copy_set(own, &["State"]);
    if let Some(entry) = own.entry("Enabled").filter(|e| !e.val.is_null()) {
        // A parameter or function counts as true: the transform does not see what it yields.
        let written = literal(&entry.val).is_some() || entry.val.via.is_none();
        let on = !written || truthy(&entry.val);
        props.put_at(
            "State",
            entry.key_span,
            Val::str(if on { "ENABLED" } else { "DISABLED" }, entry.val.span),
        );
    }

    let mut target = Props::default();
    target.put("Arn", arn);
    let wanted = own.get("Target").get("Id");
    target.put("Id", if wanted.is_null() { at.text(target_id(&event.id, suffix)) } else { wanted.clone() });
    target.put("RoleArn", role);
    target.copy(own, "Input");
    if !schedule {
        target.copy(own, "InputPath");
    }
    if !queue.is_null() {
        let span = queue.span;
        target.put("DeadLetterConfig", super::super::build::At(span).object([("Arn", queue)]));
    }
    target.copy(own, "RetryPolicy");
    if !schedule {
        target.copy(own, "InputTransformer");
    }
    let target = target.finish(at.0).through(Via::Implied, at.0);
    props.put("Targets", at.list(vec![target]));
    event.cause.make(event.id.clone(), "AWS::Events::Rule", props.finish(at.0))
}

fn target_id(id: &str, suffix: &str) -> SmolStr {
    let room = 64_usize.saturating_sub(suffix.len());
    let id: String = id.chars().take(room).collect();
    format_smolstr!("{id}{suffix}")
}
