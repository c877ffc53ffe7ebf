//! A method of the REST API: authorization, integration and answers.

use palisade_graph::{Val, Via};
use smol_str::{SmolStr, format_smolstr};

use super::super::build::{At, Made, default_bool, default_str, or, truthy};
use super::super::naming;
use super::super::service::Service;
use super::http::{Authorizer, Http, cors_headers};
use super::rest_api;

/// The resource of one method.
pub(super) fn method(service: &Service<'_>, http: &Http<'_>, resource: Val) -> Made {
    let at = http.cause.at();
    let event = http.event;
    let request = event.get("request");
    let parameters = parameters(request);
    let required = at.obj(parameters.iter().map(|(k, v)| (k.clone(), v.clone())));
    let private = event.get("private");
    let mut made = Made::new(
        "AWS::ApiGateway::Method",
        &http.cause,
        [
            ("HttpMethod", http.method.clone()),
            ("RequestParameters", required),
            ("ResourceId", resource),
            ("RestApiId", rest_api::api_id(service, at)),
            ("OperationName", event.get("operationId").clone()),
            (
                "ApiKeyRequired",
                if private.is_null() { default_bool(false, http.cause.key) } else { private.clone() },
            ),
        ],
    );
    let depends = authorize(http, &mut made);
    made.prop("Integration", integration(service, http));
    made.prop("MethodResponses", responses(http));
    made.depends([format_smolstr!("{}LambdaPermissionApiGateway", http.function.normalized())])
        .depends(http.function.alias_id())
        .depends(depends)
}

/// Request parameters and whether they are required.
pub(super) fn parameters(request: &Val) -> Vec<(SmolStr, Val)> {
    let mut out = Vec::new();
    for (key, word) in [("querystrings", "querystring"), ("paths", "path"), ("headers", "header")] {
        for e in request.get("parameters").get(key).entries() {
            let required = match e.val.as_map() {
                Some(_) if e.val.get("required").is_null() => Val::bool(true, e.val.span),
                Some(_) => e.val.get("required").clone(),
                None => e.val.clone(),
            };
            out.push((format_smolstr!("method.request.{word}.{}", e.key), required));
        }
    }
    out
}

fn authorize(http: &Http<'_>, made: &mut Made) -> Option<SmolStr> {
    match &http.authorizer {
        None => {
            made.prop("AuthorizationType", default_str("NONE", http.cause.key));
            None
        }
        Some(Authorizer::Unknown(val) | Authorizer::Iam(val)) => {
            made.prop("AuthorizationType", val.clone());
            None
        }
        Some(Authorizer::Existing { kind, id, scopes }) => {
            let text = kind.as_str().map(str::to_uppercase);
            let deployed = match text.as_deref() {
                Some("TOKEN" | "REQUEST") => At(kind.span).str("CUSTOM"),
                _ => kind.clone(),
            };
            made.prop("AuthorizationType", deployed);
            made.prop("AuthorizerId", id.clone());
            if text.as_deref() == Some("COGNITO_USER_POOLS") {
                made.prop("AuthorizationScopes", scopes.clone());
            }
            None
        }
        Some(Authorizer::Own(own)) => {
            let at = At(own.span);
            let id = format_smolstr!("{}ApiGatewayAuthorizer", naming::normalized(&own.name));
            made.prop("AuthorizationType", at.str(if own.cognito { "COGNITO_USER_POOLS" } else { "CUSTOM" }));
            made.prop("AuthorizerId", at.reference(id.clone()));
            if own.cognito {
                made.prop("AuthorizationScopes", own.val.get("scopes").clone());
            }
            Some(id)
        }
    }
}

