//! `AWS::Serverless::WebFunction`: a function behind an endpoint of its own.

use palisade_graph::{State, Val, Value, Via};
use smol_str::{SmolStr, format_smolstr};

use super::api::s3_location;
use super::build::{At, Props, map_mut, truthy};
use super::cause::{Cause, depend};
use super::role::{Role, aws_managed, trust};
use super::{Transform, tags};
use crate::Resource;

impl Transform<'_> {
    /// The function, its revision, its endpoint and its role.
    pub fn web_function(&mut self, resource: &Resource) -> Vec<Resource> {
        let own = &resource.props;
        let cause = Cause::of(resource);
        let at = cause.at();
        let id = &resource.id;
        let mut made = Vec::new();
        let given = own.get("ExecutionRoleArn");
        let role_arn = if given.is_null() {
            let mut role = Role::new(format_smolstr!("{id}Role"), trust(at.0, "lambda.amazonaws.com"));
            role.attach(aws_managed(at.0, "service-role/AWSLambdaBasicExecutionRole", Via::Defaulted));
            role.tags = tags::with_own(at.0, "lambda:createdBy", own.get("Tags"));
            let arn = at.attribute(&role.id, "Arn").through(Via::Defaulted, at.0);
            made.push(role.resource(&cause, true));
            arn
        } else {
            given.clone()
        };
        let name = own.get("FunctionName");
        let name = if truthy(name) {
            name.clone()
        } else {
            let short: String = id.chars().take(55).collect();
            at.sub(&format!("{short}-${{AWS::StackId}}"), &[])
        };

        let mut function = resource.clone();
        function.ty = SmolStr::new_static("AWS::Lambda::WebFunction");
        function.props = at.object([
            ("FunctionName", name.clone()),
            ("Tags", tags::with_own(at.0, "lambda:createdBy", own.get("Tags"))),
        ]);
        function.source_root = own
            .get("CodeUri")
            .as_str()
            .filter(|u| !u.contains("://"))
            .and_then(|u| self.cx.files.exists(self.cx.folder, u))
            .map(Into::into);

        let mut revision = revision(&cause, own, &name, role_arn);
        depend(&mut revision, [id.clone()], at.0);
        let mut endpoint = endpoint(&cause, own, name, &revision.id);
        depend(&mut endpoint, [id.clone(), revision.id.clone()], at.0);
        made.extend([function, revision, endpoint]);
        made
    }
}

fn revision(cause: &Cause, own: &Val, name: &Val, role: Val) -> Resource {
    let at = cause.at();
    let code = own.get("CodeUri");
    let object = s3_location(code, ["Bucket", "Key", "VersionId"]);
    let build = at.object([
        ("CodeConfig", at.object([("S3Object", object)])),
        ("RuntimeConfig", at.object([("Runtime", own.get("Runtime").clone())])),
    ]);
    let mut service = Props::default();
    service.put("ExecutionRoleArn", role);
    let mut variables = own.get("EnvironmentVariables").clone();
    let entry_point = own.get("EntryPoint");
    if truthy(entry_point) {
        if variables.is_null() {
            variables = at.object([]);
        }
        if let Some(map) = map_mut(&mut variables) {
            map.set("AWS_LAMBDA_NODEJS_ENTRYPOINT", entry_point.span, entry_point.clone());
        }
    }
    if let Some(map) = map_mut(&mut variables) {
        for entry in &mut map.entries {
            if matches!(entry.val.state, State::Known(Value::Bool(_) | Value::Num(_))) {
                entry.val.state = State::Known(Value::Str(entry.val.display()));
            }
        }
    }
    if truthy(&variables) {
        service.put("EnvironmentVariables", variables);
    }
    let logging = own.get("LoggingConfig");
    if truthy(logging) {
        service.put("TelemetryConfig", At(logging.span).object([("LoggingConfig", logging.clone())]));
    }
    service.copy_all(own, &["MaxConcurrencyPerEnvironment", "EgressNetworkConnectorArn"]);
    let timeout = own.get("Timeout");
    service.put("TimeoutSeconds", if truthy(timeout) { timeout.clone() } else { Val::int(30, at.0) });
    let mut props = Props::default();
    props.put("FunctionName", name.clone());
    props.rename(own, "RevisionDescription", "Description");
    props.copy(own, "KmsKeyArn");
    props.put("BuildConfig", build);
    props.put("ServiceConfig", service.finish(at.0));
    let id = format_smolstr!("{}Revision", cause.id);
    cause.make(id, "AWS::Lambda::WebFunctionRevision", props.finish(at.0))
}

fn endpoint(cause: &Cause, own: &Val, name: Val, revision: &str) -> Resource {
    let at = cause.at();
    let or = |key: &str, default: &'static str| {
        let val = own.get(key);
        if truthy(val) { val.clone() } else { at.text(default) }
    };
    let weights = own.get("RevisionWeights");
    let weights =
        if truthy(weights) {
            let weight = |e: &palisade_graph::Entry| {
                At(e.key_span).object([("RevisionId", at.text(e.key.clone())), ("Weight", e.val.clone())])
            };
            Val::list(weights.entries().iter().map(weight).collect(), weights.span)
        } else {
            at.list(vec![at.object([
                ("RevisionId", at.attribute(revision, "RevisionId")),
                ("Weight", Val::int(100, at.0)),
            ])])
        };
    let mut props = Props::default();
    props.put("FunctionName", name);
    props.put("EndpointName", or("EndpointName", "prod"));
    props.put("EndpointType", or("EndpointType", "HomeRegion"));
    props.copy(own, "AuthType");
    props.put("RevisionWeights", weights);
    let regions = own.get("ReplicaRegions");
    props.put(
        "Regions",
        if regions.as_list().is_some() { regions.clone() } else { regions.get("IncludeRegions").clone() },
    );
    props.rename(own, "EndpointDescription", "Description");
    props.copy_all(own, &["ScalingConfig", "ThrottleConfig"]);
    let id = format_smolstr!("{}Endpoint", cause.id);
    cause.make(id, "AWS::Lambda::WebFunctionEndpoint", props.finish(at.0))
}
