//! Authorizers of REST and HTTP APIs: their schemes and who needs which.

use palisade_graph::{Entry, State, Val, Value, Via};
use palisade_source::Span;
use smol_str::SmolStr;

use super::build::{At, Props, child_map, literal, map_mut, truthy};
use super::openapi::{Definition, names_any, require, requirement};

const AUTHORIZER: &str = "x-amazon-apigateway-authorizer";
const AUTH_TYPE: &str = "x-amazon-apigateway-authtype";

/// Joins `Auth` of a REST API into its definition: schemes, the default authorizer and the API key.
pub fn join_rest(definition: &mut Definition, auth: &Val) {
    let default = auth.get("DefaultAuthorizer");
    let authorizers = auth.get("Authorizers");
    if default.as_str() == Some("AWS_IAM") {
        add_iam_scheme(definition, default.span, true);
    }
    for entry in authorizers.entries() {
        let scheme = rest_scheme(entry);
        set_scheme(definition, false, &entry.key, entry.key_span, scheme);
    }
    if truthy(default) && (truthy(authorizers) || default.as_str() == Some("AWS_IAM")) {
        let preflight = auth.get("AddDefaultAuthorizerToCorsPreflight").as_bool() != Some(false);
        default_rest(definition, default, authorizers, preflight);
    }
    let key = auth.get("ApiKeyRequired");
    if truthy(key) {
        add_key_scheme(definition, key.span);
        let preflight = auth.get("AddApiKeyRequiredToCorsPreflight").as_bool() != Some(false);
        default_key(definition, key.span, preflight);
    }
}

/// Joins `Auth` of an HTTP API into its definition.
pub fn join_http(definition: &mut Definition, auth: &Val) {
    let iam = auth.get("EnableIamAuthorizer");
    if iam.as_bool() == Some(true) {
        let scheme = iam_scheme(At(iam.span));
        set_scheme(definition, true, "AWS_IAM", iam.span, scheme);
    }
    let authorizers = auth.get("Authorizers");
    for entry in authorizers.entries() {
        let scheme = http_scheme(entry);
        set_scheme(definition, true, &entry.key, entry.key_span, scheme);
    }
    let default = auth.get("DefaultAuthorizer");
    if !truthy(default) {
        return;
    }
    let name = default.display();
    let scopes = scopes_of(authorizers.get(&name), default.span);
    for (method, val) in definition.integrated() {
        if method.eq_ignore_ascii_case("options") || truthy(val.get("security")) {
            continue;
        }
        let item = requirement(&name, default.span, scopes.clone()).through(Via::Inherited, default.span);
        set_security(val, vec![item], default.span);
    }
}

/// The authorizer that an event of a REST API names.
pub fn require_rest(definition: &mut Definition, path: &SmolStr, method: &str, event: &Val, api: &Val) {
    let authorizer = event.get("Authorizer");
    if truthy(authorizer) {
        let name = authorizer.display();
        let declared = api.get("Authorizers").get(&name);
        let own = event.get("AuthorizationScopes");
        let scopes = if name == "NONE" || declared.is_null() {
            Val::list(Vec::new(), authorizer.span)
        } else if own.is_null() {
            scopes_of(declared, authorizer.span)
        } else {
            own.clone()
        };
        if let Some(method) = definition.method(path, method, authorizer.span) {
            require(method, &name, authorizer.span, scopes);
        }
        if name == "AWS_IAM" {
            add_iam_scheme(definition, authorizer.span, false);
        }
    }
    let key = event.get("ApiKeyRequired");
    if !key.is_null() {
        let name = if truthy(key) { "api_key" } else { "api_key_false" };
        if let Some(method) = definition.method(path, method, key.span) {
            require(method, name, key.span, Val::list(Vec::new(), key.span));
        }
        if truthy(key) {
            add_key_scheme(definition, key.span);
        }
    }
}

/// The authorizer of a route of an HTTP API: what the event names, else the default.
pub fn require_http(method: &mut Val, event: &Val, api: &Val) {
    let own = event.get("Authorizer");
    let authorizer = if truthy(own) { own } else { api.get("DefaultAuthorizer") };
    if !truthy(authorizer) {
        return;
    }
    let name = authorizer.display();
    let scopes = if matches!(name.as_str(), "NONE" | "AWS_IAM") {
        Val::list(Vec::new(), authorizer.span)
    } else if truthy(event.get("AuthorizationScopes")) {
        event.get("AuthorizationScopes").clone()
    } else {
        scopes_of(api.get("Authorizers").get(&name), authorizer.span)
    };
    require(method, &name, authorizer.span, scopes);
}

