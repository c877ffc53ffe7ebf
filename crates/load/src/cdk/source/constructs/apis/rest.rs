//! REST APIs: their resources and methods.

use palisade_graph::{Reason, Val};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::super::interpret::{Handle, Place, Value, concat};
use super::super::core::managed_policy;
use super::super::given::{self, Given, named, pick};
use super::super::{Library, Props, iam};
use super::methods::{add_method, method, proxied, responses};
use super::{execute_arn, preflight, stages, text, word};
use crate::Typing;

/// What resources below one take over from it.
const INHERITED: [&str; 3] = ["defaultIntegration", "defaultMethodOptions", "defaultCorsPreflightOptions"];

/// Parts of a path.
const DEPTH: usize = 64;

/// Constructs; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    match class {
        "aws_apigateway.RestApi"
        | "aws_apigateway.LambdaRestApi"
        | "aws_apigateway.SpecRestApi"
        | "aws_apigateway.StepFunctionsRestApi" => api(lib, h, class, &merged(&props), place),
        "aws_apigateway.Resource" | "aws_apigateway.ProxyResource" => {
            let Some(parent) = props.get("parent").handle() else { return false };
            let part = if class.ends_with("ProxyResource") {
                Value::str("{proxy+}", place.key)
            } else {
                props.get("pathPart")
            };
            resource(lib, h, parent, &part, &props, place);
            if class.ends_with("ProxyResource") {
                proxied(lib, h, &props, place);
            }
        }
        "aws_apigateway.Method" => {
            let Some(parent) = props.get("resource").handle() else { return false };
            let verb = word(lib, &props.get("httpMethod"));
            method(lib, h, parent, &verb, &props.get("integration"), &props.get("options"), place);
        }
        _ => return false,
    }
    true
}

/// Methods of APIs and their resources.
pub fn call(lib: &mut Library<'_>, on: Handle, name: &str, arguments: &[Value], at: Place) -> Option<Value> {
    match (lib.class(on), name) {
        ("aws_apigateway.Method", "addMethodResponse") => {
            let id = lib.get(on)?.resource.clone()?;
            let response = arguments.first().cloned().unwrap_or_default();
            for one in responses(lib, &response).items() {
                lib.append(&id, &["MethodResponses"], one.clone());
            }
            Some(Value::null())
        }
        ("aws_apigateway.Resource" | "aws_apigateway.ResourceBase" | "aws_apigateway.ProxyResource", _) => {
            resource_call(lib, on, name, arguments, at)
        }
        ("aws_apigateway.RestApi", "addModel") => {
            let id = text(lib, &pick(arguments, 0, "id"));
            let options = named(arguments);
            let h = lib.child(Some(on), &id, "aws_apigateway.Model", options.clone(), at);
            super::plans::model(lib, h, on, &options, at);
            Some(Value::Host(h))
        }
        ("aws_apigateway.RestApi", "addRequestValidator") => {
            let id = text(lib, &pick(arguments, 0, "id"));
            let options = named(arguments);
            let h = lib.child(Some(on), &id, "aws_apigateway.RequestValidator", options.clone(), at);
            super::plans::validator(lib, h, on, &options, at);
            Some(Value::Host(h))
        }
        ("aws_apigateway.RestApi", "addGatewayResponse") => {
            let id = text(lib, &pick(arguments, 0, "id"));
            let options = named(arguments);
            let h = lib.child(Some(on), &id, "aws_apigateway.GatewayResponse", options.clone(), at);
            super::plans::gateway_response(lib, h, on, &options, at);
            Some(Value::Host(h))
        }
        ("aws_apigateway.RestApi", "addToResourcePolicy") => {
            let id = lib.get(on)?.resource.clone()?;
            let statement = iam::statement(lib, &pick(arguments, 0, "statement"));
            if lib.property(&id, "Policy").is_null() {
                lib.edit(&id, &["Policy"], at.block, iam::document(Vec::new(), at.block));
            }
            lib.append(&id, &["Policy", "Statement"], statement);
            Some(Value::null())
        }
        ("aws_apigateway.RestApi", "arnForExecuteApi") => {
            let verb = word(lib, &pick(arguments, 0, "method"));
            let verb =
                if verb.is_null() || verb.as_str() == Some("ANY") { Val::str("*", at.key) } else { verb };
            let path = lib.val(&pick(arguments, 1, "path"));
            let path = if path.is_null() { Val::str("/*", at.key) } else { path };
            let stage = lib.val(&pick(arguments, 2, "stage"));
            let stage = if stage.is_null() { Val::str("*", at.key) } else { stage };
            let slash = || Val::str("/", at.key);
            Some(Value::Val(execute_arn(lib, on, vec![slash(), stage, slash(), verb, path], at.block)))
        }
        ("aws_apigateway.RestApi", "urlForPath") => {
            let base = lib.val(&super::member(lib, on, "url", at.key)?);
            let path = lib.val(&pick(arguments, 0, "path"));
            Some(Value::Val(concat(vec![base, path], at.block)))
        }
        _ => None,
    }
}

