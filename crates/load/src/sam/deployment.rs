//! `DeploymentPreference`: gradual deployments by CodeDeploy.

use palisade_graph::{State, Val, Value, Via};
use palisade_source::Span;
use smol_str::format_smolstr;

use super::Transform;
use super::build::{At, Props, map_mut, truthy};
use super::cause::Cause;
use super::role::{Role, aws_managed, trust};
use super::tags;
use crate::Resource;

const APPLICATION: &str = "ServerlessDeploymentApplication";
const ROLE: &str = "CodeDeployServiceRole";

const PREDEFINED: [&str; 9] = [
    "Canary10Percent5Minutes",
    "Canary10Percent10Minutes",
    "Canary10Percent15Minutes",
    "Canary10Percent30Minutes",
    "Linear10PercentEvery1Minute",
    "Linear10PercentEvery2Minutes",
    "Linear10PercentEvery3Minutes",
    "Linear10PercentEvery10Minutes",
    "AllAtOnce",
];

/// A function with an enabled preference.
pub struct Deployment {
    cause: Cause,
    preference: Val,
    tags: Val,
}

fn enabled(preference: &Val) -> bool {
    truthy(preference) && preference.get("Enabled").as_bool() != Some(false)
}

/// Remembers the preference of a function.
pub fn note(transform: &mut Transform<'_>, cause: &Cause, own: &Val) {
    let Some(entry) = own.entry("DeploymentPreference").filter(|e| enabled(&e.val)) else { return };
    let tags = if truthy(own.get("PropagateTags")) { own.get("Tags").clone() } else { Val::default() };
    transform.deployments.push(Deployment { cause: cause.entry(entry), preference: entry.val.clone(), tags });
}

/// How CodeDeploy moves the alias.
pub fn update_policy(alias: &mut Resource, cause: &Cause, preference: &Val) {
    if !enabled(preference) {
        return;
    }
    let at = cause.at();
    let hooks = preference.get("Hooks");
    let mut update = Props::default();
    update.put("ApplicationName", at.reference(APPLICATION));
    update.put("DeploymentGroupName", at.reference(&format!("{}DeploymentGroup", cause.id)));
    if truthy(hooks.get("PreTraffic")) {
        update.rename(hooks, "PreTraffic", "BeforeAllowTrafficHook");
    }
    if truthy(hooks.get("PostTraffic")) {
        update.rename(hooks, "PostTraffic", "AfterAllowTrafficHook");
    }
    let policy = at.object([("CodeDeployLambdaAliasUpdate", update.finish(preference.span))]);
    if alias.attributes.is_null() {
        alias.attributes = at.object([]);
    }
    if let Some(map) = map_mut(&mut alias.attributes) {
        map.set("UpdatePolicy", at.0, policy);
    }
}

impl Transform<'_> {
    /// The application, the role and a group for each function.
    pub fn finish_deployments(&mut self) {
        let deployments = std::mem::take(&mut self.deployments);
        let Some(first) = deployments.first() else { return };
        let at = first.cause.at();
        let mut shared = Props::default();
        shared.put("ComputePlatform", at.text("Lambda"));
        let mut made =
            vec![first.cause.make(APPLICATION, "AWS::CodeDeploy::Application", shared.finish(at.0))];
        if deployments.iter().any(|d| !truthy(d.preference.get("Role"))) {
            let mut role = Role::new(ROLE, trust(at.0, "codedeploy.amazonaws.com"));
            role.attach(aws_managed(at.0, "service-role/AWSCodeDeployRoleForLambda", Via::Implied));
            made.push(role.resource(&first.cause, true));
        }
        made.extend(deployments.iter().map(group));
        for resource in &mut made {
            resource.attributes = Val::default();
        }
        self.made.insert(APPLICATION.into(), made);
    }
}

fn group(deployment: &Deployment) -> Resource {
    let Deployment { cause, preference, tags } = deployment;
    let at = cause.at();
    let mut props = Props::default();
    let alarms = preference.get("Alarms");
    if truthy(alarms) {
        let alarm = |name: &Val| At(name.span).object([("Name", name.clone())]);
        let names = at.list(alarms.items().iter().map(alarm).collect());
        props.put("AlarmConfiguration", at.object([("Enabled", at.bool(true)), ("Alarms", names)]));
    }
    props.put("ApplicationName", at.reference(APPLICATION));
    let events = ["DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM", "DEPLOYMENT_STOP_ON_REQUEST"];
    props.put(
        "AutoRollbackConfiguration",
        at.object([("Enabled", at.bool(true)), ("Events", at.texts(&events))]),
    );
    props.put("DeploymentConfigName", configuration(preference.get("Type"), at.0));
    props.put(
        "DeploymentStyle",
        at.object([
            ("DeploymentType", at.text("BLUE_GREEN")),
            ("DeploymentOption", at.text("WITH_TRAFFIC_CONTROL")),
        ]),
    );
    let role = preference.get("Role");
    props.put("ServiceRoleArn", if truthy(role) { role.clone() } else { at.attribute(ROLE, "Arn") });
    props.copy_set(preference, &["TriggerConfigurations"]);
    if truthy(tags) {
        props.put("Tags", tags::list(tags));
    }
    let id = format_smolstr!("{}DeploymentGroup", cause.id);
    cause.make(id, "AWS::CodeDeploy::DeploymentGroup", props.finish(preference.span))
}

fn configuration(ty: &Val, span: Span) -> Val {
    match &ty.state {
        State::Known(Value::Str(name)) if PREDEFINED.contains(&name.as_str()) => {
            Val::str(format_smolstr!("CodeDeployDefault.Lambda{name}"), ty.span.or(span))
        }
        _ => ty.clone(),
    }
}
