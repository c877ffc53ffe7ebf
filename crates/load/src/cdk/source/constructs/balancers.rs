//! Application load balancers, their listeners and what they lead to.

use palisade_graph::{Reason, Val};
use palisade_source::Span;
use smol_str::SmolStr;

use super::super::interpret::{Handle, Place, Value};
use super::given::{self, Given, constant, named, pick};
use super::{Library, Props, lambda};

/// Constructs of the service; false for others.
pub fn construct(lib: &mut Library<'_>, h: Handle, class: &str) -> bool {
    let Some(object) = lib.get(h) else { return false };
    let (props, place) = (object.props.clone(), object.place);
    match class {
        "aws_elasticloadbalancingv2.ApplicationLoadBalancer" => balancer(lib, h, &props, place),
        "aws_elasticloadbalancingv2.ApplicationListener" => {
            let on = lib.val(&props.get("loadBalancer"));
            listener(lib, h, on, &props, place);
        }
        "aws_elasticloadbalancingv2.ApplicationTargetGroup" => {
            group(lib, h, &props.get("targets"), &props, place);
        }
        "aws_elasticloadbalancingv2.ApplicationListenerRule" => {
            let on = lib.val(&props.get("listener"));
            let groups = props.get("targetGroups").items();
            let action = match props.get("action") {
                action if action.is_null() => forward(lib, &groups, place.block),
                action => action_of(lib, &action),
            };
            rule(lib, h, on, &props, action, place);
        }
        _ => return false,
    }
    true
}

/// Methods of balancers, listeners and groups.
pub fn call(
    lib: &mut Library<'_>,
    on: Handle,
    method: &str,
    arguments: &[Value],
    at: Place,
) -> Option<Value> {
    let class = lib.class(on).to_owned();
    let options = named(arguments);
    let id = lib.val(&pick(arguments, 0, "id")).display();
    match (class.as_str(), method) {
        ("aws_elasticloadbalancingv2.ApplicationLoadBalancer", "addListener") => {
            let class = "aws_elasticloadbalancingv2.ApplicationListener";
            let h = lib.child(Some(on), &id, class, options.clone(), at);
            let balancer = lib.val(&Value::Host(on));
            listener(lib, h, balancer, &options, at);
            Some(Value::Host(h))
        }
        ("aws_elasticloadbalancingv2.ApplicationLoadBalancer", "addRedirect") => {
            let class = "aws_elasticloadbalancingv2.ApplicationListener";
            let h = lib.child(Some(on), "Redirect80To443", class, Value::null(), at);
            let action = Val::object([("Type", Val::str("redirect", at.key))], at.block);
            let val = Props::new()
                .set("LoadBalancerArn", lib.val(&Value::Host(on)))
                .set("Port", Val::int(80, at.key))
                .set("Protocol", Val::str("HTTP", at.key))
                .set("DefaultActions", Val::list(vec![action], at.block))
                .done(at.block);
            lib.resource(h, "Resource", "AWS::ElasticLoadBalancingV2::Listener", val);
            Some(Value::Host(h))
        }
        ("aws_elasticloadbalancingv2.ApplicationListener", "addTargets") => {
            let class = "aws_elasticloadbalancingv2.ApplicationTargetGroup";
            let scope_id: SmolStr = format!("{id}Group").into();
            let made = lib.child(Some(on), &scope_id, class, options.clone(), at);
            group(lib, made, &options.get("targets"), &options, at);
            let action = forward(lib, &[Value::Host(made)], at.block);
            act(lib, on, &id, &options, action, at);
            Some(Value::Host(made))
        }
        ("aws_elasticloadbalancingv2.ApplicationListener", "addTargetGroups") => {
            let action = forward(lib, &options.get("targetGroups").items(), at.block);
            act(lib, on, &id, &options, action, at);
            Some(Value::null())
        }
        ("aws_elasticloadbalancingv2.ApplicationListener", "addAction") => {
            let action = action_of(lib, &options.get("action"));
            act(lib, on, &id, &options, action, at);
            Some(Value::null())
        }
        ("aws_elasticloadbalancingv2.ApplicationTargetGroup", "addTarget") => {
            for target in arguments {
                reach(lib, on, target, at);
            }
            Some(Value::null())
        }
        _ => None,
    }
}

