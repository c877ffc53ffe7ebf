//! Methods of REST APIs.

use palisade_graph::Val;
use palisade_source::Span;
use smol_str::SmolStr;

use super::super::super::interpret::{Handle, Place, Value};
use super::super::given;
use super::super::{Library, Props};
use super::integrations::{self, Target};
use super::{authorizers, execute_arn, text, wild};

/// The methods of a proxy resource, unless it is to have none.
pub fn proxied(lib: &mut Library<'_>, proxy: Handle, options: &Value, place: Place) {
    if options.get("anyMethod").as_bool() == Some(false) {
        return;
    }
    let any = Val::str("ANY", place.key);
    add_method(lib, proxy, &any, &Value::null(), &Value::null(), place);
}

pub fn add_method(
    lib: &mut Library<'_>,
    on: Handle,
    verb: &Val,
    integration: &Value,
    options: &Value,
    at: Place,
) -> Handle {
    // A proxy right below the root takes what comes for the root too.
    let parent = lib.set(on, "parentResource").handle();
    let root = parent.filter(|p| text(lib, &lib.set(*p, "path")) == "/");
    if let Some(root) = root.filter(|_| lib.class(on) == "aws_apigateway.ProxyResource") {
        let there = format!("method {}", verb.display());
        if lib.set(root, &there).is_null() {
            add_method(lib, root, verb, integration, options, at);
        }
    }
    let h = lib.child(Some(on), &verb.display(), "aws_apigateway.Method", options.clone(), at);
    method(lib, h, on, verb, integration, options, at);
    h
}

pub fn method(
    lib: &mut Library<'_>,
    h: Handle,
    on: Handle,
    verb: &Val,
    integration: &Value,
    options: &Value,
    place: Place,
) {
    let Some(api) = lib.set(on, "api").handle() else { return };
    let verb = match verb.as_str() {
        Some(text) => Val::str(text.to_uppercase(), verb.span),
        None => verb.clone(),
    };
    let options = &given::structure(lib, options);
    let defaults = given::structure(lib, &lib.set(on, "defaultMethodOptions"));
    let option = |name: &str| {
        let own = given::maybe(options, name);
        if own.is_null() { given::maybe(&defaults, name) } else { own }
    };
    let explicit = options.get("authorizationType");
    let opts_out = given::constant(&explicit) == Some("NONE") && options.get("authorizer").is_null();
    let authorizer = if opts_out { Value::null() } else { option("authorizer") };
    let (kind, authorizer_id) =
        authorizers::of_method(lib, api, &authorizer, &option("authorizationType"), place);
    let integration =
        if integration.is_null() { lib.set(on, "defaultIntegration") } else { integration.clone() };
    let path = text(lib, &lib.set(on, "path"));
    let target = Target { api, method: h, verb: &verb, path: &path };
    let integration = integrations::bind(lib, &target, &integration, place);
    let scopes = option("authorizationScopes");
    let models: Vec<(SmolStr, Val)> =
        option("requestModels").entries().into_iter().map(|(key, _, m)| (key, model_of(lib, &m))).collect();
    let models_span = option("requestModels").span().or(place.block);
    let models = if models.is_empty() { Val::default() } else { Val::object(models, models_span) };
    let validator = validator_of(
        lib,
        h,
        api,
        &option("requestValidator"),
        &options.get("requestValidatorOptions"),
        place,
    );
    let parameters = option("requestParameters");
    let val = Props::new()
        .set("HttpMethod", verb.clone())
        .set("ResourceId", lib.val(&lib.set(on, "resourceId")))
        .set("RestApiId", lib.val(&Value::Host(api)))
        .set("AuthorizationType", kind)
        .set("AuthorizerId", authorizer_id)
        .set("AuthorizationScopes", lib.val(&scopes))
        .set("ApiKeyRequired", lib.val(&option("apiKeyRequired")))
        .set("OperationName", lib.val(&option("operationName")))
        .set("RequestParameters", lib.val(&parameters))
        .set("RequestModels", models)
        .set("RequestValidatorId", validator)
        .set("Integration", integration)
        .set("MethodResponses", responses(lib, &option("methodResponses")))
        .done(place.block);
    lib.resource(h, "Resource", "AWS::ApiGateway::Method", val);
    lib.put(on, &format!("method {}", verb.display()), Value::Host(h));
    lib.put(h, "api", Value::Host(api));
    for (name, stage) in [("methodArn", lib.set(api, "deploymentStage")), ("testMethodArn", Value::null())] {
        let stage = match (name, stage.is_null()) {
            ("testMethodArn", _) => Val::str("test-invoke-stage", place.key),
            (_, true) => Val::str("*", place.key),
            _ => lib.val(&stage),
        };
        let target = Target { api, method: h, verb: &verb, path: &path };
        let arn = method_arn(lib, &target, stage, place.key);
        lib.put(h, name, Value::Val(arn));
    }
    lib.put(h, "httpMethod", Value::Val(verb.clone()));
    lib.put(h, "verb", Value::Val(verb));
    lib.put(h, "resource", Value::Host(on));
    match lib.set(api, "methods") {
        Value::List(all) => all.items.borrow_mut().push(Value::Host(h)),
        _ => lib.put(api, "methods", Value::list(vec![Value::Host(h)], place.key)),
    }
    lib.put(h, "path", Value::str(path, place.key));
}

