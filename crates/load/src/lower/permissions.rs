use std::collections::{HashMap, HashSet};

use palisade_graph::{
    Authorization, Detail, Edge, Node, NodeIx, NodeKind, Permission, State, Tri, Trigger, Val,
};
use smol_str::SmolStr;

use super::entries::{blank, source_name};
use super::reach::Reach;
use super::{Lowering, trigger};
use crate::Resource;

const TYPE: &str = "AWS::Lambda::Permission";

/// Permissions are entries of their function's resource policy.
pub fn collect(l: &mut Lowering<'_>) {
    for r in l.of(TYPE) {
        let name = r.props.get("FunctionName");
        let Some(ix) = l.function(name) else {
            // It may name any function of the application whose name is not known.
            if !matches!(name.state, State::Known(_)) {
                l.loose.push(r.props.lookup("Principal").clone());
            }
            continue;
        };
        let permission = Permission {
            logical_id: r.id.clone(),
            props: r.props.clone(),
            span: r.key,
            implied_by: r.implied_by.clone(),
        };
        if let Some(Detail::Function(f)) = l.graph.node_mut(ix).map(|n| &mut n.detail) {
            f.permissions.push(permission);
        }
        l.folded.insert(r.id.clone());
    }
}

/// The service that must be allowed to invoke for events of a kind; `None` where it uses a role or needs
/// no permission.
fn service(event: &str, via: &str) -> Option<&'static str> {
    Some(match event {
        "apigateway-v1" | "apigateway-v2" | "websocket" | "authorizer" => "apigateway.amazonaws.com",
        "s3" => "s3.amazonaws.com",
        "sns" => "sns.amazonaws.com",
        "schedule" | "eventbridge" if via == "rule" => "events.amazonaws.com",
        "alb" => "elasticloadbalancing.amazonaws.com",
        "iot" => "iot.amazonaws.com",
        "cognito" => "cognito-idp.amazonaws.com",
        "logs" => "logs.amazonaws.com",
        "ses" => "ses.amazonaws.com",
        "config" => "config.amazonaws.com",
        "secretsmanager" => "secretsmanager.amazonaws.com",
        _ => return None,
    })
}

/// Event kind of a service that invokes functions.
fn event(principal: &str) -> Option<&'static str> {
    // Alexa's principals end in `amazon.com`.
    let name = principal.strip_suffix(".amazonaws.com").or_else(|| principal.strip_suffix(".amazon.com"))?;
    Some(match name {
        "apigateway" => "apigateway-v1",
        "s3" => "s3",
        "sns" => "sns",
        "events" => "eventbridge",
        "elasticloadbalancing" => "alb",
        "iot" => "iot",
        "cognito-idp" | "cognito-sync" => "cognito",
        "ses" => "ses",
        "config" => "config",
        "codecommit" => "codecommit",
        "secretsmanager" => "secretsmanager",
        "cloudformation" => "custom-resource",
        "lex" | "lexv2" => "lex",
        "connect" => "connect",
        "alexa-appkit" => "alexaSkill",
        "alexa-connectedhome" => "alexaSmartHome",
        "states" => "states",
        "scheduler" => "schedule",
        "cloudwatch" | "lambda.alarms.cloudwatch" => "alarm",
        "bedrock" => "bedrock",
        "edgelambda" | "replicator.lambda" => "cloudfront",
        _ if name == "logs" || name.starts_with("logs.") => "logs",
        _ => return None,
    })
}

/// Marks triggers without permission, and adds what only permissions tell.
pub fn finish(l: &mut Lowering<'_>, reach: &Reach) {
    let functions: Vec<NodeIx> =
        l.graph.iter().filter(|(_, n)| n.kind == NodeKind::Function).map(|(ix, _)| ix).collect();
    let mut allowed: HashMap<NodeIx, Vec<Permission>> = HashMap::new();
    for ix in &functions {
        let list = l.graph.node(*ix).and_then(Node::function).map(|f| f.permissions.clone());
        allowed.insert(*ix, list.unwrap_or_default());
    }
    block(l, &functions, &allowed);
    let declared = declared(l);
    let mut order = functions;
    order.sort_by_key(|ix| l.graph.node(*ix).map(|n| n.id.clone()));
    for ix in order {
        for permission in allowed.get(&ix).into_iter().flatten() {
            undeclared(l, ix, permission, &declared, reach);
        }
    }
}

/// Who may invoke a function, for many questions.
#[derive(Default)]
struct Invokers {
    /// First labels of service principals: logs has one of its own in each region, and partitions have
    /// their suffixes.
    services: HashSet<SmolStr>,
    /// Everybody, or somebody who is not known.
    anybody: bool,
}

