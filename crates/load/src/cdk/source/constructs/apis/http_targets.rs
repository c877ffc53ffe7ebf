//! What routes of HTTP and WebSocket APIs call.

use palisade_graph::{Reason, Val};
use smol_str::{SmolStr, format_smolstr};

use super::super::super::interpret::{Handle, Place, Value, concat};
use super::super::core::seconds;
use super::super::given::{self, Given, constant, structure};
use super::super::{Library, Props, lambda, policy};
use super::{integrations, invocations, word};

/// Who calls on behalf of a route.
const GATEWAY: &str = "apigateway.amazonaws.com";

/// `integrations/id` of what a route calls; made once for each API and object that says so. `source` is what a function
/// lets in: each route for itself.
pub fn integration(
    lib: &mut Library<'_>,
    route: Handle,
    api: Handle,
    given: &Value,
    source: Val,
    place: Place,
) -> Val {
    let Some(integration) = Given::of(lib, given) else {
        return Val::unknown(Reason::NeedsCode, "integration", given.span().or(place.key));
    };
    let span = integration.place.block;
    let target = |id: Val| concat(vec![Val::str("integrations/", span), id], span);
    let name = integration.pick(0, "id");
    let name = match name.as_str() {
        Some(text) => SmolStr::new(text),
        None => super::numbered(lib, api, "Integration"),
    };
    let socket = lib.class(api).ends_with("WebSocketApi");
    let own = given.handle().unwrap_or(route);
    let known = format!("of {}", api.0);
    let there = lib.set(own, &known).handle();
    let function = ["handler", "lambdaFunction"]
        .into_iter()
        .map(|n| integration.pick(1, n))
        .find(|v| !v.is_null())
        .unwrap_or_default();
    // A route of an HTTP API has a permission of its own also where its integration is there already.
    let callable = function.handle().is_some_and(|f| lambda::is_function(lib, f));
    let whole = integration.options.get("scopePermissionToRoute").as_bool() == Some(false);
    if callable && whole {
        integrations::whole_api(lib, api, (route, &function), integration.place);
    } else if callable && (there.is_none() || !socket) {
        let id = format_smolstr!("{name}-Permission");
        given::permit(lib, &function, (route, &id), GATEWAY, source, integration.place);
    }
    if let Some(made) = there {
        let id = lib.val(&Value::Host(made));
        return target(id);
    }
    let Some(props) = called(lib, (api, route), &integration, &function, socket) else {
        return Val::unknown(Reason::NeedsCode, integration.class, span);
    };
    let made =
        lib.child(Some(route), &name, "aws_apigatewayv2.Integration", Value::null(), integration.place);
    let timeout = seconds(lib, &integration.options.get("timeout"));
    let timeout = timeout.as_int().map(|s| Val::int(s.saturating_mul(1_000), timeout.span));
    let val = Props::new()
        .set("ApiId", lib.val(&Value::Host(api)))
        .merge(props)
        .set("TimeoutInMillis", timeout.unwrap_or_default())
        .done(span);
    lib.resource(made, "Resource", "AWS::ApiGatewayV2::Integration", val);
    lib.put(own, &known, Value::Host(made));
    let id = lib.val(&Value::Host(made));
    target(id)
}

