use std::collections::HashMap;

use palisade_graph::{Authorization, EdgeKind, EntryDetail, NodeIx, Tri, Val};
use palisade_source::Span;
use smol_str::SmolStr;

use super::entries::blank;
use super::reach::Reach;
use super::{Lowering, trigger};
use crate::Resource;

/// Load balancers and CloudFront.
pub fn lower(l: &mut Lowering<'_>, reach: &Reach) {
    balancers(l, reach);
    for r in l.of("AWS::CloudFront::Distribution") {
        distribution(l, r);
    }
}

/// Functions of target groups.
fn groups(l: &Lowering<'_>) -> HashMap<NodeIx, Vec<(NodeIx, Span)>> {
    let mut out: HashMap<NodeIx, Vec<(NodeIx, Span)>> = HashMap::new();
    for r in l.of("AWS::ElasticLoadBalancingV2::TargetGroup") {
        let Some(ix) = l.ix(r) else { continue };
        for target in r.props.get("Targets").items() {
            let id = target.get("Id");
            if let Some(function) = l.function(id) {
                out.entry(ix).or_default().push((function, id.span));
            }
        }
    }
    out
}

fn balancers(l: &mut Lowering<'_>, reach: &Reach) {
    let groups = groups(l);
    for r in l.of("AWS::ElasticLoadBalancingV2::Listener") {
        let balancer = l.any(r.props.get("LoadBalancerArn"));
        if let (Some(ix), Some(to)) = (l.ix(r), balancer) {
            l.connect(ix, to, EdgeKind::AttachedTo, r.key, "");
        }
        let listener = l.ix(r);
        rule(l, r, "DefaultActions", listener, &groups, reach);
    }
    for r in l.of("AWS::ElasticLoadBalancingV2::ListenerRule") {
        let listener = l.any(r.props.get("ListenerArn"));
        rule(l, r, "Actions", listener, &groups, reach);
    }
}

/// Target groups to which a list of actions forwards.
fn forwarded(l: &Lowering<'_>, actions: &Val) -> Vec<NodeIx> {
    let mut out = Vec::new();
    for action in actions.items() {
        out.extend(l.any(action.get("TargetGroupArn")));
        for group in action.at("ForwardConfig.TargetGroups").items() {
            out.extend(l.any(group.get("TargetGroupArn")));
        }
    }
    out.dedup();
    out
}

/// An entry of a load balancer: who may call, from where, on which path.
fn balanced(
    l: &Lowering<'_>,
    r: &Resource,
    actions: &Val,
    listener: Option<NodeIx>,
    reach: &Reach,
) -> EntryDetail {
    let mut entry = blank("alb");
    entry.method = "ANY".into();
    entry.path = "/*".into();
    entry.props = r.props.clone();
    entry.api = listener;
    entry.authorization = Authorization::None;
    entry.authorization_at = Val { span: actions.span, ..Val::default() };
    for action in actions.items() {
        let kind = action.get("Type");
        let found = match kind.as_str() {
            Some("authenticate-cognito") => Authorization::Cognito,
            Some("authenticate-oidc" | "jwt-validation") => Authorization::Jwt,
            Some(_) => continue,
            None => Authorization::Unknown,
        };
        (entry.authorization, entry.authorization_at) = (found, kind.clone());
    }
    for condition in r.props.get("Conditions").items() {
        let values = |key: &str| {
            let nested = condition.at(key).items();
            let list = if nested.is_empty() { condition.get("Values").items() } else { nested };
            list.iter().map(Val::display).collect::<Vec<SmolStr>>().join(",")
        };
        match condition.get("Field").as_str() {
            Some("path-pattern") => entry.path = values("PathPatternConfig.Values").into(),
            Some("http-request-method") => entry.method = values("HttpRequestMethodConfig.Values").into(),
            _ => {}
        }
    }
    let node = listener.and_then(|ix| l.graph.node(ix));
    let balancer = node.and_then(|n| l.any(n.props.get("LoadBalancerArn")));
    match balancer.and_then(|ix| l.graph.node(ix)) {
        Some(balancer) => {
            let scheme = balancer.props.get("Scheme");
            entry.public = if scheme.is_null() { Tri::Yes } else { scheme.is("internal").negate() };
        }
        None => entry.public = Tri::Unknown,
    }
    entry.waf = balancer.map_or(Tri::Unknown, |ix| reach.shielded(ix));
    entry
}

