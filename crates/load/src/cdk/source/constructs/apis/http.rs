//! HTTP APIs.

use palisade_graph::{Reason, Val};

use super::super::super::interpret::{Handle, Place, Value, concat};
use super::super::core::seconds;
use super::super::given::{self, Given, constant, maybe, named, pick, some, structure};
use super::super::{Library, Props};
use super::http_guards::{authorized, jwt};
use super::http_targets::integration;
use super::{access_log, execute_arn, text, word};

/// Constructs; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    match class {
        "aws_apigatewayv2.HttpApi" => api(lib, h, &props, place),
        "aws_apigatewayv2.HttpStage" => {
            let Some(api) = props.get("httpApi").handle() else { return false };
            stage(lib, h, api, &props, place);
        }
        "aws_apigatewayv2.HttpRoute" => {
            let Some(api) = props.get("httpApi").handle() else { return false };
            let key = props.get("routeKey");
            let (verb, path) = match Given::of(lib, &key) {
                Some(given) => {
                    let verb = word(lib, &given.pick(1, "method"));
                    let verb = if verb.is_null() { Val::str("ANY", given.place.key) } else { verb };
                    (verb, lib.val(&given.pick(0, "path")))
                }
                None if constant(&key) == Some("DEFAULT") => {
                    (Val::str("$default", key.span()), Val::default())
                }
                None => (lib.val(&maybe(&props, "routeKey")), Val::default()),
            };
            route(lib, h, api, &verb, &path, &props, place);
        }
        "aws_apigatewayv2.HttpAuthorizer" => {
            let kind = word(lib, &props.get("type"));
            let val = Props::new()
                .set("ApiId", lib.val(&props.get("httpApi")))
                .set(
                    "AuthorizerType",
                    if kind.as_str() == Some("LAMBDA") { Val::str("REQUEST", kind.span) } else { kind },
                )
                .from(lib, &props, "authorizerName", "Name")
                .from(lib, &props, "identitySource", "IdentitySource")
                .from(lib, &props, "authorizerUri", "AuthorizerUri")
                .from(lib, &props, "enableSimpleResponses", "EnableSimpleResponses")
                .set("AuthorizerResultTtlInSeconds", seconds(lib, &props.get("resultsCacheTtl")))
                .set(
                    "JwtConfiguration",
                    jwt(lib, &props.get("jwtIssuer"), lib.val(&props.get("jwtAudience")), place.block),
                )
                .done(place.block);
            lib.resource(h, "Resource", "AWS::ApiGatewayV2::Authorizer", val);
        }
        "aws_apigatewayv2.DomainName" => {
            let certificate = lib.arn(&props.get("certificate"));
            let configuration = Props::new()
                .set("CertificateArn", certificate)
                .set("EndpointType", Val::str("REGIONAL", place.key))
                .set("SecurityPolicy", word(lib, &props.get("securityPolicy")))
                .done(place.block);
            let mtls = props.get("mtls");
            let trust = Props::new().from(lib, &mtls, "key", "TruststoreUri");
            let val = Props::new()
                .from(lib, &props, "domainName", "DomainName")
                .set("DomainNameConfigurations", Val::list(vec![configuration], place.block))
                .set("MutualTlsAuthentication", some(trust, mtls.span()))
                .done(place.block);
            lib.resource(h, "Resource", "AWS::ApiGatewayV2::DomainName", val);
        }
        "aws_apigatewayv2.ApiMapping" => {
            let val = Props::new()
                .set("ApiId", lib.val(&props.get("api")))
                .set("DomainName", lib.val(&props.get("domainName")))
                .set("Stage", lib.val(&props.get("stage")))
                .from(lib, &props, "apiMappingKey", "ApiMappingKey")
                .done(place.block);
            lib.resource(h, "Resource", "AWS::ApiGatewayV2::ApiMapping", val);
        }
        "aws_apigatewayv2.VpcLink" => {
            let name = lib.val(&props.get("vpcLinkName"));
            let name = if name.is_null() { Val::str(lib.unique(h), place.key) } else { name };
            let subnets = Val::unknown(Reason::NeedsCode, "subnets", place.block);
            let val = Props::new().set("Name", name).set("SubnetIds", subnets).done(place.block);
            lib.resource(h, "Resource", "AWS::ApiGatewayV2::VpcLink", val);
        }
        _ => return false,
    }
    true
}

