//! Application load balancers: target groups and listener rules.

use palisade_graph::{Val, Via};
use smol_str::{SmolStr, format_smolstr};

use super::super::build::{At, Made, default_bool, default_int, default_str, truthy};
use super::super::service::{Draft, Event, Function};
use super::permission;

pub(super) fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    for (function, event) in service.events("alb") {
        if event.val.as_map().is_some() {
            balance(draft, function, event);
        }
    }
}

fn balance(draft: &mut Draft<'_>, function: &Function, event: &Event) {
    let service = draft.service;
    let cause = function.caused(event);
    let (val, at) = (&event.val, event.at());
    let listener = val.get("listenerArn");
    let balancer: SmolStr = match listener.get("Ref").as_str() {
        Some(id) => id.into(),
        None => listener.display().split('/').nth(3).unwrap_or("").into(),
    };
    let multi = truthy(val.get("multiValueHeaders"));
    let word = if multi { "MultiValue" } else { "" };
    let normalized = function.normalized();
    let group_id = format_smolstr!("{normalized}Alb{word}TargetGroup{balancer}");
    let register_id = format_smolstr!("{normalized}LambdaPermissionRegisterTarget");

    let name = val.get("targetGroupName");
    let name = if truthy(name) {
        name.clone()
    } else {
        // The framework takes a hash of these names.
        at.concat([service.prefix(at), at.str(format!("-{}", function.key))])
    };
    let attribute = at.obj([
        ("Key", at.str("lambda.multi_value_headers.enabled")),
        ("Value", if multi { val.get("multiValueHeaders").clone() } else { default_bool(false, cause.key) }),
    ]);
    let mut group = Made::new(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        &cause,
        [
            ("TargetType", at.str("lambda")),
            ("Targets", at.list([at.obj([("Id", function.target(at))])])),
            ("Name", name),
            ("TargetGroupAttributes", at.list([attribute])),
        ],
    );
    health(val, &mut group);
    draft.template.add(group_id.clone(), group.depends([register_id.clone()]).depends(function.alias_id()));
    rule(draft, function, event, &group_id);
    let principal = || at.str("elasticloadbalancing.amazonaws.com");
    let made = permission(function, &cause, principal(), at.reference(group_id));
    draft.template.add(format_smolstr!("{normalized}LambdaPermissionAlb"), made);
    draft.template.add(register_id, permission(function, &cause, principal(), Val::null().clone()));
}

fn health(val: &Val, group: &mut Made) {
    let check = val.get("healthCheck");
    let span = val.span;
    if !truthy(check) {
        group.prop("HealthCheckEnabled", default_bool(false, span));
        return;
    }
    let or =
        |key: &str, default: Val| if check.get(key).is_null() { default } else { check.get(key).clone() };
    group.prop("HealthCheckEnabled", Val::bool(true, check.span));
    group.prop("HealthCheckPath", or("path", default_str("/", span)));
    group.prop("HealthCheckIntervalSeconds", or("intervalSeconds", default_int(35, span)));
    group.prop("HealthCheckTimeoutSeconds", or("timeoutSeconds", default_int(30, span)));
    group.prop("HealthyThresholdCount", or("healthyThresholdCount", default_int(5, span)));
    group.prop("UnhealthyThresholdCount", or("unhealthyThresholdCount", default_int(5, span)));
    let code = check.at("matcher.httpCode");
    let code = if truthy(code) { code.clone() } else { default_str("200", span) };
    group.prop("Matcher", At(code.span).obj([("HttpCode", code)]));
}

