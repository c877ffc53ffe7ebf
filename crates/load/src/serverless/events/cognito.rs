//! Triggers of Cognito user pools: made by the service, or existing ones by a helper.

use indexmap::IndexMap;
use palisade_graph::Val;
use smol_str::{SmolStr, format_smolstr};

use super::super::build::{Made, entry, push, truthy};
use super::super::naming;
use super::super::service::{Draft, Event, Function};
use super::{custom_resource, permission};

/// Triggers that get a key and a version beside the function.
fn sends(trigger: &str) -> bool {
    matches!(trigger, "CustomSMSSender" | "CustomEmailSender")
}

pub(super) fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    let mut pools: IndexMap<SmolStr, Vec<(&Function, &Event)>> = IndexMap::new();
    let mut existing = Vec::new();
    for (function, event) in service.events("cognitoUserPool") {
        if truthy(event.get("existing")) {
            existing.push((function, event));
        } else {
            pools.entry(event.get("pool").display()).or_default().push((function, event));
        }
    }
    for (name, triggers) in &pools {
        pool(draft, name, triggers);
    }
    attach(draft, &existing);
}

fn pool(draft: &mut Draft<'_>, name: &SmolStr, triggers: &[(&Function, &Event)]) {
    let Some((function, event)) = triggers.first() else { return };
    let cause = function.caused(event);
    let word = naming::alphanumeric(name);
    let pool_id = format_smolstr!("CognitoUserPool{word}");
    let mut config: Vec<palisade_graph::Entry> = Vec::new();
    let mut depends = Vec::new();
    for (function, event) in triggers {
        let at = event.at();
        let trigger = event.get("trigger").display();
        let version = event.get("lambdaVersion");
        let arn = function.target(at);
        if sends(&trigger) {
            let version = if truthy(version) { version.clone() } else { at.str("V1_0") };
            config.push(entry(trigger.clone(), at.obj([("LambdaArn", arn), ("LambdaVersion", version)])));
            if !config.iter().any(|e| e.key == "KMSKeyID") && !event.get("kmsKeyId").is_null() {
                config.push(entry("KMSKeyID", event.get("kmsKeyId").clone()));
            }
        } else if trigger == "PreTokenGeneration" && truthy(version) {
            let val = at.obj([("LambdaArn", arn), ("LambdaVersion", version.clone())]);
            config.push(entry("PreTokenGenerationConfig", val));
        } else {
            config.retain(|e| e.key != trigger);
            config.push(entry(trigger.clone(), arn));
        }
        depends.push(function.alias_id().unwrap_or_else(|| function.id.clone()));
    }
    let made = Made::new(
        "AWS::Cognito::UserPool",
        &cause,
        [("UserPoolName", event.get("pool").clone()), ("LambdaConfig", Val::map(config, cause.key))],
    );
    draft.template.add(pool_id.clone(), made.depends(depends));
    for (function, event) in triggers {
        let cause = function.caused(event);
        let at = event.at();
        let trigger = naming::alphanumeric(&event.get("trigger").display());
        let source = at.get_att(pool_id.clone(), "Arn");
        let made = permission(function, &cause, at.str("cognito-idp.amazonaws.com"), source);
        let id = format_smolstr!(
            "{}LambdaPermissionCognitoUserPool{word}TriggerSource{trigger}",
            function.normalized()
        );
        draft.template.add(id, made);
    }
}

/// Existing pools get their triggers from a helper function.
fn attach(draft: &mut Draft<'_>, events: &[(&Function, &Event)]) {
    const HELPER: &str = "custom-resource-existing-cup";
    let Some((function, event)) = events.first() else { return };
    let first = function.caused(event);
    let helper = custom_resource::helper_id(HELPER);
    let mut statements = Vec::new();
    let mut previous: Option<SmolStr> = None;
    for (function, event) in events {
        let cause = function.caused(event);
        let at = event.at();
        let trigger = event.get("trigger");
        let version = event.get("lambdaVersion");
        let sender = sends(&trigger.display());
        let config = at.obj([
            ("Trigger", trigger.clone()),
            ("LambdaVersion", if sender && !truthy(version) { at.str("V1_0") } else { version.clone() }),
            ("KMSKeyID", if sender { event.get("kmsKeyId").clone() } else { Val::null().clone() }),
        ]);
        let id = format_smolstr!("{}CustomCognitoUserPool1", function.normalized());
        if let Some(configs) = draft.template.prop_mut(&id, "UserPoolConfigs") {
            push(configs, config);
            continue;
        }
        if sender && truthy(event.get("kmsKeyId")) {
            let key = event.get("kmsKeyId").clone();
            statements.push(custom_resource::statement(&["kms:CreateGrant"], key, None, at));
        }
        let alias = function.alias.as_ref().map_or_else(|| Val::null().clone(), |(name, _)| at.str(*name));
        let made = Made::new(
            "Custom::CognitoUserPool",
            &cause,
            [
                ("ServiceToken", at.get_att(helper.clone(), "Arn")),
                ("FunctionName", function.name.clone()),
                ("FunctionQualifier", alias),
                ("UserPoolName", event.get("pool").clone()),
                ("UserPoolConfigs", at.list([config])),
            ],
        );
        let made = made.depends([function.id.clone()]).depends(function.alias_id()).depends([helper.clone()]);
        draft.template.add(id.clone(), made.depends(previous.replace(id)));
        let actions =
            ["cognito-idp:ListUserPools", "cognito-idp:DescribeUserPool", "cognito-idp:UpdateUserPool"];
        statements.push(custom_resource::statement(&actions, at.str("*"), None, at));
    }
    let at = first.at();
    let functions =
        || at.sub(at.str("arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:*"));
    let principal = at.obj([("lambda:Principal", at.str("cognito-idp.amazonaws.com"))]);
    let condition = at.obj([("StringEquals", principal)]);
    statements.push(custom_resource::statement(&["lambda:AddPermission"], functions(), Some(condition), at));
    statements.push(custom_resource::statement(&["lambda:RemovePermission"], functions(), None, at));
    let roles = at.sub(at.str("arn:${AWS::Partition}:iam::*:role/*"));
    statements.push(custom_resource::statement(&["iam:PassRole"], roles, None, at));
    custom_resource::add(draft, HELPER, "cognito-user-pool/handler.handler", statements, &first);
}