fn balancer(lib: &mut Library<'_>, h: Handle, props: &Value, place: Place) {
    let facing = props.get("internetFacing");
    let scheme = match facing.as_bool() {
        Some(true) => Val::str("internet-facing", facing.span()),
        None if !facing.is_null() => Val::unknown(Reason::NeedsCode, "internetFacing", facing.span()),
        _ => Val::str("internal", place.key),
    };
    let security = props.get("securityGroup");
    let groups = if security.is_null() {
        Val::unknown(Reason::NeedsCode, "securityGroup", place.key)
    } else {
        Val::list(vec![lib.val(&security)], security.span().or(place.key))
    };
    let val = Props::new()
        .from(lib, props, "loadBalancerName", "Name")
        .set("Scheme", scheme)
        .set("Type", Val::str("application", place.key))
        .set("SecurityGroups", groups)
        .done(place.block);
    lib.resource(h, "Resource", "AWS::ElasticLoadBalancingV2::LoadBalancer", val);
}

fn listener(lib: &mut Library<'_>, h: Handle, balancer: Val, props: &Value, place: Place) {
    let port = lib.val(&props.get("port"));
    let secure = !props.get("certificates").is_null() || !props.get("certificateArns").is_null();
    let protocol = match constant(&props.get("protocol")) {
        Some(name) => Val::str(name, props.get("protocol").span()),
        None => {
            let https = secure || matches!(port.as_int(), Some(443 | 8443));
            Val::str(if https { "HTTPS" } else { "HTTP" }, port.span.or(place.key))
        }
    };
    let port = if port.is_null() {
        Val::int(if protocol.as_str() == Some("HTTPS") { 443 } else { 80 }, place.key)
    } else {
        port
    };
    let certificates: Vec<Val> = props
        .get("certificates")
        .items()
        .iter()
        .map(|c| Val::object([("CertificateArn", lib.arn(c))], place.block))
        .collect();
    let groups = props.get("defaultTargetGroups").items();
    let action = match props.get("defaultAction") {
        action if !action.is_null() => Some(action_of(lib, &action)),
        _ if !groups.is_empty() => Some(forward(lib, &groups, place.block)),
        _ => None,
    };
    let policy = props.get("sslPolicy");
    let val = Props::new()
        .set("LoadBalancerArn", balancer)
        .set("Port", port)
        .set("Protocol", protocol)
        .set("Certificates", given::list(certificates, place.block))
        .set("SslPolicy", if policy.is_null() { Val::default() } else { security(lib, &policy) })
        .set("DefaultActions", action.map(|a| Val::list(vec![a], place.block)).unwrap_or_default())
        .done(place.block);
    lib.resource(h, "Resource", "AWS::ElasticLoadBalancingV2::Listener", val);
}

/// A policy of TLS; names of the library are not those of the service.
fn security(lib: &Library<'_>, policy: &Value) -> Val {
    match constant(policy) {
        Some(name) => Val::unknown(Reason::NeedsCode, name, policy.span()),
        None => lib.val(policy),
    }
}

/// What a listener does by default, or a rule of it where there are conditions.
fn act(lib: &mut Library<'_>, on: Handle, id: &str, options: &Value, action: Val, at: Place) {
    if options.get("priority").is_null() {
        if let Some(listener) = lib.get(on).and_then(|o| o.resource.clone()) {
            lib.append(&listener, &["DefaultActions"], action);
        }
        return;
    }
    let class = "aws_elasticloadbalancingv2.ApplicationListenerRule";
    let h = lib.child(Some(on), &format!("{id}Rule"), class, options.clone(), at);
    let listener = lib.val(&Value::Host(on));
    rule(lib, h, listener, options, action, at);
}

