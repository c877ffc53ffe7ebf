//! Settings of a REST API that stand in its definition.

use palisade_graph::{Map, State, Val, Value, Via};
use smol_str::format_smolstr;

use super::build::{At, Props, child, child_map, map_mut, truthy};
use super::openapi::{ANY, Definition};

fn set_top(definition: &mut Definition, key: &str, val: Val) {
    let span = val.span;
    if let Some(map) = map_mut(&mut definition.doc) {
        map.set(key, span, val);
    }
}

/// Answers preflight requests on every path without an `options` method.
pub fn add_cors(definition: &mut Definition, cors: &Val) {
    if !truthy(cors) {
        return;
    }
    let at = At(cors.span);
    let origin = match &cors.state {
        State::Known(Value::Map(map)) => map.get("AllowOrigin").cloned().unwrap_or_else(|| at.text("'*'")),
        _ => cors.clone(),
    };
    let mut seen = std::collections::HashSet::new();
    for (path, item) in &mut definition.paths {
        let plain = if path == "/" { path.as_str() } else { path.trim_end_matches('/') };
        if !seen.insert(plain.to_owned()) || item.val.get("options").as_map().is_some() {
            continue;
        }
        let methods = match cors.get("AllowMethods") {
            given if truthy(given) => given.clone(),
            _ => at.text(allowed_methods(&item.val)),
        };
        let method = preflight(at, cors, &origin, methods).through(Via::Implied, cors.span);
        if let Some(map) = map_mut(&mut item.val) {
            map.set("options", cors.span, method);
        }
    }
}

fn allowed_methods(path: &Val) -> String {
    let mut names: Vec<String> = path.entries().iter().map(|e| e.key.to_uppercase()).collect();
    if path.entries().iter().any(|e| e.key == ANY) {
        names = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"].map(String::from).to_vec();
    } else {
        names.push("OPTIONS".to_owned());
    }
    names.sort();
    names.dedup();
    format!("'{}'", names.join(","))
}

fn preflight(at: At, cors: &Val, origin: &Val, methods: Val) -> Val {
    let mut parameters = Props::default();
    let mut headers = Props::default();
    let mut header = |name: &str, val: Val, ty: &'static str| {
        if truthy(&val) || name == "Access-Control-Max-Age" && !val.is_null() {
            parameters.put(&format!("method.response.header.{name}"), val);
            headers.put(name, at.object([("type", at.text(ty))]));
        }
    };
    header("Access-Control-Allow-Origin", origin.clone(), "string");
    header("Access-Control-Allow-Headers", cors.get("AllowHeaders").clone(), "string");
    header("Access-Control-Allow-Methods", methods, "string");
    header("Access-Control-Max-Age", cors.get("MaxAge").clone(), "integer");
    if cors.get("AllowCredentials").as_bool() == Some(true) {
        header("Access-Control-Allow-Credentials", at.text("'true'"), "string");
    }
    let answer = at.object([
        ("statusCode", at.text("200")),
        ("responseParameters", parameters.finish(at.0)),
        ("responseTemplates", at.object([("application/json", at.text("{}\n"))])),
    ]);
    let integration = at.object([
        ("type", at.text("mock")),
        ("requestTemplates", at.object([("application/json", at.text("{\n  \"statusCode\" : 200\n}\n"))])),
        ("responses", at.object([("default", answer)])),
    ]);
    let response = at.object([
        ("description", at.text("Default response for CORS method")),
        ("headers", headers.finish(at.0)),
    ]);
    at.object([
        ("summary", at.text("CORS support")),
        ("consumes", at.texts(&["application/json"])),
        ("produces", at.texts(&["application/json"])),
        (super::openapi::INTEGRATION, integration),
        ("responses", at.object([("200", response)])),
    ])
}

