use std::collections::{HashMap, HashSet};

use palisade_graph::{EdgeKind, EntryDetail, NodeIx, Tri, Val};
use palisade_source::Span;
use smol_str::SmolStr;

use super::entries::blank;
use super::reach::{Reach, authorization, flag};
use super::{Lowering, openapi, trigger};
use crate::Resource;

/// REST APIs: their methods, written as resources or in a document.
pub fn lower(l: &mut Lowering<'_>, reach: &Reach) {
    for r in l.of("AWS::ApiGateway::RestApi") {
        openapi::policy(l, r);
    }
    authorizers(l);
    let paths = paths(l);
    for r in l.of("AWS::ApiGateway::Method") {
        method(l, r, &paths, reach);
    }
    for r in l.of("AWS::ApiGateway::RestApi") {
        openapi::rest(l, r, reach);
    }
}

/// What people call an API: its logical id, or the value that names one outside the stack.
pub fn api_name(l: &Lowering<'_>, val: &Val) -> (Option<NodeIx>, SmolStr) {
    if let Some(ix) = l.any(val) {
        return (Some(ix), l.graph.node(ix).map(|n| n.logical_id.clone()).unwrap_or_default());
    }
    let text = val.display();
    (None, SmolStr::new(text.trim_start_matches("${").trim_end_matches('}')))
}

/// Path of each resource of an API. Chains are followed without recursion, cycles end.
fn paths(l: &Lowering<'_>) -> HashMap<SmolStr, SmolStr> {
    let resources = l.of("AWS::ApiGateway::Resource");
    let by_id: HashMap<&str, &Resource> = resources.iter().map(|r| (r.id.as_str(), *r)).collect();
    let mut paths: HashMap<SmolStr, SmolStr> = HashMap::new();
    for r in &resources {
        let mut chain: Vec<&Resource> = Vec::new();
        let mut open: HashSet<&str> = HashSet::new();
        let mut at = *r;
        let base = loop {
            if let Some(known) = paths.get(&at.id) {
                break known.to_string();
            }
            if !open.insert(&at.id) {
                break String::new();
            }
            chain.push(at);
            let parent = at.props.get("ParentId");
            let up = parent.as_target().and_then(|t| match t {
                palisade_graph::Target::Resource { id, .. } => by_id.get(id.as_str()).copied(),
                _ => None,
            });
            match up {
                Some(next) => at = next,
                // The root of an API of this stack, or a parent outside of which only a name is known.
                None if is_root(parent) => break String::new(),
                None => break format!("/{}", parent.display()),
            }
        };
        let mut path = base;
        for r in chain.into_iter().rev() {
            path.push('/');
            path.push_str(&r.props.get("PathPart").display());
            // Paths beyond any real length come from adversarial chains.
            path.truncate(path.floor_char_boundary(4096));
            paths.insert(r.id.clone(), path.clone().into());
        }
    }
    paths
}

fn is_root(parent: &Val) -> bool {
    match parent.as_target() {
        Some(palisade_graph::Target::Resource { attribute: Some(a), .. }) => a == "RootResourceId",
        Some(palisade_graph::Target::External { name, .. }) => name.to_ascii_lowercase().contains("root"),
        _ => parent.is_null() || parent.display().to_ascii_lowercase().contains("root"),
    }
}

