//! The HTTP API of a service.

use indexmap::IndexMap;
use palisade_graph::{Entry, State, Val, Value, Via};
use smol_str::{SmolStr, format_smolstr};

use super::super::build::{At, Cause, Made, default_bool, default_str, truthy};
use super::super::naming;
use super::super::service::{Draft, Event, Function, Service};
use super::rest_api::{execute_arn, lambda_uri};
use super::{cors_list, permission, setting_span};

const API: &str = "HttpApi";
const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "OPTIONS", "HEAD", "DELETE"];

/// A route: its key, and whose it is.
struct Route<'s> {
    function: &'s Function,
    event: &'s Event,
    key: Val,
    /// The key as text, holes as `${…}`.
    shown: SmolStr,
    method: SmolStr,
}

pub(super) fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    let mut routes: IndexMap<SmolStr, Route<'_>> = IndexMap::new();
    for (function, event) in service.events("httpApi") {
        let route = route(function, event);
        routes.insert(route.shown.clone(), route);
    }
    let Some((_, first)) = routes.first() else { return };
    let cause = first.function.caused(first.event);
    let external = service.provider.at("httpApi.id");
    let own = !truthy(external);
    if own {
        api(draft, &cause, &routes);
        stage(draft, &cause);
        authorizers(draft, &cause);
    }
    for route in routes.values() {
        endpoint(draft, route);
    }
}

fn api_id(service: &Service<'_>, at: At) -> Val {
    let external = service.provider.at("httpApi.id");
    if truthy(external) { external.clone() } else { at.reference(API) }
}

fn route<'s>(function: &'s Function, event: &'s Event) -> Route<'s> {
    let val = &event.val;
    let at = At(val.span);
    let (method, path) = match &val.state {
        State::Known(Value::Map(_)) => {
            let method = val.get("method");
            let method = if method.is_null() { SmolStr::new_static("*") } else { method.display() };
            (method, val.get("path").clone())
        }
        State::Known(Value::Str(text)) => match text.trim().split_once(char::is_whitespace) {
            Some((method, path)) => (method.into(), at.str(path.trim())),
            None => ("*".into(), val.clone()),
        },
        State::Partial(_) => {
            // The method stands before the first blank.
            let shown = val.display();
            let (method, rest) = shown.split_once(' ').unwrap_or(("*", &shown));
            (method.into(), at.str(rest))
        }
        _ => ("*".into(), val.clone()),
    };
    let everything = path.as_str() == Some("*");
    let method: SmolStr = if method == "*" { "ANY".into() } else { method.to_uppercase().into() };
    let key =
        if everything { at.str("$default") } else { at.concat([at.str(format_smolstr!("{method} ")), path]) };
    let shown = if everything { "*".into() } else { key.display() };
    Route { function, event, key, shown, method }
}

fn api(draft: &mut Draft<'_>, cause: &Cause, routes: &IndexMap<SmolStr, Route<'_>>) {
    let service = draft.service;
    let at = cause.at();
    let config = service.provider.get("httpApi");
    let name = if truthy(config.get("name")) {
        config.get("name").clone()
    } else if truthy(config.get("shouldStartNameWithService")) {
        service.prefix(at)
    } else {
        at.concat([service.stage.clone(), at.str("-"), service.name.clone()])
    };
    let mut made = Made::new(
        "AWS::ApiGatewayV2::Api",
        cause,
        [
            ("Name", name),
            ("Description", config.get("description").clone()),
            ("ProtocolType", at.str("HTTP")),
            ("DisableExecuteApiEndpoint", config.get("disableDefaultEndpoint").clone()),
            ("Tags", service.provider.get("tags").clone()),
        ],
    );
    if let Some(e) = config.entry("cors").filter(|e| truthy(&e.val)) {
        made.prop("CorsConfiguration", cors(e, routes));
    }
    draft.template.add(API, made);
    let url = at.join(
        "",
        [
            at.str("https://"),
            at.reference(API),
            at.str(".execute-api."),
            at.pseudo("Region"),
            at.str("."),
            at.pseudo("URLSuffix"),
        ],
    );
    draft.template.output("HttpApiId", at, at.reference(API));
    draft.template.output("HttpApiUrl", at, url);
}

