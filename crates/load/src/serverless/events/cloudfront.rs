//! Functions at the edge, and the distribution that the service makes for them.

use palisade_graph::{Entry, Val, Via};
use smol_str::{SmolStr, format_smolstr};

use super::super::build::{At, Cause, Made, default_bool, entry, merge, truthy};
use super::super::invocation::version_id;
use super::super::naming;
use super::super::role::statement;
use super::super::service::{Draft, Event, Function};

const DISTRIBUTION: &str = "CloudFrontDistribution";
/// Id of the cache policy `CachingOptimized`, which AWS manages.
const CACHING_OPTIMIZED: &str = "658327ea-f89d-4fab-a63d-7e88639e58f6";

/// A cache behaviour while associations are gathered.
struct Behavior {
    pattern: Option<Val>,
    origin: SmolStr,
    val: Val,
    associations: Vec<Val>,
}

pub(super) fn compile(draft: &mut Draft<'_>) {
    let service = draft.service;
    let events: Vec<(&Function, &Event)> = service.events("cloudFront").collect();
    let Some((function, event)) = events.first() else { return };
    let cause = function.caused(event);
    policies(draft, &cause);
    let mut origins: Vec<(SmolStr, Val)> = Vec::new();
    let mut behaviors: Vec<Behavior> = Vec::new();
    let mut default_origin: Option<SmolStr> = None;
    for (function, event) in &events {
        let (id, val) = origin(event);
        match origins.iter_mut().find(|(known, _)| *known == id) {
            Some((_, old)) => *old = merge(val, &std::mem::take(old)),
            None => origins.push((id.clone(), val)),
        }
        if truthy(event.get("isDefaultOrigin")) {
            default_origin = default_origin.or_else(|| Some(id.clone()));
        }
        behave(function, event, id, &mut behaviors);
        permit(draft, function, event);
    }
    behaviors.sort_by_key(|b| b.pattern.is_some());
    let at = cause.at();
    let mut built: Vec<Val> = Vec::new();
    if let Some(first) = behaviors.first().filter(|b| b.pattern.is_some()) {
        // Without a behaviour for all paths, one is made that calls no function.
        let target = default_origin.or_else(|| origins.first().map(|(id, _)| id.clone())).unwrap_or_default();
        let mut val = first.val.clone();
        super::super::build::set(&mut val, "TargetOriginId", at.str(target));
        built.push(val);
    }
    for b in behaviors {
        let mut entries = b.val.entries().to_vec();
        entries.push(entry("LambdaFunctionAssociations", at.list(b.associations)));
        if let Some(pattern) = b.pattern {
            entries.push(entry("PathPattern", pattern));
        }
        built.push(Val::map(entries, b.val.span));
    }
    let mut built = built.into_iter();
    let default = built.next().unwrap_or_default();
    let rest: Vec<Val> = built.collect();
    let config = at.obj([
        ("Comment", at.concat([service.name.clone(), at.str(" "), service.stage.clone()])),
        ("Enabled", default_bool(true, cause.key)),
        ("DefaultCacheBehavior", default),
        ("Origins", at.list(origins.into_iter().map(|(_, o)| o))),
        ("CacheBehaviors", if rest.is_empty() { Val::null().clone() } else { at.list(rest) }),
    ]);
    let made = Made::new("AWS::CloudFront::Distribution", &cause, [("DistributionConfig", config)]);
    draft.template.add(DISTRIBUTION, made);
    draft.template.output(DISTRIBUTION, at, at.reference(DISTRIBUTION));
    if let Some(role) = &mut draft.role {
        role.trust.push(at.str("edgelambda.amazonaws.com").through(Via::Implied, cause.key));
        let actions =
            ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents", "logs:TagResource"];
        let all = at.sub(at.str("arn:${AWS::Partition}:logs:*:*:*"));
        role.statements.push(statement("Allow", &actions, at.list([all]), cause.key));
    }
}

fn policies(draft: &mut Draft<'_>, first: &Cause) {
    let service = draft.service;
    for e in service.provider.at("cloudFront.cachePolicies").entries() {
        let cause = Cause { key: e.key_span, block: e.val.span.or(e.key_span), id: first.id.clone() };
        let at = cause.at();
        let mut config = e.val.clone();
        let name = at.concat([service.prefix(at), at.str(format!("-{}", e.key))]);
        super::super::build::set(&mut config, "Name", name);
        let made = Made::new("AWS::CloudFront::CachePolicy", &cause, [("CachePolicyConfig", config)]);
        draft.template.add(policy_id(&e.key), made);
    }
}