fn rule(draft: &mut Draft<'_>, function: &Function, event: &Event, group: &SmolStr) {
    let (val, at) = (&event.val, event.at());
    let authorizers = draft.service.provider.at("alb.authorizers").clone();
    let mut actions = Vec::new();
    let mut order = 0;
    for name in val.get("authorizer").items() {
        let auth = authorizers.get(&name.display());
        if !truthy(auth) {
            continue;
        }
        order += 1;
        let at_auth = At(auth.span);
        let get = |key: &str| auth.get(key).clone();
        let unauthenticated = if truthy(auth.get("onUnauthenticatedRequest")) {
            get("onUnauthenticatedRequest")
        } else {
            default_str("deny", auth.span)
        };
        let shared = [
            ("OnUnauthenticatedRequest", unauthenticated),
            ("AuthenticationRequestExtraParams", get("requestExtraParams")),
            ("Scope", get("scope")),
            ("SessionCookieName", get("sessionCookieName")),
            ("SessionTimeout", get("sessionTimeout")),
        ];
        let (kind, property, own) = if auth.get("type").as_str() == Some("cognito") {
            let own = vec![
                ("UserPoolArn", get("userPoolArn")),
                ("UserPoolClientId", get("userPoolClientId")),
                ("UserPoolDomain", get("userPoolDomain")),
            ];
            ("authenticate-cognito", "AuthenticateCognitoConfig", own)
        } else {
            let secret = get("clientSecret");
            let last = if truthy(&secret) {
                ("ClientSecret", secret)
            } else {
                ("UseExistingClientSecret", default_bool(true, auth.span))
            };
            let own = vec![
                ("AuthorizationEndpoint", get("authorizationEndpoint")),
                ("ClientId", get("clientId")),
                ("Issuer", get("issuer")),
                ("TokenEndpoint", get("tokenEndpoint")),
                ("UserInfoEndpoint", get("userInfoEndpoint")),
                last,
            ];
            ("authenticate-oidc", "AuthenticateOidcConfig", own)
        };
        let config = at_auth.obj(own.into_iter().chain(shared)).through(Via::Inherited, event.key_span);
        actions.push(at.obj([("Type", at.str(kind)), ("Order", Val::int(order, at.0)), (property, config)]));
    }
    let forward = if order > 0 { Val::int(order + 1, at.0) } else { Val::null().clone() };
    actions.push(at.obj([
        ("Type", at.str("forward")),
        ("TargetGroupArn", at.reference(group.clone())),
        ("Order", forward),
    ]));
    let made = Made::new(
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        &function.caused(event),
        [
            ("Actions", at.list(actions)),
            ("Conditions", conditions(val.get("conditions"))),
            ("ListenerArn", val.get("listenerArn").clone()),
            ("Priority", val.get("priority").clone()),
        ],
    );
    let id = format_smolstr!("{}AlbListenerRule{}", function.normalized(), val.get("priority").display());
    draft.template.add(id, made);
}

fn conditions(val: &Val) -> Val {
    if val.as_map().is_none() {
        return val.clone();
    }
    let at = At(val.span);
    let list = |v: &Val| if v.is_known() { at.list(v.items().iter().cloned()) } else { v.clone() };
    let mut out = Vec::new();
    if truthy(val.get("path")) {
        out.push(at.obj([("Field", at.str("path-pattern")), ("Values", list(val.get("path")))]));
    }
    let fields = [
        ("host", "host-header", "HostHeaderConfig"),
        ("method", "http-request-method", "HttpRequestMethodConfig"),
        ("ip", "source-ip", "SourceIpConfig"),
    ];
    for (key, field, config) in fields {
        if truthy(val.get(key)) {
            let values = at.obj([("Values", list(val.get(key)))]);
            out.push(at.obj([("Field", at.str(field)), (config, values)]));
        }
    }
    for header in val.get("header").items() {
        let config = at
            .obj([("HttpHeaderName", header.get("name").clone()), ("Values", header.get("values").clone())]);
        out.push(at.obj([("Field", at.str("http-header")), ("HttpHeaderConfig", config)]));
    }
    let query = val.get("query").entries();
    if !query.is_empty() {
        let pairs = query
            .iter()
            .map(|e| at.obj([("Key", Val::str(e.key.clone(), e.key_span)), ("Value", e.val.clone())]));
        let values = at.obj([("Values", at.list(pairs))]);
        out.push(at.obj([("Field", at.str("query-string")), ("QueryStringConfig", values)]));
    }
    at.list(out)
}