/// Properties of an integration; none for a class that is not known.
fn called(
    lib: &mut Library<'_>,
    (api, route): (Handle, Handle),
    integration: &Given,
    function: &Value,
    socket: bool,
) -> Option<Props> {
    let span = integration.place.block;
    let options = &integration.options;
    let of_type = |kind: &str| Props::new().set("IntegrationType", Val::str(kind, span));
    Some(match integration.class.as_str() {
        "HttpLambdaIntegration"
        | "LambdaProxyIntegration"
        | "WebSocketLambdaIntegration"
        | "LambdaWebSocketIntegration" => {
            let arn = lib.arn(function);
            let version = options.get("payloadFormatVersion");
            let version = match constant(&version) {
                Some("VERSION_1_0") => Val::str("1.0", version.span()),
                _ if socket => Val::default(),
                _ => Val::str("2.0", span),
            };
            let uri = if socket { invocations(arn, span) } else { arn };
            of_type("AWS_PROXY").set("IntegrationUri", uri).set("PayloadFormatVersion", version)
        }
        "HttpUrlIntegration" | "HttpProxyIntegration" => {
            let url = [integration.pick(1, "url"), options.get("url")].into_iter().find(|v| !v.is_null());
            let method = word(lib, &options.get("method"));
            of_type("HTTP_PROXY")
                .set("IntegrationUri", lib.val(&url.unwrap_or_default()))
                .set("IntegrationMethod", if method.is_null() { Val::str("ANY", span) } else { method })
                .set("PayloadFormatVersion", Val::str("1.0", span))
        }
        "HttpAlbIntegration" | "HttpNlbIntegration" | "HttpServiceDiscoveryIntegration" => {
            let names = ["listener", "service"];
            let target = names.into_iter().map(|n| integration.pick(1, n)).find(|v| !v.is_null());
            let uri = lib.val(&target.unwrap_or_default());
            let uri = if uri.is_null() {
                Val::unknown(Reason::NeedsCode, integration.class.clone(), span)
            } else {
                uri
            };
            let link = options.get("vpcLink");
            let link = if link.is_null() { own_link(lib, api, integration.place) } else { lib.val(&link) };
            let verified = lib.val(&options.get("secureServerName"));
            let tls = Props::new().set("ServerNameToVerify", verified);
            let method = word(lib, &options.get("method"));
            of_type("HTTP_PROXY")
                .set("ConnectionType", Val::str("VPC_LINK", span))
                .set("ConnectionId", link)
                .set("IntegrationUri", uri)
                .set("IntegrationMethod", if method.is_null() { Val::str("ANY", span) } else { method })
                .set("PayloadFormatVersion", Val::str("1.0", span))
                .set("TlsConfig", given::some(tls, span))
        }
        "HttpStepFunctionsIntegration" => {
            let machine = lib.arn(&options.get("stateMachine"));
            let subtype = options.get("subtype");
            let (subtype, action) = match constant(&subtype) {
                None if subtype.is_null() => ("StepFunctions-StartExecution", "states:StartExecution"),
                Some("STEPFUNCTIONS_START_EXECUTION") => {
                    ("StepFunctions-StartExecution", "states:StartExecution")
                }
                Some("STEPFUNCTIONS_START_SYNC_EXECUTION") => {
                    ("StepFunctions-StartSyncExecution", "states:StartSyncExecution")
                }
                Some("STEPFUNCTIONS_STOP_EXECUTION") => {
                    ("StepFunctions-StopExecution", "states:StopExecution")
                }
                _ => return None,
            };
            let own = vec![("StateMachineArn", machine.clone())];
            by_role(lib, route, integration, subtype, (action, machine), own)
        }
        "HttpSqsIntegration" => {
            let queue = options.get("queue");
            let url = lib.val(&queue);
            let arn = lib.arn(&queue);
            let subtype = options.get("subtype");
            let (subtype, action, more) = match constant(&subtype) {
                None if subtype.is_null() => ("SQS-SendMessage", "sqs:SendMessage", "MessageBody"),
                Some("SQS_SEND_MESSAGE") => ("SQS-SendMessage", "sqs:SendMessage", "MessageBody"),
                Some("SQS_RECEIVE_MESSAGE") => ("SQS-ReceiveMessage", "sqs:ReceiveMessage", ""),
                Some("SQS_DELETE_MESSAGE") => ("SQS-DeleteMessage", "sqs:DeleteMessage", "ReceiptHandle"),
                Some("SQS_PURGE_QUEUE") => ("SQS-PurgeQueue", "sqs:PurgeQueue", ""),
                _ => return None,
            };
            let mut own = vec![("QueueUrl", url)];
            if !more.is_empty() {
                own.push((more, Val::str(format_smolstr!("$request.body.{more}"), span)));
            }
            by_role(lib, route, integration, subtype, (action, arn), own)
        }
        "HttpEventBridgeIntegration" => {
            let bus =
                [options.get("eventBusRef"), options.get("eventBus")].into_iter().find(|v| !v.is_null());
            let bus = bus.unwrap_or_default();
            let (name, arn) = (lib.val(&bus), lib.arn(&bus));
            let mut own: Vec<(&str, Val)> = ["Detail", "DetailType", "Source"]
                .into_iter()
                .map(|key| (key, Val::str(format_smolstr!("$request.body.{key}"), span)))
                .collect();
            own.push(("EventBusName", name));
            by_role(lib, route, integration, "EventBridge-PutEvents", ("events:PutEvents", arn), own)
        }
        "WebSocketMockIntegration" => of_type("MOCK").set("IntegrationUri", Val::str("", span)),
        "WebSocketAwsIntegration" => {
            let role = options.get("credentialsRole");
            of_type("AWS")
                .set("IntegrationUri", lib.val(&options.get("integrationUri")))
                .set("IntegrationMethod", word(lib, &options.get("integrationMethod")))
                .set("CredentialsArn", lib.arn(&role))
                .from(lib, options, "requestParameters", "RequestParameters")
                .from(lib, options, "requestTemplates", "RequestTemplates")
                .set("PassthroughBehavior", word(lib, &options.get("passthroughBehavior")))
                .from(lib, options, "templateSelectionExpression", "TemplateSelectionExpression")
        }
        _ => return None,
    })
}

/// The link to a network that the library makes for an API where none is given.
fn own_link(lib: &mut Library<'_>, api: Handle, at: Place) -> Val {
    if let Some(there) = lib.set(api, "ownLink").handle() {
        return lib.val(&Value::Host(there));
    }
    let id = super::numbered(lib, api, "VpcLink-");
    let made = lib.child(Some(api), &id, "aws_apigatewayv2.VpcLink", Value::null(), at);
    let subnets = Val::unknown(Reason::NeedsCode, "subnets", at.block);
    let val =
        Props::new().set("Name", Val::str(lib.unique(made), at.key)).set("SubnetIds", subnets).done(at.block);
    lib.resource(made, "Resource", "AWS::ApiGatewayV2::VpcLink", val);
    lib.put(api, "ownLink", Value::Host(made));
    lib.val(&Value::Host(made))
}

/// An integration with a service that is called with a role of the route.
fn by_role(
    lib: &mut Library<'_>,
    route: Handle,
    integration: &Given,
    subtype: &str,
    (action, resource): (&str, Val),
    own: Vec<(&str, Val)>,
) -> Props {
    let span = integration.place.block;
    let allowed = policy::allow(&[action], vec![resource], span);
    let role = given::service_role(lib, route, "InvokeRole", GATEWAY, vec![allowed], integration.place);
    let mapping = structure(lib, &integration.options.get("parameterMapping"));
    let parameters = if mapping.is_null() {
        Val::object(own, span)
    } else {
        Val::unknown(Reason::NeedsCode, "parameterMapping", mapping.span().or(span))
    };
    Props::new()
        .set("IntegrationType", Val::str("AWS_PROXY", span))
        .set("IntegrationSubtype", Val::str(subtype, span))
        .set("CredentialsArn", lib.attribute(role, "Arn"))
        .set("ConnectionType", Val::str("INTERNET", span))
        .set("PayloadFormatVersion", Val::str("1.0", span))
        .set("RequestParameters", parameters)
}
