//! `Api` events.

use palisade_graph::{Val, Via};
use smol_str::{SmolStr, format_smolstr};

use super::super::api::{IMPLICIT_REST, Kind, Origin, stage_suffix};
use super::super::build::{At, Props, concat, map_mut, named, truthy};
use super::super::function::Target;
use super::super::openapi::{INTEGRATION, arn_path, method_key, secure_elsewhere};
use super::super::{Transform, api_auth, resource_policy};
use super::rule::starting_role;
use super::{Event, permission};
use crate::Resource;

/// The API of an event: its logical id if it can be known, and the reference to it.
fn api_of(event: &Event<'_>) -> (Option<SmolStr>, Val) {
    let given = event.props.get("RestApiId");
    if given.is_null() {
        return (Some(IMPLICIT_REST.into()), event.at().reference(IMPLICIT_REST));
    }
    (named(given), given.clone())
}

/// The permission of a route; the route joins the API.
pub fn of_function(transform: &mut Transform<'_>, event: &Event<'_>, target: &Target) -> Option<Resource> {
    let at = event.at();
    let (path, method) = (event.props.get("Path"), event.props.get("Method"));
    if path.is_null() || method.is_null() {
        return None;
    }
    let (api_id, reference) = api_of(event);
    let stage = match api_id.as_ref().and_then(|id| transform.resources.get(id)) {
        Some(api) => stage_suffix(api.props.get("StageName")),
        None => SmolStr::new_static("AllStages"),
    };
    let verb = verb(method);
    let route = at.text(format!("/{verb}{}", arn_path(&path.display(), true)));
    let arn = "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${api}/*${route}";
    let source = at.sub(arn, &[("api", &reference), ("route", &route)]);
    let id = format_smolstr!("{}Permission{stage}", event.id);
    let permission = permission(event, id, target, "apigateway.amazonaws.com", [("SourceArn", source)]);

    let streaming = event.props.get("ResponseTransferMode").as_str() == Some("RESPONSE_STREAM");
    let function = target.arn(at);
    let uri = if streaming {
        "arn:aws:apigateway:${AWS::Region}:lambda:path/2021-11-15/functions/${function}/response-streaming-invocations"
    } else {
        "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${function}/invocations"
    };
    let uri = at.sub(uri, &[("function", &function)]);
    join(transform, event, api_id.as_ref(), |event, api_auth| {
        let mut integration = Props::default();
        integration.put("type", at.text("aws_proxy"));
        integration.put("httpMethod", at.text("POST"));
        integration.put("uri", uri);
        if streaming {
            integration.put("responseTransferMode", at.text("STREAM"));
        }
        if let Some(credentials) = api_auth::caller_credentials(event.props.get("Auth"), api_auth, at) {
            integration.put("credentials", credentials);
        }
        integration.rename(event.props, "TimeoutInMillis", "timeoutInMillis");
        (integration.finish(at.0), at.object([]))
    });
    Some(permission)
}

/// The role with which a route starts a state machine; the route joins the API.
pub fn of_state_machine(
    transform: &mut Transform<'_>,
    event: &Event<'_>,
    target: &str,
    boundary: &Val,
) -> Option<Resource> {
    let at = event.at();
    if event.props.get("Path").is_null() || event.props.get("Method").is_null() {
        return None;
    }
    let machine = at.reference(target);
    let role = starting_role(event, &machine, boundary, "apigateway.amazonaws.com");
    let credentials = at.attribute(&role.id, "Arn");
    let (api_id, _) = api_of(event);
    let unescape = truthy(event.props.get("UnescapeMappingTemplate"));
    join(transform, event, api_id.as_ref(), |_, _| {
        let input = "$util.escapeJavaScript($input.json('$'))";
        let input = if unescape { format!("{input}.replaceAll(\"\\\\'\",\"'\")") } else { input.to_owned() };
        let text = |t: String| palisade_graph::Piece::Text(t.into());
        let template = concat(
            vec![
                text(format!("{{\"input\": \"{input}\", \"stateMachineArn\": \"")),
                palisade_graph::Piece::Hole(machine),
                text("\"}".to_owned()),
            ],
            at.0,
        );
        let answer = |status: &'static str| at.object([("statusCode", at.text(status))]);
        let description = |words: &'static str| at.object([("description", at.text(words))]);
        let integration = at.object([
            ("type", at.text("aws")),
            ("httpMethod", at.text("POST")),
            (
                "uri",
                at.sub("arn:${AWS::Partition}:apigateway:${AWS::Region}:states:action/StartExecution", &[]),
            ),
            ("responses", at.object([("200", answer("200")), ("400", answer("400"))])),
            ("credentials", credentials),
            ("requestTemplates", at.object([("application/json", template)])),
        ]);
        (integration, at.object([("200", description("OK")), ("400", description("Bad Request"))]))
    });
    Some(role.resource(&event.cause, false))
}

/// `*` for any method.
fn verb(method: &Val) -> String {
    let method = method.display();
    if method.eq_ignore_ascii_case("any") { "*".to_owned() } else { method.to_uppercase() }
}

/// Joins the route of an event into its API. `make` answers the integration and the responses.
fn join(
    transform: &mut Transform<'_>,
    event: &Event<'_>,
    api_id: Option<&SmolStr>,
    make: impl FnOnce(&Event<'_>, &Val) -> (Val, Val),
) {
    let at = event.at();
    let Some(api) = api_id.and_then(|id| transform.apis.get_mut(id)).filter(|a| a.kind == Kind::Rest) else {
        return;
    };
    let own = api.resource.props.clone();
    let (api_auth, auth) = (own.get("Auth"), event.props.get("Auth"));
    let stage = At(at.0).text(match stage_suffix(own.get("StageName")) {
        suffix if suffix == "Stage" => suffix,
        _ => own.get("StageName").display(),
    });
    let path = event.props.get("Path").display();
    let method = method_key(&event.props.get("Method").display());
    // What the author wrote for the method; what the event says wins, key by key.
    let mut written = Val::default();
    if api.takes_routes() {
        if api.origin == Origin::Events && api.definition.has_integration(&path, &method) {
            return;
        }
        let (integration, responses) = make(event, api_auth);
        let open = api.definition.is_open();
        let Some(val) = api.definition.method(&path, &method, at.0) else { return };
        if api.origin == Origin::Written {
            written = std::mem::replace(val, at.object([]));
        }
        let mut made = val.clone().through(Via::Implied, at.0);
        made.span = made.span.or(at.0);
        if let Some(map) = map_mut(&mut made) {
            map.set(INTEGRATION, at.0, integration);
            if map.get("responses").is_none() {
                map.set("responses", at.0, responses);
            }
        }
        if open {
            secure_elsewhere(&mut made, at.0);
        }
        *val = made;
        api_auth::request(&mut api.definition, &path, &method, event.props);
    } else if auth.get("OverrideApiAuth").as_bool() != Some(true) {
        return;
    }
    api_auth::require_rest(&mut api.definition, &path, &method, auth, api_auth);
    resource_policy::join(&mut api.definition, auth.get("ResourcePolicy"), &path, &stage);
    if let Some(map) = api.definition.method(&path, &method, at.0).and_then(map_mut) {
        for entry in written.entries() {
            if map.get(&entry.key).is_none() {
                map.entries.push(entry.clone());
            }
        }
    }
}
