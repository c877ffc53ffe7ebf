//! `AWS::Serverless::Api`: the REST API, its deployment and its stage; which APIs there are.

use palisade_graph::{Entry, State, Val, Value, Via};
use smol_str::{SmolStr, format_smolstr};

use super::build::{At, Props, child_map, literal, map_mut, named, truthy};
use super::cause::Cause;
use super::openapi::Definition;
use super::{Transform, api_auth, globals, ids, resource_policy, settings, tags};
use crate::{Resource, Typing};

/// The API of events that name none.
pub const IMPLICIT_REST: &str = "ServerlessRestApi";
/// The HTTP API of events that name none.
pub const IMPLICIT_HTTP: &str = "ServerlessHttpApi";

/// REST or HTTP.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `AWS::Serverless::Api`
    Rest,
    /// `AWS::Serverless::HttpApi`
    Http,
}

/// An API while events join it.
pub struct Api {
    /// Its declaration, or the implicit one.
    pub resource: Resource,
    /// Which kind.
    pub kind: Kind,
    /// Its definition.
    pub definition: Definition,
    /// Where the definition is from.
    pub origin: Origin,
}

/// Where the definition of an API is from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// From events alone.
    Events,
    /// Written by the author.
    Written,
    /// Somewhere that cannot be read; events are joined into an open document.
    Elsewhere,
}

impl Api {
    /// Whether an event adds its route.
    pub fn takes_routes(&self) -> bool {
        self.origin != Origin::Written
            || self.kind == Kind::Http
            || self.resource.props.get("MergeDefinitions").as_bool() == Some(true)
    }
}

