//! IoT rules and provisioning hooks.

use palisade_graph::Val;
use smol_str::format_smolstr;

use super::super::build::{Made, default_bool, truthy};
use super::super::service::Draft;
use super::{json_text, permission};

pub(super) fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    for function in &service.functions {
        for (i, event) in function.events_of("iot").enumerate() {
            let (val, at, number) = (&event.val, event.at(), i + 1);
            let cause = function.caused(event);
            let id = format_smolstr!("{}IotTopicRule{number}", function.normalized());
            let disabled = match val.get("enabled").as_bool() {
                Some(enabled) => Val::bool(!enabled, val.get("enabled").span),
                None => default_bool(false, cause.key),
            };
            let lambda = at.obj([("Lambda", at.obj([("FunctionArn", function.target(at))]))]);
            let payload = at.obj([
                ("RuleDisabled", disabled),
                ("Sql", val.get("sql").clone()),
                ("Actions", at.list([lambda])),
                ("Description", val.get("description").clone()),
                ("AwsIotSqlVersion", val.get("sqlVersion").clone()),
            ]);
            let made = Made::new(
                "AWS::IoT::TopicRule",
                &cause,
                [("TopicRulePayload", payload), ("RuleName", val.get("name").clone())],
            );
            draft.template.add(id.clone(), made.depends(function.alias_id()));
            let source = at.arn("iot", [at.str(":rule/"), at.reference(id)]);
            let made = permission(function, &cause, at.str("iot.amazonaws.com"), source);
            let id = format_smolstr!("{}LambdaPermissionIotTopicRule{number}", function.normalized());
            draft.template.add(id, made);
        }
    }
    for (function, event) in service.events("iotFleetProvisioning") {
        let (val, at) = (&event.val, event.at());
        let cause = function.caused(event);
        let permission_id =
            format_smolstr!("{}LambdaPermissionIotProvisioningTemplate", function.normalized());
        let enabled = val.get("enabled");
        let made = Made::new(
            "AWS::IoT::ProvisioningTemplate",
            &cause,
            [
                ("Enabled", if enabled.is_null() { default_bool(true, cause.key) } else { enabled.clone() }),
                ("PreProvisioningHook", at.obj([("TargetArn", function.target(at))])),
                ("ProvisioningRoleArn", val.get("provisioningRoleArn").clone()),
                ("TemplateBody", json_text(val.get("templateBody"))),
                ("TemplateName", val.get("templateName").clone()),
            ],
        );
        let made = made.depends([permission_id.clone()]).depends(function.alias_id());
        if truthy(val) {
            draft.template.add(format_smolstr!("{}IotProvisioningTemplate", function.normalized()), made);
        }
        let made = permission(function, &cause, at.str("iot.amazonaws.com"), Val::null().clone());
        draft.template.add(permission_id, made);
    }
}