/// `MethodResponses` of a method.
pub fn responses(lib: &Library<'_>, value: &Value) -> Val {
    let all = value
        .items()
        .iter()
        .map(|response| {
            let response = given::structure(lib, response);
            let models = response.get("responseModels");
            let named: Vec<(SmolStr, Val)> =
                models.entries().into_iter().map(|(kind, _, model)| (kind, model_of(lib, &model))).collect();
            let models = if named.is_empty() { Val::default() } else { Val::object(named, models.span()) };
            Props::new()
                .from(lib, &response, "statusCode", "StatusCode")
                .from(lib, &response, "responseParameters", "ResponseParameters")
                .set("ResponseModels", models)
                .done(response.span())
        })
        .collect();
    given::list(all, value.span())
}

/// The name of a model: one of the two that every API has, or that of a resource.
fn model_of(lib: &Library<'_>, model: &Value) -> Val {
    match given::constant(model) {
        Some("EMPTY_MODEL") => Val::str("Empty", model.span()),
        Some("ERROR_MODEL") => Val::str("Error", model.span()),
        _ => lib.val(model),
    }
}

fn validator_of(
    lib: &mut Library<'_>,
    h: Handle,
    api: Handle,
    given: &Value,
    options: &Value,
    place: Place,
) -> Val {
    if options.is_null() {
        return if given.is_null() { Val::default() } else { lib.val(given) };
    }
    // The library makes it for the API: the first under a name of its own, with the newer setting each.
    let id = if lib.flag("@aws-cdk/aws-apigateway:requestValidatorUniqueId") {
        let validator = lib.child(Some(h), "Validator", "constructs.Construct", Value::null(), place);
        lib.unique(validator)
    } else {
        "validator".into()
    };
    let made = lib.child(Some(api), &id, "aws_apigateway.RequestValidator", options.clone(), place);
    super::plans::validator(lib, made, api, options, place);
    lib.val(&Value::Host(made))
}

/// The ARN of a method as permissions name it.
pub fn method_arn(lib: &Library<'_>, target: &Target<'_>, stage: Val, span: Span) -> Val {
    let verb = if target.verb.as_str() == Some("ANY") { Val::str("*", span) } else { target.verb.clone() };
    let slash = || Val::str("/", span);
    let path = Val::str(wild(target.path), span);
    execute_arn(lib, target.api, vec![slash(), stage, slash(), verb, path], span)
}
