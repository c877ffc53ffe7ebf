//! HTTP APIs.

use palisade_graph::{Reason, Val};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::super::interpret::{Handle, Place, Value, concat};
use super::super::core::seconds;
use super::super::given::{self, Given, constant, named, pick, some, structure};
use super::super::{Library, Props, lambda, pseudo};
use super::{access_log, execute_arn, invocations, text, wild, word};

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
                Some(given) => (word(lib, &given.pick(1, "method")), text(lib, &given.pick(0, "path"))),
                None if constant(&key) == Some("DEFAULT") => {
                    (Val::str("$default", key.span()), SmolStr::default())
                }
                None => (lib.val(&key), SmolStr::default()),
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
            let id = lib.get(h).map(|o| o.id.clone()).unwrap_or_default();
            let name = lib.val(&props.get("vpcLinkName"));
            let val = Props::new()
                .set("Name", if name.is_null() { Val::str(id, place.key) } else { name })
                .done(place.block);
            lib.resource(h, "Resource", "AWS::ApiGatewayV2::VpcLink", val);
        }
        _ => return false,
    }
    true
}

/// Methods of HTTP APIs.
pub fn call(lib: &mut Library<'_>, on: Handle, name: &str, arguments: &[Value], at: Place) -> Option<Value> {
    if lib.class(on) != "aws_apigatewayv2.HttpApi" {
        return None;
    }
    let options = structure(lib, &named(arguments));
    match name {
        "addRoutes" => {
            let methods = options.get("methods");
            let mut verbs: Vec<Val> = methods.items().iter().map(|m| word(lib, m)).collect();
            if verbs.is_empty() {
                let known = !methods.is_open() || methods.is_null();
                verbs.push(if known {
                    Val::str("ANY", at.key)
                } else {
                    Val::unknown(Reason::NeedsCode, "methods", methods.span())
                });
            }
            let path = text(lib, &options.get("path"));
            let mut made = Vec::new();
            for verb in verbs {
                let id = format_smolstr!("{}{path}", verb.display()).replace('/', "--");
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
            let id = text(lib, &options.get("vpcLinkName"));
            let h = lib.child(Some(on), &id, "aws_apigatewayv2.VpcLink", options.clone(), at);
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
        .set("CorsConfiguration", cors(lib, &props.get("corsPreflight")))
        .from(lib, props, "description", "Description")
        .from(lib, props, "disableExecuteApiEndpoint", "DisableExecuteApiEndpoint")
        .done(place.block);
    lib.resource(h, "Resource", "AWS::ApiGatewayV2::Api", val);
    for name in ["defaultAuthorizer", "defaultAuthorizationScopes"] {
        lib.put(h, name, props.get(name));
    }
    let integration = props.get("defaultIntegration");
    if !integration.is_null() {
        let made = lib.child(Some(h), "DefaultRoute", "aws_apigatewayv2.HttpRoute", Value::null(), place);
        let key = Place { key: place.key, block: integration.span().or(place.block) };
        let options = Value::map([("integration".into(), (key.key, integration))], place.block);
        route(lib, made, h, &Val::str("$default", place.key), "", &options, place);
    }
    if props.get("createDefaultStage").as_bool() != Some(false) {
        let made = lib.child(Some(h), "DefaultStage", "aws_apigatewayv2.HttpStage", Value::null(), place);
        let on = Value::Val(Val::bool(true, place.key));
        let options = Value::map([("autoDeploy".into(), (place.key, on))], place.block);
        stage(lib, made, h, &options, place);
        lib.put(h, "defaultStage", Value::Host(made));
    }
}

fn cors(lib: &Library<'_>, given: &Value) -> Val {
    let given = structure(lib, given);
    if given.is_null() {
        return Val::default();
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
    let limits = structure(lib, &options.get("throttle"));
    let limits = Props::new()
        .from(lib, &limits, "rateLimit", "ThrottlingRateLimit")
        .from(lib, &limits, "burstLimit", "ThrottlingBurstLimit")
        .from(lib, options, "detailedMetricsEnabled", "DetailedMetricsEnabled");
    let logs = options.get("accessLogSettings");
    let val = Props::new()
        .set("ApiId", lib.val(&Value::Host(api)))
        .with("StageName", name_key, name)
        .from(lib, options, "autoDeploy", "AutoDeploy")
        .from(lib, options, "description", "Description")
        .set("DefaultRouteSettings", some(limits, options.get("throttle").span().or(place.block)))
        .set("AccessLogSettings", access_log(lib, &logs.get("destination"), &logs.get("format"), place))
        .from(lib, options, "stageVariables", "StageVariables")
        .done(place.block);
    lib.resource(h, "Resource", "AWS::ApiGatewayV2::Stage", val);
    lib.put(h, "api", Value::Host(api));
}

fn route(
    lib: &mut Library<'_>,
    h: Handle,
    api: Handle,
    verb: &Val,
    path: &str,
    options: &Value,
    place: Place,
) {
    let verb_key = match verb.as_str() {
        Some(_) if path.is_empty() => verb.clone(),
        _ => concat(vec![verb.clone(), Val::str(format_smolstr!(" {path}"), verb.span)], verb.span),
    };
    let own = options.get("authorizer");
    let inherited = own.is_null();
    let authorizer = if inherited { lib.set(api, "defaultAuthorizer") } else { own };
    let scopes = options.get("authorizationScopes");
    let scopes =
        if scopes.is_null() && inherited { lib.set(api, "defaultAuthorizationScopes") } else { scopes };
    let (kind, authorizer) = authorized(lib, api, &authorizer, place);
    let source = vec![Val::str(
        if path.is_empty() { "/*/*".to_owned() } else { format!("/*/*{}", wild(path)) },
        place.key,
    )];
    let source = execute_arn(lib, api, source, place.block);
    let target = integration(lib, h, api, &options.get("integration"), source, place);
    let val = Props::new()
        .set("ApiId", lib.val(&Value::Host(api)))
        .set("RouteKey", verb_key)
        .set("AuthorizationType", kind)
        .set("AuthorizerId", authorizer)
        .set("AuthorizationScopes", lib.val(&scopes))
        .set("Target", target)
        .done(place.block);
    lib.resource(h, "Resource", "AWS::ApiGatewayV2::Route", val);
    lib.put(h, "api", Value::Host(api));
    lib.put(h, "path", Value::str(path, place.key));
}

/// `integrations/id` of what a route calls; made once for each object that says so.
pub fn integration(
    lib: &mut Library<'_>,
    route: Handle,
    api: Handle,
    given: &Value,
    source: Val,
    place: Place,
) -> Val {
    let Some(integration) = Given::of(lib, given) else {
        return Val::unknown(Reason::NeedsCode, "integration", given.span().or(place.key));
    };
    let span = integration.place.block;
    let target = |id: Val| concat(vec![Val::str("integrations/", span), id], span);
    let own = given.handle().unwrap_or(route);
    let known = format!("of {}", api.0);
    if let Some(made) = lib.set(own, &known).handle() {
        let id = lib.val(&Value::Host(made));
        return target(id);
    }
    let socket = lib.class(api).ends_with("WebSocketApi");
    let name = integration.pick(0, "id");
    let name = match name.as_str() {
        Some(text) => SmolStr::new(text),
        None => super::numbered(lib, api, "Integration"),
    };
    let class = integration.class.clone();
    let options = integration.options.clone();
    let function = ["handler", "lambdaFunction"]
        .into_iter()
        .map(|n| integration.pick(1, n))
        .find(|v| !v.is_null())
        .unwrap_or_default();
    let proxied = |kind: &str| Props::new().set("IntegrationType", Val::str(kind, span));
    let props = match class.as_str() {
        "HttpLambdaIntegration"
        | "LambdaProxyIntegration"
        | "WebSocketLambdaIntegration"
        | "LambdaWebSocketIntegration" => {
            let arn = lib.arn(&function);
            let version = options.get("payloadFormatVersion");
            let version = match constant(&version) {
                Some("VERSION_1_0") => Val::str("1.0", version.span()),
                _ if socket => Val::default(),
                _ => Val::str("2.0", span),
            };
            let uri = if socket { invocations(arn, span) } else { arn };
            proxied("AWS_PROXY").set("IntegrationUri", uri).set("PayloadFormatVersion", version)
        }
        "HttpUrlIntegration" | "HttpProxyIntegration" => {
            let url = [integration.pick(1, "url"), options.get("url")].into_iter().find(|v| !v.is_null());
            proxied("HTTP_PROXY")
                .set("IntegrationUri", lib.val(&url.unwrap_or_default()))
                .set("IntegrationMethod", word(lib, &options.get("method")))
                .set("PayloadFormatVersion", Val::str("1.0", span))
        }
        "HttpAlbIntegration" | "HttpNlbIntegration" | "HttpServiceDiscoveryIntegration" => {
            let listener = lib.val(&integration.pick(1, "listener"));
            let uri = if listener.is_null() {
                Val::unknown(Reason::NeedsCode, class.clone(), span)
            } else {
                listener
            };
            proxied("HTTP_PROXY")
                .set("ConnectionType", Val::str("VPC_LINK", span))
                .set("ConnectionId", lib.val(&options.get("vpcLink")))
                .set("IntegrationUri", uri)
        }
        "HttpStepFunctionsIntegration" => {
            let subtype = options.get("subtype");
            let subtype = match constant(&subtype) {
                Some(name) => name
                    .replace("STEPFUNCTIONS_START_SYNC_EXECUTION", "StepFunctions-StartSyncExecution")
                    .replace("STEPFUNCTIONS_START_EXECUTION", "StepFunctions-StartExecution")
                    .replace("STEPFUNCTIONS_STOP_EXECUTION", "StepFunctions-StopExecution"),
                None => "StepFunctions-StartExecution".to_owned(),
            };
            let machine = lib.arn(&options.get("stateMachine"));
            proxied("AWS_PROXY")
                .set("IntegrationSubtype", Val::str(subtype, span))
                .set("RequestParameters", Val::object([("StateMachineArn", machine)], span))
        }
        "HttpSqsIntegration" => {
            let queue = lib.val(&options.get("queue"));
            proxied("AWS_PROXY")
                .set("IntegrationSubtype", Val::str("SQS-SendMessage", span))
                .set("RequestParameters", Val::object([("QueueUrl", queue)], span))
        }
        "WebSocketMockIntegration" => proxied("MOCK"),
        "WebSocketAwsIntegration" => {
            proxied("AWS").set("IntegrationUri", lib.val(&options.get("integrationUri")))
        }
        name => return Val::unknown(Reason::NeedsCode, name, span),
    };
    let made =
        lib.child(Some(route), &name, "aws_apigatewayv2.Integration", Value::null(), integration.place);
    let val = Props::new().set("ApiId", lib.val(&Value::Host(api))).merge(props).done(span);
    lib.resource(made, "Resource", "AWS::ApiGatewayV2::Integration", val);
    lib.put(own, &known, Value::Host(made));
    if function.handle().is_some_and(|f| lambda::is_function(lib, f)) {
        let id = format_smolstr!("{name}-Permission");
        given::permit(lib, &function, (route, &id), "apigateway.amazonaws.com", source, integration.place);
    }
    let id = lib.val(&Value::Host(made));
    target(id)
}

fn jwt(lib: &Library<'_>, issuer: &Value, audience: Val, span: Span) -> Val {
    let props = Props::new().set("Issuer", lib.val(issuer)).set("Audience", audience);
    some(props, span)
}

/// How a route is authorized, and the authorizer, made once for each API.
pub fn authorized(lib: &mut Library<'_>, api: Handle, given: &Value, place: Place) -> (Val, Val) {
    if given.is_null() {
        return (Val::str("NONE", place.key), Val::default());
    }
    let Some(authorizer) = Given::of(lib, given) else {
        // A construct of its own: its type tells how.
        let Some(h) = given.handle().filter(|h| lib.class(*h) == "aws_apigatewayv2.HttpAuthorizer") else {
            let span = given.span().or(place.key);
            return (Val::unknown(Reason::NeedsCode, "authorizer", span), Val::default());
        };
        let kind = word(lib, &lib.prop(h, "type"));
        let kind = if kind.as_str() == Some("LAMBDA") { Val::str("CUSTOM", kind.span) } else { kind };
        return (kind, lib.val(given));
    };
    let span = authorizer.place.block;
    let class = authorizer.class.as_str();
    let socket = lib.class(api).ends_with("WebSocketApi");
    let header = if socket { "route.request.header.Authorization" } else { "$request.header.Authorization" };
    let options = authorizer.options.clone();
    let named = |fallback: SmolStr| authorizer.pick(0, "id").as_str().map_or(fallback, SmolStr::new);
    let (kind, base) = match class {
        "HttpIamAuthorizer" | "WebSocketIamAuthorizer" => return (Val::str("AWS_IAM", span), Val::default()),
        "HttpNoneAuthorizer" | "WebSocketNoneAuthorizer" => return (Val::str("NONE", span), Val::default()),
        "HttpJwtAuthorizer" => {
            let issuer = authorizer.pick(1, "jwtIssuer");
            let audience = lib.val(&options.get("jwtAudience"));
            ("JWT", Props::new().set("JwtConfiguration", jwt(lib, &issuer, audience, span)))
        }
        "HttpUserPoolAuthorizer" => {
            let pool =
                [authorizer.pick(1, "pool"), options.get("userPool")].into_iter().find(|v| !v.is_null());
            let pool = pool.unwrap_or_default();
            let clients = [options.get("userPoolClients"), options.get("userPoolClient")]
                .into_iter()
                .find(|v| !v.is_null())
                .unwrap_or_default();
            let audience: Vec<Val> = clients.items().iter().map(|c| lib.val(c)).collect();
            let audience = if clients.is_null() {
                // The library makes a client for the pool.
                Val::list(vec![Val::unknown(Reason::NeedsCode, "UserPoolAuthorizerClient", span)], span)
            } else {
                Val::list(audience, clients.span().or(span))
            };
            let region = lib.val(&options.get("userPoolRegion"));
            let region = if region.is_null() { pseudo("AWS::Region", span) } else { region };
            let issuer = concat(
                vec![
                    Val::str("https://cognito-idp.", span),
                    region,
                    Val::str(".amazonaws.com/", span),
                    lib.val(&pool),
                ],
                span,
            );
            let configuration = Val::object([("Audience", audience), ("Issuer", issuer)], span);
            ("JWT", Props::new().set("JwtConfiguration", configuration))
        }
        "HttpLambdaAuthorizer" | "WebSocketLambdaAuthorizer" => {
            let function = authorizer.pick(1, "handler");
            let arn = lib.arn(&function);
            let kept = options.entry("resultsCacheTtl");
            let kept = match kept {
                Some((_, v)) => seconds(lib, &v),
                None if socket => Val::default(),
                None => Val::int(300, span),
            };
            let simple = options.get("responseTypes").items().iter().any(|t| constant(t) == Some("SIMPLE"));
            let version = if simple { "2.0" } else { "1.0" };
            let mut props = Props::new()
                .set("AuthorizerUri", invocations(arn, span))
                .set("AuthorizerResultTtlInSeconds", kept);
            if !socket {
                props = props
                    .set("AuthorizerPayloadFormatVersion", Val::str(version, span))
                    .set("EnableSimpleResponses", Val::bool(simple, span));
            }
            ("CUSTOM", props)
        }
        name => return (Val::unknown(Reason::NeedsCode, name, span), Val::default()),
    };
    let function = if kind == "CUSTOM" { authorizer.pick(1, "handler") } else { Value::null() };
    let own = given.handle().unwrap_or(api);
    let known = format!("of {}", api.0);
    if let Some(made) = lib.set(own, &known).handle() {
        let id = lib.val(&Value::Host(made));
        return (Val::str(kind, place.key), id);
    }
    let name = named(super::numbered(lib, api, "Authorizer"));
    let sources = options.get("identitySource");
    let sources =
        if sources.is_null() { Val::list(vec![Val::str(header, span)], span) } else { lib.val(&sources) };
    let authorizer_type = if kind == "JWT" { "JWT" } else { "REQUEST" };
    let shown = lib.val(&options.get("authorizerName"));
    let made = lib.child(Some(api), &name, "aws_apigatewayv2.CfnAuthorizer", Value::null(), authorizer.place);
    let val = Props::new()
        .set("ApiId", lib.val(&Value::Host(api)))
        .set("AuthorizerType", Val::str(authorizer_type, span))
        .set("Name", if shown.is_null() { Val::str(name.clone(), span) } else { shown })
        .set("IdentitySource", sources)
        .merge(base)
        .done(span);
    let id = lib.resource(made, "Resource", "AWS::ApiGatewayV2::Authorizer", val);
    lib.put(own, &known, Value::Host(made));
    if !function.is_null() {
        let rest = vec![Val::str("/authorizers/", span), Val::reference(id, span)];
        let source = execute_arn(lib, api, rest, span);
        let permission = format_smolstr!("{name}-Permission");
        given::permit(
            lib,
            &function,
            (api, &permission),
            "apigateway.amazonaws.com",
            source,
            authorizer.place,
        );
    }
    let id = lib.val(&Value::Host(made));
    (Val::str(kind, place.key), id)
}
