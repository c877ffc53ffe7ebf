//! WebSocket APIs.

use palisade_graph::Val;
use smol_str::{SmolStr, format_smolstr};

use super::super::super::interpret::{Handle, Place, Value};
use super::super::given::{self, maybe, pick, structure};
use super::super::{Library, Props};
use super::{execute_arn, http, http_guards, http_targets, word};

/// Routes that an API may be made with, and their keys.
const FIRST: [(&str, &str); 3] = [
    ("connectRouteOptions", "$connect"),
    ("disconnectRouteOptions", "$disconnect"),
    ("defaultRouteOptions", "$default"),
];

/// Constructs; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    match class {
        "aws_apigatewayv2.WebSocketApi" => api(lib, h, &props, place),
        "aws_apigatewayv2.WebSocketStage" => {
            let Some(api) = props.get("webSocketApi").handle() else { return false };
            http::stage(lib, h, api, &props, place);
        }
        "aws_apigatewayv2.WebSocketRoute" => {
            let Some(api) = props.get("webSocketApi").handle() else { return false };
            let key = lib.val(&maybe(&props, "routeKey"));
            route(lib, h, api, &key, &props, place);
        }
        _ => return false,
    }
    true
}

/// Methods of WebSocket APIs.
pub fn call(lib: &mut Library<'_>, on: Handle, name: &str, arguments: &[Value], at: Place) -> Option<Value> {
    if lib.class(on) != "aws_apigatewayv2.WebSocketApi" {
        return None;
    }
    let star = |val: Val| if val.is_null() { Val::str("*", at.key) } else { val };
    let slash = || Val::str("/", at.key);
    match name {
        "addRoute" => {
            let key = lib.val(&pick(arguments, 0, "routeKey"));
            let options = given::options(lib, arguments, 1);
            Some(Value::Host(add(lib, on, &key, &options, at)))
        }
        "arnForExecuteApi" => {
            let verb = star(word(lib, &pick(arguments, 0, "method")));
            let path = lib.val(&pick(arguments, 1, "path"));
            let path = if path.is_null() { Val::str("/*", at.key) } else { path };
            let stage = star(lib.val(&pick(arguments, 2, "stage")));
            Some(Value::Val(execute_arn(lib, on, vec![slash(), stage, slash(), verb, path], at.block)))
        }
        "arnForExecuteApiV2" => {
            let route = star(lib.val(&pick(arguments, 0, "route")));
            let stage = star(lib.val(&pick(arguments, 1, "stage")));
            Some(Value::Val(execute_arn(lib, on, vec![slash(), stage, slash(), route], at.block)))
        }
        _ => None,
    }
}

fn add(lib: &mut Library<'_>, api: Handle, key: &Val, options: &Value, at: Place) -> Handle {
    let id = format_smolstr!("{}-Route", key.display().replace('/', "--"));
    let h = lib.child(Some(api), &id, "aws_apigatewayv2.WebSocketRoute", options.clone(), at);
    route(lib, h, api, key, options, at);
    h
}

fn api(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) {
    let id = lib.get(h).map(|o| o.id.clone()).unwrap_or_default();
    let given = |name: &str, default: SmolStr| {
        let value = props.get(name);
        if value.is_null() { Val::str(default, place.key) } else { lib.val(&value) }
    };
    let val = Props::new()
        .set("Name", given("apiName", id))
        .set("ProtocolType", Val::str("WEBSOCKET", place.key))
        .set("RouteSelectionExpression", given("routeSelectionExpression", "$request.body.action".into()))
        .from(lib, props, "description", "Description")
        .from(lib, props, "disableExecuteApiEndpoint", "DisableExecuteApiEndpoint")
        .done(place.block);
    lib.resource(h, "Resource", "AWS::ApiGatewayV2::Api", val);
    for (name, key) in FIRST {
        if let Some((key_span, options)) = props.entry(name) {
            let options = structure(lib, &options);
            let at = Place { key: key_span, block: options.span().or(key_span) };
            add(lib, h, &Val::str(key, at.key), &options, at);
        }
    }
}

fn route(lib: &mut Library<'_>, h: Handle, api: Handle, key: &Val, options: &Value, place: Place) {
    let (kind, authorizer) = http_guards::authorized(lib, api, &maybe(options, "authorizer"), place);
    let source = execute_arn(lib, api, vec![Val::str("/*", place.key), key.clone()], place.block);
    let target = http_targets::integration(lib, h, api, &options.get("integration"), source, place);
    let answers = options.get("returnResponse").as_bool() == Some(true);
    let val = Props::new()
        .set("ApiId", lib.val(&Value::Host(api)))
        .set("RouteKey", key.clone())
        .set("AuthorizationType", kind)
        .set("AuthorizerId", authorizer)
        .from(lib, options, "apiKeyRequired", "ApiKeyRequired")
        .set(
            "RouteResponseSelectionExpression",
            if answers { Val::str("$default", place.key) } else { Val::default() },
        )
        .set("Target", target)
        .done(place.block);
    let id = lib.resource(h, "Resource", "AWS::ApiGatewayV2::Route", val);
    lib.put(h, "api", Value::Host(api));
    if answers {
        let made = lib.child(Some(h), "Response", "aws_apigatewayv2.CfnRouteResponse", Value::null(), place);
        let val = Props::new()
            .set("ApiId", lib.val(&Value::Host(api)))
            .set("RouteId", Val::reference(id, place.key))
            .set("RouteResponseKey", Val::str("$default", place.key))
            .done(place.block);
        lib.resource(made, "", "AWS::ApiGatewayV2::RouteResponse", val);
    }
}
