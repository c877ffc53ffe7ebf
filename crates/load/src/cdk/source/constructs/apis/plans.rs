//! What stands beside the methods of a REST API: usage plans, keys, models, validators, responses, links.

use palisade_graph::{Entry, Val};
use smol_str::{SmolStr, format_smolstr};

use super::super::super::interpret::{Handle, Place, Value};
use super::super::given::{constant, maybe, named, pick, some, structure};
use super::super::{Library, Props};
use super::{stages, text, word};

/// Constructs; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    let api = props.get("restApi").handle();
    match (class, api) {
        ("aws_apigateway.UsagePlan", _) => plan(lib, h, &props, place),
        ("aws_apigateway.ApiKey", _) => key(lib, h, &props, None, place),
        ("aws_apigateway.RateLimitedApiKey", _) => {
            let own = lib.child(Some(h), "Resource", "aws_apigateway.ApiKey", props.clone(), place);
            key(lib, own, &props, None, place);
            let value = lib.val(&Value::Host(own));
            let id = lib.get(own).and_then(|o| o.resource.clone());
            if let Some(object) = lib.get_mut(h) {
                object.value = value;
                object.resource = id;
            }
            let made =
                lib.child(Some(h), "UsagePlanResource", "aws_apigateway.UsagePlan", props.clone(), place);
            plan(lib, made, &props, place);
            plan_key(lib, made, &Value::Host(own), place);
        }
        ("aws_apigateway.RequestValidator", Some(api)) => validator(lib, h, api, &props, place),
        ("aws_apigateway.Model", Some(api)) => model(lib, h, api, &props, place),
        ("aws_apigateway.GatewayResponse", Some(api)) => gateway_response(lib, h, api, &props, place),
        ("aws_apigateway.VpcLink", _) => {
            let targets = props.get("targets");
            let arns: Vec<Val> = targets.items().iter().map(|t| lib.arn(t)).collect();
            let name = lib.val(&props.get("vpcLinkName"));
            let name = if name.is_null() { Val::str(lib.unique(h), place.key) } else { name };
            let val = Props::new()
                .set("Name", name)
                .set("TargetArns", Val::list(arns, targets.span().or(place.block)))
                .done(place.block);
            lib.resource(h, "Resource", "AWS::ApiGateway::VpcLink", val);
        }
        _ => return false,
    }
    true
}

/// Methods of APIs, plans and names.
pub fn call(lib: &mut Library<'_>, on: Handle, name: &str, arguments: &[Value], at: Place) -> Option<Value> {
    let options = named(arguments);
    let id = text(lib, &pick(arguments, 0, "id"));
    match (lib.class(on), name) {
        ("aws_apigateway.RestApi", "addUsagePlan") => {
            let h = lib.child(Some(on), &id, "aws_apigateway.UsagePlan", options.clone(), at);
            plan(lib, h, &options, at);
            Some(Value::Host(h))
        }
        ("aws_apigateway.RestApi", "addApiKey") => {
            let h = lib.child(Some(on), &id, "aws_apigateway.ApiKey", options.clone(), at);
            key(lib, h, &options, Some(on), at);
            Some(Value::Host(h))
        }
        ("aws_apigateway.RestApi", "addDomainName") => {
            let h = lib.child(Some(on), &id, "aws_apigateway.DomainName", options.clone(), at);
            stages::domain(lib, h, Some(on), &options, at);
            Some(Value::Host(h))
        }
        ("aws_apigateway.DomainName", "addBasePathMapping" | "addApiMapping") => {
            let api = pick(arguments, 0, "targetApi");
            let api = api.handle().or_else(|| {
                let stage = pick(arguments, 0, "targetStage").handle()?;
                lib.set(stage, "api").handle()
            })?;
            let path = options.get("basePath");
            let path = if path.is_null() { "/".into() } else { text(lib, &path) };
            stages::mapping(lib, on, api, &path, &options, at);
            Some(Value::null())
        }
        ("aws_apigateway.UsagePlan", "addApiStage") => {
            let plan = lib.get(on)?.resource.clone()?;
            let entry = api_stage(lib, &structure(lib, &options), at);
            lib.append(&plan, &["ApiStages"], entry);
            Some(Value::null())
        }
        ("aws_apigateway.UsagePlan", "addApiKey") => {
            plan_key(lib, on, &pick(arguments, 0, "apiKey"), at);
            Some(Value::null())
        }
        _ => None,
    }
}

