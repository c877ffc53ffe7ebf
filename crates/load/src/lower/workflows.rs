use std::collections::HashSet;

use palisade_graph::{EdgeKind, NodeIx, State, Val, Value};
use palisade_source::Span;

use super::document::parsed;
use super::kinds::STATE_MACHINE;
use super::{Lowering, arn, trigger};
use crate::Resource;

/// State machines and custom resources that invoke functions.
pub fn lower(l: &mut Lowering<'_>) {
    for r in l.of(STATE_MACHINE) {
        machine(l, r);
    }
    let stack = l.stack;
    let mut custom: Vec<&Resource> = stack.resources.values().collect();
    custom.retain(|r| r.ty.starts_with("Custom::") || r.ty == "AWS::CloudFormation::CustomResource");
    custom.sort_by(|a, b| a.id.cmp(&b.id));
    for r in custom {
        custom_resource(l, r);
    }
}

/// More nested definitions are not followed.
const DEPTH: usize = 64;

fn machine(l: &mut Lowering<'_>, r: &Resource) {
    let Some(ix) = l.ix(r) else { return };
    let role = r.props.get("RoleArn");
    if let Some(to) = l.find(role, "role") {
        l.connect(ix, to, EdgeKind::RunsAs, role.span.or(r.key), "");
    }
    let substitutions = r.props.get("DefinitionSubstitutions").clone();
    // What stands in a string is read like what stands in the template.
    let text = r.props.get("DefinitionString");
    let read = parsed(text);
    if text.as_map().is_none()
        && read.as_map().is_some()
        && let Some(node) = l.graph.node_mut(ix)
        && let State::Known(Value::Map(map)) = &mut node.props.state
    {
        std::sync::Arc::make_mut(map).set("DefinitionString", text.span, read);
    }
    let mut calls: Vec<(NodeIx, Span, Val)> = Vec::new();
    let mut seen: HashSet<NodeIx> = HashSet::new();
    for key in ["Definition", "DefinitionString"] {
        let written = r.props.get(key);
        let definition = parsed(written);
        // Explicit, because definitions nest as deep as their author likes.
        let mut stack: Vec<(Val, usize)> = vec![(definition, 0)];
        while let Some((val, depth)) = stack.pop() {
            let Some(map) = val.as_map() else {
                if depth < DEPTH {
                    let items = val.as_list().map_or(&[][..], |l| &l.items);
                    stack.extend(items.iter().rev().map(|i| (i.clone(), depth + 1)));
                }
                continue;
            };
            let resource = val.get("Resource");
            if val.get("Type").is("Task").is_yes() || !resource.is_null() {
                let text = resource.display();
                let parameters = ["Parameters", "Arguments"].map(|k| val.get(k).get("FunctionName").clone());
                let by_service = text.contains(":states:::lambda:invoke");
                let named = parameters.into_iter().find(|p| !p.is_null()).filter(|_| by_service);
                let named = substituted(&named.unwrap_or_else(|| resource.clone()), &substitutions);
                if let Some(function) = l.function(&named) {
                    let span = resource.span.or(written.span).or(r.key);
                    if seen.insert(function) {
                        calls.push((function, span, val.clone()));
                    }
                }
            }
            if depth < DEPTH {
                stack.extend(map.entries.iter().rev().map(|e| (e.val.clone(), depth + 1)));
            }
        }
    }
    for (function, span, state) in calls {
        if function != ix {
            let mut t = trigger("states", "rule", &state);
            t.logical_id.clone_from(&r.id);
            t.asynchronous = ["Parameters", "Arguments"]
                .iter()
                .any(|k| state.get(k).get("InvocationType").as_str() == Some("Event"));
            l.trigger(ix, function, span, t);
        }
    }
}

/// A `${Name}` of a definition with what `DefinitionSubstitutions` puts there.
fn substituted(val: &Val, substitutions: &Val) -> Val {
    let State::Known(Value::Str(text)) = &val.state else { return val.clone() };
    let Some((before, rest)) = text.split_once("${") else { return val.clone() };
    let Some((name, after)) = rest.split_once('}') else { return val.clone() };
    let with = substitutions.get(name.trim());
    if with.is_null() {
        return val.clone();
    }
    if before.is_empty() && (after.is_empty() || after.starts_with(':')) {
        return with.clone();
    }
    match with.as_str() {
        Some(literal) => Val::str(format!("{before}{literal}{after}"), val.span),
        // An ARN around a name: the name says which function.
        None if arn::function_name(before).is_none() => with.clone(),
        None => val.clone(),
    }
}

fn custom_resource(l: &mut Lowering<'_>, r: &Resource) {
    let token = r.props.get("ServiceToken");
    let Some(function) = l.function(token) else { return };
    let from = match l.ix(r) {
        Some(ix) => ix,
        None => l.add(r, super::kinds::fallback(&r.ty), &r.name),
    };
    let mut t = trigger("custom-resource", "rule", &r.props);
    t.logical_id.clone_from(&r.id);
    l.trigger(from, function, token.span.or(r.key), t);
}