impl Transform<'_> {
    /// The APIs of the template, and the implicit ones if an event needs them.
    pub fn find_apis(&mut self) {
        for (event_type, id_property, id, ty) in [
            ("Api", "RestApiId", IMPLICIT_REST, "AWS::Serverless::Api"),
            ("HttpApi", "ApiId", IMPLICIT_HTTP, "AWS::Serverless::HttpApi"),
        ] {
            if let Some(resource) = self.implicit(event_type, id_property, id, ty) {
                self.resources.insert(id.into(), resource);
            }
        }
        let found: Vec<Resource> = self
            .resources
            .values()
            .filter(|r| matches!(r.ty.as_str(), "AWS::Serverless::Api" | "AWS::Serverless::HttpApi"))
            .cloned()
            .collect();
        for resource in found {
            let kind = if resource.ty == "AWS::Serverless::Api" { Kind::Rest } else { Kind::Http };
            let (definition, origin) = self.definition(&resource, kind);
            self.apis.insert(resource.id.clone(), Api { resource, kind, definition, origin });
        }
    }

    /// The implicit API, if an event of a function or state machine is behind it.
    fn implicit(
        &self,
        event_type: &str,
        id_property: &str,
        id: &'static str,
        ty: &'static str,
    ) -> Option<Resource> {
        let mut implicit: Option<Resource> = None;
        for owner in self.resources.values() {
            if !matches!(owner.ty.as_str(), "AWS::Serverless::Function" | "AWS::Serverless::StateMachine") {
                continue;
            }
            for entry in owner.props.get("Events").entries() {
                let props = entry.val.get("Properties");
                let bare_rest = event_type == "Api" && !truthy(props);
                if entry.val.get("Type").as_str() != Some(event_type) || bare_rest {
                    continue;
                }
                let target = props.get(id_property);
                if !target.is_null() && named(target).as_deref() != Some(id) {
                    continue;
                }
                let resource = implicit.get_or_insert_with(|| {
                    let cause = Cause::of(owner).entry(entry);
                    let mut props = Props::default();
                    if event_type == "Api" {
                        props.put("StageName", cause.at().text("Prod").through(Via::Defaulted, cause.key));
                    }
                    let mut resource = cause.make(id, ty, props.finish(cause.key));
                    resource.attributes = Val::default();
                    resource.props = globals::merged(self.cx.globals, &resource);
                    resource
                });
                if target.is_null() {
                    share_tags(resource, owner);
                }
                share_policies(resource, owner);
            }
        }
        implicit
    }

    fn definition(&self, resource: &Resource, kind: Kind) -> (Definition, Origin) {
        let props = &resource.props;
        let at = At(resource.key);
        let body = props.get("DefinitionBody");
        if truthy(body) {
            return match Definition::read(body) {
                Some(definition) => (definition, Origin::Written),
                None => (Definition::unknown(body.span), Origin::Elsewhere),
            };
        }
        let uri = props.get("DefinitionUri");
        if truthy(uri) {
            let local = uri.as_str().filter(|u| !u.contains("://"));
            let read = local.and_then(|u| self.cx.files.documents(self.cx.folder, u, Typing::Yaml12).ok());
            let document = read.and_then(|(_, documents)| documents.into_iter().next());
            return match document.as_ref().and_then(Definition::read) {
                Some(definition) => (definition, Origin::Written),
                None => (Definition::unknown(uri.span), Origin::Elsewhere),
            };
        }
        let version = props.get("OpenApiVersion");
        let definition = match kind {
            Kind::Http => Definition::skeleton(at, "openapi", at.text("3.0.1")),
            Kind::Rest if version.display().starts_with('3') => {
                Definition::skeleton(at, "openapi", Val::str(version.display(), version.span))
            }
            Kind::Rest => Definition::skeleton(at, "swagger", at.text("2.0")),
        };
        (definition, Origin::Events)
    }

    /// Makes the REST and HTTP APIs, once all events have joined them.
    pub fn finish_apis(&mut self) {
        for (id, api) in std::mem::take(&mut self.apis) {
            let made = match api.kind {
                Kind::Rest => self.rest_api(api),
                Kind::Http => self.http_api(api),
            };
            self.made.insert(id, made);
        }
    }

    fn rest_api(&mut self, api: Api) -> Vec<Resource> {
        let Api { resource, mut definition, origin, .. } = api;
        let cause = Cause::of(&resource);
        let id = resource.id.clone();
        let own = resource.props.clone();
        let auth = own.get("Auth");
        let stage_name = own.get("StageName");

        settings::add_cors(&mut definition, own.get("Cors"));
        api_auth::join_rest(&mut definition, auth);
        resource_policy::join_all(&mut definition, auth.get("ResourcePolicy"), stage_name);
        settings::add_gateway_responses(&mut definition, own.get("GatewayResponses"));
        settings::add_media_types(&mut definition, own.get("BinaryMediaTypes"));
        settings::add_models(&mut definition, own.get("Models"));
        if let Some(entry) = own.entry("DisableExecuteApiEndpoint") {
            settings::disable_endpoint(&mut definition, &entry.val);
        }
        settings::to_openapi_3(&mut definition, own.get("OpenApiVersion"));

        let mut props = Props::default();
        body(&mut props, &own, definition, origin);
        props.copy_all(&own, &["BinaryMediaTypes", "MinimumCompressionSize", "DisableExecuteApiEndpoint"]);
        endpoint_configuration(&mut props, own.get("EndpointConfiguration"));
        props.copy_set(
            &own,
            &[
                "FailOnWarnings",
                "Name",
                "Description",
                "Mode",
                "ApiKeySourceType",
                "Policy",
                "SecurityPolicy",
                "EndpointAccessMode",
            ],
        );
        let mut rest = resource.clone();
        rest.ty = SmolStr::new_static("AWS::ApiGateway::RestApi");
        rest.props = props.finish(own.span.or(resource.key));

        let mut made = vec![rest];
        let deployment = deployment(&cause, &own);
        let stage = stage(&cause, &own, &deployment.id);
        let stage_id = stage.id.clone();
        made.push(deployment);
        made.push(stage);
        for entry in auth.get("Authorizers").entries() {
            made.extend(authorizer_permission(&cause, entry));
        }
        made.extend(self.rest_domain(&cause, own.get("Domain")));
        made.extend(self.usage_plan(&cause, auth.get("UsagePlan"), &stage_id));
        self.refer(
            &id,
            &made,
            &[
                ("Stage", "AWS::ApiGateway::Stage"),
                ("Deployment", "AWS::ApiGateway::Deployment"),
                ("DomainName", "AWS::ApiGateway::DomainName"),
                ("DomainNameV2", "AWS::ApiGateway::DomainNameV2"),
                ("UsagePlan", "AWS::ApiGateway::UsagePlan"),
                ("UsagePlanKey", "AWS::ApiGateway::UsagePlanKey"),
                ("ApiKey", "AWS::ApiGateway::ApiKey"),
            ],
        );
        tags::propagate(&mut made, &own);
        made
    }
}

