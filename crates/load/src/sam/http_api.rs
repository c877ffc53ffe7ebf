//! `AWS::Serverless::HttpApi`.

use palisade_graph::{State, Val, Value};
use smol_str::{SmolStr, format_smolstr};

use super::api::{Api, Origin, body, permission_of_authorizer};
use super::build::{At, Props, child, child_map, list_mut, literal, map_mut, truthy};
use super::cause::Cause;
use super::openapi::Definition;
use super::settings::disable_endpoint;
use super::{Transform, api_auth, ids};
use crate::Resource;

const TAG: &str = "httpapi:createdBy";

impl Transform<'_> {
    /// The API, its authorizer permissions, its domain and its stage.
    pub fn http_api(&mut self, api: Api) -> Vec<Resource> {
        let Api { resource, mut definition, origin, .. } = api;
        let cause = Cause::of(&resource);
        let own = resource.props.clone();
        let auth = own.get("Auth");

        add_cors(&mut definition, own.get("CorsConfiguration"));
        api_auth::join_http(&mut definition, auth);
        // Tags need a definition in the template; they do not reach one in a file.
        let inline = origin == Origin::Events || truthy(own.get("DefinitionBody"));
        if inline && definition.is_openapi() {
            add_tags(&mut definition, &cause, &all_tags(&cause, &own));
        }
        if let Some(entry) = own.entry("DisableExecuteApiEndpoint") {
            disable_endpoint(&mut definition, &entry.val);
        }
        describe(&mut definition, &own);
        if truthy(own.get("FailOnWarnings"))
            && let Some(at) = definition.paths.get_index_of("$default")
            && let Some((_, path)) = definition.paths.shift_remove_index(at)
        {
            definition.paths.insert("/$default".into(), path);
        }

        let mut props = Props::default();
        body(&mut props, &own, definition, origin);
        props.copy_set(&own, &["FailOnWarnings"]);
        props.copy(&own, "DisableExecuteApiEndpoint");
        let mut http = resource.clone();
        http.ty = SmolStr::new_static("AWS::ApiGatewayV2::Api");
        http.props = props.finish(own.span.or(resource.key));

        let mut made = vec![http];
        for entry in auth.get("Authorizers").entries() {
            let function = entry.val.get("FunctionArn");
            if truthy(function) && truthy(entry.val.get("EnableFunctionDefaultPermissions")) {
                let id = format_smolstr!("{}{}AuthorizerPermission", cause.id, entry.key);
                made.push(permission_of_authorizer(&cause.entry(entry), id, function, "${AWS::Partition}"));
            }
        }
        let tags = if inline { all_tags(&cause, &own) } else { own.get("Tags").clone() };
        let mut domain = self.v2_domain(&cause, own.get("Domain"), Some(TAG));
        for resource in domain.iter_mut().filter(|r| r.ty == "AWS::ApiGatewayV2::DomainName" && inline) {
            if let Some(map) = map_mut(&mut resource.props) {
                map.set("Tags", cause.key, tags.clone());
            }
        }
        made.extend(domain);
        made.push(stage(&cause, &own, tags));
        self.refer(
            &resource.id,
            &made,
            &[("Stage", "AWS::ApiGatewayV2::Stage"), ("DomainName", "AWS::ApiGatewayV2::DomainName")],
        );
        made
    }
}

fn stage(cause: &Cause, own: &Val, tags: Val) -> Resource {
    let at = cause.at();
    let name = own.get("StageName");
    let name = if truthy(name) { name.clone() } else { at.text("$default") };
    let id = if literal(&name) == Some("$default") {
        format_smolstr!("{}ApiGatewayDefaultStage", cause.id)
    } else {
        ids::with_stage(&cause.id, &name, "Stage")
    };
    let mut props = Props::default();
    props.put("ApiId", at.reference(&cause.id));
    let span = own.entry("StageName").map_or(name.span, |e| e.key_span);
    props.put_at("StageName", span, name);
    props.copy_all(own, &["StageVariables", "AccessLogSettings", "DefaultRouteSettings", "RouteSettings"]);
    props.put("AutoDeploy", at.bool(true));
    props.put("Tags", tags);
    cause.make(id, "AWS::ApiGatewayV2::Stage", props.finish(at.0))
}

fn add_cors(definition: &mut Definition, cors: &Val) {
    const KEY: &str = "x-amazon-apigateway-cors";
    if !truthy(cors) {
        return;
    }
    let at = At(cors.span);
    let settings = match &cors.state {
        State::Known(Value::Bool(_)) => at.object([("allowOrigins", at.texts(&["*"]))]),
        State::Known(Value::Map(map)) => {
            let mut settings = Props::default();
            for (key, new) in [
                ("AllowOrigins", "allowOrigins"),
                ("AllowHeaders", "allowHeaders"),
                ("AllowMethods", "allowMethods"),
                ("ExposeHeaders", "exposeHeaders"),
                ("MaxAge", "maxAge"),
                ("AllowCredentials", "allowCredentials"),
            ] {
                if map.get(key).is_some_and(|v| truthy(v) || key == "MaxAge") {
                    settings.rename(cors, key, new);
                }
            }
            settings.finish(cors.span)
        }
        _ => {
            if let Some(map) = map_mut(&mut definition.doc) {
                map.set(KEY, cors.span, cors.clone());
            }
            return;
        }
    };
    if let Some(map) = child_map(&mut definition.doc, KEY, cors.span) {
        for entry in settings.entries() {
            map.set(entry.key.clone(), entry.key_span, entry.val.clone());
        }
    }
}

/// The tags of the API and the transform's.
fn all_tags(cause: &Cause, own: &Val) -> Val {
    let at = cause.at();
    let mut tags = own.get("Tags").clone();
    if tags.is_null() {
        tags = at.object([]);
    }
    if let Some(map) = map_mut(&mut tags) {
        map.set(TAG, at.0, at.text("SAM"));
    }
    tags
}

fn add_tags(definition: &mut Definition, cause: &Cause, own: &Val) {
    let at = cause.at();
    let tags = child(&mut definition.doc, "tags", || at.list(Vec::new()));
    let Some(list) = tags.and_then(list_mut) else { return };
    for entry in own.entries() {
        let name = entry.key.as_str();
        let tag = At(entry.key_span)
            .object([("name", at.text(name)), ("x-amazon-apigateway-tag-value", entry.val.clone())]);
        match list.items.iter_mut().find(|t| t.get("name").as_str() == Some(name)) {
            Some(old) => {
                if let Some(map) = map_mut(old) {
                    map.set("x-amazon-apigateway-tag-value", entry.key_span, entry.val.clone());
                }
            }
            None => list.items.push(tag),
        }
    }
}

/// `Name` and `Description` stand in the definition, unless it has its own.
fn describe(definition: &mut Definition, own: &Val) {
    for (key, new) in [("Name", "title"), ("Description", "description")] {
        let Some(entry) = own.entry(key).filter(|e| truthy(&e.val)) else { continue };
        let old = definition.doc.get("info").get(new);
        if truthy(old) && old.is_known() {
            continue;
        }
        if let Some(map) = child_map(&mut definition.doc, "info", entry.key_span) {
            map.set(new, entry.key_span, entry.val.clone());
        }
    }
}