fn scopes_of(authorizer: &Val, span: Span) -> Val {
    let scopes = authorizer.get("AuthorizationScopes");
    if scopes.is_null() { Val::list(Vec::new(), span) } else { scopes.clone() }
}

fn set_scheme(definition: &mut Definition, in_components: bool, name: &str, span: Span, scheme: Val) {
    if let Some(schemes) = definition.schemes(span, in_components) {
        schemes.set(name, span, scheme);
    }
}

fn iam_scheme(at: At) -> Val {
    at.object([
        ("type", at.text("apiKey")),
        ("name", at.text("Authorization")),
        ("in", at.text("header")),
        (AUTH_TYPE, at.text("awsSigv4")),
    ])
}

fn add_iam_scheme(definition: &mut Definition, span: Span, replace: bool) {
    if let Some(schemes) = definition.schemes(span, false)
        && (replace || schemes.get("AWS_IAM").is_none())
    {
        schemes.set("AWS_IAM", span, iam_scheme(At(span)));
    }
}

fn add_key_scheme(definition: &mut Definition, span: Span) {
    let at = At(span);
    if let Some(schemes) = definition.schemes(span, false)
        && schemes.get("api_key").is_none()
    {
        let scheme = at.object([
            ("type", at.text("apiKey")),
            ("name", at.text("x-api-key")),
            ("in", at.text("header")),
        ]);
        schemes.set("api_key", span, scheme);
    }
}

fn set_security(method: &mut Val, items: Vec<Val>, span: Span) {
    if let Some(map) = map_mut(method) {
        map.set("security", span, Val::list(items, span));
    }
}

/// Every integrated method without an authorizer of its own gets the default one. A method that says
/// `NONE` keeps saying so: there is no other requirement that could stand in its place.
fn default_rest(definition: &mut Definition, default: &Val, authorizers: &Val, preflight: bool) {
    let name = default.display();
    let known = |key: &str| key == "AWS_IAM" || authorizers.entry(key).is_some();
    let scopes = scopes_of(authorizers.get(&name), default.span);
    let mut needs_iam = false;
    for (method, val) in definition.integrated() {
        if method == "options" && !preflight {
            continue;
        }
        let existing = val.get("security");
        if !existing.is_null() && existing.as_list().is_none() {
            continue;
        }
        let (ours, mut others): (Vec<Val>, Vec<Val>) =
            existing.items().iter().cloned().partition(|s| names_any(s, &known));
        let none = others.iter().position(|s| names_any(s, &|key| key == "NONE"));
        let mut security = if let Some(at) = none {
            others.remove(at);
            Vec::new()
        } else if ours.is_empty() {
            vec![requirement(&name, default.span, scopes.clone()).through(Via::Inherited, default.span)]
        } else {
            ours
        };
        others.append(&mut security);
        needs_iam |= others.first().is_some_and(|s| s.entry("AWS_IAM").is_some());
        if !others.is_empty() {
            let span = if existing.is_null() { default.span } else { existing.span };
            set_security(val, others, span);
        }
    }
    if needs_iam {
        add_iam_scheme(definition, default.span, false);
    }
}

fn default_key(definition: &mut Definition, span: Span, preflight: bool) {
    let known = |key: &str| key == "api_key" || key == "api_key_false";
    for (method, val) in definition.integrated() {
        let existing = val.get("security").clone();
        let (ours, mut others): (Vec<Val>, Vec<Val>) =
            existing.items().iter().cloned().partition(|s| names_any(s, &known));
        let refused = ours.iter().any(|s| names_any(s, &|key| key == "api_key_false"));
        if !refused && (method != "options" || preflight) {
            others.push(
                requirement("api_key", span, Val::list(Vec::new(), span)).through(Via::Inherited, span),
            );
        }
        if !others.is_empty() || !existing.is_null() {
            set_security(val, others, existing.span.or(span));
        }
    }
}