impl Invokers {
    fn admit(&mut self, principal: &Val) {
        let text = principal.known_prefix();
        match text.split_once('.') {
            Some((service, _)) => {
                self.services.insert(service.into());
            }
            None => self.anybody |= !principal.is("*").is_no(),
        }
    }

    fn may(&self, service: &str) -> bool {
        self.anybody || self.services.contains(service.split('.').next().unwrap_or(service))
    }
}

fn block(l: &mut Lowering<'_>, functions: &[NodeIx], allowed: &HashMap<NodeIx, Vec<Permission>>) {
    let mut invokers: HashMap<NodeIx, Invokers> = HashMap::new();
    for ix in functions {
        let who = invokers.entry(*ix).or_default();
        for permission in allowed.get(ix).into_iter().flatten() {
            who.admit(permission.props.lookup("Principal"));
        }
    }
    let mut loose = Invokers::default();
    for principal in &l.loose {
        loose.admit(principal);
    }
    let mut edges = std::mem::take(&mut l.edges);
    for edge in &mut edges {
        if let Some(label) = blocked(l, edge, &invokers, &loose) {
            edge.label = SmolStr::new_static(label);
        }
    }
    l.edges = edges;
}

fn blocked(
    l: &Lowering<'_>,
    edge: &Edge,
    invokers: &HashMap<NodeIx, Invokers>,
    loose: &Invokers,
) -> Option<&'static str> {
    let trigger = edge.trigger.as_deref()?;
    let who = invokers.get(&edge.to)?;
    if trigger.event == "url" {
        let open = l.graph.node(edge.from)?.entry()?.authorization == Authorization::None;
        return (open && !who.anybody && !loose.anybody).then_some("blocked");
    }
    // Helpers of the Serverless Framework add the permission themselves when they bind the event.
    let by_helper = l.stack.get(&trigger.logical_id).is_some_and(|r| {
        matches!(r.ty.as_str(), "Custom::S3" | "Custom::CognitoUserPool" | "Custom::EventBridge")
    });
    if by_helper {
        return None;
    }
    let graphql = l.graph.node(edge.from).is_some_and(|n| n.ty.starts_with("AWS::AppSync::"));
    let service = match trigger.event.as_str() {
        "authorizer" if graphql => "appsync.amazonaws.com",
        event => service(event, trigger.via)?,
    };
    let by_role = [
        "Integration.Credentials",
        "CredentialsArn",
        "AuthorizerCredentialsArn",
        "AuthorizerCredentials",
        "RoleArn",
    ];
    let known = trigger.props.as_map().is_some();
    if known && by_role.iter().any(|key| !trigger.props.lookup(key).is_null()) {
        return None;
    }
    (!who.may(service) && !loose.may(service)).then_some("blocked")
}

/// What is declared to start each function: (function, event) and (function, event, source).
struct Declared {
    events: HashSet<(NodeIx, SmolStr)>,
    sources: HashSet<(NodeIx, NodeIx)>,
}

fn declared(l: &Lowering<'_>) -> Declared {
    let mut out = Declared { events: HashSet::new(), sources: HashSet::new() };
    for edge in &l.edges {
        let Some(trigger) = &edge.trigger else { continue };
        out.events.insert((edge.to, family(&trigger.event)));
        out.sources.insert((edge.to, edge.from));
        if let Some(api) = l.graph.node(edge.from).and_then(Node::entry).and_then(|e| e.api) {
            out.sources.insert((edge.to, api));
        }
        if let Some(ix) = l.graph.by_logical(&trigger.logical_id) {
            out.sources.insert((edge.to, ix));
        }
    }
    out
}

/// Events that one permission may stand for.
fn family(event: &str) -> SmolStr {
    SmolStr::new_static(match event {
        "apigateway-v1" | "apigateway-v2" | "websocket" | "authorizer" => "apigateway",
        "schedule" | "eventbridge" => "events",
        // CloudFormation calls both.
        "custom-resource" | "macro" => "cloudformation",
        _ => return event.into(),
    })
}