/// `RestApi.fromRestApiAttributes(scope, id, { restApiId, rootResourceId })`, `fromRestApiId(scope, id, restApiId)`
pub fn static_call(lib: &mut Library<'_>, path: &str, arguments: &[Value], at: Place) -> Option<Value> {
    let known = matches!(
        path,
        "aws_apigateway.RestApi.fromRestApiAttributes" | "aws_apigateway.RestApi.fromRestApiId"
    );
    let scope = arguments.first().and_then(Value::handle).filter(|_| known)?;
    let id = text(lib, &pick(arguments, 1, "id"));
    let attributes = named(arguments);
    let api_id =
        if path.ends_with("Id") { pick(arguments, 2, "restApiId") } else { attributes.get("restApiId") };
    let h = lib.child(Some(scope), &id, "aws_apigateway.RestApi", attributes.clone(), at);
    let value = super::super::imported(&lib.val(&api_id), at.key);
    if let Some(o) = lib.get_mut(h) {
        o.value = value;
        o.members.insert("imported".into(), Value::Val(Val::bool(true, at.key)));
        o.members.insert("restApiId".into(), api_id);
    }
    let root = attributes.get("rootResourceId");
    root_of(lib, h, root, &Value::null(), at);
    Some(Value::Host(h))
}

fn api(lib: &mut Library<'_>, h: Handle, class: &str, props: &Value, place: Place) {
    let id = lib.get(h).map(|o| o.id.clone()).unwrap_or_default();
    let name = props.entry("restApiName");
    let (name_key, name) =
        name.map_or_else(|| (place.key, Val::str(id, place.key)), |(key, v)| (key, lib.val(&v)));
    let val = Props::new()
        .with("Name", name_key, name.clone())
        .from(lib, props, "description", "Description")
        .set("EndpointConfiguration", endpoint(lib, props))
        .set("Policy", policy(lib, props))
        .from(lib, props, "binaryMediaTypes", "BinaryMediaTypes")
        .set("MinimumCompressionSize", size(lib, props))
        .set("ApiKeySourceType", word(lib, &props.get("apiKeySourceType")))
        .from(lib, props, "disableExecuteApiEndpoint", "DisableExecuteApiEndpoint")
        .from(lib, props, "failOnWarnings", "FailOnWarnings")
        .set("Body", body(lib, props))
        .done(place.block);
    lib.resource(h, "Resource", "AWS::ApiGateway::RestApi", val);
    // What it is made by differs; what it is does not.
    if let Some(o) = lib.get_mut(h) {
        o.class = "aws_apigateway.RestApi".into();
    }
    let own = Value::Val(lib.val(&Value::Host(h)));
    lib.put(h, "restApiId", own);
    lib.put(h, "restApiName", Value::Val(name));
    let root = Value::Val(lib.attribute(h, "RootResourceId"));
    let mut defaults = props.clone();
    let mut machine = Value::null();
    if class.ends_with("LambdaRestApi") {
        let options = props.get("integrationOptions");
        let function = props.get("handler");
        let made = Value::list(vec![function, options.clone()], place.block);
        let integration = lib.plain("aws_apigateway.LambdaIntegration", made, Val::default(), place);
        defaults = with(props, "defaultIntegration", Value::Host(integration), place);
    } else if class.ends_with("StepFunctionsRestApi") {
        let made = Value::list(vec![props.get("stateMachine"), props.clone()], place.block);
        let class = "aws_apigateway.StepFunctionsIntegration.startExecution";
        machine = Value::Host(lib.plain(class, made, Val::default(), place));
    }
    let role = props.get("cloudWatchRole");
    let quiet = lib.flag("@aws-cdk/aws-apigateway:disableCloudWatchRole");
    if role.as_bool().unwrap_or(!quiet) {
        log_role(lib, h, place);
    }
    if props.get("deploy").as_bool() != Some(false) {
        stages::deployed(lib, h, &given::maybe(props, "deployOptions"), &props.get("description"), place);
    }
    let root = root_of(lib, h, root, &defaults, place);
    let domain = props.get("domainName");
    if matches!(domain, Value::Map(_)) {
        let made = lib.child(Some(h), "CustomDomain", "aws_apigateway.DomainName", domain.clone(), place);
        stages::domain(lib, made, Some(h), &domain, place);
    }
    if class.ends_with("LambdaRestApi") && props.get("proxy").as_bool() != Some(false) {
        let proxy = lib.child(Some(root), "{proxy+}", "aws_apigateway.ProxyResource", Value::null(), place);
        resource(lib, proxy, root, &Value::str("{proxy+}", place.key), &Value::null(), place);
        proxied(lib, proxy, &Value::null(), place);
    } else if !machine.is_null() {
        let any = Val::str("ANY", place.key);
        add_method(lib, root, &any, &machine, &Value::null(), place);
    }
}