fn policy_id(name: &str) -> SmolStr {
    format_smolstr!("CloudFrontCachePolicy{}", naming::normalized(name))
}

/// An origin and its id: a URL, or the properties of CloudFormation.
fn origin(event: &Event) -> (SmolStr, Val) {
    let val = event.get("origin");
    let at = At(if val.span.is_some() { val.span } else { event.key_span });
    let mut entries: Vec<Entry> = Vec::new();
    let mut bucket = false;
    if val.as_map().is_some() {
        entries.extend(val.entries().iter().cloned());
        bucket = !val.get("S3OriginConfig").is_null();
    } else {
        let shown = val.display();
        let (scheme, rest) = shown.split_once("://").unwrap_or(("https", &shown));
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        bucket |= scheme == "s3";
        entries.push(entry("DomainName", if val.is_known() { at.str(host) } else { val.clone() }));
        if !path.is_empty() {
            entries.push(entry("OriginPath", at.str(format!("/{path}"))));
        }
        if bucket {
            entries.push(entry("S3OriginConfig", Val::map(Vec::new(), at.0)));
        } else {
            let policy = at.obj([("OriginProtocolPolicy", at.str("match-viewer"))]);
            entries.push(entry("CustomOriginConfig", policy));
        }
    }
    let find = |key: &str| entries.iter().find(|e| e.key == key).map(|e| &e.val);
    let host = match find("DomainName") {
        Some(host) if host.as_map().is_some() => naming::alphanumeric(&host.to_json().to_string()),
        Some(host) => host.display(),
        None => SmolStr::default(),
    };
    let path = find("OriginPath").map_or_else(SmolStr::default, Val::display);
    let id = format_smolstr!("{}/{host}{path}", if bucket { "s3" } else { "custom" });
    entries.retain(|e| e.key != "Id");
    entries.push(entry("Id", at.str(id.clone())));
    (id, Val::map(entries, at.0))
}

fn behave(function: &Function, event: &Event, origin: SmolStr, behaviors: &mut Vec<Behavior>) {
    let at = event.at();
    let written = event.get("behavior");
    let mut val =
        at.obj([("ViewerProtocolPolicy", at.str("allow-all").through(Via::Defaulted, event.key_span))]);
    if written.as_map().is_some() {
        val = merge(val, written);
    }
    let policy = event.get("cachePolicy");
    let cached = ["CachePolicyId", "ForwardedValues", "MaxTTL", "MinTTL", "DefaultTTL"]
        .iter()
        .any(|k| !written.get(k).is_null());
    let id = if truthy(policy.get("id")) {
        policy.get("id").clone()
    } else if truthy(policy.get("name")) {
        at.reference(policy_id(&policy.get("name").display()))
    } else if cached {
        Val::null().clone()
    } else {
        at.str(CACHING_OPTIMIZED).through(Via::Defaulted, event.key_span)
    };
    if !id.is_null() {
        super::super::build::set(&mut val, "CachePolicyId", id);
    }
    super::super::build::set(&mut val, "TargetOriginId", at.str(origin.clone()));
    let association = at.obj([
        ("EventType", event.get("eventType").clone()),
        ("LambdaFunctionARN", at.reference(version_id(function))),
        ("IncludeBody", event.get("includeBody").clone()),
    ]);
    let pattern = event.get("pathPattern");
    let pattern = pattern.as_str().is_some().then(|| pattern.clone());
    let shown = |p: &Option<Val>| p.as_ref().map(Val::display);
    match behaviors.iter_mut().find(|b| shown(&b.pattern) == shown(&pattern) && b.origin == origin) {
        Some(known) => {
            known.val = merge(val, &std::mem::take(&mut known.val));
            known.associations.push(association);
        }
        None => behaviors.push(Behavior { pattern, origin, val, associations: vec![association] }),
    }
}

fn permit(draft: &mut Draft<'_>, function: &Function, event: &Event) {
    let cause = function.caused(event);
    let at = cause.at();
    let source = at.join(
        "",
        [
            at.str("arn:"),
            at.pseudo("Partition"),
            at.str(":cloudfront::"),
            at.pseudo("AccountId"),
            at.str(":distribution/"),
            at.reference(DISTRIBUTION),
        ],
    );
    let made = Made::new(
        "AWS::Lambda::Permission",
        &cause,
        [
            ("FunctionName", at.reference(version_id(function))),
            ("Action", at.str("lambda:InvokeFunction")),
            ("Principal", at.str("edgelambda.amazonaws.com")),
            ("SourceArn", source),
        ],
    );
    draft.template.add(format_smolstr!("{}InvokePermission", function.id), made);
}
