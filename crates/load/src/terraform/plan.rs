//! A plan as JSON (`terraform show -json`): its values are those that are deployed. Where the modules it was made
//! of are in the tree, every value keeps the place where it is written there.
//!
//! <https://developer.hashicorp.com/terraform/internals/json-format>

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use palisade_graph::{Entry, List, Map, Piece, Reason, State, Target, Val, Value, World};
use palisade_source::{SourceFile, Span};
use smol_str::SmolStr;

use super::module::Modules;
use super::project::Project;
use super::worlds::evaluate;
use super::{Instance, deploy, documents};
use crate::{Files, Inputs, Stack, Typing};

/// Modules inside each other, and outputs that are outputs of others.
const DEPTH: usize = 16;

/// Whether JSON text is a plan.
pub fn is_plan(text: &str) -> bool {
    text.trim_start_matches('\u{feff}').trim_start().starts_with('{')
        && text.contains("\"format_version\"")
        && (text.contains("\"planned_values\"") || text.contains("\"resource_changes\""))
}

/// Reads the plan of a root module.
pub fn load(
    files: &Files<'_>,
    project: &Project,
    modules: &Modules<'_>,
    root: &str,
    source: &Arc<SourceFile>,
    inputs: &Inputs,
) -> Vec<(World, Stack)> {
    let documents = files.adopt(source, None, Typing::Yaml12);
    let Some(plan) = documents.first() else { return Vec::new() };
    let forced = variables(files, project, modules, root, inputs, plan);
    let evaluated = evaluate(files, project, modules, root, inputs, forced);
    let mut written: HashMap<SmolStr, Instance> = HashMap::new();
    let mut instances = Vec::new();
    let mut interface = palisade_graph::Interface::default();
    let mut outputs = Val::null().clone();
    if let Some(evaluated) = evaluated {
        interface = evaluated.interface;
        outputs = evaluated.outputs;
        for instance in evaluated.instances {
            if instance.data {
                instances.push(instance);
            } else {
                written.insert(instance.address.clone(), instance);
            }
        }
    }
    let planned = planned(plan);
    let known: HashSet<&str> = planned.iter().map(|p| p.address).collect();
    let configuration = Configuration { root: plan.at("configuration.root_module"), known: &known };
    let unknown: HashMap<&str, &Val> = plan
        .get("resource_changes")
        .items()
        .iter()
        .filter_map(|c| Some((c.get("address").as_str()?, c.at("change.after_unknown"))))
        .collect();
    for one in planned.iter().take(files.limits.resources) {
        let own = written.get(one.address).or_else(|| written.get(&symbolic(one.address)));
        let unknown = unknown.get(one.address).copied().unwrap_or_else(|| Val::null());
        let values = with_unknown(one.values, unknown, one.address, 0);
        let mut body = match own {
            Some(own) => laid_over(files, &values, Some(&own.body), 0),
            None => values,
        };
        configuration.fill(&mut body, one);
        instances.push(Instance {
            address: one.address.into(),
            ty: one.ty.into(),
            name: one.name.into(),
            data: false,
            body,
            header: own.map_or(one.header, |o| o.header),
            block: own.map_or(one.block, |o| o.block),
            calls: own.map(|o| o.calls.clone()).unwrap_or_default(),
            folder: own.map_or_else(|| root.into(), |o| o.folder.clone()),
            symbolic: false,
            kept: own.and_then(|o| o.kept),
            adapted: own.is_some_and(|o| o.adapted),
        });
    }
    let mut stack = deploy::stack(files, instances, outputs);
    for output in &mut interface.outputs {
        output.value = stack.outputs.get(&output.name).clone();
    }
    stack.interface = interface;
    vec![(World::default(), stack)]
}