fn api_stage(lib: &Library<'_>, given: &Value, place: Place) -> Val {
    let stage = given.get("stage");
    let api = given.get("api");
    let api = if api.is_null() { stage.handle().map(|s| lib.set(s, "api")).unwrap_or_default() } else { api };
    let stage = if stage.is_null() {
        api.handle().map(|a| lib.set(a, "deploymentStage")).unwrap_or_default()
    } else {
        stage
    };
    let limits: Vec<(SmolStr, Val)> = given
        .get("throttle")
        .items()
        .iter()
        .filter_map(|one| {
            let method = one.get("method").handle()?;
            let path = text(lib, &lib.set(method, "path"));
            let verb = text(lib, &lib.set(method, "verb"));
            Some((format!("{path}/{verb}").into(), throttle(lib, &one.get("throttle"))))
        })
        .collect();
    let span = given.span().or(place.block);
    Props::new()
        .set("ApiId", lib.val(&api))
        .set("Stage", lib.val(&stage))
        .set("Throttle", if limits.is_empty() { Val::default() } else { Val::object(limits, span) })
        .done(span)
}

fn throttle(lib: &Library<'_>, given: &Value) -> Val {
    let given = structure(lib, given);
    if given.is_unknown() {
        return lib.val(&given);
    }
    let props = Props::new().from(lib, &given, "rateLimit", "RateLimit").from(
        lib,
        &given,
        "burstLimit",
        "BurstLimit",
    );
    some(props, given.span())
}

fn plan(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) {
    let quota = structure(lib, &props.get("quota"));
    let limit = Props::new()
        .from(lib, &quota, "limit", "Limit")
        .from(lib, &quota, "offset", "Offset")
        .set("Period", word(lib, &quota.get("period")));
    let mut all: Vec<Val> = Vec::new();
    let given = props.get("apiStages");
    for one in given.items() {
        all.push(api_stage(lib, &structure(lib, &one), place));
    }
    let val = Props::new()
        .from(lib, props, "name", "UsagePlanName")
        .from(lib, props, "description", "Description")
        .set("Throttle", throttle(lib, &maybe(props, "throttle")))
        .set("Quota", some(limit, quota.span()))
        .set("ApiStages", super::given::list(all, given.span().or(place.block)))
        .done(place.block);
    lib.resource(h, "Resource", "AWS::ApiGateway::UsagePlan", val);
    let key = props.get("apiKey");
    if !key.is_null() {
        plan_key(lib, h, &key, place);
    }
}

fn plan_key(lib: &mut Library<'_>, plan: Handle, key: &Value, at: Place) {
    let id =
        format_smolstr!("UsagePlanKeyResource:{}", key.handle().map(|k| lib.unique(k)).unwrap_or_default());
    let made = lib.child(Some(plan), &id, "aws_apigateway.CfnUsagePlanKey", Value::null(), at);
    let val = Props::new()
        .set("KeyId", lib.val(key))
        .set("KeyType", Val::str("API_KEY", at.key))
        .set("UsagePlanId", lib.val(&Value::Host(plan)))
        .done(at.block);
    lib.resource(made, "", "AWS::ApiGateway::UsagePlanKey", val);
}

