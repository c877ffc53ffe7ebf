//! CloudWatch events and log subscriptions.

use palisade_graph::Val;
use smol_str::{SmolStr, format_smolstr};

use super::super::build::{At, Made, default_str};
use super::super::service::Draft;
use super::schedule::transformer;
use super::{json_text, permission};

pub(super) fn compile(draft: &mut Draft<'_>) {
    events(draft);
    logs(draft);
}

fn events(draft: &mut Draft<'_>) {
    let service = draft.service;
    for function in &service.functions {
        for (i, event) in function.events_of("cloudwatchEvent").enumerate() {
            let (val, at, number) = (&event.val, event.at(), i + 1);
            let cause = function.caused(event);
            let id = format_smolstr!("{}EventsRuleCloudWatchEvent{number}", function.normalized());
            let state = match val.get("enabled").as_bool() {
                Some(false) => At(val.get("enabled").span).str("DISABLED"),
                _ => default_str("ENABLED", cause.key),
            };
            let input = val.get("input");
            let input = if input.as_map().is_some() { json_text(input) } else { input.clone() };
            let target = at.obj([
                ("Input", input),
                ("InputPath", val.get("inputPath").clone()),
                ("InputTransformer", transformer(val.get("inputTransformer"))),
                ("Arn", function.target(at)),
                ("Id", at.str(format_smolstr!("{}CloudWatchEvent", function.key))),
            ]);
            let made = Made::new(
                "AWS::Events::Rule",
                &cause,
                [
                    ("EventPattern", val.get("event").clone()),
                    ("State", state),
                    ("Description", val.get("description").clone()),
                    ("Name", val.get("name").clone()),
                    ("Targets", at.list([target])),
                ],
            );
            draft.template.add(id.clone(), made.depends(function.alias_id()));
            let made = permission(function, &cause, at.str("events.amazonaws.com"), at.get_att(id, "Arn"));
            let id =
                format_smolstr!("{}LambdaPermissionEventsRuleCloudWatchEvent{number}", function.normalized());
            draft.template.add(id, made);
        }
    }
}

fn logs(draft: &mut Draft<'_>) {
    let service = draft.service;
    for function in &service.functions {
        let permission_id =
            format_smolstr!("{}LambdaPermissionLogsSubscriptionFilterCloudWatchLog", function.normalized());
        let mut groups: Vec<Val> = Vec::new();
        for (i, event) in function.events_of("cloudwatchLog").enumerate() {
            let (val, at, number) = (&event.val, event.at(), i + 1);
            let cause = function.caused(event);
            let group = if val.as_map().is_some() { val.get("logGroup") } else { val };
            let filter = val.get("filter");
            let filter = if filter.is_null() { default_str("", cause.key) } else { filter.clone() };
            let made = Made::new(
                "AWS::Logs::SubscriptionFilter",
                &cause,
                [
                    ("LogGroupName", group.clone()),
                    ("FilterPattern", filter),
                    ("DestinationArn", function.target(at)),
                ],
            );
            let made = made.depends([permission_id.clone()]).depends(function.alias_id());
            let id = format_smolstr!("{}LogsSubscriptionFilterCloudWatchLog{number}", function.normalized());
            draft.template.add(id, made);
            groups.push(group.clone());
            let principal = at.join("", [at.str("logs."), at.pseudo("Region"), at.str(".amazonaws.com")]);
            let source = at.arn("logs", [at.str(":log-group:"), common(&groups), at.str(":*")]);
            draft.template.add(permission_id.clone(), permission(function, &cause, principal, source));
        }
    }
}

/// The one group, or what all groups have in common at their start.
fn common(groups: &[Val]) -> Val {
    let [first, rest @ ..] = groups else { return Val::null().clone() };
    if rest.is_empty() {
        return first.clone();
    }
    let mut shared: SmolStr = first.display();
    for group in rest {
        let other = group.display();
        let same = shared.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
        shared = shared.chars().take(same).collect();
    }
    let star = if shared.ends_with('*') { "" } else { "*" };
    At(first.span).str(format_smolstr!("{shared}{star}"))
}