fn rule(
    l: &mut Lowering<'_>,
    r: &Resource,
    key: &str,
    listener: Option<NodeIx>,
    groups: &HashMap<NodeIx, Vec<(NodeIx, Span)>>,
    reach: &Reach,
) {
    let actions = r.props.get(key);
    for group in forwarded(l, actions) {
        for (function, span) in groups.get(&group).into_iter().flatten() {
            let entry = balanced(l, r, actions, listener, reach);
            let event = super::entries::event_name(l, r, *function, "alb");
            let name = format!("{}/alb/{event}", l.name(*function));
            let ix = if l.ix(r).is_none() {
                l.add_entry(r, &name, entry)
            } else {
                let ty = format!("{}.Action", r.ty);
                l.add_part(r, &ty, &name, actions.span, entry)
            };
            let mut t = trigger("alb", "route", &r.props);
            t.logical_id.clone_from(&r.id);
            l.trigger(ix, *function, span.or(r.key), t);
        }
    }
}

fn distribution(l: &mut Lowering<'_>, r: &Resource) {
    let config = r.props.get("DistributionConfig");
    let Some(ix) = l.ix(r) else { return };
    for origin in config.get("Origins").items() {
        for to in l.targets(origin.get("DomainName")) {
            l.connect(ix, to, EdgeKind::RoutesTo, origin.span.or(r.key), "origin");
        }
    }
    let acl = config.get("WebACLId");
    if let Some(from) = l.any(acl) {
        l.connect(from, ix, EdgeKind::Protects, acl.span.or(r.key), "waf");
    }
    let bucket = config.at("Logging.Bucket");
    if let Some(to) = l.any(bucket) {
        l.connect(ix, to, EdgeKind::LogsTo, bucket.span.or(r.key), "access-log");
    }
    let default = config.get("DefaultCacheBehavior");
    behaviour(l, r, ix, default, "*", !acl.is_null());
    for other in config.get("CacheBehaviors").items() {
        let path = other.get("PathPattern").display();
        behaviour(l, r, ix, other, &path, !acl.is_null());
    }
}

fn behaviour(l: &mut Lowering<'_>, r: &Resource, ix: NodeIx, behaviour: &Val, path: &str, waf: bool) {
    for association in behaviour.get("LambdaFunctionAssociations").items() {
        let arn = association.get("LambdaFunctionARN");
        let Some(function) = l.function(arn) else { continue };
        let event = association.get("EventType").display();
        let mut entry = blank("cloudfront");
        entry.method = "ANY".into();
        entry.path = if path.starts_with('/') { path.into() } else { smol_str::format_smolstr!("/{path}") };
        entry.props = behaviour.clone();
        entry.api = Some(ix);
        entry.public = Tri::Yes;
        entry.waf = waf.into();
        let signers = ["TrustedKeyGroups", "TrustedSigners"];
        let signed = signers.iter().any(|key| !behaviour.get(key).items().is_empty());
        // Signed URLs and cookies are checked before the viewer request's function runs.
        entry.authorization = if signed { Authorization::Custom } else { Authorization::None };
        entry.authorization_at = Val { span: association.span, ..Val::default() };
        let mut name = format!("{}/cloudfront/{event}", l.name(function));
        if path != "*" {
            name.push(' ');
            name.push_str(path);
        }
        let ty = "AWS::CloudFront::Distribution.CacheBehavior";
        let from = l.add_part(r, ty, &name, association.span, entry);
        let mut t = trigger("cloudfront", "route", association);
        t.logical_id.clone_from(&r.id);
        l.trigger(from, function, association.span.or(r.key), t);
    }
}