/// `HttpApi.fromHttpApiAttributes(scope, id, { httpApiId })`, and of WebSocket APIs.
pub fn static_call(lib: &mut Library<'_>, path: &str, arguments: &[Value], at: Place) -> Option<Value> {
    let (class, key) = match path {
        "aws_apigatewayv2.HttpApi.fromHttpApiAttributes" | "aws_apigatewayv2.HttpApi.fromApiId" => {
            ("aws_apigatewayv2.HttpApi", "httpApiId")
        }
        "aws_apigatewayv2.WebSocketApi.fromWebSocketApiAttributes" => {
            ("aws_apigatewayv2.WebSocketApi", "webSocketId")
        }
        _ => return None,
    };
    let scope = arguments.first().and_then(Value::handle)?;
    let id = text(lib, &pick(arguments, 1, "id"));
    let attributes = named(arguments);
    let api_id = if path.ends_with("Id") { pick(arguments, 2, key) } else { attributes.get(key) };
    let h = lib.child(Some(scope), &id, class, attributes, at);
    let value = super::super::imported(&lib.val(&api_id), at.key);
    if let Some(o) = lib.get_mut(h) {
        o.value = value;
        o.members.insert("imported".into(), Value::Val(Val::bool(true, at.key)));
    }
    for name in ["apiId", "httpApiId"] {
        lib.put(h, name, api_id.clone());
    }
    Some(Value::Host(h))
}