fn integration(service: &Service<'_>, http: &Http<'_>) -> Val {
    let at = http.cause.at();
    let event = http.event;
    let request = event.get("request");
    let kind = http.integration.as_str();
    let lambda = matches!(kind, "AWS" | "AWS_PROXY");
    let to_http = matches!(kind, "HTTP" | "HTTP_PROXY");
    let transfer = event.at_response("transferMode");
    let streams = kind == "AWS_PROXY" && transfer.as_str().is_some_and(|m| m.eq_ignore_ascii_case("stream"));
    let timeout = or(event.get("timeoutInMillis"), service.provider.at("apiGateway.timeoutInMillis"));
    let mut out: Vec<(&str, Val)> = Vec::new();
    let forwarded = if to_http {
        let own = request.get("method");
        match own.as_str() {
            Some(text) => At(own.span).str(text.to_uppercase()),
            None => http.method.clone(),
        }
    } else {
        at.str("POST")
    };
    out.push(("IntegrationHttpMethod", forwarded));
    out.push(("Type", at.str(http.integration.clone())));
    if truthy(timeout) {
        out.push(("TimeoutInMillis", timeout.clone()));
    }
    if lambda {
        let (version, call) = if streams {
            ("2021-11-15", "/response-streaming-invocations")
        } else {
            ("2015-03-31", "/invocations")
        };
        let mut parts = vec![
            at.str("arn:"),
            at.pseudo("Partition"),
            at.str(":apigateway:"),
            at.pseudo("Region"),
            at.str(format!(":lambda:path/{version}/functions/")),
            at.get_att(http.function.id.clone(), "Arn"),
        ];
        if let Some((alias, _)) = &http.function.alias {
            parts.extend([at.str(":"), at.str(*alias)]);
        }
        parts.push(at.str(call));
        out.push(("Uri", at.join("", parts)));
    } else if to_http {
        out.push(("Uri", request.get("uri").clone()));
        let connection = event.get("connectionType");
        if let Some(text) = connection.as_str() {
            let text = text.to_uppercase().replacen('-', "_", 1);
            out.push(("ConnectionType", At(connection.span).str(text)));
            out.push(("ConnectionId", event.get("connectionId").clone()));
        }
    }
    if matches!(kind, "AWS" | "HTTP" | "MOCK") {
        let pass = request.get("passThrough");
        let pass =
            if truthy(pass) || kind != "AWS" { pass.clone() } else { default_str("NEVER", http.cause.key) };
        out.push(("PassthroughBehavior", pass));
        out.push(("ContentHandling", request.get("contentHandling").clone()));
        if request.get("template").as_map().is_some() {
            out.push(("RequestTemplates", request.get("template").clone()));
        }
        out.push(("IntegrationResponses", integration_responses(http)));
    }
    let mut mapped: Vec<(SmolStr, Val)> = Vec::new();
    if matches!(kind, "AWS" | "HTTP" | "HTTP_PROXY") {
        for (name, _) in parameters(request) {
            let target = format_smolstr!("integration.{}", name.trim_start_matches("method."));
            mapped.push((target, at.str(name)));
        }
    }
    if truthy(event.get("async")) {
        mapped.push(("integration.request.header.X-Amz-Invocation-Type".into(), at.str("'Event'")));
    }
    if !mapped.is_empty() {
        out.push(("RequestParameters", at.obj(mapped)));
    }
    if let Some(mode) = transfer.as_str().filter(|_| matches!(kind, "AWS_PROXY" | "HTTP_PROXY")) {
        out.push(("ResponseTransferMode", At(transfer.span).str(mode.to_uppercase())));
    }
    at.obj(out)
}

impl super::super::service::Event {
    /// A setting below `response`.
    fn at_response(&self, key: &str) -> &Val {
        self.val.get("response").get(key)
    }
}

/// Status codes of a method that is not a proxy, with what the author wrote for each.
fn codes(http: &Http<'_>) -> Vec<(SmolStr, Val)> {
    let written = http.event.at_response("statusCodes");
    if written.as_map().is_some() {
        return written.entries().iter().map(|e| (e.key.clone(), e.val.clone())).collect();
    }
    ["200", "400", "401", "403", "404", "422", "500", "502", "504"]
        .into_iter()
        .map(|c| (c.into(), Val::null().clone()))
        .collect()
}

fn headers(http: &Http<'_>, own: &Val) -> Vec<(SmolStr, Val)> {
    let name = |h: &str| format_smolstr!("method.response.header.{h}");
    let mut out: Vec<(SmolStr, Val)> = Vec::new();
    if let Some(cors) = &http.cors {
        out.extend(cors_headers(cors, false).into_iter().map(|(h, v)| (name(h), v)));
    }
    for e in http.event.at_response("headers").entries().iter().chain(own.get("headers").entries()) {
        out.retain(|(n, _)| *n != name(&e.key));
        out.push((name(&e.key), e.val.clone()));
    }
    out
}

fn integration_responses(http: &Http<'_>) -> Val {
    let at = http.cause.at();
    let template = http.event.at_response("template");
    let response = |(code, own): (SmolStr, Val)| {
        let mut templates = Vec::new();
        if truthy(template) && template.as_map().is_none() {
            templates.push((SmolStr::new_static("application/json"), template.clone()));
        }
        let mine = own.get("template");
        if mine.as_map().is_some() {
            templates.extend(mine.entries().iter().map(|e| (e.key.clone(), e.val.clone())));
        } else if truthy(mine) {
            templates = vec![(SmolStr::new_static("application/json"), mine.clone())];
        }
        let pattern = own.get("pattern");
        let pattern = if pattern.is_null() { default_str("", http.cause.key) } else { pattern.clone() };
        at.obj([
            ("StatusCode", at.str(code)),
            ("SelectionPattern", pattern),
            ("ResponseParameters", at.obj(headers(http, &own))),
            ("ResponseTemplates", at.obj(templates)),
        ])
    };
    at.list(codes(http).into_iter().map(response))
}

fn responses(http: &Http<'_>) -> Val {
    if !matches!(http.integration.as_str(), "AWS" | "HTTP" | "MOCK") {
        return Val::null().clone();
    }
    let at = http.cause.at();
    let response = |(code, own): (SmolStr, Val)| {
        let promised = headers(http, &own).into_iter().map(|(n, _)| (n, at.bool(true)));
        at.obj([("StatusCode", at.str(code)), ("ResponseParameters", at.obj(promised))])
    };
    at.list(codes(http).into_iter().map(response)).through(Via::Defaulted, http.cause.key)
}