fn rule(lib: &mut Library<'_>, h: Handle, listener: Val, options: &Value, action: Val, at: Place) {
    let conditions: Vec<Val> = options.get("conditions").items().iter().map(|c| condition(lib, c)).collect();
    let val = Props::new()
        .set("ListenerArn", listener)
        .from(lib, options, "priority", "Priority")
        .set("Conditions", given::list(conditions, options.get("conditions").span()))
        .set("Actions", Val::list(vec![action], at.block))
        .done(at.block);
    lib.resource(h, "Resource", "AWS::ElasticLoadBalancingV2::ListenerRule", val);
}

/// `ListenerCondition.pathPatterns(['/api/*'])`
fn condition(lib: &Library<'_>, value: &Value) -> Val {
    let Some(made) = Given::of(lib, value) else { return lib.val(value) };
    let span = made.place.block;
    let (field, name) = match made.class.rsplit('.').next().unwrap_or_default() {
        "pathPatterns" => ("path-pattern", "PathPatternConfig"),
        "hostHeaders" => ("host-header", "HostHeaderConfig"),
        "httpRequestMethods" => ("http-request-method", "HttpRequestMethodConfig"),
        "sourceIps" => ("source-ip", "SourceIpConfig"),
        other => return Val::unknown(Reason::NeedsCode, other, span),
    };
    let values = Val::object([("Values", lib.val(&made.pick(0, "values")))], span);
    Val::object([("Field", Val::str(field, span)), (name, values)], span)
}

fn forward(lib: &Library<'_>, groups: &[Value], span: Span) -> Val {
    let first = groups.first().map(|g| lib.val(g)).unwrap_or_default();
    Val::object([("Type", Val::str("forward", span)), ("TargetGroupArn", first)], span)
}

/// `ListenerAction.forward([…])`, `.redirect({…})`, `.fixedResponse(…)`, `.authenticateOidc({…, next})`
fn action_of(lib: &Library<'_>, value: &Value) -> Val {
    let Some(made) = Given::of(lib, value) else {
        return Val::unknown(Reason::NeedsCode, "action", value.span());
    };
    let span = made.place.block;
    let kind = match made.class.rsplit('.').next().unwrap_or_default() {
        "forward" => return forward(lib, &made.pick(0, "targetGroups").items(), span),
        "redirect" => "redirect",
        "fixedResponse" => "fixed-response",
        "authenticateOidc" => "authenticate-oidc",
        "AuthenticateCognitoAction" => "authenticate-cognito",
        other => return Val::unknown(Reason::NeedsCode, other, span),
    };
    Val::object([("Type", Val::str(kind, span))], span)
}

fn group(lib: &mut Library<'_>, h: Handle, targets: &Value, props: &Value, place: Place) {
    let val = Props::new()
        .from(lib, props, "targetGroupName", "Name")
        .from(lib, props, "port", "Port")
        .done(place.block);
    lib.resource(h, "Resource", "AWS::ElasticLoadBalancingV2::TargetGroup", val);
    for target in targets.items() {
        reach(lib, h, &target, place);
    }
}

/// A function among the targets of a group, with the permission to invoke it. Other targets run no function.
fn reach(lib: &mut Library<'_>, group: Handle, target: &Value, at: Place) {
    let Some(id) = lib.get(group).and_then(|o| o.resource.clone()) else { return };
    let Some(made) = Given::of(lib, target).filter(|g| g.class == "LambdaTarget") else { return };
    let function = made.pick(0, "fn");
    if !function.handle().is_some_and(|f| lambda::is_function(lib, f)) {
        return;
    }
    let span = made.place.block;
    let entry = Val::object([("Id", lib.arn(&function))], span);
    lib.edit(&id, &["TargetType"], span, Val::str("lambda", span));
    lib.append(&id, &["Targets"], entry);
    let scope = function.handle().unwrap_or(group);
    let name = format!("Invoke{}", id.as_str());
    // The library leaves the source out.
    given::permit(lib, &function, (scope, &name), "elasticloadbalancing.amazonaws.com", Val::default(), at);
}
