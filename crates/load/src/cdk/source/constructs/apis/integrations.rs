//! What a method of a REST API calls.

use palisade_graph::{Reason, Val};
use palisade_source::Span;

use super::super::super::interpret::{Handle, Place, Value, concat};
use super::super::core::seconds;
use super::super::given::{self, Given};
use super::super::{Library, Props, lambda, partition_arn, policy, pseudo};
use super::methods::method_arn;
use super::{execute_arn, invocations, text, word};

/// The method that calls.
pub struct Target<'a> {
    /// Its API.
    pub api: Handle,
    /// Itself.
    pub method: Handle,
    /// Its HTTP method.
    pub verb: &'a Val,
    /// Its path.
    pub path: &'a str,
}

/// The `Integration` of a method, with the permissions and roles that it needs. Without one it is a mock.
pub fn bind(lib: &mut Library<'_>, target: &Target<'_>, integration: &Value, place: Place) -> Val {
    let Some(given) = Given::of(lib, integration) else {
        return if integration.is_null() {
            Val::object([("Type", Val::str("MOCK", place.key))], place.key)
        } else if integration.handle().is_some_and(|f| lambda::is_function(lib, f)) {
            // Some programs hand the function itself over.
            let function = lib.arn(integration);
            invoked(lib, target, integration, &Value::null(), place);
            called("AWS_PROXY", invocations(function, place.key), place.key).done(place.key)
        } else {
            Val::unknown(Reason::NeedsCode, "integration", integration.span().or(place.key))
        };
    };
    let span = given.place.block;
    let nested = given.options.get("options");
    let options = if nested.is_null() { given.options.clone() } else { nested };
    let proxy = |default: bool| given.options.get("proxy").as_bool().unwrap_or(default);
    match given.class.as_str() {
        "LambdaIntegration" => {
            let function = given.pick(0, "handler");
            let kind = if proxy(true) { "AWS_PROXY" } else { "AWS" };
            let arn = lib.arn(&function);
            invoked(lib, target, &function, &options, given.place);
            called(kind, invocations(arn, span), span).merge(more(lib, &options, span)).done(span)
        }
        "AwsIntegration" => {
            let kind = if proxy(false) { "AWS_PROXY" } else { "AWS" };
            let verb = lib.val(&given.options.get("integrationHttpMethod"));
            let verb = if verb.is_null() { Val::str("POST", span) } else { verb };
            Props::new()
                .set("Type", Val::str(kind, span))
                .set("IntegrationHttpMethod", verb)
                .set("Uri", service(lib, &given.options, span))
                .merge(more(lib, &options, span))
                .done(span)
        }
        "HttpIntegration" => {
            let kind = if proxy(true) { "HTTP_PROXY" } else { "HTTP" };
            let verb = lib.val(&given.options.get("httpMethod"));
            let verb = if verb.is_null() { Val::str("GET", span) } else { verb };
            Props::new()
                .set("Type", Val::str(kind, span))
                .set("IntegrationHttpMethod", verb)
                .set("Uri", lib.val(&given.pick(0, "url")))
                .merge(more(lib, &options, span))
                .done(span)
        }
        "MockIntegration" => {
            Props::new().set("Type", Val::str("MOCK", span)).merge(more(lib, &options, span)).done(span)
        }
        "Integration" => Props::new()
            .set("Type", word(lib, &given.options.get("type")))
            .set("IntegrationHttpMethod", lib.val(&given.options.get("integrationHttpMethod")))
            .set("Uri", lib.val(&given.options.get("uri")))
            .merge(more(lib, &options, span))
            .done(span),
        "StepFunctionsIntegration.startExecution" => {
            let machine = given.pick(0, "stateMachine");
            let role = given::service_role(
                lib,
                target.method,
                "StartSyncExecutionRole",
                "apigateway.amazonaws.com",
                vec![policy::allow(&["states:StartSyncExecution"], vec![lib.arn(&machine)], span)],
                given.place,
            );
            let credentials = lib.attribute(role, "Arn");
            let uri = concat(
                vec![
                    partition_arn(":apigateway:", span),
                    pseudo("AWS::Region", span),
                    Val::str(":states:action/StartSyncExecution", span),
                ],
                span,
            );
            let arn = lib.arn(&machine);
            let template =
                concat(vec![Val::str("{\"stateMachineArn\":\"", span), arn, Val::str("\"}", span)], span);
            called("AWS", uri, span)
                .set("Credentials", credentials)
                .set("PassthroughBehavior", Val::str("NEVER", span))
                .set("RequestTemplates", Val::object([("application/json", template)], span))
                .done(span)
        }
        name => Val::unknown(Reason::NeedsCode, name, span),
    }
}