fn cors(e: &Entry, routes: &IndexMap<SmolStr, Route<'_>>) -> Val {
    let cors = &e.val;
    if cors.as_map().is_none() && cors.as_bool().is_none() {
        return cors.clone();
    }
    let at = At(e.key_span);
    let list = |key: &str, default: Val| {
        if truthy(cors.get(key)) {
            cors_list(cors.get(key))
        } else {
            default.through(Via::Defaulted, e.key_span)
        }
    };
    let headers = [
        "Content-Type",
        "X-Amz-Date",
        "Authorization",
        "X-Api-Key",
        "X-Amz-Security-Token",
        "X-Amz-User-Agent",
        "X-Amzn-Trace-Id",
    ];
    // Without a list, the methods that have routes.
    let mut methods: Vec<&str> = vec!["OPTIONS"];
    for route in routes.values() {
        let all: &[&str] = if route.method == "ANY" { &METHODS } else { &[route.method.as_str()] };
        for method in all {
            if !methods.contains(method) {
                methods.push(method);
            }
        }
    }
    let credentials = cors.get("allowCredentials");
    let exposed = cors.get("exposedResponseHeaders");
    at.obj([
        ("AllowCredentials", if truthy(credentials) { credentials.clone() } else { Val::null().clone() }),
        ("AllowHeaders", list("allowedHeaders", at.strs(&headers))),
        ("AllowMethods", list("allowedMethods", at.strs(&methods))),
        ("AllowOrigins", list("allowedOrigins", at.strs(&["*"]))),
        ("ExposeHeaders", if truthy(exposed) { cors_list(exposed) } else { Val::null().clone() }),
        ("MaxAge", cors.get("maxAge").clone()),
    ])
}

fn stage(draft: &mut Draft<'_>, cause: &Cause) {
    let service = draft.service;
    let at = cause.at();
    let metrics = service.provider.at("httpApi.metrics");
    let metrics = if truthy(metrics) { metrics.clone() } else { default_bool(false, cause.key) };
    let mut made = Made::new(
        "AWS::ApiGatewayV2::Stage",
        cause,
        [
            ("ApiId", at.reference(API)),
            ("StageName", at.str("$default")),
            ("AutoDeploy", at.bool(true)),
            ("DefaultRouteSettings", at.obj([("DetailedMetricsEnabled", metrics)])),
            ("Tags", service.provider.get("tags").clone()),
        ],
    );
    if let Some(e) = service.provider.get("logs").entry("httpApi").filter(|e| truthy(&e.val)) {
        let log_cause = Cause { key: e.key_span, block: e.val.span.or(e.key_span), id: API.into() };
        let at = log_cause.at();
        let format = e.val.get("format");
        let default = concat!(
            r#"{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","#,
            r#""requestTime":"$context.requestTime","httpMethod":"$context.httpMethod","#,
            r#""routeKey":"$context.routeKey","status":"$context.status","#,
            r#""protocol":"$context.protocol","responseLength":"$context.responseLength"}"#
        );
        let format = if truthy(format) { format.clone() } else { default_str(default, e.key_span) };
        let access = at.obj([("DestinationArn", at.get_att("HttpApiLogGroup", "Arn")), ("Format", format)]);
        made.prop("AccessLogSettings", access);
        made = made.depends(["HttpApiLogGroup"]);
        let stack = service.provider.get("stackName");
        let stack = if truthy(stack) { stack.clone() } else { service.prefix(at) };
        let name = at.concat([at.str("/aws/http-api/"), stack]);
        let group = super::rest_api::log_group(service, &log_cause, name);
        draft.template.add("HttpApiLogGroup", group);
    }
    draft.template.add("HttpApiStage", made);
}

fn authorizers(draft: &mut Draft<'_>, first: &Cause) {
    let service = draft.service;
    for e in service.provider.at("httpApi.authorizers").entries() {
        let val = &e.val;
        let cause = Cause { key: e.key_span, block: val.span.or(e.key_span), id: first.id.clone() };
        let at = cause.at();
        let name = val.get("name");
        let name = if truthy(name) { name.clone() } else { Val::str(e.key.clone(), e.key_span) };
        let word = naming::normalized(&name.display());
        let source = val.get("identitySource");
        let source = match source.as_list() {
            Some(_) => source.clone(),
            None if source.is_null() => at.list([]),
            None => At(source.span).list([source.clone()]),
        };
        let mut made = Made::new(
            "AWS::ApiGatewayV2::Authorizer",
            &cause,
            [("ApiId", at.reference(API)), ("Name", name), ("IdentitySource", source)],
        );
        if val.get("type").as_str() == Some("request") {
            let local = service.function(&val.get("functionName").display());
            let arn = match (truthy(val.get("functionArn")), local) {
                (true, _) => val.get("functionArn").clone(),
                (false, Some(f)) => f.target(At(val.get("functionName").span)),
                (false, None) => at.get_att(naming::function(&val.get("functionName").display()), "Arn"),
            };
            let version = val.get("payloadVersion");
            let version = if truthy(version) { version.clone() } else { default_str("2.0", cause.key) };
            made.prop("AuthorizerType", at.str("REQUEST"));
            made.prop("EnableSimpleResponses", val.get("enableSimpleResponses").clone());
            made.prop("AuthorizerResultTtlInSeconds", val.get("resultTtlInSeconds").clone());
            made.prop("AuthorizerPayloadFormatVersion", version);
            made.prop("AuthorizerUri", lambda_uri(at, arn.clone()));
            let alias = local.and_then(Function::alias_id);
            made = made.depends(alias.clone());
            if !truthy(val.get("managedExternally")) {
                let source = execute_arn(at, at.reference(API), "/*");
                let permission = Made::new(
                    "AWS::Lambda::Permission",
                    &cause,
                    [
                        ("FunctionName", arn),
                        ("Action", at.str("lambda:InvokeFunction")),
                        ("Principal", at.str("apigateway.amazonaws.com")),
                        ("SourceArn", source),
                    ],
                )
                .depends(alias);
                draft.template.add(format_smolstr!("{word}LambdaAuthorizerPermissionHttpApi"), permission);
            }
        } else {
            made.prop("AuthorizerType", at.str("JWT"));
            let audience = val.get("audience");
            let audience = if audience.is_null() { audience.clone() } else { cors_list(audience) };
            let jwt = at.obj([("Audience", audience), ("Issuer", val.get("issuerUrl").clone())]);
            made.prop("JwtConfiguration", jwt);
        }
        draft.template.add(format_smolstr!("HttpApiAuthorizer{word}"), made);
    }
}

