//! `ScheduleV2`: EventBridge Scheduler with a role of its own.

use palisade_graph::Val;
use smol_str::format_smolstr;

use super::super::build::{Props, truthy};
use super::super::function::Target;
use super::super::role::{self, Role, trust};
use super::{Event, dead_letters};
use crate::Resource;

/// The schedule, its queue and its role.
pub fn of_function(event: &Event<'_>, target: &Target) -> Vec<Resource> {
    let arn = target.arn(event.at());
    let policy = role::invoke(event.cause.key, &event.id, &arn);
    resources(event, arn, policy)
}

/// The same for a state machine.
pub fn of_state_machine(event: &Event<'_>, target: &str) -> Vec<Resource> {
    let arn = event.at().reference(target);
    let policy = role::start_execution(event.cause.key, &event.id, &arn);
    resources(event, arn, policy)
}

fn resources(event: &Event<'_>, arn: Val, policy: Val) -> Vec<Resource> {
    let at = event.at();
    let own = event.props;
    let (queue, queues) = dead_letters(event, None);
    let given = own.get("RoleArn");
    let (role_arn, role) = if truthy(given) {
        (given.clone(), None)
    } else {
        let mut role =
            Role::new(format_smolstr!("{}Role", event.id), trust(event.cause.key, "scheduler.amazonaws.com"));
        role.add(policy);
        if truthy(&queue) {
            role.add(role::send_message(own.get("DeadLetterConfig").span, &event.id, &queue));
        }
        role.boundary = super::super::build::set_or_null(own.get("PermissionsBoundary"));
        (at.attribute(&role.id, "Arn"), Some(role))
    };

    let mut props = Props::default();
    props.copy(own, "ScheduleExpression");
    let window = own.get("FlexibleTimeWindow");
    let window = if truthy(window) { window.clone() } else { at.object([("Mode", at.text("OFF"))]) };
    props.put("FlexibleTimeWindow", window);
    if own.get("OmitName").as_bool() != Some(true) {
        let name = own.get("Name");
        props.put("Name", if truthy(name) { name.clone() } else { at.text(event.id.clone()) });
    }
    props.copy_set(own, &["State"]);
    props.copy_all(
        own,
        &["Description", "StartDate", "EndDate", "ScheduleExpressionTimezone", "GroupName", "KmsKeyArn"],
    );
    let mut target = Props::default();
    target.put("Arn", arn);
    target.put("RoleArn", role_arn);
    target.copy(own, "Input");
    if !queue.is_null() {
        target.put("DeadLetterConfig", at.object([("Arn", queue)]));
    }
    target.copy(own, "RetryPolicy");
    props.put("Target", target.finish(at.0));

    let mut made = vec![event.cause.make(event.id.clone(), "AWS::Scheduler::Schedule", props.finish(at.0))];
    made.extend(queues);
    made.extend(role.map(|r| r.resource(&event.cause, false)));
    made
}