/// Values of variables that the modules in the tree do not say.
fn variables(
    files: &Files<'_>,
    project: &Project,
    modules: &Modules<'_>,
    root: &str,
    inputs: &Inputs,
    plan: &Val,
) -> BTreeMap<SmolStr, Val> {
    let mut out = BTreeMap::new();
    let given = plan.get("variables").entries();
    if given.is_empty() {
        return out;
    }
    let Some(evaluated) = evaluate(files, project, modules, root, inputs, BTreeMap::new()) else {
        return out;
    };
    for entry in given {
        let val = entry.val.get("value");
        let default = evaluated.interface.inputs.iter().find(|i| i.name == entry.key).map(|i| &i.default);
        let told = default.is_some_and(|d| d.to_json() == val.to_json() && !d.is_null());
        if !told {
            out.insert(entry.key.clone(), val.clone());
        }
    }
    out
}

/// A resource of a plan.
struct Planned<'v> {
    address: &'v str,
    ty: &'v str,
    name: &'v str,
    values: &'v Val,
    header: Span,
    block: Span,
}

/// The managed resources that there will be, in order.
fn planned(plan: &Val) -> Vec<Planned<'_>> {
    let mut out = Vec::new();
    let root = plan.at("planned_values.root_module");
    if root.as_map().is_some() {
        let mut open = vec![root];
        while let Some(module) = open.pop() {
            out.extend(module.get("resources").items().iter().filter_map(|r| resource(r, r.get("values"))));
            open.extend(module.get("child_modules").items().iter().rev());
        }
        return out;
    }
    for change in plan.get("resource_changes").items() {
        let actions = change.at("change.actions").items();
        if !actions.iter().all(|a| a.as_str() == Some("delete")) {
            out.extend(resource(change, change.at("change.after")));
        }
    }
    out
}

fn resource<'v>(val: &'v Val, values: &'v Val) -> Option<Planned<'v>> {
    if val.get("mode").as_str() == Some("data") {
        return None;
    }
    let address = val.get("address");
    Some(Planned {
        address: address.as_str()?,
        ty: val.get("type").as_str()?,
        name: val.get("name").as_str()?,
        values,
        header: address.span,
        block: val.span,
    })
}

/// The address of the symbolic instance that stands for an instance.
fn symbolic(address: &str) -> SmolStr {
    let mut out = String::new();
    let mut rest = address;
    while let Some((before, after)) = rest.split_once('[') {
        out.push_str(before);
        out.push_str("[*]");
        // A key may hold brackets of its own.
        let close = if after.starts_with('"') {
            after.find("\"]").map(|n| n + 2)
        } else {
            after.find(']').map(|n| n + 1)
        };
        rest = close.and_then(|n| after.get(n..)).unwrap_or("");
    }
    out.push_str(rest);
    out.into()
}

/// Values with what is only known when it is deployed.
fn with_unknown(values: &Val, unknown: &Val, symbol: &str, depth: usize) -> Val {
    if unknown.as_bool() == Some(true) {
        return Val::unknown(Reason::KnownAfterApply, symbol, values.span);
    }
    if depth > 64 {
        return values.clone();
    }
    match (&values.state, &unknown.state) {
        (State::Known(Value::List(list)), State::Known(Value::List(flags))) => {
            let absent = Val::null();
            let items = list.items.iter().enumerate().map(|(n, item)| {
                let flag = flags.items.get(n).unwrap_or(absent);
                with_unknown(item, flag, &format!("{symbol}.{n}"), depth + 1)
            });
            Val {
                state: State::Known(Value::List(List { items: items.collect(), open: list.open }.into())),
                ..values.clone()
            }
        }
        (_, State::Known(Value::Map(flags))) if values.is_null() || values.as_map().is_some() => {
            let mut out = Map { entries: Vec::new(), open: false };
            for entry in values.entries() {
                let flag = flags.get(&entry.key).unwrap_or_else(|| Val::null());
                let symbol = format!("{symbol}.{}", entry.key);
                out.entries
                    .push(Entry { val: with_unknown(&entry.val, flag, &symbol, depth + 1), ..entry.clone() });
            }
            for flag in flags.entries.iter().filter(|f| out.get(&f.key).is_none()).collect::<Vec<_>>() {
                let symbol = format!("{symbol}.{}", flag.key);
                let val = with_unknown(Val::null(), &flag.val, &symbol, depth + 1);
                if !val.is_null() {
                    out.entries.push(Entry { key: flag.key.clone(), key_span: values.span, val });
                }
            }
            Val { state: State::Known(Value::Map(out.into())), ..values.clone() }
        }
        _ => values.clone(),
    }
}

