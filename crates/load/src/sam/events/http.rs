//! `HttpApi` events.

use palisade_graph::{Entry, Piece, State, Target as Reference, Val, Via};
use palisade_source::Span;
use smol_str::{SmolStr, format_smolstr};

use super::super::api::{IMPLICIT_HTTP, Kind};
use super::super::build::{Props, child_map, map_mut, named, truthy};
use super::super::function::Target;
use super::super::openapi::{ANY, Definition, INTEGRATION, arn_path, method_key, secure_elsewhere};
use super::super::{Transform, api_auth};
use super::{Event, permission};
use crate::Resource;

const DEFAULT: &str = "$default";

/// Path and method of an event; without both it is the default route.
fn route(props: &Val) -> (SmolStr, SmolStr) {
    let (path, method) = (props.get("Path"), props.get("Method"));
    if truthy(path) || truthy(method) {
        (path.display(), method.display())
    } else {
        (DEFAULT.into(), ANY.into())
    }
}

/// The permission of a route; the route joins the API.
pub fn of_function(
    transform: &mut Transform<'_>,
    event: &Event<'_>,
    defaults: &[SmolStr],
    target: &Target,
) -> Option<Resource> {
    let at = event.at();
    let given = event.props.get("ApiId");
    let (id, reference) = if given.is_null() {
        (Some(IMPLICIT_HTTP.into()), at.reference(IMPLICIT_HTTP))
    } else {
        (named(given), given.clone())
    };
    let (path, method) = route(event.props);
    let api = id.as_ref().and_then(|id| transform.apis.get_mut(id)).filter(|a| a.kind == Kind::Http);

    // The permission of a function's default route covers its other routes.
    let covered = path != DEFAULT
        && target.alias.is_none()
        && (id.as_ref().is_some_and(|id| defaults.contains(id))
            || api.as_ref().is_some_and(|a| calls(&a.definition, &target.function)));
    let permission = (!covered).then(|| {
        let any = method.eq_ignore_ascii_case("any") || method.eq_ignore_ascii_case(ANY);
        let verb = if any { "*".to_owned() } else { method.to_uppercase() };
        let path = if path == DEFAULT { String::new() } else { arn_path(&path, false) };
        let route = if method.eq_ignore_ascii_case("any") && path == "/$default" {
            at.text(path)
        } else {
            at.text(format!("/{verb}{path}"))
        };
        let arn = "arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:${api}/*${route}";
        let source = at.sub(arn, &[("api", &reference), ("route", &route)]);
        let id = format_smolstr!("{}Permission", event.id);
        permission(event, id, target, "apigateway.amazonaws.com", [("SourceArn", source)])
    });

    let api = id.as_ref().and_then(|id| transform.apis.get_mut(id)).filter(|a| a.kind == Kind::Http);
    if let Some(api) = api {
        join(&mut api.definition, event, target, &path, &method_key(&method), api.resource.props.get("Auth"));
        route_settings(&mut api.resource, event, &path, &method);
    }
    permission
}

/// The APIs of which a function has the default route.
pub fn default_routes(events: &[Entry]) -> Vec<SmolStr> {
    let api = |entry: &Entry| {
        if entry.val.get("Type").as_str() != Some("HttpApi") {
            return None;
        }
        let props = entry.val.get("Properties");
        let (path, method) = route(props);
        let any = method.eq_ignore_ascii_case("any") || method.eq_ignore_ascii_case(ANY);
        if path != DEFAULT || !any {
            return None;
        }
        let given = props.get("ApiId");
        if given.is_null() { Some(IMPLICIT_HTTP.into()) } else { named(given) }
    };
    let mut found: Vec<SmolStr> = events.iter().filter_map(api).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether the default route of a definition calls the function.
fn calls(definition: &Definition, function: &str) -> bool {
    let Some(path) = definition.paths.get(DEFAULT) else { return false };
    let uri = path.val.get(ANY).get(INTEGRATION).get("uri");
    let State::Partial(pieces) = &uri.state else { return false };
    let called = pieces.iter().find_map(|p| match p {
        Piece::Hole(hole) => match hole.as_target() {
            Some(Reference::Resource { id, attribute: Some(a) }) if a == "Arn" => Some(id),
            _ => None,
        },
        Piece::Text(_) => None,
    });
    called.is_some_and(|id| id == function)
}

fn join(
    definition: &mut Definition,
    event: &Event<'_>,
    target: &Target,
    path: &SmolStr,
    method: &str,
    api: &Val,
) {
    let at = event.at();
    let own = event.props;
    let integrated = definition.has_integration(path, method);
    let open = definition.is_open();
    let Some(val) = definition.method(path, method, at.0) else { return };
    if !integrated {
        let function = target.arn(at);
        let uri = "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${function}/invocations";
        let mut integration = Props::default();
        integration.put("type", at.text("aws_proxy"));
        integration.put("httpMethod", at.text("POST"));
        integration.put("payloadFormatVersion", at.text("2.0"));
        integration.put("uri", at.sub(uri, &[("function", &function)]));
        let mut made = val.clone().through(Via::Implied, at.0);
        if let Some(map) = map_mut(&mut made) {
            map.set(INTEGRATION, at.0, integration.finish(at.0));
            if path == DEFAULT && method == ANY {
                map.set("isDefaultRoute", at.0, at.bool(true));
            }
            if map.get("responses").is_none() {
                map.set("responses", at.0, at.object([]));
            }
        }
        if open {
            secure_elsewhere(&mut made, at.0);
        }
        *val = made;
    }
    let auth = own.get("Auth");
    if truthy(auth) {
        api_auth::require_http(val, auth, api);
    }
    for (key, new) in
        [("TimeoutInMillis", "timeoutInMillis"), ("PayloadFormatVersion", "payloadFormatVersion")]
    {
        let Some(entry) = own.entry(key).filter(|e| truthy(&e.val)) else { continue };
        if let Some(map) = child_map(val, INTEGRATION, at.0) {
            map.set(new, entry.key_span, entry.val.clone());
        }
    }
    path_parameters(val, path, at.0);
}

fn path_parameters(method: &mut Val, path: &str, span: Span) {
    let at = super::super::build::At(span);
    for part in path.split('{').skip(1) {
        let Some((name, _)) = part.split_once('}') else { continue };
        let Some(list) = super::super::build::child_list(method, "parameters", span) else { return };
        match list.items.iter_mut().find(|p| p.get("name").as_str() == Some(name)) {
            Some(known) => {
                if let Some(map) = map_mut(known) {
                    map.set("in", span, at.text("path"));
                    map.set("required", span, at.bool(true));
                }
            }
            None => list.items.push(at.object([
                ("name", at.text(name)),
                ("in", at.text("path")),
                ("required", at.bool(true)),
            ])),
        }
    }
}

fn route_settings(api: &mut Resource, event: &Event<'_>, path: &str, method: &str) {
    let Some(entry) = event.props.entry("RouteSettings").filter(|e| !e.val.is_null()) else { return };
    let key = if method == ANY { path.to_owned() } else { format!("{} {path}", method.to_uppercase()) };
    let settings =
        super::super::build::child(&mut api.props, "RouteSettings", || Val::map(Vec::new(), entry.key_span));
    if let Some(map) = settings.and_then(|s| child_map(s, &key, entry.key_span)) {
        for setting in entry.val.entries() {
            map.set(setting.key.clone(), setting.key_span, setting.val.clone());
        }
    }
}