fn rest_scheme(entry: &Entry) -> Val {
    let authorizer = &entry.val;
    let at = At(entry.key_span);
    let identity = authorizer.get("Identity");
    let pools = authorizer.get("UserPoolArn");
    let cognito = truthy(pools);
    let request = !cognito && authorizer.get("FunctionPayloadType").as_str() == Some("REQUEST");
    let mut inner = Props::default();
    if cognito {
        inner.put("type", at.text("cognito_user_pools"));
        let arns = if pools.as_list().is_some() { pools.clone() } else { at.list(vec![pools.clone()]) };
        inner.put("providerARNs", arns);
    } else {
        inner.put("type", at.text(if request { "request" } else { "token" }));
        inner.put("authorizerUri", invocation(at, "arn:aws", authorizer.get("FunctionArn")));
        inner.rename(identity, "ReauthorizeEvery", "authorizerResultTtlInSeconds");
        credentials(&mut inner, authorizer);
        if request {
            let groups = [
                ("Headers", "method.request.header."),
                ("QueryStrings", "method.request.querystring."),
                ("StageVariables", "stageVariables."),
                ("Context", "context."),
            ];
            let sources = sources(identity, groups);
            if !sources.is_empty() {
                inner.put("identitySource", Val::str(sources.join(", "), identity.span));
            }
        }
    }
    if !request {
        inner.rename(identity, "ValidationExpression", "identityValidationExpression");
    }
    let header = identity.get("Header");
    let name = match header {
        _ if request => at.text("Unused"),
        header if truthy(header) => header.clone(),
        _ => at.text("Authorization"),
    };
    at.object([
        ("type", at.text("apiKey")),
        ("name", name),
        ("in", at.text("header")),
        (AUTH_TYPE, at.text(if cognito { "cognito_user_pools" } else { "custom" })),
        (AUTHORIZER, inner.finish(entry.val.span)),
    ])
}

fn http_scheme(entry: &Entry) -> Val {
    let authorizer = &entry.val;
    let at = At(entry.key_span);
    let jwt = authorizer.get("JwtConfiguration");
    let mut inner = Props::default();
    if truthy(jwt) {
        let mut val = jwt.clone();
        if let Some(map) = map_mut(&mut val) {
            for entry in &mut map.entries {
                entry.key = entry.key.to_lowercase().into();
            }
        }
        inner.put("jwtConfiguration", val);
        inner.rename(authorizer, "IdentitySource", "identitySource");
        inner.put("type", at.text("jwt"));
        return at.object([("type", at.text("oauth2")), (AUTHORIZER, inner.finish(entry.val.span))]);
    }
    inner.put("type", at.text("request"));
    inner.put("authorizerUri", invocation(at, "arn:${AWS::Partition}", authorizer.get("FunctionArn")));
    credentials(&mut inner, authorizer);
    let identity = authorizer.get("Identity");
    if truthy(identity) {
        inner.rename(identity, "ReauthorizeEvery", "authorizerResultTtlInSeconds");
        let groups = [
            ("Headers", "$request.header."),
            ("QueryStrings", "$request.querystring."),
            ("StageVariables", "$stageVariables."),
            ("Context", "$context."),
        ];
        let sources = sources(identity, groups);
        let sources = sources.into_iter().map(|s| Val::str(s, identity.span)).collect();
        inner.put("identitySource", Val::list(sources, identity.span));
    }
    inner.rename(authorizer, "AuthorizerPayloadFormatVersion", "authorizerPayloadFormatVersion");
    if truthy(authorizer.get("EnableSimpleResponses")) {
        inner.rename(authorizer, "EnableSimpleResponses", "enableSimpleResponses");
    }
    at.object([
        ("type", at.text("apiKey")),
        ("name", at.text("Unused")),
        ("in", at.text("header")),
        (AUTHORIZER, inner.finish(entry.val.span)),
    ])
}

fn credentials(inner: &mut Props, authorizer: &Val) {
    let role = authorizer.get("FunctionInvokeRole");
    if truthy(role) && role.as_str() != Some("NONE") {
        inner.rename(authorizer, "FunctionInvokeRole", "authorizerCredentials");
    }
}

fn invocation(at: At, arn: &str, function: &Val) -> Val {
    let text = format!(
        "{arn}:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{__FunctionArn__}}/invocations"
    );
    at.sub(&text, &[("__FunctionArn__", function)])
}

fn sources(identity: &Val, groups: [(&str, &str); 4]) -> Vec<String> {
    let of_group = |(group, prefix): (&str, &str)| {
        let items = identity.get(group).items().iter();
        items.map(|i| format!("{prefix}{}", i.display())).collect::<Vec<_>>()
    };
    groups.into_iter().flat_map(of_group).collect()
}

