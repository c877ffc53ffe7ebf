//! Front doors: REST, HTTP and WebSocket APIs of API Gateway, GraphQL APIs of AppSync.

mod access;
mod authorizers;
mod channels;
mod graphql;
mod graphql_sources;
mod http;
mod http_guards;
mod http_targets;
mod integrations;
mod methods;
mod plans;
mod preflight;
mod rest;
mod stages;
mod websocket;

use palisade_graph::Val;
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::interpret::{Handle, Place, Value, concat};
use super::{Library, Props, given, partition_arn, pseudo};

/// Constructs of the services; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    if !class.starts_with("aws_api") && !class.starts_with("aws_appsync") {
        return false;
    }
    rest::construct(lib, h, class)
        || authorizers::construct(lib, h, class)
        || stages::construct(lib, h, class)
        || plans::construct(lib, h, class)
        || http::construct(lib, h, class)
        || websocket::construct(lib, h, class)
        || graphql::construct(lib, h, class)
        || channels::construct(lib, h, class)
        || graphql_sources::construct(lib, h, class)
}

/// Methods of APIs and what belongs to them.
pub fn call(
    lib: &mut Library<'_>,
    on: Handle,
    method: &str,
    arguments: &[Value],
    at: Place,
) -> Option<Value> {
    let class = lib.class(on);
    if !class.starts_with("aws_api") && !class.starts_with("aws_appsync") {
        return None;
    }
    access::call(lib, on, method, arguments, at)
        .or_else(|| rest::call(lib, on, method, arguments, at))
        .or_else(|| plans::call(lib, on, method, arguments, at))
        .or_else(|| http::call(lib, on, method, arguments, at))
        .or_else(|| websocket::call(lib, on, method, arguments, at))
        .or_else(|| channels::call(lib, on, method, arguments, at))
        .or_else(|| graphql_sources::call(lib, on, method, arguments, at))
}

/// Members of APIs.
pub fn member(lib: &Library<'_>, on: Handle, name: &str, at: Span) -> Option<Value> {
    let object = lib.get(on)?;
    let id = object.resource.clone()?;
    let attribute = |attribute: &str| Some(Value::Val(Val::attribute(id.clone(), attribute, at)));
    match (object.class.as_str(), name) {
        ("aws_apigateway.RestApi", "restApiRootResourceId") => attribute("RootResourceId"),
        ("aws_apigateway.RestApi", "url") => {
            let stage = lib.val(&lib.set(on, "deploymentStage"));
            Some(Value::Val(url(lib, on, &stage, at)))
        }
        ("aws_apigateway.DomainName" | "aws_apigatewayv2.DomainName", "regionalDomainName") => {
            attribute("RegionalDomainName")
        }
        ("aws_apigateway.DomainName", "domainNameAliasDomainName") => {
            let types = lib.property(&id, "EndpointConfiguration.Types");
            let edge = types.items().first().is_some_and(|t| t.as_str() == Some("EDGE"));
            attribute(if edge { "DistributionDomainName" } else { "RegionalDomainName" })
        }
        ("aws_apigateway.UsagePlan", "usagePlanId") => Some(Value::Val(Val::reference(id, at))),
        ("aws_apigatewayv2.HttpApi" | "aws_apigatewayv2.WebSocketApi", "apiEndpoint" | "url") => {
            attribute("ApiEndpoint")
        }
        ("aws_apigatewayv2.HttpStage" | "aws_apigatewayv2.WebSocketStage", "url" | "callbackUrl") => {
            let api = lib.set(on, "api").handle()?;
            let stage = lib.property(&id, "StageName");
            Some(Value::Val(url(lib, api, &stage, at)))
        }
        ("aws_appsync.GraphqlApi", "graphqlUrl") => attribute("GraphQLUrl"),
        ("aws_appsync.GraphqlApi", "apiId") => attribute("ApiId"),
        _ => None,
    }
}

/// Static functions of the services.
pub fn static_call(lib: &mut Library<'_>, path: &str, arguments: &[Value], at: Place) -> Option<Value> {
    rest::static_call(lib, path, arguments, at)
        .or_else(|| http::static_call(lib, path, arguments, at))
        .or_else(|| graphql::static_call(lib, path, arguments, at))
}

/// `https://id.execute-api.region.amazonaws.com/stage`
fn url(lib: &Library<'_>, api: Handle, stage: &Val, span: Span) -> Val {
    let parts = vec![
        Val::str("https://", span),
        lib.val(&Value::Host(api)),
        Val::str(".execute-api.", span),
        pseudo("AWS::Region", span),
        Val::str(".", span),
        pseudo("AWS::URLSuffix", span),
        Val::str("/", span),
        stage.clone(),
    ];
    concat(parts, span)
}

