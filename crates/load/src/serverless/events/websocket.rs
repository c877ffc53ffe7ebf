//! The WebSocket API of a service.

use palisade_graph::{Entry, Val, Via};
use smol_str::{SmolStr, format_smolstr};

use super::super::build::{At, Cause, Made, default_str, truthy};
use super::super::inherit::switch;
use super::super::naming;
use super::super::service::{Draft, Event, Function};
use super::rest_api::{lambda_uri, log_group, logs_role};

const API: &str = "WebsocketsApi";
const STAGE: &str = "WebsocketsDeploymentStage";

/// An authorizer of a route.
struct Authorizer<'s> {
    name: SmolStr,
    /// ARN of the function, as the permission names it.
    arn: Val,
    /// The function, where it is in the service.
    function: Option<&'s Function>,
    source: Val,
    cause: Cause,
}

pub(super) fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    let events: Vec<(&Function, &Event)> = service.events("websocket").collect();
    let Some((function, event)) = events.first() else { return };
    let cause = function.caused(event);
    let at = cause.at();
    let provider = &service.provider;
    let external = provider.at("apiGateway.websocketApiId");
    let own = !truthy(external);
    let api_id = if own { at.reference(API) } else { external.clone() };
    if own {
        api(draft, &cause);
        let connections = at.sub(at.str("arn:${AWS::Partition}:execute-api:*:*:*/@connections/*"));
        draft.grant(&["execute-api:ManageConnections"], at.list([connections]), cause.key);
    }
    let authorizers: Vec<Option<Authorizer<'_>>> =
        events.iter().map(|(f, e)| authorizer(service, f, e)).collect();
    for (function, event) in &events {
        let at = event.at();
        let made = Made::new(
            "AWS::ApiGatewayV2::Integration",
            &function.caused(event),
            [
                ("ApiId", api_id.clone()),
                ("IntegrationType", at.str("AWS_PROXY")),
                ("IntegrationUri", lambda_uri(at, function.target(at))),
            ],
        );
        let id = format_smolstr!("{}WebsocketsIntegration", function.normalized());
        draft.template.add(id, made.depends(function.alias_id()));
    }
    for authorizer in authorizers.iter().flatten() {
        let at = authorizer.cause.at();
        let made = Made::new(
            "AWS::ApiGatewayV2::Authorizer",
            &authorizer.cause,
            [
                ("ApiId", api_id.clone()),
                ("Name", at.str(authorizer.name.clone())),
                ("AuthorizerType", at.str("REQUEST")),
                ("AuthorizerUri", lambda_uri(at, authorizer.arn.clone())),
                ("IdentitySource", authorizer.source.clone()),
            ],
        );
        let id = format_smolstr!("{}WebsocketsAuthorizer", naming::normalized(&authorizer.name));
        draft.template.add(id, made.depends(authorizer.function.and_then(Function::alias_id)));
    }
    permissions(draft, &events, &authorizers, own);
    routes(draft, &events, &authorizers, &api_id);
    if own {
        stage(draft, &cause);
    }
    let description = provider.get("websocketsDescription");
    let description = if truthy(description) {
        description.clone()
    } else {
        default_str("Serverless Websockets", cause.key)
    };
    let stage_name = if own { Val::null().clone() } else { service.stage.clone() };
    let made = Made::new(
        "AWS::ApiGatewayV2::Deployment",
        &cause,
        [("ApiId", api_id), ("Description", description), ("StageName", stage_name)],
    );
    let depends = events.iter().map(|(_, e)| route_id(e));
    draft.template.add("WebsocketsDeployment", made.depends(depends));
    if let Some(stage) = draft.template.resources.get_mut(STAGE) {
        stage.prop("DeploymentId", at.reference("WebsocketsDeployment"));
    }
}

fn route(event: &Event) -> &Val {
    if event.val.as_map().is_some() { event.get("route") } else { &event.val }
}

fn route_id(event: &Event) -> SmolStr {
    format_smolstr!("{}WebsocketsRoute", naming::websocket_route(&route(event).display()))
}

fn api(draft: &mut Draft<'_>, cause: &Cause) {
    let service = draft.service;
    let at = cause.at();
    let provider = &service.provider;
    let or =
        |key: &str, default: Val| if truthy(provider.get(key)) { provider.get(key).clone() } else { default };
    let name = at.concat([service.stage.clone(), at.str("-"), service.name.clone(), at.str("-websockets")]);
    let made = Made::new(
        "AWS::ApiGatewayV2::Api",
        cause,
        [
            ("Name", or("websocketsApiName", name)),
            (
                "RouteSelectionExpression",
                or("websocketsApiRouteSelectionExpression", default_str("$request.body.action", cause.key)),
            ),
            ("Description", or("websocketsDescription", default_str("Serverless Websockets", cause.key))),
            ("ProtocolType", at.str("WEBSOCKET")),
            ("Tags", provider.get("tags").clone()),
        ],
    );
    draft.template.add(API, made);
}

fn authorizer<'s>(
    service: &'s super::super::service::Service<'_>,
    function: &Function,
    event: &Event,
) -> Option<Authorizer<'s>> {
    let val = event.get("authorizer");
    if !truthy(val) {
        return None;
    }
    let span = super::setting_span(&event.val, "authorizer", event.key_span);
    let at = At(span);
    let text = val.as_map().is_none();
    let arn = if text { val } else { val.get("arn") };
    let named = if text { val } else { val.get("name") };
    let external = if text { val.display().contains(':') || !val.is_known() } else { truthy(arn) };
    let (name, arn, local) = if external {
        let name = match named.as_str() {
            Some(name) if !text => name.into(),
            _ => super::source_name(arn, ':'),
        };
        let local = service.function(&name);
        (name, arn.clone(), local)
    } else {
        let name = named.display();
        let local = service.function(&name);
        let arn = match local {
            Some(f) => f.target(at),
            None => at.get_att(naming::function(&name), "Arn"),
        };
        (name, arn, local)
    };
    let source = val.get("identitySource");
    let source = if truthy(source) {
        source.clone()
    } else {
        at.strs(&["route.request.header.Auth"]).through(Via::Defaulted, span)
    };
    let cause = Cause { key: span, block: val.span.or(span), id: function.id.clone() };
    Some(Authorizer { name, arn, function: local, source, cause })
}

