//! `OPTIONS` of a REST API's resource, answered by the gateway itself.

use palisade_graph::{Reason, Val};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::super::interpret::{Handle, Place, Value, concat};
use super::super::core::seconds;
use super::super::given;
use super::super::{Library, Props};

/// `Cors.DEFAULT_HEADERS`
const HEADERS: &str = "Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token,X-Amz-User-Agent";

/// `Cors.ALL_METHODS`
const METHODS: &str = "OPTIONS,GET,PUT,POST,DELETE,PATCH,HEAD";

/// Adds the method, unless there is one.
pub fn add(lib: &mut Library<'_>, on: Handle, options: &Value, at: Place) -> Option<Handle> {
    if let Some(there) = lib.set(on, "method OPTIONS").handle() {
        return Some(there);
    }
    let api = lib.set(on, "api").handle()?;
    let options = given::structure(lib, options);
    let span = options.span().or(at.block);
    let status = lib.val(&options.get("statusCode"));
    let status = if status.is_null() { Val::str("204", span) } else { status };
    let headers = headers(lib, &options, span);
    let wanted: Vec<(SmolStr, Val)> =
        headers.iter().map(|(name, _)| (name.clone(), Val::bool(true, span))).collect();
    let mut response =
        Props::new().set("StatusCode", status.clone()).set("ResponseParameters", Val::object(headers, span));
    if options.get("allowOrigins").items().len() > 1 {
        let others = Val::unknown(Reason::NeedsCode, "allowOrigins", options.get("allowOrigins").span());
        response = response.set("ResponseTemplates", Val::object([("application/json", others)], span));
    }
    let template = Val::object([("application/json", Val::str("{ statusCode: 200 }", span))], span);
    let integration = Val::object(
        [
            ("Type", Val::str("MOCK", span)),
            ("RequestTemplates", template),
            ("IntegrationResponses", Val::list(vec![response.done(span)], span)),
        ],
        span,
    );
    let method =
        Val::object([("StatusCode", status), ("ResponseParameters", Val::object(wanted, span))], span);
    let h = lib.child(Some(on), "OPTIONS", "aws_apigateway.Method", options.clone(), at);
    let val = Props::new()
        .set("HttpMethod", Val::str("OPTIONS", at.key))
        .set("ResourceId", lib.val(&lib.set(on, "resourceId")))
        .set("RestApiId", lib.val(&Value::Host(api)))
        .set("AuthorizationType", Val::str("NONE", at.key))
        .set("ApiKeyRequired", Val::bool(false, at.key))
        .set("Integration", integration)
        .set("MethodResponses", Val::list(vec![method], span))
        .done(at.block);
    lib.resource(h, "Resource", "AWS::ApiGateway::Method", val);
    lib.put(on, "method OPTIONS", Value::Host(h));
    Some(h)
}

/// The headers of the answer, each with its value in quotes.
fn headers(lib: &Library<'_>, options: &Value, span: Span) -> Vec<(SmolStr, Val)> {
    let mut headers: Vec<(SmolStr, Val)> = Vec::new();
    let mut add = |name: &str, val: Val| {
        headers.push((format_smolstr!("method.response.header.{name}"), val));
    };
    let joined = |name: &str, default: &str| {
        let list = options.get(name);
        if list.is_null() {
            return quoted(Val::str(default, span), span);
        }
        words(lib, &list, name)
    };
    add("Access-Control-Allow-Headers", joined("allowHeaders", HEADERS));
    let origins = options.get("allowOrigins");
    let first = match &origins {
        Value::List(_) => origins.items().into_iter().next().unwrap_or_default(),
        other => other.clone(),
    };
    let star = matches!(given::constant(&first), Some("ALL_ORIGINS"));
    let origin = if star { Val::str("*", first.span()) } else { lib.val(&first) };
    let any = origin.as_str() == Some("*") || origin.is_null();
    let at = origin.span.or(origins.span()).or(span);
    add("Access-Control-Allow-Origin", quoted(if origin.is_null() { Val::str("*", at) } else { origin }, at));
    if !any {
        add("Vary", quoted(Val::str("Origin", at), at));
    }
    add("Access-Control-Allow-Methods", joined("allowMethods", METHODS));
    let credentials = options.get("allowCredentials");
    match credentials.as_bool() {
        Some(true) => {
            let at = credentials.span();
            add("Access-Control-Allow-Credentials", quoted(Val::str("true", at), at));
        }
        Some(false) => {}
        None if credentials.is_null() => {}
        None => add("Access-Control-Allow-Credentials", lib.val(&credentials)),
    }
    let age = seconds(lib, &options.get("maxAge"));
    if options.get("disableCache").as_bool() == Some(true) {
        add("Access-Control-Max-Age", quoted(Val::str("-1", span), span));
    } else if !age.is_null() {
        add("Access-Control-Max-Age", quoted(age, span));
    }
    if !options.get("exposeHeaders").is_null() {
        add("Access-Control-Expose-Headers", words(lib, &options.get("exposeHeaders"), "exposeHeaders"));
    }
    headers
}

/// A list as one text in quotes; constants of the library are lists or words themselves.
fn words(lib: &Library<'_>, list: &Value, name: &str) -> Val {
    let span = list.span();
    if list.is_open() {
        return Val::unknown(Reason::NeedsCode, name, span);
    }
    let mut parts = Vec::new();
    for item in list.items() {
        if !parts.is_empty() {
            parts.push(Val::str(",", span));
        }
        parts.push(match given::constant(&item) {
            Some("ALL_METHODS" | "ANY") => Val::str(METHODS, item.span()),
            Some("DEFAULT_HEADERS") => Val::str(HEADERS, item.span()),
            Some(word) => Val::str(word, item.span()),
            None if item.as_str() == Some("ANY") => Val::str(METHODS, item.span()),
            None => lib.val(&item),
        });
    }
    quoted(concat(parts, span), span)
}

fn quoted(val: Val, span: Span) -> Val {
    concat(vec![Val::str("'", span), val, Val::str("'", span)], span)
}