/// Tags of a function that passes them on to the implicit API.
fn share_tags(api: &mut Resource, owner: &Resource) {
    let tags = owner.props.get("Tags");
    if !truthy(owner.props.get("PropagateTags")) || !truthy(tags) {
        return;
    }
    if let Some(map) = child_map(&mut api.props, "Tags", tags.span) {
        for entry in tags.entries() {
            map.set(entry.key.clone(), entry.key_span, entry.val.clone());
        }
    }
    let span = tags.span;
    if let Some(map) = map_mut(&mut api.props) {
        map.set("PropagateTags", span, Val::bool(true, span));
    }
}

/// `DeletionPolicy` and `UpdateReplacePolicy` of the functions behind the implicit API: the strictest.
fn share_policies(api: &mut Resource, owner: &Resource) {
    for key in ["DeletionPolicy", "UpdateReplacePolicy"] {
        let Some(entry) = owner.attributes.entry(key) else { continue };
        let rank = |v: &Val| match v.as_str() {
            Some("Retain") => 3,
            Some("Snapshot") => 2,
            Some(_) => 1,
            None => 0,
        };
        if rank(&entry.val) > rank(api.attributes.get(key)) {
            if api.attributes.is_null() {
                api.attributes = Val::map(Vec::new(), entry.key_span);
            }
            if let Some(map) = map_mut(&mut api.attributes) {
                map.set(entry.key.clone(), entry.key_span, entry.val.clone());
            }
        }
    }
}

/// `Body`, or `BodyS3Location` where the definition is elsewhere; what events add stands in an open
/// `Body` then.
pub fn body(props: &mut Props, own: &Val, definition: Definition, origin: Origin) {
    let uri = own.get("DefinitionUri");
    if origin == Origin::Elsewhere && truthy(uri) {
        let span = own.entry("DefinitionUri").map_or(uri.span, |e| e.key_span);
        props.put_at("BodyS3Location", span, s3_location(uri, ["Bucket", "Key", "Version"]));
        if definition.paths.is_empty() {
            return;
        }
    }
    if origin == Origin::Elsewhere && definition.paths.is_empty() && !uri_or_body_known(own) {
        props.rename(own, "DefinitionBody", "Body");
        return;
    }
    let key_span = own.entry("DefinitionBody").or(own.entry("DefinitionUri")).map(|e| e.key_span);
    let val = definition.finish();
    props.put_at("Body", key_span.unwrap_or(val.span), val);
}

fn uri_or_body_known(own: &Val) -> bool {
    own.get("DefinitionBody").is_known() && own.get("DefinitionUri").is_known()
}