fn method(l: &mut Lowering<'_>, r: &Resource, paths: &HashMap<SmolStr, SmolStr>, reach: &Reach) {
    let props = &r.props;
    let integration = props.get("Integration");
    // A mock answers by itself: nothing of the application is entered.
    if integration.get("Type").is("MOCK").is_yes() {
        return;
    }
    let (api, api_name) = api_name(l, props.get("RestApiId"));
    let resource = props.get("ResourceId");
    let path = match resource.as_target() {
        Some(palisade_graph::Target::Resource { id, .. }) if paths.contains_key(id) => {
            paths.get(id).cloned().unwrap_or_default()
        }
        _ if is_root(resource) => SmolStr::new_static("/"),
        _ => smol_str::format_smolstr!("/{}", resource.display()),
    };
    let written = props.get("HttpMethod");
    let method = written.as_str().map_or_else(|| written.display().to_string(), str::to_ascii_uppercase);
    let mut entry = blank("rest");
    entry.method = method.as_str().into();
    entry.path = path;
    entry.api = api;
    entry.props = props.clone();
    entry.api_key = flag(props.get("ApiKeyRequired"));
    entry.authorization_at = props.get("AuthorizationType").clone();
    entry.authorization = authorization(&entry.authorization_at, entry.api_key);
    entry.authorizer = l.targets(props.get("AuthorizerId")).first().copied();
    entry.validator = validator(l, props.get("RequestValidatorId"), props.get("RequestModels"));
    reach.apply(l, &mut entry);
    let name = format!("{api_name} {method} {}", entry.path);
    let authorizer = entry.authorizer;
    let ix = l.add_entry(r, &name, entry);
    protect(l, authorizer, ix, r.key);
    if let Some(function) = l.function(integration.get("Uri")) {
        let mut t = trigger("apigateway-v1", "route", props);
        t.logical_id.clone_from(&r.id);
        t.source = props.get("RestApiId").display();
        t.asynchronous = is_event(integration);
        l.trigger(ix, function, r.key, t);
    }
}

/// Whether an integration sends Lambda's header for asynchronous invocation.
pub fn is_event(integration: &Val) -> bool {
    let parameters = ["RequestParameters", "requestParameters"].map(|key| integration.get(key));
    parameters.iter().any(|p| {
        p.get("integration.request.header.X-Amz-Invocation-Type").display().trim_matches('\'') == "Event"
    })
}

/// Whether a validator with a model stands on a method.
fn validator(l: &Lowering<'_>, validator: &Val, models: &Val) -> Tri {
    if validator.is_null() || models.is_null() {
        return Tri::No;
    }
    let node = l.targets(validator).first().and_then(|ix| l.graph.node(*ix));
    match node {
        Some(node) => flag(node.props.get("ValidateRequestBody")),
        None => Tri::Unknown,
    }
}

/// An authorizer, and the function it asks, protect an entry.
pub fn protect(l: &mut Lowering<'_>, authorizer: Option<NodeIx>, entry: NodeIx, span: Span) {
    let Some(authorizer) = authorizer else { return };
    l.connect(authorizer, entry, EdgeKind::Protects, span, "authorizer");
    let Some(node) = l.graph.node(authorizer) else { return };
    let uri = node.props.get("AuthorizerUri").clone();
    if let Some(function) = l.function(&uri) {
        l.connect(function, entry, EdgeKind::Protects, span, "authorizer");
    }
}

/// Authorizers call their functions.
pub fn authorizers(l: &mut Lowering<'_>) {
    for (ty, api) in
        [("AWS::ApiGateway::Authorizer", "RestApiId"), ("AWS::ApiGatewayV2::Authorizer", "ApiId")]
    {
        for r in l.of(ty) {
            let Some(ix) = l.ix(r) else { continue };
            if let Some(to) = l.any(r.props.get(api)) {
                l.connect(ix, to, EdgeKind::AttachedTo, r.key, "");
            }
            authorizer_call(l, ix, &r.props, r.key, &r.id);
        }
    }
}

/// The trigger edge of an authorizer with a function.
pub fn authorizer_call(l: &mut Lowering<'_>, ix: NodeIx, props: &Val, span: Span, id: &str) {
    for arn in props.get("ProviderARNs").items() {
        if let Some(pool) = l.any(arn) {
            l.connect(pool, ix, EdgeKind::Protects, arn.span.or(span), "user-pool");
        }
    }
    let uri = props.get("AuthorizerUri");
    if let Some(function) = l.function(uri) {
        let mut t = trigger("authorizer", "route", props);
        t.logical_id = id.into();
        l.trigger(ix, function, span, t);
    }
}

/// An entry of a REST API from its parts, for documents.
pub fn blank_rest(api: NodeIx, method: &str, path: &str) -> EntryDetail {
    let mut entry = blank("rest");
    entry.api = Some(api);
    entry.method = method.into();
    entry.path = path.into();
    entry
}