/// A value of the plan, with the place and the references of what is written for it.
fn laid_over(files: &Files<'_>, plan: &Val, written: Option<&Val>, depth: usize) -> Val {
    let Some(written) = written.filter(|w| !w.is_null()) else {
        // Nobody wrote it: a default of the provider.
        return if plan.is_null() || !plan.is_known() { plan.clone() } else { without_place(plan, 0) };
    };
    if depth > 64 {
        return written.clone();
    }
    match (&plan.state, &written.state) {
        (State::Unknown(_), State::Unknown(_)) => Val { span: written.span, ..plan.clone() },
        (State::Known(Value::Map(a)), State::Known(Value::Map(b))) => {
            let mut out = Map { entries: Vec::with_capacity(a.entries.len()), open: false };
            let index: HashMap<&str, &Entry> = b.entries.iter().map(|e| (e.key.as_str(), e)).collect();
            for entry in &a.entries {
                let own = index.get(entry.key.as_str());
                let val = laid_over(files, &entry.val, own.map(|o| &o.val), depth + 1);
                let key_span = own.map_or(Span::NONE, |o| o.key_span);
                out.entries.push(Entry { key: entry.key.clone(), key_span, val });
            }
            Val { state: State::Known(Value::Map(out.into())), ..written.clone() }
        }
        (State::Known(Value::List(a)), State::Known(Value::List(b))) => {
            let one = b.open || a.items.len() != b.items.len();
            let items = a.items.iter().enumerate().map(|(n, item)| {
                // Sets have no order: only a single pattern stands for all of them.
                let own = if one { b.items.first().filter(|_| b.items.len() == 1) } else { b.items.get(n) };
                match own {
                    Some(own) => laid_over(files, item, Some(own), depth + 1),
                    None => Val { span: written.span, ..item.clone() },
                }
            });
            let list = List { items: items.collect(), open: false };
            Val { state: State::Known(Value::List(list.into())), ..written.clone() }
        }
        // Text in the plan, a structure where it is written.
        (State::Known(Value::Str(_)), State::Known(Value::Map(_) | Value::List(_))) => {
            let read = documents::parse(files, plan);
            if read.as_map().is_some() || read.as_list().is_some() {
                laid_over(files, &read, Some(written), depth + 1)
            } else {
                written.clone()
            }
        }
        (State::Known(_), State::Partial(pieces)) if pieces.iter().all(tells) => written.clone(),
        // A reference says more than the text that it has.
        (State::Known(_), State::Ref(_)) | (State::Unknown(_) | State::Partial(_) | State::Ref(_), _) => {
            written.clone()
        }
        (State::Known(_), _) => Val { state: plan.state.clone(), ..written.clone() },
    }
}

fn tells(piece: &Piece) -> bool {
    match piece {
        Piece::Text(_) => true,
        Piece::Hole(val) => matches!(val.state, State::Ref(_)),
    }
}

fn without_place(val: &Val, depth: usize) -> Val {
    if depth > 64 {
        return val.clone();
    }
    let state = match &val.state {
        State::Known(Value::List(list)) => {
            let items = list.items.iter().map(|v| without_place(v, depth + 1)).collect();
            State::Known(Value::List(List { items, open: list.open }.into()))
        }
        State::Known(Value::Map(map)) => {
            let entry = |e: &Entry| Entry {
                key: e.key.clone(),
                key_span: Span::NONE,
                val: without_place(&e.val, depth + 1),
            };
            State::Known(Value::Map(
                Map { entries: map.entries.iter().map(entry).collect(), open: map.open }.into(),
            ))
        }
        other => other.clone(),
    };
    Val { state, span: Span::NONE, via: None }
}

/// What the modules of a plan say, as far as the plan tells it.
struct Configuration<'v> {
    root: &'v Val,
    known: &'v HashSet<&'v str>,
}