fn permissions(
    draft: &mut Draft<'_>,
    events: &[(&Function, &Event)],
    authorizers: &[Option<Authorizer<'_>>],
    own: bool,
) {
    let api = || own.then_some(API);
    for ((function, event), authorizer) in events.iter().zip(authorizers) {
        let at = event.at();
        let cause = function.caused(event);
        let made =
            super::permission(function, &cause, at.str("apigateway.amazonaws.com"), Val::null().clone());
        let made = match function.alias_id() {
            Some(_) => made.depends(api()),
            None => made.depends(api()).depends([function.id.clone()]),
        };
        draft.template.add(format_smolstr!("{}LambdaPermissionWebsockets", function.normalized()), made);
        let Some(authorizer) = authorizer else { continue };
        let at = authorizer.cause.at();
        let made = Made::new(
            "AWS::Lambda::Permission",
            &authorizer.cause,
            [
                ("FunctionName", authorizer.arn.clone()),
                ("Action", at.str("lambda:InvokeFunction")),
                ("Principal", at.str("apigateway.amazonaws.com")),
            ],
        );
        let id = format_smolstr!("{}LambdaPermissionWebsockets", naming::normalized(&authorizer.name));
        let made = made.depends(api()).depends(authorizer.function.map(|f| f.id.clone()));
        draft.template.add(id, made);
    }
}

fn routes(
    draft: &mut Draft<'_>,
    events: &[(&Function, &Event)],
    authorizers: &[Option<Authorizer<'_>>],
    api_id: &Val,
) {
    for ((function, event), authorizer) in events.iter().zip(authorizers) {
        let at = event.at();
        let cause = function.caused(event);
        let integration = at.reference(format_smolstr!("{}WebsocketsIntegration", function.normalized()));
        let mut made = Made::new(
            "AWS::ApiGatewayV2::Route",
            &cause,
            [
                ("ApiId", api_id.clone()),
                ("RouteKey", route(event).clone()),
                ("AuthorizationType", default_str("NONE", cause.key)),
                ("Target", at.join("/", [at.str("integrations"), integration])),
            ],
        );
        let expression = event.get("routeResponseSelectionExpression");
        made.prop("RouteResponseSelectionExpression", expression.clone());
        if let Some(authorizer) = authorizer {
            let at = authorizer.cause.at();
            made.prop("AuthorizationType", at.str("CUSTOM"));
            let id = format_smolstr!("{}WebsocketsAuthorizer", naming::normalized(&authorizer.name));
            made.prop("AuthorizerId", at.reference(id));
        }
        let id = route_id(event);
        draft.template.add(id.clone(), made);
        if truthy(expression) {
            let made = Made::new(
                "AWS::ApiGatewayV2::RouteResponse",
                &cause,
                [
                    ("ApiId", api_id.clone()),
                    ("RouteId", at.reference(id.clone())),
                    ("RouteResponseKey", at.str("$default")),
                ],
            );
            draft.template.add(format_smolstr!("{id}Response"), made);
        }
    }
}

fn stage(draft: &mut Draft<'_>, cause: &Cause) {
    let service = draft.service;
    let at = cause.at();
    let provider = &service.provider;
    let description = provider.get("websocketsDescription");
    let description = if truthy(description) {
        description.clone()
    } else {
        default_str("Serverless Websockets", cause.key)
    };
    let mut made = Made::new(
        "AWS::ApiGatewayV2::Stage",
        cause,
        [("ApiId", at.reference(API)), ("StageName", service.stage.clone()), ("Description", description)],
    );
    let Some(Entry { key_span, val: logs, .. }) =
        provider.get("logs").entry("websocket").filter(|e| truthy(&e.val))
    else {
        draft.template.add(STAGE, made);
        return;
    };
    let log_at = At(*key_span);
    let executes = logs.get("executionLogging").as_bool() != Some(false);
    let level = match logs.get("level") {
        _ if !executes => log_at.str("OFF"),
        level if truthy(level) => level.clone(),
        _ => default_str("INFO", *key_span),
    };
    let settings = log_at.obj([
        ("DataTraceEnabled", switch(logs.get("fullExecutionData"), true, *key_span)),
        ("LoggingLevel", level),
    ]);
    made.prop("DefaultRouteSettings", settings);
    if logs.get("accessLogging").as_bool() != Some(false) {
        let format = logs.get("format");
        let default = "$context.identity.sourceIp $context.identity.caller $context.identity.user \
                       [$context.requestTime] \"$context.eventType $context.routeKey \
                       $context.connectionId\" $context.requestId";
        let format = if truthy(format) { format.clone() } else { default_str(default, *key_span) };
        let arn = log_at.sub(log_at.str(
            "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:${WebsocketsLogGroup}",
        ));
        made.prop("AccessLogSettings", log_at.obj([("DestinationArn", arn), ("Format", format)]));
    }
    draft.template.add(STAGE, made);
    let log_cause = Cause { key: *key_span, block: logs.span, id: API.into() };
    let name = log_at.concat([log_at.str("/aws/websocket/"), service.prefix(log_at)]);
    let group = log_group(service, &log_cause, name);
    draft.template.add("WebsocketsLogGroup", group);
    logs_role(draft, &log_cause);
}
