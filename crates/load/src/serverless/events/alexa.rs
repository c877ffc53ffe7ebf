//! Alexa skills: permissions only.

use palisade_graph::Val;
use smol_str::format_smolstr;

use super::super::service::{Draft, Event, Function};
use super::permission;

pub(super) fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    for function in &service.functions {
        for (i, event) in function.events_of("alexaSkill").enumerate() {
            let id = format_smolstr!("{}LambdaPermissionAlexaSkill{}", function.normalized(), i + 1);
            allow(draft, function, event, id, "alexa-appkit.amazon.com");
        }
    }
    for function in &service.functions {
        for (i, event) in function.events_of("alexaSmartHome").enumerate() {
            let id = format_smolstr!("{}LambdaPermissionAlexaSmartHome{}", function.normalized(), i + 1);
            allow(draft, function, event, id, "alexa-connectedhome.amazon.com");
        }
    }
}

fn allow(draft: &mut Draft<'_>, function: &Function, event: &Event, id: smol_str::SmolStr, principal: &str) {
    let cause = function.caused(event);
    let at = event.at();
    let val = &event.val;
    let token = if val.as_map().is_some() || val.as_bool().is_some() { val.get("appId") } else { val };
    let mut made = permission(function, &cause, at.str(principal), Val::null().clone());
    if val.get("enabled").as_bool() == Some(false) {
        made.prop("Action", at.str("lambda:DisableInvokeFunction"));
    }
    made.prop("EventSourceToken", token.clone());
    draft.template.add(id, made);
}
