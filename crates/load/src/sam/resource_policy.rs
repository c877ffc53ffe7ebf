//! `Auth.ResourcePolicy` of REST APIs and of their events.

use palisade_graph::{Val, Via};
use palisade_source::Span;
use smol_str::SmolStr;

use super::build::{At, Props, child, child_list, map_mut, truthy};
use super::openapi::{ANY, Definition, POLICY, arn_path};

/// The policy of the whole API: its lists count for every path.
pub fn join_all(definition: &mut Definition, policy: &Val, stage: &Val) {
    if !truthy(policy) {
        return;
    }
    let paths: Vec<SmolStr> = definition.paths.keys().cloned().collect();
    for path in &paths {
        lists(definition, policy, path, stage);
    }
    custom(definition, policy);
}

/// The policy of one path.
pub fn join(definition: &mut Definition, policy: &Val, path: &SmolStr, stage: &Val) {
    if truthy(policy) {
        lists(definition, policy, path, stage);
        custom(definition, policy);
    }
}

fn lists(definition: &mut Definition, policy: &Val, path: &SmolStr, stage: &Val) {
    let resources = resources(definition, policy.span, path, stage);
    for (key, effect) in [("AwsAccountWhitelist", "Allow"), ("AwsAccountBlacklist", "Deny")] {
        let accounts = policy.get(key);
        if truthy(accounts) {
            let at = At(accounts.span);
            let principal = at.object([("AWS", at.list(accounts.items().to_vec()))]);
            let statement = statement(at, effect, &resources, principal, Val::default());
            add(definition, vec![statement], false, accounts.span);
        }
    }
    for (key, operator) in [("IpRangeWhitelist", "NotIpAddress"), ("IpRangeBlacklist", "IpAddress")] {
        let ranges = policy.get(key);
        if truthy(ranges) {
            let at = At(ranges.span);
            let condition = at.object([("aws:SourceIp", at.list(ranges.items().to_vec()))]);
            guard(definition, at, &resources, operator, condition);
        }
    }
    for (list, operator) in [("Blacklist", "StringEquals"), ("Whitelist", "StringNotEquals")] {
        let mut networks = Vec::new();
        let mut endpoints = Vec::new();
        let mut span = Span::NONE;
        let mut take = |key: String, into_networks: Option<bool>| {
            for item in policy.get(&key).items() {
                span = span.or(policy.get(&key).span);
                let network = into_networks.or_else(|| {
                    let text = item.as_str()?;
                    if text.starts_with("vpce-") {
                        return Some(false);
                    }
                    text.starts_with("vpc-").then_some(true)
                });
                match network {
                    Some(true) => networks.push(item.clone()),
                    Some(false) => endpoints.push(item.clone()),
                    None => {}
                }
            }
        };
        take(format!("SourceVpc{list}"), None);
        take(format!("IntrinsicVpc{list}"), Some(true));
        take(format!("IntrinsicVpce{list}"), Some(false));
        if networks.is_empty() && endpoints.is_empty() {
            continue;
        }
        let at = At(span);
        let mut condition = Props::default();
        for (key, items) in [("aws:SourceVpc", networks), ("aws:SourceVpce", endpoints)] {
            if !items.is_empty() {
                condition.put(key, at.list(items));
            }
        }
        guard(definition, at, &resources, operator, condition.finish(span));
    }
}

/// Everybody may, except where the condition holds.
fn guard(definition: &mut Definition, at: At, resources: &Val, operator: &'static str, condition: Val) {
    let everybody = at.text("*");
    let allow = statement(at, "Allow", resources, everybody.clone(), Val::default());
    let deny = statement(at, "Deny", resources, everybody, at.object([(operator, condition)]));
    add(definition, vec![allow, deny], true, at.0);
}

fn statement(at: At, effect: &'static str, resources: &Val, principal: Val, condition: Val) -> Val {
    at.object([
        ("Effect", at.text(effect)),
        ("Action", at.text("execute-api:Invoke")),
        ("Resource", resources.clone()),
        ("Principal", principal),
        ("Condition", condition),
    ])
    .through(Via::Implied, at.0)
}

/// The methods of a path as resources.
fn resources(definition: &Definition, span: Span, path: &SmolStr, stage: &Val) -> Val {
    let at = At(span);
    let methods = definition.paths.get(path).map(|p| p.val.entries()).unwrap_or_default();
    let arn = |method: &str| {
        let any = method.eq_ignore_ascii_case(ANY) || method.eq_ignore_ascii_case("any");
        let method = if any { "*".to_owned() } else { method.to_uppercase() };
        let route = at.text(format!("/{method}{}", without_parameters(path)));
        at.sub("execute-api:/${stage}${route}", &[("stage", stage), ("route", &route)])
    };
    at.list(methods.iter().map(|e| arn(&e.key)).collect())
}

/// Here the transform keeps a closing slash.
fn without_parameters(path: &str) -> String {
    match path.strip_suffix('/') {
        Some(rest) if !rest.is_empty() => format!("{}/", arn_path(rest, true)),
        _ => arn_path(path, true),
    }
}

fn custom(definition: &mut Definition, policy: &Val) {
    let statements = policy.get("CustomStatements");
    if truthy(statements) {
        add(definition, statements.items().to_vec(), true, statements.span);
    }
}

fn add(definition: &mut Definition, statements: Vec<Val>, once: bool, span: Span) {
    let at = At(span);
    let known = &mut definition.statements;
    let new = statements.into_iter().filter(|s| known.insert(s.display()) || !once);
    let Some(policy) = child(&mut definition.doc, POLICY, || at.object([])) else { return };
    if let Some(map) = map_mut(policy) {
        map.set("Version", span, at.text("2012-10-17"));
        // One statement may stand without a list.
        if let Some(entry) = map.entries.iter_mut().find(|e| e.key == "Statement")
            && entry.val.as_list().is_none()
        {
            entry.val = at.list(entry.val.items().to_vec());
        }
    }
    if let Some(list) = child_list(policy, "Statement", span) {
        list.items.extend(new);
    }
}