/// Answers of the gateway itself.
pub fn add_gateway_responses(definition: &mut Definition, responses: &Val) {
    for entry in responses.entries() {
        let at = At(entry.val.span);
        let mut parameters = Map::default();
        let given = entry.val.get("ResponseParameters");
        for (group, prefix) in [("Headers", "header"), ("Paths", "path"), ("QueryStrings", "querystring")] {
            for parameter in given.get(group).entries() {
                parameters.set(
                    format_smolstr!("gatewayresponse.{prefix}.{}", parameter.key),
                    parameter.key_span,
                    parameter.val.clone(),
                );
            }
        }
        let status = entry.val.get("StatusCode");
        let status = if truthy(status) { Val::str(status.display(), status.span) } else { Val::default() };
        let templates = entry.val.get("ResponseTemplates");
        let templates = if templates.is_null() { at.object([]) } else { templates.clone() };
        let response = at.object([
            ("responseParameters", Val::known(Value::Map(parameters.into()), at.0)),
            ("responseTemplates", templates),
            ("statusCode", status),
        ]);
        let key = "x-amazon-apigateway-gateway-responses";
        if let Some(map) = child_map(&mut definition.doc, key, responses.span) {
            map.set(entry.key.clone(), entry.key_span, response);
        }
    }
}

/// Types of content that are passed on as they are.
pub fn add_media_types(definition: &mut Definition, types: &Val) {
    if truthy(types) {
        set_top(definition, "x-amazon-apigateway-binary-media-types", media_types(types));
    }
}

fn media_types(val: &Val) -> Val {
    let mut val = val.clone();
    match &mut val.state {
        State::Known(Value::List(list)) => {
            let list = std::sync::Arc::make_mut(list);
            for item in &mut list.items {
                *item = media_types(item);
            }
        }
        State::Known(Value::Str(text)) if text.contains("~1") => *text = text.replace("~1", "/").into(),
        _ => {}
    }
    val
}

/// Models for the bodies of requests.
pub fn add_models(definition: &mut Definition, models: &Val) {
    for entry in models.entries() {
        if let Some(map) = child_map(&mut definition.doc, "definitions", models.span) {
            map.set(entry.key.to_lowercase(), entry.key_span, entry.val.clone());
        }
    }
}

/// The switch for the generated host name, where the kind of document has it.
pub fn disable_endpoint(definition: &mut Definition, val: &Val) {
    const KEY: &str = "x-amazon-apigateway-endpoint-configuration";
    let span = val.span;
    let set = |owner: &mut Val| {
        if let Some(map) = child_map(owner, KEY, span) {
            map.set("disableExecuteApiEndpoint", span, val.clone());
        }
    };
    if !definition.is_openapi() {
        set(&mut definition.doc);
        return;
    }
    let servers = child(&mut definition.doc, "servers", || Val::list(vec![Val::map(Vec::new(), span)], span));
    if let Some(list) = servers.and_then(super::build::list_mut) {
        list.items.iter_mut().for_each(set);
    }
}

/// In an OpenAPI 3 document, Swagger 2's keys stand below `components`.
pub fn to_openapi_3(definition: &mut Definition, wanted: &Val) {
    let other = !wanted.is_null() && !wanted.display().starts_with('3');
    if other || !definition.is_openapi() || !definition.doc.get("swagger").is_null() {
        return;
    }
    for (old, new) in [("securityDefinitions", "securitySchemes"), ("definitions", "schemas")] {
        if !truthy(definition.doc.get(old)) {
            continue;
        }
        let Some(entry) = map_mut(&mut definition.doc).and_then(|m| m.remove(old)) else { continue };
        if let Some(components) = child_map(&mut definition.doc, "components", entry.key_span) {
            components.set(new, entry.key_span, entry.val);
        }
    }
    for path in definition.paths.values_mut() {
        let Some(map) = map_mut(&mut path.val) else { continue };
        let Some(options) = map.entries.iter_mut().find(|e| e.key == "options") else { continue };
        if let Some(map) = map_mut(&mut options.val) {
            map.entries.retain(|e| e.key != "consumes" && e.key != "produces");
        }
        let headers = ["responses", "200", "headers"].into_iter().try_fold(&mut options.val, |val, key| {
            map_mut(val)?.entries.iter_mut().find(|e| e.key == key).map(|e| &mut e.val)
        });
        if let Some(map) = headers.and_then(map_mut) {
            for header in map.entries.iter_mut().filter(|e| e.val.get("schema").is_null()) {
                header.val = At(header.val.span).object([("schema", header.val.clone())]);
            }
        }
    }
}
