//! `AWS::Serverless::StateMachine`.

use palisade_graph::{NoteKind, Val, Via};
use smol_str::{SmolStr, format_smolstr};

use super::api::s3_location;
use super::build::{At, Props, map_mut, truthy};
use super::cause::Cause;
use super::role::{Role, aws_managed, trust};
use super::{Transform, events, policies, tags};
use crate::{Resource, Typing};

impl Transform<'_> {
    /// A state machine with its role, versions and what its events need.
    pub fn state_machine(&mut self, resource: &Resource) -> Vec<Resource> {
        let own = &resource.props;
        let cause = Cause::of(resource);
        let at = cause.at();
        let id = &resource.id;

        let mut props = Props::default();
        self.definition_of(&mut props, own);
        props.copy_set(own, &["DefinitionSubstitutions"]);
        props.rename(own, "Name", "StateMachineName");
        props.rename(own, "Type", "StateMachineType");
        props.rename(own, "Logging", "LoggingConfiguration");
        props.rename(own, "Tracing", "TracingConfiguration");
        let labels = tags::with_own(resource.key, "stateMachine:createdBy", own.get("Tags"));
        props.put("Tags", labels.clone());

        let given = own.get("Role");
        let role = if truthy(given) {
            props.rename(own, "Role", "RoleArn");
            if let Some(ignored) = own.entry("Policies").filter(|e| truthy(&e.val)) {
                let words = "`Policies` is ignored because `Role` is given";
                self.cx.files.note(NoteKind::Info, words, vec![ignored.key_span, given.span]);
            }
            None
        } else {
            let mut role = Role::new(format_smolstr!("{id}Role"), trust(at.0, "states.amazonaws.com"));
            role.path = own.get("RolePath").clone();
            role.boundary = own.get("PermissionsBoundary").clone();
            role.tags = labels;
            policies::add(self.cx, &mut role, own.get("Policies"));
            let tracing = own.get("Tracing");
            if tracing.get("Enabled").as_bool() == Some(true) {
                role.attach(aws_managed(tracing.span, "AWSXrayWriteOnlyAccess", Via::Implied));
            }
            props.put("RoleArn", at.attribute(&role.id, "Arn").through(Via::Defaulted, at.0));
            Some(role.resource(&cause, true))
        };

        let mut machine = resource.clone();
        machine.ty = SmolStr::new_static("AWS::StepFunctions::StateMachine");
        props.0.open = own.as_map().is_some_and(|m| m.open);
        machine.props = props.finish(own.span.or(resource.key));
        let mut made = vec![machine];
        made.extend(role);

        let mut target = id.clone();
        let alias_name = own.get("AutoPublishAlias");
        if truthy(alias_name) {
            let [version, alias] = published(&cause, own, alias_name);
            if truthy(own.get("UseAliasAsEventTarget")) {
                target = alias.id.clone();
            }
            made.push(version);
            made.push(alias);
        }
        made.extend(events::of_state_machine(self, &cause, own, &target));
        tags::propagate(&mut made, own);
        made
    }

    /// The definition where it can be read, wherever it is written.
    fn definition_of(&self, props: &mut Props, own: &Val) {
        if truthy(own.get("Definition")) {
            props.copy(own, "Definition");
            return;
        }
        let Some(entry) = own.entry("DefinitionUri").filter(|e| truthy(&e.val)) else { return };
        let local = entry.val.as_str().filter(|u| !u.contains("://"));
        let read = local.and_then(|u| self.cx.files.substituted(self.cx.folder, u, Typing::Yaml12).ok());
        if let Some(document) = read.and_then(|(_, documents)| documents.into_iter().next()) {
            props.put_at("Definition", entry.key_span, document);
        } else {
            let keys = ["Bucket", "Key", "Version"];
            props.put_at("DefinitionS3Location", entry.key_span, s3_location(&entry.val, keys));
        }
    }
}

/// The version and the alias of a published state machine.
fn published(cause: &Cause, own: &Val, name: &Val) -> [Resource; 2] {
    let at = cause.at();
    let props = at.object([
        ("StateMachineArn", at.reference(&cause.id)),
        ("StateMachineRevisionId", at.attribute(&cause.id, "StateMachineRevisionId")),
    ]);
    let ty = "AWS::StepFunctions::StateMachineVersion";
    let mut version = cause.make(format_smolstr!("{}Version", cause.id), ty, props);
    if version.attributes.is_null() {
        version.attributes = at.object([]);
    }
    if let Some(map) = map_mut(&mut version.attributes) {
        for key in ["DeletionPolicy", "UpdateReplacePolicy"] {
            if map.get(key).is_none() {
                map.set(key, at.0, at.text("Retain"));
            }
        }
    }
    let preference = own.get("DeploymentPreference");
    let mut preference =
        if truthy(preference) { preference.clone() } else { at.object([("Type", at.text("ALL_AT_ONCE"))]) };
    if let Some(map) = map_mut(&mut preference) {
        map.set("StateMachineVersionArn", at.0, at.reference(&version.id));
    }
    let props = At(name.span).object([("Name", name.clone()), ("DeploymentPreference", preference)]);
    let id = format_smolstr!("{}Alias{}", cause.id, name.display());
    [version, cause.make(id, "AWS::StepFunctions::StateMachineAlias", props)]
}