/// Properties with those that older programs have below `options`.
fn merged(props: &Value) -> Value {
    let options = props.get("options");
    if !matches!(options, Value::Map(_)) {
        return props.clone();
    }
    let all = options.entries().into_iter().chain(props.entries());
    let merged = Value::map(all.map(|(key, span, value)| (key, (span, value))), props.span());
    if let Value::Map(map) = &merged {
        map.open.set(options.is_open() || props.is_open());
    }
    merged
}

/// A map with one more entry.
fn with(map: &Value, key: &str, value: Value, place: Place) -> Value {
    let mut entries: Vec<(SmolStr, (Span, Value))> =
        map.entries().into_iter().map(|(k, span, v)| (k, (span, v))).collect();
    entries.push((key.into(), (place.key, value)));
    Value::map(entries, map.span())
}

fn endpoint(lib: &Library<'_>, props: &Value) -> Val {
    let configuration = given::structure(lib, &props.get("endpointConfiguration"));
    let types = if configuration.is_null() {
        given::maybe(props, "endpointTypes")
    } else {
        given::maybe(&configuration, "types")
    };
    let list: Vec<Val> = types.items().iter().map(|t| word(lib, t)).collect();
    let vpc = configuration.get("vpcEndpoints");
    let vpc_list: Vec<Val> = vpc.items().iter().map(|v| lib.val(v)).collect();
    if types.is_unknown() {
        return Val::unknown(Reason::NeedsCode, "endpointTypes", types.span());
    }
    let span = types.span().or(vpc.span());
    let made = Props::new()
        .set("Types", given::list(list, types.span()))
        .set("VpcEndpointIds", given::list(vpc_list, vpc.span()));
    given::some(made, span)
}

fn policy(lib: &Library<'_>, props: &Value) -> Val {
    let policy = given::maybe(props, "policy");
    if policy.is_null() { Val::default() } else { lib.val(&policy) }
}

/// Bytes from which answers are compressed.
fn size(lib: &Library<'_>, props: &Value) -> Val {
    let plain = lib.val(&props.get("minimumCompressionSize"));
    if !plain.is_null() {
        return plain;
    }
    // Sizes are known in mebibytes.
    let size = lib.val(&props.get("minCompressionSize"));
    size.as_int().map_or(size.clone(), |n| Val::int(n.saturating_mul(1 << 20), size.span))
}

/// The definition of an API that is written in OpenAPI, in the program or in a file of the project.
fn body(lib: &Library<'_>, props: &Value) -> Val {
    let definition = props.get("apiDefinition");
    let Some(given) = Given::of(lib, &definition) else {
        let absent = definition.is_null();
        let unknown = || Val::unknown(Reason::NeedsCode, "apiDefinition", definition.span());
        return if absent { Val::default() } else { unknown() };
    };
    if given.class.ends_with("fromInline") {
        let inline = given.pick(0, "definition");
        return if inline.is_null() { lib.val(&given.options) } else { lib.val(&inline) };
    }
    let path = ["filePath", "file"].into_iter().map(|name| given.pick(0, name)).find(|v| !v.is_null());
    let path = path.and_then(|path| lib.project_path(path.as_str()?));
    if let Some(path) = path.filter(|_| given.class.ends_with("fromAsset"))
        && let Ok((_, documents)) = lib.files.documents("", &path, Typing::Yaml12)
        && let Some(document) = documents.into_iter().next()
    {
        return document;
    }
    Val::unknown(Reason::NeedsCode, "apiDefinition", given.place.block)
}

/// The role by which API Gateway writes logs; it is set for the whole account and region.
fn log_role(lib: &mut Library<'_>, h: Handle, place: Place) {
    let role = given::service_role(lib, h, "CloudWatchRole", "apigateway.amazonaws.com", Vec::new(), place);
    if let Some(id) = lib.get(role).and_then(|o| o.resource.clone()) {
        let name = Val::str("service-role/AmazonAPIGatewayPushToCloudWatchLogs", place.key);
        let managed = Val::list(vec![managed_policy(&name, place.key)], place.key);
        lib.edit(&id, &["ManagedPolicyArns"], place.key, managed);
    }
    let arn = lib.attribute(role, "Arn");
    let account = lib.child(Some(h), "Account", "aws_apigateway.CfnAccount", Value::null(), place);
    let val = Val::object([("CloudWatchRoleArn", arn)], place.block);
    lib.resource(account, "", "AWS::ApiGateway::Account", val);
}

