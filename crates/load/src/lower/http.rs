use std::collections::HashMap;

use palisade_graph::{Authorization, EntryDetail, NodeIx, Tri, Val};
use smol_str::SmolStr;

use super::entries::blank;
use super::reach::{Reach, authorization, flag};
use super::rest::{api_name, protect};
use super::{Lowering, openapi, trigger};
use crate::Resource;

/// HTTP and WebSocket APIs: their routes, written as resources or in a document.
pub fn lower(l: &mut Lowering<'_>, reach: &Reach) {
    let integrations: HashMap<SmolStr, Val> =
        l.of("AWS::ApiGatewayV2::Integration").into_iter().map(|r| (r.id.clone(), r.props.clone())).collect();
    let connects = connects(l);
    for r in l.of("AWS::ApiGatewayV2::Route") {
        route(l, r, &integrations, &connects, reach);
    }
    for r in l.of("AWS::ApiGatewayV2::Api") {
        openapi::http(l, r, reach);
        quick(l, r, reach);
    }
}

/// The `$connect` route of each WebSocket API: who connects decides for all messages.
fn connects(l: &Lowering<'_>) -> HashMap<SmolStr, Val> {
    let mut out = HashMap::new();
    for r in l.of("AWS::ApiGatewayV2::Route") {
        if r.props.get("RouteKey").as_str() == Some("$connect") {
            out.insert(r.props.get("ApiId").display(), r.props.clone());
        }
    }
    out
}

fn is_websocket(l: &Lowering<'_>, api: Option<NodeIx>, key: &str) -> bool {
    match api.and_then(|ix| l.graph.node(ix)) {
        Some(node) => node.props.get("ProtocolType").is("WEBSOCKET").is_yes(),
        None => key != "$default" && !key.contains(' '),
    }
}

/// Integration that a route's target (`integrations/${Id}`) names.
fn integration<'i>(val: &Val, integrations: &'i HashMap<SmolStr, Val>) -> Option<&'i Val> {
    let text = val.display();
    let name = text.strip_prefix("integrations/").unwrap_or(&text);
    integrations.get(name.strip_prefix("${")?.strip_suffix('}')?)
}

fn route(
    l: &mut Lowering<'_>,
    r: &Resource,
    integrations: &HashMap<SmolStr, Val>,
    connects: &HashMap<SmolStr, Val>,
    reach: &Reach,
) {
    let props = &r.props;
    let (api, api_name) = api_name(l, props.get("ApiId"));
    let key = props.get("RouteKey").display();
    let websocket = is_websocket(l, api, &key);
    let mut entry = blank(if websocket { "websocket" } else { "http" });
    entry.api = api;
    entry.props = props.clone();
    let deciding = match connects.get(&props.get("ApiId").display()) {
        Some(connect) if websocket => connect,
        _ => props,
    };
    entry.api_key = flag(deciding.get("ApiKeyRequired"));
    entry.authorization_at = deciding.get("AuthorizationType").clone();
    entry.authorization = authorization(&entry.authorization_at, entry.api_key);
    entry.authorizer = l.targets(deciding.get("AuthorizerId")).first().copied();
    split_key(&key, websocket, &mut entry);
    reach.apply(l, &mut entry);
    let found = integration(props.get("Target"), integrations).cloned();
    let uri = found.as_ref().map(|i| i.get("IntegrationUri").clone()).unwrap_or_default();
    if found.as_ref().is_some_and(|i| i.get("IntegrationType").is("MOCK").is_yes()) {
        return;
    }
    let name = if websocket { format!("{api_name} {key}") } else { entry_name(&api_name, &entry) };
    let authorizer = entry.authorizer;
    let ix = l.add_entry(r, &name, entry);
    protect(l, authorizer, ix, r.key);
    if let Some(function) = l.function(&uri) {
        let event = if websocket { "websocket" } else { "apigateway-v2" };
        let mut t = trigger(event, "route", &found.unwrap_or_default());
        t.logical_id.clone_from(&r.id);
        t.source = props.get("ApiId").display();
        l.trigger(ix, function, r.key, t);
    }
}

fn entry_name(api: &str, entry: &EntryDetail) -> String {
    format!("{api} {} {}", entry.method, entry.path)
}

fn split_key(key: &str, websocket: bool, entry: &mut EntryDetail) {
    match key.split_once(' ') {
        Some((method, path)) if !websocket => {
            entry.method = method.to_ascii_uppercase().into();
            entry.path = path.trim().into();
        }
        _ => {
            entry.method = if websocket { SmolStr::default() } else { "ANY".into() };
            entry.path = key.into();
        }
    }
}

/// An API with `Target` sends everything to one function.
fn quick(l: &mut Lowering<'_>, r: &Resource, reach: &Reach) {
    let target = r.props.get("Target");
    let Some(function) = l.function(target) else { return };
    let mut entry = blank("http");
    entry.api = l.ix(r);
    entry.props = Val::default();
    entry.authorization = Authorization::None;
    entry.validator = Tri::No;
    let key = r.props.get("RouteKey").display();
    split_key(if key.is_empty() { "$default" } else { &key }, false, &mut entry);
    reach.apply(l, &mut entry);
    let name = entry_name(&r.id, &entry);
    let ix = l.add_part(r, "AWS::ApiGatewayV2::Route", &name, target.span, entry);
    let mut t = trigger("apigateway-v2", "route", &r.props);
    t.logical_id.clone_from(&r.id);
    t.source = smol_str::format_smolstr!("${{{}}}", r.id);
    l.trigger(ix, function, target.span.or(r.key), t);
}