impl<'v> Configuration<'v> {
    /// Puts references in the place of what is not known.
    fn fill(&self, body: &mut Val, one: &Planned<'_>) {
        let State::Known(Value::Map(map)) = &mut body.state else { return };
        let missing = |v: &Val| matches!(&v.state, State::Unknown(_));
        if !map.entries.iter().any(|e| missing(&e.val)) {
            return;
        }
        let calls = module_path(one.address);
        let Some(module) = self.module(&calls) else { return };
        let wanted =
            |r: &&Val| r.get("type").as_str() == Some(one.ty) && r.get("name").as_str() == Some(one.name);
        let Some(resource) = module.get("resources").items().iter().find(wanted) else { return };
        let mut out = Map::clone(map);
        for entry in &mut out.entries {
            if missing(&entry.val) {
                let expression = resource.get("expressions").get(&entry.key);
                if let Some((id, attribute)) = self.first(&calls, expression, 0) {
                    entry.val.state =
                        State::Ref(Arc::new(Target::Resource { id, attribute: Some(attribute) }));
                }
            }
        }
        *map = out.into();
    }

    fn module(&self, calls: &[&str]) -> Option<&'v Val> {
        let step = |module: &'v Val, call: &&str| {
            let next = module.get("module_calls").get(base(call)).get("module");
            next.as_map().map(|_| next)
        };
        calls.iter().try_fold(self.root, step)
    }

    /// The first resource attribute to which an expression refers.
    fn first(&self, calls: &[&str], expression: &'v Val, depth: usize) -> Option<(SmolStr, SmolStr)> {
        if depth > DEPTH {
            return None;
        }
        let references = expression.get("references").items();
        references.iter().filter_map(Val::as_str).find_map(|text| self.resolve(calls, text, depth))
    }

    fn resolve(&self, calls: &[&str], reference: &str, depth: usize) -> Option<(SmolStr, SmolStr)> {
        let steps = split(reference);
        match steps.as_slice() {
            ["var", name, ..] => {
                let (last, outer) = calls.split_last()?;
                let call = self.module(outer)?.get("module_calls").get(base(last));
                self.first(outer, call.get("expressions").get(name), depth + 1)
            }
            ["module", name, output, ..] => {
                let mut inner = calls.to_vec();
                inner.push(name);
                let expression = self.module(&inner)?.get("outputs").get(output).get("expression");
                self.first(&inner, expression, depth + 1)
            }
            ["local" | "each" | "count" | "path" | "terraform" | "data" | "self", ..] => None,
            [ty, name, attribute, ..] => {
                let prefix: String =
                    calls.iter().map(|c| format!("module.{c}.")).collect::<Vec<_>>().concat();
                let address = format!("{prefix}{ty}.{name}");
                let found = [address.clone(), format!("{address}[0]")];
                let found = found.into_iter().find(|a| self.known.contains(a.as_str()))?;
                Some((found.into(), SmolStr::new(attribute)))
            }
            _ => None,
        }
    }
}

/// The calls in an address with their keys: `a["k"]`, `b`.
fn module_path(address: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut steps = split(address).into_iter();
    while steps.next() == Some("module") {
        out.extend(steps.next());
    }
    out
}

/// A call without its key.
fn base(call: &str) -> &str {
    call.split('[').next().unwrap_or(call)
}

/// Steps of an address; dots inside of keys are none.
fn split(address: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let (mut from, mut quoted, mut escaped) = (0, false, false);
    for (at, c) in address.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '.' if !quoted => {
                out.extend(address.get(from..at));
                from = at + 1;
            }
            _ => {}
        }
    }
    out.extend(address.get(from..));
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        assert_eq!(symbolic("module.a[\"x[0]\"].aws_x.y[3]"), "module.a[*].aws_x.y[*]");
        assert_eq!(symbolic("aws_x.y"), "aws_x.y");
        assert_eq!(module_path("module.a[\"x.y\"].module.b.aws_x.y"), ["a[\"x.y\"]", "b"]);
        assert_eq!(split("aws_x.y[\"a.b\"].arn"), ["aws_x", "y[\"a.b\"]", "arn"]);
        assert!(is_plan("{\"format_version\": \"1.2\", \"planned_values\": {}}"));
        assert!(!is_plan("{\"format_version\": \"1.0\", \"values\": {}}"));
    }
}