/// What API Gateway uses to call a function for a caller with IAM credentials, if the transform sets it.
pub fn caller_credentials(event: &Val, api: &Val, at: At) -> Option<Val> {
    let iam = event.get("Authorizer").as_str() == Some("AWS_IAM")
        || (api.get("DefaultAuthorizer").as_str() == Some("AWS_IAM") && !truthy(event));
    if !iam {
        return None;
    }
    let role = |auth: &Val| -> Option<Val> {
        let entry = auth.entry("InvokeRole")?;
        Some(if truthy(&entry.val) { entry.val.clone() } else { Val::str("NONE", entry.val.span) })
    };
    let role = role(event).or_else(|| role(api));
    match role.as_ref().map(|r| (r, r.as_str())) {
        Some((_, Some("NONE"))) => None,
        None | Some((_, Some("CALLER_CREDENTIALS"))) => Some(at.text("arn:aws:iam::*:user/*")),
        Some((role, _)) => Some(role.clone()),
    }
}

/// Request parameters, models and validators that an event asks for.
pub fn request(definition: &mut Definition, path: &SmolStr, method: &str, event: &Val) {
    let swagger = truthy(definition.doc.get("swagger"));
    let model = event.get("RequestModel");
    let name = model.get("Model");
    if truthy(name) {
        let at = At(name.span);
        let key = name.display().to_lowercase();
        if let Some(val) = definition.method(path, method, name.span) {
            if swagger {
                let schema = at.object([("$ref", at.text(format!("#/definitions/{key}")))]);
                let parameter = at.object([
                    ("in", at.text("body")),
                    ("name", at.text(key)),
                    ("schema", schema),
                    ("required", model.get("Required").clone()),
                ]);
                if let Some(list) = super::build::child_list(val, "parameters", name.span) {
                    list.items.push(parameter);
                }
            } else if let Some(map) = map_mut(val) {
                let schema = at.object([("$ref", at.text(format!("#/components/schemas/{key}")))]);
                let content = at.object([("application/json", at.object([("schema", schema)]))]);
                let body = at.object([("content", content), ("required", model.get("Required").clone())]);
                map.set("requestBody", name.span, body);
            }
        }
    }
    let (body, parameters) = (model.get("ValidateBody"), model.get("ValidateParameters"));
    if truthy(name) && !(body.is_null() && parameters.is_null()) {
        let (body, parameters) = (body.as_bool() == Some(true), parameters.as_bool() == Some(true));
        let validator = match (body, parameters) {
            (true, true) => "body-and-params",
            (true, false) => "body-only",
            (false, true) => "params-only",
            (false, false) => "no-validation",
        };
        let at = At(model.span);
        let key = "x-amazon-apigateway-request-validators";
        if let Some(map) = child_map(&mut definition.doc, key, model.span) {
            let val = at.object([
                ("validateRequestBody", at.bool(body)),
                ("validateRequestParameters", at.bool(parameters)),
            ]);
            map.set(validator, model.span, val);
        }
        if let Some(map) = definition.method(path, method, model.span).and_then(map_mut) {
            map.set("x-amazon-apigateway-request-validator", model.span, at.text(validator));
        }
    }
    for parameter in event.get("RequestParameters").items() {
        request_parameter(definition, path, method, parameter);
    }
}

fn request_parameter(definition: &mut Definition, path: &SmolStr, method: &str, parameter: &Val) {
    let (full, settings) = match &parameter.state {
        State::Known(Value::Map(map)) => match map.entries.first() {
            Some(entry) => (entry.key.clone(), entry.val.clone()),
            None => return,
        },
        _ => match literal(parameter) {
            Some(text) => (text.into(), Val::default()),
            None => return,
        },
    };
    let Some((location, name)) = full.strip_prefix("method.request.").and_then(|n| n.split_once('.')) else {
        return;
    };
    let at = At(parameter.span);
    let location = if location == "querystring" { "query" } else { location };
    let Some(val) = definition.method(path, method, parameter.span) else { return };
    let item = at.object([
        ("in", at.text(location)),
        ("name", at.text(name)),
        ("required", at.bool(settings.get("Required").as_bool() == Some(true))),
        ("type", at.text("string")),
    ]);
    if let Some(list) = super::build::child_list(val, "parameters", parameter.span) {
        list.items.push(item);
    }
    if settings.get("Caching").as_bool() == Some(true) {
        let integration = super::build::child(val, super::openapi::INTEGRATION, Val::default);
        let keys =
            integration.and_then(|i| super::build::child_list(i, "cacheKeyParameters", parameter.span));
        if let Some(list) = keys {
            list.items.push(at.text(full.clone()));
        }
    }
}