fn undeclared(
    l: &mut Lowering<'_>,
    function: NodeIx,
    permission: &Permission,
    declared: &Declared,
    reach: &Reach,
) {
    let props = &permission.props;
    let principal = props.get("Principal");
    let source = props.get("SourceArn");
    let Some(r) = l.stack.resources.get(&permission.logical_id) else { return };
    let text = principal.display();
    let Some(event) = event(&text) else {
        return somebody(l, function, r, permission, declared);
    };
    if declared.events.contains(&(function, family(event))) {
        let from = l.targets(source);
        let known = from.iter().any(|ix| declared.sources.contains(&(function, *ix)));
        if from.is_empty() || known || matches!(event, "apigateway-v1" | "eventbridge") {
            return;
        }
    }
    let mut t = trigger(event, "permission", props);
    t.logical_id = permission.logical_id.clone();
    t.source = source.display();
    let stores = |ix: &NodeIx| l.kind(*ix) == Some(NodeKind::Store);
    if let Some(from) = l.targets(source).into_iter().find(stores) {
        return l.trigger(from, function, r.key, t);
    }
    if event == "apigateway-v1" {
        return behind_api(l, function, r, permission, t, reach);
    }
    let alexa = event.starts_with("alexa");
    let mut entry = blank(match event {
        _ if alexa => "alexa",
        "eventbridge" => "rule",
        other => other,
    });
    entry.props = props.clone();
    entry.public = Tri::No;
    if alexa {
        let token = props.lookup("EventSourceToken");
        entry.authorization_at = token.clone();
        // Without a token anybody's skill may call; with one, only the skill that it names.
        (entry.authorization, entry.public) = if token.is_null() {
            (Authorization::None, Tri::Yes)
        } else {
            (Authorization::Custom, Tri::Unknown)
        };
    }
    let named = source_name(source).filter(|_| !alexa);
    let id = named.unwrap_or_else(|| smol_str::format_smolstr!("{}", l.ordinal(function, event)));
    let name = format!("{}/{event}/{id}", l.name(function));
    let ix = l.add_part(r, TYPE, &name, r.key, entry);
    l.trigger(ix, function, r.key, t);
}

/// What a permission for API Gateway tells of a route that is declared nowhere in the stack: its
/// `SourceArn` ends in `api/stage/METHOD/path`.
fn behind_api(
    l: &mut Lowering<'_>,
    function: NodeIx,
    r: &Resource,
    permission: &Permission,
    mut t: Trigger,
    reach: &Reach,
) {
    let tail = super::arn::split(&t.source, ':', 6).get(5).map(|s| (*s).to_owned()).unwrap_or_default();
    let parts = super::arn::split(&tail, '/', 4);
    let part = |n: usize| parts.get(n).copied().filter(|p| !p.is_empty() && *p != "*");
    let api = l.targets(permission.props.get("SourceArn")).first().copied();
    let node = api.and_then(|ix| l.graph.node(ix));
    let (protocol, event) = match node.map(|n| (n.ty.as_str(), n.props.get("ProtocolType").as_str())) {
        Some(("AWS::ApiGatewayV2::Api", Some("WEBSOCKET"))) => ("websocket", "websocket"),
        Some(("AWS::ApiGatewayV2::Api", _)) => ("http", "apigateway-v2"),
        _ => ("rest", "apigateway-v1"),
    };
    let mut entry = blank(protocol);
    entry.props = permission.props.clone();
    if protocol == "websocket" {
        entry.path = part(2).unwrap_or("*").into();
    } else {
        entry.method = part(2).unwrap_or("ANY").to_ascii_uppercase().into();
        entry.path = smol_str::format_smolstr!("/{}", part(3).unwrap_or("*"));
    }
    entry.api = api;
    reach.apply(l, &mut entry);
    let name = format!("{}/{event}/{}", l.name(function), l.ordinal(function, event));
    t.event = event.into();
    let ix = l.add_part(r, TYPE, &name, r.key, entry);
    l.trigger(ix, function, r.key, t);
}

/// A principal that is no service with events of its own: everybody, an account, a role, another service.
fn somebody(
    l: &mut Lowering<'_>,
    function: NodeIx,
    r: &Resource,
    permission: &Permission,
    declared: &Declared,
) {
    let props = &permission.props;
    let action = props.get("Action").display();
    let by_url = action.eq_ignore_ascii_case("lambda:InvokeFunctionUrl")
        || !props.get("FunctionUrlAuthType").is_null()
        || props.get("InvokedViaFunctionUrl").as_bool() == Some(true);
    if by_url {
        if declared.events.contains(&(function, SmolStr::new_static("url"))) {
            return;
        }
    } else if !action.to_ascii_lowercase().contains("invoke") && !action.ends_with('*') {
        return;
    }
    let principal = props.get("Principal");
    let name = principal.display();
    let id = format!("{}:{}#{name}", NodeKind::Principal.word(), l.root);
    let known = l.targets(principal).first().copied().or_else(|| l.graph.by_id(&id));
    let from = known.unwrap_or_else(|| {
        let span = principal.span.or(r.key);
        l.graph.add(Node::new(NodeKind::Principal, l.root, &name, "", span, Val::default()))
    });
    let mut t = trigger("invoke", "permission", props);
    t.logical_id = permission.logical_id.clone();
    t.source = props.get("SourceArn").display();
    l.trigger(from, function, r.key, t);
}