/// Methods of HTTP APIs.
pub fn call(lib: &mut Library<'_>, on: Handle, name: &str, arguments: &[Value], at: Place) -> Option<Value> {
    if lib.class(on) != "aws_apigatewayv2.HttpApi" {
        return None;
    }
    let options = given::options(lib, arguments, 0);
    match name {
        "addRoutes" => {
            let methods = maybe(&options, "methods");
            let mut verbs: Vec<Val> = methods.items().iter().map(|m| word(lib, m)).collect();
            if verbs.is_empty() {
                let known = !methods.is_open() || methods.is_null();
                verbs.push(if known {
                    Val::str("ANY", at.key)
                } else {
                    Val::unknown(Reason::NeedsCode, "methods", methods.span())
                });
            }
            let path = lib.val(&maybe(&options, "path"));
            let mut made = Vec::new();
            for verb in verbs {
                let id = format!("{}{}", verb.display(), path.display()).replace('/', "--");
                let h = lib.child(Some(on), &id, "aws_apigatewayv2.HttpRoute", options.clone(), at);
                route(lib, h, on, &verb, &path, &options, at);
                made.push(Value::Host(h));
            }
            Some(Value::list(made, at.block))
        }
        "addStage" => {
            let id = text(lib, &pick(arguments, 0, "id"));
            let h = lib.child(Some(on), &id, "aws_apigatewayv2.HttpStage", options.clone(), at);
            stage(lib, h, on, &options, at);
            Some(Value::Host(h))
        }
        "addVpcLink" => {
            let n = super::numbered(lib, on, "VpcLink-");
            let h = lib.child(Some(on), &n, "aws_apigatewayv2.VpcLink", options.clone(), at);
            construct(lib, h, "aws_apigatewayv2.VpcLink");
            Some(Value::Host(h))
        }
        "arnForExecuteApi" => {
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
        _ => None,
    }
}

fn api(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) {
    let id = lib.get(h).map(|o| o.id.clone()).unwrap_or_default();
    let name = props.entry("apiName");
    let (name_key, name) =
        name.map_or_else(|| (place.key, Val::str(id, place.key)), |(key, v)| (key, lib.val(&v)));
    let val = Props::new()
        .with("Name", name_key, name)
        .set("ProtocolType", Val::str("HTTP", place.key))
        .set("CorsConfiguration", cors(lib, &maybe(props, "corsPreflight")))
        .from(lib, props, "description", "Description")
        .from(lib, props, "disableExecuteApiEndpoint", "DisableExecuteApiEndpoint")
        .done(place.block);
    lib.resource(h, "Resource", "AWS::ApiGatewayV2::Api", val);
    lib.put(h, "defaultAuthorizer", maybe(props, "defaultAuthorizer"));
    lib.put(h, "defaultAuthorizationScopes", props.get("defaultAuthorizationScopes"));
    let integration = props.get("defaultIntegration");
    if !integration.is_null() {
        let made = lib.child(Some(h), "DefaultRoute", "aws_apigatewayv2.HttpRoute", Value::null(), place);
        let key = Place { key: place.key, block: integration.span().or(place.block) };
        let options = Value::map([("integration".into(), (key.key, integration))], place.block);
        route(lib, made, h, &Val::str("$default", place.key), &Val::default(), &options, place);
    }
    if props.get("createDefaultStage").as_bool() != Some(false) {
        let made = lib.child(Some(h), "DefaultStage", "aws_apigatewayv2.HttpStage", Value::null(), place);
        let on = Value::Val(Val::bool(true, place.key));
        let domain = props.entry("defaultDomainMapping").map(|(key, v)| ("domainMapping".into(), (key, v)));
        let deployed = ("autoDeploy".into(), (place.key, on));
        let options = Value::map([deployed].into_iter().chain(domain), place.block);
        stage(lib, made, h, &options, place);
        lib.put(h, "defaultStage", Value::Host(made));
    }
}

fn cors(lib: &Library<'_>, given: &Value) -> Val {
    let given = structure(lib, given);
    if given.is_null() || given.is_unknown() {
        return lib.val(&given);
    }
    let methods = given.get("allowMethods");
    let list: Vec<Val> = methods
        .items()
        .iter()
        .map(|m| if constant(m) == Some("ANY") { Val::str("*", m.span()) } else { word(lib, m) })
        .collect();
    Props::new()
        .from(lib, &given, "allowOrigins", "AllowOrigins")
        .from(lib, &given, "allowHeaders", "AllowHeaders")
        .from(lib, &given, "allowCredentials", "AllowCredentials")
        .from(lib, &given, "exposeHeaders", "ExposeHeaders")
        .set("AllowMethods", given::list(list, methods.span()))
        .set("MaxAge", seconds(lib, &given.get("maxAge")))
        .done(given.span())
}

/// A stage of an HTTP or WebSocket API.
pub fn stage(lib: &mut Library<'_>, h: Handle, api: Handle, options: &Value, place: Place) {
    let name = options.entry("stageName");
    let (name_key, name) =
        name.map_or_else(|| (place.key, Val::str("$default", place.key)), |(key, v)| (key, lib.val(&v)));
    let limits = structure(lib, &maybe(options, "throttle"));
    let limits = Props::new()
        .from(lib, &limits, "rateLimit", "ThrottlingRateLimit")
        .from(lib, &limits, "burstLimit", "ThrottlingBurstLimit")
        .from(lib, options, "detailedMetricsEnabled", "DetailedMetricsEnabled");
    let logs = structure(lib, &maybe(options, "accessLogSettings"));
    let logs = if logs.is_unknown() {
        lib.val(&logs)
    } else {
        access_log(lib, &maybe(&logs, "destination"), &logs.get("format"), place)
    };
    let val = Props::new()
        .set("ApiId", lib.val(&Value::Host(api)))
        .with("StageName", name_key, name)
        .from(lib, options, "autoDeploy", "AutoDeploy")
        .from(lib, options, "description", "Description")
        .set("DefaultRouteSettings", some(limits, options.get("throttle").span().or(place.block)))
        .set("AccessLogSettings", logs)
        .from(lib, options, "stageVariables", "StageVariables")
        .done(place.block);
    lib.resource(h, "Resource", "AWS::ApiGatewayV2::Stage", val);
    lib.put(h, "api", Value::Host(api));
    let mapped = structure(lib, &options.get("domainMapping"));
    let domain = mapped.get("domainName");
    if let Some(path) = domain.handle().and_then(|d| lib.get(d)).map(|d| d.path.replace('/', "--")) {
        let id = format!("{path}{}", text(lib, &mapped.get("mappingKey")));
        let made = lib.child(Some(h), &id, "aws_apigatewayv2.ApiMapping", Value::null(), place);
        let val = Props::new()
            .set("ApiId", lib.val(&Value::Host(api)))
            .set("DomainName", lib.val(&domain))
            .set("Stage", lib.val(&Value::Host(h)))
            .from(lib, &mapped, "mappingKey", "ApiMappingKey")
            .done(mapped.span().or(place.block));
        lib.resource(made, "Resource", "AWS::ApiGatewayV2::ApiMapping", val);
    }
}

fn route(
    lib: &mut Library<'_>,
    h: Handle,
    api: Handle,
    verb: &Val,
    path: &Val,
    options: &Value,
    place: Place,
) {
    let verb_key = if path.is_null() {
        verb.clone()
    } else {
        concat(vec![verb.clone(), Val::str(" ", verb.span), path.clone()], verb.span)
    };
    let own = maybe(options, "authorizer");
    let authorizer = if own.is_null() { lib.set(api, "defaultAuthorizer") } else { own };
    let scopes = options.get("authorizationScopes");
    let scopes = if scopes.is_null() { lib.set(api, "defaultAuthorizationScopes") } else { scopes };
    // Without an authorizer scopes mean nothing.
    let none = authorizer.is_null() || matches!(&scopes, Value::List(_)) && scopes.items().is_empty();
    let scopes = if none { Val::default() } else { lib.val(&scopes) };
    let (kind, authorizer) = authorized(lib, api, &authorizer, place);
    // Parameters of the path stand in it as they are, also in the permission.
    let mut source = vec![Val::str("/*/*", place.key)];
    source.extend((!path.is_null()).then(|| path.clone()));
    let source = execute_arn(lib, api, source, place.block);
    let target = integration(lib, h, api, &options.get("integration"), source, place);
    let val = Props::new()
        .set("ApiId", lib.val(&Value::Host(api)))
        .set("RouteKey", verb_key)
        .set("AuthorizationType", kind)
        .set("AuthorizerId", authorizer)
        .set("AuthorizationScopes", scopes)
        .set("Target", target)
        .done(place.block);
    lib.resource(h, "Resource", "AWS::ApiGatewayV2::Route", val);
    lib.put(h, "api", Value::Host(api));
    let every = verb.as_str() == Some("$default");
    lib.put(h, "verb", Value::Val(if every { Val::str("ANY", verb.span) } else { verb.clone() }));
    let path = if path.is_null() { Val::str("/", place.key) } else { path.clone() };
    lib.put(h, "path", Value::Val(path));
}