fn endpoint(draft: &mut Draft<'_>, route: &Route<'_>) {
    let service = draft.service;
    let (function, event) = (route.function, route.event);
    let cause = function.caused(event);
    let at = cause.at();
    let normalized = function.normalized();
    let permission_id = format_smolstr!("{normalized}LambdaPermissionHttpApi");
    if !draft.template.resources.contains_key(&permission_id) {
        let source = execute_arn(at, api_id(service, at), "/*");
        let made = permission(function, &cause, at.str("apigateway.amazonaws.com"), source);
        draft.template.add(permission_id, made);
    }
    let integration_id = format_smolstr!("HttpApiIntegration{normalized}");
    if !draft.template.resources.contains_key(&integration_id) {
        let payload = [function.get("httpApi").get("payload"), service.provider.at("httpApi.payload")]
            .into_iter()
            .find(|p| truthy(p));
        let made = Made::new(
            "AWS::ApiGatewayV2::Integration",
            &cause,
            [
                ("ApiId", api_id(service, at)),
                ("IntegrationType", at.str("AWS_PROXY")),
                ("IntegrationUri", function.target(at)),
                ("PayloadFormatVersion", payload.cloned().unwrap_or_else(|| default_str("2.0", cause.key))),
                ("TimeoutInMillis", Val::int(30_000, at.0)),
            ],
        );
        draft.template.add(integration_id.clone(), made.depends(function.alias_id()));
    }
    let mut made = Made::new(
        "AWS::ApiGatewayV2::Route",
        &cause,
        [
            ("ApiId", api_id(service, at)),
            ("RouteKey", route.key.clone()),
            ("Target", at.join("/", [at.str("integrations"), at.reference(integration_id.clone())])),
        ],
    );
    authorize(service, event, &mut made);
    let id = if route.shown == "*" {
        "HttpApiRouteDefault".into()
    } else {
        format_smolstr!("HttpApiRoute{}", naming::path(&route.shown))
    };
    draft.template.add(id, made.depends([integration_id]));
}

fn authorize(service: &Service<'_>, event: &Event, made: &mut Made) {
    let val = event.get("authorizer");
    if !truthy(val) {
        return;
    }
    let span = setting_span(&event.val, "authorizer", event.key_span);
    let at = At(span);
    if !val.is_known() {
        made.prop("AuthorizationType", val.clone());
        return;
    }
    let named = if val.as_map().is_some() { val.get("name") } else { val };
    let config = service.provider.at("httpApi.authorizers").get(&named.display());
    let id = val.get("id");
    let kind = if truthy(val.get("type")) { val.get("type") } else { config.get("type") };
    match kind.as_str() {
        Some("aws_iam") => {
            made.prop("AuthorizationType", at.str("AWS_IAM"));
            return;
        }
        Some("request") => made.prop("AuthorizationType", at.str("CUSTOM")),
        _ => made.prop("AuthorizationType", at.str("JWT")),
    }
    let authorizer = if truthy(id) {
        id.clone()
    } else {
        let name = if truthy(config.get("name")) { config.get("name").display() } else { named.display() };
        at.reference(format_smolstr!("HttpApiAuthorizer{}", naming::normalized(&name)))
    };
    made.prop("AuthorizerId", authorizer);
    let scopes = val.get("scopes");
    if truthy(scopes) {
        made.prop("AuthorizationScopes", cors_list(scopes));
    }
}