/// An object in S3 as a map with the given keys; a local path stays as it is.
pub fn s3_location(val: &Val, keys: [&'static str; 3]) -> Val {
    let [bucket, key, version] = keys;
    let at = At(val.span);
    match &val.state {
        State::Known(Value::Map(_)) => {
            let mut props = Props::default();
            props.rename(val, "Bucket", bucket);
            props.rename(val, "Key", key);
            props.rename(val, "Version", version);
            if bucket == "S3Bucket" {
                props.rename(val, "StorageMode", "S3ObjectStorageMode");
            }
            let mut out = props.finish(val.span);
            out.via.clone_from(&val.via);
            out
        }
        State::Known(Value::Str(text)) => {
            let Some((name, path)) = text.strip_prefix("s3://").and_then(|t| t.split_once('/')) else {
                return val.clone();
            };
            let (path, query) = path.split_once('?').unwrap_or((path, ""));
            let id = query.split('&').find_map(|q| q.strip_prefix("versionId="));
            let id = id.map_or_else(Val::default, |id| at.text(id));
            let mut out = at.object([(bucket, at.text(name)), (key, at.text(path)), (version, id)]);
            out.via.clone_from(&val.via);
            out
        }
        _ => val.clone(),
    }
}

fn endpoint_configuration(props: &mut Props, setting: &Val) {
    if !truthy(setting) {
        return;
    }
    let at = At(setting.span);
    let kind = if truthy(setting.get("Type")) { setting.get("Type") } else { setting };
    let mut configuration = Props::default();
    configuration.put("Types", at.list(vec![kind.clone()]));
    configuration.rename(setting, "VPCEndpointIds", "VpcEndpointIds");
    configuration.copy(setting, "VpcEndpointIds");
    configuration.copy(setting, "IpAddressType");
    props.put("EndpointConfiguration", configuration.finish(setting.span));
    props.put("Parameters", at.object([("endpointConfigurationTypes", kind.clone())]));
}

fn deployment(cause: &Cause, own: &Val) -> Resource {
    let at = cause.at();
    let stage = if truthy(own.get("OpenApiVersion")) { Val::default() } else { at.text("Stage") };
    let props = at.object([("RestApiId", at.reference(&cause.id)), ("StageName", stage)]);
    cause.make(format_smolstr!("{}Deployment", cause.id), "AWS::ApiGateway::Deployment", props)
}

fn stage(cause: &Cause, own: &Val, deployment: &str) -> Resource {
    let at = cause.at();
    let mut props = Props::default();
    props.put("RestApiId", at.reference(&cause.id));
    props.put("DeploymentId", at.reference(deployment));
    props.copy_all(
        own,
        &[
            "StageName",
            "CacheClusterEnabled",
            "CacheClusterSize",
            "Variables",
            "MethodSettings",
            "AccessLogSetting",
            "CanarySetting",
            "TracingEnabled",
        ],
    );
    if let Some(entry) = own.entry("Tags") {
        props.put_at("Tags", entry.key_span, tags::list(&entry.val));
    }
    let id = ids::with_stage(&cause.id, own.get("StageName"), "Stage");
    cause.make(id, "AWS::ApiGateway::Stage", props.finish(cause.key))
}

/// The permission of API Gateway to call a Lambda authorizer.
fn authorizer_permission(cause: &Cause, entry: &Entry) -> Option<Resource> {
    let function = entry.val.get("FunctionArn");
    if !truthy(function) || truthy(entry.val.get("DisableFunctionDefaultPermissions")) {
        return None;
    }
    let id = format_smolstr!("{}{}AuthorizerPermission", cause.id, entry.key);
    Some(permission_of_authorizer(&cause.entry(entry), id, function, "aws"))
}

/// The permission of API Gateway to call an authorizer function of the API `cause.id`.
pub fn permission_of_authorizer(cause: &Cause, id: SmolStr, function: &Val, partition: &str) -> Resource {
    let at = cause.at();
    let api = at.reference(&cause.id);
    let arn = format!(
        "arn:{partition}:execute-api:${{AWS::Region}}:${{AWS::AccountId}}:${{__ApiId__}}/authorizers/*"
    );
    let props = at.object([
        ("Action", at.text("lambda:InvokeFunction")),
        ("FunctionName", function.clone()),
        ("Principal", at.text("apigateway.amazonaws.com")),
        ("SourceArn", at.sub(&arn, &[("__ApiId__", &api)])),
    ]);
    cause.make(id, "AWS::Lambda::Permission", props)
}

/// The stage of an API as it is written; events use it in names.
pub fn stage_suffix(stage: &Val) -> SmolStr {
    match literal(stage) {
        Some(name) if ids::alphanumeric(name) => name.into(),
        Some(name) if !name.is_empty() => ids::digest(name).into(),
        _ => SmolStr::new_static("Stage"),
    }
}