/// The resource `/` of an API.
fn root_of(lib: &mut Library<'_>, api: Handle, id: Value, defaults: &Value, place: Place) -> Handle {
    let root = lib.child(Some(api), "Default", "aws_apigateway.ResourceBase", Value::null(), place);
    lib.put(root, "path", Value::str("/", place.key));
    lib.put(root, "api", Value::Host(api));
    lib.put(root, "resourceId", id);
    for name in INHERITED {
        // Of an API whose properties are not wholly known only methods may have unknown defaults.
        let value = match name {
            "defaultMethodOptions" => given::maybe(defaults, name),
            _ => defaults.get(name),
        };
        lib.put(root, name, value);
    }
    lib.put(api, "root", Value::Host(root));
    if !lib.set(root, "defaultCorsPreflightOptions").is_null() {
        preflight::add(lib, root, &lib.set(root, "defaultCorsPreflightOptions"), place);
    }
    root
}

/// Makes an object a resource below another.
fn resource(lib: &mut Library<'_>, h: Handle, parent: Handle, part: &Value, options: &Value, place: Place) {
    let Some(api) = lib.set(parent, "api").handle() else { return };
    let part_val = lib.val(part);
    let above = text(lib, &lib.set(parent, "path"));
    let path = format_smolstr!("{}/{}", above.trim_end_matches('/'), part_val.display());
    let val = Props::new()
        .set("ParentId", lib.val(&lib.set(parent, "resourceId")))
        .set("PathPart", part_val)
        .set("RestApiId", lib.val(&Value::Host(api)))
        .done(place.block);
    let id = lib.resource(h, "Resource", "AWS::ApiGateway::Resource", val);
    lib.put(h, "path", Value::str(path, place.key));
    lib.put(h, "api", Value::Host(api));
    lib.put(h, "parentResource", Value::Host(parent));
    lib.put(h, "resourceId", Value::Val(Val::reference(id, place.key)));
    for name in INHERITED {
        let own = match name {
            "defaultMethodOptions" => given::maybe(options, name),
            _ => options.get(name),
        };
        let value = if own.is_null() { lib.set(parent, name) } else { own };
        lib.put(h, name, value);
    }
    let member = format!("child {}", text(lib, part));
    lib.put(parent, &member, Value::Host(h));
    let cors = lib.set(h, "defaultCorsPreflightOptions");
    if !cors.is_null() {
        preflight::add(lib, h, &cors, place);
    }
}

fn below(lib: &mut Library<'_>, on: Handle, part: &Value, options: &Value, at: Place) -> Handle {
    let member = format!("child {}", text(lib, part));
    if let Some(there) = lib.set(on, &member).handle() {
        return there;
    }
    // No API has paths that are as deep as this.
    if text(lib, &lib.set(on, "path")).matches('/').count() > DEPTH {
        return on;
    }
    let h = lib.child(Some(on), &text(lib, part), "aws_apigateway.Resource", options.clone(), at);
    resource(lib, h, on, part, options, at);
    h
}

fn resource_call(
    lib: &mut Library<'_>,
    on: Handle,
    name: &str,
    arguments: &[Value],
    at: Place,
) -> Option<Value> {
    match name {
        "addResource" => {
            let part = pick(arguments, 0, "pathPart");
            Some(Value::Host(below(lib, on, &part, &given::options(lib, arguments, 1), at)))
        }
        "getResource" => {
            let member = format!("child {}", text(lib, &pick(arguments, 0, "pathPart")));
            Some(lib.set(on, &member))
        }
        "resourceForPath" => {
            let path = pick(arguments, 0, "path");
            let span = path.span().or(at.key);
            let mut here = if text(lib, &path).starts_with('/') {
                lib.set(on, "api").handle().and_then(|api| lib.set(api, "root").handle()).unwrap_or(on)
            } else {
                on
            };
            for part in text(lib, &path).split('/').filter(|p| !p.is_empty()).take(DEPTH) {
                here = below(lib, here, &Value::str(part, span), &Value::null(), at);
            }
            Some(Value::Host(here))
        }
        "addProxy" => {
            let options = named(arguments);
            let proxy = lib.child(Some(on), "{proxy+}", "aws_apigateway.ProxyResource", options.clone(), at);
            resource(lib, proxy, on, &Value::str("{proxy+}", at.key), &options, at);
            proxied(lib, proxy, &options, at);
            Some(Value::Host(proxy))
        }
        "addMethod" => {
            let verb = word(lib, &pick(arguments, 0, "httpMethod"));
            let integration = pick(arguments, 1, "target");
            let integration =
                if integration.is_null() { pick(arguments, 1, "integration") } else { integration };
            let made = add_method(lib, on, &verb, &integration, &given::options(lib, arguments, 2), at);
            Some(Value::Host(made))
        }
        "addCorsPreflight" => {
            Some(preflight::add(lib, on, &named(arguments), at).map_or_else(Value::null, Value::Host))
        }
        _ => None,
    }
}