/// A key for the stages of an API, of several, or for stages.
fn key(lib: &mut Library<'_>, h: Handle, props: &Value, api: Option<Handle>, place: Place) {
    let span = props.span().or(place.block);
    let apis = ["resources", "apiStages"].into_iter().flat_map(|n| props.get(n).items());
    let apis: Vec<Handle> = api.into_iter().chain(apis.filter_map(|v| v.handle())).collect();
    let stages = props.get("stages").items().into_iter().filter_map(|v| v.handle());
    let pairs = apis.into_iter().map(|api| (api, lib.set(api, "deploymentStage")));
    let pairs: Vec<(Handle, Value)> =
        pairs.chain(stages.filter_map(|s| Some((lib.set(s, "api").handle()?, Value::Host(s))))).collect();
    let keys = pairs
        .into_iter()
        .map(|(api, stage)| {
            Props::new()
                .set("RestApiId", lib.val(&Value::Host(api)))
                .set("StageName", lib.val(&stage))
                .done(span)
        })
        .collect();
    let keys = super::given::list(keys, span);
    let enabled = props.entry("enabled");
    let enabled = enabled.map_or_else(|| Val::bool(true, place.key), |(_, v)| lib.val(&v));
    let val = Props::new()
        .from(lib, props, "apiKeyName", "Name")
        .from(lib, props, "description", "Description")
        .from(lib, props, "value", "Value")
        .set("Enabled", enabled)
        .set("StageKeys", keys)
        .done(place.block);
    lib.resource(h, "Resource", "AWS::ApiGateway::ApiKey", val);
}

/// A validator of an API.
pub fn validator(lib: &mut Library<'_>, h: Handle, api: Handle, props: &Value, place: Place) {
    let val = Props::new()
        .set("RestApiId", lib.val(&Value::Host(api)))
        .from(lib, props, "requestValidatorName", "Name")
        .from(lib, props, "validateRequestBody", "ValidateRequestBody")
        .from(lib, props, "validateRequestParameters", "ValidateRequestParameters")
        .done(place.block);
    lib.resource(h, "Resource", "AWS::ApiGateway::RequestValidator", val);
}

/// A model of an API.
pub fn model(lib: &mut Library<'_>, h: Handle, api: Handle, props: &Value, place: Place) {
    let kind = lib.val(&props.get("contentType"));
    let val = Props::new()
        .set("RestApiId", lib.val(&Value::Host(api)))
        .from(lib, props, "modelName", "Name")
        .from(lib, props, "description", "Description")
        .set("ContentType", if kind.is_null() { Val::str("application/json", place.key) } else { kind })
        .set("Schema", schema(lib, &props.get("schema"), 0))
        .done(place.block);
    lib.resource(h, "Resource", "AWS::ApiGateway::Model", val);
}

/// A JSON schema as models have it: words of the library are those of JSON.
fn schema(lib: &Library<'_>, value: &Value, depth: u32) -> Val {
    let value = structure(lib, value);
    match (&value, constant(&value)) {
        (_, Some(word)) => Val::str(word.to_lowercase(), value.span()),
        (Value::Map(_), _) if depth < 32 => {
            let entries = value
                .entries()
                .into_iter()
                .map(|(key, key_span, inner)| {
                    let key = match key.as_str() {
                        "schema" => "$schema".into(),
                        "ref" => "$ref".into(),
                        _ => key,
                    };
                    Entry { key, key_span, val: schema(lib, &inner, depth + 1) }
                })
                .collect();
            Val::map(entries, value.span())
        }
        (Value::List(_), _) if depth < 32 => {
            Val::list(value.items().iter().map(|v| schema(lib, v, depth + 1)).collect(), value.span())
        }
        _ => lib.val(&value),
    }
}

/// An answer of the gateway itself.
pub fn gateway_response(lib: &mut Library<'_>, h: Handle, api: Handle, props: &Value, place: Place) {
    let kind = props.get("type");
    let kind = match constant(&kind) {
        Some(name) => Val::str(name, kind.span()),
        None => lib.val(&kind),
    };
    let headers: Vec<(SmolStr, Val)> = props
        .get("responseHeaders")
        .entries()
        .into_iter()
        .map(|(name, _, v)| (format!("gatewayresponse.header.{name}").into(), lib.val(&v)))
        .collect();
    let span = props.get("responseHeaders").span();
    let val = Props::new()
        .set("RestApiId", lib.val(&Value::Host(api)))
        .set("ResponseType", kind)
        .from(lib, props, "statusCode", "StatusCode")
        .set(
            "ResponseParameters",
            if headers.is_empty() { Val::default() } else { Val::object(headers, span) },
        )
        .from(lib, props, "templates", "ResponseTemplates")
        .done(place.block);
    lib.resource(h, "Resource", "AWS::ApiGateway::GatewayResponse", val);
}