/// `arn:…:execute-api:region:account:api` and what follows.
fn execute_arn(lib: &Library<'_>, api: Handle, rest: Vec<Val>, span: Span) -> Val {
    let mut parts = vec![
        partition_arn(":execute-api:", span),
        pseudo("AWS::Region", span),
        Val::str(":", span),
        pseudo("AWS::AccountId", span),
        Val::str(":", span),
        lib.val(&Value::Host(api)),
    ];
    parts.extend(rest);
    concat(parts, span)
}

/// `arn:…:apigateway:region:lambda:path/2015-03-31/functions/arn/invocations`
fn invocations(function: Val, span: Span) -> Val {
    let parts = vec![
        partition_arn(":apigateway:", span),
        pseudo("AWS::Region", span),
        Val::str(":lambda:path/2015-03-31/functions/", span),
        function,
        Val::str("/invocations", span),
    ];
    concat(parts, span)
}

/// A path as permissions have it: parameters are wildcards.
fn wild(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut depth = 0_u32;
    for c in path.chars() {
        match c {
            '{' => {
                if depth == 0 {
                    out.push('*');
                }
                depth += 1;
            }
            '}' => depth = depth.saturating_sub(1),
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

/// The word of a constant of the library (`HttpMethod.GET`), or a string.
fn word(lib: &Library<'_>, value: &Value) -> Val {
    match given::constant(value) {
        Some(name) => Val::str(name, value.span()),
        None => lib.val(value),
    }
}

/// Where something goes: a log group or delivery stream, by the object that names it.
fn log_target(lib: &Library<'_>, value: &Value) -> Val {
    match given::Given::of(lib, value) {
        Some(target) => {
            let names = ["logGroup", "deliveryStream", "stream"];
            let what = names.into_iter().map(|n| target.pick(0, n)).find(|v| !v.is_null());
            lib.arn(&what.unwrap_or_default())
        }
        None => lib.arn(value),
    }
}

/// The format of an access log.
fn log_format(lib: &Library<'_>, value: &Value, span: Span) -> Val {
    const COMMON: &str = "$context.identity.sourceIp $context.identity.caller $context.identity.user \
                          [$context.requestTime] \"$context.httpMethod $context.resourcePath $context.protocol\" \
                          $context.status $context.responseLength $context.requestId";
    const FIELDS: [(&str, &str); 10] = [
        ("requestId", "requestId"),
        ("ip", "identity.sourceIp"),
        ("user", "identity.user"),
        ("caller", "identity.caller"),
        ("requestTime", "requestTime"),
        ("httpMethod", "httpMethod"),
        ("resourcePath", "resourcePath"),
        ("status", "status"),
        ("protocol", "protocol"),
        ("responseLength", "responseLength"),
    ];
    if value.is_null() {
        return Val::str(COMMON, span);
    }
    let Some(format) = given::Given::of(lib, value) else { return lib.val(value) };
    let at = format.place.block;
    match format.class.rsplit('.').next().unwrap_or_default() {
        "clf" => Val::str(COMMON, at),
        "custom" => lib.val(&format.pick(0, "format")),
        "jsonWithStandardFields" => {
            let wanted = |name: &str| format.options.get(name).as_bool() != Some(false);
            let fields: Vec<String> = FIELDS
                .iter()
                .filter(|(name, _)| wanted(name))
                .map(|(name, context)| format!("\"{name}\":\"$context.{context}\""))
                .collect();
            Val::str(format!("{{{}}}", fields.join(",")), at)
        }
        name => Val::unknown(palisade_graph::Reason::NeedsCode, name, at),
    }
}

/// `AccessLogSetting` of a stage, from a destination and a format.
fn access_log(lib: &Library<'_>, destination: &Value, format: &Value, place: Place) -> Val {
    if destination.is_null() {
        return Val::default();
    }
    if destination.is_unknown() {
        return lib.val(destination);
    }
    let span = destination.span().or(place.block);
    Props::new()
        .set("DestinationArn", log_target(lib, destination))
        .set("Format", log_format(lib, format, span))
        .done(span)
}

/// What stands for a value in a name: its text, or how it is called.
fn text(lib: &Library<'_>, value: &Value) -> SmolStr {
    lib.val(value).display()
}

/// A name of what is made for something: its number among those of its owner.
fn numbered(lib: &mut Library<'_>, owner: Handle, counter: &str) -> SmolStr {
    let n = lib.set(owner, counter).as_number().unwrap_or(0.0) + 1.0;
    #[expect(clippy::cast_possible_truncation, reason = "a small counter")]
    let whole = n as i64;
    lib.put(owner, counter, Value::Val(Val::int(whole, Span::NONE)));
    format_smolstr!("{counter}{whole}")
}