fn called(kind: &str, uri: Val, span: Span) -> Props {
    Props::new()
        .set("Type", Val::str(kind, span))
        .set("IntegrationHttpMethod", Val::str("POST", span))
        .set("Uri", uri)
}

/// `arn:…:apigateway:region:service:action/…` or `…:path/…`
fn service(lib: &Library<'_>, options: &Value, span: Span) -> Val {
    let name = text(lib, &options.get("service"));
    let name = match options.get("subdomain") {
        sub if sub.is_null() => name.to_string(),
        sub => format!("{}.{name}", text(lib, &sub)),
    };
    let region = lib.val(&options.get("region"));
    let region = if region.is_null() { pseudo("AWS::Region", span) } else { region };
    let (action, path) = (lib.val(&options.get("action")), lib.val(&options.get("path")));
    let (how, what) = if action.is_null() { ("path", path) } else { ("action", action) };
    concat(
        vec![partition_arn(":apigateway:", span), region, Val::str(format!(":{name}:{how}/"), span), what],
        span,
    )
}

/// What all integrations may say.
fn more(lib: &Library<'_>, options: &Value, span: Span) -> Props {
    let passed = options.get("credentialsPassthrough").as_bool() == Some(true);
    let credentials =
        if passed { partition_arn(":iam::*:user/*", span) } else { lib.arn(&options.get("credentialsRole")) };
    let milliseconds = seconds(lib, &options.get("timeout"));
    let milliseconds = milliseconds.as_int().map(|s| Val::int(s.saturating_mul(1000), milliseconds.span));
    let link = options.get("vpcLink");
    let connection = word(lib, &options.get("connectionType"));
    let connection = if connection.is_null() && !link.is_null() {
        Val::str("VPC_LINK", link.span().or(span))
    } else {
        connection
    };
    let responses: Vec<Val> =
        options.get("integrationResponses").items().iter().map(|r| response(lib, r)).collect();
    Props::new()
        .set("Credentials", credentials)
        .from(lib, options, "requestParameters", "RequestParameters")
        .from(lib, options, "requestTemplates", "RequestTemplates")
        .from(lib, options, "cacheKeyParameters", "CacheKeyParameters")
        .set("PassthroughBehavior", word(lib, &options.get("passthroughBehavior")))
        .set("TimeoutInMillis", milliseconds.unwrap_or_default())
        .set("ConnectionType", connection)
        .set("ConnectionId", lib.val(&link))
        .set("IntegrationResponses", given::list(responses, options.get("integrationResponses").span()))
}

fn response(lib: &Library<'_>, value: &Value) -> Val {
    Props::new()
        .from(lib, value, "statusCode", "StatusCode")
        .from(lib, value, "selectionPattern", "SelectionPattern")
        .from(lib, value, "responseParameters", "ResponseParameters")
        .from(lib, value, "responseTemplates", "ResponseTemplates")
        .done(value.span())
}

/// Lets all methods of an API invoke a function, once.
pub fn whole_api(lib: &mut Library<'_>, api: Handle, (scope, function): (Handle, &Value), at: Place) {
    let Some(f) = function.handle() else { return };
    let id = format!("ApiPermission.ApiScoped.{}.{}", lib.unique(f), lib.unique(api));
    if !lib.set(api, &id).is_null() {
        return;
    }
    lib.put(api, &id, function.clone());
    let source = execute_arn(lib, api, vec![Val::str("/*/*/*", at.block)], at.block);
    given::permit(lib, function, (scope, &id), "apigateway.amazonaws.com", source, at);
}

/// Lets the API invoke a function for a method, and for the console's test of it.
fn invoked(lib: &mut Library<'_>, target: &Target<'_>, function: &Value, options: &Value, at: Place) {
    let test = options.get("allowTestInvoke").as_bool() != Some(false);
    if options.get("scopePermissionToMethod").as_bool() == Some(false) {
        return whole_api(lib, target.api, (target.api, function), at);
    }
    let stage = lib.set(target.api, "deploymentStage");
    let stage = if stage.is_null() { Val::str("*", at.key) } else { lib.val(&stage) };
    let name = |kind: &str| {
        let path = target.path.replace('/', ".");
        format!("ApiPermission.{kind}{}.{}.{path}", lib.unique(target.api), target.verb.display())
    };
    let (own, tested) = (name(""), name("Test."));
    let source = method_arn(lib, target, stage, at.block);
    given::permit(lib, function, (target.method, &own), "apigateway.amazonaws.com", source, at);
    if test {
        let stage = Val::str("test-invoke-stage", at.key);
        let source = method_arn(lib, target, stage, at.block);
        given::permit(lib, function, (target.method, &tested), "apigateway.amazonaws.com", source, at);
    }
}
